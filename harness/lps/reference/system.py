"""The reference LPS: a small honest lægepraksissystem behind the same test interface a vendor's would have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hmac import compare_digest
from typing import Any, Final

import httpx

from harness.domain.careplan import Disease
from harness.domain.clock import Clock
from harness.domain.errors import BadInput
from harness.domain.identifiers import person_number
from harness.domain.organisations import CLINIC
from harness.domain.patient import Organisation, Patient
from harness.domain.profile import Profile
from harness.domain.sharing import SharingStatus
from harness.lps.contract import mistakes, own_contract
from harness.lps.faults import HIDES_RESENT, HIDES_SHARED
from harness.lps.reference.capabilities import capabilities
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.clinic import Clinic, PlanFile, diagnosis_of
from harness.lps.reference.learnt import by_heart
from harness.lps.reference.mix_ups import mixed_up
from harness.lps.reference.other_names import by_first_names
from harness.lps.reference.outbox import UNDISCLOSED, Outbox
from harness.lps.reference.plan.follow_ups import day_in_plan
from harness.lps.reference.plan.monitoring import SETS_FOLLOW_UP
from harness.lps.reference.postbox import Postbox
from harness.lps.reference.routes import Direct, Route, ViaPlsp
from harness.lps.reference.wire import PLAIN, Form, Wire
from harness.lps.variations.made import varied

HOST = "referencesystem.test"
_PLANS: Final = {
    "opret-patient": ("POST", "/patienter"),
    "opret-plan": ("POST", "/planer"),
    "ret-maal": ("POST", r"/planer/(\w+)/maal"),
    "del-plan": ("POST", r"/planer/(\w+)/deling"),
    "gensend-plan": ("POST", r"/planer/(\w+)/gensendelse"),
    "plan": ("GET", r"/planer/(\w+)"),
}
"""What has an address of its own."""
HTTP_TIMEOUT = 30.0
"""Seconds the LPS waits for a receiver before it tells its user that nobody answers."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the reference LPS takes on: a system's name and version, its rute, the CPD-DK version it sends, its faults, and its
    variations: how else it does what it does, as honestly.

    `services` is the address of the national services. `form` is how it sends documents by rute `direkte`. `profiles` are what
    MedCom has decided and what awaits, by id. `token`: who asks must show it; empty, nobody need. `clinic` is whose post box it
    has, and who its letters are from.
    """

    product: str
    version: str
    rute: str
    cpd_version: str
    services: str
    faults: frozenset[str] = frozenset()
    variations: frozenset[str] = frozenset()
    form: Form = PLAIN
    profiles: Mapping[str, Profile] = field(default_factory=dict, repr=False)
    token: str = field(default="", repr=False)
    clinic: Organisation = CLINIC


class ReferenceLps:
    """Answers the test interface (docs/lps-testgraenseflade.openapi.yaml); reaches the services only through `client`."""

    def __init__(self, setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> None:
        self._setup = setup = replace(setup, faults=by_first_names(setup.faults))
        self._clinic = varied(Clinic, setup.variations)(clock, new_id, setup.faults)
        outbox = varied(Outbox, setup.variations)
        self._outbox = outbox(_route(setup, client, clock, new_id), clock, new_id, setup.faults, self._clinic.may_share)
        self._done: dict[str, tuple[str, httpx.Response]] = {}
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
            own=setup.clinic,
            variations=setup.variations,
        )
        self._parts: tuple[Capability, ...] = capabilities(means)
        self._postbox = Postbox(client, setup.services, setup.clinic.gln)
        acts = {name: act for part in self._parts for name, act in part.acts.items()}
        views = {name: view for part in self._parts for name, view in part.views.items()}
        self._acts, self._views = mixed_up(acts, views, self._clinic, setup.faults)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request to the test interface. The same Idempotency-Key again gives the first answer, and does nothing."""
        token = self._setup.token
        if token and not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            return _problem(401, "Adgangsnøglen mangler eller er forkert.")
        path = request.url.path
        if (request.method, path) == ("GET", "/egenskaber"):
            return httpx.Response(200, json=self._capabilities())
        name, plan = _operation(request.method, path)
        operation = own_contract().acts.get(name) or own_contract().views.get(name)
        if operation is None or name not in self._operations or (plan and plan not in self._clinic.plans):
            return _problem(404, f"Findes ikke: {path}.")
        try:
            wish = json.loads(request.read() or b"{}")
        except ValueError:
            return _problem(400, "Indholdet er ikke JSON.")
        wrong = next(mistakes(operation.entered, {**wish, "plan": plan} if plan and isinstance(wish, dict) else wish), "")
        if wrong:
            return _problem(400, wrong)
        if name in own_contract().views:
            return self._answered(name, plan, wish)
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return _problem(400, "Idempotency-Key mangler.")
        said = f"{path} {json.dumps(wish, sort_keys=True)}"
        first, answer = self._done.get(key) or (said, None)
        if first != said:
            return _problem(422, "Idempotency-Key er brugt til noget andet.")
        if answer is None:
            answer = self._answered(name, plan, wish)
            self._done[key] = said, answer
        return answer

    def _capabilities(self) -> dict[str, Any]:
        return {
            "system": self._setup.product,
            "version": self._setup.version,
            "graenseflade": own_contract().version,
            "handlinger": [name for name in self._operations if name in own_contract().acts],
            "visninger": [name for name in self._operations if name in own_contract().views],
            "testpatienter": list(self._clinic.patients),
        }

    @property
    def _operations(self) -> tuple[str, ...]:
        return (*_PLANS, *self._acts, *self._views)

    def _answered(self, name: str, plan: str, wish: dict[str, Any]) -> httpx.Response:
        try:
            wish = by_heart(name, wish, self._setup.faults)
            if name in _PLANS:
                return self._plans(name, plan, wish)
            self._postbox.fetch(self._parts)  # what waits there is fetched first, as a user would find it
            return httpx.Response(200, json=(self._acts.get(name) or self._views[name])(wish))
        except KeyError as error:
            return _problem(422, f"Findes ikke: {error}.")
        except (ValueError, TypeError) as error:
            return _problem(422, f"Kan ikke bruges: {error}.")
        except (httpx.HTTPError, BadInput) as error:
            return _problem(422, f"En national løsning svarede ikke, som den skulle: {error}.")

    def _plans(self, name: str, plan: str, wish: dict[str, Any]) -> httpx.Response:
        if name == "opret-patient":
            self._clinic.admit(_patient(wish))
            return httpx.Response(201, json={})
        if name == "opret-plan":
            diagnosis = diagnosis_of(wish["diagnose"]["icpc"], wish["diagnose"]["tekst"], wish["diagnose"]["dato"])
            interventions = (*wish["indsatser"], *self._agreed(wish))
            file = self._clinic.create_plan(wish["cpr"], Disease[wish["sygdom"]], diagnosis, tuple(wish["maal"]), interventions)
            return self._shown(201, file)
        file = self._clinic.plans[plan]
        match name:
            case "ret-maal":
                self._clinic.change_goals(file.key, tuple(wish["maal"]))
            case "del-plan" if not self._clinic.may_share(file):
                file.newest.message = UNDISCLOSED
            case "del-plan":
                self._outbox.share(file)
            case "gensend-plan":
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
            texts.append(profile.pattern("opfølgning-kodning").format(dato=day_in_plan(day, self._setup.faults)))
        return texts


def _operation(method: str, path: str) -> tuple[str, str]:
    """What a request asks for by its name in the contract, and the plan it is about; both empty for what is not there."""
    found = re.fullmatch(r"/(?:handlinger|visninger)/([\w-]+)", path)
    if found and method == "POST":
        return found[1], ""
    for name, (its, address) in _PLANS.items():
        if its == method and (found := re.fullmatch(address, path)):
            return name, "".join(found.groups())
    return "", ""


def _route(setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> Route:
    if setup.rute == "plsp":
        return ViaPlsp(client, setup.services, setup.cpd_version, setup.faults)
    wire = varied(Wire, setup.variations)(setup.product, setup.form, setup.faults, clock, new_id)
    return varied(Direct, setup.variations)(client, setup.services, setup.cpd_version, setup.faults, clock, new_id, wire)


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
