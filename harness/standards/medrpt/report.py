"""What a laboratory report says, however it is written: as MEDRPT R0131K (EDIFACT) or as XRPT01 XR0131K (OIOXML).

The words are XRPT01's own. Text in lines is a tuple, one entry a line. Times are Danish local time to the minute, as both forms
write them. Source: MedCom's stylesheets between MEDRPT and LaboratoryReport (namespace 2014/10/08).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

Lines = tuple[str, ...]


class IdentifierCode(StrEnum):
    """What kind of number an organisation is known by."""

    HOSPITAL = "sygehusafdelingsnummer"
    YDER = "ydernummer"
    GLN = "lokationsnummer"
    MUNICIPALITY = "kommunenummer"
    SOR = "sorkode"


class ReportStatus(StrEnum):
    """How much of what was asked for has been answered."""

    COMPLETE = "komplet_svar"
    PARTIAL = "del_svar"
    RECEIVED = "modtaget"


class ResultStatus(StrEnum):
    """How final one result is."""

    FINAL = "svar_endeligt"
    CORRECTED = "svar_rettet"
    PRELIMINARY = "svar_midlertidigt"
    RECEIVED = "proeve_modtaget"


class CodeType(StrEnum):
    """Whose code an analysis has."""

    IUPAC = "iupac"
    LOCAL = "lokal"


class ResultType(StrEnum):
    """Number or text."""

    NUMERIC = "numerisk"
    TEXT = "alfanumerisk"


class Operator(StrEnum):
    """What stands before the value."""

    LESS = "mindre_end"
    GREATER = "stoerre_end"

    @property
    def sign(self) -> str:
        """As people write it: `<` or `>`."""
        return "<" if self is Operator.LESS else ">"


OPERATORS: Final = {operator.sign: operator for operator in Operator}
"""By the sign people write."""


class Validation(StrEnum):
    """How the laboratory judged the value."""

    HIGH = "for_hoej"
    LOW = "for_lav"
    ABNORMAL = "unormal"


class IntervalType(StrEnum):
    """What a reference interval is."""

    PHYSIOLOGICAL = "fysiologisk"
    THERAPEUTIC = "terapeutisk"
    UNSPECIFIED = "uspecificeret"


RECEIVED_VALUE = "*****"
"""The value of a result whose sample has been received, and nothing more."""


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that sends or receives. `ean` is its location number on the network (not for a copy's receiver).

    `local` names the list a local number is from; it stands instead of `code`.
    """

    identifier: str
    code: IdentifierCode | None = IdentifierCode.GLN
    local: str = ""
    organisation: str = ""
    department: str = ""
    unit: str = ""
    ean: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient. One of `cpr` and `alternative` is given. `consent` is False when sharing was refused."""

    surname: str
    given: str = ""
    cpr: str = ""
    alternative: str = ""
    consent: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample: the laboratory's and the requester's own ids for it, when it was taken, how much, over which time."""

    laboratory_id: str
    taken: datetime
    requester_id: str = ""
    volume: str = ""
    unit: str = ""
    collected: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was analysed: the code, whose it is, and its names."""

    code: str
    short_name: str = ""
    complete_name: Lines = ()
    type: CodeType = CodeType.IUPAC
    responsible: str = "SST"


@dataclass(frozen=True, slots=True)
class Interval:
    """A reference interval: with `type` at least one limit, without only a text."""

    type: IntervalType | None = None
    lower: str = ""
    upper: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `producer` is who made it: an id, and the list the id is from."""

    analysis: Analysis
    value: str
    status: ResultStatus = ResultStatus.FINAL
    type: ResultType = ResultType.NUMERIC
    operator: Operator | None = None
    unit: str = ""
    validation: Validation | None = None
    intervals: tuple[Interval, ...] = ()
    producer: tuple[str, str] | None = None
    text_value: Lines = ()
    comments: Lines = ()
    to_laboratory: str = ""


@dataclass(frozen=True, slots=True)
class LabReport:
    """One report in one transmission.

    `transmission` and `letter` are the ids of the envelope and of the message; `production` is the laboratory's id of the answer.
    `acknowledge` asks for a positive receipt. `speciality` is the sender's, in XRPT01's words (`klin_biokemi`).
    """

    transmission: str
    sent: datetime
    letter: str
    authorised: datetime
    sender: Party
    receiver: Party
    patient: Subject
    sample: Sample
    production: str
    answered: datetime
    results: tuple[Result, ...]
    status: ReportStatus = ReportStatus.COMPLETE
    acknowledge: bool = True
    speciality: str = ""
    from_laboratory: str = ""
    physician: str = ""
    copy: Party | None = None
    comments: Lines = ()
