"""Reads a ConditionList (diagnosekort) for what it says, however much of it is missing; the rules speak of what is wrong.

Sources: MedCom, ConditionList 1.0.1; incomplete diagnoses: medcomdk/dk-medcom-conditionlist@0a297d5
input/pagecontent/StructureDefinition-medcom-conditionlist-condition-intro.md, Condition codes.
"""

from __future__ import annotations

from datetime import date

from harness.domain.diagnosis_card import CardDiagnosis, SharedCard
from harness.domain.errors import BadInput
from harness.standards.fhir import codes
from harness.standards.fhir.references import References
from harness.standards.fhir.spellings import in_medcoms_spelling
from harness.standards.fhir.tree import Node, Tree, read_tree


def read_card_tree(data: bytes) -> Tree:
    """The document in `data` as a tree, systems in MedCom's spelling. Raises BadInput when it is no Bundle."""
    tree = read_tree(data, "diagnosekort.json")
    if tree.root.resource_type != "Bundle":
        raise BadInput("det er ikke et dokument (Bundle)", 1, 1)
    in_medcoms_spelling(tree)
    return tree


def read_card(data: bytes) -> SharedCard:
    """What the document says. Raises BadInput when it is no Bundle.

    read_card(body).diagnoses[0].icd   # DJ449
    """
    tree = read_card_tree(data)
    header = next((each for each in tree.entries() if each.resource_type == "Composition"), None)
    follow = References(tree)
    subject, author = (follow.resolve(found) if found else None for found in _pointers(header))
    return SharedCard(
        id=tree.root.value("identifier", "value"),
        changed=header.value("date") if header else "",
        assembled=tree.root.value("timestamp"),
        cpr=_number(subject, codes.CPR),
        name=_name(subject),
        gender=subject.value("gender") if subject else "",
        born=subject.value("birthDate") if subject else "",
        senders=tuple((each.value("system"), each.value("value")) for each in (author.all("identifier") if author else ())),
        diagnoses=tuple(read_diagnosis(each) for each in tree.entries() if each.resource_type == "Condition"),
    )


def read_diagnosis(condition: Node) -> CardDiagnosis:
    """What one Condition says."""
    code = {each.value("system"): each.value("code") for each in condition.all("code", "coding")}
    category = {each.value("system"): each.value("code") for each in condition.all("category", "coding")}
    return CardDiagnosis(
        icpc=code.get(codes.ICPC2, ""),
        icd=code.get(codes.ICD10, ""),
        text=condition.value("code", "text"),
        status=codes.DIAGNOSIS_STATUS.get(category.get(codes.SNOMED, ""), ""),
        type=codes.DIAGNOSIS_TYPE.get(category.get(codes.CONDITION_CATEGORY, ""), ""),
        began=_day(condition.value("onsetDateTime")),
        ended=_day(condition.value("abatementDateTime")),
        ended_says=condition.value("clinicalStatus", "coding", "code"),
        recorded=_day(condition.value("recordedDate")),
    )


def _pointers(header: Node | None) -> tuple[Node | None, Node | None]:
    return (header.one("subject"), header.one("author")) if header else (None, None)


def _number(node: Node | None, system: str) -> str:
    found = node.all("identifier") if node else []
    return next((each.value("value") for each in found if each.value("system") == system), "")


def _name(person: Node | None) -> str:
    parts = [part for field in ("given", "family") for part in (person.all("name", field) if person else ())]
    return " ".join(part.text or "" for part in parts)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None  # FHIR allows a year, or a month, which is no day
