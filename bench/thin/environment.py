"""Our own features under behave: a plain story for each scenario, as for the plain test functions (`bench/plain`)."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from plain_world import plain_story


def before_all(context: Any) -> None:
    """Nothing is counted yet."""
    context.counted = Counter()


def before_scenario(context: Any, scenario: Any) -> None:
    """A fresh world. The file and the line make the scenario's ids and marks its own."""
    context.story = plain_story(os.environ["LPS_BENCH_RUTE"], str(scenario.location), context.counted)


def after_scenario(context: Any, _scenario: Any) -> None:
    """What nobody judged is judged, as after a scenario of ours."""
    context.story.messages.judge()
    context.story.messages.texts_are_own()
    context.counted["tests"] += 1


def after_all(context: Any) -> None:
    """Tell how much was done."""
    Path(os.environ["LPS_BENCH_COUNTS"]).write_text(json.dumps(context.counted), encoding="utf-8")
