"""What must hold of each resource in a ConditionList (diagnosekort): address, profile, what people can read, and who is who."""

from __future__ import annotations

import html
import re
from typing import Final

from harness.conformance.fhir.condition_list_document import PROTOCOL, STANDARD
from harness.conformance.fhir.message import Message
from harness.conformance.fhir.narratives import FREE_WORDS, GENERATED, SOURCE, nameless, read
from harness.conformance.rule import Breach, Outcome
from harness.domain.errors import BadInput
from harness.domain.grade import Grade
from harness.domain.identifiers import cprs_written_in
from harness.standards.fhir import codes
from harness.standards.fhir.tree import XHTML, Kind, Node
from harness.standards.xml import parse

_PATIENT: Final = "MedCom, MedComDocumentPatient (medcomdk/dk-medcom-document@0116c24, MedComDocumentSourcePatient.fsh)"
_CLINIC: Final = "medcom-conditionlist-organization 1.0.1 (name 1..1, identifier.value 1..1)"
_ENTRY: Final = "medcom-conditionlist-bundle 1.0.1 (entry.fullUrl 1..1)"
_STATUSES: Final = ("generated", "extensions", "additional")
"""How a text can have come to be; the fourth, `empty`, says that there is none."""

_PROFILES: Final = {
    "Bundle": codes.CONDITION_LIST,
    "Composition": f"{codes.CONDITION_LIST_PROFILES}composition",
    "Condition": f"{codes.CONDITION_LIST_PROFILES}condition",
    "Organization": f"{codes.CONDITION_LIST_PROFILES}organization",
    "Patient": f"{codes.DOCUMENT_PROFILES}patient",
}
"""The profile of the document, and of each resource that ConditionList says the profile of."""

_ENTITY: Final = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")


@STANDARD.rule(18, "Hver ressource har en tekst, som mennesker kan læse (text)", Grade.F3, source=f"{PROTOCOL}; {SOURCE}")
def narratives(message: Message) -> Outcome:
    """text.div of every resource in the document, an XHTML div that can be read, and text.status: that there is a text."""
    found: list[Breach] = []
    for each in message.tree.entries():
        if not each.value("text", "div"):
            found.append(message.missing(each, "text", "en tekst (text.div)"))
        elif not _is_div(div := each.all("text", "div")[0]):
            found.append(message.wrong(div, "et div i XHTML", "noget, der ikke kan læses"))
        else:
            found += message.text(each.children["text"][0], "status", _STATUSES)
    return tuple(found)


@STANDARD.rule(19, "Dokumentet og hver ressource siger, at de følger MedComs profil (meta.profile)", Grade.F3, source=PROTOCOL)
def declared_profiles(message: Message) -> Outcome:
    """meta.profile of the Bundle and of every resource in it; of those that ConditionList knows it is that one."""
    known = [message.tree.root, message.header, *message.of_type("Condition"), *clinics(message), *_patients(message)]
    found: list[Breach] = []
    for each in (message.tree.root, *message.tree.entries()):
        said = each.all("meta", "profile")
        wanted = _PROFILES[each.resource_type] if each in known else ""
        if not any(profile.text for profile in said):
            found.append(message.missing(each, "meta/profile", wanted or "meta.profile"))
        elif wanted and not any((profile.text or "").partition("|")[0] == wanted for profile in said):
            found.append(message.wrong(said[0], wanted))
    return tuple(found)


@STANDARD.rule(20, "Patienten har navn, køn og fødselsdato", Grade.F3, source=_PATIENT, needs=(1, 6))
def patient_in_full(message: Message) -> Outcome:
    """name[official] with given and family, gender and birthDate, each 1..*."""
    found: list[Breach] = []
    for each in _patients(message):
        name = next((name for name in each.all("name") if name.value("use") == "official"), None)
        own = [(name, part) for part in ("given", "family") if not name.value(part)] if name else [(each, "name")]
        lacking = [*own, *((each, part) for part in ("gender", "birthDate") if not each.value(part))]
        if lacking:
            said = ("name med use official" if part == "name" else part for _, part in lacking)
            found.append(message.missing(*lacking[0], ", ".join(said)))
    return tuple(found)


@STANDARD.rule(21, "Klinikken har et navn, og hvert af dens numre har en værdi", Grade.F3, source=_CLINIC, needs=(1, 8))
def clinic_in_full(message: Message) -> Outcome:
    """Of the organization that is the document's author."""
    found: list[Breach] = []
    for each in clinics(message):
        if not each.value("name"):
            found.append(message.missing(each, "name"))
        empty = [number for number in each.all("identifier") if number.value("system") and not number.value("value")]
        found += [message.missing(number, "value") for number in empty]
    return tuple(found)


@STANDARD.rule(22, "Hver ressource har sin adresse i dokumentet (fullUrl)", Grade.F3, source=_ENTRY)
def addresses(message: Message) -> Outcome:
    """Bundle.entry.fullUrl 1..1."""
    return tuple(message.missing(entry, "fullUrl") for entry in message.tree.root.all("entry") if not entry.value("fullUrl"))


@STANDARD.rule(23, "Teksten til mennesker har intet andet CPR-nummer end patientens", Grade.F1, source=SOURCE, needs=(1, 6, 7))
def only_the_patients_number(message: Message) -> Outcome:
    """What people take for a CPR number in a text.div; of the title CL-07 speaks. No number is shown."""
    own = {number.value("value") for patient in _patients(message) for number in patient.all("identifier")}
    return tuple(
        message.wrong(each.all("text", "div")[0], "patientens eget CPR-nummer", "et andet (vises ikke)")
        for each in message.tree.entries()
        if cprs_written_in(read(each)) - own
    )


@STANDARD.rule(
    24,
    "Teksten til mennesker siger, hvad ressourcen handler om",
    Grade.F4,
    source=GENERATED,
    needs=(1, 6, 8, 18),
    remark=FREE_WORDS,
)
def narratives_name_it(message: Message) -> Outcome:
    """The patient's or the clinic's name or number, the diagnosis' text or a code of it. None is shown."""
    return nameless(message, [*message.of_type("Condition"), *clinics(message), *_patients(message)])


def clinics(message: Message) -> list[Node]:
    """The organizations that are the document's authors."""
    return [each for each in _pointed_at(message, "author") if each.resource_type == "Organization"]


def _patients(message: Message) -> list[Node]:
    return [each for each in _pointed_at(message, "subject") if each.resource_type == "Patient"]


def _pointed_at(message: Message, name: str) -> list[Node]:
    return [target for each in message.header.all(name) if (target := message.references.resolve(each)) is not None]


def _is_div(div: Node) -> bool:
    """Whether a text in JSON is a div, well-formed; named entities of HTML are let be. In XML it could not be read otherwise."""
    if div.kind is not Kind.STRING:
        return True
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), div.text or "")
    try:
        return parse(text.encode(), "text.div").root.tag == f"{{{XHTML}}}div"
    except BadInput:
        return False
