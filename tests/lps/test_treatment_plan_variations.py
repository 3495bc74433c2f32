"""Systems that keep a treatment plan in another right way than the reference LPS break nothing."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.lps.reference.clinic import Edition
from harness.lps.reference.outbox import TAKES_NEXT_NUMBER, Outbox
from harness.lps.reference.plan.treatment_plans import TreatmentPlans
from harness.lps.reference.routes import ViaPlsp
from harness.runner.wish import Wish
from harness.standards.cda.read import read_cpd
from harness.standards.xml import parse


def standings(folder: Path, wish: Wish, tag: str) -> tuple[set[str], list[str]]:
    events = rehearse(folder / "kørsel", wish, [each for each in scenarios("behandlingsplan") if each.tag == tag])
    ended = {event.standing for event in events if isinstance(event, ScenarioEnded)}
    graded = [each.rule for event in events if isinstance(event, Judged) for each in event.findings if each.grade]
    return {str(each) for each in ended}, graded


def test_a_system_that_takes_the_newer_edition_in_before_it_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def merge(self: Outbox, edition: Edition) -> None:
        assert isinstance(self.route, ViaPlsp)
        search = {"patient": str(edition.plan.patient.cpr)}
        found = self.route.client.post(f"{self.route.address}/plsp/soegning", json=search).json()["planer"]
        newest = next(read_cpd(parse(base64.b64decode(each["dokument"]), "plan")) for each in found if each["gaeldende"])
        edition.plan = replace(
            edition.plan,
            interventions=tuple(dict.fromkeys((*newest.interventions, *edition.plan.interventions))),
            document_id=self.new_id(),
            version=(newest.version or 1) + 1,
            replaces=newest.document_id,
        )

    monkeypatch.setattr(Outbox, "_force", merge)
    wish = Wish(rute="plsp", faults=(TAKES_NEXT_NUMBER,))
    assert standings(tmp_path, wish, "PLAN-24") == ({"OK"}, [])


def test_a_system_that_has_the_second_user_look_again_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save = TreatmentPlans._save
    refused: list[str] = []

    def strict(self: TreatmentPlans, wish: dict[str, Any]) -> dict[str, Any]:
        opened = self._opened[wish["plan"], wish["bruger"]]
        if self._clinic.plans[wish["plan"]].newest.plan != opened:
            refused.append(wish["bruger"])
            return {"gemt": False}
        return save(self, wish)

    monkeypatch.setattr(TreatmentPlans, "__init__", _with_save(strict))
    assert standings(tmp_path, Wish(rute="plsp"), "PLAN-23") == ({"OK"}, [])
    assert refused == ["sygeplejersken"]


def _with_save(save: Any) -> Any:
    original = TreatmentPlans.__init__

    def init(self: TreatmentPlans, means: Any) -> None:
        original(self, means)
        self.acts = {**self.acts, "gem-aftale": lambda wish: save(self, wish)}

    return init
