"""The log: what is written is read back, and a log that was changed is refused at the line where it was."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.domain.event import Event, Observed, RunEnded, StepStarted
from harness.record.evidence import EVIDENCE_NAME, Evidence, read_evidence
from harness.record.log import FIRST, LOG_NAME, LogWriter, encode, read_log

KINDS = typing.get_args(Event)
NUMBERS = st.floats(allow_nan=False)


def some(kind: type[Any]) -> st.SearchStrategy[Event]:
    """Every field of this kind of event filled in, also those with a default."""
    hints = typing.get_type_hints(kind)
    given_fields = {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.name != "kind"}
    return st.builds(kind, **{name: NUMBERS if hint is float else st.from_type(hint) for name, hint in given_fields.items()})


def write(folder: Path, events: Sequence[Event]) -> Path:
    log = LogWriter(folder)
    for event in events:
        log.append(event)
    log.close()
    return folder / LOG_NAME


def read(path: Path) -> list[Event]:
    return [entry.event for entry in read_log(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of four lines, with letters of several bytes."""
    return write(
        tmp_path, [Observed("Blåbærgrød ☃"), StepStarted(0, "Når", "lægen deler planen"), Observed("æ"), RunEnded(1, 2.5)]
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_each_kind_of_event_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, kind: type[Any], data: st.DataObject
) -> None:
    event = data.draw(some(kind))
    path = tmp_path_factory.mktemp("log") / LOG_NAME
    path.write_bytes(encode(event, 0, datetime(2026, 10, 5, tzinfo=UTC), FIRST))
    [entry] = read_log(path)
    assert entry.event == event
    assert type(entry.event) is kind


def test_entries_are_numbered_and_timed_in_utc(path: Path) -> None:
    entries = list(read_log(path))
    assert [entry.seq for entry in entries] == [0, 1, 2, 3]
    assert all(entry.at.utcoffset() == timedelta(0) for entry in entries)


def test_each_line_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    assert log.head == FIRST
    heads = [FIRST]
    for text in ("a", "b", "c"):
        log.append(Observed(text))
        heads.append(log.head)
    log.close()
    lines = (tmp_path / LOG_NAME).read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["prev"] for line in lines] == heads[:3]
    assert heads[1:] == [hashlib.sha256(line).hexdigest() for line in lines]


def test_what_is_appended_is_in_the_file_at_once(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    log.append(Observed("nu"))
    assert read(tmp_path / LOG_NAME) == [Observed("nu")]
    log.close()


def test_the_file_is_utf_8_and_readable(path: Path) -> None:
    assert "Blåbærgrød ☃" in path.read_text(encoding="utf-8")


def test_half_a_letter_does_not_stop_the_log(tmp_path: Path) -> None:
    assert read(write(tmp_path, [Observed("før \ud800 efter"), Observed("æ")])) == [Observed("før ? efter"), Observed("æ")]


def refused_at(path: Path) -> int | None:
    with pytest.raises(BadInput, match=LOG_NAME) as refusal:
        list(read_log(path))
    return refusal.value.line


def test_a_changed_byte_is_refused_at_the_next_line(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace("Blåbær".encode(), "Brombær".encode()))
    assert refused_at(path) == 2


def test_no_byte_of_a_line_can_be_changed_unseen(path: Path) -> None:
    """Every byte of the first line in turn: seen at the line itself, or at the one that carries its hash."""
    whole = path.read_bytes()
    for place in range(whole.index(b"\n")):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused_at(path) in (1, 2)


@pytest.mark.parametrize(("gone", "seen"), [(0, 1), (1, 2), (2, 3)])
def test_a_removed_line_is_refused(path: Path, gone: int, seen: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    assert refused_at(path) == seen


def test_a_last_line_with_another_number_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"seq":3,', b'{"seq":4,'))
    assert refused_at(path) == 4


def test_lines_in_another_order_are_refused(path: Path) -> None:
    first, second, third, fourth = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + third + second + fourth)
    assert refused_at(path) == 2


def test_a_line_put_in_between_is_refused(path: Path) -> None:
    first, *rest = path.read_bytes().splitlines(keepends=True)
    head = hashlib.sha256(first).hexdigest()
    path.write_bytes(first + encode(Observed("smuglet"), 1, datetime(2026, 10, 5, tzinfo=UTC), head) + b"".join(rest))
    assert refused_at(path) == 3


def test_a_last_line_that_was_cut_off_is_refused_wherever_it_was(path: Path) -> None:
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for end in range(last + 1, len(whole)):
        path.write_bytes(whole[:end])
        assert refused_at(path) == 4


@pytest.mark.parametrize(
    "line",
    [b"\n", b"[]\n", b"{}\n", b"\xff\n", b"[" * 100_000 + b"\n", b'{"seq":4,"at":"i dag","prev":"","event":{}}\n'],
    ids=["tom", "liste", "tomt objekt", "ikke UTF-8", "dyb", "ingen tid"],
)
def test_a_line_that_is_no_event_is_refused(path: Path, line: bytes) -> None:
    path.write_bytes(path.read_bytes() + line)
    assert refused_at(path) == 5


def test_an_unknown_kind_of_event_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"kind":"run_ended"', b'"kind":"run_glemt"'))
    assert refused_at(path) == 4


def test_the_lines_before_the_fault_are_given(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])
    entries = read_log(path)
    assert [next(entries).seq for _ in range(3)] == [0, 1, 2]
    with pytest.raises(BadInput):
        next(entries)


def test_a_second_writer_in_the_same_folder_is_refused(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        LogWriter(path.parent)
    assert path.read_bytes() == before


def test_a_closed_log_takes_nothing_more(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log.append(Observed("for sent"))


def test_evidence_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    data = "<plan>æøå</plan>\r\n".encode()
    evidence = Evidence(tmp_path)
    first, again = evidence.keep(data, "text/xml"), evidence.keep(data, "application/xml")
    assert first.sha256 == again.sha256 == hashlib.sha256(data).hexdigest()
    assert [file.name for file in (tmp_path / EVIDENCE_NAME).iterdir()] == [first.sha256]
    assert (first.size, first.content_type, read_evidence(tmp_path, first)) == (len(data), "text/xml", data)


def test_an_empty_body_leaves_no_evidence(tmp_path: Path) -> None:
    body = Evidence(tmp_path).keep(b"", "text/xml")
    assert (body.sha256, body.size, read_evidence(tmp_path, body)) == ("", 0, b"")
    assert list((tmp_path / EVIDENCE_NAME).iterdir()) == []
