"""VANSEnvelope written and read: the same bytes from the same envelope, in both encodings, and nothing but BadInput raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.rule import Result
from harness.conformance.transport.vans import judge_vans
from harness.domain.errors import BadInput
from harness.standards.vans import (
    Document,
    Encoding,
    EndPoint,
    Envelope,
    Message,
    MetaInformation,
    Receipt,
    ReceiptKind,
    Transport,
    answer_to,
    build_envelope,
    carrying,
    read_envelope,
)
from harness.standards.xml import parse

EXAMPLES = Path(__file__).parents[1] / "examples"
ENCODINGS: tuple[Encoding, ...] = ("UTF-8", "ISO-8859-1")
WHOLE = (EXAMPLES / "vans_besked_haandskrevet.xml").read_text(encoding="utf-8")
REFUSED = (EXAMPLES / "vans_kvittering_haandskrevet.xml").read_text(encoding="iso-8859-1").replace("ISO-8859-1", "UTF-8")
UUID_1, UUID_2 = "3f1d8c5e-2b7a-4e0d-9c44-0a1b2c3d4e5f", "6a2e9d70-5c31-4f8b-8d02-1b2c3d4e5f60"
CARRIED = carrying("<Emessage>blåbærgrød 🫐</Emessage>".encode(), "XML", "XREF15", "XH1530R", UUID_2, Transport())

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=255
)
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=70
)
uuids = st.uuids().map(str)
documents = st.builds(
    Document, st.sampled_from(["XML", "EDIFACT", "HL7", "Binary", "Other"]), texts, st.just("") | texts, st.integers(0, 2**31 - 1)
)
transports = st.builds(
    Transport,
    st.booleans(),
    st.sampled_from(["", "reliable", "unreliable"]),
    st.lists(st.tuples(names, names), max_size=5).map(tuple),
)
metas = st.builds(MetaInformation, uuids, documents, st.none() | transports, st.none() | st.tuples(texts, texts))
receipts = st.one_of(
    st.builds(Receipt, st.just(ReceiptKind.POSITIVE_MESSAGE), uuids, metas),
    st.builds(Receipt, st.just(ReceiptKind.NEGATIVE_MESSAGE), uuids, metas, texts, st.none() | st.integers(1, 10**17)),
    st.builds(Receipt, st.just(ReceiptKind.NEGATIVE_VANS), uuids, st.none() | metas, texts, st.none() | st.integers(1, 10**17)),
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
envelopes = st.builds(
    Envelope,
    st.just(EndPoint("12345674", "CVR")) | st.builds(EndPoint, st.from_regex(r"[0-9]{1,18}", fullmatch=True), st.just("VANS")),
    st.builds(EndPoint, st.just("5790000121441"), st.just("EAN")),
    uuids,
    st.datetimes(datetime(1900, 1, 1), timezones=st.one_of(st.none(), offsets)),  # noqa: DTZ001 - the envelope allows a time without offset
    st.builds(Message, metas, st.binary(max_size=300)) | receipts,
)


@settings(deadline=None)
@given(envelopes, st.sampled_from(ENCODINGS))
def test_an_envelope_is_read_back_and_written_the_same(envelope: Envelope, encoding: Encoding) -> None:
    written = build_envelope(envelope, encoding)
    read = read_envelope(written)
    assert read == envelope
    assert build_envelope(read, encoding) == written
    assert {each.result for each in judge_vans(written, "kuvert.xml")} == {Result.HOLDS}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_said_and_kept(encoding: Encoding) -> None:
    envelope = Envelope(EndPoint("5790000147465"), EndPoint("5790000121441"), UUID_1, datetime(2026, 10, 5, tzinfo=UTC), CARRIED)
    data = build_envelope(envelope, encoding)
    assert data.startswith(f'<?xml version="1.0" encoding="{encoding}"?>'.encode())
    tagged = Message(MetaInformation(UUID_2, CARRIED.meta.document, Transport(tags=(("Mærke", "Ø 🫐"),))), b"")
    marked = build_envelope(Envelope(envelope.sender, envelope.receiver, UUID_1, envelope.sent, tagged), encoding)
    assert "Mærke".encode(encoding) in marked
    assert (b"&#129744;" in marked) is (encoding == "ISO-8859-1")


def test_the_size_is_that_of_the_letter() -> None:
    assert CARRIED.meta.document.size == len(CARRIED.data) == 39


def test_an_envelope_is_answered_and_a_receipt_never_is() -> None:
    envelope = read_envelope(WHOLE.encode())
    assert isinstance(envelope.content, Message)
    assert answer_to(envelope) == Receipt(ReceiptKind.POSITIVE_MESSAGE, envelope.identifier, envelope.content.meta)
    refused = answer_to(envelope, "Kan ikke læses", 7)
    assert (refused.kind, refused.error, refused.code) == (ReceiptKind.NEGATIVE_MESSAGE, "Kan ikke læses", 7)
    back = Envelope(envelope.receiver, envelope.sender, UUID_1, envelope.sent, refused)
    assert {each.result for each in judge_vans(build_envelope(back), "kuvert.xml")} == {Result.HOLDS}
    with pytest.raises(ValueError, match="en kvittering bliver aldrig kvitteret"):
        answer_to(back)


def test_the_hand_written_message_is_read() -> None:
    envelope = read_envelope(parse((EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes(), "kuvert.xml"))
    assert isinstance(envelope.content, Message)
    assert envelope.content.data == (EXAMPLES / "xref15_haandskrevet.xml").read_bytes()
    assert envelope.content.meta.processing == ("Prøvenet", "Henvisning")
    assert envelope.sent == datetime(2026, 10, 5, 8, 15, tzinfo=UTC)


def test_the_hand_written_receipt_is_read_from_latin_1() -> None:
    content = read_envelope((EXAMPLES / "vans_kvittering_haandskrevet.xml").read_bytes()).content
    assert isinstance(content, Receipt)
    assert (content.kind, content.code) == (ReceiptKind.NEGATIVE_VANS, 12)
    assert content.error.endswith("på øen Ærø")


@pytest.mark.parametrize(
    ("text", "old", "new", "reason", "line"),
    [
        (WHOLE, "1.0.4", "1.0.2", "det er ikke en VANSEnvelope 1.0.4, men VANSEnvelope", 3),
        (WHOLE, "<v:SentDateTime>2026-10-05T10:15:00+02:00</v:SentDateTime>", "", "SentDateTime mangler i VANSEnvelope", 3),
        (WHOLE, "2026-10-05T10:15:00+02:00", "2026-02-30T10:15:00", "SentDateTime er ikke et rigtigt tidspunkt", 7),
        (WHOLE, "2026-10-05T10:15:00+02:00", "20261005", "SentDateTime er ikke en dato og et klokkeslæt", 7),
        (WHOLE, ">2118<", ">to<", "SizeInBytes er ikke et helt tal", 19),
        (WHOLE, ">5790000147465<", "> <", "SenderID er tom", 4),
        (WHOLE, ">false<", ">måske<", "TransformMessage er ikke true eller false", 23),
        (WHOLE, "<v:Data>", "<v:Data>=", "Data er ikke base64", 28),
        (
            REFUSED,
            "NegativeVans>\n",
            "Negativ>\n",
            "kvitteringen er hverken NegativeVans, NegativeMessage eller PositiveMessage",
            8,
        ),
        (REFUSED, "Error>\n", "Fejl>\n", "Error mangler i den negative kvittering", 9),
        (REFUSED, "Receipt>\n", "Kvittering>\n", "kuverten har hverken Message eller Receipt", 3),
    ],
)
def test_what_is_missing_or_unreadable_is_told_with_its_line(text: str, old: str, new: str, reason: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        read_envelope(text.replace(old, new).encode())
    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert caught.value.column


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"UNA:+.? '",
        WHOLE.encode()[:900],
        WHOLE.encode("iso-8859-1"),
        WHOLE.encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"<a>" * 100_000,
        b"<a>" + b"<b/>" * 1_000_001 + b"</a>",
    ],
    ids=["empty", "edifact", "cut off", "latin-1", "utf-16", "doctype", "deep", "many"],
)
def test_hostile_bytes_are_bad_input(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_envelope(data)


def test_control_characters_are_refused() -> None:
    bad = Envelope(EndPoint("\x00"), EndPoint("1"), UUID_1, datetime(2026, 10, 5, tzinfo=UTC), CARRIED)
    with pytest.raises(ValueError, match="XML compatible"):
        build_envelope(bad)
