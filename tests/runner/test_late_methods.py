"""A dataclass whose methods are made late is the dataclass it would have been."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, InitVar, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harness.runner.late_methods import _making_late, make_methods_late

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="only CPython 3.11 is known")
Made = dict[str, Any]


def classes() -> Made:
    """Some of each kind, made as dataclasses are made now."""

    @dataclass(frozen=True, slots=True)
    class Value:
        name: str
        many: tuple[int, ...] = ()

    @dataclass(frozen=True, slots=True)
    class Wider(Value):
        more: dict[str, int] = field(default_factory=dict, compare=False)

        def __str__(self) -> str:
            return f"mere {self.name}"

    @dataclass(order=True, kw_only=True)
    class Ordered:
        number: int
        hidden: int = field(default=7, repr=False)

    @dataclass(unsafe_hash=True)
    class Initialised:
        given: InitVar[int]
        twice: int = field(init=False)

        def __post_init__(self, given: int) -> None:
            self.twice = 2 * given

    @dataclass
    class Explicit(Initialised):
        own: str = "egen"

        def __init__(self, given: int) -> None:
            super().__init__(given)
            self.own = "sat"

    @dataclass(eq=False, repr=False)
    class Bare:
        self_: object = None

    @dataclass
    class Itself:
        self: int
        inner: Any = None

    return {each.__name__: each for each in (Value, Wider, Ordered, Initialised, Explicit, Bare, Itself)}


def late_classes(monkeypatch: pytest.MonkeyPatch) -> Made:
    with monkeypatch.context() as patched:
        patched.setattr(dataclasses, "_create_fn", _making_late(dataclasses._create_fn))  # type: ignore[attr-defined]
        return classes()


def _raised(act: Callable[[], object]) -> object:
    try:
        return act()
    except (TypeError, FrozenInstanceError) as error:
        return type(error).__name__, str(error)


TRIED: dict[str, Callable[[Made], object]] = {
    "init": lambda made: repr(made["Value"]("a", (1,))),
    "by name": lambda made: repr(made["Wider"](name="a", more={"x": 1})),
    "too few": lambda made: _raised(made["Value"]),
    "too many": lambda made: _raised(lambda: made["Value"]("a", (), 1)),
    "unknown": lambda made: _raised(lambda: made["Value"]("a", other=1)),
    "equal": lambda made: (made["Value"]("a") == made["Value"]("a"), made["Value"]("a") == made["Wider"]("a")),
    "not its own": lambda made: made["Value"]("a") == "a",
    "hash": lambda made: len({made["Value"]("a"), made["Value"]("a"), made["Value"]("b")}),
    "frozen": lambda made: _raised(lambda: setattr(made["Value"]("a"), "name", "b")),
    "not deleted": lambda made: _raised(lambda: delattr(made["Wider"]("a"), "name")),
    "no other": lambda made: _raised(lambda: setattr(made["Wider"]("a"), "andet", "b")),
    "str": lambda made: str(made["Wider"]("a")),
    "order": lambda made: sorted([made["Ordered"](number=2), made["Ordered"](number=1)])[0].number,
    "order of others": lambda made: _raised(lambda: made["Ordered"](number=2) < 3),
    "hidden": lambda made: repr(made["Ordered"](number=2)),
    "given": lambda made: (made["Initialised"](4).twice, hash(made["Initialised"](4))),
    "explicit": lambda made: repr(made["Explicit"](4)),
    "a field called self": lambda made: made["Itself"](self=3).self,
    "itself in itself": lambda made: _in_itself(made["Itself"](1)),
    "replaced": lambda made: dataclasses.replace(made["Wider"]("a"), many=(2,)).many,
    "copied": lambda made: copy.deepcopy(made["Wider"]("a", (1,), {"x": 1})).more,
    "as dict": lambda made: dataclasses.asdict(made["Wider"]("a")),
    "fields": lambda made: [each.name for each in dataclasses.fields(made["Wider"])],
    "names": lambda made: [(each.__init__.__name__, each.__init__.__qualname__) for each in made.values()],
}


def _in_itself(value: Any) -> str:
    value.inner = value
    return repr(value)


@pytest.mark.parametrize("name", TRIED)
def test_each_does_what_it_would_have_done(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    late, stock = late_classes(monkeypatch), classes()
    expected = TRIED[name](stock)
    assert TRIED[name](late) == expected
    assert TRIED[name](late) == expected, "also once it is made"


def test_a_method_is_made_once_and_is_the_stock_one_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    late, stock = late_classes(monkeypatch), classes()
    before = late["Value"].__init__
    wider = late["Wider"]("a")
    assert late["Value"].__init__ is before, "another class's own"
    late["Value"]("a")
    for name in ("Value", "Wider"):
        assert late[name].__init__.__code__ == stock[name].__init__.__code__
        assert late[name].__init__.__qualname__ == stock[name].__init__.__qualname__
        assert late[name].__init__.__annotations__ == stock[name].__init__.__annotations__
    assert late["Value"].__hash__.__code__ != stock["Value"].__hash__.__code__, "nobody has asked for it"
    assert wider == late["Wider"]("a")
    assert late["Wider"].__eq__.__code__ == stock["Wider"].__eq__.__code__


PROGRAM = """\
import json
from harness.runner.late_methods import make_methods_late
made = [make_methods_late(), make_methods_late()]
import dataclasses
from harness.domain.event import StepStarted
from harness.record.log import decode_event
before = StepStarted.__init__.__code__.co_name
event = StepStarted(1, "Givet", "x")
assert decode_event({"number": 1, "keyword": "Givet", "text": "x", "kind": "step_started"}) == event
print(json.dumps([made, before, StepStarted.__init__.__code__.co_name, repr(event)]))
"""


@pytest.mark.parametrize(("steps", "put_in"), [("", True), ("stock", False)])
def test_it_is_put_in_once_for_a_process_and_not_where_everything_is_to_be_stock(steps: str, put_in: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "LPS_STEPS": steps, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = "StepStarted(number=1, keyword='Givet', text='x', kind='step_started')"
    assert json.loads(done.stdout) == [[put_in] * 2, "method" if put_in else "__init__", "__init__", shown]


def test_with_another_python_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = dataclasses._create_fn  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "version_info", (3, 12, 0))
    assert make_methods_late() is False
    assert dataclasses._create_fn is stock  # type: ignore[attr-defined]
