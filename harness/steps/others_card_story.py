"""What another clinic shares of a patient in one attempt, and what the system shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.conformance.behaviour import diagnosis_card as rules
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType
from harness.lps.driver import Shown, View
from harness.services.service import Order
from harness.steps.diagnosis_card_story import TEXTS, codes_in
from harness.steps.story import Story


@dataclass(slots=True)
class OthersCard:
    """The other clinic's card: its `newest` diagnoses by their names in the scenario, and those that are gone from it."""

    story: Story
    newest: dict[str, CardDiagnosis] = field(default_factory=dict)
    _gone: dict[str, CardDiagnosis] = field(default_factory=dict)

    def share(self, alias: str, whats: list[str], relevant: str, invalid: str, bare: bool) -> None:
        """Another clinic's card now has just these diagnoses. `relevant` is one of them that is, `invalid` one without status;
        `bare`: and one of which nothing is known but that it is there.
        """
        patient = self.story.patient(alias)
        before, self.newest = self.newest, {}
        for what in whats:
            known = before.get(what) or self._new(alias, what)
            status = CardStatus.RELEVANT if what == relevant else CardStatus.CURRENT
            self.newest[what] = replace(known, status="" if what == invalid else status)
        if bare:
            self.newest[""] = CardDiagnosis(status=CardStatus.CURRENT, type=CardType.COURSE)
        self._gone = {what: each for what, each in {**self._gone, **before}.items() if what not in self.newest}
        rows = [
            {"icpc": each.icpc, "icd": each.icd, "tekst": each.text, "status": str(each.status), "type": str(each.type)}
            for each in self.newest.values()
        ]
        person = {"cpr": str(patient.cpr), "fornavne": list(patient.given), "efternavn": patient.family}
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
        self.story.check(rules.gone_are_not_shown, shown, list(self._gone.values()))
        self.story.check(rules.all_are_shown, shown, newest)
        self.story.check(rules.newest_status_is_shown, shown, newest)


def _row(shown: Shown) -> CardDiagnosis:
    named = {name: shown.text(field) for name, field in (("icpc", "icpc"), ("icd", "icd"), ("text", "tekst"), ("type", "type"))}
    return CardDiagnosis(**named, status=shown.text("status"), began=shown.day("debut"), ended=shown.day("afsluttet"))
