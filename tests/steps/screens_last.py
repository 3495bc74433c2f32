"""In a *Så*, what was sent is judged before the screen is read: where a tester judges the screen, the step ends there.

Loaded with the features (`pytest features -p tests.steps.screens_last`): then a step that reads the screen first fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from harness.lps.adapter import AdapterDriver
from harness.lps.driver import Act, Shown, View
from harness.record.inbox import Inbox

_NOW: dict[str, Any] = {"step": "", "expects": False, "read": False}


class _Watched(Mapping[str, Any]):
    """What an LPS shows; that it was read is noted."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self._shown = shown

    def __getitem__(self, name: str) -> Any:
        _NOW["read"] = _NOW["expects"]
        return self._shown[name]

    def __iter__(self) -> Iterator[str]:
        _NOW["read"] = _NOW["expects"]
        return iter(self._shown)

    def __len__(self) -> int:
        return len(self._shown)


class ScreenFirst(Exception):
    """A step looked at what was sent after it had read the screen."""


def _watching(original: Callable[..., Shown]) -> Callable[..., Shown]:
    def watched(self: AdapterDriver, what: Act | View) -> Shown:
        shown = original(self, what)
        return shown if getattr(what, "compared", False) else Shown(_Watched(shown.content))

    return watched


class _Received(list[Any]):
    """The inbox's messages: whoever counts or goes through them looks at what was sent."""

    def __iter__(self) -> Iterator[Any]:
        if _NOW["read"]:
            raise ScreenFirst(f"{_NOW['step']}: what was sent is looked at after the screen was read.")
        return super().__iter__()


def pytest_configure() -> None:
    """Watch every screen, and every look at what was sent."""
    for name in ("do", "show"):
        setattr(AdapterDriver, name, _watching(getattr(AdapterDriver, name)))
    begin = Inbox.__init__

    def begun(self: Inbox, *arguments: Any) -> None:
        begin(self, *arguments)
        self.received = _Received()

    Inbox.__init__ = begun  # type: ignore[method-assign]


def pytest_bdd_before_step_call(step: Any, step_func: Callable[..., Any]) -> None:
    """A step begins."""
    _NOW.update(step=f"{step_func.__module__}.{step_func.__name__}", expects=step.type == "then", read=False)


def pytest_bdd_after_step() -> None:
    """It is over."""
    _NOW.update(read=False, expects=False)


@pytest.hookimpl
def pytest_bdd_step_error() -> None:
    """It is over."""
    _NOW.update(read=False, expects=False)
