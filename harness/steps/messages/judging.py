"""Runs the message rules over what the LPS sent: which rules speak of which message, and what the message declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from lxml.etree import QName

from harness.conformance.cda.clinic import judge_clinic
from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.cpd_label import judge_label
from harness.conformance.cda.cpd_patient import judge_patient
from harness.conformance.fhir.condition_list import judge_condition_list
from harness.conformance.plsp_submission import judge_handover, read_handover
from harness.conformance.rule import Judgement, Result, Rule, rules_for
from harness.conformance.security.dgws import judge_dgws
from harness.conformance.security.hsuid import judge_hsuid
from harness.conformance.security.soap_header import read_headed
from harness.conformance.transport.answered import SENDERS_FAULT, Answered
from harness.conformance.transport.soap_http import Travelling, judge_travelling
from harness.conformance.xds.submission import carries_plan, declared_in, documents_in, documents_of, judge_submitted
from harness.conformance.xds.submitted import read_submitted
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.finding import Location
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient
from harness.domain.seat import Seat
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.mtom import inlined, is_package
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.soap import sender_fault
from harness.standards.xds.codes import FORMAT_CODES
from harness.standards.xml import parse
from harness.steps.laboratory.laboratory_wire import sent_in


def judge_message(
    exchange: Exchange,
    known: Mapping[str, str],
    confirmed: frozenset[str],
    patient: Patient | None,
    undecided: frozenset[str] = frozenset(),
    clinic: str = "",
) -> Iterator[tuple[str, list[Judgement]]]:
    """Each subject found in what the LPS sent, in Danish, with its judgements. Messages no rule speaks of give nothing.

    `known` maps the uniqueId of documents shared before to their entryUUID; `confirmed` are the rules confirmed for CPD-DK 2.0;
    `patient` is the test person the plan stands under, when that is known; `undecided` are the facts that are not decided;
    `clinic` is the SOR code of the clinic that the sender is set up as, where that is known.
    """
    body = exchange.request.body
    match (exchange.request.method, exchange.request.path):
        case ("AFLÆST", path):
            yield f"Afleveringen af {exchange.id}", not_seen(_HANDED_IN_BY[path])
            documents, declared = [body], FORMAT_CODES.get(exchange.facts.get("format_code", ""), "")
        case ("POST", "/plsp/forloebsplaner"):
            handover = read_handover(body)
            yield f"Aflevering til PLSP ({exchange.id})", judge_handover(handover, f"{exchange.id}.json")
            documents, declared = [handover.document], handover.declared
        case ("POST", "/dros/iti41"):
            submitted = read_submitted(body, _file(exchange), known, exchange.request.headers)
            if not carries_plan(submitted):
                return  # an LPS may share other documents too
            yield f"ITI-41 ({exchange.id})", judge_submitted(submitted)
            documents, declared = documents_of(submitted), declared_in(submitted)
        case ("POST", "/health-hub/svar"):
            from harness.conformance.oioxml.xrpt import judge_xrpt

            sent = sent_in(exchange)
            if sent is not None:
                yield f"Laboratoriesvaret i {exchange.id}", judge_xrpt(sent.document, f"{exchange.id}.xml")
            return
        case ("POST", "/plsp-diagnosekort/dokumenter"):
            yield f"Diagnosekortet i {exchange.id}", judge_condition_list(body, f"{exchange.id}.json")
            return
        case ("POST", "/vans/afsendelse" | "/ehmi/afsendelse" | "/ehmi/status"):
            yield from _judge_envelope(exchange)
            return
        case _:
            return
    for document in documents:
        judgements = judge_cpd(document, "plan.xml", declared=declared, confirmed=confirmed)
        if patient is not None:
            judgements += judge_patient(document, "plan.xml", patient)
        if clinic:
            judgements += judge_clinic(document, "plan.xml", clinic)
        label = judge_label(document, "plan.xml", undecided)
        if any(each.result is not Result.NOT_JUDGED for each in label):  # a plan without one awaits nothing, unless it is asked
            judgements += label
        yield f"Planen i {exchange.id}", judgements


def not_seen(rules: Iterable[Rule]) -> list[Judgement]:
    """What comes of `rules` over messages that nobody saw: nothing, and that is told."""
    return [Judgement(each, Result.NOT_JUDGED, reason=UNSEEN) for each in rules]


def judge_shared(exchange: Exchange, known: Mapping[str, str], clinic: str) -> Iterator[tuple[str, list[Judgement]]]:
    """The appointments and stamkort that a message hands in, each with how it was; `known` and `clinic` as in `judge_message`."""
    from harness.conformance.files.formats import judge_file

    if (exchange.request.method, exchange.request.path) != ("POST", "/dros/iti41"):
        return
    submitted = read_submitted(exchange.request.body, _file(exchange), known, exchange.request.headers)
    for document in documents_of(submitted):
        report = judge_file(document, f"{exchange.id}-dokument.xml")
        if report.format in _SHARED:
            yield f"ITI-41 ({exchange.id})", judge_submitted(submitted)
            yield f"{report.format} ({exchange.id})", [*report.judgements, *judge_clinic(document, "dokument.xml", clinic)]


def _judge_envelope(exchange: Exchange) -> Iterator[tuple[str, list[Judgement]]]:
    """The envelope or the delivery status, and what it carries, each by the rules of its format."""
    from harness.conformance.files.formats import judge_file

    for report in judge_file(
        exchange.request.body, f"{exchange.id}.{'json' if exchange.request.path == '/ehmi/status' else 'xml'}"
    ).every():
        if report.format:
            yield f"{report.format} ({exchange.id})", list(report.judgements)


def judge_security(
    exchange: Exchange, demanded: frozenset[str], sts: Sequence[bytes] = (), level: str = ""
) -> Iterator[tuple[str, list[Judgement]]]:
    """The security headers of a message that the LPS itself sent to the national services, with its judgements.

    A header that is not there is judged only where it is `demanded` (`dgws`, `hsuid`): no public source says that it must be.
    `sts` are the token service's certificates (DER), `level` the least one demanded of an ID card; without them the signature and
    the level are not checked.
    """
    request = exchange.request
    transaction = _SECURED.get(request.path)
    if request.method != "POST" or transaction is None:
        return
    try:
        message = inlined(request.body, request.headers)
    except BadInput:
        return  # XDSM-XML speaks of it when it is an ITI-41; of another message nothing can be said
    file = _file(exchange)
    headed = read_headed(message, file)
    if request.header("host") and headed.message is not None:  # it came by HTTP, and not in a file
        travelling = Travelling(Location(file), request.headers, QName(headed.message.root).namespace or "")
        yield f"{transaction} på vej ({exchange.id})", judge_travelling(travelling)
    if "dgws" in demanded or headed.blocks(f"{{{WSSE}}}Security") or headed.blocks(f"{{{MEDCOM}}}Header"):
        yield f"DGWS i {transaction} ({exchange.id})", judge_dgws(message, file, exchange.at, sts=sts, level=level)
    if transaction in _WITH_HSUID and ("hsuid" in demanded or headed.blocks(f"{{{HSUID}}}HsuidHeader")):
        fetched = [patient for patient in (exchange.facts.get("patient"),) if patient and transaction == "ITI-43"]
        own = (CLINIC.yder, CLINIC.sor)
        yield f"HSUID i {transaction} ({exchange.id})", judge_hsuid(message, file, about=fetched, clinic=own)


def refused(exchange: Exchange) -> Answered | None:
    """What our simulator of a service said, where it could not use the message; None where it could, or was told to refuse."""
    response = exchange.response
    if response is None or response.status < 400 or exchange.seat is not Seat.SIMULATOR or "disturbance" in exchange.facts:
        return None
    answered = Answered(Location(exchange.id), response.status, sender_fault(response.body))
    return answered if answered.fault or answered.status in SENDERS_FAULT else None


def _file(exchange: Exchange) -> str:
    """What a place in the message is named by. In a packed one, lines are counted in the envelope."""
    return f"{exchange.id}-konvolut.xml" if is_package(exchange.request.headers) else f"{exchange.id}.xml"


_SHARED: Final = frozenset({"Aftale (APD-DK)", "Stamkort (PDC-DK)"})
"""The documents besides plans that every LPS must be able to share."""

UNSEEN: Final = "Systemets egen besked er ikke set, kun dokumentet, som er hentet hos modtageren (aflæsning)."

READ_BACK_PATHS: Final = {"dokumentdeling": "/dros/aflaesning", "plsp": "/plsp/aflaesning"}
"""By receiver the path under which a document stands that was read back from it."""

_HANDED_IN_BY: Final = {
    "/dros/aflaesning": (*rules_for("iti41"), *rules_for("dgws")),
    "/plsp/aflaesning": tuple(rules_for("plsp")),
}
"""The rules of the messages that bring plans there."""

_SECURED: Final = {
    "/dros/iti41": "ITI-41",
    "/dros/iti42": "ITI-42",
    "/dros/iti57": "ITI-57",
    "/dros/iti61": "ITI-61",
    "/dds/iti18": "ITI-18",
    "/dds/iti43": "ITI-43",
}
_WITH_HSUID: Final = frozenset({"ITI-18", "ITI-43"})


def delivered(exchange: Exchange) -> CpdFacts | None:
    """What the plan that a message hands in says; None when it hands in none that can be read."""
    document = plan_in(exchange)
    return _facts(document) if document else None


@lru_cache(maxsize=64)
def _facts(document: bytes) -> CpdFacts | None:
    try:
        return read_cpd(parse(document, "plan.xml"))
    except BadInput:
        return None


def plan_in(exchange: Exchange) -> bytes:
    """The plan a message hands in; empty when it hands in none."""
    return _document(exchange.request.path, exchange.request.body, exchange.request.header("content-type"))


@lru_cache(maxsize=64)
def _document(path: str, body: bytes, content_type: str) -> bytes:
    # Every wait asks this of every message, again each time something happens.
    if path in _HANDED_IN_BY:
        return body
    if path == "/plsp/forloebsplaner":
        return read_handover(body).document
    if path == "/dros/iti41":
        return next(iter(documents_in(body, (("content-type", content_type),))), b"")
    return b""
