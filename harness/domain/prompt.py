"""What a tester is asked to do, read off or judge in an LPS, and what they answer."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from harness.domain.own_values import OwnValue, misfits

Kind = Literal["tekst", "tal", "ja-nej", "dato", "tidspunkt", "valg", "fil", "liste", "rækker", "felter"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is entered or shown. `title` is its Danish label, `hint` what else a person should know of it.

    `kind` says how it is written in JSON: `tekst` a string, `tal` a whole number, `ja-nej` a boolean, `dato` ÅÅÅÅ-MM-DD,
    `tidspunkt` ÅÅÅÅ-MM-DDTTT:MM in Danish time, `valg` one of `choices`, `fil` a file's bytes in base64, `felter` an object of
    `fields`, `rækker` a list of such objects, `liste` a list of what the only one of `fields` says.
    `required`: it must be there; a text that must be there may be empty. `null`: it may be null, which is how it is left empty.
    `key`: the system's own key, which no person sees. `least`: so many characters or entries at least, or so great a number.
    """

    name: str
    title: str
    kind: Kind
    required: bool = False
    key: bool = False
    choices: tuple[str | int, ...] = ()
    fields: tuple[Field, ...] = ()
    hint: str = ""
    null: bool = False
    least: int = 0
    pattern: str = ""


class Wanted(StrEnum):
    """What a prompt asks for."""

    DO = "udfør"
    TELL = "aflæs"
    JUDGE = "bedøm"
    CHOOSE = "vælg"
    """What the scenario is to enter, before it begins."""
    ACCOUNT = "redegør"
    """A text or a file, which MedCom judges afterwards."""
    ATTEST = "attestér"
    """A judgement of what nobody but the tester can see, and what it rests on."""

    @property
    def judged(self) -> bool:
        """Whether the answer is a grade."""
        return self in (Wanted.JUDGE, Wanted.ATTEST)

    @property
    def medcoms(self) -> bool:
        """Whether MedCom's tester answers it in certificering: it judges the system, or says what the judgement rests on."""
        return self.judged or self is Wanted.ACCOUNT


MEDCOM_ANSWERS: Final = "I certificering er det MedComs tester, der svarer på dette, på sin egen side."


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do in the LPS (`act`, by its name in the test interface), or to look at when `looks`.

    `says` is what to do, in Danish; `entered` what is entered, by the test interface's names, and `shown_as` the same as a
    tester reads it: title and value. `patient` is the name of the test person it is about, empty where it is about none; `makes`
    is what the scenario calls the thing that comes of it (`henvisning 1`), by the name of its key.
    """

    step: int
    act: str
    says: str
    entered: dict[str, Any] = field(default_factory=dict)
    shown_as: tuple[tuple[str, str], ...] = ()
    patient: str = ""
    looks: bool = False
    makes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a tester is asked, once: the `tasks` in order, then to fill in `fields` or to judge the step.

    `id` is the same when an attempt is gone on with: `DEL-01[KOL]/1/3`. `step` is the number of the step that asks, `says` its
    text, and `explains` what the step catalogue says of it.

    What the tester may choose (`CHOOSE`, before the first step) are the `own` values, each with its field; a field that is left
    blank stays as it stands.
    """

    id: str
    wanted: Wanted
    step: int
    says: str
    tasks: tuple[Task, ...] = ()
    fields: tuple[Field, ...] = ()
    explains: str = ""
    own: tuple[OwnValue, ...] = ()


class Outcome(StrEnum):
    """How a tester answers. `DONE` is *udført*; of a prompt that is judged, `JUDGED` with a grade."""

    DONE = "udført"
    JUDGED = "bedømt"
    CANNOT = "kan ikke udføres"
    FAULT = "fejl"
    SKIPPED = "sprunget over"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file a tester handed in: its name, its media type as its bytes tell, and where it lies in `evidence/`."""

    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tester answered, and who. `grade` goes with `JUDGED` and `FAULT`; `values` are what was read off, by field name.

    `role` is `MedCom` for one of MedCom's testers, who was let in as such; else empty.
    """

    outcome: Outcome
    by: str
    grade: str = ""
    remark: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    role: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether what was asked has been done: the scenario goes on from it."""
        return self.outcome in (Outcome.DONE, Outcome.JUDGED) or (self.outcome is Outcome.FAULT and self.grade == "F4")


_ANSWERS: Final = {
    Wanted.DO: (Outcome.DONE, Outcome.FAULT, Outcome.CANNOT, Outcome.SKIPPED),
    Wanted.TELL: (Outcome.DONE, Outcome.FAULT, Outcome.CANNOT, Outcome.SKIPPED),
    Wanted.JUDGE: (Outcome.JUDGED, Outcome.FAULT, Outcome.CANNOT, Outcome.SKIPPED),
    Wanted.ATTEST: (Outcome.JUDGED, Outcome.FAULT, Outcome.CANNOT, Outcome.SKIPPED),
    Wanted.ACCOUNT: (Outcome.DONE, Outcome.CANNOT, Outcome.SKIPPED),
    Wanted.CHOOSE: (Outcome.DONE, Outcome.SKIPPED),
}
"""How what is asked for can be answered."""

UNGROUNDED: Final = {
    Wanted.ACCOUNT: "Skriv redegørelsen, eller vedlæg den som fil.",
    Wanted.ATTEST: "Skriv, hvad du har set, eller vedlæg det som fil.",
}
"""What is said of an answer that has neither a remark nor a file, where one of them is needed."""


def mistakes_in(prompt: Prompt, answer: Answer, files: int = 0) -> list[str]:
    """What keeps `answer`, with so many `files`, from being an answer to `prompt`, in Danish, a sentence each."""
    found = [] if answer.by.strip() else ["Skriv, hvem der svarer."]
    if answer.outcome not in _ANSWERS[prompt.wanted]:
        found.append("Svaret passer ikke til det, der bliver spurgt om.")
    graded = {Outcome.JUDGED: ("OK", "F4", "F3", "F2", "F1", "IR"), Outcome.FAULT: ("F4", "F3", "F2", "F1")}
    if answer.grade not in graded.get(answer.outcome, ("",)):
        found.append(f"Vælg en vurdering: {', '.join(graded.get(answer.outcome, ()))}.")
    if not answer.remark.strip() and (answer.outcome not in (Outcome.DONE, Outcome.JUDGED) or answer.grade not in ("", "OK")):
        found.append("Skriv hvorfor.")
    elif answer.goes_on and prompt.wanted in UNGROUNDED and not answer.remark.strip() and not files:
        found.append(UNGROUNDED[prompt.wanted])
    if answer.goes_on:
        wrong = list(_wrong(prompt.fields, answer.values))
        found += wrong or [says for _, says in misfits(prompt.own, answer.values)]
    return found


WRITTEN: Final = {
    "tekst": "Skriv en tekst.",
    "tal": "Skriv et helt tal.",
    "ja-nej": "Vælg ja eller nej.",
    "valg": "Vælg en af mulighederne.",
    "dato": "Skriv en dato som ÅÅÅÅ-MM-DD.",
    "tidspunkt": "Skriv et tidspunkt som ÅÅÅÅ-MM-DDTTT:MM.",
    "fil": "Vælg en fil.",
    "liste": "Skriv en liste.",
    "rækker": "Skriv en liste af rækker.",
    "felter": "Skriv felter.",
}
"""How a value of each kind is to be written, as one who wrote it otherwise is told."""


def _wrong(fields: tuple[Field, ...], values: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is missing in `values`, and what is of another kind than its field."""
    for each in fields:
        value, title = values.get(each.name), f"{where}{each.title or each.name}"
        if value is not None:
            yield from _wrong_value(each, value, title)
        elif each.required and not (each.null and each.name in values):
            yield f"{title} mangler."


def _wrong_value(field: Field, value: Any, title: str) -> Iterator[str]:
    if not is_of(field, value):
        yield f"{title}: {WRITTEN[field.kind]}"
    elif field.kind == "felter":
        yield from _wrong(field.fields, value, f"{title}: ")
    elif field.kind in ("liste", "rækker"):
        for number, one in enumerate(value, 1):
            if field.kind == "liste":
                yield from _wrong_value(field.fields[0], one, f"{title}, nr. {number}")
            elif isinstance(one, Mapping):
                yield from _wrong(field.fields, one, f"{title}, række {number}: ")
            else:
                yield f"{title}, række {number}: {WRITTEN['felter']}"


def is_of(field: Field, value: object) -> bool:
    """Whether `value` is written as the kind of `field` says. What a list or an object holds is not looked at."""
    match field.kind:
        case "tal":
            return type(value) is int
        case "ja-nej":
            return type(value) is bool
        case "valg":
            return any(type(value) is type(choice) and value == choice for choice in field.choices)
        case "felter":
            return isinstance(value, Mapping)
        case "liste" | "rækker":
            return isinstance(value, list)
    if not isinstance(value, str):
        return False
    try:
        match field.kind:
            case "dato":
                return date.fromisoformat(value).isoformat() == value
            case "tidspunkt":
                return f"{datetime.fromisoformat(value):%Y-%m-%dT%H:%M}" == value
            case "fil":
                base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return True
