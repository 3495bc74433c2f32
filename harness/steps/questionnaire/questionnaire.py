"""The Danish steps about questionnaires and the patients' answers. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import questionnaire as rules
from harness.domain.questionnaire import INSTRUMENTS, Package
from harness.steps.questionnaire.questionnaire_story import Questionnaires
from harness.steps.story import Story

_WHO: Final = '"(?P<alias>[^"]+)"'
_PACKAGE: Final = f"(?P<package>{'|'.join(Package)})"
_NAME: Final = f"(?P<name>{'|'.join(INSTRUMENTS)})"
_VALUE: Final = r"(?P<value>\d+(?:,\d+)?)"
_SINCE: Final = {"i går": timedelta(days=1), "for tre uger siden": timedelta(weeks=3)}
_KINDS: Final = {"krydset": "valg", "tallet": "tal", "teksten": "tekst"}
_FIVE_LINES: Final = (
    "Jeg bliver forpustet ved rask gang og holder tit en pause i parken efter en tur til butikken. " * 5
).strip()


@given(parsers.re(rf"at {_WHO} (?P<given>har fået) spørgeskemapakken for {_PACKAGE}"))
@when(parsers.re(rf"lægen sender spørgeskemapakken for {_PACKAGE} til {_WHO}"))
def send_package(story: Story, alias: str, package: str, given: str = "") -> None:
    """Lægen bestiller i systemet, at Web-patient skal sende patienten pakken med spørgeskemaer."""
    story.part(Questionnaires).order(alias, Package(package))
    if given:
        story.part(Questionnaires).wait_for_package()


@given(parsers.re(rf"at {_WHO} har svaret på {_NAME} med scoren {_VALUE}"))
@when(
    parsers.re(
        rf"{_WHO} svarer på {_NAME} med scoren {_VALUE}(?: og på (?P<other>\w+) med scoren (?P<second>\d+))?"
        r'(?: og skriver (?P<remark>"[^"]+"|fem linjer))?'
    )
)
@when(parsers.re(rf"svaret fra {_WHO} på {_NAME} med scoren {_VALUE} er fra (?P<day>{'|'.join(_SINCE)}) kl\. (?P<clock>[\d.]+)"))
def answer(
    story: Story,
    alias: str,
    name: str,
    value: str,
    other: str | None = None,
    second: str | None = None,
    remark: str | None = None,
    day: str | None = None,
    clock: str = "",
) -> None:
    """Patienten svarer i Web-patient, og score og bemærkning bliver sendt til klinikken som ét laboratoriesvar. Har patienten
    svaret tidligere, når det først klinikken nu. En bemærkning på fem linjer har omkring 480 tegn.
    """
    questionnaires = story.part(Questionnaires)
    scores = {name: _point(value), **({other: second} if other and second else {})}
    written = _FIVE_LINES if remark == "fem linjer" else (remark or "").strip('"')
    when = f"{(questionnaires.local_time() - _SINCE[day]).date()}T{clock.replace('.', ':')}" if day else ""
    questionnaires.answer(alias, scores, written, datetime.fromisoformat(when) if when else None)


@when(parsers.re(r"Web-patient sender svaret igen i (?P<transfer>samme|en ny) forsendelse"))
@when(parsers.re(rf"Web-patient retter scoren til {_VALUE}"))
def answer_comes_again(story: Story, transfer: str = "", value: str = "") -> None:
    """Web-patient sender svaret en gang til, uændret eller rettet. Det rettede svar afløser det, klinikken har fået."""
    if value:
        story.part(Questionnaires).correct(_point(value))
    else:
        story.part(Questionnaires).again("ny" if transfer == "en ny" else "samme")


@when(parsers.re(rf'{_WHO} besvarer spørgsmålet "(?P<question>[^"]+)" med (?P<kind>{"|".join(_KINDS)}) "(?P<said>[^"]+)"'))
def fill_in(story: Story, alias: str, question: str, kind: str, said: str) -> None:
    """Patienten svarer på et spørgeskema i Web-patient, og hele skemaet bliver sendt til klinikken som QRD."""
    story.part(Questionnaires).fill_in(alias, question, _KINDS[kind], said)


_ORDERED: Final[Mapping[str, Callable[[Questionnaires], None]]] = {
    "bestillingen": lambda _: None,
    "netop én bestilling": Questionnaires.check_ordered_once,
    "bestillingen med netop de skemaer, der hører til pakken": Questionnaires.check_package,
}


@then(parsers.re(rf"har Web-patient modtaget (?P<what>{'|'.join(_ORDERED)})"))
def order_arrived(story: Story, what: str) -> None:
    """Bestillingen er nået frem for den rigtige patient. Netop én: Web-patient har ikke flere, hvor tit systemet end har sendt
    den. Netop de skemaer: hverken flere eller færre end pakkens.
    """
    questionnaires = story.part(Questionnaires)
    questionnaires.expect_package()
    _ORDERED[what](questionnaires)


@then(parsers.re("viser systemet (?P<what>ikke pakken|begge pakker) som sendt"))
def shown_as_sent(story: Story, what: str) -> None:
    """Brugeren kan se, at pakken ikke er kommet af sted, eller at patienten har fået pakkerne for begge sygdomme."""
    questionnaires = story.part(Questionnaires)
    if what == "ikke pakken":
        questionnaires.check_not_sent()
    else:
        story.check(rules.packages_are_shown, questionnaires.sent_packages(), list(Package))


def _said_is_shown(questionnaires: Questionnaires) -> None:
    said = questionnaires.said[-1]
    questionnaires.story.check(rules.answer_is_shown, questionnaires.said_by(said.alias), said.mark, said.said)


_SHOWN: Final[Mapping[str, Callable[[Questionnaires], None]]] = {
    "scoren, som den kom": Questionnaires.check_scores,
    "begge scorer, som de kom": Questionnaires.check_scores,
    "scoren med den dag, patienten svarede": lambda each: each.check(rules.day_is_own, each.last.day),
    "bemærkningen, som den blev skrevet": lambda each: each.check(rules.remark_is_there, each.last.remark),
    "svaret netop én gang": lambda each: each.check(rules.shown_once),
    "en advarsel ved scoren": lambda each: each.check(rules.impossible_is_warned_of),
    "svaret i skemaet, som patienten gav det": _said_is_shown,
}


@then(parsers.re(rf"(?:viser systemet|systemet viser) (?P<what>{'|'.join(_SHOWN)})"))
def answer_is_shown(story: Story, what: str) -> None:
    """Det, patienten svarede sidst, står på patienten: hver score under sit skema med det tal, der kom, den dag, patienten
    svarede, og bemærkningen ord for ord, én gang, hvor tit svaret end kom. Kan tallet ikke passe, står der en advarsel. Svaret på
    et spørgsmål i skemaet står ord for ord.
    """
    _SHOWN[what](story.part(Questionnaires))


def _earlier_is_kept(questionnaires: Questionnaires) -> None:
    first = questionnaires.first
    questionnaires.story.check(rules.earlier_is_kept, questionnaires.scores(), first.mark, first.value)


def _corrected_is_past(questionnaires: Questionnaires) -> None:
    first = questionnaires.first
    with questionnaires.story.judged_by(rules.corrected_is_kept, rules.corrected_is_past):
        shown = questionnaires.scores()
    questionnaires.story.check(rules.corrected_is_kept, shown, first.mark, first.value)
    questionnaires.story.check(rules.corrected_is_past, shown, first.mark, first.value)


def _latest_is_at_hand(questionnaires: Questionnaires) -> None:
    alias = questionnaires.last.alias
    latest = questionnaires.latest_of(alias)
    story, shown = questionnaires.story, questionnaires.at_assessment(alias)
    story.check(rules.score_is_at_hand, shown, latest.mark, latest.value)
    story.check(rules.remark_is_there, shown, latest.mark, latest.remark)
    if dated := [each for each in shown if each.day]:  # beside the behovsvurdering a system need not show the day
        story.check(rules.day_is_own, dated, latest.mark, latest.day)


_COUNTS: Final[Mapping[str, Callable[[Questionnaires], None]]] = {
    "den første score stadig": _earlier_is_kept,
    "den rettede score": lambda each: each.check(rules.correction_is_shown, each.last.value),
    "den første score kun som tidligere score": _corrected_is_past,
    "den seneste score ved behovsvurderingen": _latest_is_at_hand,
}


@then(parsers.re(rf"(?:viser systemet|systemet viser) (?P<what>{'|'.join(_COUNTS)})"))
def score_counts(story: Story, what: str) -> None:
    """En ny score fjerner ikke den første. En rettet gælder i stedet for den første, som kun står som tidligere. Den seneste
    kan ses, når lægen åbner behovsvurderingen, som gældende, med hele bemærkningen og, hvis der står en dag, den rigtige.
    """
    _COUNTS[what](story.part(Questionnaires))


def _stranger_is_told_of(questionnaires: Questionnaires) -> None:
    refused = questionnaires.refused()
    strangers = () if refused else questionnaires.strangers()
    questionnaires.story.check(rules.stranger_is_told_of, strangers, questionnaires.mark, refused)


def _impossible_is_not_hidden(questionnaires: Questionnaires) -> None:
    last = questionnaires.last
    if questionnaires.refused():  # then there is nothing to see
        questionnaires.story.check(rules.impossible_is_not_hidden, (), last.mark, last.value, True)
    else:
        beside = any(last.mark in each for each in questionnaires.strangers())
        questionnaires.check(rules.impossible_is_not_hidden, last.value, beside)


_KEPT: Final[Mapping[str, Callable[[Questionnaires], None]]] = {
    "svaret står blandt svar uden patient": _stranger_is_told_of,
    "står den umulige score uændret på patienten": _impossible_is_not_hidden,
}


@then(parsers.re(rf"(?P<what>{'|'.join(_KEPT)}), eller Web-patient har fået (?:det|den) afvist"))
def not_lost(story: Story, what: str) -> None:
    """Det, der ikke passer, bliver ikke væk: klinikken kan se det, eller systemet har meldt tilbage, at det ikke kan bruges."""
    _KEPT[what](story.part(Questionnaires))


@then("har Web-patient fået kvittering hver gang")
def receipted(story: Story) -> None:
    """Systemet kvitterer for svaret, og igen, hvis det kommer en gang til."""
    story.part(Questionnaires).judge_receipts()


def _point(value: str) -> str:
    """The score with a decimal point."""
    return value.replace(",", ".")
