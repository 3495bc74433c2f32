"""What must hold of a patient's stamkort, PDC-DK: its kind, and which entries there are. What they say is not sourced."""

from __future__ import annotations

from dataclasses import replace

from harness.conformance.cda.document import METADATA, is_kind
from harness.conformance.cda.header import judge_document
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, Result, rule
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7
from harness.standards.xml import XmlDocument

SUBJECT = "pdc"
SOURCE = "MedCom, PDC-DK, schematron (art-decor-scenarie 1.2.208.184.4.8), KvalitetsIT/cda-validator@ceb5c65"
NOT_PUBLIC = "ikke kontrolleret: hvad stamkortets oplysninger siger: det er der ingen offentlig kilde til"


def judge_pdc(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result, those of the header first, on the stamkort in `data`; `file` is its name in findings. Never raises.

    judge_pdc(body, "stamkort.xml")
    """
    *others, of_entries = judge_document(SUBJECT, data, file)
    if of_entries.result is not Result.NOT_JUDGED:
        of_entries = replace(of_entries, reason=NOT_PUBLIC)
    return [*others, of_entries]


@rule(
    "PDC-01",
    subject=SUBJECT,
    title="Dokumentet er et PDC-DK: det har skabelonen og koden PDC (MedComs beskedkoder)",
    grade=Grade.F2,
    owner=Owner.LPS,
    source=f"{METADATA}, typeCode; {SOURCE}",
)
def kind(stamkort: XmlDocument) -> Outcome:
    """templateId 1.2.208.184.16.1, or one below it; code PDC in 1.2.208.184.100.1."""
    return is_kind(stamkort, codes.PDC)


@rule(
    "PDC-02",
    subject=SUBJECT,
    title="Stamkortets oplysninger har en af skabelonerne 20 til 30",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=SOURCE,
)
def entries(stamkort: XmlDocument) -> Outcome:
    """Every templateId under 1.2.208.184.16.1.10.20.1 is one of the eleven that are known. No entry is known to be mandatory."""
    start = f"{codes.PDC_ENTRIES}."
    found = [each for each in stamkort.root.iter(f"{{{HL7}}}templateId") if each.get("root", "").startswith(start)]
    if not found:
        return NotJudged("stamkortet har ingen oplysninger efter MedComs skabeloner")
    known = {f"{start}{number}" for number in codes.PDC_ENTRY_NUMBERS}
    expected = f"{start}{codes.PDC_ENTRY_NUMBERS[0]} til {codes.PDC_ENTRY_NUMBERS[-1]}"
    return tuple(
        Breach(stamkort.at(each, "root"), expected, each.get("root", "")) for each in found if each.get("root") not in known
    )
