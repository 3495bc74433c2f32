"""Systems that make a referral from a plan in another right way than the reference LPS break nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.domain.grade import Beside
from harness.lps.reference.forloebsplan.forloebsplaner import Plan
from harness.lps.reference.forloebsplan.plan_referrals import PlanReferrals
from harness.runner.wish import Wish

Vary = Callable[[pytest.MonkeyPatch], None]


def writes_the_hospitals_code(patch: pytest.MonkeyPatch) -> None:
    sks = {"KOL": "DJ449", "LRS": "DM512", "T2D": "DE119", "HJERTE": "DI209"}
    patch.setattr(PlanReferrals, "_diagnosis", lambda _, plan: {"kode": sks[plan.kind], "tekst": "SKS"})


def breaks_lines(patch: pytest.MonkeyPatch) -> None:
    def content(_: PlanReferrals, plan: Plan) -> tuple[str, ...]:
        return tuple(line for _, text in plan.parts for line in textwrap.wrap(text, 12))

    patch.setattr(PlanReferrals, "_content", content)


def tells_the_whole_plan(patch: pytest.MonkeyPatch) -> None:
    def content(_: PlanReferrals, plan: Plan) -> tuple[str, ...]:
        return tuple(f"{text} ({part})" for part, text in plan.parts)

    patch.setattr(PlanReferrals, "_content", content)


def shows_the_newest_first(patch: pytest.MonkeyPatch) -> None:
    show = PlanReferrals._show

    def newest_first(self: PlanReferrals, wish: dict[str, Any]) -> dict[str, Any]:
        return {"henvisninger": [{**row, "egenNote": "–"} for row in reversed(show(self, wish)["henvisninger"])]}

    patch.setattr(PlanReferrals, "_show", newest_first)


@pytest.mark.parametrize("ways", [(writes_the_hospitals_code, breaks_lines, shows_the_newest_first), (tells_the_whole_plan,)])
def test_an_honest_variation_breaks_nothing(ways: tuple[Vary, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for vary in ways:
        vary(monkeypatch)
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", cpd="2.0"), scenarios("kommunal-henvisning-flp"))
    ended = {event.scenario: event.reason for event in events if isinstance(event, ScenarioEnded) if not _right(event)}
    assert ended == {}
    assert [each.rule for event in events if isinstance(event, Judged) for each in event.findings] == []


def _right(event: ScenarioEnded) -> bool:
    return event.standing in ("OK", Beside.AWAITING)
