"""What one attempt knows of the other clinic, which has the partner's system, and when the partner is blamed for what it shows.

It is only where the letter itself was found right on the wire, and the partner fetched it. Otherwise nobody can tell whose doing
it is, and neither is graded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from harness.conformance.behaviour import mandatory, other_patient
from harness.conformance.behaviour.seen import one_line
from harness.conformance.rule import Judgement, Result, Rule, judge
from harness.domain.exchange import Exchange
from harness.domain.finding import Finding
from harness.domain.organisations import CLINIC, PARTNER_CLINIC
from harness.lps.driver import CannotAct, Shown, View
from harness.record.pair import undecidable
from harness.services.service import LPS, PARTNER
from harness.steps.mandatory.correspondence_story import Correspondence
from harness.steps.mandatory.entered import Entered, passed_on
from harness.steps.messages.letters import told_in
from harness.steps.other_patient import told_of
from harness.steps.pairs.besides import deletions, handed_out, may_be_about, unwritten
from harness.steps.pairs.letter_doubts import doubts
from harness.steps.story import ARRIVAL_SECONDS, Partner, Story

_MAY_BE_KNOWN: Final = (
    "mellem forsøg og kørsler bliver intet nulstillet i systemet. Det kan have fået et brev med samme nummer fra samme "
    "lokationsnummer før, og så skal det smide dette væk som en dublet."
)


@dataclass(slots=True)
class OtherClinic:
    """The clinic that receives. What it showed of a patient before stands in `_before`, after how many exchanges in
    `_had`; `_sent` letters were found right.
    """

    story: Story
    _before: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _had: dict[str, int] = field(default_factory=dict)
    _admitted: list[str] = field(default_factory=list)
    _sent: int = 0

    @property
    def partner(self) -> Partner:
        """The other system. Raises CannotAct where the run has none."""
        if self.story.partner is None:
            raise CannotAct("Scenariet er for to systemer, og kørslen har kun ét. Vælg det andet med --partner.")
        return self.story.partner

    @property
    def _letters(self) -> Correspondence:
        return self.story.part(Correspondence)

    def admit(self, alias: str) -> None:
        """The patient belongs to both clinics."""
        patient = self.story.patient(alias)
        self.story.driver.admit_patient(patient)
        with self._asked():
            self.partner.driver.admit_patient(patient)
        self._admitted.append(alias)

    def check_sent(self) -> None:
        """The letters on the wire are right in every way that a rule speaks of; raises LpsFinding, and then the partner is not
        tried.
        """
        self._letters.check_sent()
        self.story.messages.texts_are_own()
        self._stop_at_deletions()
        if unwritten := self._unwritten():
            raise CannotAct(unwritten)
        self._sent = len(self._letters.written)

    def _unwritten(self) -> str:
        """What the sender also sent, in Danish; empty for nothing. Whatever its mark, the partner is not to blame for it."""
        patients = {str(self.story.patient(alias).cpr) for alias in self._admitted}
        written = {each.id for each in self._letters.messages_of()}
        extra = ", ".join(unwritten(self._received, written, patients, self.story.marks))
        if not extra:
            return ""
        return (
            f"{self.partner.own} sendte også et brev om patienten, som scenariet ikke skrev (besked {extra}). Om systemet selv "
            "skrev det eller sendte et gammelt igen, eller en anden i klinikken gjorde, kan ikke afgøres. "
            f"{self.partner.product} er ikke årsagen."
        )

    def _stop_at_deletions(self) -> None:
        """Raises CannotAct, which says whose act it was, where one of the two would have deleted in the other's post box."""
        both = ((LPS, self.partner.own, self.partner.product), (PARTNER, self.partner.product, self.partner.own))
        for sender, product, other in both:
            if found := ", ".join(deletions(self._received, sender)):
                raise CannotAct(
                    f"{product} ville slette i en postkasse, som er en andens (besked {found}). Det blev afvist, og der er ikke "
                    f"slettet noget. {other} er ikke årsagen."
                )

    @property
    def _received(self) -> list[Exchange]:
        return self.story.attempt.inbox.received

    def remember(self, alias: str) -> None:
        """The other clinic looks at the patient's letters, when it has fetched those that were written until then."""
        self._wait_for_fetching("")
        self._before[alias] = told_of(self._look(alias).content)
        self._had[alias] = len(self._received)

    def check_as_before(self, alias: str) -> None:
        """It shows the same letters of the patient as then."""
        if alias not in self._before:
            raise CannotAct(f"Scenariet har ikke set beskederne hos {alias} i den anden klinik først.")
        self._wait_for_fetching("")
        shown = told_of(self._look(alias).content)
        self._check_kept()
        self._check(other_patient.stays_as_it_was, "", self._before[alias], shown, doubt=self._handed_since(alias))

    def _handed_since(self, alias: str) -> str:
        """What came to the partner about the patient after it was looked at, in Danish; empty for nothing.

        It may also have lain in its post box from earlier.
        """
        cpr, had = str(self.story.patient(alias).cpr), handed_out(self._received[: self._had[alias]])
        now = handed_out(self._received).items()
        new = [message for body, message in now if body not in had and may_be_about(body, cpr)]
        return f"det hentede også noget andet, som kan handle om {alias} (besked {', '.join(new)})." if new else ""

    def check_shown(self, alias: str) -> None:
        """It shows every letter about the patient whole and once."""
        self._wait_for_fetching(alias)
        self.story.be_quiet()
        self._check_kept()
        for letter in [each for each in self._letters.written if each.patient.alias == alias]:
            texts = self._texts(alias)
            quoting = [later.mark for later in self._quoting(letter)]
            texts = [each for each in texts if not any(mark in one_line(each) for mark in quoting)]
            may_be_known = _MAY_BE_KNOWN if self._may_be_known(letter, texts) else ""
            self._check(mandatory.shown_once, alias, texts, letter.text, letter.mark, doubt=may_be_known)

    def _check_kept(self) -> None:
        """It has sent no letter on to anybody. That is its own act, whatever is wrong with the letter: nothing excuses it."""
        self._stop_at_deletions()
        found = (
            (each.id, passed_on(each, letter, (), PARTNER, CLINIC.gln, PARTNER_CLINIC.gln))
            for letter in self._letters.written
            for each in self._received
        )
        told = dict.fromkeys(f"besked {message} til {receiver}" for message, receiver in found if receiver)
        self._lay(judge([mandatory.only_to_receiver], list(told)))

    def _quoting(self, letter: Entered) -> Iterator[Entered]:
        """The letters that were written after it and that the sender has put its text into."""
        for later in self._letters.written[self._letters.written.index(letter) + 1 :]:
            told = [told_in(each) for each in self._letters.messages_with(later)]
            if any(each is not None and letter.mark in one_line(each.text) for each in told):
                yield later

    def _may_be_known(self, letter: Entered, texts: list[str]) -> bool:
        """Whether the letter is shown nowhere, by a system that may have had another with its number before."""
        if not self.partner.remembers or _tells(texts, letter):
            return False
        others = [each for each in self._admitted if each != letter.patient.alias]
        return not any(_tells(self._texts(each), letter) for each in others)

    def _look(self, alias: str) -> Shown:
        """The letters it shows of the patient, when what was sent has had time to come."""
        self.story.be_quiet()
        return self._show(alias)

    def _show(self, alias: str) -> Shown:
        with self._asked():
            return self.partner.driver.show(View("modtagne-beskeder", {"cpr": str(self.story.patient(alias).cpr)}))

    def _texts(self, alias: str) -> list[str]:
        """The texts of the letters it shows of the patient now."""
        with self._asked():
            return [row.text("tekst") for row in self._show(alias).rows("beskeder")]

    def _wait_for_fetching(self, alias: str) -> None:
        """A system may fetch its letters when somebody looks, or now and then by itself."""
        if self._unfetched(alias):
            self._show(alias or self._letters.written[-1].patient.alias)
            self.story.time.until(lambda: not self._unfetched(alias), ARRIVAL_SECONDS, "at den anden klinik henter brevet")

    def _unfetched(self, alias: str) -> list[str]:
        """The messages with letters about the patient, or anybody, that the partner did not fetch from its post box."""
        fetched = handed_out(self._received)
        return [each.id for each in self._letters.messages_of(alias) if each.request.body not in fetched]

    def _check(self, rule: Rule, alias: str, *subject: object, doubt: str = "") -> None:
        """Run one rule over what the partner shows, and lay what it finds on the partner. It is about the letters about the
        patient, or about anybody. `doubt` says why what it finds may be nobody's doing.

        Raises CannotAct when it breaks with a grade worse than F4, and where nobody can tell whose doing that is.
        """
        assert self._sent == len(self._letters.written), "a letter is judged on the wire before the partner is by it"
        judgements = judge([rule], *subject, undecided=self.story.undecided)
        if any(each.result is Result.BROKEN for each in judgements) and (doubt := self._doubt(alias) or doubt):
            reason = undecidable(self.partner.product, rule.title, doubt)
            self.story.attempt.judge(f"Partneren: {rule.id}", [Judgement(rule, Result.NOT_JUDGED, reason=reason)])
            raise CannotAct(reason)
        self._lay(judgements)

    def _lay(self, judgements: list[Judgement]) -> None:
        """Write down what a rule came to over what the partner did. Raises CannotAct where it is worse than F4."""
        about = f"Partneren: {judgements[0].rule.id}"
        try:
            self.story.stop_at(self.story.attempt.judge(about, judgements, side=self.partner.system))
        except CannotAct as reason:
            raise CannotAct(f"{reason} {self._proof()}") from None

    def _doubt(self, alias: str) -> str:
        """Why it may not be the partner's doing, in Danish; empty when it is."""
        if own := self._own_findings:
            rules = ", ".join(dict.fromkeys(f"{each.rule} ({each.grade or 'bemærkning'})" for each in own))
            return f"beskeden fra {self.partner.own} har selv afvigelser: {rules}."
        if extra := self._unwritten():
            return extra[:1].lower() + extra[1:]
        if odd := doubts([self._letters.messages_with(each) for each in self._letters.written]):
            return f"{'; '.join(odd)}. En modtager kan snuble over det, uden at det er dens fejl."
        missing = ", ".join(self._unfetched(alias))
        where = f"i postkassen {PARTNER_CLINIC.gln}"
        return f"systemet har ikke hentet besked {missing} {where}: det kan være opsætningen." if missing else ""

    def _proof(self) -> str:
        if self._own_findings:
            return f"{self.partner.own} er ikke årsagen."
        letters = ", ".join(each.id for each in self._letters.messages_of())
        said = f"brevet (besked {letters}) er kontrolleret uden fund, før det blev vist."
        return f"{self.partner.own} er ikke årsagen: {said}"

    @property
    def _own_findings(self) -> list[Finding]:
        return [each for each in self.story.attempt.findings if not each.side]

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """What the partner cannot be made to do is told as the partner's."""
        try:
            yield
        except CannotAct as reason:
            said = f"Hos partneren {self.partner.product}: "
            raise CannotAct(said + str(reason).removeprefix(said)) from None


def _tells(texts: Iterable[str], letter: Entered) -> bool:
    """Whether one of the texts is the letter, however garbled."""
    return any(letter.mark in one_line(each) for each in texts)
