"""Which variations are tried together, and how the guilty is named."""

from __future__ import annotations

from harness.domain.variation import Tried, Variation, guilty, rounds


def made(id: str, **more: object) -> Variation:
    return Variation(id, "Noget er anderledes.", "En standard", **more)  # type: ignore[arg-type]


def test_two_of_a_group_are_never_together_and_what_one_needs_is() -> None:
    catalogue = [
        made("a", group="g"),
        made("b", group="g"),
        made("c"),
        made("d", companions=frozenset({"b"})),
        made("e", tried=Tried.TCP),
    ]
    assert rounds(catalogue) == ({"a", "c"}, {"b", "d"})
    assert rounds([*catalogue, made("f"), made("g"), made("h"), made("i")]) == ({"a", "c", "f", "h"}, {"b", "d", "g", "i"})


def test_what_one_needs_counts_as_its_group() -> None:
    catalogue = [made("a", group="g"), made("b", group="g"), made("c", companions=frozenset({"a"}), group="h")]
    assert rounds(catalogue) == ({"a", "c"}, {"b"})


def test_the_guilty_is_found_alone_or_with_the_one_it_needs() -> None:
    names = list("abcdefgh")
    asked: list[frozenset[str]] = []

    def fails(some: frozenset[str]) -> bool:
        asked.append(some)
        return "f" in some

    assert guilty(names, fails) == ("f",)
    assert len(asked) <= 6
    assert set(guilty(names, lambda some: {"b", "g"} <= some)) == {"b", "g"}
    assert set(guilty(names, lambda some: {"c", "d"} <= some)) == {"c", "d"}
