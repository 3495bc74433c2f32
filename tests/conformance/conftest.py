"""In every test of a rule: what it finds can be read by whoever must mend it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.conformance import rule
from harness.domain.finding import Finding, Location


@pytest.fixture(autouse=True)
def _each_finding_is_told_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding says where, what was expected and what was there; a rule that is not judged says why."""
    finding, init = rule._finding, rule.Judgement.__init__

    def told(*given: Any) -> Finding:
        found = finding(*given)
        assert isinstance(found.location, Location), f"{found.rule} does not say where"
        for what in (found.location.file, found.expected, found.actual):
            assert isinstance(what, str), f"{found.rule} says {what!r}"
            assert what.strip(), f"{found.rule} leaves a word out: {found}"
        return found

    def judged(made: rule.Judgement, *given: Any, **named: Any) -> None:
        init(made, *given, **named)
        assert isinstance(made.rule, rule.Rule)
        if made.result is rule.Result.NOT_JUDGED:
            assert isinstance(made.reason, str), f"{made.rule.id} says {made.reason!r}"
            assert made.reason.strip(), f"{made.rule.id} does not say why it was not judged"

    monkeypatch.setattr(rule, "_finding", told)
    monkeypatch.setattr(rule.Judgement, "__init__", judged)
