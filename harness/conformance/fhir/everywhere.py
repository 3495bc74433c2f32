"""What must hold everywhere in MedCom's FHIR messages and documents, whichever standard they follow. Subject `fhir-indhold`.

Numbers of people and organisations, the form of clinical codes, systems that are spelled in another way, and what XML has no
place for. Whether a code is in its code system is not judged: the lists are not the harness's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.conformance.fhir.pattern import shown
from harness.conformance.rule import Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import AuthorisationId, Cpr, Cvr, Ecpr, Gln, Sor, Yder
from harness.standards import diagnosis_codes, oids
from harness.standards.fhir import codes
from harness.standards.fhir.spellings import Spelled
from harness.standards.fhir.tree import Node, Tree

SUBJECT = "fhir-indhold"
DK_CORE = "dk-core (hl7dk/dk-core@8322003)"
EXAMPLES = "MedComs FHIR-eksempler"

_CODED = {
    codes.ICD10: (diagnosis_codes.SKS, diagnosis_codes.SKS_TOLD, "ICD-10"),
    codes.ICPC2: (diagnosis_codes.ICPC2, diagnosis_codes.ICPC2_TOLD, "ICPC-2"),
    codes.NPU: (re.compile(r"(?:NPU|DNK)\d{5}", re.ASCII), "NPU (eller DNK) og fem cifre som i NPU19748", "NPU"),
    codes.OBSERVATION_CODES: (re.compile(r"MCS\d{5}", re.ASCII), "MCS og fem cifre som i MCS88122", "MCS"),
}
"""How a code of each system looks, and what people call the system."""
_UNMISTAKABLE: Final = (codes.NPU, codes.OBSERVATION_CODES)


@dataclass(frozen=True, slots=True)
class Content:
    """A message in MedCom's spelling, and where it `spelled` a value in another way; `named` are its elements with a system."""

    tree: Tree
    spelled: tuple[Spelled, ...]
    named: tuple[Node, ...]

    def wrong(self, node: Node, expected: str, actual: str = "") -> Breach:
        """`node` is not as it should be."""
        return Breach(self.tree.at(node), expected, actual or shown(node))


def judge_content(tree: Tree, spelled: list[Spelled]) -> list[Judgement]:
    """Every rule's result on a message that is read, and in MedCom's spelling; `spelled` is what `in_medcoms_spelling` gave.

    judge_content(tree, in_medcoms_spelling(tree))
    """
    named = tuple(node for node in tree.root.walk() if "system" in node.children)
    judged = judge(rules_for(SUBJECT), Content(tree, tuple(spelled), named))
    systems = {node.value("system") for node in named if "code" in node.children}
    names = [name for system, (_, _, name) in _CODED.items() if system in systems]
    reason = f"ikke kontrolleret: om koderne findes i {_listed(names)}" if names else ""
    return [replace(each, reason=reason) if each.rule is code_form else each for each in judged]


def _rule(id: str, title: str, grade: Grade, source: str, remark: str = "") -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, remark=remark)


@_rule("FHIR-XML", "XML'en har kun FHIR's egne attributter og ingen løs tekst", Grade.F3, "HL7 FHIR R4 (4.0.1), XML")
def only_fhir(content: Content) -> Outcome:
    """Attributes are value, id and url; text stands only in the narrative. A receiver reads nothing else."""
    return some(
        content.wrong(node, "kun FHIR's egne elementer og attributter", ", ".join(node.strays))
        for node in content.tree.root.walk()
        if node.strays
    )


@_rule("FHIR-CPR", "Et CPR-nummer er ti cifre og begynder med en dato", Grade.F1, f"{DK_CORE}, CPR")
def cpr_numbers(content: Content) -> Outcome:
    """Every identifier in the system of CPR. The number is never shown."""
    return _numbers(content, Cpr, "noget andet")


@_rule("FHIR-ECPR", "Et erstatningsnummer (eCPR) har den form, dets slags har", Grade.F1, f"{DK_CORE}, X-eCPR og D-eCPR")
def replacement_numbers(content: Content) -> Outcome:
    """Every identifier in the system of X-eCPR or D-eCPR (its regional ones too), and of that kind. The number is never shown."""
    wrong: list[Breach] = []
    regional = tuple(f"urn:oid:{each}" for each in oids.REGIONAL_D_ECPR)
    for system, value in _identifiers(content.named, (*Ecpr.SYSTEMS, *regional)):
        try:
            if Ecpr(value.text or "").root != oids.national(system.removeprefix("urn:oid:")):
                wrong.append(content.wrong(value, "et eCPR-nummer af den slags, systemet siger", "den anden slags"))
        except ValueError as problem:
            wrong.append(content.wrong(value, str(problem), "noget andet"))
    return some(wrong)


@_rule("FHIR-SOR", "En SOR-kode er mindst 11 cifre", Grade.F2, f"{DK_CORE}, SOR")
def sor_codes(content: Content) -> Outcome:
    """Every identifier in the system of SOR."""
    return _numbers(content, Sor)


@_rule("FHIR-YDER", "Et ydernummer er seks cifre", Grade.F2, f"{EXAMPLES}, ydernummer")
def provider_numbers(content: Content) -> Outcome:
    """Every identifier in the system of ydernumre, leading zeros included."""
    return _numbers(content, Yder)


@_rule("FHIR-GLN", "Et lokationsnummer (GLN) er 13 cifre med rigtigt kontrolciffer", Grade.F2, "GS1, GLN")
def location_numbers(content: Content) -> Outcome:
    """Every identifier in the system of GLN."""
    return _numbers(content, Gln)


@_rule("FHIR-CVR", "Et CVR-nummer er otte cifre, der passer sammen", Grade.F3, f"{DK_CORE}, CVR")
def company_numbers(content: Content) -> Outcome:
    """Every identifier in the system of CVR."""
    return _numbers(content, Cvr)


@_rule("FHIR-AUT", "Et autorisations-id er fem tegn uden vokaler", Grade.F3, f"{DK_CORE}, autorisations-id")
def authorisation_ids(content: Content) -> Outcome:
    """Every identifier in the system of Autorisationsregistret."""
    return _numbers(content, AuthorisationId)


@_rule(
    "FHIR-KODE",
    "En kode har den form, dens kodesystem har",
    Grade.F3,
    "hl7dk/dk-sks-terminology-automation@226bba7 (SKS, ICPC-2); MedCom, medcom.fhir.dk.terminology 2.0.2 (NPU, MCS)",
)
def code_form(content: Content) -> Outcome:
    """SKS diagnoses, ICPC-2, NPU and MCS; a code that can only be NPU or MCS stands in that system. Old ones: the next rule."""
    return some(breach for node, breach in _malformed(content) if not _is_diagnosis(node))


@_rule(
    "FHIR-GAMMELKODE",
    "En diagnoses kode har den form, dens kodesystem har",
    Grade.F4,
    "MedCom, ConditionList testprotokol 1.0.2, tekniske krav; eksemplet TestExample_MissingContent har sådanne koder",
    "tålt gammel kode",
)
def old_codes(content: Content) -> Outcome:
    """Incomplete historical codes (`?`, `D93.00`) are tolerated in a diagnosekort: told without a grade."""
    return some(breach for node, breach in _malformed(content) if _is_diagnosis(node))


def _is_diagnosis(node: Node) -> bool:
    return node.resource().resource_type == "Condition"


def _malformed(content: Content) -> Iterator[tuple[Node, Breach]]:
    for node in content.named:
        system, code = node.one("system"), node.one("code")
        if system is None or code is None or not code.text:
            continue
        if system.text in _CODED:
            form, told, name = _CODED[system.text]
            if not form.fullmatch(code.text):
                yield code, content.wrong(code, f"en kode i {name}: {told}")
        else:
            right = next((each for each in _UNMISTAKABLE if _CODED[each][0].fullmatch(code.text)), "")
            if right:
                yield system, content.wrong(system, f"{right} til koden {code.text}")


@_rule(
    "FHIR-STAVNING",
    "Et system er skrevet, som MedCom skriver det",
    Grade.F4,
    "MedComs FHIR-pakker; kilderne skriver systemerne forskelligt",
    "tålt skrivemåde",
)
def spelling(content: Content) -> Outcome:
    """Another known way to write a system is understood; that it is there is told without a grade."""
    return some(content.wrong(each.node, each.node.text or "", each.written) for each in content.spelled)


def _numbers(content: Content, kind: type[Cpr | Sor | Yder | Gln | Cvr | AuthorisationId], actual: str = "") -> Outcome:
    wrong: list[Breach] = []
    for _, value in _identifiers(content.named, kind.SYSTEMS):
        try:
            kind(value.text or "")
        except ValueError as problem:
            wrong.append(content.wrong(value, str(problem), actual))
    return some(wrong)


def _identifiers(named: Iterable[Node], systems: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """The system and the value of each Identifier in one of `systems`. One without a value is its profile's matter."""
    for node in named:
        system, value = node.value("system"), node.one("value")
        if system in systems and value is not None and value.text is not None:
            yield system, value


def _listed(names: list[str]) -> str:
    return " og ".join(filter(None, (", ".join(names[:-1]), names[-1])))
