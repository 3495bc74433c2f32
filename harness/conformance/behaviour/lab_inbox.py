"""What must hold of laboratories' answers in the clinic's inbox. Subject `indbakke`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from harness.conformance.behaviour.seen import SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.lab_inbox import Place

_PROJECT = (
    "MedCom, Intelligent indbakke, 13. november 2023; MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 5"
    " (IND-01)"
)
_NORMAL = f"{_PROJECT}: normale svar"
_APPOINTMENT = f"{_PROJECT}: svar om en patient med en aftale"
_REST = f"{_PROJECT}: kun normale svar og svar om en patient med en aftale bliver håndteret automatisk"
_CAMP = "MedCom, testcamp for lægepraksissystemer, 25. september 2023"
_DISPLAY = f"{_CAMP}: svar fra akkrediterede laboratorier gengives nøjagtigt"
_SEVERAL = f"{_CAMP}: svar på samme rekvisition fra flere laboratorier"
_REPORT = "MedCom, RPT01 (MEDRPT R0131K); MedComs stilark fra MEDRPT R0131K til LaboratoryReport"
_DUPLICATES = "MedCom, Reliable Messaging (VANS og EHMI): dubletter og genfremsendelse"

_indbakke = rules_about("indbakke")


@dataclass(frozen=True, slots=True)
class Result:
    """One result: NPU code, value with any `<` or `>` before it, unit, and the limits of its reference interval."""

    code: str
    value: str
    unit: str = ""
    lower: str = ""
    upper: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.value, self.unit)))


@dataclass(frozen=True, slots=True)
class LogLine:
    """What the system logged of an answer: when, where it was put, whether the inbox did it by itself, and why."""

    day: date | None
    place: str
    automatic: bool
    why: str

    def __str__(self) -> str:
        who = "automatisk" if self.automatic else "ikke automatisk"
        return f"{self.day or 'uden dato'} {self.place} {who}: {self.why}"


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A laboratory's answer as the system shows it; `appointment` is the day of the one it waits for."""

    comment: str
    place: str
    appointment: date | None = None
    laboratory: str = ""
    results: tuple[Result, ...] = ()
    told: tuple[str, ...] = ()
    log: tuple[LogLine, ...] = ()


def _of(shown: Iterable[ShownAnswer], mark: str) -> list[ShownAnswer]:
    return [each for each in shown if mark in each.comment]


def _stands(shown: Sequence[ShownAnswer], marks: Collection[str], place: Place) -> Outcome:
    """Whether the answers with these marks all stand at `place`."""
    found = [each.place for mark in marks for each in _of(shown, mark)]
    return HOLDS if set(found) == {place} else breach(SCREEN, place, ", ".join(found) or "intet svar")


@_indbakke("INDB-R01", "Et laboratoriesvar, der er kommet, står netop ét sted", Grade.F2, f"{_REST}; {_DUPLICATES}")
def stands_once(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """`mark` stands in the answer's comment; however often the answer came, it stands there once."""
    count = len(_of(shown, mark))
    return HOLDS if count == 1 else breach(SCREEN, "svaret ét sted", f"svaret {count} steder" if count else "svaret er væk")


@_indbakke("INDB-R02", "Et normalt svar bliver arkiveret automatisk", Grade.F3, _NORMAL)
def normal_is_archived(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer that is normal beyond doubt: every result between the limits of its interval."""
    return _stands(shown, [mark], Place.ARCHIVE)


@_indbakke("INDB-R03", "Et svar, der ikke er sikkert normalt, kommer til lægen", Grade.F1, _REST)
def rest_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer that the inbox may not handle, about a patient without an appointment."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke(
    "INDB-R04",
    "Et svar om en patient med en aftale bliver lagt ved aftalen",
    Grade.F3,
    _APPOINTMENT,
    fact="indbakke-svar-ved-aftale",
)
def waits_for_appointment(shown: Sequence[ShownAnswer], mark: str, day: date) -> Outcome:
    """`day` is the day of the appointment."""
    if {(each.place, each.appointment) for each in _of(shown, mark)} == {(Place.APPOINTMENT, day)}:
        return HOLDS
    found = [f"{each.place} {each.appointment or ''}".strip() for each in _of(shown, mark)]
    return breach(SCREEN, f"{Place.APPOINTMENT} {day}", ", ".join(found) or "intet svar")


@_indbakke("INDB-R05", "Et svar om en ukendt patient bliver vist for sig eller afvist", Grade.F2, f"{_REST}; {_DUPLICATES}")
def stranger_is_kept(shown: Sequence[ShownAnswer], mark: str, refused: bool) -> Outcome:
    """`shown` are the answers the system shows as nobody's; `refused` whether it told the laboratory that it cannot use this."""
    if refused or _of(shown, mark):
        return HOLDS
    return breach(SCREEN, "svaret for sig, eller en negativ kvittering", "ingen af delene")


@_indbakke("INDB-R10", "Det, der er aftalt som normalt, bliver arkiveret automatisk", Grade.F3, _NORMAL, fact="indbakke-normalt")
def agreed_as_normal(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer on a limit, or below the only limit by its `<`."""
    return _stands(shown, [mark], Place.ARCHIVE)


@_indbakke(
    "INDB-R11", "Et svar, der bliver rettet til et normalt, kommer til lægen", Grade.F2, _REPORT, fact="indbakke-rettet-svar"
)
def corrected_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """`mark` is the correction's own."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke("INDB-R12", "Et ufuldstændigt svar kommer til lægen", Grade.F2, _REPORT, fact="indbakke-ufuldstændigt-svar")
def partial_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of a partial or preliminary answer, or a message that the sample has come."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke("INDB-R13", "Et svar om en død patient kommer til lægen", Grade.F2, _REST, fact="indbakke-død-patient")
def of_the_dead_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer that is normal."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke(
    "INDB-R14", "Et normalt svar venter ikke på patientens aftale", Grade.F3, _NORMAL, fact="indbakke-normalt-trods-aftale"
)
def normal_does_not_wait(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of a patient with an appointment."""
    return _stands(shown, [mark], Place.ARCHIVE)


@_indbakke(
    "INDB-R15", "Et svar, hvis aftale bliver aflyst, kommer til lægen", Grade.F1, _APPOINTMENT, fact="indbakke-ændret-aftale"
)
def cancelled_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Else nobody would see it."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke("INDB-R16", "Et svar følger sin aftale, når den bliver flyttet", Grade.F1, _APPOINTMENT, fact="indbakke-ændret-aftale")
def follows_appointment(shown: Sequence[ShownAnswer], mark: str, day: date) -> Outcome:
    """`day` is the appointment's new day. An answer that came to the doctor instead is seen too."""
    found = [(each.place, each.appointment) for each in _of(shown, mark)]
    if all(place == Place.DOCTOR or (place, when) == (Place.APPOINTMENT, day) for place, when in found):
        return HOLDS
    return breach(SCREEN, f"{Place.APPOINTMENT} {day}", ", ".join(f"{place} {when or ''}".strip() for place, when in found))


@_indbakke("INDB-R17", "En aftale inden for fristen tæller med", Grade.F3, _APPOINTMENT, fact="indbakke-aftalefrist")
def near_enough_counts(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """The appointment is on the last day that counts."""
    return _stands(shown, [mark], Place.APPOINTMENT)


@_indbakke("INDB-R18", "En aftale uden for fristen tæller ikke med", Grade.F1, _APPOINTMENT, fact="indbakke-aftalefrist")
def too_far_does_not_count(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """The appointment is on the day after the last that counts."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke(
    "INDB-R19", "En rekvisition, flere svarer på, bliver håndteret samlet", Grade.F3, _SEVERAL, fact="indbakke-flere-laboratorier"
)
def handled_together(shown: Sequence[ShownAnswer], marks: Collection[str]) -> Outcome:
    """`marks` are those of the parts, all of them normal, when the last has come."""
    return _stands(shown, marks, Place.ARCHIVE)


@_indbakke("INDB-R20", "Patienten får klinikkens besked netop én gang", Grade.F3, _NORMAL, fact="indbakke-svartekst")
def told_once(told: Sequence[str], text: str) -> Outcome:
    """`told` is what the patient was told of the answer, `text` what the clinic set up; the system may greet besides."""
    count = sum(one_line(each).count(one_line(text)) for each in told)
    return HOLDS if count == 1 else breach(SCREEN, f"“{text}” én gang", quoted(told, "ingenting"))


@_indbakke("INDB-R21", "Patienten får ingen automatisk besked, når der ikke er et normalt svar", Grade.F1, _REST)
def not_told(told: Sequence[str]) -> Outcome:
    """`told` is what the patient was told of an answer that is not normal, or of a sample that has come."""
    return breach(SCREEN, "ingen besked til patienten", quoted(told, "")) if told else HOLDS


@_indbakke(
    "INDB-R22",
    "Patienten får ingen automatisk besked, mens en del af rekvisitionen ikke er normal",
    Grade.F1,
    _SEVERAL,
    fact="indbakke-flere-laboratorier",
)
def not_told_of_part(told: Sequence[str]) -> Outcome:
    """`told` is what the patient was told of a requisition of which one part is not normal."""
    return breach(SCREEN, "ingen besked til patienten", quoted(told, "")) if told else HOLDS


@_indbakke("INDB-R23", "Et svar med en bemærkning om prøven kommer til lægen", Grade.F2, _REST, fact="indbakke-bemærkning")
def commented_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer that is normal but for what the laboratory says of the sample."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke("INDB-R24", "Indbakken håndterer kun de analyser, klinikken har valgt", Grade.F1, _REST, fact="indbakke-opsætning")
def unchosen_comes_to_doctor(shown: Sequence[ShownAnswer], mark: str) -> Outcome:
    """Of an answer with an analysis that the clinic has not chosen, among others."""
    return _stands(shown, [mark], Place.DOCTOR)


@_indbakke("INDB-R30", "Resultaterne står, som laboratoriet sendte dem", Grade.F1, _DISPLAY)
def values_are_as_sent(shown: Sequence[ShownAnswer], mark: str, sent: Sequence[Result], others: Sequence[Result] = ()) -> Outcome:
    """Each result under its own code, with its `<` or `>`; a decimal comma is a point. A system may show what several answered in
    one: `others` are the results of the patient's other answers.
    """
    found = [result for each in _of(shown, mark) for result in each.results]
    left = Counter((each.code, _plain(each.value)) for each in found)
    wanted = Counter((each.code, _plain(each.value)) for each in sent)
    if wanted <= left and left - wanted <= Counter((each.code, _plain(each.value)) for each in others):
        return HOLDS
    return breach(SCREEN, quoted(map(str, sent), ""), quoted(map(str, found), "ingen resultater"))


@_indbakke("INDB-R31", "Enhed og normalområde står, som laboratoriet sendte dem", Grade.F2, _DISPLAY)
def measures_are_as_sent(shown: Sequence[ShownAnswer], mark: str, sent: Sequence[Result]) -> Outcome:
    """Of each result, by its code."""
    found = {each.code: _measure(each) for answer in _of(shown, mark) for each in answer.results}
    wrong = [each for each in sent if found.get(each.code) != _measure(each)]
    if not wrong:
        return HOLDS
    return breach(SCREEN, quoted(map(_told, map(_measure, wrong)), ""), quoted((_told(found[each.code]) for each in wrong), ""))


@_indbakke("INDB-R32", "Laboratoriets bemærkning står, som den blev skrevet", Grade.F2, _DISPLAY)
def comment_is_as_sent(shown: Sequence[ShownAnswer], mark: str, comment: str) -> Outcome:
    """`comment` begins with its mark."""
    return stands_in(comment, [each.comment for each in _of(shown, mark)], SCREEN, "ingenting")


@_indbakke("INDB-R33", "Hvert svar står med det laboratorium, der gav det", Grade.F3, _SEVERAL)
def laboratory_is_own(shown: Sequence[ShownAnswer], mark: str, laboratory: str) -> Outcome:
    """`laboratory` is the sender's name."""
    return stands_in(laboratory, [each.laboratory for each in _of(shown, mark)], SCREEN, "intet laboratorium")


@_indbakke(
    "INDB-R40",
    "Loggen fortæller, hvad indbakken gjorde ved svaret, hvornår og hvorfor",
    Grade.F3,
    _PROJECT,
    fact="indbakke-log",
)
def log_tells(log: Sequence[LogLine], place: Place, days: Collection[date]) -> Outcome:
    """The latest line about `place`, where the answer stands: it was done automatically on one of `days`, and it says why."""
    line = next((each for each in reversed(log) if each.place == place), None)
    if line and line.automatic and line.day in days and line.why.strip():
        return HOLDS
    return breach(SCREEN, f"{min(days)} {place} automatisk: og hvorfor", quoted(map(str, log), "intet i loggen"))


def _plain(value: str) -> str:
    """A value as it is compared: `< 4,0` and `<4` are the same."""
    found = re.fullmatch(r"([<>]?)(\S+)", "".join(value.split()).replace(",", "."))
    if found is None:
        return value
    return f"{found[1]}{_number(found[2])}"


def _number(text: str) -> str:
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text.casefold()


def _measure(result: Result) -> tuple[str, str, str]:
    """Unit and limits, as they are compared."""
    return normalize("NFKC", result.unit), _plain(result.lower), _plain(result.upper)


def _told(measure: tuple[str, str, str]) -> str:
    unit, lower, upper = measure
    return f"{unit} {lower}–{upper}".strip()
