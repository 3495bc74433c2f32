"""Two monitors never hold the same item, and two browsers never use the same link, however many of them try at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_postgresql import a_server
from sqlalchemy import Engine

from harness.dashboard.access.limits import begin_attempt
from harness.dashboard.access.register import Register
from harness.dashboard.access.secret import Secret
from harness.dashboard.access.tables import TOKENS
from harness.dashboard.database import address_in, open_database
from harness.dashboard.worklist.claims import CLAIMS, Claims
from harness.domain.access import Right

MONITORS = ("Anna Bek", "Bo Dal", "Carl Eg", "Dora Fog")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engines(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """The same database, opened by each monitor's own process, as it were."""
    if request.param == "sqlite":
        address = address_in(tmp_path_factory.mktemp("tavle"))
        yield from _opened(address)
    else:
        with a_server() as server:
            yield from _opened(server.address)


def _opened(address: str) -> Iterator[list[Engine]]:
    found = [open_database(address) for _ in MONITORS]
    yield found
    for each in found:
        each.dispose()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["tag", "slip"]), st.sampled_from(["a", "b"])), min_size=1, max_size=8),
        min_size=2,
        max_size=4,
    )
)
def test_nobody_holds_what_another_holds(engines: list[Engine], plans: list[list[tuple[str, str]]]) -> None:
    with engines[0].begin() as connection:
        connection.execute(CLAIMS.delete())
    holding: dict[str, list[str]] = {"a": [], "b": []}
    broken: list[str] = []
    together = threading.Barrier(len(plans))

    def work(monitor: str, claims: Claims, plan: list[tuple[str, str]]) -> None:
        together.wait(timeout=30)
        for act, item in plan:
            if act == "tag" and monitor not in holding[item]:
                if claims.take(item, monitor) == monitor:
                    holding[item].append(monitor)
                    if holding[item] != [monitor]:
                        broken.append(f"{item}: {holding[item]}")
            elif act == "slip" and monitor in holding[item]:
                holding[item].remove(monitor)
                claims.release(item, monitor)

    with ThreadPoolExecutor(len(plans)) as pool:
        done = [pool.submit(work, MONITORS[n], Claims(engines[n]), plan) for n, plan in enumerate(plans)]
        for each in done:
            each.result(timeout=60)
    assert broken == []
    held = {item: claim.holder for item, claim in Claims(engines[0]).held().items()}
    assert held == {item: own[0] for item, own in holding.items() if own}


def test_who_is_told_to_have_it_has_it(engines: list[Engine]) -> None:
    for _ in range(10):
        with engines[0].begin() as connection:
            connection.execute(CLAIMS.delete())
        together = threading.Barrier(len(MONITORS))

        def take(number: int, together: threading.Barrier = together) -> str:
            together.wait(timeout=30)
            return Claims(engines[number]).take("a", MONITORS[number])

        with ThreadPoolExecutor(len(MONITORS)) as pool:
            told = set(pool.map(take, range(len(MONITORS))))
        assert told == {Claims(engines[0]).holder("a")}


def test_a_link_lets_in_one_of_many_who_use_it_at_once(engines: list[Engine]) -> None:
    registers = [Register(each) for each in engines]
    token, secret = registers[0].issue(Right.READER, "Læser")
    for _ in range(10):
        link, together = registers[0].new_link(token.id), threading.Barrier(len(engines))

        def enter(number: int, link: Secret = link, together: threading.Barrier = together) -> Secret | None:
            together.wait(timeout=30)
            return registers[number].enter_by_link(link)

        with ThreadPoolExecutor(len(engines)) as pool:
            cookies = [each for each in pool.map(enter, range(len(engines))) if each is not None]
        assert len(cookies) == 1
        _, sessions = registers[0].live({})
        assert sessions[cookies[0].id].token == token.id
    assert begin_attempt(registers[0], "192.0.2.1", secret, TOKENS) > 0
    registers[0].revoke(token.id)
    assert registers[1].live({cookies[0].id: 0.0}) == ({}, sessions)


def test_taking_twice_is_taking_once_and_nobody_lets_go_of_anothers(tmp_path: Path) -> None:
    engine = open_database(address_in(tmp_path))
    claims = Claims(engine)
    assert [claims.take("a", "Bo Dal"), claims.take("a", "Bo Dal"), claims.take("a", "Anna Bek")] == ["Bo Dal"] * 3
    assert not claims.release("a", "Anna Bek")
    assert claims.release("a", "Bo Dal")
    assert claims.take("a", "Anna Bek") == "Anna Bek"
    engine.dispose()
