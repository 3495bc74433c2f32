"""Secrets are hidden wherever a text may enter a log, and nothing that only looks like one is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.domain.event import MeasuredAgainst, Observed, RunStarted
from harness.domain.requirement import Campaign
from harness.domain.vendor import Approval, ApprovalStatus, Channel
from harness.house import find_house
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.log import LOG_NAME, LogWriter, as_written, event_as_json, read_log
from harness.record.redaction import HIDDEN, may_hold_a_secret, redact, redact_headers, redact_told, secrets_in
from harness.suite.patients import allowed_cprs
from tests.reporting.example_run import events

FOREIGN = "2311143995"
"""A national test number that the guard here is not told of: no other number stands in this repository."""
ALLOWED = allowed_cprs(find_house()) - {FOREIGN}
GUARD = Guard(ALLOWED)
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
    "adresse med skråstreg": f"https://bruger:a/{SECRET}@lps.example",
    "adresse med apostrof": f"https://bruger:a'{SECRET}@lps.example",
    "adresse med to @": f"https://bruger:a@{SECRET}@lps.example/x",
    "adresse med e-mail": f"https://navn@lps.example:{SECRET}@lps.example/x",
    "adresse i JSON": rf"https:\/\/bruger:{SECRET}@lps.example\/",
    "tupel": f"('Authorization', 'Basic {SECRET}')",
    "tupel af bytes": f"(b'authorization', b'Negotiate {SECRET}')",
    "ordbog": f"{{'password': '{SECRET}'}}",
    "attribut": f'<login password="{SECRET}"/>',
    "element": f"<l:adgangskode>{SECRET}</l:adgangskode>",
    "nøgle i en linje": f"GET / HTTP/1.1\r\nX-Api-Key: {SECRET}\r\n",
    "cookie i en linje": f"Host: x\nCookie: a=1; b={SECRET}\n",
    "privat nøgle med småt": f"-----begin private key-----\n{SECRET}\n-----end private key-----",
    "XML i XML": f"&lt;l:Password&gt;{SECRET}&lt;/l:Password&gt;",
    "Digest": f'Authorization: Digest username="u", response="{SECRET}"',
    "pwd": f"?a=1&pwd={SECRET}",
    "CPR": f"Nancy {FOREIGN}",
    "CPR med bindestreg": f"Nancy ({FOREIGN[:6]}-{FOREIGN[6:]})",
}


TOLD = {
    "kolon": f"password: {SECRET}",
    "kolon på dansk": f"Kodeord : {SECRET}.",
    "sammensat": f"db_password={SECRET}, dbPassword={SECRET}",
    "kun en nøgle i adressen": f"kald til https://{SECRET}@lps.example/x",
    "token med kolon": f"token: {SECRET}",
    "bruger uden adgangskode": f"https://{SECRET}:@lps.example/x",
    "token": f"/plan?token={SECRET}&a=1",
    "secret": f"secret={SECRET}",
    "nøgle": f"Headere: X-Functions-Key: {SECRET}",
    "cookie": f"Headere: Cookie: a={SECRET}",
    "ordbog": f"{{'token': '{SECRET} x'}}",
    "tupel": f"[('x-api-key', '{SECRET} x')]",
    "tupel af bytes": f"[(b'set-cookie', b'{SECRET} x')]",
    "JSON i JSON": json.dumps(json.dumps({"password": SECRET})),
    "med tal": "pinkode=4711",
}
"""What is hidden only in what the harness tells."""


@pytest.mark.parametrize("text", TOLD.values(), ids=TOLD)
def test_what_is_told_hides_more_than_a_message(text: str) -> None:
    hidden = redact_told(text.encode())
    assert HIDDEN.encode() in hidden
    assert SECRET.encode() not in hidden
    assert b"4711" not in hidden
    assert redact_told(hidden) == hidden
    assert list(secrets_in(hidden, told=True)) == []
    assert list(secrets_in(text.encode(), told=True))
    line = json.dumps({"message": text}).encode() + b"\n"
    assert json.loads(GUARD.scrub(line)) == {"message": hidden.decode()}


ADDRESS = f"https://bruger:{SECRET}@lps.example/x"
IN_A_LINE = {
    "som den er": ADDRESS,
    "med et styretegn": ADDRESS.replace(SECRET, f"\x01{SECRET}"),
    "skråstreger som i JSON": ADDRESS.replace("/", r"\/"),
    "JSON i JSON": json.dumps({"url": ADDRESS}).replace("/", r"\/"),
    "efter en udgave": f"medcomdk/ehmi@c3fb786, {ADDRESS}",
}


@pytest.mark.parametrize("text", IN_A_LINE.values(), ids=IN_A_LINE)
def test_a_password_in_an_address_is_found_in_a_line_however_json_writes_it(text: str) -> None:
    assert SECRET.encode() not in redact_told(text.encode()), "the example itself"
    for line in (json.dumps({"message": text}), json.dumps({"message": text}, ensure_ascii=False)):
        assert SECRET.encode() not in GUARD.scrub(line.encode())


@pytest.mark.parametrize(
    "text", ["(medcomdk/ehmi@c3fb786) http://medcomehmi.dk", "http://medcomehmi.dk, medcomdk/ehmi@c3fb786", "a@b"]
)
def test_the_version_of_a_source_is_looked_at_no_closer(text: str) -> None:
    assert not may_hold_a_secret(json.dumps({"source": text}).encode())


@pytest.mark.parametrize("text", [*PLANTED.values(), *TOLD.values()], ids=[*PLANTED, *TOLD])
def test_a_guard_that_knows_all_that_stands_around_it_hides_the_same(text: str) -> None:
    line = json.dumps({"kind": "observed", "text": text, "keyword": text, text: [text]}, ensure_ascii=False).encode()
    knowing = Guard(ALLOWED)
    for each in line.decode().split('"'):
        for around in (each, *each.split(), *each.split(SECRET), *each.split(FOREIGN)):
            knowing.scrub(json.dumps({"text": around, around: ""}, ensure_ascii=False).encode())
    assert knowing.scrub(line) == Guard(ALLOWED).scrub(line) != line


def test_what_stands_around_what_is_told_is_left() -> None:
    text = f"[('x-api-key', '{SECRET}'), ('a', 'b')] <a password=\"{SECRET}\" b=\"c\"/> {{'token': '{SECRET}', 'e': 'f'}}"
    assert redact_told(text.encode()).decode() == text.replace(SECRET, HIDDEN)


HONEST = (
    "https://medcom.dk:443/a@b",
    "https://medcom.dk:8443/sti?mail=navn@klinik.dk",
    "https://medcom.dk/ og navn@klinik.dk, mailto:navn@klinik.dk",
    "('https://medcom.dk:8443','navn@klinik.dk')",
    "urn:ietf:params:oauth:token-type:jwt urn:dk:token:abc urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    "urn:oid:1.2.208.176.1.2 urn:uuid:6f7b1c1e-3e0b-4b0e-9c3a-2b1c3e4f5a6b",
    '{"system":"http://snomed.info/sct","code":"4711"}',
    '{"name":"_tag","type":"token","code":"token"}',
    "<ds:SignatureValue>YWJj</ds:SignatureValue><ds:KeyInfo><ds:KeyName>nøglen</ds:KeyName></ds:KeyInfo>",
    '<wsse:Password Type="http://docs.oasis-open.org/wss/x#PasswordText"/>',
    "<adgangskode>\n  <kommer/></adgangskode>",
    "www-authenticate: Basic realm=x",
)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_is_left_also_in_the_log(text: str) -> None:
    assert redact(text.encode()) == redact_told(text.encode()) == text.encode()


@pytest.mark.parametrize("text", ["Adgangskode: se brev", '{"token": "abc", "secret": "x"}', "a?token=b", "https://navn@host/"])
def test_a_message_keeps_what_may_be_no_secret(text: str) -> None:
    assert redact(text.encode()) == text.encode() != redact_told(text.encode())


BEFORE, AFTER = FOREIGN[:6], FOREIGN[6:]
WRITTEN = {
    "filnavn": f"plan_{BEFORE}-{AFTER}.xml",
    "filnavn med mellemrum": f"plan {BEFORE} {AFTER}.xml",
    "tankestreg": f"Nancy {BEFORE}\u2013{AFTER} æ",
    "understreg": f"{BEFORE}_{AFTER}",
    "mellemrum i en adresse": f"/dros/{BEFORE}%20{AFTER}",
    "blødt bindestreg": f"{BEFORE}\u00ad{AFTER}",
    "hårdt mellemrum": f"{BEFORE}\u00a0{AFTER}",
    "linjeskift": f"{BEFORE}\n{AFTER}",
    "brede cifre": "".join(chr(ord(each) + 0xFEE0) for each in FOREIGN),
    "ved bogstaver": f"CPR{FOREIGN}x",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_number_is_hidden_in_the_log_however_a_person_writes_it(text: str) -> None:
    line = json.dumps({"name": text, "n": int(FOREIGN)}, ensure_ascii=False).encode() + b"\n"
    hidden = GUARD.scrub(line)
    assert HIDDEN in json.loads(hidden)["name"]
    assert BEFORE not in json.loads(hidden)["name"]
    assert json.loads(hidden)["n"] == int(FOREIGN)
    assert GUARD.scrub(hidden) == hidden
    everybody = Guard(allowed_cprs(find_house()))
    assert everybody.scrub(line) == line


@pytest.mark.parametrize(
    "text",
    [
        f"6f7b1c1e-3e0b-4b0e-9c3a-{FOREIGN}ab",
        f"_6f7b1c1e-3e0b-4b0e-9c3a-{FOREIGN}ab",
        f"b2f1c{FOREIGN}9e8d7c6b5a4f3e2d1c0b",
        f"1.2.208.{FOREIGN}",
        f"20{FOREIGN}00+0200",
        f'{{"a": 0.{FOREIGN}}}',
    ],
)
def test_in_a_longer_name_or_number_it_is_left_in_the_log(text: str) -> None:
    line = json.dumps({"a": text}).encode()
    assert GUARD.scrub(line) == line


def test_a_date_and_a_time_in_a_message_are_no_number() -> None:
    assert GUARD.inspect(f"<text>Indkaldt {BEFORE} {AFTER}</text>".encode()) == []
    assert [each.typed for each in GUARD.inspect(f"<fil>plan_{BEFORE}-{AFTER}_x.xml</fil>".encode())] == [False]


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED)
def test_what_was_hidden_is_no_secret_any_more(text: str) -> None:
    hidden = redact(text.encode())
    assert SECRET.encode() not in hidden
    assert list(secrets_in(hidden)) == []
    assert bool(list(secrets_in(text.encode()))) == (SECRET in text)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "X-Pin",
            "x-otp",
            "DPoP",
            "X-Auth-Token",
            "Api-Key",
            "apikey",
            "X-Api-Key",
            "X-Client-Secret",
            "Ocp-Apim-Subscription-Key",
        ),
        *("AccessToken", "authToken", "XToken", "accesstoken", "clientSecret", "X-Session-Id", "X-Functions-Key", "JSESSIONID"),
    ],
)
def test_a_header_whose_name_says_secret_is_hidden(name: str) -> None:
    assert redact_headers(((name, SECRET),)) == ((name, HIDDEN),)


@pytest.mark.parametrize(
    "name", ["x-monkey-id", "idempotency-key", "x-author", "content-type", "www-authenticate", "x-pinned", "tokens-left"]
)
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
