"""The Danish steps about population lists and what happens in a pakkeforløb. A step's docstring is its text in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import population as rules
from harness.lps.driver import Act
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.population_story import Populations
from harness.steps.story import Story

_CODES: Final = "der (?:kun )?omfatter (?P<codes>.+)"


@dataclass(slots=True)
class Courses:
    """What was registered in this attempt, by the names features use: activities and whether the patient came, those that
    were missed, levels by disease, and follow-ups.
    """

    story: Story
    outcomes: dict[str, list[tuple[date, bool]]] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    levels: dict[str, dict[str, int]] = field(default_factory=dict)
    follow_ups: dict[str, list[tuple[str, date]]] = field(default_factory=dict)

    def plan(self, alias: str, days: int, name: str = "Kontrol") -> str:
        """An activity planned so many days from today, with a mark; its text."""
        day = self.story.part(Populations).today + timedelta(days=days)
        text = f"{name} {self.story.next_mark(self.story.patient(alias))}"
        self._do(alias, "planlaeg-aktivitet", aktivitet=text, dato=day.isoformat())
        return text

    def attend(self, alias: str, came: bool) -> None:
        """An afklarende samtale last week, and whether the patient came."""
        text = self.plan(alias, -7, "Afklarende samtale")
        self._do(alias, "registrer-fremmoede", aktivitet=text, moedt=came)
        day = self.story.part(Populations).today - timedelta(days=7)
        self.outcomes.setdefault(alias, []).append((day, came))
        if not came:
            self.missed.setdefault(alias, []).append(text)

    def follow_up(self, alias: str, text: str) -> None:
        """The clinic follows up of its own accord today, and writes what came of it."""
        marked = f"{text} {self.story.next_mark(self.story.patient(alias))}"
        self._do(alias, "registrer-proaktiv-opfoelgning", tekst=marked)
        self.follow_ups.setdefault(alias, []).append((marked, self.story.part(Populations).today))

    def _do(self, alias: str, act: str, **entered: object) -> None:
        self.story.driver.do(Act(act, {"cpr": str(self.story.patient(alias).cpr), **entered}))


@when(parsers.re(rf"Klinikens cockpit udgiver (?:en|næste udgave af) profil(?:en)? for {DISEASE}, {_CODES}"))
def publish(story: Story, disease: str, codes: str) -> None:
    """Cockpittet udgiver en ny profil, eller næste udgave af en, der er der. Den nye udgave gælder i stedet for den gamle."""
    populations = story.part(Populations)
    populations.publish(disease, {"koder": populations.codes(codes)})


@when(parsers.re(rf"Klinikens cockpit trækker profilen for {DISEASE} tilbage"))
def withdraw(story: Story, disease: str) -> None:
    """Cockpittet trækker profilen tilbage, så den ikke længere gælder."""
    story.part(Populations).withdraw(disease)


@given(parsers.parse('at "{alias}" har en planlagt kontrol om to måneder'))
def has_planned(story: Story, alias: str) -> None:
    """Patienten har en aftale i sit pakkeforløb, der ligger i fremtiden."""
    story.part(Courses).plan(alias, 60)


@given(parsers.parse('at "{alias}" havde en planlagt kontrol for to uger siden, som ikke er gennemført'))
def has_overdue(story: Story, alias: str) -> None:
    """Patientens aftale er overskredet uden at være gennemført, og der er ikke planlagt noget nyt."""
    story.part(Courses).plan(alias, -14)


@given(parsers.parse('at "{alias}" er udeblevet fra en afklarende samtale'))
@when(parsers.parse('"{alias}" udebliver fra endnu en afklarende samtale'))
def missed(story: Story, alias: str) -> None:
    """Patienten kom ikke til en planlagt afklarende samtale, og det er registreret i systemet."""
    story.part(Courses).attend(alias, came=False)


@given(parsers.parse('at "{alias}" er mødt til en afklarende samtale'))
def attended(story: Story, alias: str) -> None:
    """Patienten kom til en planlagt afklarende samtale, og det er registreret i systemet."""
    story.part(Courses).attend(alias, came=True)


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


@then(parsers.re(rf'er "(?P<alias>[^"]+)" markeret uden planlagt aktivitet på listen for {DISEASE}'))
def marked(story: Story, alias: str, disease: str) -> None:
    """Listen viser, at patienten ikke har nogen planlagt aktivitet i sit pakkeforløb."""
    story.check(rules.lacking_is_marked, story.part(Populations).marked(disease), alias)


@then(parsers.re(rf'er "(?P<alias>[^"]+)" ikke markeret uden planlagt aktivitet på listen for {DISEASE}'))
def not_marked(story: Story, alias: str, disease: str) -> None:
    """Listen viser ikke, at patienten mangler planlagt aktivitet."""
    story.check(rules.planned_is_not_marked, story.part(Populations).marked(disease), alias)


@then(parsers.re(rf"viser listen for {DISEASE}, hvor mange gange hver patient er udeblevet"))
def no_shows(story: Story, disease: str) -> None:
    """Ud for hver patient står det antal gange, scenariet siger, at patienten er udeblevet."""
    populations, missed = story.part(Populations), story.part(Courses).missed
    registered = {alias: len(missed.get(alias, ())) for alias in populations.included(disease)}
    story.check(rules.no_shows_are_counted, populations.numbers(disease, "udeblivelser"), registered)


@then(parsers.parse('kan klinikken se udeblivelsen hos "{alias}"'))
def no_show_is_seen(story: Story, alias: str) -> None:
    """På patienten selv kan klinikken se, hvad patienten udeblev fra."""
    shown = [row.text("aktivitet") for row in story.part(Populations).course(alias).rows("udeblivelser")]
    story.check(rules.no_show_is_seen, shown, story.part(Courses).missed[alias][-1])


@then(parsers.re(rf"viser listen for {DISEASE}, hvem der er på niveau 2 og 3"))
def levels(story: Story, disease: str) -> None:
    """Klinikken kan på listen finde netop de patienter, der er på niveau 2 og 3, med niveauet i deres plan for sygdommen."""
    shown, courses = story.part(Populations).numbers(disease, "niveau"), story.part(Courses)
    story.check(rules.levels_are_shown, _proactive(shown), _proactive(courses.levels.get(disease, {})))


@then(parsers.parse('er opfølgningen dokumenteret hos "{alias}"'))
def documented(story: Story, alias: str) -> None:
    """På patienten står opfølgningens tekst, som klinikken skrev den, og dagen."""
    shown = [(row.text("tekst"), row.day("dato")) for row in story.part(Populations).course(alias).rows("opfoelgninger")]
    story.check(rules.follow_up_is_documented, shown, *story.part(Courses).follow_ups[alias][-1])


@then(parsers.re(rf"tæller listen for {DISEASE} hver opfølgning med"))
def counted(story: Story, disease: str) -> None:
    """Ud for hver patient står, hvor mange gange klinikken selv har fulgt op."""
    populations, follow_ups = story.part(Populations), story.part(Courses).follow_ups
    registered = {alias: len(follow_ups.get(alias, ())) for alias in populations.included(disease)}
    story.check(rules.follow_ups_are_counted, populations.numbers(disease, "opfoelgninger"), registered)


@then(parsers.re(rf"viser listen for {DISEASE} så mange delte planer, som modtageren har"))
def plans_agree(story: Story, disease: str) -> None:
    """Ud for hver patient står, hvor mange delte planer patienten har. Det er det antal, der er gældende hos modtageren."""
    story.time.run_due()
    populations = story.part(Populations)
    people = {alias: story.patient(alias) for alias in populations.included(disease)}
    held = {alias: sum(each.current for each in story.reader.editions(person)) for alias, person in people.items()}
    story.check(rules.plans_agree, populations.numbers(disease, "planer"), held)


def _proactive(levels: dict[str, int]) -> dict[str, int]:
    """Those on level 2 and 3, by name."""
    return {alias: level for alias, level in sorted(levels.items()) if level > 1}
