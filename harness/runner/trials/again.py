"""The command that makes a trial again as a run, with its log and evidence: what a trial itself does not leave behind."""

from __future__ import annotations

import shlex

from harness.domain.scenario import Scenario
from harness.runner.options import REFERENCE
from harness.runner.trials.trial import OWN_SET, Trial

PARTNER = "xmo"
"""The other system where a scenario has two: any of the six that has a reference LPS of its own will do."""


def command(trial: Trial, scenario: Scenario) -> str:
    """The line for a shell. The own set must first be copied out of the house, where a withheld set is refused."""
    setting = trial.setting
    parts = ["lps", "run", "--vendor", REFERENCE, "--campaign", setting.campaign, "--rute", setting.rute, "--cpd", setting.cpd]
    parts += ["--tag", f"id:{scenario.tag}"]
    if setting.own_set:
        parts += ["--phase", "certificering", "--data", f"KOPI-AF-{OWN_SET}"]
    if scenario.of_two:
        parts += ["--partner", PARTNER]
    for fault in sorted(trial.faults):
        parts += ["--fault", fault]
        if scenario.of_two:
            parts += ["--fault", f"{PARTNER}:{fault}"]
    return shlex.join(parts)
