"""A tester's desk in a terminal, with a hub on sockets: what is typed becomes the answer that the page would have made."""

from __future__ import annotations

import asyncio
import io
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from at_the_desk import CHOOSE, DO, JUDGE, NANCY, PATIENTS, RUN, TELL, WAITING, begin, begin_run, pages_in
from over_tcp import run
from rich.console import Console

from harness.cli.terminal import TerminalDesk
from harness.domain.event import Answered, Extended, Prompted, RunEnded
from harness.domain.prompt import Answer, Outcome
from harness.hub.control import CONTROL_FILE
from harness.hub.desk import Desk
from harness.hub.hub import Hub
from harness.hub.run import LiveRun
from harness.record.log import LOG_NAME, read_log

T = TypeVar("T")


class Screen(io.StringIO):
    """What a terminal shows; `asked` hears of each question, `waits` of each wait, and `theirs` of what others are to answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.waits, self.theirs = threading.Semaphore(0), threading.Semaphore(0), threading.Semaphore(0)

    def write(self, text: str) -> int:
        if text.endswith(": "):
            self.asked.release()
        if "minutter mere" in text:
            self.waits.release()
        if "MedComs tester" in text:
            self.theirs.release()
        return super().write(text)


class Terminal:
    """A tester who types each of `lines` when something is asked, and `typed` when nothing is."""

    def __init__(self, hub: Hub, *lines: str) -> None:
        self.screen = Screen()
        self._lines = [*lines]
        self.typed: queue.SimpleQueue[str] = queue.SimpleQueue()
        console = Console(file=self.screen, width=120)
        self._desk = TerminalDesk(hub.reports / CONTROL_FILE, "novax", PATIENTS, console, self._read)

    def _read(self) -> str:
        if not self._lines:
            return self.typed.get()
        self.screen.asked.acquire()
        return self._lines.pop(0)

    def work(self) -> threading.Thread:
        working = threading.Thread(target=self._desk.work, daemon=True)
        working.start()
        return working


async def _until(one: LiveRun, holds: Callable[[Desk], bool]) -> None:
    number = one.news.number
    while not await one.look(holds):
        await one.news.after(number)
        number = one.news.number


def _of(reports: Path, kind: type[T]) -> list[T]:
    return [entry.event for entry in read_log(reports / "kørsel" / LOG_NAME) if isinstance(entry.event, kind)]


def test_what_is_read_off_is_checked_as_it_is_typed_and_read_as_the_page_reads_it(tmp_path: Path) -> None:
    appendix = tmp_path / "bilag.xml"
    appendix.write_text("<a/>", encoding="utf-8")
    typed = (
        *("Anna 2", "Anna Bek", "u"),
        *("j", "1", "i går", "", "j", "j", "", "n", "n"),  # a key that the scenario has named nothing of is not asked for
        *("²", "--1", "4", "2027-03-01", "2027-03-01T10:15", "Sygehuset", "", str(tmp_path / "findes-ikke"), str(appendix)),
        *("", ""),
    )
    reports = tmp_path / "r"
    reports.mkdir()

    async def test() -> None:
        async with pages_in(reports) as hub:
            one = await begin(hub)
            await one.append(Prompted(TELL))
            terminal = Terminal(hub, *typed)
            working = terminal.work()
            await _until(one, lambda desk: bool(desk.said))
            await one.append(RunEnded(1, 2.0))
            await asyncio.to_thread(working.join)
            shown = terminal.screen.getvalue()
            for said in (
                "Skriv dit navn uden tal.",
                "Dato: Skriv en dato som ÅÅÅÅ-MM-DD. Fundet: i går",
                "Udgave: Skriv et helt tal. Fundet: ²",
                "Prøven er taget: Skriv et tidspunkt som ÅÅÅÅ-MM-DDTTT:MM. Fundet: 2027-03-01",
                "findes-ikke: Filen kan ikke læses",
            ):
                assert said in shown.replace("\n", "")

    run(test)
    [said] = _of(reports, Answered)
    assert said.answer.by == "Anna Bek"
    assert said.answer.values == {
        "henvisninger": [{"plan": "", "modtager": "kommune", "haster": True, "linjer": []}],
        "udgave": 4,
        "taget": "2027-03-01T10:15",
        "fra": {"navn": "Sygehuset"},
        "bilag": "PGEvPg==",
    }


def test_the_terminal_asks_as_the_page_does_and_a_wait_is_given_more_time(tmp_path: Path) -> None:
    picture = tmp_path / "skærm.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    reports = tmp_path / "r"
    reports.mkdir()

    async def test() -> None:
        async with pages_in(reports) as hub:
            one = await begin(hub, at=2)
            await one.append(Prompted(DO))
            remark, again = ("u", "Set på 010203-1234", ""), ("u", "", str(picture), "")
            terminal = Terminal(hub, "Anna", *remark, *again, "k", "Der er intet skærmbillede", "")
            working = terminal.work()
            await _until(one, lambda desk: DO.id in desk.said)
            await one.append(Prompted(JUDGE))
            await _until(one, lambda desk: JUDGE.id in desk.said)
            await one.append(WAITING)
            assert await asyncio.to_thread(terminal.screen.waits.acquire, timeout=30)
            terminal.typed.put("t")
            await _until(one, lambda desk: desk.waits[1][2] > WAITING.seconds)
            await one.append(RunEnded(1, 2.0))
            await asyncio.to_thread(working.join)
            shown = terminal.screen.getvalue()
            assert f"Patient: {NANCY}  Nancy Ann Test Berggren" in shown
            assert "Bemærkningen indeholder et CPR-nummer" in shown

    run(test)
    done, judged = _of(reports, Answered)
    assert [(file.name, file.media_type) for file in done.answer.files] == [("skærm.png", "image/png")]
    assert (done.answer.outcome, done.answer.remark) == (Outcome.DONE, "")
    assert (judged.answer.outcome, judged.answer.remark) == (Outcome.CANNOT, "Der er intet skærmbillede")
    assert _of(reports, Extended) == [Extended(1, 300.0, "Anna")]


def test_own_values_are_typed_one_at_a_time_and_told_what_is_wrong_at_once(tmp_path: Path) -> None:
    reports = tmp_path / "r"
    reports.mkdir()

    async def test() -> None:
        async with pages_in(reports) as hub:
            one = await begin_run(hub)
            await one.append(Prompted(CHOOSE))
            terminal = Terminal(
                hub, "Anna", "u", "g", "Kort", "Går på Ærø 010203-1234", "", "", "", *("g", "n", "Går på Ærø", "", "", "")
            )
            working = terminal.work()
            await _until(one, lambda desk: bool(desk.said))
            await one.append(RunEnded(1, 2.0))
            await asyncio.to_thread(working.join)
            shown = terminal.screen.getvalue()
            assert "Gå en tur hver dag: Skal have mindst et æ, ø eller å, som det, der erstattes." in shown
            assert "indeholder et CPR-nummer" in shown
            assert "Skriv en af: g, s." in shown

    run(test)
    [said] = _of(reports, Answered)
    assert (said.answer.outcome, said.answer.values) == (Outcome.DONE, {"værdi1": "Går på Ærø"})


def test_in_certificering_the_terminal_says_who_judges_and_waits(tmp_path: Path) -> None:
    async def test() -> None:
        async with pages_in(tmp_path) as hub:
            one = await begin(hub, as_started=replace(RUN, phase="certificering"))
            await one.append(Prompted(JUDGE))
            terminal = Terminal(hub)
            working = terminal.work()
            await asyncio.to_thread(terminal.screen.theirs.acquire)
            await one.append(WAITING)
            await asyncio.to_thread(terminal.screen.waits.acquire)
            await one.answer(JUDGE.id, Answer(Outcome.JUDGED, "Bo Dal", "OK", role="MedCom"))
            await one.append(RunEnded(1, 2.0))
            await asyncio.to_thread(working.join)
            shown = " ".join(terminal.screen.getvalue().split())
            assert shown.count("er det MedComs tester, der svarer på dette") == 1
            assert "Dit navn" not in shown

    run(test)
