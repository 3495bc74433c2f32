"""What one attempt knows of diagnosekort: what was entered, and what PLSP was given."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from harness.conformance.behaviour import diagnosis_card as rules
from harness.conformance.rule import Rule
from harness.domain.clock import copenhagen
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType, SharedCard
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.organisations import CLINIC
from harness.lps.driver import Act, CannotAct
from harness.record.packed import packed_in, with_plain_breaks
from harness.services.diagnosis_cards import EMPTIED, HANDED_OVER, LOOKED_UP
from harness.services.service import Availability, Order
from harness.standards.fhir.diagnosis_card import read_card
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, Story

TEXTS: Final = {
    "R95": "Kronisk obstruktiv lungesygdom",
    "T90": "Diabetes type 2",
    "P76": "Depression",
    "DJ449": "Kronisk obstruktiv lungesygdom UNS",
    "DJ439": "Lungeemfysem UNS",
}
"""A code's own Danish text, where it is public: hl7dk/dk-sks-terminology-automation@226bba7, CodeSystem-icd10-da; ICPC-2-DK."""

_ICPC: Final = re.compile(r"[A-Z]\d\d", re.ASCII)
_SKS: Final = re.compile(r"D[A-Z]\d\w*", re.ASCII)
_OWN_DOCTOR, _OTHER_DOCTOR = "Test Testlæge", "Anden Testlæge"
_A_WHILE: Final = 2.0
"""Seconds between one change of a card and the next, so that their times can be told apart."""


@dataclass(slots=True)
class Entered:
    """A diagnosis as it was entered: `what` is its name in the scenario, `key` its name in the LPS.

    `since` is how many messages had come when it was decided whether it is to be shared; it was entered between the two `when`.
    """

    alias: str
    what: str
    key: str
    said: CardDiagnosis
    on_card: bool
    private: bool
    own: bool
    since: int
    when: tuple[datetime, datetime]
    deleted: bool = False
    goes_out: bool = False
    """Whether it was to be shared, once it was written, at a PLSP that took it."""

    @property
    def shared(self) -> bool:
        """Whether it is to stand on the shared card."""
        return self.on_card and self.own and not self.private and not self.deleted


@dataclass(slots=True)
class Cards:
    """The diagnoses of one attempt, oldest first."""

    story: Story
    entered: list[Entered] = field(default_factory=list)
    note: str = ""
    _begun: datetime | None = None
    _ended: datetime | None = None
    _since: int = 0
    _before: SharedCard | None = None
    _closed: bool = False

    # What people enter

    def clear(self, alias: str) -> None:
        """The patient has no diagnoses, and has none again when the attempt is over."""
        act = Act("ryd-diagnosekort", {"cpr": self._cpr(alias)})
        self.story.driver.do(act)
        self.story.put_back(f"diagnosekort {alias}", act)

    def write(
        self,
        alias: str,
        what: str,
        *,
        status: CardStatus = CardStatus.CURRENT,
        type: CardType = CardType.COURSE,
        began: date | None = None,
        note: str = "",
        longer: str = "",
        on_card: bool = True,
        private: bool = False,
        own: bool = True,
        other_doctor: bool = False,
    ) -> None:
        """A diagnosis is entered: `what` has an ICPC-2 and a SKS code, one of them, or is a text, which gets a mark."""
        self._begin()
        icpc, icd = codes_in(what)
        text = "" if icpc or icd else self.story.marked(f"{what} {longer}".strip(), self.story.patient(alias))
        said = CardDiagnosis(icpc, icd, text, status, type, began, recorded=self.story.today)
        wish: dict[str, Any] = {
            "cpr": self._cpr(alias),
            **{name: _coded(code) for name, code in (("icpc", icpc), ("icd", icd)) if code},
            **({"tekst": text} if text else {}),
            "status": status,
            "type": type,
            **({"debut": began.isoformat()} if began else {}),
            "paaKortet": on_card,
            "privat": private,
            "klinik": "egen" if own else "anden",
            "laege": _OTHER_DOCTOR if other_doctor else _OWN_DOCTOR,
        }
        if note:
            self.note = wish["note"] = self.story.marked(note, self.story.patient(alias))
        key = self.story.driver.do(Act("skriv-diagnose", wish)).text("diagnose")
        assert self._begun is not None, "a change was begun"
        self._ended = self.story.time.now()
        when = (self._begun, self._ended)
        made = Entered(alias, what, key, said, on_card, private, own, self._since, when)
        made.goes_out = made.shared and not self._closed
        self.entered.append(made)

    def change(self, whats: list[str], *, status: CardStatus | None, ended: bool, private: bool | None) -> None:
        """The doctor gives each diagnosis another status, or makes it private or no longer so."""
        self._begin()
        for each in map(self.latest, whats):
            wish: dict[str, Any] = {"diagnose": each.key}
            if private is not None:
                each.private, each.since = private, self._since
                wish["privat"] = private
            if status:
                each.said = replace(each.said, status=status, ended=self.story.today if ended else None)
                wish |= {"status": status, **({"afsluttet": self.story.today.isoformat()} if ended else {})}
            self.story.driver.do(Act("ret-diagnose", wish))
        self._ended = self.story.time.now()

    def delete(self, whats: list[str]) -> None:
        """The doctor deletes each diagnosis."""
        self._begin()
        for each in map(self.latest, whats):
            each.deleted = True
            self.story.driver.do(Act("slet-diagnose", {"diagnose": each.key}))
        self._ended = self.story.time.now()

    def latest(self, what: str) -> Entered:
        """The diagnosis entered last by that name. Raises CannotAct when there is none."""
        found = [each for each in self.entered if each.what == what]
        if not found:
            raise CannotAct(f"Scenariet har ikke skrevet diagnosen {what} endnu.")
        return found[-1]

    def _begin(self) -> None:
        """A change is about to be made: what was done before it has come, and its time can be told from the last one's."""
        self._all_arrive()
        cards = [card for _, card in self._documents()]
        self._before = cards[-1] if cards else None
        if self._before:
            self.story.time.until(lambda: False, _A_WHILE)
        self._since, self._begun = len(self.story.attempt.inbox.received), self.story.time.now()

    # What PLSP has

    def set_service(self, availability: Availability) -> None:
        """PLSP behaves so towards the LPS from now on. What was done before has come."""
        self._all_arrive()
        self._closed = availability is not Availability.NORMAL
        self.story.services.order("diagnosekort", Order("tilgængelighed", {"værdi": str(availability)}))

    def send_again(self) -> None:
        """The LPS sends what waits: by itself, if it does so in time, else because its user asks."""
        before = self._told()
        if not self.story.time.until(lambda: self._told() > before, OWN_RETRY_SECONDS):
            for alias in dict.fromkeys(each.alias for each in self.entered):
                self.story.driver.do(Act("gensend-diagnosekort", {"cpr": self._cpr(alias)}))

    def _told(self) -> int:
        received = self.story.attempt.inbox.received
        return sum(each.sender == "lps" and each.request.path in (HANDED_OVER, EMPTIED) for each in received)

    def check_shared(self, alias: str, whats: list[str]) -> None:
        """Of what was entered just these diagnoses are shared, in a card of the patient's own."""
        wanted = self._own(alias, whats)
        self._settle(alias, wanted)
        self.story.check(rules.card_is_the_patients, self._strays())
        held = self._check_hidden(alias, wanted)
        others = self._of(alias, lambda each: not each.own)
        self.story.check(rules.only_own_are_shared, held, [each for each in others if not each.among(wanted)])
        cards = [card for _, card in self._documents(alias)]
        self.story.check(rules.card_came, len(cards))
        self.story.check(rules.person_is_the_patient, cards[-1], self.story.patient(alias))
        self.story.check(rules.sender_is_the_clinic, cards[-1], CLINIC.sor, CLINIC.yder)
        self.story.check(rules.all_are_shared, held, wanted)
        self.story.check(rules.texts_are_their_own, held, wanted, TEXTS)

    def check_none(self, alias: str) -> None:
        """Nothing is shared of the patient: there is no document at all. What was to be there once, was there."""
        self.story.time.until(lambda: not self._answered(alias), ARRIVAL_SECONDS)
        self.story.be_quiet()
        if any(each.goes_out for each in self.entered if each.alias == alias):
            self.story.check(rules.card_came, len(self._documents(alias)))
        self._check_hidden(alias, [])
        self.story.check(rules.empty_card_is_none, len(self._answered(alias)))

    def _check_hidden(self, alias: str, wanted: list[CardDiagnosis]) -> tuple[CardDiagnosis, ...]:
        """What is private, not on the card, or deleted is not shared beside what is `wanted`. Gives what is shared."""
        hidden = [each for each in self.entered if each.alias == alias and (each.private or not each.on_card)]
        held = self.held(alias)
        told = [row for each in hidden for row in each.said.among((*self._rows(alias, each.since), *held))]
        self.story.check(rules.none_is_disclosed, told, [each.said for each in hidden])
        beside = [row for row in held if not row.among(wanted)]
        self.story.check(rules.deleted_are_gone, beside, self._of(alias, lambda each: each.deleted))
        return held

    def check_as_entered(self, whats: list[str], text: str | None) -> None:
        """The diagnoses are shared as they were written; with `text`, the first says that."""
        alias = self.latest(whats[0]).alias
        wanted = self._own(alias, whats)
        self._settle(alias, wanted)
        held = self.held(alias)
        self.story.check(rules.all_are_shared, held, wanted)
        if text is not None:
            self.story.check(rules.text_is_the_codes, held, wanted[0], text)
            return
        self.story.check(rules.codes_are_as_entered, held, wanted)
        for each in wanted:
            if each.text:
                self.story.check(rules.own_text_is_whole, held, each.text)
        self.story.check(rules.status_is_as_entered, held, wanted)
        self.story.check(rules.type_is_as_entered, held, wanted)
        self.story.check(rules.days_are_as_entered, held, wanted)
        self.story.check(rules.recorded_when_entered, held, [(each, self._days(each)) for each in wanted])

    def _days(self, said: CardDiagnosis) -> frozenset[date]:
        """Which days it was, here and in UTC, while the diagnosis was entered."""
        entered = next(each for each in reversed(self.entered) if each.said is said)
        return frozenset(day for moment in entered.when for day in (copenhagen(moment).date(), moment.astimezone(UTC).date()))

    def check_note(self) -> None:
        """The note's text is in nothing the system sent."""
        self.story.be_quiet()
        mark = self.note.rpartition(" ")[2].encode()
        sent = [each.request.body for each in self.story.attempt.inbox.received if each.sender == "lps"]
        self.story.check(rules.note_stays, sum(_has(each, mark) for each in sent))

    def check_times(self, rule: Rule) -> None:
        """The times, or the ids, of the cards of the patient whose diagnosis was entered last."""
        alias = self.entered[-1].alias
        self._settle(alias, self._of(alias, lambda each: each.shared))
        cards = [card for _, card in self._documents(alias)]
        self.story.check(rules.card_came, len(cards))
        if rule is rules.documents_are_new:
            self.story.check(rule, list(dict.fromkeys(cards)))
        elif rule is rules.both_times_are_new:
            self.story.check(rules.card_came, int(self._before is not None))
            self.story.check(rule, self._before, cards[-1])
        else:
            self.story.check(rule, cards[-1], self._begun, self._ended)

    def held(self, alias: str) -> tuple[CardDiagnosis, ...]:
        """What those who look the patient up read of the clinic's card."""
        return tuple(row for document in self._answered(alias) for row in _card(document).diagnoses)

    def _answered(self, alias: str) -> list[bytes]:
        self.story.time.run_due()
        body = json.dumps({"cpr": self._cpr(alias)}).encode()
        answer = self.story.ask(Request("POST", LOOKED_UP, (("content-type", "application/json"),), body))
        assert isinstance(answer, Response), "our own service is read while it answers"
        found = json.loads(answer.body)["dokumenter"]
        return [base64.b64decode(each["dokument"]) for each in found if each["afsender"] == "klinikken"]

    def _settle(self, alias: str, wanted: list[CardDiagnosis]) -> None:
        """Wait until the card is as it was made last; then until a second message would have come."""
        self._arrive(alias, wanted)
        self.story.be_quiet()

    def _all_arrive(self) -> None:
        """Every patient's card is as it was made last, unless PLSP takes nothing in."""
        for alias in dict.fromkeys(each.alias for each in self.entered if not self._closed):
            self._arrive(alias, self._of(alias, lambda each: each.shared))

    def _arrive(self, alias: str, wanted: list[CardDiagnosis]) -> None:
        unwanted = [said for said in self._of(alias, lambda each: not each.shared) if not said.among(wanted)]

        def arrived() -> bool:
            rows = self.held(alias)
            came = all({found.status for found in each.among(rows)} == {each.status} for each in wanted)
            return came and not any(each.among(rows) for each in unwanted)

        self.story.time.until(arrived, ARRIVAL_SECONDS)

    def _documents(self, alias: str = "", since: int = 0) -> list[tuple[str, SharedCard]]:
        """The cards PLSP took in from the system, with the CPR number each is about, oldest first."""
        cpr = self._cpr(alias) if alias else ""
        received = self.story.attempt.inbox.received[since:]
        found = [(each.facts["patient"], _card(each.request.body)) for each in received if _hands_over(each)]
        return [each for each in found if each[0] == (cpr or each[0])]

    def _rows(self, alias: str, since: int) -> list[CardDiagnosis]:
        return [row for _, card in self._documents(alias, since) for row in card.diagnoses]

    def _strays(self) -> list[str]:
        """The diagnoses that stand on another patient's card, and are not that patient's too."""
        return [
            each.what
            for each in self.entered
            for cpr, card in self._documents()
            if cpr != self._cpr(each.alias)
            and each.said.among(card.diagnoses)
            and not any(each.said.same_as(own.said) for own in self.entered if self._cpr(own.alias) == cpr)
        ]

    def _own(self, alias: str, whats: list[str]) -> list[CardDiagnosis]:
        return [next(each.said for each in reversed(self.entered) if (each.alias, each.what) == (alias, what)) for what in whats]

    def _of(self, alias: str, which: Callable[[Entered], bool]) -> list[CardDiagnosis]:
        return [each.said for each in self.entered if each.alias == alias and which(each)]

    def _cpr(self, alias: str) -> str:
        return str(self.story.patient(alias).cpr)


def codes_in(what: str) -> tuple[str, str]:
    """The ICPC-2 and the SKS code in a diagnosis' name; "" for the one that it has not."""
    parts = what.split("/")
    icpc, icd = (next((each for each in parts if form.fullmatch(each)), "") for form in (_ICPC, _SKS))
    return icpc, icd


def _coded(code: str) -> dict[str, str]:
    return {"kode": code, **({"tekst": TEXTS[code]} if code in TEXTS else {})}


def _hands_over(exchange: Exchange) -> bool:
    return exchange.sender == "lps" and exchange.request.path == HANDED_OVER and bool(exchange.facts.get("taken"))


def _has(body: bytes, mark: bytes) -> bool:
    plain = with_plain_breaks(body)
    return any(mark in text for text in (plain, *(inner for _, inner in packed_in(plain))))


@lru_cache(maxsize=64)
def _card(document: bytes) -> SharedCard:
    # Every wait reads what PLSP holds again, each time something happens.
    return read_card(document)
