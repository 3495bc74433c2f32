"""Every operation of our own contracts, with whatever the contract allows and with what it does not: an answer it knows, never a
breakdown, and a log that can be read.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from open_world import OpenWorld
from schemathesis.generation import GenerationMode

from harness.domain.exchange import Request, Response
from harness.house import find_house
from harness.record.log import LOG_NAME, read_log
from harness.runner.mock import services

DOCS = find_house().home / "docs"
CONTRACTS = sorted(path.name for path in DOCS.glob("*.openapi.yaml") if not path.name.startswith(("lps-", "tavle")))
"""Those of the services; the system's and the wall's are tried where they are answered."""
EXAMPLES = 300 if "LPS_ALL" in os.environ else 4
AT_THE_DOOR = {403, 404, 413}
"""What the door answers before a service is asked: a foreign CPR number, no service on the path, too much."""


def operations() -> list[Any]:
    found = []
    for name in CONTRACTS:
        schema = schemathesis.openapi.from_dict(yaml.safe_load((DOCS / name).read_text("utf-8")))
        found += [
            pytest.param(each.ok(), id=f"{name.partition('.')[0]} {each.ok().label}") for each in schema.get_all_operations()
        ]
    return found


def can_be_wrong(operation: Any) -> bool:
    """Whether the contract says something that a generated call can break: parameters, or the fields of a body."""
    bodies = [each for each in operation.body if "json" in each.media_type]
    return bool(bodies or operation.query or operation.path_parameters)


def request_of(case: Any) -> httpx.Request:
    """The generated call, without what only its generator adds."""
    given = case.as_transport_kwargs(base_url="http://127.0.0.1")
    headers = {name: str(value) for name, value in given.get("headers", {}).items() if name.lower() != "user-agent"}
    body = given.get("data")
    content = {} if given.get("json") is not None or not isinstance(body, bytes | str) else {"content": body}
    return httpx.Request(
        given["method"], given["url"], params=given.get("params"), headers=headers, json=given.get("json"), **content
    )


def unknown(operation: Any, world: OpenWorld, call: httpx.Request) -> str:
    """How the answer is another than the contract knows; empty when it is one."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in call.headers.raw)
    answer = world.send(Request(call.method, call.url.raw_path.decode("ascii"), headers, call.read()))
    if not isinstance(answer, Response):
        return f"{type(answer).__name__}: no answer at once"
    declared = {int(each) for each in operation.definition.raw["responses"] if each.isdigit()}
    if answer.status not in declared | AT_THE_DOOR:
        return f"{answer.status}, of {sorted(declared)}: {answer.body[:200]!r}"
    told = httpx.Response(answer.status, headers=list(answer.headers), content=answer.body, request=call)
    told.elapsed = timedelta(0)
    operation.validate_response(told)  # raises what differs
    return ""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", operations())
def test_every_operation_answers_as_its_contract_says(operation: Any, mode: GenerationMode, tmp_path: Path) -> None:
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
        pytest.skip("kontrakten siger intet om, hvad der sendes, som kan brydes ved at ændre et felt")
    with OpenWorld(tmp_path, services=services()) as world:

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @seed(2027)
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: Any) -> None:
            assert unknown(operation, world, request_of(case)) == ""

        answers()
    assert list(read_log(tmp_path / LOG_NAME))
