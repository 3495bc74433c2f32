"""The Danish steps about laboratories' answers and the clinic's inbox. A step's docstring is what the catalogue says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import lab_inbox as rules
from harness.conformance.rule import Rule
from harness.domain.lab_inbox import ANALYSES, Place
from harness.lps.driver import CannotAct
from harness.standards.medrpt.report import ReportStatus, ResultStatus
from harness.steps.laboratory.lab_inbox_story import LABORATORIES, LabInbox
from harness.steps.story import Story

_WHO: Final = '"(?P<alias>[^"]+)"'
_LABORATORY: Final = f"(?P<laboratory>{'|'.join(LABORATORIES)})"
_DAYS: Final[Mapping[str, Callable[[LabInbox], int]]] = {
    "i morgen": lambda _: 1,
    "i går": lambda _: -1,
    "på den sidste dag, der tæller med": LabInbox.deadline,
    "dagen efter den sidste dag, der tæller med": lambda inbox: inbox.deadline() + 1,
}
_HOW: Final[Mapping[str, tuple[ReportStatus, ResultStatus]]] = {
    "svarer": (ReportStatus.COMPLETE, ResultStatus.FINAL),
    "har svaret": (ReportStatus.COMPLETE, ResultStatus.FINAL),
    "svarer på resten med": (ReportStatus.COMPLETE, ResultStatus.FINAL),
    "svarer på en del med": (ReportStatus.PARTIAL, ResultStatus.FINAL),
    "har svaret på en del med": (ReportStatus.PARTIAL, ResultStatus.FINAL),
    "svarer foreløbigt med": (ReportStatus.COMPLETE, ResultStatus.PRELIMINARY),
    "melder, at det har modtaget prøven til": (ReportStatus.RECEIVED, ResultStatus.RECEIVED),
}
"""How much of the requisition is answered, and how final the results are."""

_ANSWERS: Final = rf"{_LABORATORY} (?P<how>{'|'.join(sorted(_HOW, key=len, reverse=True))}) (?P<results>.+) for {_WHO}"


@given(parsers.re("at indbakken (?P<on>håndterer laboratoriesvar automatisk)"))
@given(parsers.re(rf"at indbakken (?P<on>kun) håndterer svar på (?P<name>{'|'.join(ANALYSES)}) automatisk"))
@given(parsers.re("at indbakken overlader alle laboratoriesvar til lægen"))
def set_up(story: Story, on: str = "", name: str = "") -> None:
    """Klinikken har sat sin indbakke op: den må selv besvare og arkivere normale svar og lade svar vente på patientens aftale,
    evt. kun for én analyse, eller den må ikke. Analyser, frist for aftaler og teksten til patienten er dem, testharnesset
    foreslår, indtil de er besluttet. Teksten slutter med scenariets mærke.
    """
    story.part(LabInbox).set_up(bool(on), [name] if name else [])


@given(parsers.re(rf"at {_WHO} har en aftale i klinikken (?P<when>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"))
@given(parsers.re("at aftalen er (?P<changed>aflyst)"))
@when(parsers.re("aftalen bliver (?P<changed>aflyst|flyttet en dag)"))
def appointment(story: Story, alias: str = "", when: str = "", changed: str = "") -> None:
    """Patienten har en aftale i klinikken den nævnte dag, skrevet i systemets kalender. Eller den bliver aflyst eller flyttet
    til dagen efter, når klinikken har fået de svar, der er sendt.
    """
    inbox = story.part(LabInbox)
    if alias:
        inbox.book(alias, _DAYS[when](inbox))
    elif changed == "aflyst":
        inbox.cancel()
    else:
        inbox.move(1)


@given(parsers.re(f"at {_ANSWERS}"))
@when(parsers.re(_ANSWERS))
def answer(story: Story, laboratory: str, how: str, results: str, alias: str) -> None:
    """Et laboratorium sender et laboratoriesvar (RPT01) med netop de resultater og normalområder, scenariet nævner, og en
    bemærkning, der begynder med scenariets mærke. “Et andet laboratorium” svarer på samme rekvisition som det første.
    """
    story.part(LabInbox).answer(laboratory, alias, results, *_HOW[how])


@when(parsers.re("laboratoriet retter svaret til (?P<results>.+)"))
@when(parsers.re("laboratoriet sender svaret igen i (?P<transfer>samme|en ny) forsendelse"))
def answer_comes_again(story: Story, results: str = "", transfer: str = "") -> None:
    """Laboratoriet sender sit seneste svar en gang til, når klinikken har fået det: rettet, med en ny bemærkning, eller
    uændret.
    """
    if results:
        story.part(LabInbox).correct(results)
    else:
        story.part(LabInbox).again("ny" if transfer == "en ny" else "samme")


def _place(rule: Rule) -> Callable[[LabInbox], None]:
    return lambda inbox: inbox.check_place(rule)


def _at_appointment(rule: Rule) -> Callable[[LabInbox], None]:
    return lambda inbox: inbox.check_place(rule, inbox.day)


def _together(inbox: LabInbox) -> None:
    with inbox.story.judged_by(rules.handled_together):
        for each in inbox.sent:
            inbox.check(rules.stands_once, answer=each)
    inbox.story.check(rules.handled_together, inbox.shown(inbox.last.alias), [each.mark for each in inbox.sent])


_PLACES: Final[Mapping[tuple[str, str], Callable[[LabInbox], None]]] = {
    ("svaret", "i journalen"): _place(rules.normal_is_archived),
    ("svaret", "hos lægen"): _place(rules.rest_comes_to_doctor),
    ("svaret", "ved aftalen"): _at_appointment(rules.waits_for_appointment),
    ("svaret", "i journalen efter den aftalte grænse for normalt"): _place(rules.agreed_as_normal),
    ("svaret", "i journalen trods aftalen"): _place(rules.normal_does_not_wait),
    ("svaret", "ved aftalen inden for fristen"): _place(rules.near_enough_counts),
    ("svaret", "hos lægen uden for fristen"): _place(rules.too_far_does_not_count),
    ("svaret", "hos lægen, fordi klinikken ikke har valgt alle analyserne"): _place(rules.unchosen_comes_to_doctor),
    ("svaret", "ved den flyttede aftale"): _at_appointment(rules.follows_appointment),
    ("det rettede svar", "hos lægen"): _place(rules.corrected_comes_to_doctor),
    ("det ufuldstændige svar", "hos lægen"): _place(rules.partial_comes_to_doctor),
    ("den dødes svar", "hos lægen"): _place(rules.of_the_dead_comes_to_doctor),
    ("svaret med bemærkningen", "hos lægen"): _place(rules.commented_comes_to_doctor),
}
"""Which answer, and where it lies."""


def _first_at_doctor(inbox: LabInbox) -> None:
    inbox.check(rules.stands_once, answer=inbox.sent[0])
    inbox.check(rules.rest_comes_to_doctor, answer=inbox.sent[0])


def _all_at_doctor(inbox: LabInbox) -> None:
    with inbox.story.judged_by(rules.cancelled_comes_to_doctor):
        for each in inbox.sent:
            inbox.check(rules.stands_once, answer=each)
            inbox.check(rules.cancelled_comes_to_doctor, answer=each)


_OTHERS: Final[Mapping[tuple[str, str], Callable[[LabInbox], None]]] = {
    ("det første svar", "stadig hos lægen"): _first_at_doctor,
    ("begge svar", "i journalen"): _together,
    ("begge svar", "hos lægen, nu da aftalen er aflyst"): _all_at_doctor,
    ("svaret", "blandt svar uden patient, eller laboratoriet har fået det afvist"): LabInbox.check_stranger,
}
_EVERY: Final = dict(sorted({**_PLACES, **_OTHERS}.items(), key=lambda each: -len(each[0][1])))


@then(parsers.re(f"ligger (?P<what>{'|'.join(f'{which} {where}' for which, where in _EVERY)})"))
@then(parsers.re(f"(?P<what>{'|'.join(f'{which} ligger {where}' for which, where in _EVERY)})"))
def lies(story: Story, what: str) -> None:
    """Svaret ligger netop ét sted: hos lægen, som skal se det; i patientens journal; eller i journalen til gennemsyn ved
    patientens aftale. Er der flere svar, gælder det hvert af dem.
    """
    inbox = story.part(LabInbox)
    words = next(each for each in _EVERY if " ".join(each) == what.replace(" ligger ", " ", 1))
    _EVERY[words](inbox)


_TOLD: Final = (
    "fået klinikkens besked netop én gang"
    "|ikke fået nogen besked af indbakken(?:, (?:mens en del ikke er normal|da svaret blev rettet))?"
)


@then(parsers.re(rf"har {_WHO} (?P<how>{_TOLD})"))
@then(parsers.re(rf"{_WHO} har (?P<how>{_TOLD})"))
def patient_is_told(story: Story, alias: str, how: str) -> None:
    """Patienten har fået den tekst, klinikkens indbakke er sat op med, én gang. Eller patienten har intet fået om svaret: heller
    ikke om en anden del af samme rekvisition, eller intet mere, da svaret blev rettet.
    """
    inbox = story.part(LabInbox)
    if inbox.last.alias != alias:
        raise CannotAct(f"Det seneste laboratoriesvar handler ikke om {alias}.")
    if how.startswith("fået"):
        with story.judged_by(rules.told_once):
            inbox.check(rules.stands_once)
        story.check(rules.told_once, inbox.told(), inbox.text)
    elif how.endswith("mens en del ikke er normal"):
        with story.judged_by(rules.not_told_of_part):
            first = inbox.told(inbox.sent[:1])
        story.check(rules.not_told, first)
        story.check(rules.not_told_of_part, inbox.told())
    else:
        story.check(rules.not_told, inbox.told_since())


@then(parsers.re("står (?P<which>svaret|begge svar), som (?:laboratoriet|laboratorierne) sendte (?:det|dem)"))
def stands_as_sent(story: Story, which: str) -> None:
    """Alt, hvad laboratoriet sendte, kan læses på patienten: hvert resultat med < eller >, enhed og normalområde, bemærkningen
    ord for ord, og hvilket laboratorium det er fra.
    """
    inbox = story.part(LabInbox)
    for each in inbox.sent if which == "begge svar" else [inbox.last]:
        inbox.check_content(each)


@then(
    parsers.re(rf"(?:fortæller loggen|loggen fortæller), at indbakken selv lagde svaret (?P<place>{'|'.join(Place)}), og hvorfor")
)
def log_tells(story: Story, place: str) -> None:
    """Der er en linje i loggen om svaret: hvor det blev lagt, at indbakken selv gjorde det, hvilken dag og hvorfor."""
    story.part(LabInbox).check_log(Place(place))
