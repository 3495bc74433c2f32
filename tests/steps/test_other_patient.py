"""What is held against another patient is what the test interface speaks of, and nothing else a system may show."""

from __future__ import annotations

from typing import Any

from harness.house import find_house
from harness.steps.other_patient import _LISTS, _PLAN_SCREENS, _SCREENS, TOLD, told_of
from tests.published import read_yaml

CONTRACT = read_yaml(find_house().home / "docs" / "lps-testgraenseflade.openapi.yaml")
VIEWS = (*_SCREENS.values(), *_LISTS.values(), *_PLAN_SCREENS.values(), "udskrift-af-forloebsplan")


def names_in(schema: dict[str, Any]) -> set[str]:
    """The properties a part of the contract speaks of, inside what it points at too."""
    if "$ref" in schema:
        part: Any = CONTRACT
        for step in schema["$ref"].removeprefix("#/").split("/"):
            part = part[step]
        return names_in(part)
    inner = [schema[key] for key in ("items", "schema") if key in schema]
    inner += [*schema.get("properties", {}).values(), *schema.get("content", {}).values()]
    return set(schema.get("properties", {})).union(*(names_in(each) for each in inner))


def test_it_is_what_the_views_of_the_contract_say() -> None:
    answers = [CONTRACT["paths"][f"/visninger/{view}"]["post"]["responses"]["200"] for view in VIEWS]
    assert set().union(*map(names_in, answers)) == TOLD


def test_what_a_system_shows_besides_does_not_count() -> None:
    shown = {"noter": [{"tekst": "A", "vistKl": "10.14"}], "sidstHentet": "i dag"}
    assert told_of(shown) == {"noter": [{"tekst": "A"}]}
