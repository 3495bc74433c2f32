"""The follower: new runs, new lines and new reviews, whoever writes them and whatever happens to the files."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from day_of_runs import ALL_OK, NINE, Kept, a_wall, attempt, cell, lines_of, started, whole, write

from harness.dashboard.following.follower import Follower
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.wall import Sign
from harness.domain.grade import Beside, Grade
from harness.domain.review import Escalated, Role, Said
from harness.record.log import LOG_NAME
from harness.record.review import REVIEW_NAME, append_act, read_review

PATIENCE = 20.0


def caught_up(reports: Path, wall: LiveWall) -> list[str]:
    """Read everything there is; what the operator was told."""
    told: list[str] = []
    asyncio.run(Follower(reports, wall, told.append).catch_up())
    return told


def standing(wall: LiveWall, column: str = "deling", system: str = "novax") -> object:
    return cell(wall, "kapabiliteter", system, column).standing


def test_every_run_there_is_is_read_and_only_once(tmp_path: Path) -> None:
    kept = Kept()
    write(tmp_path, whole(ALL_OK))
    write(tmp_path, whole({**ALL_OK, "DEL-01": "F2"}, system="xmo"))
    wall = a_wall(tmp_path, kept)
    assert caught_up(tmp_path, wall) == []
    assert (standing(wall), standing(wall, system="xmo")) == (Grade.OK, Grade.F2)
    again = a_wall(tmp_path, kept)
    newest = again.newest
    assert caught_up(tmp_path, again) == []
    assert again.newest == newest  # nothing is another
    assert again.wanted == ()
    assert again.holds("dagen/novax/r1")


def test_the_wall_says_that_it_is_still_reading(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, whole(ALL_OK, run=f"r{number}"))
    wall, said = a_wall(tmp_path), list[str]()
    drawn = wall.take
    wall.take = lambda read: (said.append(wall.trouble), drawn(read))[1]  # type: ignore[method-assign]
    assert caught_up(tmp_path, wall) == []
    assert said[0] == "Tavlen læser stadig kørsler (3 tilbage), så noget kan mangle."
    assert wall.trouble == ""


def test_a_log_that_is_cut_is_told_of_and_read_anew(tmp_path: Path) -> None:
    name = write(tmp_path, whole({**ALL_OK, "DEL-01": "F2"}))
    wall, told = a_wall(tmp_path), list[str]()

    async def follow() -> None:
        follower = Follower(tmp_path, wall, told.append)
        await follower.catch_up()
        assert standing(wall) is Grade.F2
        write(tmp_path, [started(), *attempt("DEL-01")])
        await follower.catch_up()
        await follower.catch_up()

    asyncio.run(follow())
    assert told == [f"{name}: Loggen er skåret af eller skiftet ud. Den bliver læst forfra."]
    assert cell(wall, "kapabiliteter", "novax", "deling").counts == {"OK": 1}


def test_a_log_that_was_replaced_while_the_wall_was_down_is_read_anew(tmp_path: Path) -> None:
    kept = Kept()
    write(tmp_path, whole(ALL_OK))
    caught_up(tmp_path, a_wall(tmp_path, kept))
    write(tmp_path, whole({**ALL_OK, "DEL-01": "F4"}))  # as many bytes
    wall = a_wall(tmp_path, kept)
    assert len(caught_up(tmp_path, wall)) == 1
    assert standing(wall) is Grade.F4


def test_a_line_that_does_not_follow_is_told_of_and_what_came_before_stands(tmp_path: Path) -> None:
    name = write(tmp_path, whole(ALL_OK))
    log = tmp_path / name / LOG_NAME
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:5], *lines[6:]]))
    wall = a_wall(tmp_path)
    assert caught_up(tmp_path, wall) == [
        f"{name}, linje 6: {LOG_NAME}: linjen hænger ikke sammen med linjen før. Tavlen viser kørslen, som den var før det."
    ]
    assert cell(wall, "kapabiliteter", "novax", "deling").counts == {"OK": 1}


def test_a_review_is_seen_and_one_that_does_not_follow_the_log_is_told_of(tmp_path: Path) -> None:
    name = write(tmp_path, whole(ALL_OK))
    folder = tmp_path / name
    wall, told = a_wall(tmp_path), list[str]()

    async def follow() -> None:
        follower = Follower(tmp_path, wall, told.append)
        await follower.catch_up()
        append_act(folder, Said("Bo Dal", Role.MEDCOM, NINE.isoformat(), Escalated("Planer går tabt")), read_review(folder).head)
        await follower.catch_up()
        assert cell(wall, "kapabiliteter", "novax", "deling").signs == {Sign.CRITICAL}
        (folder / REVIEW_NAME).write_bytes(b'{"seq": 0}\n')
        await follower.catch_up()

    asyncio.run(follow())
    assert len(told) == 1
    assert told[0].startswith(f"{name}, linje 1: {REVIEW_NAME}: linjen er ikke en handling")
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == {Sign.CRITICAL}


def test_a_run_whose_sender_cannot_be_read_is_told_of_and_the_others_are_read(tmp_path: Path) -> None:
    name = write(tmp_path, whole(ALL_OK))
    write(tmp_path, whole(ALL_OK, system="xmo"))

    def source(folder: Path) -> str:
        return str(json.loads("{" if folder.parent.name == "novax" else '"her"'))

    wall, told = a_wall(tmp_path), list[str]()
    asyncio.run(Follower(tmp_path, wall, told.append, source).catch_up())
    assert told == [f"{name}: Kørslen kan ikke læses: det kan ikke læses, hvem der har sendt den."]
    assert (standing(wall), standing(wall, system="xmo")) == (None, Grade.OK)


def test_a_run_that_is_taken_away_leaves_the_wall(tmp_path: Path) -> None:
    name, kept = write(tmp_path, whole(ALL_OK)), Kept()
    caught_up(tmp_path, a_wall(tmp_path, kept))
    shutil.rmtree(tmp_path / name)
    wall = a_wall(tmp_path, kept)
    caught_up(tmp_path, wall)
    assert (standing(wall), kept.runs) == (None, {})


def test_what_is_written_is_on_the_wall_at_once_also_where_the_folder_comes_later(tmp_path: Path) -> None:
    reports = tmp_path / "senere" / "reports"
    wall = a_wall(reports)

    async def follow() -> None:
        following = asyncio.create_task(Follower(reports, wall, print).run())
        try:
            lines = lines_of([started(), *attempt("DEL-01"), *attempt("DEL-02[KOL]", "F3")])
            folder = reports / "dagen" / "novax" / "r1"
            folder.mkdir(parents=True)
            for line in lines:
                with (folder / LOG_NAME).open("ab") as log:
                    log.write(line)
                await asyncio.sleep(0)
            await until(wall, lambda: standing(wall) is Grade.F3)
            with (folder / LOG_NAME).open("ab") as log:
                log.write(
                    b"".join(
                        lines_of([started(), *attempt("DEL-01"), *attempt("DEL-02[KOL]", "F3"), *attempt("HEN-01", "F1")])[5:]
                    )
                )
            await until(wall, lambda: standing(wall, "henvisning") is Grade.F1)
            shutil.rmtree(reports)
            await until(wall, lambda: standing(wall) is None)
            write(reports, whole({"DEL-01": "OK"}))
            await until(wall, lambda: standing(wall) is Beside.INTERRUPTED)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(follow())


async def until(
    wall: LiveWall, come: Callable[[], bool], ask: Callable[[LiveWall, int], Awaitable[int]] = LiveWall.changed
) -> None:
    """Wait on the wall's changes until it has `come` so."""

    async def wait() -> None:
        seen = wall.newest
        while not come():
            seen = await ask(wall, seen)

    await asyncio.wait_for(wait(), PATIENCE)
