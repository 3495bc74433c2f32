"""The Danish steps about what patient and professionals see. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from harness.conformance.behaviour import min_plan as rules
from harness.conformance.behaviour import sharing, treatment_plan
from harness.domain.exchange import Exchange
from harness.domain.sharing import SharedEdition
from harness.lps.driver import Act, Shown, View
from harness.services.min_plan import CLOSED
from harness.services.service import Order
from harness.steps.messages.judging import plan_in
from harness.steps.messages.marks import stands_in
from harness.steps.plan.follow_up import own_responsibility
from harness.steps.plan.treatment_plan import PARTS, PlanTexts
from harness.steps.reader import DdsReader
from harness.steps.story import ARRIVAL_SECONDS, Story


class MinPlan:
    """What was written in this attempt, and what Min Læge and Sundhedsjournalen find by ITI-18 and ITI-43, whatever the rute."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._reader = DdsReader(story.ask, story.ours)
        self.activity = ""
        self.note = ""
        self._seen = Shown({"aktiviteter": []})

    def marked(self, alias: str, text: str) -> str:
        """`text` about the patient, with a mark."""
        return self._story.marked(text, self._story.patient(alias))

    def editions(self) -> tuple[SharedEdition, ...]:
        """What the views find of this attempt's plans, once what was written last has arrived or should have."""
        newest = self._story.marks[-1]
        self._story.time.until(
            lambda: any(_registers(each, newest) for each in self._story.attempt.inbox.received), ARRIVAL_SECONDS
        )
        self._story.time.run_due()
        held = self._reader.editions(self._story.plan.patient)
        return tuple(each for each in held if any(mark in each.text for mark in self._story.marks))

    def register(self, alias: str, text: str) -> None:
        """The patient registers an activity today."""
        self.activity = self.marked(alias, text)
        today = self._story.today
        wish = {"cpr": str(self._story.patient(alias).cpr), "tekst": self.activity, "dato": today.isoformat()}
        self._story.services.order("minplan", Order("registrer-aktivitet", wish))

    def look(self, alias: str) -> None:
        """The doctor looks at the patient's activities: text, and who registered each."""
        self._seen = self.shown("patientens-aktiviteter", alias)

    @property
    def seen(self) -> list[tuple[str, str]]:
        """The activities as they were seen last."""
        return [(row.text("tekst"), row.text("registreretAf")) for row in self._seen.rows("aktiviteter")]

    def write_note(self, alias: str, text: str) -> None:
        """The doctor writes a note that is the clinic's only."""
        self.note = self.marked(alias, text)
        self._story.driver.do(Act("skriv-intern-note", {"cpr": str(self._story.patient(alias).cpr), "tekst": self.note}))

    def messages_with_note(self) -> int:
        """How many messages left the LPS with the note's mark in them, or in the plan they carry."""
        mark = self.note.rpartition(" ")[2]
        sent = [each for each in self._story.attempt.inbox.received if each.sender == "lps"]
        return sum(stands_in([mark], each.request.body, plan_in(each)) for each in sent)

    def shown(self, view: str, alias: str) -> Shown:
        """What the system shows of the patient."""
        return self._story.driver.show(View(view, {"cpr": str(self._story.patient(alias).cpr)}))


def _registers(exchange: Exchange, mark: str) -> bool:
    """Whether a plan with this mark was handed in to the national document sharing."""
    return exchange.request.path.startswith("/dros/") and mark in exchange.facts.get("text", "")


_OWN = "sit eget ansvar for at tage kontakt"
_CHANGE = "straks det nye mål og ikke det gamle"
_ALL = "patienten og alle, der er med i behandlingen,"
_SEEN = ("aftalen", "resultatet", "niveau 1", "niveau 2", "niveau 3", _OWN, _CHANGE)


@then(parsers.re(rf"(?:ser patienten|patienten ser) (?P<what>{'|'.join(_SEEN)}) i sin plan"))
def patient_sees(story: Story, what: str) -> None:
    """Det kan læses i den plan, Min Læge og Sundhedsjournalen viser patienten, så snart den kan være kommet frem: aftalen eller
    resultatet, som lægen skrev det; niveauet; at patienten selv tager kontakt ved behov; det nye mål, og ikke længere det gamle.
    """
    editions, mark = story.part(MinPlan).editions(), story.plan.mark
    if what in PARTS:
        text = story.part(PlanTexts).newest(PARTS[what])
        story.check(treatment_plan.text_is_shared, editions, mark, text)
        story.check(treatment_plan.stands_under_its_heading, editions, mark, text, what == "resultatet")
    elif what == _OWN:
        story.check(treatment_plan.responsibility_is_shared, editions, mark, own_responsibility(story))
    elif what == _CHANGE:
        story.check(rules.change_is_seen, editions, mark, story.plan.marks[-2])
    else:
        level = what.removeprefix("niveau ")
        story.check(sharing.level_is_there, editions, story.fact_text("niveau-kodning", niveau=level))


@then(parsers.re(rf"(?:ser {_ALL}|{_ALL} ser) den samme plan"))
def all_see_the_same(story: Story) -> None:
    """Det, lægen skrev, står i den plan, der kan hentes, og der er ingen anden gældende udgave med et andet indhold."""
    story.be_quiet()
    story.check(rules.all_see_the_same, story.part(MinPlan).editions(), story.part(PlanTexts).newest(PARTS["aftalen"]))


@when(parsers.parse('lægen skriver den interne note "{text}" om "{alias}"'))
def write_note(story: Story, text: str, alias: str) -> None:
    """Lægen skriver en note i systemet, som kun er til klinikken selv."""
    story.part(MinPlan).write_note(alias, text)


@then(parsers.parse('kan kun klinikken læse noten om "{alias}"'))
def note_stays(story: Story, alias: str) -> None:
    """Systemet viser noten, som lægen skrev den, og ingen besked, systemet har sendt, rummer den."""
    min_plan = story.part(MinPlan)
    story.be_quiet()
    story.check(rules.note_stays, min_plan.messages_with_note())
    story.check(rules.note_is_kept, min_plan.shown("interne-noter", alias).texts("noter"), min_plan.note)


@when(parsers.parse('"{alias}" registrerer aktiviteten "{text}"'))
def patient_registers(story: Story, alias: str, text: str) -> None:
    """Patienten skriver selv en aktivitet i det fælles overblik, fx i Min Læge."""
    story.part(MinPlan).register(alias, text)


@when(parsers.parse('lægen ser på aktiviteterne hos "{alias}"'))
def look(story: Story, alias: str) -> None:
    """Lægen åbner de aktiviteter, der hører til patientens forløb."""
    story.part(MinPlan).look(alias)


@then("viser systemet aktiviteten som patientens egen")
def activity_is_shown(story: Story) -> None:
    """Systemet viser aktiviteten én gang, som patienten skrev den, og at det er patienten, der har registreret den."""
    min_plan = story.part(MinPlan)
    story.check(rules.activity_is_shown, min_plan.seen, min_plan.activity)
    story.check(rules.activity_is_the_patients, min_plan.seen, min_plan.activity)


@then("har systemet ikke brugt Sundhedsmappen")
def closed_is_not_used(story: Story) -> None:
    """Systemet har ikke spurgt Sundhedsmappen om noget eller sendt noget til den."""
    story.be_quiet()
    calls = [each for each in story.attempt.inbox.received if each.sender == "lps" and each.facts.get("transaction") == CLOSED]
    story.check(rules.closed_is_not_used, len(calls))


@then(parsers.parse('fører systemets link til planen hos "{alias}" til sundhed.dk'))
def link_leads_to_the_new_view(story: Story, alias: str) -> None:
    """Det link, systemet giver til patientens plan, er til sundhed.dk."""
    story.check(rules.link_leads_to_the_new_view, story.part(MinPlan).shown("link-til-patientens-plan", alias).text("adresse"))
