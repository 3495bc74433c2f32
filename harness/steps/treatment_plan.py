"""The Danish steps about what stands in a treatment plan. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from harness.conformance.behaviour import treatment_plan as rules
from harness.lps.driver import Act, CannotAct, View
from harness.steps.assessment import Assessments
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
        marked = f"{text} {self._story.next_mark(self._story.plan.patient)}"
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
def write_in_plan(story: Story, part: str, text: str) -> None:
    """Lægen skriver en aftale eller et resultat i planen. Den deles ikke endnu."""
    texts = story.part(PlanTexts)
    texts.do("skriv-i-planen", **{"del": PARTS[part], "tekst": texts.marked(PARTS[part], text)})


@when(parsers.re(r'lægen retter (?P<part>aftalen|resultatet) i planen til "(?P<text>.+)"'))
def correct_in_plan(story: Story, part: str, text: str) -> None:
    """Lægen retter det, der står i planen. Den nye udgave deles ikke endnu."""
    texts = story.part(PlanTexts)
    texts.before = texts.newest(PARTS[part])
    texts.do("ret-i-planen", tekst=texts.before, nyTekst=texts.marked(PARTS[part], text))


@when("lægen fjerner aftalen fra planen")
def remove_from_plan(story: Story) -> None:
    """Lægen fjerner den aftale, der blev skrevet sidst. Den nye udgave deles ikke endnu."""
    texts = story.part(PlanTexts)
    texts.before = texts.newest("aftale")
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


@when(parsers.re(r'lægen beder om (?P<kind>specialistrådgivning|tværsektoriel konference) om "(?P<text>.+)"'))
def ask_for_advice(story: Story, kind: str, text: str) -> None:
    """Lægen registrerer i systemet, hvad der bliver spurgt om. Hvordan spørgsmålet bliver sendt, er ikke besluttet."""
    texts = story.part(PlanTexts)
    texts.do("bed-om-sparring", slags=kind, tekst=texts.marked("spørgsmål", text))


@when(parsers.re(r'lægen skriver, at (?P<kind>specialistrådgivning|tværsektoriel konference) endte med "(?P<text>.+)"'))
def write_outcome(story: Story, kind: str, text: str) -> None:
    """Lægen skriver udfaldet ind, så det kommer med i planen. Den deles ikke endnu."""
    texts = story.part(PlanTexts)
    texts.do("skriv-udfald-af-sparring", slags=kind, tekst=texts.marked("udfald", text))


@when("lægen henter behovsvurderingen ind i planen")
def take_assessment_in(story: Story) -> None:
    """Lægen lader det, der står i behovsvurderingen, indgå i planen. Gør systemet det selv, er der intet at gøre."""
    story.part(PlanTexts).do("hent-behovsvurdering-ind-i-planen")


@then(parsers.re(r"(?P<part>aftalen|resultatet|udfaldet) står i den delte plan"))
def text_is_shared(story: Story, part: str) -> None:
    """Det, lægen skrev sidst, kan læses bogstav for bogstav i den udgave af planen, der gælder nu."""
    text = story.part(PlanTexts).newest(PARTS[part])
    story.check(rules.text_is_shared, story.editions(), story.plan.mark, text)


@then("begge aftaler står i den delte plan, hver én gang")
def all_stand_once(story: Story) -> None:
    """Hver aftale, der er skrevet i dette forsøg, kan læses i den gældende udgave, og ingen af dem står der to gange."""
    agreements = story.part(PlanTexts).written["aftale"]
    for text in agreements:
        story.check(rules.text_is_shared, story.editions(), story.plan.mark, text)
    story.check(rules.stands_once, story.editions(), story.plan.mark, [mark_in(text) for text in agreements])


@then("kun det rettede står i den delte plan")
def correction_is_shared(story: Story) -> None:
    """Det rettede kan læses i den gældende udgave. Det gamle står der ikke, undtagen som historie ved siden af det nye."""
    texts, editions = story.part(PlanTexts), story.editions()
    story.check(rules.corrected_is_gone, editions, story.plan.mark, texts.all[-1], mark_in(texts.before))
    story.check(rules.text_is_shared, editions, story.plan.mark, texts.all[-1])


@then("aftalen står ikke længere i den delte plan")
def removed_is_gone(story: Story) -> None:
    """Den aftale, lægen fjernede, kan ikke læses i den udgave af planen, der gælder nu."""
    story.check(rules.removed_is_gone, story.editions(), story.plan.mark, mark_in(story.part(PlanTexts).before))


@then("har udskriften det samme indhold som planen")
def print_is_whole(story: Story) -> None:
    """Lægen udskriver planen. Mål, aftaler og resultater kan læses i udskriften, som lægen skrev dem sidst."""
    printed = story.driver.show(View("udskrift-af-planen", {"plan": story.plan.key})).texts("linjer")
    story.check(rules.print_is_whole, printed, [story.plan.goal, *story.part(PlanTexts).all])


@then("viser systemet spørgsmålet som ubesvaret")
def question_is_shown(story: Story) -> None:
    """Systemet viser, at der er spurgt, og at der ikke er svaret endnu."""
    rows = story.driver.show(View("sparring", {"plan": story.plan.key})).rows("sparring")
    unanswered = [row.text("tekst") for row in rows if not row.flag("besvaret")]
    story.check(rules.question_is_shown, unanswered, story.part(PlanTexts).newest("spørgsmål"))


@then(parsers.parse("det, lægen skrev om {element}, står i den delte plan"))
def assessment_is_in_the_plan(story: Story, element: str) -> None:
    """Teksten fra behovsvurderingen kan læses i den udgave af planen, der gælder nu."""
    text = story.part(Assessments).written[element]
    story.check(rules.assessment_is_in_the_plan, story.editions(), story.plan.mark, text)


PARTS = {"aftalen": "aftale", "resultatet": "resultat", "udfaldet": "udfald"}
