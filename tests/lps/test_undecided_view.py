"""A system without a view that nobody has decided that it must have is not held up by it: what rests on it awaits."""

from __future__ import annotations

from pathlib import Path

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import ScenarioEnded
from harness.domain.grade import Beside
from harness.lps.reference.capability import Means
from harness.lps.reference.forloebsplan.forloebsplaner import Forloebsplaner
from harness.lps.reference.forloebsplan.plan_referrals import PlanReferrals
from harness.lps.reference.inclusion.populations import Populations
from harness.lps.reference.referral.referrals import Referrals
from harness.runner.wish import Wish


def test_a_plan_that_does_not_show_its_referrals_awaits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = PlanReferrals.__init__

    def without(self: PlanReferrals, means: Means, referrals: Referrals, plans: Forloebsplaner, lists: Populations) -> None:
        usual(self, means, referrals, plans, lists)
        self.views = {}

    monkeypatch.setattr(PlanReferrals, "__init__", without)
    chosen = scenarios("kommunal-henvisning-flp")
    wish = Wish(rute="plsp", cpd="2.0", campaign="kommunal-henvisning-flp")
    ended = {each.scenario: each for each in rehearse(tmp_path / "kørsel", wish, chosen) if isinstance(each, ScenarioEnded)}
    shown = {each.id for each in chosen if "FLP-11" in each.requirements}
    assert shown
    assert {ended[name].standing for name in shown} == {Beside.AWAITING}
    assert {each.standing for name, each in ended.items() if name not in shown} <= {"OK", Beside.AWAITING}
