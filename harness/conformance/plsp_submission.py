"""What must hold of a plan an LPS hands to PLSP, beyond the document itself. Subject `plsp`.

Our own contract for PLSP is refused by the service where it is broken, and grades nobody. Only what the national sources say
of any sharing is judged here.
"""

from __future__ import annotations

import base64
import binascii
import json
from contextlib import suppress
from dataclasses import dataclass

from harness.conformance.cda.cpd_label import diseases_of
from harness.conformance.cda.document import METADATA, read_plan
from harness.conformance.cda.header_patient import person_numbers
from harness.conformance.cda.plan_diagnoses import KOL_SOURCE, diagnoses_of, is_clear, is_kol
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, judge, rule, rules_for
from harness.domain.careplan import Disease
from harness.domain.errors import BadInput
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xds.codes import FORLOEBSLABELS, LABEL_KOL

SUBJECT = "plsp"


@dataclass(frozen=True, slots=True)
class Handover:
    """What an LPS handed to PLSP, as far as it can be read. `document` is empty when there is none."""

    patient: str
    declared: str
    label: str
    document: bytes


def read_handover(body: bytes) -> Handover:
    """The message in `body`; what is not there is empty. Never raises."""
    try:
        message = json.loads(body)
        message = message if isinstance(message, dict) else {}
        document = base64.b64decode(str(message.get("dokument", "")), validate=True)
    except (ValueError, RecursionError, binascii.Error):
        return Handover("", "", "", b"")
    version = message.get("cpdVersion")
    return Handover(
        patient=str(message.get("patient", "")),
        declared=f"CPD-DK {version}" if version else "",
        label=str(message.get("forloebslabel", "")),
        document=document,
    )


def judge_handover(handover: Handover, file: str) -> list[Judgement]:
    """Every rule's result on the message; `file` is its name in findings."""
    return judge(rules_for(SUBJECT), handover, file)


@rule(
    "PLSP-01",
    subject=SUBJECT,
    title="Patienten i beskeden er patienten i planen",
    grade=Grade.F1,
    owner=Owner.LPS,
    source="IHE ITI, XDSPatientIdDoesNotMatch (usnistgov/iheos-toolkit2); MedCom, CPD-DK 1.0.1, recordTarget",
)
def same_patient(handover: Handover, file: str) -> Outcome:
    """The CPR number or eCPR of the message is one of the document's. Neither is shown."""
    try:
        document = read_plan(handover.document, "plan.xml")
    except BadInput:
        return NotJudged("planen er ikke XML")
    found = person_numbers(document.root.findall("cda:recordTarget/cda:patientRole/cda:id", NAMESPACES))
    if not found:
        return NotJudged("planen har hverken CPR-nummer eller eCPR, der kan læses")
    if handover.patient in found:
        return HOLDS
    return (Breach(Location(file, path="/patient"), "samme patient som i planen", "en anden patient"),)


@rule(
    "PLSP-03",
    subject=SUBJECT,
    title="Forløbslabel er en kendt kode",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{METADATA}, eventCodeList; NSPOP, Forløbsplaner (pageId 229645118)",
)
def label_is_known(handover: Handover, file: str) -> Outcome:
    """The same rule as XDSM-27, by the other rute. A plan for back pain may have one that is not public yet."""
    if not handover.label or handover.label in FORLOEBSLABELS:
        return HOLDS
    with suppress(BadInput):
        if diseases_of(read_plan(handover.document, "plan.xml")) == {Disease.LRS}:
            return NotJudged("forløbslabel for lænderyg er ikke offentlig")
    return (Breach(Location(file, path="/forloebslabel"), ", ".join(FORLOEBSLABELS), handover.label),)


@rule(
    "PLSP-02",
    subject=SUBJECT,
    title="Forløbslabel for KOL står kun på en plan for KOL",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=KOL_SOURCE,
)
def kol_label_on_kol(handover: Handover, file: str) -> Outcome:
    """The same rule as XDSM-28, by the other rute."""
    if handover.label != LABEL_KOL:
        return HOLDS
    try:
        document = read_plan(handover.document, "plan.xml")
    except BadInput:
        return NotJudged("planen er ikke XML")
    found = diagnoses_of(document)
    if not found:
        return NotJudged("planen har ingen diagnosekode")
    if is_kol(found):
        return HOLDS
    if not is_clear(document):
        return NotJudged("en diagnosekode har ikke den form, dens kodesystem har (CPD-K04)")
    said = f"{LABEL_KOL} med {', '.join(sorted(found))}"
    return (Breach(Location(file, path="/forloebslabel"), "intet forløbslabel for KOL", said),)
