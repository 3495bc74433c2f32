"""What the steps see of laboratory results: the message's own rules run, and a mark is found however deep it is packed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from harness.conformance.rule import Result
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.laboratory import LabValue
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.standards.medrpt import report as lab
from harness.standards.oioxml.xrpt_build import build_xrpt
from harness.steps.laboratory.laboratory_traces import holds
from harness.steps.laboratory.laboratory_wire import result_with, sent_in, tells, value_of
from harness.steps.messages.judging import judge_message
from harness.steps.story import mark_of, marks_in

NOW = datetime.fromisoformat("2026-10-05T10:15")
HBA1C = lab.Result(lab.Analysis("NPU27300"), "53", unit="mmol/mol", comments=("Målt BCDFGH",))
INR = lab.Result(lab.Analysis("NPU01685"), "8.0", operator=lab.Operator.GREATER)
REPORT = lab.LabReport(
    transmission="1",
    sent=NOW,
    letter="2",
    authorised=NOW,
    sender=lab.Party(CLINIC.gln, ean=CLINIC.gln),
    receiver=lab.Party(HOSPITAL.gln, ean=HOSPITAL.gln),
    patient=lab.Subject("Hansen", "Elmer", "2509479989"),
    sample=lab.Sample("3", NOW),
    production="4",
    answered=NOW,
    results=(INR, HBA1C),
)


def exchange(document: bytes, **changes: Any) -> Exchange:
    told = {"svar": "s1", "art": "biokemi", "dokument": base64.b64encode(document).decode(), **changes}
    request = Request("POST", "/health-hub/svar", (), json.dumps(told).encode())
    return Exchange("b1", "lps", "health-hub", NOW.replace(tzinfo=UTC), request, Response(200))


@pytest.mark.parametrize(("gln", "broken"), [(CLINIC.gln, set()), ("5790000147466", {"XRPT-04", "XRPT-06"})])
def test_what_goes_to_the_hub_keeps_the_rules_of_its_format(gln: str, broken: set[str]) -> None:
    sent = exchange(build_xrpt(REPORT).replace(CLINIC.gln.encode(), gln.encode()))
    ((subject, judgements),) = judge_message(sent, {}, frozenset(), None)
    assert subject == "Laboratoriesvaret i b1"
    assert {each.rule.id for each in judgements if each.result is Result.BROKEN} == broken


def test_what_is_no_result_is_not_read() -> None:
    assert sent_in(exchange(b"", dokument=None)) is None
    unreadable = sent_in(exchange(b"<a/>"))
    assert unreadable is not None
    assert unreadable.report is None


def test_a_mark_is_found_however_deep_it_is_packed() -> None:
    document = build_xrpt(REPORT)
    packed = exchange(document).request.body
    assert b"BCDFGH" not in packed
    assert holds(packed, ["BCDFGH"])
    assert holds(json.dumps({"konvolut": base64.b64encode(packed).decode()}).encode(), ["XXXXXX", "BCDFGH"])
    assert not holds(packed, ["XXXXXX"])


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1"])
def test_a_result_is_this_attempts_in_whichever_encoding(encoding: str) -> None:
    document = etree.tostring(etree.fromstring(build_xrpt(REPORT)), xml_declaration=True, encoding=encoding)
    assert not tells(["XXXXXX", "BCDFGH"]).differences(exchange(document))
    assert tells(["XXXXXX"]).differences(exchange(document))


def test_the_result_is_told_by_its_mark_else_by_its_code() -> None:
    assert result_with(REPORT, ["BCDFGH"], "NPU01685") == HBA1C
    assert result_with(REPORT, ["XXXXXX"], "NPU01685") == INR
    assert value_of(INR) == LabValue("NPU01685", "8.0", ">")


def test_a_mark_is_known_again() -> None:
    mark = mark_of("forsøg", 3)
    assert marks_in(f"Målt {mark}, på Ærø") == [mark]
    assert marks_in("MÅLT PÅ APPARATET XBCDFGHJ") == []
