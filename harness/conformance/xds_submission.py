"""Judges a received ITI-41: its metadata, and how they agree with the documents they describe.

The rules stand in `xds_message`, `xds_values`, `xds_agreement` and `xds_plan`. They read the raw bytes, with nothing of
the code that writes or reads XDS elsewhere in the harness.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.conformance import xds_agreement, xds_message, xds_plan, xds_values
from harness.conformance.rule import Judgement, judge, rules_for
from harness.conformance.submitted import read_submitted
from harness.standards.xds import codes

RULE_MODULES = (xds_message, xds_values, xds_agreement, xds_plan)
"""Importing them registers the rules."""


def judge_submission(body: bytes, file: str, known: Mapping[str, str] = MappingProxyType({})) -> list[Judgement]:
    """Every rule over one ITI-41. `known` maps the uniqueId of registered documents to their entryUUID.

    Bytes that are no ITI-41 in SOAP 1.1 break XDSM-XML, and nothing else is judged.

    >>> [each.rule.id for each in judge_submission(request.body, "iti41.xml") if each.result is Result.BROKEN]
    []
    """
    return judge(rules_for("iti41"), read_submitted(body, file, known))


def documents_in(body: bytes) -> list[bytes]:
    """The documents of an ITI-41, decoded, in the order of their metadata; those that cannot be decoded are left out."""
    return [entry.document for entry in read_submitted(body, "iti41").entries if entry.document is not None]


def declared_version(body: bytes) -> str:
    """`CPD-DK 1.0.1` or `CPD-DK 2.0`, as the first formatCode says; empty when it is neither."""
    entries = read_submitted(body, "iti41").entries
    found = [each.get("nodeRepresentation", "") for entry in entries for each in entry.classifications(codes.FORMAT_CODE)]
    return codes.FORMAT_CODES.get(found[0], "") if found else ""
