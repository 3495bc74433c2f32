"""Those who listen to a hook are told as pluggy tells them."""

from __future__ import annotations

from typing import Any

import pluggy
import pytest

from harness.runner.listeners import Listeners

spec, impl = pluggy.HookspecMarker("prøve"), pluggy.HookimplMarker("prøve")


class Specs:
    @spec
    def said(self, who: str, what: str) -> None: ...

    @spec(firstresult=True)
    def asked(self, who: str) -> str | None: ...


class Listener:
    def __init__(self, name: str, heard: list[Any]) -> None:
        self.name = name
        self.heard = heard

    @impl
    def said(self, what: str) -> str:
        self.heard.append((self.name, what))
        return self.name


class First(Listener):
    @impl(tryfirst=True)
    def said(self, who: str, what: str) -> str:
        return super().said(f"{who}: {what}")

    @impl
    def asked(self) -> str:
        return self.name


class Wrapper(Listener):
    @impl(wrapper=True)
    def said(self) -> Any:
        self.heard.append((self.name, "før"))
        yield
        self.heard.append((self.name, "efter"))


class Usual(Listener):
    @impl
    def said(self, who: str, what: str = "intet") -> str:
        return super().said(f"{who} {what}")


class Breaking(Listener):
    @impl
    def said(self) -> str:
        raise ValueError(self.name)


class Config:
    """As much of pytest's as is asked for."""

    def __init__(self, *plugins: object) -> None:
        self.pluginmanager = pluggy.PluginManager("prøve")
        self.pluginmanager.add_hookspecs(Specs)
        for each in plugins:
            self.pluginmanager.register(each)
        self.hook = self.pluginmanager.hook


def told(kinds: list[type[Listener]], straight: bool) -> list[Any]:
    heard: list[Any] = []
    config: Any = Config(*(kind(str(number), heard) for number, kind in enumerate(kinds)))
    tell = Listeners(config).of("said") if straight else config.hook.said
    try:
        tell(who="Elmer", what="hej")
    except ValueError as error:
        heard.append(str(error))
    return heard


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        [Listener, First, Listener],
        [First, Listener, Listener],
        [Listener, Breaking, Listener],
        [Listener, Wrapper, Listener],
        [Listener, Usual],
    ],
    ids=lambda kinds: "-".join(kind.__name__ for kind in kinds),
)
def test_they_are_told_the_same_in_the_same_order(kinds: list[type[Listener]]) -> None:
    assert told(kinds, straight=True) == told(kinds, straight=False)


def test_whoever_comes_and_goes_is_known_the_next_time() -> None:
    heard: list[Any] = []
    early, late = Listener("tidlig", heard), Listener("sen", heard)
    config: Any = Config(early)
    listeners = Listeners(config)
    listeners.of("said")(who="", what="1")
    config.pluginmanager.register(late)
    listeners.of("said")(who="", what="2")
    config.pluginmanager.unregister(early)
    listeners.of("said")(who="", what="3")
    assert heard == [("tidlig", "1"), ("sen", "2"), ("tidlig", "2"), ("sen", "3")]


def test_a_deaf_one_hears_nothing() -> None:
    heard: list[Any] = []
    deaf = First("døv", heard)
    config: Any = Config(Listener("a", heard), deaf)
    Listeners(config, deaf=(deaf,)).of("said")(who="", what="hej")
    assert heard == [("a", "hej")]


def test_the_first_answer_counts_where_it_does() -> None:
    config: Any = Config(First("en", []), First("to", []))
    assert Listeners(config).of("asked")(who="") == "to"


def test_whoever_looks_on_sees_every_call() -> None:
    config: Any = Config(Listener("a", []))
    listeners = Listeners(config)
    listeners.of("said")(who="", what="1")
    seen: list[str] = []
    stop = config.pluginmanager.add_hookcall_monitoring(lambda name, *_: seen.append(name), lambda *_: None)
    listeners.of("said")(who="", what="2")
    stop()
    listeners.of("said")(who="", what="3")
    assert seen == ["said"]
