"""Whether a call to a test interface and its answer follow the published contract. Every scenario's calls: test_decided.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from rehearsal import HOUSE

from harness.domain.event import Event, Exchanged
from tests.published import read_yaml

CONTRACT = read_yaml(HOUSE.home / "docs" / "lps-testgraenseflade.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:kontrakt", Resource(CONTRACT, DRAFT202012))


def used_in(events: list[Event]) -> set[str]:
    """The entrances that messages came to. A post box that is only looked into does not count."""
    came = [event for event in events if isinstance(event, Exchanged)]
    return {each.path.split("/")[1] for each in came if (each.method, each.path[:15]) != ("GET", "/vans/postkasse")}


def problems_of(request: httpx.Request, response: httpx.Response) -> Iterator[str]:
    found = path_of(request.url.path)
    if not found:
        yield f"{request.url.path} står ikke i kontrakten"
        return
    operation = pointer("paths", found, request.method.lower())
    if request.content not in (b"", b"{}"):
        yield from broken(f"{operation}/requestBody", json.loads(request.content), f"{found} spørger")
    yield from broken(f"{operation}/responses/{response.status_code}", response.json(), f"{found} svarer {response.status_code}")


def broken(place: str, value: Any, what: str) -> Iterator[str]:
    schema = schema_at(place)
    if schema is None:
        yield f"{what}: står ikke i kontrakten"
        return
    for error in Draft202012Validator({"$ref": f"urn:kontrakt#{schema}"}, registry=REGISTRY).iter_errors(value):
        yield f"{what}: {error.json_path}: {error.message}"


@cache
def path_of(path: str) -> str:
    """The contract's path that `path` is one of."""
    asked = path.split("/")
    for each in CONTRACT["paths"]:
        parts = each.split("/")
        if len(parts) == len(asked) and all(
            part == there or part.startswith("{") for part, there in zip(parts, asked, strict=True)
        ):
            return str(each)
    return ""


@cache
def schema_at(place: str) -> str | None:
    """The JSON pointer of the schema at an operation's body or answer, through references; None when nothing stands there."""
    value: Any = CONTRACT
    for part in place.strip("/").split("/"):
        value = value.get(part.replace("~1", "/").replace("~0", "~"))
        if value is None:
            return None
    if "$ref" in value:
        return schema_at(value["$ref"].removeprefix("#"))
    return f"{place}/content/application~1json/schema"


def pointer(*parts: str) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def test_a_call_that_does_not_follow_the_contract_is_told() -> None:
    """The check itself can fail."""
    request = httpx.Request("POST", "http://lps/visninger/behovsvurdering", json={"cpr": 1})
    told = problems_of(request, httpx.Response(200, json={"vurderinger": [{"elementer": 1}]}))
    assert {problem.partition(":")[0] for problem in told} == {
        "/visninger/behovsvurdering spørger",
        "/visninger/behovsvurdering svarer 200",
    }
