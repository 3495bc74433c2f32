"""Which code systems a plan's diagnoses and results are coded in. Subject `cpd-koder`; whether a code exists is not judged.

The systems are national, and not of one version of CPD-DK. Where the sources spell a system's OID differently every spelling is
accepted, and the unusual ones are told as remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harness.conformance.cda import cpd_disease
from harness.conformance.cda.document import EXAMPLES
from harness.conformance.cda.header import judge_on
from harness.conformance.cda.plan_diagnoses import ICPC2, SKS, SUBJECT, System, codings, diagnosis_values, is_formed, system_of
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, rule, rules_for
from harness.conformance.subject import Unreadable, some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import HL7, NAMESPACES, OUTCOMES
from harness.standards.xml import Element, XmlDocument, local_name, text_of

RULE_MODULES = (cpd_disease,)
"""Importing them registers the rules."""
REMARK = "accepteret: kilderne skriver det forskelligt"
_DIAGNOSES = "MedCom, ConditionList (FHIR), ICPC-2-DK og SKS; hl7dk/dk-sks-terminology-automation@226bba7"
_RESULTS = (
    "MedCom, målekoder (MCS), fut-infrastructure/implementation-guide@fb755c26; NPU, MedComs FHIR-terminologi; "
    "medcomdk/dk-medcom-xds-metadata@41e776f"
)


MCS: Final = System("MedComs målekoder", oids.MCS, (oids.MESSAGE_CODES,))  # the latter in MedCom, XDS Metadata
NPU: Final = System("NPU", "1.2.208.176.2.1")  # MedCom's FHIR terminology; DNK codes too
_BY_START: Final[Mapping[str, tuple[System, ...]]] = {"MCS": (MCS,), "NPU": (NPU,), "DNK": (NPU,)}


def judge_codes(first: Judgement, plan: XmlDocument | Unreadable) -> list[Judgement]:
    """The rules' results on the plan; not judged when `first`, the plan's first rule, is broken."""
    return judge_on(first, rules_for(SUBJECT), plan)


@rule(
    "CPD-K01",
    subject=SUBJECT,
    title="En diagnose er kodet i ICPC-2-DK eller SKS",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{_DIAGNOSES}; {EXAMPLES}",
)
def diagnoses(plan: XmlDocument) -> Outcome:
    """Each value of a diagnosis that has a code. Other code systems may stand beside it, as translations."""
    found = list(_diagnoses(plan))
    return some(_foreign(plan, found)) if found else NotJudged("planen har ingen diagnose med en kode")


@rule(
    "CPD-K02",
    subject=SUBJECT,
    title="Et resultat er kodet i MedComs målekoder (MCS) eller NPU",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{_RESULTS}; {EXAMPLES}",
)
def results(plan: XmlDocument) -> Outcome:
    """Each observation of Outcomes that has a code; a code that begins with MCS, NPU or DNK says itself which of them it is."""
    found = list(_results(plan))
    return some(_foreign(plan, found)) if found else NotJudged("planen har intet resultat med en kode")


@rule(
    "CPD-K03",
    subject=SUBJECT,
    title="Diagnoser og resultater står under deres kodesystems sædvanlige OID",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"{_DIAGNOSES}; {_RESULTS}; {EXAMPLES}",
    remark=REMARK,
)
def spelling(plan: XmlDocument) -> Outcome:
    """A remark for each accepted OID that is not the usual one. Of a diagnosis that is none of its system's CPD-K04 tells."""
    found = [(code, system) for code, systems in (*_diagnoses(plan), *_results(plan)) for system in systems]
    if not found:
        return NotJudged("planen har hverken diagnose eller resultat med en kode")
    return some(
        Breach(plan.at(code, "codeSystem"), system.oid, code.get("codeSystem", ""))
        for code, system in found
        if code.get("codeSystem") in system.also and (system.form is None or is_formed(code))
    )


@rule(
    "CPD-K04",
    subject=SUBJECT,
    title="En diagnosekode har den form, dens kodesystem har",
    grade=Grade.F3,
    owner=Owner.LPS,
    source="hl7dk/dk-sks-terminology-automation@226bba7 (SKS, ICPC-2)",
)
def forms(plan: XmlDocument) -> Outcome:
    """ICPC-2-DK and SKS, by whichever OID. A code that has the other's form is told where it belongs."""
    found = [(each, system) for each in diagnosis_values(plan) if (system := system_of(each))]
    if not found:
        return NotJudged("planen har ingen diagnose i ICPC-2-DK eller SKS")
    return some(
        Breach(plan.at(each, "code"), _formed_as(each.get("code", ""), system), each.get("code") or "tom")
        for each, system in found
        if not is_formed(each)
    )


def _formed_as(code: str, system: System) -> str:
    right = next((each for each in (ICPC2, SKS) if each.form and each.form.fullmatch(code)), None)
    return f"en kode i {system.name}: {system.told}" if right is None else f"{right} til koden {code}"


@rule(
    "CPD-K05",
    subject=SUBJECT,
    title="Koden ved siden af planens diagnose i teksten er diagnosens egen",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{EXAMPLES}: tekstens tabel har diagnosens kode og navn i samme række",
)
def told_codes(plan: XmlDocument) -> Outcome:
    """In the row of the text that has the name of a coded diagnosis, a cell that is a code and nothing else. A code above or
    below that of a diagnosis is its own, and of a system that it is not coded in nothing is known.
    """
    values = diagnosis_values(plan)
    return tuple(breach for value in values for cells in _naming(value) for breach in _others(plan, values, cells))


@rule(
    "CPD-K07",
    subject=SUBJECT,
    title="Står der diagnosekoder i teksten om planens sygdom, er en af dem planens egen",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"{EXAMPLES}: teksten har diagnosens kode og navn",
    needs=("CPD-K05",),
    remark="teksten er fri, og patienten kan have andre sygdomme",
)
def told_among_others(plan: XmlDocument) -> Outcome:
    """A cell or a line that is a code and nothing else, of a system in which the plan has a diagnosis too."""
    values = diagnosis_values(plan)
    texts = dict.fromkeys(text for value in values for text in _texts(value))
    return tuple(_others(plan, values, [each for text in texts for each in text.iter(*_LINES)]))


def _texts(value: Element) -> Iterator[Element]:
    """The narrative of the section that a diagnosis stands in."""
    section = next(value.iterancestors(f"{{{HL7}}}section"), None)
    return iter(()) if section is None else section.iterchildren(f"{{{HL7}}}text")


def _naming(value: Element) -> Iterator[list[Element]]:
    """The cells of each row that has the diagnosis' name."""
    names = {name.casefold() for each in codings(value) if (name := each.get("displayName"))}
    for row in (row for text in _texts(value) for row in text.iter(f"{{{HL7}}}tr")):
        cells = list(row.iter(f"{{{HL7}}}td", f"{{{HL7}}}th"))
        if any(text_of(each).casefold() in names for each in cells):
            yield cells


def _others(plan: XmlDocument, values: Iterable[Element], lines: list[Element]) -> Iterator[Breach]:
    """A breach for each system of which there are codes among `lines`, and none is that of a diagnosis, or above or below it."""
    codes = [each.get("code", "") for value in values for each in codings(value)]
    for form in (each.form for each in (ICPC2, SKS) if each.form):
        said, own = [each for each in lines if form.fullmatch(text_of(each))], list(filter(form.fullmatch, codes))
        if said and own and not any(_are_related(text_of(each), code) for each in said for code in own):
            yield Breach(plan.at(said[0]), " eller ".join(own), text_of(said[0]))


def _are_related(one: str, other: str) -> bool:
    """Whether one is the other, or what the other is below: DE11 and DE119."""
    one, other = one.casefold(), other.casefold()
    return one.startswith(other) or other.startswith(one)


_LINES: Final = tuple(f"{{{HL7}}}{name}" for name in ("td", "th", "item", "paragraph", "content"))


Coded = tuple[Element, tuple[System, ...]]
"""What has a code, and the systems it may be of."""


def _foreign(plan: XmlDocument, coded: Iterable[Coded]) -> Iterator[Breach]:
    for code, systems in coded:
        if code.get("codeSystem") not in [oid for system in systems for oid in system.every]:
            yield Breach(plan.at(code, "codeSystem"), " eller ".join(map(str, systems)), code.get("codeSystem") or "mangler")


def _diagnoses(plan: XmlDocument) -> Iterator[Coded]:
    return ((each, (ICPC2, SKS)) for each in diagnosis_values(plan))


def _results(plan: XmlDocument) -> Iterator[Coded]:
    """The codes of Outcomes' observations; not of those that only say more of another."""
    path = "cda:component/cda:structuredBody/cda:component/cda:section"
    marks = (f"cda:code[@code='{OUTCOMES.code}']", f"cda:templateId[@root='{OUTCOMES.template}']")
    for section in plan.root.iterfind(path, NAMESPACES):
        if any(section.find(mark, NAMESPACES) is not None for mark in marks):
            for code in section.iterfind(".//cda:observation/cda:code[@code]", NAMESPACES):
                if not any(local_name(each) == "entryRelationship" for each in code.iterancestors(f"{{{HL7}}}*")):
                    yield code, _BY_START.get(code.get("code", "")[:3], (MCS, NPU))
