"""What MedCom's OIOXML letters say, as values: the head that all share, and the content of those whose content is public.

Times are as written, on the Danish wall clock and without an offset. Empty text is text that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient
from harness.standards.oioxml.kinds import NEW_LETTER, NO_RECEIPT, PLEASE_RECEIPT, RECEIPTS, XCTL02, XCTL03, Kind


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives: `ean` is the lokationsnummer; `identifier_code` says what `identifier` is (`ydernummer` …)."""

    ean: str
    identifier: str = ""
    identifier_code: str = ""
    organisation: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class LetterPatient:
    """The patient: a CPR number, or another id where there is none (an eCPR)."""

    cpr: Cpr | None
    surname: str
    given: str
    alternative: str = field(default="", repr=False)

    @classmethod
    def of(cls, patient: Patient) -> LetterPatient:
        """The patient as a letter names them."""
        cpr, given = patient.cpr, " ".join(patient.given)
        return cls(cpr, patient.family, given) if isinstance(cpr, Cpr) else cls(None, patient.family, given, str(cpr))


@dataclass(frozen=True, slots=True)
class CodedDiagnosis:
    """A diagnosis with its text. `description_code` and `type_code` are MedCom's lists, which are not public."""

    code: str
    text: str
    type_code: str = ""
    description_code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral to the municipality. `visitation` is filled in by the receiver: pairs of code and text."""

    main: tuple[CodedDiagnosis, ...]
    additional: tuple[CodedDiagnosis, ...] = ()
    anamnesis: str = ""
    visitation: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, and when; an epikrise says only when."""

    on: date
    at: time | None = None
    by: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note back to the clinic: XDIS15, XDIS22, an epikrise (XDIS01), or a korrespondance (XDIS91: the text alone).

    `admission` and `discharge` are Henvisningsdato and Afslutningsdato in XDIS15, indlæggelse and udskrivning in XDIS01.
    """

    text: str
    main: tuple[CodedDiagnosis, ...] = ()
    additional: tuple[CodedDiagnosis, ...] = ()
    admission: datetime | None = None
    discharge: datetime | None = None
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class OriginalLetter:
    """A letter that is receipted. The reason is a code of `REFUSE_CODES` and a text, in a negative receipt only."""

    identifier: str
    version: str
    refuse_code: str = ""
    refuse_text: str = ""


@dataclass(frozen=True, slots=True)
class LetterReceipt:
    """A receipt for one Emessage, by its envelope's id and its two lokationsnumre."""

    envelope: str
    sender: str
    receiver: str
    letters: tuple[OriginalLetter, ...] = ()
    refuse_code: str = ""
    refuse_text: str = ""


Content = Referral | Note | LetterReceipt


@dataclass(frozen=True, slots=True)
class Letter:
    """One Emessage with its one letter.

    `content` is None where the content of the kind is not public (XREF01, GGOP); `patient` is None in a receipt. `authorised` is
    when the letter was approved for sending.
    """

    kind: Kind
    sent: datetime
    envelope: str
    identifier: str
    sender: Party
    receiver: Party
    content: Content | None
    patient: LetterPatient | None = None
    authorised: datetime | None = None
    acknowledgement: str = PLEASE_RECEIPT
    status: str = NEW_LETTER
    namespace: str = ""


def receipt_for(letter: Letter, sent: datetime, envelope: str, identifier: str, code: str = "", text: str = "") -> Letter:
    """The receipt for `letter`: XCTL03, or XCTL02 when a `code` of `REFUSE_CODES` says why it is refused.

    `envelope` and `identifier` are the receipt's own new ids. Raises ValueError for a receipt: a receipt is never receipted.
    """
    if letter.kind in RECEIPTS:
        raise ValueError("en kvittering bliver aldrig kvitteret")
    original = OriginalLetter(letter.identifier, letter.kind.version, code, text)
    return Letter(
        kind=XCTL02 if code else XCTL03,
        sent=sent,
        envelope=envelope,
        identifier=identifier,
        sender=Party(letter.receiver.ean),
        receiver=Party(letter.sender.ean),
        content=LetterReceipt(letter.envelope, letter.sender.ean, letter.receiver.ean, (original,)),
        acknowledgement=NO_RECEIPT,
        status="",
    )
