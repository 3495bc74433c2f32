"""A scenario the campaign has switched off for a system stands as IR in that system's log, with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.domain.event import ScenarioEnded
from harness.domain.grade import Grade
from harness.domain.requirement import Switch
from harness.domain.scenario import Scenario
from harness.record.log import LOG_NAME, read_log
from harness.runner.options import Wish, prepare
from harness.runner.session import RunSession

SCENARIO = Scenario("BEHOV-07", "", "", "", "features/a/b.feature", 1, frozenset({"KP-08"}), ())


@pytest.mark.parametrize(("system", "why"), [("novax", "Der er ingen algoritme. Besluttet af: MedCom."), ("xmo", "")])
def test_a_switch_gives_ir_with_its_reason(tmp_path: Path, system: str, why: str) -> None:
    setup = prepare(Wish(vendor=system))
    switch = Switch("KP-08", ("novax",), "Der er ingen algoritme.", "MedCom")
    run = RunSession(
        replace(setup, campaigns=tuple(replace(each, switches=(switch,)) for each in setup.campaigns)),
        tmp_path,
        planned=(SCENARIO.id,),
    )
    run.begin(SCENARIO)
    assert run.irrelevant(SCENARIO) == why
    run.end(Grade.IR if why else Grade.OK, why)
    run.close()
    (ended,) = (entry.event for entry in read_log(tmp_path / LOG_NAME) if isinstance(entry.event, ScenarioEnded))
    assert (ended.standing, ended.reason) == (("IR", why) if why else ("OK", ""))
