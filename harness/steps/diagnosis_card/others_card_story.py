"""What another clinic shares of a patient in one attempt, and what the system shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.conformance.behaviour import diagnosis_card as rules
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType
from harness.lps.driver import Shown, View
from harness.services.service import Order
from harness.steps.diagnosis_card.diagnosis_card_story import TEXTS, Cards, codes_in
from harness.steps.story import Story


@dataclass(slots=True)
class OthersCard:
    """The other clinic's card: its `newest` diagnoses by their names in the scenario, and those that are gone from it."""

    story: Story
    newest: dict[str, CardDiagnosis] = field(default_factory=dict)
    _gone: dict[str, CardDiagnosis] = field(default_factory=dict)

    def share(self, alias: str, whats: list[str], odd: Mapping[str, Mapping[str, Any]], bare: bool) -> None:
        """Another clinic's card now has just these diagnoses. `odd` has what one of them is to be besides, by its name;
        `bare`: and one of which nothing is known but that it is there.
        """
        patient = self.story.patient(alias)
        before, self.newest = self.newest, {}
        for what in whats:
            known = before.get(what) or self._new(alias, what)
            self.newest[what] = replace(known, **{"status": CardStatus.CURRENT, **odd.get(what, {})})
        if bare:
            self.newest[""] = CardDiagnosis(status=CardStatus.CURRENT, type=CardType.COURSE)
        self._gone = {what: each for what, each in {**self._gone, **before}.items() if what not in self.newest}
        rows = [
            {"icpc": each.icpc, "icd": each.icd, "tekst": each.text, "status": str(each.status), "type": str(each.type)}
            for each in self.newest.values()
        ]
        name = {"fornavne": list(patient.given), "efternavn": patient.family}
        person = {"cpr": str(patient.cpr), **name, "kvinde": patient.female, "født": patient.born.isoformat()}
        self.story.services.order("diagnosekort", Order("andet-kort", {**person, "diagnoser": rows}))

    def _new(self, alias: str, what: str) -> CardDiagnosis:
        icpc, icd = codes_in(what)
        text = TEXTS.get(icd) or TEXTS.get(icpc) or what
        return CardDiagnosis(icpc, icd, self.story.marked(text, self.story.patient(alias)), type=CardType.COURSE)

    def check(self, alias: str, whats: list[str]) -> None:
        """The system shows just these diagnoses of the other clinic's card; with none, nothing of it."""
        view = View("andres-diagnosekort", {"cpr": str(self.story.patient(alias).cpr)})
        shown = [_row(each) for each in self.story.driver.show(view).rows("diagnoser")]
        newest = list(self.newest.values())
        if not whats:
            self.story.check(rules.invalid_is_not_shown, shown, newest)
            return
        own = [each.said for each in self.story.part(Cards).entered if each.alias == alias and not each.said.among(newest)]
        self.story.check(rules.gone_are_not_shown, shown, [*self._gone.values(), *own])
        self.story.check(rules.all_are_shown, shown, newest)
        self.story.check(rules.newest_status_is_shown, shown, newest)
        self.story.check(rules.codes_and_type_are_shown, shown, newest)


def _row(shown: Shown) -> CardDiagnosis:
    icpc, icd, text, status, type_ = (shown.text(field) for field in ("icpc", "icd", "tekst", "status", "type"))
    return CardDiagnosis(icpc, icd, text, status, type_, shown.day("debut"), shown.day("afsluttet"))
