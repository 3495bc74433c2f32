"""A message is taken apart through what it carries, and what a sender works out of a document follows a change in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest

from harness.domain.exchange import Request
from harness.domain.wire import How, WireChange, wire_change
from harness.lps.mutation.message import Survey, changed, kind_of, parts_of

LETTER = b'<?xml version="1.0" encoding="ISO-8859-1"?><Emessage><Navn>S\xf8ren</Navn></Emessage>'
ENVELOPE = f"""<VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4"><Message><MetaInformation><Document>
<Format>XML</Format><Name>XREF15</Name><SizeInBytes>{len(LETTER)}</SizeInBytes></Document></MetaInformation>
<Data>{base64.b64encode(LETTER).decode()}</Data></Message></VANSEnvelope>""".encode()
POSTED = Request("POST", "/vans/afsendelse", (("content-type", "application/xml; charset=utf-8"),), ENVELOPE)
PLAN = b"<ClinicalDocument><title>Plan</title></ClinicalDocument>"
SUBMITTED = Request(
    "POST",
    "/dros/iti41",
    (("soapaction", '"urn:x"'),),
    f"""<Envelope><ExtrinsicObject><Slot name="size"><ValueList><Value>{len(PLAN)}</Value></ValueList></Slot>
<Slot name="hash"><ValueList><Value>{hashlib.sha1(PLAN).hexdigest()}</Value></ValueList></Slot></ExtrinsicObject>
<Document id="d1">{base64.b64encode(PLAN).decode()}</Document></Envelope>""".encode(),
)
FETCHED = Request("GET", "/vans/postkasse/5790000147465", query="antal=2&fra=1")


def paths(request: Request) -> list[str]:
    return [each.path for each in parts_of(request)]


def altered(request: Request, path: str, how: How = How.ALTERED) -> Request:
    return changed(request, [WireChange(kind_of(request), path, how)])


def test_a_kind_is_where_it_goes_and_which_letter_it_is() -> None:
    assert kind_of(POSTED) == "vans/afsendelse XREF15"
    assert kind_of(SUBMITTED) == "dros/iti41"
    assert kind_of(FETCHED) == "GET vans/postkasse"
    assert kind_of(Request("DELETE", "/vans/postkasse/5790000147465/1")) == "DELETE vans/postkasse"
    assert kind_of(Request("POST", "/minplan/planer/1b4e28ba-2fa1-11d2-883f-0016d3cca427")) == "minplan/planer"
    negative = b"<VANSEnvelope><Receipt>\n <NegativeMessage/></Receipt></VANSEnvelope>"
    assert kind_of(replace(POSTED, body=negative)) == "vans/afsendelse NegativeMessage"


def test_what_a_message_carries_is_opened() -> None:
    assert "VANSEnvelope/Message/Data/Emessage/Navn" in paths(POSTED)
    assert "Envelope/Document/ClinicalDocument/title" in paths(SUBMITTED)
    handed = Request("POST", "/plsp/forloebsplaner", body=json.dumps({"dokument": base64.b64encode(PLAN).decode()}).encode())
    assert paths(handed) == ["dokument", "dokument/ClinicalDocument", "dokument/ClinicalDocument/title"]
    no_document = Request("POST", "/x", body=b'{"dokument": "ikke base64!"}')
    assert paths(no_document) == ["dokument"]


def test_the_size_in_an_envelope_is_the_changed_letters() -> None:
    done = altered(POSTED, "VANSEnvelope/Message/Data/Emessage/Navn", How.REMOVED).body
    letter = base64.b64decode(re.findall(rb"<Data>(.*?)</Data>", done)[0])
    assert letter == LETTER.replace(b"<Navn>S\xf8ren</Navn>", b"")
    assert f"<SizeInBytes>{len(letter)}</SizeInBytes>".encode() in done


def test_hash_and_size_are_the_changed_documents_unless_they_are_what_is_changed() -> None:
    done = altered(SUBMITTED, "Envelope/Document/ClinicalDocument/title").body
    document = base64.b64decode(re.findall(rb"<Document[^>]*>(.*?)</Document>", done)[0])
    assert document == PLAN.replace(b"Plan<", b"Plen<")
    assert hashlib.sha1(document).hexdigest().encode() in done
    wrong = altered(SUBMITTED, "Envelope/ExtrinsicObject/Slot[hash]/ValueList/Value").body
    assert base64.b64encode(PLAN) in wrong
    assert hashlib.sha1(PLAN).hexdigest().encode() not in wrong


def test_address_query_and_headers_are_parts() -> None:
    assert paths(FETCHED) == ["@sti/2", "@?antal", "@?fra"]
    assert altered(FETCHED, "@sti/2").path == "/vans/postkasse/5790000147472"
    assert altered(FETCHED, "@?antal").query == "antal=3&fra=1"
    assert altered(FETCHED, "@?antal", How.REMOVED).query == "fra=1"
    assert altered(SUBMITTED, "@soapaction", How.REMOVED).headers == ()
    assert altered(POSTED, "@content-type").headers == (("content-type", "epplication/xml; charset=utf-8"),)


@pytest.mark.parametrize("request_", [POSTED, SUBMITTED, FETCHED], ids=kind_of)
def test_every_part_can_be_changed_in_every_way_it_says(request_: Request) -> None:
    for part in parts_of(request_):
        for how in part.ways:
            assert altered(request_, part.path, how) != request_, (part.path, how)


@pytest.mark.parametrize(
    ("request_", "ways"),
    [
        (FETCHED, {"@sti/2": How.ALTERED, "@?antal": How.REMOVED, "@?fra": How.ALTERED}),
        (
            POSTED,
            {
                "@content-type": How.REMOVED,
                "VANSEnvelope/Message/MetaInformation/Document/Format": How.ALTERED,
                "VANSEnvelope/Message/MetaInformation/Document/Name": How.REMOVED,
                "VANSEnvelope/Message/Data/Emessage/Navn": How.ALTERED,
            },
        ),
        (
            SUBMITTED,
            {
                "Envelope/Document/@id": How.ALTERED,
                "Envelope/Document/ClinicalDocument/title": How.REMOVED,
                "Envelope/ExtrinsicObject/Slot[hash]": How.REMOVED,
            },
        ),
    ],
    ids=["adresse", "brev", "dokument"],
)
def test_many_parts_are_changed_at_once_as_they_would_be_one_by_one(request_: Request, ways: dict[str, How]) -> None:
    one_by_one = request_
    for path, how in ways.items():
        one_by_one = altered(one_by_one, path, how)
    kind = kind_of(request_)
    assert changed(request_, [WireChange(kind, path, how) for path, how in ways.items()]) == one_by_one != request_


def test_what_lies_in_a_part_that_is_left_out_goes_with_it() -> None:
    both = [
        WireChange("dros/iti41", path, how)
        for path, how in (("Envelope/Document", How.REMOVED), ("Envelope/Document/@id", How.ALTERED))
    ]
    assert changed(SUBMITTED, both) == changed(SUBMITTED, both[:1])


def test_another_kind_and_a_part_that_is_not_there_are_left_alone() -> None:
    assert changed(POSTED, [WireChange("dros/iti41", "Envelope", How.REMOVED)]) is POSTED
    assert altered(POSTED, "VANSEnvelope/Intet", How.REMOVED) == POSTED


def test_a_change_is_written_as_it_is_read() -> None:
    change = WireChange("vans/afsendelse XREF15", "Emessage/id[urn:oid:1]/@x", How.REMOVED)
    assert wire_change(str(change)) == change
    for text in ("", "plsp", "plsp:a", "plsp:a:slettet"):
        with pytest.raises(ValueError, match="fjernet"):
            wire_change(text)


def test_a_survey_notes_what_could_be_changed_and_changes_nothing() -> None:
    survey = Survey()
    assert survey(FETCHED) is FETCHED
    assert survey(Request("DELETE", "/vans/postkasse/5790000147465/1")).method == "DELETE"
    assert {str(each) for each in survey.changes} == {
        "DELETE vans/postkasse:@sti/2:ændret",
        "DELETE vans/postkasse:@sti/3:ændret",
        "GET vans/postkasse:@sti/2:ændret",
        "GET vans/postkasse:@?antal:fjernet",
        "GET vans/postkasse:@?antal:ændret",
        "GET vans/postkasse:@?fra:fjernet",
        "GET vans/postkasse:@?fra:ændret",
    }
