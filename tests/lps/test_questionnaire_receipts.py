"""How a clinic receipts an answer is its own choice: the envelope's receipt or EDIFACT's own (CONTRL) tell the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from harness.conformance.rule import Result, judge
from harness.conformance.transport import reliability
from harness.conformance.transport.reliability import Answer
from harness.domain.clock import VirtualClock
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.standards.edifact import Interchange, build_interchange, numbered, segment
from harness.standards.medrpt.build import build_medrpt
from harness.standards.medrpt.report import Analysis, IdentifierCode, LabReport, Party, Sample, Subject
from harness.standards.medrpt.report import Result as Score
from harness.standards.vans import EndPoint, Envelope, Message, Receipt, Transport, answer_to, build_envelope, carrying
from harness.steps.questionnaire.questionnaire_receipts import answers_line

NOW = VirtualClock().now()
TEN = datetime.fromisoformat("2026-10-05T10:15")
ID = "6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d000{}"
HERE, THERE = EndPoint(CLINIC.gln), EndPoint(HOSPITAL.gln)
REPORT = LabReport(
    transmission="LAB00000017",
    sent=TEN,
    letter="SVAR0000042",
    authorised=TEN,
    sender=Party(HOSPITAL.sor, IdentifierCode.SOR, ean=HOSPITAL.gln),
    receiver=Party(CLINIC.yder, IdentifierCode.YDER, ean=CLINIC.gln),
    patient=Subject("Hansen", cpr="2509479989"),
    sample=Sample("S-1", TEN),
    production="P-1",
    answered=TEN,
    results=(Score(Analysis("MCS88137"), "18"),),
)
SENT = Envelope(
    THERE, HERE, ID.format(1), NOW, carrying(build_medrpt(REPORT), "EDIFACT", "RPT01", "R0131K", ID.format(2), Transport())
)


def exchange(number: int, sender: str, envelope: Envelope) -> Exchange:
    request = Request("POST", "/vans/afsendelse", (), build_envelope(envelope))
    return Exchange(f"b{number}", sender, "vans", NOW, request, Response(202), (), {"taken": "ja"})


def contrl(action: str, reference: str = REPORT.transmission) -> Message:
    segments = [
        segment("UNB", ("UNOC", "3"), (CLINIC.gln, "14"), (HOSPITAL.gln, "14"), ("261005", "1016"), "K1"),
        segment("UNH", "M1", ("CONTRL", "2", "1", "UN")),
        segment("UCI", reference, (HOSPITAL.gln, "14"), (CLINIC.gln, "14"), action),
        segment("UNT", "3", "M1"),
        segment("UNZ", "1", "K1"),
    ]
    data = build_interchange(Interchange(numbered(segments), una="UNA:+.? '\n"))
    return carrying(data, "EDIFACT", "CTL", "", ID.format(4), Transport())


RECEIPTS: dict[str, tuple[Message | Receipt, Answer | None]] = {
    "kuvertens, positiv": (answer_to(SENT), Answer.POSITIVE),
    "kuvertens, negativ": (answer_to(SENT, "Patienten er ukendt"), Answer.NEGATIVE),
    "CONTRL, positiv": (contrl("7"), Answer.POSITIVE),
    "CONTRL, negativ": (contrl("4"), Answer.NEGATIVE),
    "CONTRL for en anden forsendelse": (contrl("7", "LAB00000099"), None),
}


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_is_understood(name: str) -> None:
    content, expected = RECEIPTS[name]
    back = Envelope(HERE, THERE, ID.format(3), NOW, content)
    line = answers_line([exchange(1, "web-patient", SENT), exchange(2, "lps", back)])
    (arrival,) = line.arrivals()
    assert [answer.answer for answer in arrival.answers] == ([expected] if expected else [])
    (judged,) = judge([reliability.acknowledged], line)
    assert judged.result is (Result.HOLDS if expected else Result.BROKEN)


def test_an_answer_in_a_new_envelope_is_receipted_again_by_either_means() -> None:
    again = replace(SENT, identifier=ID.format(5))
    receipts = [Envelope(HERE, THERE, ID.format(number), NOW, contrl("7")) for number in (3, 6)]
    sent = [("web-patient", SENT), ("lps", receipts[0]), ("web-patient", again), ("lps", receipts[1])]
    line = answers_line([exchange(number, *each) for number, each in enumerate(sent)])
    results = [each.result for each in judge([reliability.acknowledged, reliability.receipt_again], line)]
    assert results == [Result.HOLDS, Result.HOLDS]
