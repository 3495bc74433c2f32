"""Files both ways, with the real services behind: taken in once, left with a reason, laid out once, whenever a hub dies."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from over_tcp import run

from harness.domain.event import Exchanged, ForeignCpr, Judged, Observed
from harness.domain.way import CONTRACTS, By, Way, answer_name, answer_status, call_named, name_for
from harness.house import find_house
from harness.hub import folders, laid
from harness.hub.filing import filed
from harness.hub.hub import Hub
from harness.hub.run import Place
from harness.record.log import LOG_NAME, read_cut_log
from harness.runner.mock import services
from harness.services.service import Order
from harness.suite.patients import allowed_cprs
from tests.published import read_yaml

HOUSE = find_house()
EXAMPLES = Path(__file__).parents[1] / "examples"
LETTER = (EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes()
BOOKING = json.dumps({"bestilling": "b1", "cpr": "2509479989", "pakke": "KOL", "skemaer": ["MCS88015"]}).encode()
SCORE = {
    "cpr": "2509479989",
    "fornavne": ["Elmer"],
    "efternavn": "Test",
    "scorer": [{"kode": "MCS88015", "navn": "CAT", "værdi": "12"}],
    "bemærkning": "Hoster om natten",
    "besvaret": "2026-10-05T10:15:00",
}
BIRTHDAY = re.compile(r"\d{6}-?\d{4}")


@cache
def allowed() -> frozenset[str]:
    return allowed_cprs(HOUSE)


class On:
    """A hub of novax with everything as files in `ud`, `ind` and, where `page`, on its page; a run is open."""

    def __init__(self, place: Path, page: bool, sends: tuple[str, ...]) -> None:
        self.out, self.into, self.reports = (place / name for name in ("ud", "ind", "reports"))
        for folder in (self.out, self.into, self.reports / "n"):
            folder.mkdir(parents=True, exist_ok=True)
        by = By.PAGE if page else By.FOLDER
        self.ways = tuple(
            Way(format_, sent, by, None if page else folder)
            for sent, folder, formats in ((True, self.out, sends), (False, self.into, ("VANSEnvelope", "SBDH")))
            for format_ in formats
        )
        self.hub = Hub(self.reports, ("novax",), services, allowed(), tempo=20, ways={"novax": self.ways})

    @property
    def files(self) -> folders.SystemFiles:
        return self.hub._files["novax"]

    async def until(self, done: Callable[[], object]) -> None:
        """Return when it is `done`, by the hub's own looking; a hang is ended by the loop's own patience."""
        while not done():
            await asyncio.sleep(0.005)

    async def quiet(self) -> None:
        """So many looks that whatever is whole has been seen."""
        for _ in range(3):
            await asyncio.sleep(self.files.pause)
            await self.files.look()

    def events(self) -> list[object]:
        return [entry.event for log in sorted(self.reports.rglob(LOG_NAME)) for entry in read_cut_log(log)]

    def came(self) -> list[Exchanged]:
        """What was taken in from files."""
        return [each for each in self.events() if isinstance(each, Exchanged) and each.sender == "lps"]

    def said(self) -> list[str]:
        return [each.text for each in self.events() if isinstance(each, Observed)]

    async def score(self) -> None:
        active = self.hub._active["novax"]
        await active.order("web-patient", Order("svar", SCORE))


@asynccontextmanager
async def hub_in(
    place: Path, *, page: bool = False, sends: tuple[str, ...] = ("VANSEnvelope", "SBDH", "EDS", "web-patient")
) -> AsyncIterator[On]:
    on = On(place, page, sends)
    try:
        await on.hub.start("127.0.0.1", 0)
        if "novax" not in on.hub._active:
            await on.hub.open("novax", Place(on.reports / "n", allowed(), 20))
        yield on
    finally:
        await on.hub.stop()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def test_a_file_is_taken_in_once_as_what_would_have_been_sent(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            (on.out / "brev.xml").write_bytes(LETTER)
            await on.until(lambda: names(on.out / "taget"))
            await on.quiet()
            [came] = on.came()
            assert (came.method, came.path, came.service, came.status) == ("POST", "/vans/afsendelse", "vans", 202)
            assert (on.reports / "n" / "evidence" / came.request.sha256).read_bytes() == LETTER
            assert came.facts["vej"] == "mappe"
            assert came.facts["fil"] == "brev.xml"
            assert names(on.out) == []
            (on.out / "brev.xml").write_bytes(LETTER)  # another file, though it says the same
            await on.until(lambda: len(names(on.out / "taget")) == 2)
            assert names(on.out / "taget") == ["brev.2.xml", "brev.xml"]
            assert len(on.came()) == 2

    run(test)


def test_what_is_not_whole_waits_until_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            (on.out / "halvt.xml").write_bytes(LETTER[:-20])
            (on.out / "halvt.xml.part").write_bytes(LETTER)
            (on.out / ".skjult.xml").write_bytes(LETTER)
            await on.until(lambda: on.hub.left_files("novax"))
            assert [left.name for left in on.hub.left_files("novax")] == ["halvt.xml"]
            assert on.came() == []
            (on.out / "halvt.xml").write_bytes(LETTER)
            await on.until(lambda: names(on.out / "taget"))
            await on.until(lambda: on.hub.left_files("novax") == ())
            assert names(on.out) == [".skjult.xml", "halvt.xml.part"]
            assert len(on.came()) == 1

    run(test)


LEFT = {
    "brev uden kuvert": ((EXAMPLES / "xref15_haandskrevet.xml").read_bytes(), "har ingen kuvert"),
    "et andet net": ((EXAMPLES / "sbdh_haandskrevet.xml").read_bytes(), "Mappen tager imod VANSEnvelope"),
    "tom": (b"", "Den er tom"),
    "billede": (b"\x89PNG\r\n", "Der er ingen regler for"),
    "fremmed CPR": (BOOKING.replace(b"2509479989", b"0101010105"), "ikke er et test-CPR-nummer"),
    "for stor": (LETTER + b" " * 1_000_000, "grænsen er 1000000"),
}


def test_what_is_not_taken_in_stays_and_says_why_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_BODY", 1_000_000)
    written = {f"web-patient.bestillinger.{name}.json" if "CPR" in name else name: data for name, (data, _) in LEFT.items()}

    async def test() -> None:
        async with hub_in(tmp_path, sends=("VANSEnvelope", "web-patient")) as on:
            for name, data in written.items():
                (on.out / name).write_bytes(data)
            await on.until(lambda: len(on.hub.left_files("novax")) == len(LEFT))
            why = {left.name: left.why for left in on.hub.left_files("novax")}
            for name, (_, wanted) in LEFT.items():
                assert wanted in next(text for file, text in why.items() if name in file)
            assert on.came() == []
            assert b"0101010105" not in b"".join(path.read_bytes() for path in on.reports.rglob("*") if path.is_file())
        async with hub_in(tmp_path, sends=("VANSEnvelope", "web-patient")) as on:
            await on.until(lambda: len(on.hub.left_files("novax")) == len(LEFT))
            assert {name: (on.out / name).read_bytes() for name in names(on.out)} == written
            assert len([text for text in on.said() if "bliver liggende" in text]) == len(LEFT)
            assert any(isinstance(each, ForeignCpr) and each.stopped for each in on.events())
            assert any(isinstance(each, Judged) and each.findings for each in on.events())

    run(test)


def test_a_folder_that_is_not_there_is_told_until_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            on.out.rename(tmp_path / "væk")
            await on.files.look()
            assert "Mappen kan ikke læses" in on.hub.left_files("novax")[0].why
            (tmp_path / "væk").rename(on.out)
            await on.files.look()
            assert on.hub.left_files("novax") == ()

    run(test)


def test_a_call_is_answered_by_a_file(tmp_path: Path) -> None:
    name = name_for("/web-patient/bestillinger", "7")

    async def test() -> None:
        async with hub_in(tmp_path) as on:
            (on.out / name).write_bytes(BOOKING)
            await on.until(lambda: names(on.out / "taget"))
            assert names(on.out / "svar") == [answer_name(name, 200)]
            assert json.loads((on.out / "svar" / answer_name(name, 200)).read_bytes()) == {"bestilling": "b1"}

    run(test)


def test_what_waits_for_the_lps_is_laid_out_once_and_its_name_tells_no_cpr(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            await on.score()
            await on.until(lambda: names(on.into))
            await on.quiet()
            [name] = names(on.into)
            assert name.startswith("RPT01_1_")
            assert not BIRTHDAY.search(name)
            [handed] = [each for each in on.events() if isinstance(each, Exchanged) and each.facts.get("fil") == name]
            assert handed.facts["konvolut"] in name
            assert handed.facts["besked"]
            assert names(on.into / "undervejs") == []

    run(test)


def test_a_receipt_nobody_named_comes_back_beside_what_it_answers(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path, sends=("XREF15",)) as on:
            on.files.ways = [way for way in on.ways if way.sent]
            (on.out / "brev.xml").write_bytes(LETTER)
            await on.until(lambda: names(on.out / "svar"))
            assert {name.partition("_")[0] for name in names(on.out / "svar")} <= {"VANSEnvelope", "XCTL03"}
            await on.score()  # no receipt: it waits to be fetched
            await on.quiet()
            assert names(on.into) == []

    run(test)


@pytest.mark.parametrize("turns", range(4))
def test_a_watch_that_is_woken_as_it_is_to_end_ends(tmp_path: Path, turns: int) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            watching = asyncio.create_task(on.files.watch())
            await asyncio.sleep(0)
            on.files.log.wake.set()
            for _ in range(turns):
                await asyncio.sleep(0)
            watching.cancel()
            await asyncio.wait((watching,))

    run(test)


@pytest.mark.parametrize("where", ["move", "filed"])
def test_a_kill_while_a_file_is_taken_in_loses_nothing_and_takes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def dies(*_: object) -> None:
        raise OSError("slået ihjel")

    async def test() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(folders, where, dies)
            async with hub_in(tmp_path) as on:
                (on.out / "brev.xml").write_bytes(LETTER)
                await on.until(lambda: on.hub.left_files("novax"))
                assert names(on.out) == ["brev.xml"]
        async with hub_in(tmp_path) as on:
            await on.until(lambda: names(on.out / "taget"))
            assert len(on.came()) == 1
            assert names(on.out) == []

    run(test)


@pytest.mark.parametrize("where", ["write", "publish"])
def test_a_kill_while_a_file_is_laid_out_lays_it_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def dies(path: Path, data: object = None) -> None:
        if where == "write":
            laid.write(path, b"")  # not yet in the log
        raise OSError("slået ihjel")

    async def test() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(folders, where, dies)
            async with hub_in(tmp_path) as on:
                await on.score()
                await on.until(lambda: on.hub.left_files("novax"))
                assert names(on.into) == []
        async with hub_in(tmp_path) as on:
            await on.until(lambda: names(on.into))
            [name] = names(on.into)
            assert b"VANSEnvelope" in (on.into / name).read_bytes()
            (on.into / name).unlink()  # the LPS has had it
        async with hub_in(tmp_path) as on:
            await on.quiet()
            assert names(on.into) == []

    run(test)


def test_a_page_takes_and_offers_the_same(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path, page=True) as on:
            assert (await on.hub.hand_in("novax", r"C:\breve\brev.xml", LETTER)).taken
            again = await on.hub.hand_in("novax", "brev.xml", LETTER)
            assert (again.taken, again.said) == (True, "Filen er taget ind før.")
            refused = await on.hub.hand_in("novax", "../../x", b"nej")
            assert not refused.taken
            assert "Der er ingen regler" in refused.said
            answered = await on.hub.hand_in("novax", "web-patient.bestillinger.1.json", BOOKING)
            assert answered.taken
            await on.score()
            await on.until(lambda: len(on.hub.waiting_files("novax")) == 4)
            assert [came.facts["vej"] for came in on.came()] == ["side", "side"]
            offered = [path.name for path in on.hub.waiting_files("novax")]
            assert {name.partition("_")[0] for name in offered} == {
                "web-patient.bestillinger.1.svar-200.json",
                *("VANSEnvelope", "XCTL03"),  # the municipality's receipts for the letter
                "RPT01",
            }
        async with hub_in(tmp_path, page=True) as on:
            await on.files.look()
            assert [path.name for path in on.hub.waiting_files("novax")] == offered
            assert (await on.hub.hand_in("novax", "brev.xml", LETTER)).said == "Filen er taget ind før."

    run(test)


def test_what_cannot_be_seen_of_ehmi_is_said_once(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            for number in (1, 2):
                (on.out / f"{number}.xml").write_bytes((EXAMPLES / "sbdh_haandskrevet.xml").read_bytes())
            await on.until(lambda: len(names(on.out / "taget")) == 2)
            assert on.said().count(folders.NOT_SEEN) == 1

    run(test)


def test_names_of_calls_and_answers() -> None:
    for path in (path for paths in CONTRACTS.values() for path in paths):
        name = name_for(path, "17.a")
        assert call_named(name) == path
        assert filed(name, b'{"a": 1}').request.path == path
        assert answer_status(answer_name(name, 422), name) == 422
    assert call_named("web-patient.json") == ""
    assert answer_status("andet.svar-200.json", "web-patient.bestillinger.1.json") == 0
    assert (answer_name("uden", 200), answer_status("uden.svar-200", "uden")) == ("uden.svar-200", 200)


def test_the_calls_are_those_of_the_contracts() -> None:
    known = {}
    for contract in CONTRACTS:
        paths = read_yaml(HOUSE.home / "docs" / f"{contract}.openapi.yaml")["paths"]
        known[contract] = tuple(path for path, call in paths.items() if "post" in call and "{" not in path)
    assert known == dict(CONTRACTS)


SERVE = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_folders import hub_in
async def main():
    async with hub_in(Path(sys.argv[1])) as on:
        print("klar", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_kill_9_at_any_moment_loses_no_file_and_takes_none_twice(tmp_path: Path) -> None:
    """Twelve calls come while the hub is killed twice among them; each is in the log once, lies in `taget`, and is answered."""
    out, ends = tmp_path / "ud", time.monotonic() + 60
    calls = [name_for("/web-patient/bestillinger", str(number)) for number in range(12)]
    for lying in (7, 2, 0):  # how many still lie there when it is killed
        hub = subprocess.Popen([sys.executable, "-c", SERVE, tmp_path, Path(__file__).parent], stdout=subprocess.PIPE)
        assert hub.stdout is not None
        assert hub.stdout.readline() == b"klar\n"
        for name in calls if lying == 7 else ():
            (out / f".{name}").write_bytes(BOOKING)
            (out / f".{name}").rename(out / name)
        while len(names(out)) > lying and time.monotonic() < ends:
            time.sleep(0.001)
        os.kill(hub.pid, signal.SIGKILL)
        hub.communicate()
    assert sorted(each.facts["fil"] for each in On(tmp_path, False, ()).came()) == sorted(calls)
    assert names(out) == []
    assert names(out / "taget") == sorted(calls)
    assert names(out / "svar") == sorted(answer_name(name, 200) for name in calls)
