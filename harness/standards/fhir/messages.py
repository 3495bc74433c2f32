"""What the FHIR messages and documents of the harness say, apart from how FHIR writes it.

Times carry their offset. A text that is missing is "", a time or a value that is missing is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from harness.standards.fhir import codes


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation by its SOR code; `gln` where messages go, `ydernummer` of a clinic, `producer` (`KAF`) of a laboratory.

    `initials` are those of the person at a requester's; "" means that they are not known.
    """

    name: str
    sor: str
    gln: str = ""
    ydernummer: str = ""
    producer: str = ""
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient: CPR number (or eCPR), names, FHIR's gender (`female`, `male`, `other`, `unknown`, or ""), and date of birth."""

    cpr: str
    given: str
    family: str
    gender: str = ""
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who answers for a result: names, telephone, and the role, a code of MedCom's practitioner roles (`sygeplejerske`)."""

    given: str
    family: str
    phone: str
    role: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One result: a number with `unit` and `comparator` (`<`, `>`), or a text. `system` is NPU or MedCom's observation codes."""

    code: str
    value: Decimal | str
    at: datetime
    unit: str = ""
    comparator: str = ""
    display: str = ""
    note: str = ""
    system: str = codes.NPU


@dataclass(frozen=True, slots=True)
class HomeCareObservation:
    """A municipality's results (kommunale prøvesvar). `id` is the Bundle's UUID, from which all other ids are made.

    `activity` is new-message, modified-message or retract-message; the last two name the header they change in `earlier`.
    """

    id: str
    at: datetime
    patient: Person
    sender: Party
    receiver: Party
    author: Author
    results: tuple[Measurement, ...]
    conclusion: str = ""
    activity: str = codes.NEW
    earlier: str = ""
    refused_consent: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A receipt for the message whose header is `original`. `answer` is ok, fatal-error or transient-error.

    `error` is a code from MedCom's list, `explanation` a text; both "" when the answer is ok.
    """

    id: str
    at: datetime
    original: str
    sender: Party
    receiver: Party
    answer: str = "ok"
    error: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a link with its `title`: `data` and its MIME type (`application/pdf`), or a `url`; when it was made, if known."""

    title: str
    type: str = ""
    data: bytes = field(default=b"", repr=False)
    url: str = ""
    made: datetime | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a correspondence (meddelelsessegment): a text or an attachment, who wrote it, for whom, and when.

    `id` is the segment's own UUID and stays with it. Only an attachment may be without an author.
    """

    id: str
    at: datetime
    party: Party
    author: Author | None
    content: str | Attachment


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of a correspondence, by the UUID of its header: what was done, by whom, when, and with which segments.

    `earlier` is the header it answered or forwarded, or, for a letter in another format, its `brevnummer#lokationsnummer`.
    """

    header: str
    at: datetime
    party: Party
    segments: tuple[str, ...]
    activity: str = codes.NEW
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class CareCommunication:
    """A letter (korrespondancemeddelelse), with all that was written before it. `id` is the Bundle's UUID.

    `identifier` is the correspondence's UUID, the same in every answer. `segments` are old and new; the new ones are those
    that no turn of `history` has. `activity` is new-message, reply-message or forward-message, `earlier` as in `Turn`. `done` is
    when the message's own history says that it was done: of one that is read.
    """

    id: str
    at: datetime
    identifier: str
    patient: Person
    sender: Party
    receiver: Party
    category: str
    segments: tuple[Segment, ...]
    topic: str = ""
    priority: str = ""
    activity: str = codes.NEW
    earlier: str = ""
    history: tuple[Turn, ...] = ()
    done: datetime | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis: ICPC-2 and/or ICD-10 (SKS) code, its text, status and type by FHIR's codes, and its dates."""

    icpc: str
    icd: str
    text: str
    recorded: date
    status: str = codes.CURRENT
    type: str = "problem-list-item"
    began: date | None = None
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class ConditionList:
    """A patient's diagnoses (diagnosekort). `changed` is the last change of any, `assembled` when the document was made.

    `id` is the Bundle's UUID, `identifier` another one.
    """

    id: str
    identifier: str
    patient: Person
    clinic: Party
    changed: datetime
    assembled: datetime
    diagnoses: tuple[Diagnosis, ...]
