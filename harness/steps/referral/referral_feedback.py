"""What comes back from the municipality, and the Danish steps about it: notes, and what became of the offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import referral as rules
from harness.conformance.transport import reliability
from harness.domain.referral import OfferStatus
from harness.services.service import Order
from harness.steps.messages.letters import line_of
from harness.steps.referral.own_letters import wrong_in_receipts
from harness.steps.referral.referral_story import look
from harness.steps.story import Story


@dataclass(frozen=True, slots=True)
class Reported:
    """A note from the municipality: about whom, and its text with its mark."""

    alias: str
    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer the municipality registered last: to whom, by what name, and when."""

    alias: str
    name: str
    day: date


@dataclass(slots=True)
class Feedback:
    """What the municipality told the clinic in this attempt."""

    story: Story
    _reported: Reported | None = None
    _offered: Offered | None = None
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def reported(self) -> Reported:
        """The note the municipality sent last."""
        assert self._reported, "a note was sent"
        return self._reported

    @property
    def offered(self) -> Offered:
        """The offer that was registered last."""
        assert self._offered, "an offer was registered"
        return self._offered

    def report(self, alias: str, text: str, encoding: str = "UTF-8") -> None:
        """The municipality sends a note about the patient, with a mark."""
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        self._reported = Reported(alias, f"{text} {mark}", mark)
        wish = {
            "cpr": str(patient.cpr),
            "fornavne": list(patient.given),
            "efternavn": patient.family,
            "tekst": self._reported.text,
            "tegnsæt": encoding,
        }
        self.story.services.order("dnhf", Order("notat", wish))

    def report_again(self, envelope: str) -> None:
        """The same note comes again when the clinic has seen it, in the same envelope or a new one."""
        self._look()
        self.story.services.order("dnhf", Order("notat-igen", {"kuvert": envelope}))

    def offer(self, alias: str, name: str, status: OfferStatus) -> None:
        """The municipality registers an offer to the patient; one it has already gets a new status."""
        marked = self._names.setdefault(name, self.story.marked(name, self.story.patient(alias)))
        day = self.story.today
        self._offered = Offered(alias, marked, day)
        wish = {"cpr": str(self.story.patient(alias).cpr), "navn": marked, "status": status, "dato": day.isoformat()}
        self.story.services.order("dnhf", Order("tilbud", wish))

    def judge_receipts(self) -> None:
        """What came was receipted, and what came again was receipted as the first time."""
        self._look()
        self.story.be_quiet()
        self.story.messages.judge()
        line = line_of(self.story.attempt.inbox.received)
        self.story.check(reliability.acknowledged, line)
        for rule in (reliability.same_answer, reliability.receipt_again, reliability.no_receipt_of_receipt):
            self.story.check_if_any(rule, line)
        self.story.check(rules.receipt_is_for_the_letter, wrong_in_receipts(self.story.attempt.inbox.received))

    def _look(self) -> None:
        """The clinic looks at the notes: then it has fetched what was sent."""
        self.story.be_quiet()
        look(self.story, "tilbagemeldinger", self.reported.alias)

    def notes(self, alias: str) -> tuple[str, ...]:
        """The texts of the notes about the patient, when what was sent has had time to come."""
        self.story.be_quiet()
        return tuple(row.text("tekst") for row in look(self.story, "tilbagemeldinger", alias).rows("tilbagemeldinger"))

    def offers(self, alias: str) -> tuple[rules.Offer, ...]:
        """The patient's offers."""
        rows = look(self.story, "forebyggelsestilbud", alias).rows("tilbud")
        return tuple((row.text("navn"), row.text("status"), row.day("dato")) for row in rows)


@when(
    parsers.re(
        r'kommunen melder tilbage om "(?P<alias>[^"]+)"(?: fra et (?P<age>nyt|ældre) system)? med ordene "(?P<text>[^"]+)"'
        r"(?:, og notatet kommer igen i (?P<again>samme|en ny) forsendelse)?"
    )
)
def municipality_reports(story: Story, alias: str, age: str | None, text: str, again: str | None) -> None:
    """Kommunen sender klinikken et notat om patienten. Et nyt system skriver i tegnsættet UTF-8, et ældre i ISO-8859-1. Når
    klinikken har set notatet, kan det komme en gang til, uændret.
    """
    feedback = story.part(Feedback)
    feedback.report(alias, text, "ISO-8859-1" if age == "ældre" else "UTF-8")
    if again:
        feedback.report_again(again.removeprefix("en "))


_OFFER: Final = rf"(?P<name>.+) som (?P<status>{'|'.join(OfferStatus)}) tilbud i kommunen"


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har {_OFFER}'))
@when(parsers.re(rf'"(?P<alias>[^"]+)" får {_OFFER}'))
def offer_is_registered(story: Story, alias: str, name: str, status: str) -> None:
    """Kommunen skriver i det fælles overblik, hvad der blev af et tilbud til patienten."""
    story.part(Feedback).offer(alias, name, OfferStatus(status))


@then(parsers.re(r"viser systemet (?P<how>tilbagemeldingen én gang|ikke tilbagemeldingen)"))
def note_is_shown(story: Story, how: str) -> None:
    """Notatets tekst kan læses på patienten, bogstav for bogstav, og kun én gang. Eller den kan ikke læses, når patienten har
    sagt nej til tilbagemelding.
    """
    feedback = story.part(Feedback)
    note = feedback.reported
    rule = rules.note_is_withheld if how == "ikke tilbagemeldingen" else rules.note_is_shown_once
    with story.judged_by(rule):
        shown = feedback.notes(note.alias)
    if how == "ikke tilbagemeldingen":
        story.check(rules.note_is_withheld, shown, note.mark)
    else:
        story.check(rules.note_is_shown_once, shown, note.text, note.mark)


@then("har kommunen fået kvittering hver gang")
def note_is_receipted(story: Story) -> None:
    """Systemet kvitterer for notatet, og igen hvis det kommer en gang til."""
    story.part(Feedback).judge_receipts()


@then(parsers.re(r"viser systemet tilbuddet som (?P<status>planlagt|gennemført)"))
@then(parsers.re(r"viser systemet, at patienten er (?P<status>udeblevet|frafaldet)"))
def offer_is_shown(story: Story, status: str) -> None:
    """Tilbuddet kan ses på patienten: hvad der blev af det, og hvornår, eller at patienten ikke kom eller faldt fra."""
    feedback = story.part(Feedback)
    offered = feedback.offered
    if status in (OfferStatus.NO_SHOW, OfferStatus.DROPPED_OUT):
        story.check(rules.no_show_is_shown, feedback.offers(offered.alias), offered.name, OfferStatus(status))
    else:
        story.check(rules.offer_is_shown, feedback.offers(offered.alias), offered.name, OfferStatus(status), offered.day)
