"""Runs the message rules over what the LPS sent: which rules speak of which message, and what the message declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.conformance.cpd import judge_cpd
from harness.conformance.plsp_submission import judge_handover, read_handover
from harness.conformance.rule import Judgement
from harness.conformance.xds_submission import declared_version, documents_in, judge_submission
from harness.domain.exchange import Exchange


def judge_message(
    exchange: Exchange, known: Mapping[str, str], confirmed: frozenset[str]
) -> Iterator[tuple[str, list[Judgement]]]:
    """Each subject found in what the LPS sent, in Danish, with its judgements. Messages no rule speaks of give nothing.

    `known` maps the uniqueId of documents shared before to their entryUUID; `confirmed` are the rules confirmed for CPD-DK 2.0.
    """
    body = exchange.request.body
    match (exchange.request.method, exchange.request.path):
        case ("POST", "/plsp/forloebsplaner"):
            handover = read_handover(body)
            yield f"Aflevering til PLSP ({exchange.id})", judge_handover(handover, f"{exchange.id}.json")
            yield (
                f"Planen i {exchange.id}",
                judge_cpd(handover.document, "plan.xml", declared=handover.declared, confirmed=confirmed),
            )
        case ("POST", "/dros/iti41"):
            yield f"ITI-41 ({exchange.id})", judge_submission(body, f"{exchange.id}.xml", known)
            declared = declared_version(body)
            for number, document in enumerate(documents_in(body), 1):
                name = f"plan{number if number > 1 else ''}.xml"
                yield f"Planen i {exchange.id}", judge_cpd(document, name, declared=declared, confirmed=confirmed)
        case _:
            return


def plan_in(exchange: Exchange) -> bytes:
    """The plan a message carries; empty when it carries none."""
    if exchange.request.path == "/plsp/forloebsplaner":
        return read_handover(exchange.request.body).document
    if exchange.request.path == "/dros/iti41":
        return next(iter(documents_in(exchange.request.body)), b"")
    return b""
