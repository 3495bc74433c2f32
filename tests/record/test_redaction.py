"""Secrets are hidden wherever a text may enter a log, and nothing that only looks like one is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from example_run import events

from harness.domain.event import MeasuredAgainst, Observed, RunStarted
from harness.domain.requirement import Campaign
from harness.domain.vendor import Approval, ApprovalStatus, Channel
from harness.house import find_house
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.log import LOG_NAME, LogWriter, as_written, event_as_json, read_log
from harness.record.redaction import HIDDEN, redact, redact_headers, secrets_in
from harness.suite.patients import allowed_cprs

FOREIGN = "2311143995"
"""A national test number that the guard here is not told of: no other number stands in this repository."""
GUARD = Guard(allowed_cprs(find_house()) - {FOREIGN})
SECRET = "hemmeligt-X1y2Z3"
PLANTED = {
    "bearer": f"Authorization: Bearer {SECRET}",
    "Basic": f"authorization: Basic {SECRET}",
    "adresse": f"https://bruger:{SECRET}@lps.example/plan?a=1",
    "privat nøgle": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    "JSON": json.dumps({"access_token": SECRET}),
    "formular": f"grant=x&client_secret={SECRET}",
    "XML": f"<wsse:Password>{SECRET}</wsse:Password>",
    "undtagelse": f"ConnectError(\"kald til 'https://u:{SECRET}@host' fejlede\")",
    "CPR": f"Nancy {FOREIGN}",
    "CPR med bindestreg": f"Nancy ({FOREIGN[:6]}-{FOREIGN[6:]})",
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED)
def test_what_was_hidden_is_no_secret_any_more(text: str) -> None:
    hidden = redact(text.encode())
    assert SECRET.encode() not in hidden
    assert list(secrets_in(hidden)) == []
    assert bool(list(secrets_in(text.encode()))) == (SECRET in text)


@pytest.mark.parametrize(
    "name",
    ["X-Pin", "x-otp", "DPoP", "X-Auth-Token", "Api-Key", "apikey", "X-Api-Key", "X-Client-Secret", "Ocp-Apim-Subscription-Key"],
)
def test_a_header_whose_name_says_secret_is_hidden(name: str) -> None:
    assert redact_headers(((name, SECRET),)) == ((name, HIDDEN),)


@pytest.mark.parametrize("name", ["x-monkey-id", "idempotency-key", "x-author", "content-type", "www-authenticate", "x-pinned"])
def test_a_header_that_only_looks_so_is_left(name: str) -> None:
    assert redact_headers(((name, "abc"),)) == ((name, "abc"),)


@pytest.mark.parametrize(
    "text",
    [
        "https://medcom.dk:443/a@b",
        "urn:oasis:names:tc:SAML:2.0:cm:bearer",
        "@KP-09 https://svn.medcom.dk/svn",
        "<PasswordPolicy>1<",
    ],
)
def test_what_only_looks_like_a_secret_is_left(text: str) -> None:
    assert redact(text.encode()) == text.encode()


def _places(said: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in JSON where a text stands."""
    if isinstance(said, str):
        yield way
    for key, inner in said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ():
        yield from _places(inner, (*way, key))


def _with(said: Any, way: tuple[str | int, ...], text: str) -> Any:
    if not way:
        return text
    copy = dict(said) if isinstance(said, dict) else list(said)
    copy[way[0]] = _with(copy[way[0]], way[1:], text)
    return copy


def test_no_text_of_any_event_carries_it_into_the_log(tmp_path: Path) -> None:
    approval = Approval("CPD-DK", "2.0", Channel.SEND, ApprovalStatus.APPROVED)
    basis = MeasuredAgainst((Campaign("k", "k", "", (), (), (), {}, (), (), ()),), (approval,), "listen", {"a": "0" * 64})
    of_each_kind = {event.kind: event for event in (basis, *events(Evidence(tmp_path)))}
    text = "\n".join(PLANTED.values())
    for kind, event in of_each_kind.items():
        said = event_as_json(event)
        for way in _places(said):
            line = json.dumps({"seq": 0, "event": _with(said, way, text)}, ensure_ascii=False).encode() + b"\n"
            hidden = GUARD.scrub(line)
            assert SECRET.encode() not in hidden, (kind, way)
            assert FOREIGN.encode() not in hidden.replace(b"-", b""), (kind, way)
            assert json.loads(hidden)["seq"] == 0


def test_a_fields_name_makes_its_value_a_secret_or_a_number() -> None:
    for field, value in (("password", SECRET), ("cpr", FOREIGN), ("patient", FOREIGN), ("api_key", SECRET)):
        line = json.dumps({"arguments": {field: value, "andet": 7}}).encode() + b"\n"
        assert json.loads(GUARD.scrub(line)) == {"arguments": {field: HIDDEN, "andet": 7}}


def test_what_was_hidden_is_known_again_when_a_run_goes_on(tmp_path: Path) -> None:
    first = events(Evidence(tmp_path))[0]
    assert isinstance(first, RunStarted)
    planted = replace(first, product=PLANTED["bearer"], supplier=PLANTED["CPR"], undecided_bindings={"rute": PLANTED["adresse"]})
    log = LogWriter(tmp_path, scrub=GUARD.scrub)
    log.append(planted)
    log.close()
    [entry] = read_log(tmp_path / LOG_NAME)
    assert entry.event == as_written(planted, GUARD.scrub) != planted
    assert as_written(first, GUARD.scrub) == first


def test_a_log_is_written_through_it_and_can_be_read(tmp_path: Path) -> None:
    log = LogWriter(tmp_path, scrub=GUARD.scrub)
    started = events(Evidence(tmp_path))[0]
    assert isinstance(started, RunStarted)
    log.append(started)
    for text in PLANTED.values():
        log.append(Observed(text))
    log.close()
    assert next(entry.event for entry in read_log(tmp_path / LOG_NAME)) == started
    written = (tmp_path / LOG_NAME).read_text("utf-8")
    assert SECRET not in written
    assert FOREIGN not in written.replace("-", "")
    assert written.count(HIDDEN) >= len(PLANTED)
