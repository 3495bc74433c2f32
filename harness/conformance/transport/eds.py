"""What must hold of EHMI's delivery status (EDS), read from the raw JSON.

Not judged: a status in XML, which FHIR allows; and for want of a source FHIR R4's other rules for AuditEvent, and the system
of the sub-type, which the profile leaves open.
Grades are the project's convention: F2 where the status cannot be tied to its message or its parties, F3 where the content
survives.
"""

from __future__ import annotations

from harness.conformance.rule import Judgement, Result, judge, rules_for
from harness.conformance.subject import readable
from harness.conformance.transport import eds_codes, eds_event
from harness.conformance.transport.eds_reading import SUBJECT
from harness.standards.json_text import parse_json

RULE_MODULES = (eds_event, eds_codes)
"""Importing them registers the rules."""

IN_XML = "ikke kontrolleret: leveringsstatus i XML, for reglerne læser kun JSON"


def judge_eds(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the AuditEvent in `data`; `file` is its name in findings. Never raises for what `data` holds.

    A status written in XML is not judged, and the reason says so.

    judge_eds(body, "status.json")
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return [Judgement(each, Result.NOT_JUDGED, reason=IN_XML) for each in rules_for(SUBJECT)]
    return judge(rules_for(SUBJECT), readable(lambda: parse_json(data, file), file))
