"""The worklist's chain: one writer at a time, nothing taken away, and a torn last line was never said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.grade import Grade
from harness.domain.worklist import Alarmed, Noted, TakenBack, Verified, Work, WorkAct, worklist_of
from harness.record.log import FIRST
from harness.record.worklist import WORKLIST_NAME, WorklistLog

ITEM = "dagen/novax/r1/DEL-01[KOL]/1"
AT = "2027-03-01T10:00:00+00:00"


def say(log: WorklistLog, act: WorkAct, seen: int, item: str = ITEM, by: str = "Bo Dal") -> None:
    log.append(Work(item, by, AT, act), seen, lambda _: "")


def test_what_was_said_is_read_again_by_another_process(tmp_path: Path) -> None:
    log, other = WorklistLog(tmp_path), WorklistLog(tmp_path)
    assert other.read() == worklist_of((), FIRST)
    acts = (Verified(False, "F3", Grade.F4, "Kun en stavefejl"), Noted("Æ, ø og å\nog en linje"), Alarmed("Se her"))
    for number, act in enumerate((*acts, TakenBack("kritisk", "Fejl"), TakenBack("verificering", "Også"))):
        say(log, act, number)
        assert other.read() == log.read()
    handled = other.read().of(ITEM)
    assert [each.act for each in handled.said[:3]] == list(acts)
    assert (handled.verified, handled.alarmed) == (None, None)
    assert len((tmp_path / WORKLIST_NAME).read_bytes().splitlines()) == 5


def test_nobody_speaks_over_another(tmp_path: Path) -> None:
    log = WorklistLog(tmp_path)
    say(log, Noted("Først"), 0)
    with pytest.raises(ConfigurationError, match="En anden har skrevet imens"):
        say(WorklistLog(tmp_path), Noted("Samtidig"), 0)
    say(WorklistLog(tmp_path), Noted("Om noget andet"), 0, item="dagen/xmo/r1/A/1")
    with pytest.raises(ConfigurationError, match="Nej"):
        log.append(Work(ITEM, "Bo Dal", AT, Noted("x")), 1, lambda _: "Nej")
    assert log.read().count == 2


def test_many_who_write_at_once_make_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(say, WorklistLog(tmp_path), Noted("x"), 0, f"a/b/c/D/{n}") for n in range(40)]:
            each.result()
    assert WorklistLog(tmp_path).read().count == 40


def test_a_torn_last_line_was_never_said_and_is_cut_off(tmp_path: Path) -> None:
    log = WorklistLog(tmp_path)
    say(log, Noted("Først"), 0)
    path = tmp_path / WORKLIST_NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"seq":1,"prev":"')
    assert WorklistLog(tmp_path).read().count == 1
    say(log, Noted("Så"), 1)
    assert path.read_bytes().startswith(whole)
    assert [each.act for each in WorklistLog(tmp_path).read().of(ITEM).said] == [Noted("Først"), Noted("Så")]


@pytest.mark.parametrize("number", [0, 1])
def test_a_line_that_was_changed_is_told_with_its_place(tmp_path: Path, number: int) -> None:
    log = WorklistLog(tmp_path)
    for seen, text in enumerate(("Et", "To", "Tre")):
        say(log, Noted(text), seen)
    path = tmp_path / WORKLIST_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace(b'"kind":"noted"', b'"kind": "noted"')
    path.write_bytes(b"".join(lines))
    with pytest.raises(BadInput, match="hænger ikke sammen") as told:
        WorklistLog(tmp_path).read()
    assert told.value.line == number + 2
