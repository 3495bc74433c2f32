"""The index: what it keeps is what the logs say, also when the database goes away at the worst moment."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from day_of_runs import (
    ALL_OK,
    ALONE,
    NINE,
    SUITE,
    Kept,
    Moving,
    a_wall,
    attempt,
    finding,
    ground,
    read_all,
    started,
    whole,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from own_postgresql import Server, a_server
from sqlalchemy import Column, Integer, Table, create_engine, event, insert, select, text, update
from sqlalchemy.exc import OperationalError

from harness.dashboard.database import METADATA, open_database
from harness.dashboard.following.follower import Follower
from harness.dashboard.index.store import Index
from harness.dashboard.index.tables import RESULTS, RUNS
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.standing.reading import Known
from harness.domain.grade import Grade

PATIENCE = 20.0
LATER = NINE + timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{(tmp_path / 'tavle.db').as_posix()}"
        return
    found: Server = request.getfixturevalue("server")
    yield found.address
    engine = create_engine(found.address)
    METADATA.drop_all(engine)
    engine.dispose()


def an_index(address: str, told: list[str] | None = None) -> Index:
    engine = open_database(address)
    if engine.dialect.name == "sqlite":  # a test does not wait five seconds for a lock
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20"))
        engine.dispose()
    return Index(engine, (told if told is not None else []).append)


def a_day(reports: Path) -> list[str]:
    """Four runs, of which one is of two and one is not over."""
    return [
        write(reports, whole({**ALL_OK, "DEL-01": "F2", "HEN-01": "afventer"})),
        write(reports, whole({"DEL-01": "OK"}, run="r2", selection="id:DEL-01", planned=("DEL-01",)), LATER),
        write(reports, [started("xmo"), *attempt("DEL-01"), *attempt("HEN-01", "", finding(Grade.F1))]),
        write(
            reports,
            [started("xmo", "r3", partner="novax", planned=("PAR-01",)), *attempt("PAR-01", "OK", finding(Grade.F3, "novax"))],
        ),
    ]


def shown(wall: LiveWall) -> object:
    systems = [each.id for each in wall.grids("dagen")[0].rows]
    return wall.grids("dagen"), wall.progress("dagen"), wall.trend("dagen"), [wall.runs("dagen", each) for each in systems]


def by_name(known: list[Known]) -> dict[str, Known]:
    return {each.run.name: each for each in known}


def test_what_is_loaded_is_what_was_kept_and_the_wall_is_the_same(tmp_path: Path, address: str) -> None:
    index, kept, clock = an_index(address), Kept(), Moving(LATER)
    index.start()
    wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), clock)
    beside = a_wall(tmp_path, kept, clock)
    names = a_day(tmp_path)
    read_all(wall, tmp_path, *names)
    read_all(beside, tmp_path, *names)
    assert index.written(PATIENCE)
    index.stop()
    again = an_index(address)
    known = again.load()
    assert by_name(known) == kept.runs
    assert shown(LiveWall(ground(), tmp_path, lambda _: SUITE, again, known, clock)) == shown(wall)
    again.stop()


def test_clear_forgets_the_runs_and_leaves_what_other_rooms_keep(tmp_path: Path, address: str) -> None:
    claims = Table("tavle_test_claims", METADATA, Column("id", Integer, primary_key=True), extend_existing=True)
    try:
        index = an_index(address)
        index.start()
        wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), Moving())
        names = a_day(tmp_path)
        read_all(wall, tmp_path, *names)
        assert index.written(PATIENCE)
        index.stop()
        engine = open_database(address)
        with engine.begin() as connection:
            connection.execute(insert(claims), [{"id": 7}])
        anew = an_index(address)
        anew.clear()
        assert anew.load() == []
        rebuilt = LiveWall(ground(), tmp_path, lambda _: SUITE, anew, (), Moving())
        anew.start()
        asyncio.run(Follower(tmp_path, rebuilt, print).catch_up())
        assert anew.written(PATIENCE)
        assert shown(rebuilt) == shown(wall)
        with engine.connect() as connection:
            assert [each.id for each in connection.execute(select(claims))] == [7]
            assert len(connection.execute(select(RUNS)).all()) == len(names)
        engine.dispose()
        anew.stop()
    finally:
        open_database(address).dispose()
        engine = create_engine(address)
        claims.drop(engine, checkfirst=True)
        engine.dispose()
        METADATA.remove(claims)


def test_what_another_edition_wrote_is_read_from_the_log_again(tmp_path: Path) -> None:
    address = f"sqlite:///{(tmp_path / 'tavle.db').as_posix()}"
    index = an_index(address)
    index.start()
    wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), Moving())
    names = a_day(tmp_path)
    read_all(wall, tmp_path, *names)
    index.stop()
    engine = open_database(address)
    with engine.begin() as connection:
        connection.execute(update(RUNS).where(RUNS.c.name == names[0]).values(summary='{"andet": 1}'))
    engine.dispose()
    again = an_index(address)
    known = again.load()
    assert set(by_name(known)) == set(names[1:])
    started_anew = LiveWall(ground(), tmp_path, lambda _: SUITE, again, known, Moving())
    again.start()
    asyncio.run(Follower(tmp_path, started_anew, print).catch_up())
    assert again.written(PATIENCE)
    assert shown(started_anew) == shown(wall)
    assert set(by_name(again.load())) == set(names)
    again.stop()


def test_while_the_database_is_locked_the_wall_goes_on_and_then_all_is_written_once(tmp_path: Path) -> None:
    told: list[str] = []
    address = f"sqlite:///{(tmp_path / 'tavle.db').as_posix()}"
    index = an_index(address, told)
    index.start()
    wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), Moving())
    names = a_day(tmp_path)
    lock = sqlite3.connect(tmp_path / "tavle.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    read_all(wall, tmp_path, *names[:2])
    assert not index.written(1.0)
    assert wall.trouble.startswith("Databasen har ikke svaret siden kl. ")
    read_all(wall, tmp_path, *names[2:], names[0])
    whole_wall = a_wall(tmp_path)
    read_all(whole_wall, tmp_path, *names)
    assert shown(wall) == shown(whole_wall)
    lock.execute("ROLLBACK")
    lock.close()
    assert index.written(PATIENCE)
    assert wall.trouble == ""
    assert [each.partition(".")[0] for each in told] == [told[0].partition(".")[0], "Databasen svarer igen"]
    assert "database is locked" in told[0]
    assert "INSERT" not in told[0]
    assert by_name(index.load()) == {name: wall.known(name) for name in names}
    index.stop()


def test_a_server_that_dies_and_returns_has_everything_once(server: Server, tmp_path: Path) -> None:
    told: list[str] = []
    index = an_index(server.address, told)
    index.clear()
    index.start()
    wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), Moving())
    names = a_day(tmp_path)
    read_all(wall, tmp_path, *names[:1])
    assert index.written(PATIENCE)
    server.stop()
    try:
        read_all(wall, tmp_path, *names[1:])
        assert not index.written(0.5)
        assert wall.trouble
    finally:
        server.start()
    assert index.written(PATIENCE)
    assert wall.trouble == ""
    assert len(told) == 2
    assert by_name(index.load()) == {name: wall.known(name) for name in names}
    index.stop()


def test_connections_that_are_ended_while_it_writes_cost_nothing(server: Server, tmp_path: Path) -> None:
    index = an_index(server.address)
    index.clear()
    index.start()
    wall = LiveWall(ground(), tmp_path, lambda _: SUITE, index, (), Moving())
    killer = create_engine(server.address, isolation_level="AUTOCOMMIT")
    ended = 0
    with killer.connect() as connection:
        for number in range(40):
            standings = {each: ("F2" if (number + place) % 3 else "OK") for place, each in enumerate(ALONE)}
            read_all(wall, tmp_path, write(tmp_path, whole(standings, run=f"r{number % 4}")))
            if number % 2:
                ended += _end_others(connection)
    killer.dispose()
    assert ended > 0
    assert index.written(PATIENCE)
    assert by_name(index.load()) == {name: wall.known(name) for name in wall.names}
    index.stop()


def _end_others(connection: Any) -> int:
    others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
    found = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    return len(found.all())


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["r1", "r2"]), st.lists(st.sampled_from(["OK", "F2", "IR"]), min_size=1, max_size=4), st.booleans()
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_fails_on_the_way_the_rows_are_those_of_the_last_state(steps: list[tuple[str, list[str], bool]]) -> None:
    with TemporaryDirectory() as folder:
        reports = Path(folder)
        engine = open_database(f"sqlite:///{(reports / 'tavle.db').as_posix()}")
        failing = [False]

        @event.listens_for(engine, "commit")
        def fail(_: object) -> None:
            if failing[0]:
                failing[0] = False
                raise OperationalError("COMMIT", {}, sqlite3.OperationalError("strømmen gik"))

        index = Index(engine, lambda _: None)
        index.start()
        wall = LiveWall(ground(), reports, lambda _: SUITE, index, (), Moving())
        for run, standings, fails in steps:
            failing[0] = fails
            read_all(wall, reports, write(reports, whole(dict(zip(ALONE, standings, strict=False)), run=run)))
        failing[0] = False
        assert index.written(PATIENCE)
        with engine.connect() as connection:
            assert len(connection.execute(select(RESULTS)).all()) == sum(
                len(found.tried) for name in wall.names if (found := wall.known(name))
            )
        assert by_name(index.load()) == {name: wall.known(name) for name in wall.names}
        index.stop()
