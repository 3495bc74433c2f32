"""The Danish steps about the municipality's results. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.domain.home_care import ANALYSES
from harness.services.service import Availability
from harness.steps.home_care.home_care_line import HomeCareLine
from harness.steps.home_care.home_care_rows import Wanted
from harness.steps.home_care.home_care_story import TOO_LONG, HomeCare
from harness.steps.story import Story

_ONE: Final = rf"(?:{'|'.join(ANALYSES)}) (?:[<>] )?[^ ]*[^ ,]"
_FORMS: Final = {"i den ene form, MedCom tillader": "json", "i den anden form, MedCom tillader": "xml"}
_HOW: Final[Mapping[str, Mapping[str, Any]]] = {
    "uden initialer": {},
    "med nægtet samtykke": {"nægtet": True},
    "med to vedhæftede filer": {"files": True},
    "uden patientens nummer": {"cpr": ""},
    "uden telefonnummer på den ansvarlige": {"telefon": ""},
    "med et resultat på mere end 12 tegn": {"results": TOO_LONG},
    "i en forsendelse, der er brugt før": {"kuvert": "brugt før"},
}
"""What there is about an answer, and what it is to `HomeCare.send`."""

_ANSWER: Final = (
    rf'et prøvesvar om "(?P<alias>[^"]+)"(?: til lægen "(?P<doctor>[^"]+)")?(?: (?P<form>{"|".join(_FORMS)}))?'
    rf"(?:,? (?P<how>{'|'.join(_HOW)}))?(?:,? med resultat(?:et|erne) (?P<results>{_ONE}(?: og {_ONE})*))?"
    r'(?:,? med den kliniske kommentar (?P<comments>"[^"]+" og analysekommentar(?:en|erne) "[^"]+"(?: og "[^"]+")*))?'
)
_WHICH: Final = r"(?P<which>svaret|det forrige svar)"
_AGAIN: Final = {"samme": "samme", "en ny": "ny"}
_REASONS: Final = {
    "CPR-nummeret er forkert": "incorrect-cpr",
    "modtageren er forkert": "incorrect-receiver",
    "en vedhæftet fil handler om en anden": "incorrect-attachment",
}
_CHANGES: Final = rf" til (?P<results>{_ONE})|, fordi (?P<reason>{'|'.join(_REASONS)}|\"[^\"]+\")"
_SHOWN: Final[Mapping[str, Callable[[HomeCare], None]]] = {
    "patientens nummer og navn": HomeCare.check_who,
    "hvem der har udført analysen": HomeCare.check_producer,
    "resultaterne, som de blev sendt": HomeCare.check_results,
    "analysens korte og lange navn": HomeCare.check_names,
    "at resultaterne ikke er fortolket": HomeCare.check_not_interpreted,
    "kommentarerne hver for sig, som de blev skrevet": HomeCare.check_comments,
    "prøvesvaret netop én gang": HomeCare.check_once,
    "ikke prøvesvaret": HomeCare.check_hidden,
    "alle de gemte svar på laboratoriekortet": HomeCare.check_card,
    "det rettede resultat, og at det er rettet": HomeCare.check_correction,
    "det resultat, der stod før": HomeCare.check_earlier,
    "at svaret er annulleret": HomeCare.check_cancelled,
    "hvorfor svaret er annulleret": HomeCare.check_reason,
    "nægtet samtykke, og kun hvor det er nægtet": HomeCare.check_refusal,
    "de vedhæftede filer": HomeCare.check_files,
    "i sin log, at svaret kom igen": HomeCare.check_logged,
}
_RECEIPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "en positiv kvittering": ("ok",),
    "en negativ kvittering, fordi svaret ikke kan bruges": ("fatal-error",),
    "en negativ kvittering på grund af den tekniske fejl": ("transient-error",),
    "først en negativ og så en positiv kvittering": ("transient-error", "ok"),
}
_EVERY_TIME: Final = {"den samme positive kvittering hver gang": "ok", "den samme negative kvittering hver gang": "fatal-error"}
_NOT_POSITIVE: Final = "en positiv kvittering for det andet svar"
_QUEUE: Final = {
    "er optaget": Availability.BUSY,
    "svarer ikke": Availability.SILENT,
    "svarer igen": Availability.NORMAL,
}
_QUEUE_IS: Final = rf"EHMI's modtager af leveringsstatus (?P<what>{'|'.join(_QUEUE)})"


def _wanted(text: str) -> Wanted:
    """The results in `text`: `CRP < 5 og glukose 7,1`."""
    found = (re.fullmatch(rf"({'|'.join(ANALYSES)}) (?:([<>]) )?([^ ]+)", each) for each in text.split(" og "))
    return tuple((each[1], each[2] or "", each[3].replace(",", ".")) for each in found if each)


@given(parsers.re(r'at lægen med initialerne "(?P<initials>[^"]+)" arbejder i klinikken'))
def doctor_works_here(story: Story, initials: str) -> None:
    """Lægen er oprettet som bruger i systemet med disse initialer."""
    story.part(HomeCare).employ(initials)


@given(parsers.re(f"at kommunen har sendt {_ANSWER}"))
@when(parsers.re(f"kommunen sender {_ANSWER}"))
def municipality_sends(
    story: Story,
    alias: str,
    doctor: str | None,
    form: str | None,
    how: str | None,
    results: str | None,
    comments: str | None,
) -> None:
    """Kommunens akutteam sender klinikken et prøvesvar om patienten (HomeCareObservation gennem EHMI). Er intet andet nævnt, er
    det et svar på glukose uden initialer. MedCom tillader to former (JSON og XML); den anden form er XML.
    """
    wish = dict(_HOW.get(how or "", {}))
    if results:
        wish["results"] = _wanted(results)
    if comments:
        wish["comments"] = tuple(re.findall(r'"([^"]+)"', comments))
    story.part(HomeCare).send(alias, initials=doctor or "", form=_FORMS[form] if form else "json", **wish)


@given(parsers.re(rf"at kommunen har sendt {_WHICH} igen i (?P<envelope>{'|'.join(_AGAIN)}) forsendelse"))
@when(parsers.re(rf"kommunen sender {_WHICH} igen i (?P<envelope>{'|'.join(_AGAIN)}) forsendelse"))
def sends_again(story: Story, which: str, envelope: str) -> None:
    """Det samme svar kommer en gang til: i samme forsendelse (kuvert), fordi nettet gentager den, eller i en ny, fordi kommunen
    ikke har fået kvittering.
    """
    story.part(HomeCare).send_again(_AGAIN[envelope], _before(which))


def _before(which: str) -> int:
    return 1 if which == "det forrige svar" else 0


@when(parsers.re(rf"kommunen (?:retter|annullerer) {_WHICH}(?:{_CHANGES})"))
def municipality_changes(story: Story, which: str, results: str | None, reason: str | None) -> None:
    """Kommunen sender en rettelse af det seneste svar eller det forrige, eller en annullering af det med en af MedComs grunde
    eller sin egen.
    """
    part = story.part(HomeCare)
    if results:
        part.correct(_wanted(results), _before(which))
    elif reason:
        part.cancel(_REASONS.get(reason, reason.strip('"')), _before(which))


@given(parsers.re(r"at systemet (?P<what>har en teknisk fejl, så det ikke kan gemme svar)"))
@when(parsers.re(r"systemets tekniske fejl (?P<what>er rettet)"))
def system_fails(story: Story, what: str) -> None:
    """Leverandøren sørger for, at systemet tager imod, men ikke kan gemme det, der kommer (fx fordi databasen er stoppet), og
    for, at det kan igen. Det kan altid igen, når scenariet er slut.
    """
    story.part(HomeCare).disturb(what != "er rettet")


@given("at lægen har gemt svaret på laboratoriekortet")
@when("lægen gemmer svaret på laboratoriekortet")
def saves(story: Story) -> None:
    """Lægen åbner det seneste svar og gemmer det på patientens laboratoriekort. Et system, der selv gemmer, har gjort det."""
    story.part(HomeCare).save()


@then(parsers.re(r"ligger svaret (?P<where>hos lægen, der bad om det|blandt svar med ukendte initialer)"))
def lies(story: Story, where: str) -> None:
    """Lægen kan se i sin indbakke, at der er kommet et nyt svar om patienten, netop én gang, og de andre læger får det ikke. Et
    svar uden initialer, eller med initialer ingen i klinikken har, ligger for sig og hos ingen af lægerne. Det gælder alle svar.
    """
    story.part(HomeCare).check_inbox()


@then(parsers.re(rf"(?:viser systemet|systemet viser),? (?P<what>{'|'.join(_SHOWN)})"))
def shows(story: Story, what: str) -> None:
    """Brugeren åbner svaret på patienten og ser efter. Tal, tegn, enhed og kommentarer skal stå, som de blev sendt. Det korte
    analysenavn er systemets eget. Et svar, der ikke må vises, står heller ikke i nogen indbakke.
    """
    _SHOWN[what](story.part(HomeCare))


@then(
    parsers.re(rf"(?:har kommunen|kommunen har)(?: ikke)? fået (?P<what>{'|'.join((*_RECEIPTS, *_EVERY_TIME, _NOT_POSITIVE))})")
)
def acknowledged(story: Story, what: str) -> None:
    """Kvitteringen (Acknowledgement) er kommet til kommunen, gælder netop det svar og overholder standarden. En negativ siger
    hvorfor. Kommer svaret igen, er kvitteringen den samme i en ny forsendelse med nyt tidspunkt.
    """
    part = story.part(HomeCareLine)
    if what in _EVERY_TIME:
        part.check_receipted_alike(_EVERY_TIME[what])
    elif what == _NOT_POSITIVE:
        part.check_reused_envelope()
    else:
        part.check_receipts(_RECEIPTS[what])


@given(parsers.re(f"at {_QUEUE_IS}"))
@when(parsers.re(_QUEUE_IS))
def queue_is(story: Story, what: str) -> None:
    """EHMI's kø, som systemet melder leveringsstatus til, er optaget eller svarer ikke fra nu af, eller svarer igen."""
    story.part(HomeCareLine).set_queue(_QUEUE[what])


@then("har systemet meldt til EHMI, at svaret er modtaget")
def reported(story: Story) -> None:
    """Systemet har meldt leveringsstatus for netop dette svar, med rigtig afsender og modtager. Meldingen overholder reglerne for
    leveringsstatus (EDS). Kunne køen ikke tage imod, er meldingen kommet bagefter.
    """
    story.part(HomeCareLine).check_reported()
