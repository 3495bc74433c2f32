"""What stands in the record of the patients' answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from harness.domain.questionnaire import BY_CODE


@dataclass(slots=True)
class Score:
    """One score in the record. `answer` is the laboratory's number for the answer it came in; `answered` is Danish local time."""

    cpr: str
    code: str
    name: str
    value: str
    remark: str
    answer: str
    answered: datetime
    current: bool = True

    @property
    def doubtful(self) -> bool:
        """Whether the score cannot be what it says."""
        number = number_of(self.value)
        return self.code in BY_CODE and (number is None or not BY_CODE[self.code].possible(number))


def number_of(value: str) -> Decimal | None:
    """The value as a number; None when it is none."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a questionnaire in the record."""

    cpr: str
    question: str
    said: str
