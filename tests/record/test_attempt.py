"""One attempt as it is written down: what may not be stored is not, what must be hidden is, and everything stands in the log."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from harness.conformance.rule import Judgement, Result, Rule
from harness.domain.clock import VirtualClock
from harness.domain.event import Event, Exchanged, ForeignCpr, Judged, Observed
from harness.domain.exchange import Exchange, Late, NoAnswer, Request, Response
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.house import find_house
from harness.record.attempt import Attempt
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.guard import Guard
from harness.record.inbox import Inbox, Missing
from harness.record.intake import Intake
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.record.matchers import fact
from harness.record.redaction import HIDDEN
from harness.suite.patients import allowed_cprs

FOREIGN = "2311143995"  # a national test number that this guard is not told of
HYPHENED = f"{FOREIGN[:6]}-{FOREIGN[6:]}"
ALLOWED = allowed_cprs(find_house()) - {FOREIGN}
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
CDA_ID = f'<id root="1.2.208.176.1.2" extension="{FOREIGN}"/>'.encode()
HSUID = (
    f'<a:Attribute Name="nsi:ActingUserCivilRegistrationNumber"><a:AttributeValue>{FOREIGN}</a:AttributeValue></a:Attribute>'
).encode()
PLAN = Request("POST", "/plsp/forloebsplaner", (("content-type", "application/json"),), b'{"patient": "2512489996"}')


class Written:
    """An attempt in a folder of its own, and what it left there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = LogWriter(folder)
        self.attempt = Attempt(self.log, Guard(ALLOWED), Inbox(VirtualClock()))
        self.intake = Intake(self.log, Evidence(folder), Guard(ALLOWED), self.attempt.inbox.record, self.attempt.judge)

    @property
    def events(self) -> list[Event]:
        return [entry.event for entry in read_log(self.folder / LOG_NAME)]

    @property
    def log_text(self) -> str:
        return (self.folder / LOG_NAME).read_text(encoding="utf-8")

    @property
    def evidence(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (self.folder / EVIDENCE_NAME).iterdir()}

    def foreign(self) -> list[ForeignCpr]:
        return [event for event in self.events if isinstance(event, ForeignCpr)]

    def exchanged(self) -> Exchanged:
        [event] = [event for event in self.events if isinstance(event, Exchanged)]
        return event

    def keep(self, request: Request, answer: Response | Late | NoAnswer, **facts: str) -> None:
        self.intake.keep(Exchange("b1", "lps", "plsp", NOW, request, answer, ("id-1",), facts))

    def holds_no_number(self) -> None:
        assert FOREIGN not in self.log_text
        assert HYPHENED not in self.log_text


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    written = Written(tmp_path)
    yield written
    written.log.close()


STOPPED = {
    "i beskeden": replace(PLAN, body=CDA_ID),
    "i et vedlagt dokument": replace(PLAN, body=b'{"dokument": "' + base64.b64encode(b"<ClinicalDocument>" + CDA_ID) + b'"}'),
    "i UTF-16": replace(PLAN, body=CDA_ID.decode().encode("utf-16")),
    "i adressen": replace(PLAN, query=f"cpr={HYPHENED}"),
    "i adressen, kodet": replace(PLAN, query=f"identifier=urn%3Aoid%3A1.2.208.176.1.2%7C{FOREIGN}"),
}


@pytest.mark.parametrize("place", STOPPED)
def test_a_foreign_patient_stops_the_exchange_before_anything_is_stored(written: Written, place: str) -> None:
    assert not written.intake.admit("lps", STOPPED[place])
    [event] = written.foreign()
    assert (event.stopped, event.sender, event.sha256) == (True, "lps", "")
    assert event.place.startswith("/plsp/forloebsplaner, ")
    assert written.evidence == {}
    written.holds_no_number()
    assert written.attempt.inbox.received == []


def test_a_foreign_patient_from_the_lps_is_f1(written: Written) -> None:
    written.intake.admit("lps", STOPPED["i beskeden"])
    [finding] = written.attempt.findings
    assert (finding.rule, finding.grade, finding.owner) == ("CPR-01", Grade.F1, Owner.LPS)
    assert written.attempt.grade is Grade.F1
    [judged] = [event for event in written.events if isinstance(event, Judged)]
    assert judged.findings == (finding,)
    assert FOREIGN not in str(finding) + repr(finding)


def test_in_a_security_header_it_stops_but_is_no_finding(written: Written) -> None:
    assert not written.intake.admit("lps", replace(PLAN, body=HSUID))
    assert [event.place for event in written.foreign()] == ["/plsp/forloebsplaner, i sikkerhedshovedet"]
    assert written.attempt.findings == []


def test_from_a_service_of_ours_it_stops_but_is_not_the_lps_finding(written: Written) -> None:
    assert not written.intake.admit("plsp", STOPPED["i beskeden"])
    assert len(written.foreign()) == 1
    assert written.attempt.findings == []


def test_an_honest_message_is_admitted_without_a_word(written: Written) -> None:
    assert written.intake.admit("lps", PLAN)
    assert written.events == []


def test_a_loose_number_is_noted_with_the_bytes_to_hide(written: Written) -> None:
    body = f"<text>Ring til æ {HYPHENED}.</text>".encode()
    request = replace(PLAN, body=body)
    assert written.intake.admit("lps", request)
    written.keep(request, Response(201, body), text=f"Ring til æ {HYPHENED}.", document=FOREIGN)
    of_request, of_response = written.foreign()
    assert of_request.place == "/plsp/forloebsplaner, i løbende tekst"
    assert (of_response.place, of_response.sender) == ("/plsp/forloebsplaner, svaret, i løbende tekst", "plsp")
    for event in (of_request, of_response):
        assert not event.stopped
        assert written.evidence[event.sha256][event.start : event.end].decode() == HYPHENED
    assert written.exchanged().facts == {"text": f"Ring til æ {HIDDEN}.", "document": HIDDEN}
    written.holds_no_number()
    assert written.attempt.findings == []


def test_a_loose_number_around_the_body_is_noted_and_hidden(written: Written) -> None:
    request = replace(
        PLAN, path=f"/plsp/{FOREIGN}", query=f"a=1&b=%20{HYPHENED}", headers=(("x-bruger", f"læge {FOREIGN}"), ("x-andet", "1"))
    )
    assert written.intake.admit("lps", request)
    written.keep(request, Response(200, headers=(("x-ekko", FOREIGN),)))
    event = written.exchanged()
    assert (event.path, event.query) == (f"/plsp/{HIDDEN}", f"a=1&b= {HIDDEN}")
    assert event.request_headers == (("x-bruger", f"læge {HIDDEN}"), ("x-andet", "1"))
    assert event.response_headers == (("x-ekko", HIDDEN),)
    assert [(each.place, each.sha256, each.start, each.end) for each in written.foreign()] == [
        (f"/plsp/{HIDDEN}, adresse og headere, i løbende tekst", "", 0, 0)
    ] * 3
    written.holds_no_number()
    assert FOREIGN not in repr(written.attempt.inbox.received[0].request)


def test_no_judgement_and_no_observation_shows_a_foreign_number(written: Written) -> None:
    rule = Rule("X-1", "x", "Titel", Grade.F3, Owner.LPS, "kilde", lambda: ())
    finding = Finding("X-1", "Titel", Grade.F3, Owner.LPS, Location("plan.xml"), f"ikke {FOREIGN}", f"“{HYPHENED}”", "kilde")
    [given] = written.attempt.judge("Over hvad", [Judgement(rule, Result.BROKEN, (finding,))])
    assert (given.expected, given.actual) == (f"ikke {HIDDEN}", f"“{HIDDEN}”")
    written.intake.observe(f"Metadata: {FOREIGN}")
    assert written.events[-1] == Observed(f"Metadata: {HIDDEN}")
    assert written.attempt.findings == [given]
    written.holds_no_number()


def test_what_was_waited_for_is_explained_without_the_number(written: Written) -> None:
    written.keep(replace(PLAN, path=f"/plsp/{FOREIGN}"), Response(404))
    with pytest.raises(Missing) as missing:
        written.attempt.inbox.expect(fact("document", "CPD-DK", "dokumenttype"), 60)
    assert FOREIGN not in str(missing.value)


def test_an_exchange_is_written_whole(written: Written) -> None:
    request = replace(PLAN, query="a=%C3%A6&b=1")
    response = Response(201, b'{"kvittering": "k"}', (("content-type", "application/json; charset=utf-8"),))
    written.keep(request, response, patient="2512489996", text="æøå")
    event = written.exchanged()
    assert (event.exchange, event.sender, event.service, event.method) == ("b1", "lps", "plsp", "POST")
    assert (event.path, event.query, event.status) == (request.path, "a=%C3%A6&b=1", 201)
    assert (event.answer, event.late_seconds) == ("svar", 0.0)
    assert (event.at, event.ids) == (NOW.isoformat(), ("id-1",))
    assert event.facts == {"patient": "2512489996", "text": "æøå"}
    assert written.evidence == {event.request.sha256: request.body, event.response.sha256: response.body}
    assert (event.request.content_type, event.response.size) == ("application/json", len(response.body))
    [received] = written.attempt.inbox.received
    assert (received.request, received.answer) == (request, response)


def test_a_late_answer_is_written_with_its_seconds(written: Written) -> None:
    written.keep(PLAN, Late(Response(201, b"{}"), 90.0))
    event = written.exchanged()
    assert (event.answer, event.late_seconds, event.status, event.response.size) == ("for sent svar", 90.0, 201, 2)


def test_no_answer_is_written_as_such(written: Written) -> None:
    written.keep(PLAN, NoAnswer())
    event = written.exchanged()
    assert (event.answer, event.status, event.response.sha256) == ("intet svar", 0, "")


def test_secrets_reach_neither_log_evidence_nor_inbox(written: Written) -> None:
    request = Request(
        "POST",
        "/dros/iti41",
        (("authorization", "Basic hemmeligt"), ("cookie", "s=hemmeligt"), ("soapaction", "x")),
        b"<wsse:Password>hemmeligt</wsse:Password><a>Bearer hemmeligt</a>",
    )
    written.keep(request, Response(200, headers=(("set-cookie", "s=hemmeligt"),)))
    assert "hemmeligt" not in written.log_text
    assert b"hemmeligt" not in b"".join(written.evidence.values())
    assert "hemmeligt" not in repr(written.attempt.inbox.received[0].request) + str(
        written.attempt.inbox.received[0].request.body
    )
    assert written.exchanged().request_headers[2] == ("soapaction", "x")


def judgement(result: Result, grade: Grade | None = None, undecided: str = "", reason: str = "") -> Judgement:
    rule = Rule(f"X-{result.name}-{grade}", "x", "Titel", Grade.F3, Owner.LPS, "kilde", lambda: ())
    finding = Finding(rule.id, "Titel", grade, Owner.LPS, Location("plan.xml"), "a", "b", "kilde")
    return Judgement(rule, result, (finding,) if result is Result.BROKEN else (), reason, undecided)


def test_a_judgement_is_written_and_remembered(written: Written) -> None:
    exchange = Exchange("b7", "lps", "plsp", NOW, PLAN, Response(201))
    written.attempt.judge(
        "Planen",
        [
            judgement(Result.HOLDS, undecided="niveau-kodning"),
            judgement(Result.BROKEN, Grade.F4),
            judgement(Result.BROKEN, None),
            judgement(Result.BROKEN, Grade.F2),
            judgement(Result.NOT_JUDGED, undecided="lrs-inklusion", reason="bygger på X-1"),
        ],
        exchange,
    )
    [judged] = written.events
    assert isinstance(judged, Judged)
    assert (judged.subject, judged.exchange) == ("Planen", "b7")
    assert judged.holds == ("X-HOLDS-None",)
    assert judged.not_judged == {"X-NOT_JUDGED-None": "bygger på X-1"}
    assert [finding.grade for finding in judged.findings] == [Grade.F4, None, Grade.F2]
    assert judged.undecided == ("lrs-inklusion", "niveau-kodning")
    assert written.attempt.grade is Grade.F2
    assert written.attempt.undecided == {"lrs-inklusion", "niveau-kodning"}
    assert written.attempt.judged == {"b7"}


def test_an_attempt_without_findings_is_ok(written: Written) -> None:
    written.attempt.judge("Planen", [judgement(Result.HOLDS), judgement(Result.BROKEN, None)])
    assert written.attempt.grade is Grade.OK


def test_what_awaits_a_decision_grades_nobody_and_still_ends_a_scenario(written: Written) -> None:
    written.attempt.awaits(("deltagelse i lille",))
    broken = [judgement(Result.BROKEN, Grade.F1), judgement(Result.BROKEN, Grade.F4), judgement(Result.BROKEN, None)]
    first, small, remark = written.attempt.judge("Planen", broken)
    assert [each.grade for each in (first, small, remark)] == [None, None, None]
    assert first.remark == "afventer deltagelse i lille"
    assert written.attempt.severe([first, small, remark]) == [first]
    assert (written.attempt.grade, written.attempt.undecided) == (Grade.OK, {"deltagelse i lille"})
    event = written.events[-1]
    assert isinstance(event, Judged)
    assert event.findings == (first, small, remark)


def test_what_the_partner_of_a_run_of_two_was_stopped_with_is_laid_on_it(tmp_path: Path) -> None:
    log = LogWriter(tmp_path)
    attempt = Attempt(log, Guard(ALLOWED), Inbox(VirtualClock()), "xmo")
    laid = partial(attempt.judge, side=attempt.partner)
    intake = Intake(log, Evidence(tmp_path), Guard(ALLOWED), attempt.inbox.record, attempt.judge, laid)
    assert not intake.admit("partner", replace(PLAN, body=CDA_ID))
    log.close()
    assert [(each.rule, each.side) for each in attempt.findings] == [("CPR-01", "xmo")]
    assert attempt.grade is Grade.OK, "the run's own system did nothing"
