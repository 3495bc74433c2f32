"""A hub that is killed: the next one knows what it had acknowledged, and goes on.

What a kill leaves is what stands on the disk at that moment: the reports folder is copied while the first hub goes on with its
own, and the second one is started on the copy.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from over_tcp import Watched, ask, run

from harness.domain.errors import ConfigurationError
from harness.domain.event import Event, Exchanged, Observed, Settled
from harness.domain.exchange import Answer, Request, Response
from harness.hub.hub import STANDING, Hub
from harness.hub.open_runs import ACTIVE, OPEN_FILE, read_open, write_open
from harness.hub.run import Place
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.services.service import Context

CUT = "Den sidste linje i loggen var ikke skrevet til ende og er fjernet."


class Changed(Watched):
    """A later version, which answers otherwise."""

    def handle(self, request: Request, context: Context) -> Answer:
        super().handle(request, context)
        return Response(409, b"et andet svar")


class On:
    """A hub of two systems. `services` are its worlds', in the order they were made."""

    def __init__(self, reports: Path, kind: type[Watched]) -> None:
        self.reports = reports
        self.services: list[Watched] = []
        self.hub = Hub(reports, ("novax", "xmo"), lambda: [self._service(kind)], frozenset())
        self.troubles: list[str] = []
        self.port = 0

    def _service(self, kind: type[Watched]) -> Watched:
        self.services.append(kind())
        return self.services[-1]

    async def start(self) -> None:
        address, self.troubles = await self.hub.start("127.0.0.1", 0)
        self.port = urlsplit(address).port or 0

    async def open(self, system: str, name: str, *, resume: bool = False) -> object:
        (self.reports / name).mkdir(exist_ok=True)
        opened, _ = await self.hub.open(system, Place(self.reports / name, frozenset(), resume=resume))
        return opened

    async def post(self, path: str) -> None:
        assert (await ask(self.port, path))[0] == 200


@asynccontextmanager
async def hub_in(reports: Path, kind: type[Watched] = Watched) -> AsyncIterator[On]:
    on = On(reports, kind)
    try:
        await on.start()
        yield on
    finally:
        await on.hub.stop()


def killed(reports: Path, tempo: float = 1.0) -> Path:
    """What a kill at this moment would leave, as a reports folder of its own; time is to run at `tempo` there."""
    left = reports.with_name(f"{reports.name}-efter")
    shutil.copytree(reports, left)
    worlds = read_open(left / OPEN_FILE)
    moved = {
        kind: {
            system: replace(place, folder=left / place.folder.relative_to(reports), tempo=tempo)
            for system, place in places.items()
        }
        for kind, places in worlds.items()
    }
    write_open(left / OPEN_FILE, moved)
    return left


def events(folder: Path) -> list[Event]:
    return [entry.event for entry in read_log(folder / LOG_NAME)]


def paths(folder: Path) -> list[str]:
    return [event.path for event in events(folder) if isinstance(event, Exchanged)]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


@pytest.mark.parametrize(
    "half", [b"", b'{"seq":2,"at":"2026', b'{"seq":2,"at":"2026\n'], ids=["whole", "half a line", "half with end"]
)
def test_the_next_hub_knows_what_was_acknowledged_and_goes_on_in_the_same_logs(reports: Path, half: bytes) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            for path in ("/novax/p/a", "/xmo/p/b", "/novax/p/c"):
                await first.post(path)
            left = killed(reports)
        with (left / "n" / LOG_NAME).open("ab") as log:
            log.write(half)
        async with hub_in(left) as second:
            assert second.troubles == []
            assert [service.steps for service in second.services] == [["ind a", "ud a", "ind c", "ud c"], ["ind b", "ud b"]]
            await second.post("/novax/p/d")
            await second.post("/xmo/p/e")
            assert len(second.services) == 2

    run(test)
    left = reports.with_name("reports-efter")
    assert paths(left / "n") == ["/p/a", "/p/c", "/p/d"]
    assert [event.exchange for event in events(left / "n") if isinstance(event, Exchanged)] == ["b1", "b2", "b3"]
    assert [event for event in events(left / "n") if isinstance(event, Observed)] == ([Observed(CUT)] if half else [])
    [standing] = (left / STANDING / "xmo").iterdir()
    assert paths(standing) == ["/p/b", "/p/e"]


def test_what_was_still_to_be_sent_is_sent_by_the_next_hub_once(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.post("/novax/p/lever-senere")
            left = killed(reports, tempo=3600)
        async with hub_in(left) as second:
            while not second.services[0].settled:
                await second.post("/xmo/p/a")
            await second.post("/novax/p/b")
            assert second.services[0].settled == ["senere"]

    run(test)
    left = reports.with_name("reports-efter")
    assert sorted(paths(left / "n")) == ["/p/b", "/p/lever-senere", "/p/modtag"]
    assert [(event.delivery, event.exchange) for event in events(left / "n") if isinstance(event, Settled)] == [(1, "b2")]
    assert paths(reports / "n") == ["/p/lever-senere"]


def test_a_run_without_a_worker_goes_on_recording_and_the_one_that_resumes_it_gets_it_as_it_is(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.post("/novax/p/a")
            left = killed(reports)
        async with hub_in(left) as second:
            await second.post("/novax/p/b")
            opened = await second.open("novax", "n", resume=True)
            assert len(second.services) == 1
            with pytest.raises(ConfigurationError, match=r"^novax har allerede en kørsel i gang\.$"):
                await second.open("novax", "n", resume=True)
            second.hub.leave("novax")
            assert await second.open("novax", "n", resume=True) is opened
            await second.post("/novax/p/c")
            await second.hub.close("novax")
            await second.open("novax", "n", resume=True)
            assert second.services[1].steps == second.services[0].steps

    run(test)
    assert paths(reports.with_name("reports-efter") / "n") == ["/p/a", "/p/b", "/p/c"]


@pytest.mark.parametrize("resume", [True, False])
def test_a_run_without_a_worker_gives_way_to_another_and_can_be_written_by_whoever_comes(reports: Path, resume: bool) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            left = killed(reports)
        async with hub_in(left) as second:
            await second.open("novax", "n2", resume=resume)
            LogWriter(left / "n", resume=True).close()
            await second.post("/novax/p/a")
            assert set(read_open(left / OPEN_FILE)[ACTIVE]) == {"novax"}
            assert read_open(left / OPEN_FILE)[ACTIVE]["novax"].folder == left / "n2"

    run(test)
    left = reports.with_name("reports-efter")
    assert (paths(left / "n"), paths(left / "n2")) == ([], ["/p/a"])


def test_the_file_of_open_runs_follows_what_is_open(reports: Path) -> None:
    def stands() -> dict[str, dict[str, Path]]:
        return {
            kind: {system: place.folder for system, place in places.items()}
            for kind, places in read_open(reports / OPEN_FILE).items()
        }

    async def test() -> None:
        async with hub_in(reports) as on:
            assert stands() == {ACTIVE: {}, STANDING: {}}
            await on.open("novax", "n")
            await on.post("/xmo/p/a")
            [standing] = (reports / STANDING / "xmo").iterdir()
            assert stands() == {ACTIVE: {"novax": reports / "n"}, STANDING: {"xmo": standing}}
            await on.open("xmo", "x")
            await on.hub.close("novax")
            assert stands() == {ACTIVE: {"xmo": reports / "x"}, STANDING: {"xmo": standing}}

    run(test)
    assert stands() == {ACTIVE: {"xmo": reports / "x"}, STANDING: {"xmo": next((reports / STANDING / "xmo").iterdir())}}


def test_a_hub_that_was_stopped_leaves_its_runs_to_the_next_one_too(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.post("/novax/p/a")
        async with hub_in(reports) as second:
            assert second.services[0].steps == ["ind a", "ud a"]
            await second.post("/novax/p/b")

    run(test)
    assert paths(reports / "n") == ["/p/a", "/p/b"]


def test_a_run_whose_folder_was_deleted_is_forgotten(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.open("xmo", "x")
            left = killed(reports)
        shutil.rmtree(left / "n")
        async with hub_in(left) as second:
            assert second.troubles == []
            assert set(read_open(left / OPEN_FILE)[ACTIVE]) == {"xmo"}
            assert not (left / "n").exists()
            await second.post("/novax/p/a")

    run(test)
    assert len(list((reports.with_name("reports-efter") / STANDING / "novax").iterdir())) == 1


def broken_in_the_middle(folder: Path) -> None:
    log = folder / LOG_NAME
    first, rest = log.read_bytes().split(b"\n", 1)
    log.write_bytes(first[:-9] + b"\n" + rest)


def of_another_version(folder: Path) -> None:
    """A delivery is settled that no service made."""
    entries = list(read_log(folder / LOG_NAME))
    (folder / LOG_NAME).unlink()
    log = LogWriter(folder)
    for entry in entries:
        log.append(entry.event)
    log.append(Settled(7, "b1", "", entries[-1].at.isoformat(), ()))
    log.close()


def without_its_evidence(folder: Path) -> None:
    shutil.rmtree(folder / "evidence")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (broken_in_the_middle, "linjen er ikke en hændelse"),
        (of_another_version, "tjenesterne kender i dag ikke 7, som de gjorde"),
        (without_its_evidence, "No such file"),
    ],
)
def test_a_run_that_cannot_be_taken_up_is_told_and_the_others_are(reports: Path, spoil: Callable[[Path], None], why: str) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            for system, name in (("novax", "n"), ("xmo", "x")):
                await first.open(system, name)
                await first.post(f"/{system}/p/a")
                await first.post(f"/{system}/p/b")
            left = killed(reports)
        spoil(left / "n")
        before = (left / "n" / LOG_NAME).read_bytes()
        async with hub_in(left) as second:
            [trouble] = second.troubles
            assert trouble.startswith("novax: Kørslen n kan ikke fortsætte: ")
            assert why in trouble
            assert set(read_open(left / OPEN_FILE)[ACTIVE]) == {"novax", "xmo"}  # the next hub tries anew
            await second.post("/xmo/p/c")
            await second.open("novax", "n2")
            assert read_open(left / OPEN_FILE)[ACTIVE]["novax"].folder == left / "n2"
            await second.post("/novax/p/d")
        assert (left / "n" / LOG_NAME).read_bytes() == before

    run(test)
    left = reports.with_name("reports-efter")
    assert (paths(left / "x"), paths(left / "n2")) == (["/p/a", "/p/b", "/p/c"], ["/p/d"])


def test_services_of_another_version_do_not_go_on_with_a_run(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.post("/novax/p/a")
            left = killed(reports)
        async with hub_in(left, Changed) as second:
            why = "prøve svarer i dag anderledes på besked b1, end den gjorde."
            assert second.troubles == [f"novax: Kørslen n kan ikke fortsætte: {why}"]
            with pytest.raises(ConfigurationError, match=rf"^Kørslen n kan ikke genoptages: {why}$"):
                await second.open("novax", "n", resume=True)
            LogWriter(left / "n", resume=True).close()

    run(test)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"aktive": {"novax": {}}}', '{"aktive": 1}', "\xff"])
def test_a_file_of_open_runs_that_is_none_is_told_and_the_hub_starts(reports: Path, text: str) -> None:
    (reports / OPEN_FILE).write_bytes(text.encode("latin-1"))

    async def test() -> None:
        async with hub_in(reports) as on:
            [trouble] = on.troubles
            assert trouble.startswith(f"Ingen kørsel kan fortsætte: {OPEN_FILE} kan ikke læses (")
            await on.post("/novax/p/a")
            assert json.loads((reports / OPEN_FILE).read_text("utf-8"))["aktive"] == {}

    run(test)


def test_a_hub_that_could_not_listen_gives_the_folder_and_its_runs_back(reports: Path) -> None:
    async def test() -> None:
        async with hub_in(reports) as first:
            await first.open("novax", "n")
            await first.post("/novax/p/a")
            left = killed(reports)
            refused = Hub(left, ("novax",), lambda: [Watched()], frozenset())
            with pytest.raises(OSError, match=r"in use|usage of each socket"):
                await refused.start("127.0.0.1", first.port)
            await refused.stop()
        async with hub_in(left) as second:
            assert second.troubles == []
            assert second.services[0].steps == ["ind a", "ud a"]

    run(test)
