"""The lines around the place a finding names: of the right message and layer, and nothing that is to be hidden."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.domain.event import Body, Exchanged, ForeignCpr
from harness.domain.finding import Location
from harness.domain.review import Cleared
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.excerpt import Line, lines_at
from harness.standards.mtom import Package, Part, build_package

PLAN = (
    "<?xml version='1.0'?>\n<c:ClinicalDocument xmlns:c='urn:hl7-org:v3'>\n  <c:id/>\r\n"
    "  <c:title>Æblet 2512489996</c:title>\n</c:ClinicalDocument>\n"
)
ENVELOPE = (
    "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns:x='http://www.w3.org/2004/08/xop/include'>\n"
    "<e:Body><d><x:Include href='cid:p'/></d></e:Body></e:Envelope>"
)
TITLE = Location("plan.xml", 4, 3, "/ClinicalDocument/title")
SHOWN = (2, 3, 4, 5, 6)


def lines(
    folder: Path, body: bytes, place: Location, kind: str = "", found: Sequence[ForeignCpr] = (), cleared: bool = False
) -> tuple[Line, ...]:
    sent = Evidence(folder).keep(body, kind)
    nothing = Body("", 0, "")
    exchange = Exchanged(
        "b1", "lps", "plsp", "POST", "/plsp", "", (("content-type", kind),), sent, "svar", 0.0, 200, (), nothing, "", (), {}
    )
    said = [Cleared(each.sha256, each.start, each.end, "et ordrenummer") for each in found] if cleared else []
    return lines_at(place, exchange, folder / EVIDENCE_NAME, found, said)


def handover(plan: str) -> bytes:
    return json.dumps({"patient": "x", "dokument": base64.b64encode(plan.encode()).decode()}).encode()


def soap(plan: str) -> tuple[bytes, str]:
    return build_package(Package(ENVELOPE.encode(), (Part("p", plan.encode(), "text/xml"),)))


@pytest.mark.parametrize(
    "body", [(PLAN.encode(), "text/xml"), (handover(PLAN), "application/json"), soap(PLAN)], ids=["bar", "JSON", "MTOM"]
)
def test_the_line_is_found_wherever_the_plan_is_packed(tmp_path: Path, body: tuple[bytes, str]) -> None:
    told = lines(tmp_path, body[0], TITLE, body[1])
    assert [(each.number, each.here) for each in told] == [(number, number == 4) for number in SHOWN]
    assert told[2].text == "  <c:title>Æblet 2512489996</c:title>"


@pytest.mark.parametrize(
    "place",
    [
        Location("plan.xml", None, None, "/ClinicalDocument/title"),
        Location("plan.xml", 7, 1, "/ClinicalDocument/title"),
        Location("b1.xml", 4, 1, "/Envelope/Body"),
        Location("plan.xml", 4, 1),
    ],
    ids=["ingen linje", "for langt nede", "en anden besked", "uden sti"],
)
def test_a_line_of_something_else_is_never_shown(tmp_path: Path, place: Location) -> None:
    assert lines(tmp_path, handover(PLAN), place) == ()


def test_what_cannot_be_read_is_shown_by_the_messages_own_name(tmp_path: Path) -> None:
    assert [each.text for each in lines(tmp_path, b"<a>\n<b</a>", Location("b1.xml", 2, 3)) if each.here] == ["<b</a>"]


def test_a_number_is_hidden_until_a_person_has_cleared_it(tmp_path: Path) -> None:
    body = PLAN.encode()
    start = body.index(b"2512489996")
    sha256 = Evidence(tmp_path).keep(body, "").sha256
    found = [ForeignCpr("b1", "lps", False, sha256, start, start + 10)]
    assert "  <c:title>Æblet **********</c:title>" in [each.text for each in lines(tmp_path, body, TITLE, found=found)]
    assert "2512489996" in lines(tmp_path, body, TITLE, found=found, cleared=True)[2].text


def test_a_document_with_a_hidden_number_in_it_is_not_unpacked(tmp_path: Path) -> None:
    body = handover(PLAN)
    sha256 = Evidence(tmp_path).keep(body, "").sha256
    packed = body.index(b"PD94")
    assert lines(tmp_path, body, TITLE, found=[ForeignCpr("b1", "lps", False, sha256, packed, len(body) - 2)]) == ()


def test_a_long_line_is_cut_around_the_place_and_its_base64_left_out(tmp_path: Path) -> None:
    line = f"<e><x>{'B ' * 500}</x><hash>{'0f' * 20}</hash><ret/>{'A' * 5000}</e>"
    (told,) = lines(tmp_path, line.encode(), Location("b1.xml", 1, line.index("<ret/>"), "/e/ret"))
    assert told.text == f"… B </x><hash>{'0f' * 20}</hash><ret/>…"
