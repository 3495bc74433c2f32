"""The reference LPS: a small honest lægepraksissystem behind the same test interface a vendor's would have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from harness.domain.careplan import Disease
from harness.domain.clock import Clock
from harness.domain.identifiers import person_number
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient
from harness.domain.profile import Profile
from harness.domain.sharing import SharingStatus
from harness.lps.faults import HIDES_RESENT, HIDES_SHARED
from harness.lps.reference.capabilities import capabilities
from harness.lps.reference.capability import Capability, Handler, Means
from harness.lps.reference.clinic import Clinic, PlanFile, diagnosis_of
from harness.lps.reference.learnt import by_heart
from harness.lps.reference.mix_ups import mixed_up
from harness.lps.reference.outbox import UNDISCLOSED, Outbox
from harness.lps.reference.plan.monitoring import SETS_FOLLOW_UP
from harness.lps.reference.postbox import Postbox
from harness.lps.reference.routes import Direct, Route, ViaPlsp
from harness.lps.reference.wire import PLAIN, Form, Wire

HOST = "referencesystem.test"
INTERFACE_VERSION = "0.1"
HTTP_TIMEOUT = 30.0
"""Seconds the LPS waits for a receiver before it tells its user that nobody answers."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the reference LPS takes on: a system's name and version, its rute, the CPD-DK version it sends, and its faults.

    `services` is the address of the national services. `form` is how it sends documents by rute `direkte`. `profiles` are what
    MedCom has decided and what awaits, by id.
    """

    product: str
    version: str
    rute: str
    cpd_version: str
    services: str
    faults: frozenset[str] = frozenset()
    form: Form = PLAIN
    profiles: Mapping[str, Profile] = field(default_factory=dict, repr=False)


class ReferenceLps:
    """Answers the test interface (docs/lps-testgraenseflade.openapi.yaml); reaches the services only through `client`."""

    def __init__(self, setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> None:
        self._setup = setup
        self._clinic = Clinic(clock, new_id, setup.faults)
        self._outbox = Outbox(_route(setup, client, clock, new_id), clock, new_id, setup.faults, self._clinic.may_share)
        self._done: dict[str, httpx.Response] = {}
        means = Means(
            clinic=self._clinic,
            outbox=self._outbox,
            client=client,
            services=setup.services,
            clock=clock,
            new_id=new_id,
            profiles=setup.profiles,
            faults=setup.faults,
            product=setup.product,
        )
        self._parts: tuple[Capability, ...] = capabilities(means)
        self._postbox = Postbox(client, setup.services, CLINIC.gln)
        acts = {name: act for part in self._parts for name, act in part.acts.items()}
        views = {name: view for part in self._parts for name, view in part.views.items()}
        self._acts, self._views = mixed_up(acts, views, self._clinic, setup.faults)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request to the test interface. The same Idempotency-Key again gives the first answer, and does nothing."""
        if request.method == "GET":
            return self._read(request)
        if request.url.path.startswith("/visninger/"):
            return self._named(self._views, request)
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return _problem(400, "Idempotency-Key mangler.")
        if key not in self._done:
            self._done[key] = self._act(request)
        return self._done[key]

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/egenskaber":
            answer = {"system": self._setup.product, "version": self._setup.version, "graenseflade": INTERFACE_VERSION}
            return httpx.Response(200, json=answer)
        found = re.fullmatch(r"/planer/(\w+)", path)
        if found and found[1] in self._clinic.plans:
            return self._shown(200, self._clinic.plans[found[1]])
        return _problem(404, f"Findes ikke: {path}.")

    def _act(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/handlinger/"):
            return self._named(self._acts, request)
        return self._answered(request, self._obey)

    def _named(self, handlers: Mapping[str, Handler], request: httpx.Request) -> httpx.Response:
        """An act or a view by its name. What waits in the post box is fetched first, as a user would find it."""
        name = request.url.path.rpartition("/")[2]
        if name not in handlers:
            return _problem(404, f"Findes ikke: {request.url.path}.")
        self._postbox.fetch(self._parts)
        return self._answered(request, lambda _, wish: httpx.Response(200, json=handlers[name](wish)))

    def _answered(self, request: httpx.Request, obey: Callable[[str, dict[str, Any]], httpx.Response]) -> httpx.Response:
        try:
            wish = by_heart(request.url.path, json.loads(request.read() or b"{}"), self._setup.faults)
            return obey(request.url.path, wish)
        except KeyError as error:
            return _problem(422, f"Findes ikke: {error}.")
        except (ValueError, TypeError) as error:
            return _problem(422, f"Kan ikke bruges: {error}.")

    def _obey(self, path: str, wish: dict[str, Any]) -> httpx.Response:
        if path == "/patienter":
            self._clinic.admit(_patient(wish))
            return httpx.Response(201, json={})
        if path == "/planer":
            diagnosis = diagnosis_of(wish["diagnose"]["icpc"], wish["diagnose"]["tekst"], wish["diagnose"]["dato"])
            interventions = (*wish["indsatser"], *self._agreed(wish))
            file = self._clinic.create_plan(wish["cpr"], Disease[wish["sygdom"]], diagnosis, tuple(wish["maal"]), interventions)
            return self._shown(201, file)
        found = re.fullmatch(r"/planer/(\w+)/(maal|deling|gensendelse)", path)
        if found is None or found[1] not in self._clinic.plans:
            return _problem(404, f"Findes ikke: {path}.")
        file = self._clinic.plans[found[1]]
        match found[2]:
            case "maal":
                self._clinic.change_goals(file.key, tuple(wish["maal"]))
            case "deling" if not self._clinic.may_share(file):
                file.newest.message = UNDISCLOSED
            case "deling":
                self._outbox.share(file)
            case _:
                self._outbox.resend(file)
        return self._shown(200, file)

    def _shown(self, status: int, file: PlanFile) -> httpx.Response:
        edition = file.newest
        hides = HIDES_SHARED in self._setup.faults or (HIDES_RESENT in self._setup.faults and edition.tries > 1)
        hidden = hides and edition.status is SharingStatus.SHARED
        return httpx.Response(
            status,
            json={
                "plan": file.key,
                "udgave": edition.plan.version,
                "maal": list(edition.plan.goals),
                "status": SharingStatus.WAITING if hidden else edition.status,
                "besked": "Planen er ikke delt endnu." if hidden else edition.message,
            },
        )

    def _agreed(self, wish: dict[str, Any]) -> list[str]:
        """Level and next follow-up, as texts in the plan."""
        texts, profile = [], self._setup.profiles["deling"]
        if "niveau" in wish:
            texts.append(profile.pattern("niveau-kodning").format(niveau=wish["niveau"]))
        day: date | None = None
        if "naesteOpfoelgning" in wish:
            day = date.fromisoformat(wish["naesteOpfoelgning"])
        elif SETS_FOLLOW_UP in self._setup.faults:
            day = (self._clinic.clock.now() + timedelta(days=365)).date()
        if day:
            texts.append(profile.pattern("opfølgning-kodning").format(dato=f"{day:%d-%m-%Y}"))
        return texts


def _route(setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> Route:
    if setup.rute == "plsp":
        return ViaPlsp(client, setup.services, setup.cpd_version, setup.faults)
    wire = Wire(setup.product, setup.form, setup.faults, clock, new_id)
    return Direct(client, setup.services, setup.cpd_version, setup.faults, clock, new_id, wire)


def _patient(wish: dict[str, Any]) -> Patient:
    return Patient(
        alias="",
        cpr=person_number(wish["cpr"]),
        given=tuple(wish["fornavne"]),
        family=wish["efternavn"],
        born=date.fromisoformat(wish["foedt"]),
        female=wish["koen"] == "K",
    )


def _problem(status: int, sentence: str) -> httpx.Response:
    return httpx.Response(status, json={"fejl": sentence})
