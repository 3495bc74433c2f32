"""What is remembered of the bodies before changes nothing of what is found in the next one."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.record import redaction
from harness.record.guard import _MOST, Guard
from harness.record.pieces import Pieces
from harness.record.redaction import may_be_redacted, redact
from tests.record.test_guard import FOREIGN, KNOWN, SECURITY, TYPED
from tests.record.test_redaction import PLANTED, SECRET

ALLOWED = frozenset({KNOWN})
MARK = "PLANENS-TEKST"
DOCUMENT = (
    '<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.208.176.1.2" extension="' + KNOWN + '"/>'
    f"<title>Forløbsplan</title><text kind='a'>{MARK}</text><key name=\"holder-of-key\">9</key></ClinicalDocument>"
)
MESSAGES = {
    "XML": DOCUMENT,
    "SOAP": f'<s:Envelope><Document id="d">{base64.b64encode(DOCUMENT.encode()).decode()}</Document></s:Envelope>',
    "JSON": json.dumps({"patient": KNOWN, "mål": MARK, "dokument": base64.b64encode(DOCUMENT.encode()).decode()}),
}
FOREIGNERS = {name: template.format(FOREIGN) for name, template in {**TYPED, **SECURITY, "løst": "Ring til {}."}.items()}
HIDDEN = {
    **PLANTED,
    **FOREIGNERS,
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXI",
    "nøgle i en ordbog": f"{{'api_key': '{SECRET}'}}",
    "nøgle i JSON": json.dumps({"api_key": SECRET}),
    "efter et linjeskift": f"\\n{FOREIGN}\\n",
    "i Base64": base64.b64encode(f"<cpr>{FOREIGN}</cpr>{'x' * 40}".encode()).decode(),
    "gzip i Base64": base64.b64encode(gzip.compress(f"<cpr>{FOREIGN}</cpr>".encode())).decode(),
    "tegnkoder": f"<cpr>{''.join(f'&#{ord(each)};' for each in FOREIGN)}</cpr>",
    "tegnkoder i JSON": "".join(f"\\u{ord(each):04x}" for each in FOREIGN),
}
WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "Base64": base64.b64encode,
}
"""How a whole body may be written."""


def found(body: bytes) -> tuple[bytes, list[object]]:
    """As a guard finds it that remembers nothing of it, nor of its pieces."""
    return redact(body), list(Guard(ALLOWED)._look(body, _MOST))


@pytest.mark.parametrize("planted", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_what_is_planted_in_a_message_that_is_known_is_found_wherever_it_stands(message: str, planted: str) -> None:
    guard = Guard(ALLOWED)
    for each in MESSAGES.values():
        assert guard.redacted(each.encode()) == each.encode()
        assert guard.inspect(each.encode()) == []
    places = [at for at, each in enumerate(message) if each in '"<>,:' or message.startswith(MARK, at)]
    for at in places[:: max(1, len(places) // 12)]:
        body = (message[:at] + planted + message[at:]).encode()
        assert (guard.redacted(body), guard.inspect(body)) == found(body)


@pytest.mark.parametrize("planted", HIDDEN.values(), ids=HIDDEN)
def test_whatever_was_planted_is_found_again_in_the_next_message(planted: str) -> None:
    guard = Guard(ALLOWED)
    bodies = [
        message.replace(MARK, f"{number} {planted}").encode()
        for message in MESSAGES.values()
        if MARK in message
        for number in (1, 2, 1)
    ]
    for body in bodies:
        assert (guard.redacted(body), guard.inspect(body)) == found(body) != (body, [])


@pytest.mark.parametrize("written", WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("planted", FOREIGNERS.values(), ids=FOREIGNERS)
def test_a_number_is_found_in_a_known_message_that_is_written_otherwise(planted: str, written: Callable[[bytes], bytes]) -> None:
    guard = Guard(ALLOWED)
    for each in MESSAGES.values():
        assert guard.inspect(each.encode()) == []
    body = written(DOCUMENT.replace(MARK, planted).encode())
    assert guard.inspect(body) == found(body)[1] != []


PARTS = st.sampled_from(
    (
        *(
            '"',
            "<",
            ">",
            ",",
            ":",
            "=",
            "'",
            " ",
            "\n",
            "\\n",
            "&#10;",
            "@",
            "/",
            "%3",
            "&#4",
            "9;",
            "\\u003",
            "key",
            "otp",
            "token",
        ),
        *("password", "pwd", "Bearer ", "eyJ", "access_", "holder-of-", "private key", KNOWN, FOREIGN, FOREIGN[:6], FOREIGN[6:]),
        *("cpr", "patient", "^^^&amp;1.2.208.176.1.2&amp;ISO", "x" * 40, "Mål", "\x00"),
    )
)


@given(st.lists(st.lists(PARTS, max_size=12).map("".join), min_size=1, max_size=6))
def test_one_guard_that_saw_many_bodies_finds_what_one_that_saw_none_does(bodies: list[str]) -> None:
    guard = Guard(ALLOWED)
    for body in (each.encode() for each in (*bodies, *bodies)):
        assert guard.redacted(body) == redact(body)
        assert guard.inspect(body) == (list(Guard(ALLOWED)._look(body, _MOST)) if len(body) >= 10 else [])


def test_only_names_with_a_quotation_mark_are_cut_where_pieces_are() -> None:
    """A word with a tag's mark in it, or a mark elsewhere than at its end, would be overlooked."""
    words = {word for _, words, pattern in redaction._SECRETS if pattern is not redaction._IN_A_FIELD for word in words}
    of_fields = {word for _, words, pattern in redaction._SECRETS if pattern is redaction._IN_A_FIELD for word in words}
    assert not [word for word in words if set(b'"<>') & set(word)]
    assert not [word for word in of_fields if set(b'"<>') & set(word[:-1])]


def test_the_name_of_a_key_that_is_no_secret_is_no_reason_to_look_closer() -> None:
    assert not may_be_redacted(b'"urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"')
    assert may_be_redacted(b'"api_key"')


def test_only_new_pieces_are_asked_about() -> None:
    asked: list[bytes] = []
    pieces = Pieces(lambda rest: not asked.append(rest))  # type: ignore[func-returns-value]
    assert pieces.all_plain(b"<a>et</a>")
    assert pieces.all_plain(b"<a>to</a>")
    assert pieces.all_plain(b'{"a": "to"}')
    assert [sorted(each.split(b'"')) for each in asked] == [
        sorted((b"", b"", b"", b"a", b"et", b"/a")),
        sorted((b"", b"", b"to")),
        sorted((b"", b"", b"{", b": ", b"}")),
    ]


def test_a_piece_that_is_not_plain_is_not_remembered() -> None:
    pieces = Pieces(lambda rest: b"9" not in rest)
    assert not pieces.all_plain(b"<a>9</a>")
    assert not pieces.all_plain(b"<a>9</a>")
    assert pieces.all_plain(b"<a>8</a>")


def test_what_is_remembered_is_forgotten_before_it_takes_too_much() -> None:
    asked: list[bytes] = []
    pieces = Pieces(lambda rest: not asked.append(rest))  # type: ignore[func-returns-value]
    for number in range(6):
        assert pieces.all_plain(b"<a>%d</a>" % number + b"x" * 1_000_000)
    assert sum(map(len, pieces._known)) < 4_000_000
    assert len(asked) == 6
