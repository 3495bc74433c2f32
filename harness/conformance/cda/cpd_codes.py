"""Which code systems a plan's diagnoses and results are coded in. Subject `cpd-koder`; whether a code exists is not judged.

The systems are national, and not of one version of CPD-DK. Where the sources spell a system's OID differently every spelling is
accepted, and the unusual ones are told as remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.conformance.cda.document import EXAMPLES
from harness.conformance.cda.header import judge_on
from harness.conformance.cda.plan_diagnoses import diagnosis_values
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, rule, rules_for
from harness.conformance.subject import Unreadable, some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import HL7, NAMESPACES, OUTCOMES
from harness.standards.xml import Element, XmlDocument, local_name

SUBJECT = "cpd-koder"
REMARK = "accepteret: kilderne skriver det forskelligt"
_DIAGNOSES = "MedCom, ConditionList (FHIR), ICPC-2-DK og SKS; hl7dk/dk-sks-terminology-automation@226bba7"
_RESULTS = (
    "MedCom, målekoder (MCS), fut-infrastructure/implementation-guide@fb755c26; NPU, MedComs FHIR-terminologi; "
    "medcomdk/dk-medcom-xds-metadata@41e776f"
)


@dataclass(frozen=True, slots=True)
class System:
    """A code system: the OID it has, and the others that sources write for it."""

    name: str
    oid: str
    also: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All OIDs that are accepted for it."""
        return (self.oid, *self.also)

    def __str__(self) -> str:
        return f"{self.name} ({self.oid})"


# The value set in art-decor, and what stands in place of an OID in MedCom's CPD-DK 1.0.1 example
ICPC2: Final = System("ICPC-2-DK", oids.ICPC2, ("2.16.840.1.113883.6.138.2", "1.2.208.176.99.99.99"))
SKS: Final = System("SKS-diagnoser", "1.2.208.176.2.4.12", (oids.SKS,))  # MedCom's FHIR terminology; SKS as a whole
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
    """A remark for each accepted OID that is not the usual one."""
    found = [(code, system) for code, systems in (*_diagnoses(plan), *_results(plan)) for system in systems]
    if not found:
        return NotJudged("planen har hverken diagnose eller resultat med en kode")
    return some(
        Breach(plan.at(code, "codeSystem"), system.oid, code.get("codeSystem", ""))
        for code, system in found
        if code.get("codeSystem") in system.also
    )


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
