"""Reads what the FHIR messages and documents say, for those who use them. Never judges: what is missing is empty."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from harness.domain.errors import BadInput
from harness.domain.identifiers import Ecpr
from harness.standards.fhir import codes
from harness.standards.fhir.messages import (
    Acknowledgement,
    Attachment,
    Author,
    CareCommunication,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
    Person,
    Segment,
    Turn,
)
from harness.standards.fhir.references import References
from harness.standards.fhir.spellings import in_medcoms_spelling
from harness.standards.fhir.tree import Kind, Node, Tree, read_tree

_NOTHING = Node("", Kind.BARE)


def read_home_care_observation(data: bytes, file: str) -> HomeCareObservation:
    """The message in `data`, JSON or XML. Raises BadInput when it is no message with a DiagnosticReport, or a time is none.

    read_home_care_observation(body, "prøvesvar.json").results
    """
    tree = _tree(data, file)
    header, follow = _header(tree, "homecareobservation-message")
    report = _followed(follow, header, "focus")
    if report is _NOTHING:
        raise _bad(tree, header, "beskeden peger ikke på et prøvesvar")
    provenance = _first(tree, "Provenance")
    performers = [each for each in map(follow.resolve, report.all("performer")) if each is not None]
    role = next((each for each in performers if each.resource_type == "PractitionerRole"), _NOTHING)
    person = _followed(follow, role, "practitioner")
    return HomeCareObservation(
        id=tree.root.value("id"),
        at=_instant(tree, tree.root.one("timestamp")),
        patient=_person(tree, _followed(follow, report, "subject")),
        sender=_party(_followed(follow, header, "sender")),
        receiver=_party(_followed(follow, header, "destination", "receiver")),
        author=Author(
            given=person.value("name", "given"),
            family=person.value("name", "family"),
            phone=person.value("telecom", "value"),
            role=role.value("code", "coding", "code"),
        ),
        results=tuple(_measurement(tree, each) for each in map(follow.resolve, report.all("result")) if each is not None),
        conclusion=report.value("conclusion"),
        activity=provenance.value("activity", "coding", "code"),
        earlier=_id_of(provenance.value("entity", "what", "reference")),
        refused_consent=any(each.value("code") == "R" for each in report.all("meta", "security")),
        attachments=tuple(_media(tree, each) for each in map(follow.resolve, report.all("media", "link")) if each is not None),
    )


def read_care_communication(data: bytes, file: str) -> CareCommunication:
    """The letter in `data`, JSON or XML. Raises BadInput when it is no message with a Communication, or a time or file is none.

    read_care_communication(body, "korrespondance.json").segments[-1].content
    """
    tree = _tree(data, file)
    header, follow = _header(tree, "care-communication-message")
    letter = _followed(follow, header, "focus")
    if letter is _NOTHING:
        raise _bad(tree, header, "beskeden peger ikke på en korrespondance")
    turns = [_turn(tree, follow, each) for each in tree.entries() if each.resource_type == "Provenance"]
    this = next((each for each in turns if each.header == header.value("id")), None)
    return CareCommunication(
        id=tree.root.value("id"),
        at=_instant(tree, tree.root.one("timestamp")),
        identifier=letter.value("identifier", "value").removeprefix("urn:uuid:"),
        patient=_person(tree, _followed(follow, letter, "subject")),
        sender=_party(_followed(follow, header, "sender")),
        receiver=_party(_followed(follow, header, "destination", "receiver")),
        category=letter.value("category", "coding", "code"),
        segments=tuple(_segment(tree, follow, each) for each in letter.all("payload")),
        topic=letter.value("topic", "text"),
        priority=letter.value("priority"),
        activity=this.activity if this else "",
        earlier=this.earlier if this else "",
        history=tuple(each for each in turns if each is not this),
        done=this.at if this else None,
    )


def read_acknowledgement(data: bytes, file: str) -> Acknowledgement:
    """The receipt in `data`, JSON or XML. Raises BadInput when it is none, or its time is none."""
    tree = _tree(data, file)
    header, follow = _header(tree, "acknowledgement-message")
    outcome = _first(tree, "OperationOutcome")
    return Acknowledgement(
        id=tree.root.value("id"),
        at=_instant(tree, tree.root.one("timestamp")),
        original=header.value("response", "identifier"),
        sender=_party(_followed(follow, header, "sender")),
        receiver=_party(_followed(follow, header, "destination", "receiver")),
        answer=header.value("response", "code"),
        error=outcome.value("issue", "details", "coding", "code"),
        explanation=outcome.value("issue", "details", "text"),
    )


def read_message_id(data: bytes, file: str) -> str:
    """The id of the message's MessageHeader, by which a receipt names it. Raises BadInput when there is none."""
    tree = _tree(data, file)
    found = _first(tree, "MessageHeader").value("id")
    if not found:
        raise _bad(tree, tree.root, "beskeden har ingen MessageHeader med et id")
    return found


def read_condition_list(data: bytes, file: str) -> ConditionList:
    """The document in `data`, JSON or XML. Raises BadInput when it is no document with a Composition, or a time is none."""
    tree = _tree(data, file)
    composition = _first(tree, "Composition")
    if composition is _NOTHING:
        raise _bad(tree, tree.root, "dokumentet har ingen Composition")
    follow = References(tree)
    conditions = [each for each in map(follow.resolve, composition.all("section", "entry")) if each is not None]
    return ConditionList(
        id=tree.root.value("id"),
        identifier=tree.root.value("identifier", "value").removeprefix("urn:uuid:"),
        patient=_person(tree, _followed(follow, composition, "subject")),
        clinic=_party(_followed(follow, composition, "author")),
        changed=_instant(tree, composition.one("date")),
        assembled=_instant(tree, tree.root.one("timestamp")),
        diagnoses=tuple(_diagnosis(tree, each) for each in conditions),
    )


def _tree(data: bytes, file: str) -> Tree:
    """What is read, with every known spelling of a system as MedCom's."""
    tree = read_tree(data, file)
    in_medcoms_spelling(tree)
    return tree


def _header(tree: Tree, event: str) -> tuple[Node, References]:
    found = _first(tree, "MessageHeader")
    if found.value("eventCoding", "code") != event:
        raise _bad(tree, tree.root, f"beskeden er ikke en {event}")
    return found, References(tree)


def _first(tree: Tree, type_: str) -> Node:
    return next((each for each in tree.entries() if each.resource_type == type_), _NOTHING)


def _followed(follow: References, node: Node, *names: str) -> Node:
    found = node.one(*names)
    return (follow.resolve(found) if found else None) or _NOTHING


def _person(tree: Tree, node: Node) -> Person:
    return Person(
        cpr=next(filter(None, (_number(node, each) for each in (codes.CPR, *Ecpr.SYSTEMS))), ""),
        given=node.value("name", "given"),
        family=node.value("name", "family"),
        gender=node.value("gender"),
        born=_day(tree, node.one("birthDate")),
    )


def _party(node: Node) -> Party:
    return Party(
        name=node.value("name"),
        sor=_number(node, codes.SOR),
        gln=_number(node, codes.GLN),
        ydernummer=_number(node, codes.YDERNUMMER),
        producer=_number(node, codes.PRODUCER_ID),
        initials=node.value("contact", "name", "given"),
    )


def _segment(tree: Tree, follow: References, node: Node) -> Segment:
    said = {each.value("url"): each for each in node.all("extension")}
    identifier = said.get(codes.IDENTIFIER_EXTENSION, _NOTHING)
    written, role = said.get(codes.DATE_EXTENSION, node), said.get(codes.AUTHOR_EXTENSION)
    attachment = node.one("contentAttachment")
    return Segment(
        id=identifier.value("valueIdentifier", "value").removeprefix("urn:uuid:"),
        at=_instant(tree, written.one("valueDateTime")),
        party=_party(_followed(follow, identifier, "valueIdentifier", "assigner")),
        author=_author(follow, role, said.get(codes.CONTACT_EXTENSION, _NOTHING)) if role else None,
        content=_attachment(tree, attachment) if attachment else node.value("contentString"),
    )


def _author(follow: References, role: Node, contact: Node) -> Author:
    place = _followed(follow, role, "valueReference")
    person = _followed(follow, place, "practitioner")
    return Author(
        given=person.value("name", "given"),
        family=person.value("name", "family"),
        phone=contact.value("valueContactPoint", "value"),
        role=place.value("code", "coding", "code"),
    )


def _attachment(tree: Tree, node: Node) -> Attachment:
    try:
        data = base64.b64decode("".join(node.value("data").split()), validate=True)
    except (binascii.Error, ValueError):
        raise _bad(tree, node.one("data") or node, "filen er ikke base64") from None
    made = node.one("creation")
    return Attachment(
        title=node.value("title"),
        type=node.value("contentType"),
        data=data,
        url=node.value("url"),
        made=_instant(tree, made) if made else None,
    )


def _media(tree: Tree, node: Node) -> Attachment:
    content = node.one("content")
    if content is None:
        raise _bad(tree, node, "bilaget har intet indhold")
    return _attachment(tree, content)


def _turn(tree: Tree, follow: References, node: Node) -> Turn:
    entities = [
        (each.value("role"), each.value("what", "reference"), each.value("what", "identifier", "value"))
        for each in node.all("entity")
    ]
    return Turn(
        header=_id_of(node.value("target", "reference")),
        at=_instant(tree, node.one("occurredDateTime")),
        party=_party(_followed(follow, node, "agent", "who")),
        segments=tuple(said.removeprefix("urn:uuid:") for role, _, said in entities if role == "source"),
        activity=node.value("activity", "coding", "code"),
        earlier=next((_id_of(address) or said for role, address, said in entities if role == "revision"), ""),
    )


def _number(node: Node, system: str) -> str:
    return next((each.value("value") for each in node.all("identifier") if each.value("system") == system), "")


def _measurement(tree: Tree, node: Node) -> Measurement:
    number = node.one("valueQuantity", "value")
    try:
        value: Decimal | str = Decimal(number.text or "") if number else node.value("valueString")
    except InvalidOperation:
        raise _bad(tree, number or node, "værdien er ikke et tal") from None
    return Measurement(
        code=node.value("code", "coding", "code"),
        value=value,
        at=_instant(tree, node.one("effectiveDateTime")),
        unit=node.value("valueQuantity", "unit"),
        comparator=node.value("valueQuantity", "comparator"),
        display=node.value("code", "coding", "display"),
        note=node.value("note", "text"),
        system=node.value("code", "coding", "system"),
    )


def _diagnosis(tree: Tree, node: Node) -> Diagnosis:
    codings = {each.value("system"): each.value("code") for each in node.all("code", "coding")}
    categories = {each.value("system"): each.value("code") for each in node.all("category", "coding")}
    recorded = _day(tree, node.one("recordedDate"))
    if recorded is None:
        raise _bad(tree, node, "diagnosen har ingen registreringsdato")
    return Diagnosis(
        icpc=codings.get(codes.ICPC2, ""),
        icd=codings.get(codes.ICD10, ""),
        text=node.value("code", "text"),
        recorded=recorded,
        status=categories.get(codes.SNOMED, ""),
        type=categories.get(codes.CONDITION_CATEGORY, ""),
        began=_day(tree, node.one("onsetDateTime")),
        ended=_day(tree, node.one("abatementDateTime")),
    )


def _id_of(reference: str) -> str:
    return reference.rpartition("/")[2].removeprefix("urn:uuid:")


def _instant(tree: Tree, node: Node | None) -> datetime:
    if node is None:
        raise _bad(tree, tree.root, "et tidspunkt mangler")
    try:
        found = datetime.fromisoformat(node.text or "")
    except ValueError:
        raise _bad(tree, node, "tidspunktet kan ikke læses") from None
    if found.tzinfo is None:
        raise _bad(tree, node, "tidspunktet har ingen tidszone")
    return found


def _day(tree: Tree, node: Node | None) -> date | None:
    if node is None:
        return None
    try:
        return date.fromisoformat((node.text or "")[:10])
    except ValueError:
        raise _bad(tree, node, "datoen kan ikke læses") from None


def _bad(tree: Tree, node: Node, reason: str) -> BadInput:
    place = tree.at(node)
    return BadInput(reason, place.line, place.column)
