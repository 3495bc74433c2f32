"""One letter about one patient, in whichever of MedCom's standards its kind has: written into messages, and read again.

DIS91 (with BIN01 for a file), XREF22 and XDIS22, and CareCommunication 5.0, each as the VANSEnvelope names it. Source of the
names: MedCom, Godkendte systemer (09-07-2026); of CareCommunication's: MedCom-FHIR-Communication, VANSEnvelope (`HL7`,
`MCM:FDIS91#<category>`, 5.0). A letter comes with the category `other`, which demands a topic. CareCommunication is written for
a patient with a CPR number only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from harness.domain.clock import wall_clock
from harness.domain.correspondence import Sort
from harness.domain.errors import BadInput
from harness.domain.identifiers import Cpr
from harness.domain.patient import Organisation, Patient
from harness.standards import edi_letter
from harness.standards.edi_objects import File
from harness.standards.fhir import messages as fhir
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.read import read_care_communication
from harness.standards.medrpt.report import IdentifierCode, Subject
from harness.standards.medrpt.report import Party as EdiParty
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import NO_RECEIPT, PLEASE_RECEIPT, XDIS22, XREF22, Kind
from harness.standards.oioxml.letter import Letter, LetterPatient, Note, Party, Referral
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import Message, Transport, carrying
from harness.standards.xml import parse

CARE_COMMUNICATION: Final = "MCM:FDIS91"
SENDER, RECEIVER = "afsender", "modtager"
_CATEGORY: Final = "other"
_AUTHOR: Final = fhir.Author("Test", "Testlæge", "12345678", "sygeplejerske")
_KINDS: Final = {Sort.ACUTE_REFERRAL: XREF22, Sort.ACUTE_NOTE: XDIS22}
_SORTS: Final[dict[Kind, Sort]] = {kind: sort for sort, kind in _KINDS.items()}
_ID_LENGTH: Final = 14  # UN/EDIFACT, 0020 and 0062


@dataclass(frozen=True, slots=True)
class Written:
    """A letter to be sent. `file` goes with a korrespondancebrev only; `namespace` is for a kind whose own is not public."""

    sort: Sort
    patient: Patient
    sender: Organisation
    receiver: Organisation
    at: datetime
    topic: str
    text: str
    file: bytes = field(default=b"", repr=False)
    namespace: str = ""
    encoding: Encoding = "UTF-8"


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says. `identifier` is the letter's own; `sort` is None for a file by itself, whose `files` have its bytes.

    `sender` is the name of who sent it, `ends` are the lokationsnumre of sender and receiver, and `transmission` is the number of
    what carries the letter: the interchange, the Emessage or the Bundle. `cpr` is the patient's number, whichever kind it is, and
    `name` the patient's name. `sent` is on the Danish clock, and so are the `other` times it says that it was written at.
    `numbers` are those of both ends besides, each as role, kind and number. `gender` (`female`, `male`) and `born` are the
    patient's; empty and None where the letter does not say. `status` is whether it is new, as a letter in OIOXML has it.
    """

    sort: Sort | None
    identifier: str
    transmission: str
    ends: tuple[str, str]
    sent: datetime
    cpr: str
    name: str
    sender: str
    topic: str
    text: str
    files: tuple[File, ...] = ()
    other: tuple[datetime, ...] = ()
    numbers: tuple[tuple[str, str, str], ...] = ()
    gender: str = ""
    born: date | None = None
    status: str = ""


def messages_of(letter: Written, new_id: Callable[[], str]) -> list[Message]:
    """The messages that carry the letter: one, and for a file one more. `new_id` gives UUIDs.

    Raises ValueError, in Danish, for what the letter's standard cannot say.
    """
    match letter.sort:
        case Sort.LETTER:
            return _in_edifact(letter, new_id)
        case Sort.MESSAGE:
            body = build_care_communication(_communication(letter, new_id))
            return [carrying(body, "HL7", f"{CARE_COMMUNICATION}#{_CATEGORY}", "5.0", new_id(), Transport())]
        case _:
            kind = _KINDS[letter.sort]
            body = build_letter(_oioxml(letter, kind, new_id), letter.encoding)
            return [carrying(body, "XML", kind.name, kind.version, new_id(), Transport())]


def read_told(message: Message) -> Told:
    """What the message says. Raises BadInput when it is none of these letters, or cannot be read."""
    data = message.data
    if data.startswith((b"UNA", b"UNB")):
        letter = edi_letter.read_edi_letter(data)
        sort = Sort.LETTER if letter.standard is edi_letter.DIS91 else None
        return Told(
            sort=sort,
            identifier=letter.letter,
            transmission=letter.transmission,
            ends=(letter.sender.ean, letter.receiver.ean),
            sent=letter.sent,
            cpr=letter.patient.cpr or letter.patient.alternative,
            name=f"{letter.patient.given} {letter.patient.surname}",
            sender=letter.sender.organisation,
            topic=letter.topic,
            text=letter.text,
            files=letter.files,
            numbers=_numbers(letter.sender, letter.receiver),
        )
    if message.meta.document.format == "HL7":
        told = read_care_communication(data, "korrespondance")
        text = "\n".join(each.content for each in told.segments if isinstance(each.content, str))
        return Told(
            sort=Sort.MESSAGE,
            identifier=told.id,
            transmission=told.id,
            ends=(told.sender.gln, told.receiver.gln),
            sent=wall_clock(told.at),
            cpr=told.patient.cpr,
            name=f"{told.patient.given} {told.patient.family}",
            sender=told.sender.name,
            topic=told.topic,
            text=text,
            other=_written_at(told),
            numbers=tuple(
                (role, kind, number)
                for role, party in ((SENDER, told.sender), (RECEIVER, told.receiver))
                for kind, number in ((IdentifierCode.SOR, party.sor), (IdentifierCode.YDER, party.ydernummer))
            ),
            gender=told.patient.gender,
            born=told.patient.born,
        )
    read = read_letter(data)
    if read.kind not in _SORTS:
        raise BadInput(f"brevet er {read.kind.name}", 1, 1)
    if read.patient is None:
        raise BadInput("brevet nævner ingen patient", 1, 1)
    return Told(
        sort=_SORTS[read.kind],
        identifier=read.identifier,
        transmission=read.envelope,
        ends=(read.sender.ean, read.receiver.ean),
        sent=read.sent,
        cpr=str(read.patient.cpr or read.patient.alternative),
        name=f"{read.patient.given} {read.patient.surname}",
        sender=read.sender.organisation,
        topic="",
        text=read.content.text if isinstance(read.content, Note) else _all_text(data),
        other=(read.authorised,) if read.authorised else (),
        numbers=tuple(
            (role, party.identifier_code, party.identifier) for role, party in ((SENDER, read.sender), (RECEIVER, read.receiver))
        ),
        status=read.status,
    )


def _numbers(sender: EdiParty, receiver: EdiParty) -> tuple[tuple[str, str, str], ...]:
    return tuple((role, str(party.code or ""), party.identifier) for role, party in ((SENDER, sender), (RECEIVER, receiver)))


def _written_at(letter: fhir.CareCommunication) -> tuple[datetime, ...]:
    """When what is new in the letter was written, and when its own step of the history was."""
    known = {segment for turn in letter.history for segment in turn.segments}
    times = [each.at for each in letter.segments if each.id not in known]
    return tuple(wall_clock(each) for each in (*times, *filter(None, [letter.done])))


def _all_text(data: bytes) -> str:
    """All text of a letter: where its own stands is not public for XREF22."""
    return "\n".join(map(str, parse(data, "brev.xml").root.itertext("*")))


def _in_edifact(letter: Written, new_id: Callable[[], str]) -> list[Message]:
    cpr = letter.patient.cpr
    number = (str(cpr), "") if isinstance(cpr, Cpr) else ("", str(cpr))
    files = (File(new_id().replace("-", "").upper(), "TXT", "TXT", len(letter.file), letter.file),)
    told = edi_letter.EdiLetter(
        standard=edi_letter.DIS91,
        transmission=_short(new_id),
        letter=_short(new_id),
        sent=wall_clock(letter.at).replace(second=0, microsecond=0),
        sender=_edi_party(letter.sender),
        receiver=_edi_party(letter.receiver),
        patient=Subject(letter.patient.family, " ".join(letter.patient.given), *number),
        topic=letter.topic,
        text=letter.text,
        files=tuple(replace(each, data=b"") for each in files) if letter.file else (),
    )
    bodies = [told]
    if letter.file:
        file = replace(told, standard=edi_letter.BIN01, topic="", text="", files=files)
        bodies.append(replace(file, transmission=_short(new_id), letter=_short(new_id)))
    return [_carried(each, new_id) for each in bodies]


def _carried(letter: edi_letter.EdiLetter, new_id: Callable[[], str]) -> Message:
    standard = letter.standard
    body = edi_letter.build_edi_letter(letter)
    return carrying(body, "EDIFACT", standard.name, standard.version, new_id(), Transport())


def _short(new_id: Callable[[], str]) -> str:
    return new_id().replace("-", "")[:_ID_LENGTH]


def _edi_party(organisation: Organisation) -> EdiParty:
    number, code = (organisation.yder, IdentifierCode.YDER) if organisation.yder else (organisation.gln, IdentifierCode.GLN)
    return EdiParty(number, code, organisation=organisation.name, ean=organisation.gln)


def _oioxml(letter: Written, kind: Kind, new_id: Callable[[], str]) -> Letter:
    now = wall_clock(letter.at)
    text = f"{letter.topic}\n{letter.text}" if letter.topic else letter.text
    return Letter(
        kind=kind,
        sent=now,
        envelope=new_id(),
        identifier=new_id(),
        sender=_party(letter.sender),
        receiver=_party(letter.receiver),
        content=Referral((), (), text) if kind is XREF22 else Note(text),
        patient=LetterPatient.of(letter.patient),
        authorised=now,
        acknowledgement=PLEASE_RECEIPT if kind is XDIS22 else NO_RECEIPT,
        namespace=letter.namespace,
    )


def _party(organisation: Organisation) -> Party:
    if organisation.yder:
        return Party(organisation.gln, organisation.yder, "ydernummer", organisation.name)
    return Party(organisation.gln, organisation.gln, "lokationsnummer", organisation.name)


def _communication(letter: Written, new_id: Callable[[], str]) -> fhir.CareCommunication:
    sender, receiver = (fhir.Party(each.name, each.sor, each.gln, each.yder) for each in (letter.sender, letter.receiver))
    patient = letter.patient
    person = fhir.Person(
        str(patient.cpr), " ".join(patient.given), patient.family, "female" if patient.female else "male", patient.born
    )
    return fhir.CareCommunication(
        id=new_id(),
        at=letter.at,
        identifier=new_id(),
        patient=person,
        sender=sender,
        receiver=receiver,
        category=_CATEGORY,
        segments=(fhir.Segment(new_id(), letter.at, sender, _AUTHOR, letter.text),),
        topic=letter.topic,
    )
