"""Carries scenarios out as a worker does: without the reports that pytest makes of an item, which nobody there reads.

What came of a scenario stands in the run's log. A report of one with findings costs more than the scenario itself: its traceback
is laid out with the source of every frame.
"""

from __future__ import annotations

import pytest

from harness.runner.collect import ScenarioItem
from harness.runner.compiled import LISTENERS
from harness.runner.listeners import Listeners
from harness.runner.plugin import RUN


def pytest_sessionstart(session: pytest.Session) -> None:
    """pytest-bdd's own plugin hears nothing of the steps: it times them, for the reports."""
    session.stash[LISTENERS] = Listeners(session.config, deaf=(session.config.pluginmanager.get_plugin("pytest_bdd.plugin"),))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """The whole of a scenario's item; True, so that pytest does nothing more with it.

    Raises what hindered a scenario from ending: it stands in no log, and no other scenario will come further.
    """
    if not isinstance(item, ScenarioItem):
        return None
    error = carry_out(item, nextitem)
    if error is not None and item.config.stash[RUN].under_way:
        raise error
    # Where a run that is to stop does so.
    item.session.stash[LISTENERS].of("pytest_runtest_logfinish")(nodeid=item.nodeid, location=item.location)
    return True


def carry_out(item: pytest.Item, nextitem: pytest.Item | None = None) -> BaseException | None:
    """Set the item up, run it and tear it down, as pytest does; what it raised, which stands in the log too."""
    tell = item.session.stash[LISTENERS].of
    try:
        tell("pytest_runtest_setup")(item=item)
        tell("pytest_runtest_call")(item=item)
    except (Exception, pytest.skip.Exception, pytest.fail.Exception) as error:
        return error
    finally:
        tell("pytest_runtest_teardown")(item=item, nextitem=nextitem)
    return None
