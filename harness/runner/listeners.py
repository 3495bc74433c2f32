"""Tells those who listen to a hook, straight away: pluggy's way to them costs more than most of what they do.

Who is told, in which order and with what is pluggy's. A hook whose first answer counts, one with a wrapper around its listeners,
and every hook while somebody looks on (`pytest --debug`), is called by pluggy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest
from pluggy import HookCaller, HookImpl
from pluggy._callers import _multicall

Tell = Callable[..., object]
"""Takes what the hook's listeners are told, by name, and answers nothing."""


class Listeners:
    """Those who listen to the hooks of a session.

    `deaf`: plugins that are told nothing, since nobody will ask what they heard.
    """

    def __init__(self, config: pytest.Config, deaf: Collection[object] = ()) -> None:
        self._config = config
        self._deaf = deaf
        self._known: dict[str, tuple[list[HookImpl], Tell]] = {}

    def of(self, name: str) -> Tell:
        """How those are told who listen to the hook called `name` now."""
        caller: HookCaller = getattr(self._config.hook, name)
        listening = caller.get_hookimpls()
        if self._config.pluginmanager._inner_hookexec is not _multicall:
            return caller
        known = self._known.get(name)
        if known is None or known[0] != listening:
            known = self._known[name] = listening, self._straight(caller, listening)
        return known[1]

    def _straight(self, caller: HookCaller, listening: list[HookImpl]) -> Tell:
        first_counts = caller.spec is not None and caller.spec.opts.get("firstresult")
        if first_counts or any(each.wrapper or each.hookwrapper or each.kwargnames for each in listening):
            return caller
        told = [(each.function, each.argnames) for each in reversed(listening) if each.plugin not in self._deaf]

        def tell(**what: Any) -> None:
            for function, names in told:
                function(*[what[name] for name in names])

        return tell
