"""A forløbslabel in a plan's header is a known one, and that of the plan's disease. Subject `cpd-label`.

CPD-DK 2.0 puts it in the header (section 2.1.5.3), but where is not sourced; so it is looked for in all of the header, and a plan
without one breaks nothing.
"""

from __future__ import annotations

from harness.conformance.cda.document import METADATA, is_cda, read_plan
from harness.conformance.cda.plan_diagnoses import KOL_SOURCE, diagnoses_of
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, Result, judge, rule, rules_for
from harness.domain.careplan import Disease
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import HL7
from harness.standards.xds.codes import FORLOEBSLABELS
from harness.standards.xml import Element, XmlDocument, local_name

SUBJECT = "cpd-label"
PLACE = "forløbslabel-placering"

# High blood pressure and lipids also bring patients to the heart plan: EG Clinea, manual, Opret elektroniske forløbsplaner.
_HEART_RISK = ("K86", "K87", "T93", "DI10", "DI11", "DI12", "DI13", "DI15", "DE78")
# ICPC-2-DK, and the SKS codes it maps to (hl7dk/dk-sks-terminology-automation@226bba7, ConceptMap-icpc2-icd10).
CODED_AS = {
    Disease.KOL: ("R95", "DJ43", "DJ44"),
    Disease.T2D: ("T90", "DE11", "DE12", "DE13", "DE14"),
    Disease.HJERTE: ("K74", "K75", "K76", "DI20", "DI21", "DI23", "DI24", "DI25", *_HEART_RISK),
    Disease.LRS: ("L02", "L03", "L84", "L86"),
}


def judge_label(data: bytes, file: str, undecided: frozenset[str] = frozenset()) -> list[Judgement]:
    """The rules' results on the plan in `data`; `file` is its name in findings. Never raises.

    `undecided` names the facts that are not decided: while the label's place is among them, the rules give remarks only, and
    what holds awaits it.

        judge_label(body, "plan.xml")
    """
    try:
        plan = read_plan(data, file)
    except BadInput:
        return _nothing_judged("planen kan ikke læses")
    return (
        judge(rules_for(SUBJECT), plan, undecided=undecided)
        if is_cda(plan)
        else _nothing_judged("planen er ikke et CDA-dokument")
    )


def _nothing_judged(reason: str) -> list[Judgement]:
    return [Judgement(each, Result.NOT_JUDGED, reason=reason) for each in rules_for(SUBJECT)]


_NONE = NotJudged("planens header har ingen forløbslabel, og hvor den skal stå, er ikke kendt")


@rule(
    "CPD-L01",
    subject=SUBJECT,
    title="En forløbslabel i planens header er en kendt kode i SKS",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{METADATA}, eventCodeList; NSPOP, Forløbsplaner (pageId 229645118)",
    fact=PLACE,
)
def known(plan: XmlDocument) -> Outcome:
    """Not judged for an unknown ALAL code on a plan for back pain: which one it gets is not public."""
    labels = _labels(plan)
    if diseases_of(plan) == {Disease.LRS}:
        labels = [each for each in labels if each.get("code") in FORLOEBSLABELS]
    expected = f"{', '.join(FORLOEBSLABELS)} ({oids.SKS})"
    wrong = [each for each in labels if each.get("code") not in FORLOEBSLABELS or each.get("codeSystem") != oids.SKS]
    return _breaches(plan, wrong, expected) if labels else _NONE


@rule(
    "CPD-L02",
    subject=SUBJECT,
    title="En forløbslabel i planens header er den, der hører til planens sygdom",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=KOL_SOURCE,
    needs=("CPD-L01",),
    fact=PLACE,
)
def of_the_disease(plan: XmlDocument) -> Outcome:
    """ALAL21 on KOL, ALAL22 on type 2 diabetes, ALAL02 on ischaemic heart disease. Other labels and diagnoses are not judged."""
    diseases = diseases_of(plan)
    owners = {each.forloebslabel: each for each in Disease if each.forloebslabel}
    labels = [(each, owners[code]) for each in _labels(plan) if (code := each.attrib["code"]) in owners]
    if not labels:
        return _NONE
    if not diseases:
        return NotJudged("planens diagnose er ikke en af dem, hvis forløbslabel er kendt")
    wrong = [each for each, disease in labels if disease not in diseases]
    fitting = sorted(each.forloebslabel for each in diseases if each.forloebslabel)
    return _breaches(plan, wrong, ", ".join(fitting) or "ingen af de kendte på en plan for lænderyg")


def _breaches(plan: XmlDocument, wrong: list[Element], expected: str) -> tuple[Breach, ...]:
    return tuple(
        Breach(plan.at(each), expected, f"{each.get('code')} ({each.get('codeSystem', 'uden kodesystem')})") for each in wrong
    )


def _labels(plan: XmlDocument) -> list[Element]:
    """What is coded ALAL… in the header."""
    parts = [each for each in plan.root.iterchildren(f"{{{HL7}}}*") if local_name(each) != "component"]
    return [each for part in parts for each in part.iter(f"{{{HL7}}}*") if each.get("code", "").startswith("ALAL")]


def diseases_of(plan: XmlDocument) -> set[Disease]:
    """The diseases that the plan's diagnoses are of."""
    own = diagnoses_of(plan)
    return {disease for disease, starts in CODED_AS.items() if any(code.startswith(starts) for code in own)}
