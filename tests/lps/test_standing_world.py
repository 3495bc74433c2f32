"""A real system is not reset between scenarios: the whole campaign holds in one world, from last to first."""

from __future__ import annotations

from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import Observed, ScenarioEnded
from harness.domain.grade import Beside
from harness.runner import session
from harness.runner.mock import services
from harness.runner.mock_stage import MockStage
from harness.runner.wish import Wish
from harness.services.service import USUAL
from harness.steps.story import Story, mark_of

FOLDERS = sorted(path.name for path in HOUSE.features.iterdir() if path.is_dir())


class StandingStage(MockStage):
    """As MockStage, but every attempt is in the world of the first, as in live; its services behave as usual again."""

    _first: Story | None = None

    def story(self, seed: str) -> Story:
        if self._first is None:
            self._first = super().story(seed)
            return self._first
        first, attempt = self._first, self._first.attempt
        for seen in (attempt.inbox.received, attempt.findings, attempt.undecided, attempt.judged):
            seen.clear()
        for service in services():
            first.services.order(service.name, USUAL)
        return Story(
            patients=first.patients,
            profiles=first.profiles,
            driver=first.driver,
            services=first.services,
            time=first.time,
            reader=first.reader,
            ask=first.ask,
            attempt=attempt,
            receiver=first.receiver,
            mark=mark_of(seed),
            sts=first.sts,
            partner=first.partner,
        )


def test_no_scenario_stands_in_the_way_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "stage_for", StandingStage)
    chosen = [each for folder in FOLDERS for each in scenarios(folder) if "tid" not in each.tags]
    events = rehearse(tmp_path / "k", Wish(rute="plsp", cpd="2.0"), reversed(chosen))
    ended = [event for event in events if isinstance(event, ScenarioEnded)]
    assert len(ended) == len(chosen)
    wrong = [(each.scenario, each.standing, each.reason) for each in ended if each.standing not in ("OK", "IR", Beside.AWAITING)]
    assert wrong == []
    assert not [event for event in events if isinstance(event, Observed)], "hver testperson er sat tilbage"


def test_what_can_be_tried_only_once_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "stage_for", StandingStage)
    chosen = [each for each in scenarios("forloebsplan") if each.id in ("FLP-40", "FLP-42", "FLP-43")]
    ended = [each for each in rehearse(tmp_path / "k", Wish(), [*chosen, *chosen]) if isinstance(each, ScenarioEnded)]
    assert [each.standing for each in ended] == ["OK", "OK", "OK", Beside.UNTESTABLE, Beside.UNTESTABLE, "OK"]
    assert "kan kun prøves på en patient, der ikke har haft en" in ended[3].reason
