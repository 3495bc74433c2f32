"""The Danish steps about letters to the municipality's acute team and their receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.domain.acute_letters import LetterStatus
from harness.services.eoj import NONE
from harness.steps.home_care.acute_team_story import AcuteTeamLetters
from harness.steps.story import Story

_WRITES: Final = r'"(?P<text>[^"]+)" til kommunens akutteam om "(?P<alias>[^"]+)"'
_ANSWERS: Final = {
    "med, at beskeden er modtaget": "ok",
    "med, at beskeden ikke kan bruges": "fatal-error",
    "med, at der var en teknisk fejl": "transient-error",
}
_FORMS: Final = {"i den ene form, MedCom tillader": "json", "i den anden form, MedCom tillader": "xml"}
_RECEIPTS_NOW: Final = (
    rf"akutteamet (?:ikke kvitterer|kvitterer(?: (?P<again>nu|bagefter|nu for den forrige besked))?"
    rf" (?P<how>{'|'.join(_ANSWERS)}))"
    rf'(?:, fordi "(?P<why>[^"]+)")?'
    rf"(?:, (?P<form>{'|'.join(_FORMS)}))?"
)
_COPY: Final = {"samme": "samme", "en ny": "ny"}
_TIMES: Final = {"en halv time": 30 * 60.0, "fire timer": 4 * 60 * 60.0}
_STATUS: Final = {
    "beskeden som modtaget": {LetterStatus.RECEIVED},
    "beskeden som afvist": {LetterStatus.REJECTED},
    "beskeden som ikke modtaget på grund af en teknisk fejl": {LetterStatus.FAILED, LetterStatus.AWAITING},
    "beskeden som ikke kvitteret": {LetterStatus.AWAITING, LetterStatus.UNANSWERED},
}
_EARLIER: Final = "den forrige besked som modtaget"
_UNANSWERED: Final = "ikke fået kvittering for sin kvittering"
_TOLD: Final[Mapping[str, Callable[[AcuteTeamLetters], None]]] = {
    "akutteamets egen forklaring": AcuteTeamLetters.check_why,
    "kvitteringen netop én gang": AcuteTeamLetters.check_receipt_once,
    "i sin log, at kvitteringen kom igen": AcuteTeamLetters.check_logged,
}


@given(parsers.re(f"at lægen har skrevet {_WRITES}"))
@when(parsers.re(f"lægen skriver {_WRITES}"))
def writes(story: Story, text: str, alias: str) -> None:
    """Lægen skriver en besked om patienten til kommunens akutteam (CareCommunication). Den når frem til nettet."""
    story.part(AcuteTeamLetters).write(alias, text)


@given(parsers.re(f"at {_RECEIPTS_NOW}"))
@when(parsers.re(_RECEIPTS_NOW))
@when(parsers.re(rf"akutteamet sender kvitteringen igen i (?P<copy>{'|'.join(_COPY)}) forsendelse"))
def team_receipts(
    story: Story,
    again: str | None = None,
    how: str | None = None,
    why: str | None = None,
    form: str | None = None,
    copy: str = "",
) -> None:
    """Sådan kvitterer akutteamet for klinikkens beskeder fra nu af. Nu og bagefter: det sender en kvittering for den seneste
    besked, også når det har kvitteret før. Igen: den samme kvittering kommer en gang til, i samme forsendelse (kuvert) eller i en
    ny. MedCom tillader to former (JSON og XML).
    """
    part = story.part(AcuteTeamLetters)
    if copy:
        part.receipt_again(_COPY[copy])
        return
    order = "kvitter-nu" if again else "kvitterer"
    before = 1 if again and "forrige" in again else 0
    part.receipts(order, _ANSWERS[how] if how else NONE, why or "", _FORMS.get(form or "", "json"), before)


@when(parsers.re(rf"der går (?P<time>{'|'.join(_TIMES)}) uden (?:kvittering|flere kvitteringer)"))
@when(parsers.re("besked(?:en|erne) bliver sendt igen"))
def waits_or_sends_again(story: Story, time: str = "") -> None:
    """Tiden går, uden at akutteamet kvitterer. Så sender systemet selv hver af beskederne igen inden for et kvarter, eller også
    beder brugeren om det.
    """
    if time:
        story.part(AcuteTeamLetters).wait(_TIMES[time])
    else:
        story.part(AcuteTeamLetters).send_again()


@then(parsers.re(rf"(?:viser systemet|systemet viser) (?P<what>{'|'.join((*_STATUS, *_TOLD, _EARLIER))})"))
def shows_letter(story: Story, what: str) -> None:
    """Brugeren kan se på beskeden, hvor den står efter den seneste kvittering, hvad akutteamet skrev, og kvitteringen én gang."""
    part = story.part(AcuteTeamLetters)
    if what in _TOLD:
        _TOLD[what](part)
    elif what == _EARLIER:
        part.check_status({LetterStatus.RECEIVED}, before=1)
    else:
        part.check_status(_STATUS[what])


@then(parsers.re(rf"(?:har akutteamet|akutteamet har) (?P<what>(?:beskeden|hver besked) netop én gang|{_UNANSWERED})"))
def team_has(story: Story, what: str) -> None:
    """Netop én gang: akutteamet har én besked, og det, der er sendt igen, følger MedComs regler: samme indhold i en ny
    forsendelse med nyt tidspunkt, tidligst efter en halv time, højst tre gange, og ikke efter en positiv kvittering. En
    kvittering bliver aldrig kvitteret.
    """
    part = story.part(AcuteTeamLetters)
    if what == _UNANSWERED:
        part.check_unanswered()
    else:
        part.check_held_once()
