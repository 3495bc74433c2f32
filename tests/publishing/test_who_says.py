"""What is sent says nothing its sender may not say: no act of MedCom's by a supplier's token, and no time that cannot be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from receiver import InProcess, client, wall_app
from sent_log import NOVAX, started

from harness.domain.errors import ConfigurationError
from harness.domain.event import Event, Observed, RunEnded
from harness.domain.review import Act, Approved, Claimed, Commented, Escalated, Reviewing, Role, Said, Submitted
from harness.record.delivery import SOURCE_NAME, sent_by_supplier
from harness.record.log import FIRST, LOG_NAME, REVIEW_NAME, encode, fields_of
from harness.record.result import read_result
from harness.record.review import append_act, read_review

NOW = datetime.now(UTC) - timedelta(minutes=1)
EVENTS: tuple[Event, ...] = (started(), Observed("Kære læge"), RunEnded(0, 1.5))
HANDED_IN = Said("Anna Bek", Role.SUPPLIER, NOW.isoformat(), Submitted(()))


def log_of(*times: datetime) -> list[bytes]:
    """A run's log, a line for each of `times`."""
    lines, head = list[bytes](), FIRST
    for number, (at, event) in enumerate(zip(times, EVENTS, strict=False)):
        lines.append(encode(event, number, at, head))
        head = hashlib.sha256(lines[-1]).hexdigest()
    return lines


def review_of_acts(log: list[bytes], *acts: Said) -> list[bytes]:
    """The review of that run, which anybody can write."""
    lines, head = list[bytes](), hashlib.sha256(log[-1]).hexdigest()
    for number, each in enumerate(acts):
        said = {"seq": number, "prev": head, "by": each.by, "role": each.role, "at": each.at, "act": each.act}
        lines.append(json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=fields_of).encode() + b"\n")
        head = hashlib.sha256(lines[-1]).hexdigest()
    return lines


def send(reports: Path, lines: Iterable[bytes], below: str = "", since: int = 0, token: str = "novax-token") -> httpx.Response:
    address = f"/api/koersler/{NOVAX}{below}/linjer?fra={since}"
    headers = {"Content-Type": "application/x-ndjson"}
    return client(InProcess(wall_app(reports)), token).post(address, content=b"".join(lines), headers=headers)


def said(role: Role, act: Act) -> Said:
    return Said("Tove Lund", role, NOW.isoformat(), act)


@pytest.mark.parametrize(
    "act",
    [
        said(Role.MEDCOM, Claimed()),
        said(Role.MEDCOM, Approved()),
        said(Role.MEDCOM, Commented("Godkendt på dagen")),
        said(Role.MEDCOM, Escalated("Planer går tabt")),
        said(Role.SUPPLIER, Approved()),
    ],
)
def test_a_suppliers_token_sends_no_act_of_medcoms(tmp_path: Path, act: Said) -> None:
    log = log_of(NOW, NOW, NOW)
    assert send(tmp_path, log).status_code == 200
    answer = send(tmp_path, review_of_acts(log, HANDED_IN, act), "/gennemgang")
    assert answer.status_code == 400
    assert "Linje 2: det er en handling af MedCom" in answer.json()["fejl"]
    assert not (NOVAX.folder(tmp_path) / REVIEW_NAME).exists(), "nothing of it stays"
    assert send(tmp_path, review_of_acts(log, HANDED_IN), "/gennemgang").status_code == 200
    assert read_review(NOVAX.folder(tmp_path)).state is Reviewing.TO_VERIFY


@pytest.mark.parametrize(("token", "right"), [("monitor-token", "monitor"), ("administrator-token", "administrator")])
def test_medcom_sends_its_own_review(tmp_path: Path, token: str, right: str) -> None:
    log = log_of(NOW, NOW, NOW)
    review = review_of_acts(log, HANDED_IN, said(Role.MEDCOM, Approved()))
    assert send(tmp_path, log[:2], token=token).status_code == 200
    assert send(tmp_path, log[2:], since=2).status_code == 409, "a supplier's token goes on with nothing of MedCom's"
    assert send(tmp_path, log[2:], since=2, token=token).status_code == 200
    assert send(tmp_path, review, "/gennemgang", token=token).status_code == 200
    folder = NOVAX.folder(tmp_path)
    assert json.loads((folder / SOURCE_NAME).read_text("utf-8"))["ret"] == right
    assert not sent_by_supplier(folder)
    assert read_result(folder).review.state is Reviewing.VERIFIED


def test_an_approval_in_what_a_supplier_sent_never_counts(tmp_path: Path) -> None:
    log = log_of(NOW, NOW, NOW)
    send(tmp_path, log)
    folder = NOVAX.folder(tmp_path)
    with pytest.raises(ConfigurationError, match="sendt af leverandøren, ikke set af MedCom"):
        append_act(folder, said(Role.MEDCOM, Approved()), read_review(folder).head)
    (folder / REVIEW_NAME).write_bytes(b"".join(review_of_acts(log, HANDED_IN, said(Role.MEDCOM, Approved()))))
    review = read_result(folder).review
    assert (review.state, review.approved) == (Reviewing.TO_VERIFY, None)
    mark = json.loads((folder / SOURCE_NAME).read_text("utf-8"))
    del mark["ret"]  # as it was written before it said so
    (folder / SOURCE_NAME).write_text(json.dumps(mark), "utf-8")
    assert read_result(folder).review.approved is None


def test_no_line_is_ahead_of_the_walls_clock(tmp_path: Path) -> None:
    answer = send(tmp_path, log_of(NOW, datetime(2099, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)))
    assert (answer.status_code, answer.json()["linjer"]) == (400, 1)
    assert "Linje 2: linjen er skrevet ude i fremtiden" in answer.json()["fejl"]


@pytest.mark.parametrize("at_once", [True, False])
def test_no_line_is_before_the_one_above_it(tmp_path: Path, *, at_once: bool) -> None:
    log = log_of(NOW, NOW, datetime(1970, 1, 2, tzinfo=UTC))
    answer = send(tmp_path, log) if at_once else (send(tmp_path, log[:2]), send(tmp_path, log[2:], since=2))[1]
    assert (answer.status_code, answer.json()["linjer"]) == (400, 2)
    assert "Linje 3: linjen siger, at den er skrevet før linjen over den" in answer.json()["fejl"]


def test_a_time_without_an_offset_is_none(tmp_path: Path) -> None:
    answer = send(tmp_path, log_of(NOW.replace(tzinfo=None)))
    assert (answer.status_code, (tmp_path / NOVAX.campaign).exists()) == (400, False)


def test_an_honest_log_of_one_moment_comes_in(tmp_path: Path) -> None:
    assert send(tmp_path, log_of(NOW, NOW, NOW + timedelta(minutes=4))).status_code == 200
    assert len((NOVAX.folder(tmp_path) / LOG_NAME).read_bytes().splitlines()) == 3


def test_what_is_said_in_a_review_is_not_ahead_either(tmp_path: Path) -> None:
    log = log_of(NOW, NOW, NOW)
    send(tmp_path, log)
    late = Said("Anna Bek", Role.SUPPLIER, "2099-01-01T00:00:00+00:00", Submitted(()))
    assert send(tmp_path, review_of_acts(log, late), "/gennemgang").status_code == 400
    back = Said("Anna Bek", Role.SUPPLIER, (NOW - timedelta(minutes=2)).isoformat(), Commented("Efter at uret blev stillet"))
    assert send(tmp_path, review_of_acts(log, HANDED_IN, back), "/gennemgang").status_code == 200
