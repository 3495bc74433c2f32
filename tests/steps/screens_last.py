"""In a *Så*, what was sent is judged before the screen is read: where a tester judges the screen, the step ends there.

Loaded with the features (`pytest features -p tests.steps.screens_last`): then a step that reads the screen first fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from harness.domain.exchange import Answer
from harness.domain.sharing import PlanInLps
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import Act, Shown, View
from harness.record.inbox import Inbox
from harness.services.world import World

_NOW: dict[str, Any] = {"step": "", "expects": False, "read": False}


class _Watched(Mapping[str, Any]):
    """What an LPS shows; that it was read is noted."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self.shown = shown

    def __getitem__(self, name: str) -> Any:
        _NOW["read"] = _NOW["expects"]
        return self.shown[name]

    def __iter__(self) -> Iterator[str]:
        _NOW["read"] = _NOW["expects"]
        return iter(self.shown)

    def __len__(self) -> int:
        return len(self.shown)


class ScreenFirst(Exception):
    """A step looked at what was sent after it had read the screen."""


def _watching(original: Callable[..., Shown]) -> Callable[..., Shown]:
    def watched(self: AdapterDriver, what: Act | View) -> Shown:
        return Shown(_Watched(original(self, what).content))

    return watched


def _unwatched(shown: Shown) -> Shown:
    """What is read off, and not judged."""
    return Shown(shown.content.shown) if isinstance(shown.content, _Watched) else shown


def _watching_plan(original: Callable[..., PlanInLps]) -> Callable[..., PlanInLps]:
    def watched(self: AdapterDriver, key: str, read_off: bool = False) -> PlanInLps:
        _NOW["read"] = _NOW["read"] or (_NOW["expects"] and not read_off)
        return original(self, key)

    return watched


def _watching_services(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def watched(self: World, sender: str, *arguments: Any) -> Answer:
        if sender == "harness":
            _refuse_after_the_screen()
        return original(self, sender, *arguments)

    return watched


def _refuse_after_the_screen() -> None:
    if _NOW["read"]:
        raise ScreenFirst(f"{_NOW['step']}: what was sent is looked at after the screen was read.")


class _Received(list[Any]):
    """The inbox's messages: whoever counts or goes through them looks at what was sent."""

    def __iter__(self) -> Iterator[Any]:
        _refuse_after_the_screen()
        return super().__iter__()


def pytest_configure() -> None:
    """Watch every screen, and every look at what was sent."""
    for name in ("do", "show"):
        setattr(AdapterDriver, name, _watching(getattr(AdapterDriver, name)))
    AdapterDriver.plan = _watching_plan(AdapterDriver.plan)  # type: ignore[method-assign]
    Shown.read_off = _unwatched  # type: ignore[method-assign]
    World.receive = _watching_services(World.receive)  # type: ignore[method-assign]
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
