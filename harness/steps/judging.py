"""Runs the message rules over what the LPS sent: which rules speak of which message, and what the message declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.cpd_patient import judge_patient
from harness.conformance.plsp_submission import judge_handover, read_handover
from harness.conformance.rule import Judgement
from harness.conformance.xds.submission import carries_plan, declared_in, documents_in, documents_of, judge_submitted
from harness.conformance.xds.submitted import read_submitted
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.patient import Patient
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xml import parse


def judge_message(
    exchange: Exchange, known: Mapping[str, str], confirmed: frozenset[str], patient: Patient | None
) -> Iterator[tuple[str, list[Judgement]]]:
    """Each subject found in what the LPS sent, in Danish, with its judgements. Messages no rule speaks of give nothing.

    `known` maps the uniqueId of documents shared before to their entryUUID; `confirmed` are the rules confirmed for CPD-DK 2.0;
    `patient` is the test person the plan stands under, when that is known.
    """
    body = exchange.request.body
    match (exchange.request.method, exchange.request.path):
        case ("POST", "/plsp/forloebsplaner"):
            handover = read_handover(body)
            yield f"Aflevering til PLSP ({exchange.id})", judge_handover(handover, f"{exchange.id}.json")
            documents, declared = [handover.document], handover.declared
        case ("POST", "/dros/iti41"):
            submitted = read_submitted(body, f"{exchange.id}.xml", known)
            if not carries_plan(submitted):
                return  # an LPS may share other documents too
            yield f"ITI-41 ({exchange.id})", judge_submitted(submitted)
            documents, declared = documents_of(submitted), declared_in(submitted)
        case _:
            return
    for document in documents:
        judgements = judge_cpd(document, "plan.xml", declared=declared, confirmed=confirmed)
        if patient is not None:
            judgements += judge_patient(document, "plan.xml", patient)
        yield f"Planen i {exchange.id}", judgements


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
    return _document(exchange.request.path, exchange.request.body)


@lru_cache(maxsize=64)
def _document(path: str, body: bytes) -> bytes:
    # Every wait asks this of every message, again each time something happens.
    if path == "/plsp/forloebsplaner":
        return read_handover(body).document
    if path == "/dros/iti41":
        return next(iter(documents_in(body)), b"")
    return b""
