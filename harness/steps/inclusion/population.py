"""The Danish steps about population lists and what happens in a pakkeforløb. A step's docstring is its text in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import inclusion
from harness.conformance.behaviour import population as rules
from harness.conformance.rule import Rule
from harness.lps.driver import Act, View
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.inclusion.population_story import Populations
from harness.steps.story import Story

_MARKED: Final = '"(?P<alias>[^"]+)" (?P<how>mangler|ikke mangler) planlagt aktivitet'
_TALK: Final = "Afklarende samtale"
_WAS: Final[Mapping[str, tuple[str, int, bool | None]]] = {
    "har en planlagt kontrol om to måneder": ("Kontrol", 60, None),
    "havde en planlagt kontrol for to uger siden, som ikke er gennemført": ("Kontrol", -14, None),
    "er mødt til en afklarende samtale": (_TALK, -7, True),
    "er udeblevet fra en afklarende samtale": (_TALK, -7, False),
}
_HAPPENS: Final = {"udebliver fra endnu en afklarende samtale": (_TALK, -7, False)}
_ACTIVITIES: Final = {**_WAS, **_HAPPENS}
"""An activity's name, how many days from today it is, and whether the patient came; None when that is not known."""


@dataclass(slots=True)
class Courses:
    """What was registered in this attempt, by the names features use: the activities that were missed and their days, levels by
    disease, and follow-ups.
    """

    story: Story
    missed: dict[str, list[tuple[str, date]]] = field(default_factory=dict)
    levels: dict[str, dict[str, int]] = field(default_factory=dict)
    follow_ups: dict[str, list[tuple[str, date]]] = field(default_factory=dict)

    def plan(self, alias: str, name: str, days: int, came: bool | None) -> None:
        """An activity planned so many days from today, with a mark, and whether the patient came, when that is known."""
        day = self.story.today + timedelta(days=days)
        text = self._marked(alias, name)
        self._do(alias, "planlaeg-aktivitet", aktivitet=text, dato=day.isoformat())
        if came is not None:
            self._do(alias, "registrer-fremmoede", aktivitet=text, moedt=came)
        if came is False:
            self.missed.setdefault(alias, []).append((text, day))

    def follow_up(self, alias: str, text: str) -> None:
        """The clinic follows up of its own accord today, and writes what came of it."""
        marked = self._marked(alias, text)
        self._do(alias, "registrer-proaktiv-opfoelgning", tekst=marked)
        self.follow_ups.setdefault(alias, []).append((marked, self.story.today))

    def _marked(self, alias: str, text: str) -> str:
        return self.story.marked(text, self.story.patient(alias))

    def _do(self, alias: str, act: str, **entered: object) -> None:
        self.story.driver.do(Act(act, {"cpr": str(self.story.patient(alias).cpr), **entered}))


@given(parsers.re(rf'at "(?P<alias>[^"]+)" (?P<what>{"|".join(_WAS)})'))
@when(parsers.re(rf'"(?P<alias>[^"]+)" (?P<what>{"|".join(_HAPPENS)})'))
def has_activity(story: Story, alias: str, what: str) -> None:
    """Patienten har en aftale i sit pakkeforløb. Er patienten mødt eller udeblevet, er det registreret i systemet. Er aftalen
    overskredet uden at være gennemført, er der ikke planlagt noget nyt.
    """
    story.part(Courses).plan(alias, *_ACTIVITIES[what])


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har en plan for {DISEASE} på niveau (?P<level>[123])'))
def has_level(story: Story, alias: str, disease: str, level: str) -> None:
    """Lægen har lavet en plan for sygdommen til patienten og registreret patientens niveau i den."""
    story.make_plan(DISEASES[disease], alias, "Rask gang hver dag", level=int(level))
    story.part(Courses).levels.setdefault(disease, {})[alias] = int(level)


@when(parsers.re(r'klinikken følger selv op på "(?P<alias>[^"]+)" og skriver "(?P<text>[^"]+)"'))
def follow_up(story: Story, alias: str, text: str) -> None:
    """Klinikken tager selv kontakt til patienten (proaktiv opfølgning) og skriver i systemet, hvad der kom ud af det."""
    story.part(Courses).follow_up(alias, text)


@then(parsers.re(rf"har systemet ingen liste for {DISEASE}"))
def no_list(story: Story, disease: str) -> None:
    """Systemet viser ikke længere en liste for sygdommen."""
    story.check(rules.withdrawn_is_gone, story.part(Populations).lists(), disease)


@then(parsers.re(rf"viser listen for {DISEASE}, at {_MARKED}"))
@then(parsers.re(rf"listen for {DISEASE} viser, at {_MARKED}"))
def lack_is_shown(story: Story, disease: str, alias: str, how: str) -> None:
    """Listen markerer netop de patienter, der ikke har nogen planlagt aktivitet i deres pakkeforløb fra i dag."""
    rule = rules.lacking_is_marked if how == "mangler" else rules.planned_is_not_marked
    story.check(rule, story.part(Populations).marked(disease), alias)


def _no_shows(story: Story, disease: str) -> dict[str, int]:
    return {alias: len(story.part(Courses).missed.get(alias, ())) for alias in story.part(Populations).included(disease)}


def _follow_ups(story: Story, disease: str) -> dict[str, int]:
    return {alias: len(story.part(Courses).follow_ups.get(alias, ())) for alias in story.part(Populations).included(disease)}


def _plans(story: Story, disease: str) -> dict[str, int]:
    """This attempt's plans that are current at the receiver, by person."""
    people = {alias: story.patient(alias) for alias in story.part(Populations).included(disease)}
    return {alias: sum(each.current for each in story.editions(person)) for alias, person in people.items()}


def _levels(story: Story, disease: str) -> dict[str, int]:
    return _proactive(story.part(Courses).levels.get(disease, {}))


def _proactive(levels: dict[str, int]) -> dict[str, int]:
    """Those on level 2 and 3, by name."""
    return {alias: level for alias, level in sorted(levels.items()) if level > 1}


_COLUMNS: Final[Mapping[str, tuple[Rule, str, Callable[[Story, str], dict[str, int]]]]] = {
    "hvor mange gange hver patient er udeblevet": (rules.no_shows_are_counted, "udeblivelser", _no_shows),
    "hvem der er på niveau 2 og 3": (rules.levels_are_shown, "niveau", _levels),
    "hvor mange gange klinikken selv har fulgt op": (rules.follow_ups_are_counted, "opfoelgninger", _follow_ups),
    "hvor mange delte planer hver patient har": (rules.plans_agree, "planer", _plans),
}


@then(parsers.re(rf"viser listen for {DISEASE}, (?P<what>{'|'.join(_COLUMNS)})"))
@then(parsers.re(rf"listen for {DISEASE} viser, (?P<what>{'|'.join(_COLUMNS)})"))
def list_shows(story: Story, disease: str, what: str) -> None:
    """Ud for hver patient er der kommet det antal til, scenariet giver, siden klinikken først så på listen: udeblivelser,
    klinikkens egne opfølgninger, eller de planer, der er gældende hos modtageren. Niveau 2 og 3 er niveauet i planen for
    listens sygdom: netop de patienter kan findes.
    """
    rule, column, right = _COLUMNS[what]
    lists = story.part(Populations)
    if right is _plans:  # held against what stands at the receiver, which nobody sees at the screen
        lists.read_off()
    shown = _proactive(lists.numbers(disease, column)) if column == "niveau" else lists.counted(disease, column)
    story.check(rule, shown, right(story, disease))


def _no_show_is_seen(story: Story, alias: str) -> None:
    shown = [(row.text("aktivitet"), row.day("dato")) for row in story.part(Populations).course(alias).rows("udeblivelser")]
    activity, day = story.part(Courses).missed[alias][-1]
    story.check(rules.no_show_is_seen, shown, activity, {day, story.today})


def _follow_up_is_seen(story: Story, alias: str) -> None:
    shown = [(row.text("tekst"), row.day("dato")) for row in story.part(Populations).course(alias).rows("opfoelgninger")]
    story.check(rules.follow_up_is_documented, shown, *story.part(Courses).follow_ups[alias][-1])


def _call_in_is_seen(story: Story, alias: str) -> None:
    names = {str(each.cpr): name for name, each in story.patients.items()}
    shown = story.driver.show(View("indkaldelser")).rows("patienter")
    story.check(inclusion.called_in, [names.get(row.text("cpr"), "en ukendt patient") for row in shown], alias)


_SEEN: Final[Mapping[str, Callable[[Story, str], None]]] = {
    "udeblivelsen": _no_show_is_seen,
    "opfølgningen": _follow_up_is_seen,
    "indkaldelsen": _call_in_is_seen,
}


@then(parsers.re(rf'(?:kan klinikken|klinikken kan) se (?P<what>{"|".join(_SEEN)}) hos "(?P<alias>[^"]+)"'))
def is_seen(story: Story, what: str, alias: str) -> None:
    """Klinikken kan se på patienten, hvad patienten udeblev fra og hvornår; hvad klinikken selv skrev, da den fulgte op, ord for
    ord, med dagen og én gang; eller at patienten er indkaldt.
    """
    _SEEN[what](story, alias)
