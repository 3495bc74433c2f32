"""The step of a scenario that nobody has written yet: it keeps the scenario from ever being OK."""

from __future__ import annotations

from pytest_bdd import given, then

from harness.lps.driver import CannotAct
from harness.steps.story import Story


@given("at scenariet ikke er skrevet færdigt")
@then("er scenariet ikke skrevet færdigt")
def not_written(story: Story) -> None:
    """Står i et scenarie fra `lps new scenario`, indtil dets egne trin er skrevet. Så længe kan scenariet ikke testes."""
    raise CannotAct("Scenariet er ikke skrevet færdigt. Skriv dets trin (docs/trin.md), og slet de linjer, der siger det.")
