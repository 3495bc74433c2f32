"""What must hold of EHMI's transport envelope (SBDH) round a message, and of its receipts, read from the raw XML.

Not judged, for want of a source: the order of elements, that a receipt has every ORIGINAL… scope, the inner parts of an ebBP
signal, and what XDS-METADATA holds. Grades are the project's convention: F1 another patient, F2 a receiver cannot use or answer
it, F3 the message survives.
"""

from __future__ import annotations

from harness.conformance.rule import Judgement, judge, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.conformance.transport import sbdh_content, sbdh_header, sbdh_scopes
from harness.conformance.transport.sbdh_envelope import NAMESPACES, SCOPES, SUBJECT
from harness.standards.xml import XmlDocument, parse

RULE_MODULES = (sbdh_header, sbdh_scopes, sbdh_content)
"""Importing them registers the rules."""

MAX_SCOPES = 100  # MedCom's fullest example has 12; where each stands is dear to find among very many


def judge_sbdh(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the envelope in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_sbdh(body, "kuvert.xml")
    """
    subject = readable(lambda: parse(data, file), file)
    if isinstance(subject, XmlDocument) and (too_many := subject.root.findall(SCOPES, NAMESPACES)[MAX_SCOPES:]):
        subject = Unreadable(f"kuverten har flere end {MAX_SCOPES} Scope", subject.at(too_many[0]))
    return judge(rules_for(SUBJECT), subject)
