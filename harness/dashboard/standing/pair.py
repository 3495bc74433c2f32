"""Whose a result of a run of two is."""

from __future__ import annotations

from harness.domain.event import RunStarted
from harness.domain.grade import Grade, Standing, worst
from harness.record.fold import ScenarioState


def sides_of(scenario: ScenarioState, started: RunStarted, own: Standing) -> tuple[tuple[str, Standing], ...]:
    """The run's own system and its partner, each with its own standing; `own` is the scenario's.

    A finding that names its side is the partner's. Where nothing is laid on the partner, it stands as the scenario does when
    nothing could be judged, and else as what was judged without a finding.
    """
    laid = [each.grade for each in scenario.findings if each.side == started.partner and each.grade is not None]
    other = worst(laid) if laid else own if not isinstance(own, Grade) or own is Grade.IR else Grade.OK
    return (started.system, own), (started.partner, other)
