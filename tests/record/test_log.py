"""The log: what is written is read back, and a log that was changed is refused at the line where it was."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.event import Event, Observed, RunEnded, StepEnded, StepStarted
from harness.domain.prompt import Answer, Attachment, Prompt, Task
from harness.domain.requirement import Campaign
from harness.house import find_house
from harness.record.evidence import EVIDENCE_NAME, Evidence, read_evidence
from harness.record.log import FIRST, LOG_NAME, LogWriter, encode, read_cut_log, read_log
from harness.suite.campaigns import load_campaigns

KINDS = typing.get_args(Event)
NUMBERS = st.floats(allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS.filter(lambda each: abs(each) != float("inf")) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
PLAIN = st.dictionaries(st.text(), JSON, max_size=3)
PROMPTS = st.builds(Prompt, tasks=st.lists(st.builds(Task, entered=PLAIN), max_size=2).map(tuple))
ANSWERS = st.builds(Answer, values=PLAIN, files=st.lists(st.builds(Attachment), max_size=2).map(tuple))
CUT = Observed("Den sidste linje i loggen var ikke skrevet til ende og er fjernet.")


CAMPAIGNS = st.lists(st.sampled_from(load_campaigns(find_house(), "all")), max_size=2).map(tuple)
"""What is read from a campaign's file is the only thing a log has of it."""


def some(kind: type[Any]) -> st.SearchStrategy[Event]:
    """Every field of this kind of event filled in, also those with a default."""
    hints = typing.get_type_hints(kind)
    special = {float: NUMBERS, dict[str, Any]: PLAIN, Prompt: PROMPTS, Answer: ANSWERS, tuple[Campaign, ...]: CAMPAIGNS}
    given_fields = {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.name != "kind"}
    return st.builds(
        kind, **{name: special[hint] if hint in special else st.from_type(hint) for name, hint in given_fields.items()}
    )


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
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


def test_what_each_line_tells_is_written_through_scrub_also_when_a_step_says_it_again(tmp_path: Path) -> None:
    told: list[bytes] = []

    def scrub(line: bytes) -> bytes:
        told.append(line)
        return line.replace(b"Zeppelin7", b"[skjult]")

    log = LogWriter(tmp_path, scrub=scrub)
    step, ended, observed = StepStarted(0, "Når", "x Zeppelin7"), StepEnded(0, "kunne ikke", "Zeppelin7"), Observed("Zeppelin7")
    for event in (step, ended, observed, step, ended, observed):
        log.append(event)
    log.close()
    hidden = [StepStarted(0, "Når", "x [skjult]"), StepEnded(0, "kunne ikke", "[skjult]"), Observed("[skjult]")]
    assert read(tmp_path / LOG_NAME) == hidden * 2
    assert [json.loads(line)["kind"] for line in told] == ["step_started", "step_ended", "observed", "observed"]


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


def test_a_log_that_is_there_is_refused_unless_it_is_to_be_gone_on_with(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        LogWriter(path.parent)
    assert path.read_bytes() == before


# A log that is gone on with


def test_no_line_is_written_before_the_last_one_when_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    clock = iter(noon + timedelta(hours=hours) for hours in (0, 5, -2, -300, 1))

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return next(clock).astimezone(tz)

    monkeypatch.setattr("harness.record.log.datetime", SetBack)
    for resume, events in ((False, 3), (True, 2)):
        log = LogWriter(tmp_path, resume=resume)
        for number in range(events):
            log.append(Observed(f"linje {number}"))
        log.close()
    hours = [(entry.at - noon) / timedelta(hours=1) for entry in read_log(tmp_path / LOG_NAME)]
    assert hours == [0, 5, 5, 5, 5]


def torn(last: bytes) -> list[bytes]:
    """What a killed process, or a disk that lost power, may leave of its last line."""
    return [
        last[:1],
        last[: len(last) // 2],
        last[:-1],
        last[: len(last) // 2] + b"\n",
        b"\0" * len(last),
        b"[" * 100_000 + b"\n",
    ]


def test_a_log_goes_on_where_it_ended(path: Path) -> None:
    before = path.read_bytes()
    log = LogWriter(path.parent, resume=True)
    assert list(log.before) == list(read_log(path))
    assert log.append(Observed("videre")) == 4
    assert b"".join(log.lines()).startswith(before)
    log.close()
    assert read(path) == [*(entry.event for entry in log.before), Observed("videre")]


@pytest.mark.parametrize("kind", range(6), ids=["én byte", "halv", "uden linjeskift", "halv linje", "nuller", "dyb"])
def test_a_last_line_not_written_to_its_end_is_cut_off_and_the_log_says_so(path: Path, kind: int) -> None:
    *whole, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole) + torn(last)[kind])
    cut = list(read_cut_log(path))
    log = LogWriter(path.parent, resume=True)
    assert list(log.before) == cut
    assert [entry.seq for entry in cut] == [0, 1, 2]
    log.append(Observed("videre"))
    log.close()
    assert path.read_bytes().startswith(b"".join(whole))
    assert read(path)[3:] == [CUT, Observed("videre")]


def test_a_log_whose_first_line_was_cut_begins_anew(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])
    assert list(read_cut_log(path)) == []
    log = LogWriter(path.parent, resume=True)
    log.append(Observed("videre"))
    log.close()
    assert log.before == ()
    assert read(path) == [CUT, Observed("videre")]


def test_a_folder_without_a_log_gets_one_also_when_it_is_to_be_gone_on_with(tmp_path: Path) -> None:
    log = LogWriter(tmp_path, resume=True)
    log.append(Observed("nyt"))
    log.close()
    assert (log.before, read(tmp_path / LOG_NAME)) == ((), [Observed("nyt")])


def test_a_broken_line_in_the_middle_is_refused_untouched_and_frees_the_log(path: Path) -> None:
    first, second, third, fourth = path.read_bytes().splitlines(keepends=True)
    broken = first + second[: len(second) // 2] + b"\n" + third + fourth
    path.write_bytes(broken)
    for _ in range(2):
        with pytest.raises(BadInput, match=LOG_NAME) as refusal:
            LogWriter(path.parent, resume=True)
        assert refusal.value.line == 2
    assert path.read_bytes() == broken
    path.write_bytes(first)
    LogWriter(path.parent, resume=True).close()


def test_a_whole_last_line_of_another_chain_is_refused_and_not_cut(path: Path) -> None:
    smuggled = path.read_bytes() + encode(Observed("smuglet"), 4, datetime(2026, 10, 5, tzinfo=UTC), FIRST)
    path.write_bytes(smuggled)
    with pytest.raises(BadInput, match="hænger ikke sammen"):
        LogWriter(path.parent, resume=True)
    assert path.read_bytes() == smuggled
    with pytest.raises(BadInput, match="hænger ikke sammen"):
        list(read_cut_log(path))


def test_of_a_cut_log_everything_but_the_torn_line_is_read(path: Path) -> None:
    """Wherever it was cut."""
    whole = path.read_bytes()
    entries = list(read_log(path))
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        assert list(read_cut_log(path)) == entries[: whole[:end].count(b"\n")]


@pytest.mark.parametrize("resume", [True, False])
def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, resume: bool) -> None:
    with pytest.raises(FileNotFoundError):
        LogWriter(tmp_path / "findes ikke", resume=resume)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("resume", [True, False])
def test_only_one_at_a_time_writes_a_log(path: Path, resume: bool) -> None:
    first = LogWriter(path.parent, resume=True)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=f"^Kørslen {path.parent.name} er i gang i et andet vindue\\.$"):
        LogWriter(path.parent, resume=resume)
    assert path.read_bytes() == before
    first.append(Observed("stadig"))
    first.close()
    LogWriter(path.parent, resume=True).close()


def test_a_log_closed_in_another_thread_than_it_was_opened_in_is_free(path: Path) -> None:
    log = LogWriter(path.parent, resume=True)
    closing = threading.Thread(target=log.close)
    closing.start()
    closing.join()
    LogWriter(path.parent, resume=True).close()


def test_a_killed_writer_holds_nobody_up(tmp_path: Path) -> None:
    writing = (
        "import sys; from pathlib import Path\n"
        "from harness.domain.event import Observed; from harness.record.log import LogWriter\n"
        "log = LogWriter(Path(sys.argv[1])); log.append(Observed('a')); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", writing, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            with pytest.raises(ConfigurationError, match="er i gang i et andet vindue"):
                LogWriter(tmp_path, resume=True)
        finally:
            process.kill()
    log = LogWriter(tmp_path, resume=True)
    log.append(Observed("b"))
    log.close()
    assert read(tmp_path / LOG_NAME) == [Observed("a"), Observed("b")]


# A disk that fails


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, "Ingen plads på enheden")


def test_what_does_not_reach_the_disk_leaves_nothing_and_is_told_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bytes] = []
    log = LogWriter(tmp_path, durable=True, written=told.append)
    log.append(Observed("før"))
    before = (tmp_path / LOG_NAME).read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        for _ in range(2):
            with pytest.raises(EnvironmentFault, match=rf"^Loggen .*{LOG_NAME} kan ikke skrives: Ingen plads på enheden\.$"):
                log.append(Observed("tabt"))
            assert (tmp_path / LOG_NAME).read_bytes() == before
    assert log.append(Observed("efter")) == 1
    log.close()
    assert read(tmp_path / LOG_NAME) == [Observed("før"), Observed("efter")]
    assert b"".join(told) == (tmp_path / LOG_NAME).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("room", [0, 1, 60], ids=["no room", "a byte", "half a line"])
def test_a_full_disk_leaves_no_half_line_and_the_chain_goes_on(tmp_path: Path, room: int) -> None:
    import resource

    log = LogWriter(tmp_path)
    log.append(Observed("før"))
    before = (tmp_path / LOG_NAME).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, hard))
    try:
        with pytest.raises(EnvironmentFault, match="kan ikke skrives") as fault:
            log.append(Observed("tabt"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.strerror(errno.EFBIG) in str(fault.value)
    assert (tmp_path / LOG_NAME).read_bytes() == before
    assert log.append(Observed("efter")) == 1
    log.close()
    assert read(tmp_path / LOG_NAME) == [Observed("før"), Observed("efter")]


class Failing:
    """A file on a disk that takes half of what it is given, and then nothing at all until it is well again."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.ill = True
        self._taken = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        done: Callable[..., Any] = getattr(self._file, name)
        if not self.ill or name == "fileno":
            return done

        def fails(*given: Any) -> Any:
            if name == "write" and not self._taken:
                self._taken = True
                return done(given[0][: len(given[0]) // 2])
            raise OSError(errno.EIO, "Disken svarer ikke")

        return fails


def test_a_half_line_that_could_not_be_cut_off_either_is_so_before_the_next_one(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    log.append(Observed("før"))
    disk: Any = Failing(log._file)
    log._file = disk
    for _ in range(3):
        with pytest.raises(EnvironmentFault, match="Disken svarer ikke"):
            log.append(Observed("tabt"))
    assert not (tmp_path / LOG_NAME).read_bytes().endswith(b"\n")
    disk.ill = False
    assert log.append(Observed("efter")) == 1
    log.close()
    assert read(tmp_path / LOG_NAME) == [Observed("før"), Observed("efter")]


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


@pytest.mark.parametrize("durable", [True, False])
def test_a_body_that_could_not_be_written_leaves_nothing_under_its_hash_and_can_be_kept_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    evidence, data = Evidence(tmp_path, durable=durable), b"<plan/>"
    with monkeypatch.context() as broken:
        if durable:
            broken.setattr(os, "fsync", full)
        else:
            broken.setattr(os, "replace", lambda *_: full(0))
        with pytest.raises(OSError, match="Ingen plads"):
            evidence.keep(data, "text/xml")
    name = hashlib.sha256(data).hexdigest()
    assert not (tmp_path / EVIDENCE_NAME / name).exists()
    assert read_evidence(tmp_path, evidence.keep(data, "text/xml")) == data
    assert [file.name for file in (tmp_path / EVIDENCE_NAME).iterdir()] == [name]


def test_half_a_body_that_a_killed_process_left_is_removed_and_whole_ones_are_kept(tmp_path: Path) -> None:
    kept = Evidence(tmp_path).keep(b"<plan/>", "text/xml")
    (tmp_path / EVIDENCE_NAME / f"{'a' * 64}.ny").write_bytes(b"<pl")
    Evidence(tmp_path)
    assert [file.name for file in (tmp_path / EVIDENCE_NAME).iterdir()] == [kept.sha256]


def test_an_empty_body_leaves_no_evidence(tmp_path: Path) -> None:
    body = Evidence(tmp_path).keep(b"", "text/xml")
    assert (body.sha256, body.size, read_evidence(tmp_path, body)) == ("", 0, b"")
    assert list((tmp_path / EVIDENCE_NAME).iterdir()) == []
