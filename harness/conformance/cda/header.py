"""What must hold of any Danish CDA document: it is CDA, and its header says what a header must. Read from the raw XML.

Here stands what the document says of itself: its times, title, language and confidentiality. The rest of the header has files of
its own. A plan is judged by most of them; what MedCom's profile CPD-DK names itself has ids of its own and the same checks.
Grades are the project's convention: F2 where a receiver cannot use the document at all, F3 where its content survives, F4 for
what is known only as the need of a Danish tool.
"""

from __future__ import annotations

import re
from datetime import datetime

from harness.conformance.cda import header_author, header_parts, header_patient, header_version, structure
from harness.conformance.cda.document import EXAMPLES, METADATA, SCHEMA, SUBJECT, TOOL, header_rule
from harness.conformance.cda.element import carries, cda_path, missing, says, shown
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Result, Rule, judge, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import XmlDocument, local_name, parse

RULE_MODULES = (header_parts, header_patient, header_author, header_version, structure)
"""Importing them registers the rules."""


def judge_header(data: bytes, file: str) -> list[Judgement]:
    """Every header rule's result on the document in `data`; `file` is its name in findings. Never raises for what `data` holds.

    Bytes that are not a CDA document break `CDA-XML`, and nothing else is judged. For a CPD-DK use `judge_cpd`.

        judge_header(body, "dokument.xml")
    """
    return judge(_rules(), readable(lambda: parse(data, file), file))


def judge_document(subject: str, data: bytes, file: str) -> list[Judgement]:
    """The header rules, then those of `subject`, on the document in `data`; the latter not judged when it is no CDA document."""
    document = readable(lambda: parse(data, file), file)
    header = judge(_rules(), document)
    return [*header, *judge_on(header[0], rules_for(subject), document)]


def judge_plan_header(first: Judgement, plan: XmlDocument | Unreadable) -> list[Judgement]:
    """The header rules that the plan's own do not ask already; not judged when `first`, the plan's first rule, is broken."""
    return judge_on(first, [each for each in _rules() if each.id not in _NOT_OF_PLANS], plan)


_NOT_OF_PLANS = frozenset({"CDA-XML", "CDA-H01", "CDA-H06", "CDA-H07", "CDA-H08", "CDA-H10", "CDA-H12"})
# CPD-XML, C01, C11, C13, C14 and C12 ask the same or more. CDA-H10 is known from a tool that a plan does not pass through.


def judge_on(first: Judgement, rules: list[Rule], document: XmlDocument | Unreadable) -> list[Judgement]:
    """The rules' results on the document; not judged when the rule that it is one, `first`, is broken."""
    if first.result is Result.BROKEN:
        reason = f"bygger på {first.rule.id}, der er brudt"
        return [Judgement(each, Result.NOT_JUDGED, reason=reason) for each in rules]
    return judge(rules, document)


def _rules() -> list[Rule]:
    """The rules of the header by number, whichever file they stand in."""
    first, *others = rules_for(SUBJECT)
    return [first, *sorted(others, key=lambda each: each.id)]


@header_rule(5, "Hovedets tidspunkter er skrevet, som HL7 skriver tid", Grade.F3, f"{SCHEMA}, datatypen TS")
def times(document: XmlDocument) -> Outcome:
    """The document's and its authors' times, and the patient's birth time; one with a nullFlavor may have no value. Of the time
    that the document is about, which may be open, what is given.
    """
    paths = ("effectiveTime", "author/time", "recordTarget/patientRole/patient/birthTime")
    found = [each for path in paths for each in document.root.findall(cda_path(path), NAMESPACES)]
    span = document.root.iterfind(cda_path("documentationOf/serviceEvent/effectiveTime"), NAMESPACES)
    found += [part for each in span for part in each.iter(*_SPAN) if "value" in part.attrib]
    return tuple(
        Breach(
            document.at(each, "value"),
            "et tidspunkt, fx 20261005101500+0200",
            "noget andet (vises ikke)" if local_name(each) == "birthTime" else each.get("value") or "tomt",
        )
        for each in found
        if not is_time(each.get("value", "")) and not (each.get("nullFlavor") and "value" not in each.attrib)
    )


_SPAN = tuple(f"{{{HL7}}}{name}" for name in ("effectiveTime", "low", "high", "center"))
_TIME = re.compile(r"[0-9]{1,8}|([0-9]{9,14}|[0-9]{14}\.[0-9]+)([+\-][0-9]{1,4})?")
_LEAST = "00000101000000"


def is_time(value: str) -> bool:
    """Whether `value` is HL7's TS by the schema, and a time there is."""
    if not _TIME.fullmatch(value):
        return False
    digits = re.split(r"[.+\-]", value)[0]
    if len(digits) < 4 or len(digits) % 2:
        return True  # so short a value is allowed by the schema, and says no date
    try:
        datetime.strptime(digits + _LEAST[len(digits) :], "%Y%m%d%H%M%S")  # noqa: DTZ007  only whether it is one
    except ValueError:
        return False
    return True


@header_rule(8, "Dokumentet har en titel", Grade.F4, TOOL)
def title(document: XmlDocument) -> Outcome:
    """The standard leaves it open; the tools that share the document do not."""
    return says(document, document.root, "title", null_flavor=False)


@header_rule(14, "Dokumentets sprog er da-DK eller da", Grade.F4, f"{TOOL}; {METADATA}, languageCode")
def language(document: XmlDocument) -> Outcome:
    """The standard leaves it open; the tools that share the document do not."""
    expected, found = "languageCode da-DK eller da", document.root.find("cda:languageCode", NAMESPACES)
    if found is None:
        return (missing(document, document.root, "languageCode", expected),)
    return HOLDS if found.get("code") in ("da-DK", "da") else (Breach(document.at(found), expected, shown(found)),)


@header_rule(9, "Fortroligheden er N (normal) i HL7's kodesystem", Grade.F3, f"{METADATA}, confidentialityCode; {EXAMPLES}")
def confidentiality(document: XmlDocument) -> Outcome:
    """N in 2.16.840.1.113883.5.25, the one value in MedCom's list."""
    if document.root.find("cda:confidentialityCode", NAMESPACES) is None:
        return NotJudged("dokumentet har ingen confidentialityCode")
    return carries(document, document.root, "confidentialityCode", code="N", codeSystem=oids.CONFIDENTIALITY)
