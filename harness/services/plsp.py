"""PLSP's forløbsplandatabase: takes plans from an LPS and registers them in the national document sharing on its behalf.

Its real interface is not public. This one follows our own contract, docs/plsp-forloebsplaner.openapi.yaml, behind a seat
that the real one can take.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.plan_facts import plan_facts
from harness.services.service import Context, Delivery, Order
from harness.standards import oids
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xds import build, codes, metadata, read
from harness.standards.xml import parse

PLSP_SOURCE = "2.25.13706159595382812659067363924419684366"
"""Its own OID, under 2.25: no real source can have it."""
REGISTRATION_PATIENCE = 60.0
REGISTRATION_TRIES = 5


@dataclass(slots=True)
class _Edition:
    """One edition as PLSP keeps it. `registration` is `venter`, `registreret` or `fejlet`; `entry` is as DROS has it."""

    facts: CpdFacts
    document: bytes
    receipt: str
    entry: metadata.DocumentEntry
    received: datetime
    current: bool = True
    registration: str = "venter"
    tries: int = 0


@dataclass(slots=True)
class Plsp:
    """The forløbsplandatabase as a Service."""

    name: str = "plsp"
    entrances: tuple[str, ...] = ("plsp",)
    _editions: dict[str, _Edition] = field(default_factory=dict)
    _queues: dict[str, list[Delivery]] = field(default_factory=dict)
    _gate: Gate = field(default_factory=lambda: Gate("Forløbsplandatabasen"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Answer one call of the contract."""
        match (request.method, request.path):
            case ("POST", "/plsp/forloebsplaner"):
                return self._receive(request, context)
            case ("POST", "/plsp/soegning"):
                return with_json(request, {"patient"}, lambda wish: self._search(wish, context))
            case ("POST", "/plsp/tilbagetraekning"):
                return with_json(request, {"patient", "setId"}, lambda wish: self._withdraw(wish, context))
            case _:
                return problem(404, f"Forløbsplandatabasen har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """`tilgængelighed` {"værdi": …}: how PLSP behaves towards the LPS. Raises KeyError for another order."""
        return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """Learn whether DROS took it; try again a few times while it is busy or silent, then go on with the plan's next."""
        edition = self._editions[delivery.key]
        registered, busy = _registry_result(answer)
        if busy and edition.tries < REGISTRATION_TRIES:
            edition.tries += 1
            context.deliver(replace(delivery, after_seconds=REGISTRATION_PATIENCE))
            return
        edition.registration = "registreret" if registered else "fejlet"
        if not registered:
            context.observe("PLSP kunne ikke registrere en plan i dokumentdelingen. Det er ikke LPS'ets fejl.")
        queue = self._queues[edition.facts.set_id]
        queue.pop(0)
        if queue:
            self._send(queue[0], context)

    def _enqueue(self, delivery: Delivery, context: Context) -> None:
        """One queue a plan: DROS must know an edition before it can be replaced or withdrawn."""
        edition = self._editions[delivery.key]
        edition.registration = "venter"
        queue = self._queues.setdefault(edition.facts.set_id, [])
        queue.append(delivery)
        if len(queue) == 1:
            self._send(delivery, context)

    def _send(self, delivery: Delivery, context: Context) -> None:
        self._editions[delivery.key].tries = 1
        context.deliver(delivery)

    def _receive(self, request: Request, context: Context) -> Answer:
        wanted = {"patient", "cpdVersion", "dokument"}
        return self._gate.through(lambda: with_json(request, wanted, lambda wish: self._take(wish, context)))

    def _take(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="Forløbsplan til PLSP", patient=wish["patient"], cpd_version=wish["cpdVersion"])
        try:
            document = base64.b64decode(wish["dokument"], validate=True)
            facts = read_cpd(parse(document, "dokument"))
        except BadInput as error:
            return problem(422, f"Dokumentet kan ikke læses: {error}.")
        except ValueError:  # also for letters no Base64 has
            return problem(422, "Dokumentet er ikke gyldig Base64.")
        context.note(**plan_facts(facts))
        return self._gate.closed or self._store(wish, document, facts, context)

    def _store(self, wish: dict[str, Any], document: bytes, facts: CpdFacts, context: Context) -> Response:
        known = self._editions.get(facts.document_id)
        if known and known.document == document and known.facts.patient_cpr == wish["patient"]:
            context.note(taken="ja")
            return json_response(200, _receipt(known))
        newest = self._newest_of(facts.set_id) or self._newest_after(facts.replaces or "")
        # CDA asks for neither setId nor versionNumber: a plan without them is known by what it replaces.
        before = (newest.facts.version or 0) if newest else 0
        version = before + 1 if facts.version is None else facts.version
        facts = replace(facts, set_id=facts.set_id or (newest.facts.set_id if newest else facts.document_id), version=version)
        refusal = _objection(wish, facts, known, newest)
        if refusal:
            return refusal
        label = metadata.Code(wish["forloebslabel"], oids.SKS) if wish.get("forloebslabel") else None
        try:
            entry = metadata.entry_from_cpd(document, f"urn:uuid:{context.new_id()}", wish["cpdVersion"], label)
        except BadInput as error:
            return problem(422, f"Dokumentet kan ikke læses: {error}.")
        edition = self._editions[facts.document_id] = _Edition(facts, document, context.new_id(), entry, context.now)
        replaced = newest if newest and newest.current else None
        if replaced:
            replaced.current = False
        submission = metadata.submission_of(
            entry,
            document,
            set_uuid=context.new_id(),
            source_id=PLSP_SOURCE,
            now=context.now,
            replaces=replaced.entry.id if replaced else "",
        )
        body = build.provide_and_register(submission)
        self._enqueue(Delivery(facts.document_id, _soap(codes.ITI_41, "/dros/iti41", body)), context)
        context.note(taken="ja")
        return json_response(201, _receipt(edition))

    def _newest_of(self, set_id: str) -> _Edition | None:
        """The newest edition of a plan, current or withdrawn."""
        return next((each for each in reversed(self._editions.values()) if each.facts.set_id == set_id), None)

    def _search(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="Søgning i PLSP", patient=wish["patient"])
        found = [edition for edition in self._editions.values() if edition.facts.patient_cpr == wish["patient"]]
        return json_response(200, {"planer": [_listed(edition) for edition in found]})

    def _newest_after(self, document_id: str) -> _Edition | None:
        """The newest edition of the plan that this document is an edition of: others may have replaced it since."""
        edition = self._editions.get(document_id)
        return self._newest_of(edition.facts.set_id) if edition else None

    def _withdraw(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="Tilbagetrækning i PLSP", patient=wish["patient"], set_id=wish["setId"])
        edition = self._newest_of(wish["setId"])
        if edition is None or not edition.current or edition.facts.patient_cpr != wish["patient"]:
            return problem(404, "Patienten har ingen gældende plan med det setId.")
        edition.current = False
        deprecation = metadata.deprecation_of(
            edition.entry.id,
            edition.entry.patient_id,
            set_uuid=context.new_id(),
            source_id=PLSP_SOURCE,
            now=context.now,
            content_type=metadata.Code(codes.CARE_PLAN, oids.LOINC),
        )
        body = build.update_document_set(deprecation)
        self._enqueue(Delivery(edition.facts.document_id, _soap(codes.ITI_57, "/dros/iti57", body)), context)
        return json_response(200, _receipt(edition))


def _objection(wish: dict[str, Any], facts: CpdFacts, known: _Edition | None, newest: _Edition | None) -> Response | None:
    """Why a readable plan is not taken in, or None. `known` has the same document id, `newest` is the plan's last edition."""
    label = wish.get("forloebslabel", "")
    if wish["cpdVersion"] not in metadata.FORMATS:
        return problem(422, f"cpdVersion skal være en af: {', '.join(metadata.FORMATS)}.")
    if not isinstance(label, str) or (label and not label.isalnum()):
        return problem(422, "forloebslabel skal være en SKS-kode, fx ALAL21.")
    if facts.patient_cpr != wish["patient"]:
        return problem(422, "Patienten i beskeden er en anden end patienten i dokumentet.")
    if not facts.document_id:
        return problem(422, "Dokumentet mangler id.")
    if known:
        return problem(409, "Der findes allerede et andet dokument med samme id.")
    if newest and newest.facts.patient_cpr != facts.patient_cpr:
        return problem(409, "Der findes allerede en plan til en anden patient med samme setId.")
    if newest and (facts.version or 0) <= (newest.facts.version or 0):
        return problem(409, f"Planen findes allerede i udgave {newest.facts.version}.")
    return None


def _soap(action: str, path: str, body: bytes) -> Request:
    return Request("POST", path, (("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"')), body)


def _registry_result(answer: Response | Failure) -> tuple[bool, bool]:
    """Whether DROS took it, and, if not, whether it may take it later."""
    if isinstance(answer, Failure):
        return False, True
    try:
        result = read.read_registry_answer(answer.body)
    except BadInput:
        return False, answer.status == 503
    return result.succeeded, any("Busy" in error.code for error in result.errors)


def _receipt(edition: _Edition) -> dict[str, Any]:
    return {
        "kvittering": edition.receipt,
        "dokumentId": edition.facts.document_id,
        "setId": edition.facts.set_id,
        "version": edition.facts.version,
    }


def _listed(edition: _Edition) -> dict[str, Any]:
    return {
        **_receipt(edition),
        "gaeldende": edition.current,
        "registrering": edition.registration,
        "modtaget": edition.received.isoformat(),
        "sha256": hashlib.sha256(edition.document).hexdigest(),
        "dokument": base64.b64encode(edition.document).decode("ascii"),
    }
