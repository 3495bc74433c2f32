"""What comes while a cut-off run is being taken up again belongs to the attempt that is gone on with."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from threaded_hub import hub_for

from harness.domain.event import Answered, Exchanged, Observed, Ordered, Prompted, ScenarioEnded, ScenarioStarted
from harness.domain.prompt import Outcome, Prompt, Wanted
from harness.domain.seat import Seat, Seating
from harness.domain.vendor import Driver
from harness.hub.control import CONTROL_FILE
from harness.record.log import LOG_NAME, Entry, read_log
from harness.runner.attended.stage import AttendedStage
from harness.runner.hub_line import HubLine
from harness.runner.options import prepare
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.services.disturbance import DISTURBANCE
from harness.services.service import USUAL, Order

PATIENCE = 30.0
"""Seconds until a stage that waits for what never comes counts as hanging. Nothing is measured by it."""
BEGUN = ScenarioStarted("PRV-01", 1, "Prøve", "Prøve", "", "prøve.feature", 1, (), (), {}, "", ())
PROMPT = Prompt("PRV-01/1/1", Wanted.DO, 1, "Gør det")
CHOICE = Prompt("PRV-01/1/0", Wanted.CHOOSE, 0, "PRV-01: Prøve")


class Interrupted(AttendedStage):
    """A stage to which a message and an answer come just when it has read what stood in the log."""

    address = ""

    def _stood_before(self, entries: list[Entry]) -> None:
        super()._stood_before(entries)
        if not self._setup.resume:
            return
        httpx.post(f"{self.address}/plsp/soegning", json={"patient": "2512489996"})
        tester = HubLine(self._setup.hub)
        try:
            tester.do("answer", system="novax", prompt=PROMPT.id, answer={"outcome": Outcome.DONE, "by": "ABC"})
        finally:
            tester.close()
        self._line.do("settle")


def attended(reports: Path) -> RunSetup:
    setup = prepare(Wish(vendor="novax", rute="plsp"))
    return replace(setup, target="live", hub=reports / CONTROL_FILE, lps="http://127.0.0.1:9")


def test_what_comes_while_the_log_is_read_is_neither_lost_nor_asked_for_again(tmp_path: Path) -> None:
    setup = attended(tmp_path / "reports")
    (tmp_path / "run").mkdir()
    with hub_for(setup, tmp_path / "reports") as Interrupted.address:
        first = Interrupted(setup, tmp_path / "run")
        first.append(BEGUN)
        first.append(Prompted(PROMPT))
        first.close(over=False)
        again = Interrupted(replace(setup, resume=True), tmp_path / "run")
        with ThreadPoolExecutor(1) as waiting:
            try:
                assert again.append(BEGUN) == -1
                inbox = again.story("prøve").attempt.inbox
                answer = waiting.submit(again.ask, PROMPT).result(PATIENCE)
                assert (answer.outcome, answer.by) == (Outcome.DONE, "ABC")
                assert [each.request.path for each in inbox.received] == ["/plsp/soegning"]
            finally:
                again.close()


@pytest.mark.parametrize("before", [True, False], ids=["answered before", "answered after"])
def test_what_is_chosen_before_an_attempt_is_asked_for_once_whenever_the_run_is_cut_off(tmp_path: Path, before: bool) -> None:
    setup = attended(tmp_path / "reports")
    folder = tmp_path / "run"
    folder.mkdir()
    with hub_for(setup, tmp_path / "reports"), ThreadPoolExecutor(1) as asking:
        first = AttendedStage(setup, folder)
        lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        tester = HubLine(setup.hub, lines.put)
        tester.do("watch", system="novax")
        asked = asking.submit(first.choose, CHOICE)
        while lines.get(timeout=PATIENCE)["event"]["kind"] != "prompted":
            pass
        answer = {"outcome": Outcome.DONE, "by": "ABC"}
        if before:
            tester.do("answer", system="novax", prompt=CHOICE.id, answer=answer)
            assert asked.result(PATIENCE).by == "ABC"
        else:
            first.interrupt()
            with pytest.raises(KeyboardInterrupt):
                asked.result(PATIENCE)
        first.close(over=False)
        again = AttendedStage(replace(setup, resume=True), folder)
        asked = asking.submit(again.choose, CHOICE)
        if not before:
            tester.do("answer", system="novax", prompt=CHOICE.id, answer=answer)
        assert asked.result(PATIENCE).by == "ABC"
        again.append(BEGUN)
        tester.close()
        again.close()
    events = [entry.event for entry in read_log(folder / LOG_NAME)]
    assert [event for event in events if isinstance(event, Prompted)] == [Prompted(CHOICE)]
    assert [event.prompt for event in events if isinstance(event, Answered)] == [CHOICE.id]


BEFORE = ScenarioStarted("PRV-00", 1, "Før", "Prøve", "", "prøve.feature", 1, (), (), {}, "", ())
OUTAGE = Order(DISTURBANCE, {"slags": "nedbrud", "sti": "/plsp/andet"})


def search(address: str) -> None:
    httpx.post(f"{address}/plsp/soegning", json={"patient": "2512489996"})


@pytest.mark.parametrize("cut_off", ["never", "asked", "answered", "begun", "begun and not told"])
def test_while_a_tester_chooses_services_are_as_usual_and_what_comes_is_told_once_and_judged_by_none(
    tmp_path: Path, cut_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = attended(tmp_path / "reports")
    folder = tmp_path / "run"
    folder.mkdir()
    with hub_for(setup, tmp_path / "reports") as address, ThreadPoolExecutor(1) as asking:
        stage = AttendedStage(setup, folder)

        def again() -> AttendedStage:
            stage.close(over=False)
            return AttendedStage(replace(setup, resume=True), folder)

        stage.append(BEFORE)
        stage.story("før")
        stage.order("plsp", OUTAGE)
        search(address)
        stage.append(ScenarioEnded("PRV-00", 1, "OK", ""))
        lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        tester = HubLine(setup.hub, lines.put)
        tester.do("watch", system="novax")
        asked = asking.submit(stage.choose, CHOICE)
        while lines.get(timeout=PATIENCE)["event"]["kind"] != "prompted":
            pass
        search(address)
        if cut_off == "asked":
            stage.interrupt()
            with pytest.raises(KeyboardInterrupt):
                asked.result(PATIENCE)
            stage = again()
            asked = asking.submit(stage.choose, CHOICE)
        search(address)
        tester.do("answer", system="novax", prompt=CHOICE.id, answer={"outcome": Outcome.DONE, "by": "ABC"})
        assert asked.result(PATIENCE).by == "ABC"
        if cut_off == "answered":
            stage = again()
            assert asking.submit(stage.choose, CHOICE).result(PATIENCE).by == "ABC"
        with monkeypatch.context() as dying:
            if cut_off == "begun and not told":
                dying.setattr(stage, "_tell_of_what_came_before", lambda *_: None)
            stage.append(BEGUN)
        if cut_off.startswith("begun"):
            stage = again()
            assert asking.submit(stage.choose, CHOICE).result(PATIENCE).by == "ABC"
            assert stage.append(BEGUN) == -1
        search(address)
        stage.run_due()
        story = stage.story("prøve")
        stage.run_due()
        assert len(story.attempt.inbox.received) == 1
        tester.close()
        stage.close()
    events = [entry.event for entry in read_log(folder / LOG_NAME)]
    assert sum(isinstance(event, Exchanged) for event in events) == 4
    choosing = events[events.index(BEFORE) : events.index(Prompted(CHOICE))]
    orders = [(event.service, event.name) for event in choosing if isinstance(event, Ordered)]
    assert orders[-2:] == [("plsp", DISTURBANCE), ("plsp", USUAL.name)]
    (told,) = (event for event in events if isinstance(event, Observed))
    assert told.text == "2 beskeder fra systemet kom, mens intet scenarie var i gang, og er ikke bedømt: Søgning i PLSP (2)."
    assert events.index(BEGUN) < events.index(told)


@pytest.mark.parametrize("cut_off", [False, True])
def test_the_owner_of_a_real_seat_is_asked_once_and_the_run_goes_on_from_the_answer(tmp_path: Path, cut_off: bool) -> None:
    setup = attended(tmp_path / "reports")
    seats = {"kommune": Seating(Seat.ATTEST, owner="Byens Kommune")}
    setup = replace(setup, vendor=replace(setup.vendor, seats=seats, driver=Driver.ATTENDED))
    note = Order("notat", {"cpr": "2512489996", "tekst": "Hej BCDFGH"})
    folder = tmp_path / "run"
    folder.mkdir()
    with hub_for(setup, tmp_path / "reports"), ThreadPoolExecutor(1) as asking:
        stage = AttendedStage(setup, folder)
        lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        tester = HubLine(setup.hub, lines.put)
        tester.do("watch", system="novax")
        stage.append(BEGUN)
        asked = asking.submit(stage.story("prøve").services.order, "dnhf", note)
        while (line := lines.get(timeout=PATIENCE))["event"]["kind"] != "prompted":
            pass
        if cut_off:
            stage.interrupt()
            with pytest.raises(KeyboardInterrupt):
                asked.result(PATIENCE)
            stage.close(over=False)
            stage = AttendedStage(replace(setup, resume=True), folder)
            assert stage.append(BEGUN) == -1
            asked = asking.submit(stage.story("prøve").services.order, "dnhf", note)
        tester.do("answer", system="novax", prompt=line["event"]["prompt"]["id"], answer={"outcome": Outcome.DONE, "by": "ABC"})
        assert asked.result(PATIENCE) == {}
        tester.close()
        stage.close()
    events = [entry.event for entry in read_log(folder / LOG_NAME)]
    (prompted,) = (event.prompt for event in events if isinstance(event, Prompted))
    assert prompted.tasks[0].says.startswith("Bed Byens Kommune om")
    assert [event for event in events if isinstance(event, Ordered)] == [], "the simulator was told nothing"
