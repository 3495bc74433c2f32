"""What must hold of a questionnaire as a form, QFDD-DK. How it holds its questions is not sourced, and not judged."""

from __future__ import annotations

import re

from harness.conformance.cda.document import EXAMPLES, METADATA, is_kind
from harness.conformance.cda.element import carries, missing, shown
from harness.conformance.cda.header import judge_document
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, rule
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xml import Element, XmlDocument

SUBJECT = "qfdd"
KIND_SOURCE = f"{METADATA}, typeCode; MedCom, QFDD-DK, {EXAMPLES}"
OPTIONS_SOURCE = f"MedCom, QFDD-DK og QRD-DK, {EXAMPLES}: svarmuligheder (2.16.840.1.113883.10.20.32.4.20)"


def judge_qfdd(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result, those of the header first, on the form in `data`; `file` is its name in findings. Never raises.

    judge_qfdd(body, "skema.xml")
    """
    return judge_document(SUBJECT, data, file)


@rule(
    "QFDD-01",
    subject=SUBJECT,
    title="Dokumentet er et QFDD-DK: det har skabelonen og koden 74468-0 (LOINC)",
    grade=Grade.F2,
    owner=Owner.LPS,
    source=KIND_SOURCE,
)
def kind(form: XmlDocument) -> Outcome:
    """templateId 1.2.208.184.12.1, or one below it; code 74468-0."""
    return is_kind(form, codes.QFDD)


@rule(
    "QFDD-02",
    subject=SUBJECT,
    title="Et spørgsmåls svarmuligheder har koden 74467-2 (LOINC)",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=OPTIONS_SOURCE,
)
def options_code(form: XmlDocument) -> Outcome:
    """Where the template of response options stands."""
    return options_have_code(form)


@rule(
    "QFDD-03",
    subject=SUBJECT,
    title="Et spørgsmåls svarmuligheder siger færrest og flest svar (IVL_INT)",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=OPTIONS_SOURCE,
)
def options_interval(form: XmlDocument) -> Outcome:
    """Where the template of response options stands: a value IVL_INT with low and high, whole numbers in order."""
    return options_have_interval(form)


NO_OPTIONS = NotJudged("dokumentet har ingen svarmuligheder efter MedComs skabelon")


def response_options(document: XmlDocument) -> list[Element]:
    """The observations with the template of response options."""
    return document.root.findall(f".//cda:observation/cda:templateId[@root='{codes.RESPONSE_OPTIONS}']/..", NAMESPACES)


def options_have_code(document: XmlDocument) -> Outcome:
    """A breach for each of them without code 74467-2 (LOINC)."""
    options = response_options(document)
    if not options:
        return NO_OPTIONS
    return tuple(
        breach
        for each in options
        for breach in carries(document, each, "code", code=codes.RESPONSE_OPTIONS_CODE, codeSystem=oids.LOINC)
    )


def options_have_interval(document: XmlDocument) -> Outcome:
    """A breach for each of them whose value is no IVL_INT from the least to the most."""
    options = response_options(document)
    return tuple(breach for each in options for breach in _interval(document, each)) if options else NO_OPTIONS


def _interval(document: XmlDocument, options: Element) -> tuple[Breach, ...]:
    value = options.find("cda:value", NAMESPACES)
    if value is None:
        return (missing(document, options, "value", "value IVL_INT med low og high"),)
    if type_of(value) != "IVL_INT":
        return (Breach(document.at(value, "type"), "IVL_INT", type_of(value) or "mangler"),)
    for name in ("low", "high"):
        end = value.find(f"cda:{name}", NAMESPACES)
        if end is None:
            return (missing(document, value, name, f"{name} med et helt tal"),)
        if not re.fullmatch(r"[0-9]{1,9}", end.get("value", "")):
            return (Breach(document.at(end), f"{name} med et helt tal", shown(end)),)
    low, high = bounds(options) or (0, 0)
    return HOLDS if low <= high else (Breach(document.at(value), "low højst lig med high", f"{low} til {high}"),)


def bounds(options: Element) -> tuple[int, int] | None:
    """The least and the most answers, None when they are not two whole numbers."""
    ends = [options.find(f"cda:value/cda:{name}", NAMESPACES) for name in ("low", "high")]
    numbers = [end.get("value", "") for end in ends if end is not None]
    if len(numbers) < 2 or not all(re.fullmatch(r"[0-9]{1,9}", each) for each in numbers):
        return None
    return int(numbers[0]), int(numbers[1])


def type_of(value: Element) -> str:
    """The data type that `xsi:type` names, without its prefix."""
    return value.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()
