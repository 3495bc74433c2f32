"""Asks a tester which values of their own a scenario is to enter, and makes of them the set its next attempt is on."""

from __future__ import annotations

from collections.abc import Callable

from harness.domain.data_set import DataSet, Kind
from harness.domain.own_values import OwnValue, own_values, typed
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted
from harness.domain.scenario import Scenario
from harness.lps.driver import Skipped
from harness.runner.setup import RunSetup


def choose(ask: Callable[[Prompt], Answer], shipped: Scenario, setup: RunSetup, attempt: int) -> DataSet | None:
    """The set of the run with what the tester typed put before it. A scenario without texts and numbers is not asked about.

    Raises Skipped when the tester skips the scenario.
    """
    data = setup.data or DataSet("", frozenset(setup.patients))
    own = own_values(shipped, data)
    if not own:
        return setup.data
    name = f"{shipped.id}: {shipped.title}"
    answer = ask(Prompt(f"{shipped.id}/{attempt}/0", Wanted.CHOOSE, 0, name, fields=tuple(map(_field, own)), own=own))
    if answer.outcome is Outcome.SKIPPED:
        raise Skipped(f"{answer.by} sprang over: {answer.remark}")
    return data.with_own(shipped.id, typed(own, answer.values))


def _field(own: OwnValue) -> Field:
    shipped = "" if own.stands == own.name else f" I det udleverede sæt: “{own.name}”."
    number = " Tallet alene er nok." if own.kind is Kind.NUMBER else ""
    return Field(own.field, own.stands, "tekst", hint=f"{own.step}.{shipped}{number}")
