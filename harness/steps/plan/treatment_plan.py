"""The Danish steps about what stands in a treatment plan. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import date

from pytest_bdd import parsers, then, when

from harness.conformance.behaviour import sharing
from harness.conformance.behaviour import treatment_plan as rules
from harness.lps.driver import Act, CannotAct, View
from harness.steps.plan.assessment import Assessments
from harness.steps.plan.follow_up import FollowUps, own_responsibility
from harness.steps.story import Story

USERS = ("lægen", "sygeplejersken")


class PlanTexts:
    """What was written in the plan in this attempt, with its marks, oldest first; and what was asked and answered."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.written: dict[str, list[str]] = {}
        self.before = ""

    def marked(self, part: str, text: str) -> str:
        """`text` with a mark, remembered as the newest of its part."""
        marked = self._story.marked(text, self._story.plan.patient)
        self.written.setdefault(part, []).append(marked)
        return marked

    def newest(self, part: str) -> str:
        """The text of this part that was written last."""
        if part not in self.written:
            raise CannotAct(f"Scenariet har ikke skrevet en tekst af slagsen {part}.")
        return self.written[part][-1]

    @property
    def all(self) -> list[str]:
        """Every text that was written."""
        return [text for texts in self.written.values() for text in texts]

    def do(self, act: str, **entered: str) -> None:
        """Something is done in the plan."""
        self._story.driver.do(Act(act, {"plan": self._story.plan.key, **entered}))

    def save(self, user: str, text: str) -> None:
        """The user saves an agreement in the plan they have opened; who is told to look again first does so, and saves."""
        entered = {"plan": self._story.plan.key, "bruger": user, "tekst": self.marked("aftale", text)}
        if self._story.driver.do(Act("gem-aftale", entered)).flag("gemt"):
            return
        self.do("aabn-planen", bruger=user)
        if not self._story.driver.do(Act("gem-aftale", entered)).flag("gemt"):
            raise CannotAct(f"{user} kan ikke gemme, heller ikke efter at have åbnet planen igen.")


def mark_in(text: str) -> str:
    """The mark a text ends with."""
    return text.rpartition(" ")[2]


@when(parsers.re(r'lægen skriver (?P<part>aftalen|resultatet) "(?P<text>.+)" i planen'))
@when(parsers.re(r'lægen (?P<change>retter) (?P<part>aftalen|resultatet) i planen til "(?P<text>.+)"'))
@when("lægen fjerner aftalen fra planen")
def write_in_plan(story: Story, part: str = "aftalen", text: str = "", change: str = "") -> None:
    """Lægen skriver en aftale eller et resultat i planen, retter det, der står, eller fjerner den aftale, der blev skrevet sidst.
    Den nye udgave deles ikke endnu.
    """
    texts, kind = story.part(PlanTexts), PARTS[part]
    if text and not change:
        texts.do("skriv-i-planen", **{"del": kind, "tekst": texts.marked(kind, text)})
        return
    texts.before = texts.newest(kind)
    if change:
        texts.do("ret-i-planen", tekst=texts.before, nyTekst=texts.marked(kind, text))
    else:
        texts.do("fjern-fra-planen", tekst=texts.before)


@when("lægen og sygeplejersken åbner planen samtidig")
def two_users_open(story: Story) -> None:
    """To brugere har den samme udgave af planen fremme på hver sin skærm."""
    for user in USERS:
        story.part(PlanTexts).do("aabn-planen", bruger=user)


@when(parsers.re(r'(?P<user>lægen|sygeplejersken) gemmer aftalen "(?P<text>.+)"'))
def user_saves(story: Story, user: str, text: str) -> None:
    """Brugeren gemmer en aftale i den plan, de har fremme. Beder systemet dem om at se den nyeste udgave først, gør de det."""
    story.part(PlanTexts).save(user, text)


@when(
    parsers.re(
        r"lægen (?P<does>beder om|skriver, at) (?P<kind>specialistrådgivning|tværsektoriel konference) "
        r'(?:om|endte med) "(?P<text>.+)"'
    )
)
def ask_for_advice(story: Story, does: str, kind: str, text: str) -> None:
    """Lægen skriver i systemet, hvad der bliver spurgt om (hvordan det bliver sendt, er ikke besluttet), eller hvad udfaldet
    blev, så det kommer med i planen. Den deles ikke endnu."""
    texts = story.part(PlanTexts)
    if does == "beder om":
        texts.do("bed-om-sparring", slags=kind, tekst=texts.marked("spørgsmål", text))
    else:
        texts.do("skriv-udfald-af-sparring", slags=kind, tekst=texts.marked("udfald", text))


@when("lægen henter behovsvurderingen ind i planen")
def take_assessment_in(story: Story) -> None:
    """Lægen lader det, der står i behovsvurderingen, indgå i planen. Gør systemet det selv, er der intet at gøre."""
    story.part(PlanTexts).do("hent-behovsvurdering-ind-i-planen")


@then(
    parsers.re(
        r"(?P<what>målet|næste opfølgning|aftalen|begge aftaler|resultatet|udfaldet|kun det rettede|niveau (?P<level>[123])) "
        r"står i den delte plan"
    )
)
@then(parsers.re(r"(?P<what>det, lægen skrev om (?P<element>.+)|at patienten selv tager kontakt), står i den delte plan"))
def stands_in_the_plan(story: Story, what: str, level: str | None = None, element: str | None = None) -> None:
    """Det kan læses i den udgave af planen, der gælder nu, bogstav for bogstav som lægen skrev det sidst. Begge aftaler: hver én
    gang. Kun det rettede: det gamle står der ikke, undtagen som historie ved siden af det nye.
    """
    texts, editions, mark = story.part(PlanTexts), story.editions(), story.plan.mark
    match what:
        case "målet":
            story.check(sharing.goal_is_whole, editions, story.plan.goal)
        case "næste opfølgning":
            story.check(sharing.follow_up_is_there, editions, _follow_up_text(story, story.part(FollowUps).agreed()))
        case "at patienten selv tager kontakt":
            story.check(rules.responsibility_is_shared, editions, mark, own_responsibility(story))
        case "begge aftaler":
            for text in texts.written["aftale"]:
                story.check(rules.text_is_shared, editions, mark, text)
            story.check(rules.stands_once, editions, mark, [mark_in(text) for text in texts.written["aftale"]])
        case "kun det rettede":
            story.check(rules.corrected_is_gone, editions, mark, texts.all[-1], mark_in(texts.before))
            story.check(rules.text_is_shared, editions, mark, texts.all[-1])
        case _ if level:
            story.check(sharing.level_is_there, editions, story.fact_text("niveau-kodning", niveau=level))
        case _ if element:
            story.check(rules.assessment_is_in_the_plan, editions, mark, story.part(Assessments).written[element])
        case _:
            text = texts.newest(PARTS[what])
            story.check(rules.text_is_shared, editions, mark, text)
            if what != "udfaldet":
                story.check(rules.stands_under_its_heading, editions, mark, text, what == "resultatet")


@then(parsers.re(r"(?P<what>aftalen|den tidligere opfølgning) står ikke længere i den delte plan"))
@then(parsers.re(r"(?P<what>at patienten selv tager kontakt), står ikke længere i den delte plan"))
def is_gone_from_the_plan(story: Story, what: str) -> None:
    """Det, lægen fjernede, den dag, der var aftalt før det, der er aftalt nu, eller patientens eget ansvar kan ikke læses i den
    udgave af planen, der gælder nu.
    """
    editions, mark = story.editions(), story.plan.mark
    if what == "aftalen":
        story.check(rules.removed_is_gone, editions, mark, mark_in(story.part(PlanTexts).before))
    elif what == "den tidligere opfølgning":
        former = _follow_up_text(story, story.part(FollowUps).former())
        story.check(rules.former_follow_up_is_gone, editions, mark, former)
    else:
        story.check(rules.responsibility_is_gone, editions, mark, own_responsibility(story))


def _follow_up_text(story: Story, day: date) -> str:
    """How the profile says that a follow-up on the day stands in a plan."""
    return story.fact_text("opfølgning-kodning", dato=f"{day:%d-%m-%Y}")


@then("har udskriften det samme indhold som planen")
def print_is_whole(story: Story) -> None:
    """Lægen udskriver planen. Mål, aftaler og resultater kan læses i udskriften, som lægen skrev dem sidst."""
    printed = story.driver.show(View("udskrift-af-planen", {"plan": story.plan.key})).texts("linjer")
    story.check(rules.print_is_whole, printed, [story.plan.goal, *story.part(PlanTexts).all])


@then(parsers.re("(?:viser systemet|systemet viser) spørgsmålet som (?P<how>ubesvaret|besvaret)"))
def question_is_shown(story: Story, how: str) -> None:
    """Systemet viser, at der er spurgt, og om der er svaret."""
    rows = story.driver.show(View("sparring", {"plan": story.plan.key})).rows("sparring")
    questions = {row.text("tekst"): row.flag("besvaret") for row in rows}
    story.check(rules.question_is_shown, questions, story.part(PlanTexts).newest("spørgsmål"), how == "besvaret")


PARTS = {"aftalen": "aftale", "resultatet": "resultat", "udfaldet": "udfald"}
