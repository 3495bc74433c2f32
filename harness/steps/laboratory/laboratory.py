"""The Danish steps about the clinic's own laboratory results. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import laboratory as rules
from harness.domain.laboratory import ANALYSES, DATABANKS, Kind
from harness.steps.laboratory.laboratory_letters import laboratory_sends
from harness.steps.laboratory.laboratory_readers import Entered
from harness.steps.laboratory.laboratory_story import PORTALS, Laboratory
from harness.steps.story import Story

_NAME: Final = "|".join(ANALYSES)
_WHICH: Final = rf'(?: på (?P<name>{_NAME}))?(?: hos "(?P<alias>[^"]+)")?'
_MORE: Final = (
    r'(?: (?P<moment>fra i går kl\. 00\.15))?(?: og skriver "(?P<text>[^"]+)")?(?P<denied>, som siger nej til at dele det)?'
)
_VALUE: Final = r"(?P<value>(?:(?:[<>]|ikke) )?[\wæøå,]+)"
_RESULT: Final = rf'svaret {_VALUE} på (?P<name>{_NAME}) hos "(?P<alias>[^"]+)"'

_AS: Final[Mapping[str, Callable[[Laboratory, Entered], None]]] = {
    "uændret": Laboratory.check_unchanged,
    "med prøvens tidspunkt": Laboratory.check_time,
    "som lavet i almen praksis": Laboratory.check_producer,
    "med bemærkningen": Laboratory.check_remark,
    "netop én gang": Laboratory.check_once,
}
_DESPITE: Final = {
    "selv om patienten sagde nej til et andet": rules.others_are_shared,
    "nu da patienten siger ja": rules.shared_after_yes,
}
_UNSEEN: Final[Mapping[str, Callable[[Laboratory, Entered], None]]] = {
    "finde spor af svaret": Laboratory.check_no_trace,
    "længere se svaret": Laboratory.check_told_no_more,
    "længere se svaret hos den forkerte patient": Laboratory.check_removed,
    "stadig spærret for visning": lambda lab, each: lab.check_not_seen(each, rules.block_is_kept, PORTALS),
}
_SHOWN: Final[Mapping[str, Callable[[Laboratory, Entered], None]]] = {
    "med et nej til deling": Laboratory.check_no_is_shown,
    "som rettet, og hvad der stod før": Laboratory.check_shown_corrected,
}


@given("at svar også bliver vist på Laboratoriesvarportalen, sundhed.dk og Min Læge")
def shown_everywhere(story: Story) -> None:
    """Fuld idriftsættelse: det, databankerne får, bliver vist for borgeren og for andre behandlere."""
    story.part(Laboratory).show_everywhere()


@given(parsers.re(rf"at klinikken har skrevet {_RESULT}{_MORE}"))
@when(parsers.re(rf"klinikken skriver {_RESULT}{_MORE}"))
def enter(
    story: Story,
    value: str,
    name: str,
    alias: str,
    moment: str | None,
    text: str | None,
    denied: str | None,
) -> None:
    """Klinikken har selv lavet prøven og skriver svaret i systemet, som deler det af sig selv. Prøven er taget nu, hvis der ikke
    står andet. Siger patienten nej til at dele svaret, bliver det skrevet sammen med svaret.
    """
    lab = story.part(Laboratory)
    lab.measure(alias, name, value, at=lab.yesterday() if moment else None, text=text or "", denied=bool(denied))


@given(parsers.re(rf"at {_RESULT} er delt"))
def is_shared(story: Story, value: str, name: str, alias: str) -> None:
    """Klinikken har skrevet svaret i systemet, og det er kommet frem til sin databank."""
    lab = story.part(Laboratory)
    lab.measure(alias, name, value)
    lab.expect(lab.last, [ANALYSES[name].kind], rules.result_came)


@when(parsers.re(rf'laboratoriet sender svaret (?P<value>[\d,]+) på (?P<name>{_NAME}) hos "(?P<alias>[^"]+)"'))
def laboratory_answers(story: Story, value: str, name: str, alias: str) -> None:
    """Et laboratorium sender klinikken et svar (RPT01) på en prøve, som klinikken ikke selv har lavet."""
    lab = story.part(Laboratory)
    lab.received.append(laboratory_sends(story, story.patient(alias), ANALYSES[name], value))
    lab.rows(alias)


@when(parsers.re(r'"(?P<alias>[^"]+)" siger (?P<word>nej|ja) til at dele svaret(?: alligevel)?'))
def says(story: Story, alias: str, word: str) -> None:
    """Patienten siger nej til at dele et svar, klinikken har skrevet, eller tager sit nej tilbage, og lægen skriver det i
    systemet.
    """
    story.part(Laboratory).say(alias, denied=word == "nej")


@given(parsers.re(rf"at lægen har rettet (?P<first>det første )?svar(?:et)? til {_VALUE}"))
@when(parsers.re(rf"lægen retter (?P<first>det første )?svar(?:et)? til {_VALUE}"))
def correct(story: Story, value: str, first: str | None) -> None:
    """Svaret var læst forkert af. Lægen retter det i systemet og skriver det i bemærkningen. Det første: det, scenariet skrev
    først, selv om der er kommet flere siden.
    """
    lab = story.part(Laboratory)
    lab.first = bool(first)
    lab.correct(value)


@when(parsers.re("klinikken fjerner (?P<first>det første )?svar(?:et)?, fordi det hører til en anden patient"))
def remove(story: Story, first: str | None) -> None:
    """Klinikken opdager, at svaret er skrevet på en forkert patient, og fjerner det i systemet."""
    lab = story.part(Laboratory)
    lab.first = bool(first)
    lab.remove()


@given(parsers.re(r'at "(?P<alias>[^"]+)" selv har spærret for visning af svaret'))
def blocks(story: Story, alias: str) -> None:
    """Borgeren har selv spærret, så svaret ikke bliver vist på Laboratoriesvarportalen, sundhed.dk og Min Læge."""
    story.part(Laboratory).block(alias)


@then(
    parsers.re(
        rf"(?:har )?(?P<bank>{'|'.join(DATABANKS)}|databankerne) (?:har )?modtaget svaret{_WHICH}"
        rf"(?: (?P<how>{'|'.join(_AS)})|, (?P<despite>{'|'.join(_DESPITE)}))?"
    )
)
def has_arrived(story: Story, bank: str, name: str | None, alias: str | None, how: str | None, despite: str | None) -> None:
    """Systemet har sendt svaret, det er taget imod for den rigtige patient og til den databank, dets art hører til (databankerne:
    den ene eller den anden), og det overholder reglerne for sit format. Uændret: værdi, tegn foran, enhed og kode, og ikke som
    foreløbigt. Lavet i almen praksis: klinikken har lavet det, og klinikken er afsender. Netop én gang: hvor tit systemet end har
    sendt det.
    """
    lab = story.part(Laboratory)
    each = lab.which(name, alias) if name or alias else lab.last
    kinds = [DATABANKS[bank]] if bank in DATABANKS else list(Kind)
    lab.expect(each, kinds, _DESPITE[despite] if despite else rules.result_came)
    if how:
        _AS[how](lab, each)


@then("svarer det, der er delt, til klinikkens egen liste")
def agrees_with_list(story: Story) -> None:
    """Tæl scenariets svar i systemet: af hver art og analyse er der delt lige så mange, hverken flere eller færre."""
    story.part(Laboratory).check_list()


@then(parsers.re(r"(?P<what>er laboratoriets svar ikke delt|systemet har ikke selv sendt noget til portalerne)"))
def nothing_sent(story: Story, what: str) -> None:
    """Kun det, klinikken selv har lavet, bliver delt, og kun gennem Health Hub: systemet sender intet til LABA, MiBa,
    Laboratoriesvarportalen, sundhed.dk eller Min Læge selv.
    """
    lab = story.part(Laboratory)
    if what == "er laboratoriets svar ikke delt":
        lab.check_only_own()
    else:
        lab.check_nothing_beside()


@then(parsers.re(rf"(?:kan ingen|ingen kan|er svaret) (?P<what>{'|'.join(_UNSEEN)}){_WHICH}"))
def is_not_seen(story: Story, what: str, name: str | None, alias: str | None) -> None:
    """Spor: i alt, hvad LABA, MiBa, Laboratoriesvarportalen, sundhed.dk og Min Læge har fået og viser, også det, der er pakket
    ind, findes intet af svaret. Længere: det har været der, men kan ikke ses nu. Spærret: det kan ikke ses der, hvor borgeren har
    spærret for det.
    """
    lab = story.part(Laboratory)
    _UNSEEN[what](lab, lab.which(name, alias) if name or alias else lab.last)


@then(parsers.re(rf"(?:viser systemet|systemet viser) svaret (?P<how>{'|'.join(_SHOWN)})"))
def is_shown(story: Story, how: str) -> None:
    """Svaret står på patienten i systemet, og det kan ses, at patienten har sagt nej til at dele det, eller at det er rettet, med
    hver af de værdier, det havde før.
    """
    lab = story.part(Laboratory)
    _SHOWN[how](lab, lab.last)


@then(parsers.re(rf"(?:viser )?(?P<bank>{'|'.join(DATABANKS)}) (?:viser )?det rettede svar(?P<before>, og hvad der stod før)?"))
def shows_corrected(story: Story, bank: str, before: str | None) -> None:
    """Databanken har det rettede svar som det, der gælder, og intet andet. Hvad der stod før: det er mærket som rettet, og de
    tidligere værdier kan stadig findes som tidligere.
    """
    lab = story.part(Laboratory)
    lab.check_corrected(lab.last, bank, with_history=bool(before))
