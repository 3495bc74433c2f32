"""Judges a received ITI-41: its metadata, and how they agree with the documents they describe.

The rules stand in `message`, `values`, `patient`, `agreement` and `plan`. They read the raw bytes, with nothing of the code that
writes or reads XDS elsewhere in the harness. Most hold of any document; those over what a plan's metadata say leave other
documents alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.conformance.rule import Judgement, judge, rules_for
from harness.conformance.xds import agreement, message, patient, plan, values
from harness.conformance.xds.submitted import Submitted, is_plan, read_submitted
from harness.domain.exchange import Headers
from harness.standards.xds import codes

RULE_MODULES = (message, values, patient, agreement, plan)
"""Importing them registers the rules."""


def judge_submitted(submitted: Submitted) -> list[Judgement]:
    """Every rule over one ITI-41. What is no ITI-41 in SOAP breaks XDSM-XML, and nothing else is judged.

    >>> judgements = judge_submitted(read_submitted(request.body, "iti41.xml", known))
    """
    return judge(rules_for("iti41"), submitted)


def documents_of(submitted: Submitted) -> list[bytes]:
    """The documents, decoded, in the order of their metadata; those that cannot be decoded are left out."""
    return [entry.document for entry in submitted.entries if entry.document is not None]


def declared_in(submitted: Submitted) -> str:
    """`CPD-DK 1.0.1` or `CPD-DK 2.0`, as the first formatCode says; empty when it is neither."""
    found = [code for entry in submitted.entries for code in entry.classifications(codes.FORMAT_CODE)]
    return codes.FORMAT_CODES.get(found[0].get("nodeRepresentation", ""), "") if found else ""


def carries_plan(submitted: Submitted) -> bool:
    """Whether a plan is handed in, by a typeCode or by a document. An LPS may share other documents too.

    True also of what is no ITI-41 in SOAP: nobody can say that it is something else.
    """
    return bool(submitted.problem) or any(entry.is_plan for entry in submitted.entries) or any(map(is_plan, submitted.contents))


def judge_submission(
    body: bytes, file: str, known: Mapping[str, str] = MappingProxyType({}), headers: Headers = ()
) -> list[Judgement]:
    """`judge_submitted` over bytes. `known` maps the uniqueId of registered documents to their entryUUID.

    >>> [each.rule.id for each in judge_submission(request.body, "iti41.xml") if each.result is Result.BROKEN]
    []
    """
    return judge_submitted(read_submitted(body, file, known, headers))


def documents_in(body: bytes, headers: Headers = ()) -> list[bytes]:
    """`documents_of` bytes."""
    return documents_of(read_submitted(body, "iti41", headers=headers))


def declared_version(body: bytes) -> str:
    """`declared_in` bytes."""
    return declared_in(read_submitted(body, "iti41"))
