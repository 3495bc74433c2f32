"""Security headers on the way of a message: the LPS's by rute `direkte`, never by `plsp`, and safe in the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import rehearsal
from lxml import etree
from rehearsal import rehearse, scenarios

from harness.conformance.xds.submission import documents_in
from harness.domain.clock import VirtualClock
from harness.domain.event import Event, Exchanged, ForeignCpr, Judged
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.lps.faults import EXPIRED_CARD, NO_MESSAGE_ID
from harness.lps.reference.routes import Reply, ViaPlsp
from harness.lps.reference.wire import KEEPS_CARD, PLAIN, Wire
from harness.record.attempt import Attempt
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import Intake
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.record.redaction import HIDDEN
from harness.runner.options import prepare
from harness.runner.wish import Wish
from harness.services.document_sharing import DocumentSharing
from harness.services.world import World, fresh_ids
from harness.standards.dgws import Dgws, IdCard, Identifier, ItSystem, MedcomHeader, User, header_blocks, id_card_in, read_dgws
from harness.standards.hsuid import Hsuid, hsuid_block
from harness.standards.mtom import Package, build_package, read_message
from harness.standards.security_codes import SAML, WSSE
from harness.standards.soap import EITHER, Version, content_type, read_envelope, rewrapped
from harness.standards.xds import build, codes
from harness.standards.xds.metadata import entry_from_cpd, submission_of
from harness.standards.xml import Element
from harness.steps.messages.judging import judge_security
from harness.suite.patients import allowed_cprs

DOCUMENT = (Path(__file__).parents[1] / "examples" / "cpd_haandskrevet.xml").read_bytes()
NOW = VirtualClock().now()
KNOWN, FOREIGN = "2512489996", "2311143995"
ALLOWED = allowed_cprs(rehearsal.HOUSE) - {FOREIGN}
SECRET = "meget hemmeligt"
CARD = IdCard(
    "referencesystem.test",
    Identifier("Lægehuset", "medcom:other"),
    NOW,
    NOW,
    NOW + timedelta(hours=24),
    id="kort-1",
    type="user",
    level="3",
    user=User(KNOWN, "Nancy"),
    system=ItSystem("Lægehuset"),
)
DGWS = Dgws(NOW, MedcomHeader("besked-1"), CARD)
SUBMISSION = submission_of(
    entry_from_cpd(DOCUMENT, "urn:uuid:0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e02", "2.0"),
    DOCUMENT,
    set_uuid="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01",
    source_id="2.25.1",
    now=NOW,
)
DEMANDED = frozenset({"dgws", "hsuid"})


# In a run


def run(folder: Path, rute: str, *faults: str) -> list[Event]:
    return rehearse(folder / "kørsel", Wish(rute=rute, cpd="1.0.1", faults=faults), scenarios()[:1])


def judged(events: list[Event], standard: str) -> list[Judged]:
    return [event for event in events if isinstance(event, Judged) and event.subject.startswith(standard)]


def test_the_log_says_that_the_signature_was_not_checked(tmp_path: Path) -> None:
    [event] = judged(run(tmp_path, "direkte"), "DGWS i ITI-41")
    assert event.not_judged["DGWS-23"].startswith("signatur ikke kontrolleret")
    assert {"DGWS-02", "DGWS-03", "DGWS-05", "DGWS-10", "DGWS-17"} <= set(event.holds)
    assert event.findings == ()


def test_a_broken_header_is_the_lps_s_by_the_direct_rute(tmp_path: Path) -> None:
    [event] = judged(run(tmp_path, "direkte", EXPIRED_CARD, NO_MESSAGE_ID), "DGWS")
    assert {(each.rule, each.grade, each.owner) for each in event.findings} == {
        ("DGWS-10", Grade.F2, Owner.LPS),
        ("DGWS-17", Grade.F2, Owner.LPS),
    }


def test_by_plsp_the_header_is_never_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when the LPS itself also asks the document sharing, with a card that is used up."""
    original = ViaPlsp.send
    headers = {"Content-Type": content_type(Version.SOAP_11), "SOAPAction": codes.ITI_18}
    query = rewrapped(build.find_documents(codes.patient_id(KNOWN)), Version.SOAP_11, header_blocks(expired()))

    def send(self: ViaPlsp, plan: object, document: bytes) -> Reply:
        assert self.client.post(f"{self.address}/dds/iti18", content=query, headers=headers).is_success
        return original(self, plan, document)  # type: ignore[arg-type]

    monkeypatch.setattr(ViaPlsp, "send", send)
    events = run(tmp_path, "plsp", EXPIRED_CARD, NO_MESSAGE_ID)
    assert next(event.path for event in events if isinstance(event, Exchanged) and event.sender == "lps") == "/dds/iti18"
    assert judged(events, "DGWS") == []
    assert [finding for event in judged(events, "") for finding in event.findings] == []


@pytest.mark.parametrize(("faults", "found"), [((), set()), ((KEEPS_CARD,), {"DGWS-10"})])
def test_a_card_that_is_used_up_while_the_receiver_is_away_is_found(
    tmp_path: Path, faults: tuple[str, ...], found: set[str]
) -> None:
    a_day = [each for each in scenarios("drift") if each.id == "DRIFT-01[et døgn]"]
    events = rehearse(tmp_path / "kørsel", Wish(rute="direkte", cpd="1.0.1", faults=faults), a_day)
    assert {finding.rule for event in judged(events, "") for finding in event.findings} == found


def test_a_header_is_demanded_once_that_is_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = rehearsal._prepared
    monkeypatch.setattr(Wire, "_security", lambda *_: ())
    assert judged(run(tmp_path / "før", "direkte"), "DGWS") == []
    for value, rules in (("nej", []), ("ja", ["DGWS-02", "DGWS-03"])):

        def prepared(wish: Wish, value: str = value) -> object:
            setup = original(wish)
            profile = setup.profiles["sikkerhed"]
            fact = replace(profile.facts["dgws-er-påkrævet"], value=value, decided=True)
            decided = replace(profile, facts={**profile.facts, fact.id: fact})
            return replace(setup, profiles={**setup.profiles, profile.id: decided})

        monkeypatch.setattr(rehearsal, "_prepared", prepared)
        events = run(tmp_path / value, "direkte")
        assert [each.rule for event in judged(events, "") for each in event.findings] == rules


@pytest.mark.parametrize(
    ("value", "decided", "found"), [("3", True, []), ("4", True, ["DGWS-25"]), ("4", False, []), (None, False, [])]
)
def test_a_level_is_demanded_once_it_is_decided(tmp_path: Path, value: str | None, decided: bool, found: list[str]) -> None:
    """The reference LPS's card is of level 3."""
    profiles = prepare(Wish(rute="direkte", cpd="1.0.1")).profiles
    fact = replace(profiles["sikkerhed"].facts["dgws-niveau"], value=value, decided=decided)
    security = replace(profiles["sikkerhed"], facts={**profiles["sikkerhed"].facts, fact.id: fact})
    wish = Wish(rute="direkte", cpd="1.0.1")
    events = rehearse(tmp_path / "kørsel", wish, scenarios()[:1], profiles={**profiles, "sikkerhed": security})
    told = judged(events, "DGWS")
    assert [each.rule for event in told for each in event.findings] == found
    assert [("DGWS-25" in each.not_judged, "DGWS-25" in each.holds) for each in told] == [(not decided, decided and not found)]


# One message


def expired() -> Dgws:
    used = replace(CARD, not_before=NOW - timedelta(hours=25), not_on_or_after=NOW - timedelta(hours=1))
    return replace(DGWS, card=used)


def exchanged(path: str, message: bytes, kind: str = content_type(Version.SOAP_11)) -> Exchange:
    request = Request("POST", path, (("content-type", kind),), message)
    return Exchange("b1", "lps", "dokumentdeling", NOW, request, Response(200), (), {})


def broken(exchange: Exchange, demanded: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    return {
        subject: [finding.rule for each in judgements for finding in each.findings]
        for subject, judgements in judge_security(exchange, demanded)
    }


QUERIES = {
    "ITI-18": ("/dds/iti18", build.find_documents(codes.patient_id(KNOWN))),
    "ITI-43": ("/dds/iti43", build.retrieve([])),
}


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("name", QUERIES)
def test_hsuid_is_judged_on_queries(name: str, version: Version) -> None:
    path, message = QUERIES[name]
    good = Hsuid("referencesystem.test", NOW, organisation="045861", organisation_format="nsi:ynumber")
    for hsuid, rules in ((good, []), (replace(good, organisation="9"), ["HSUID-12"])):
        dressed = rewrapped(message, version, (*header_blocks(DGWS), hsuid_block(hsuid)))
        assert broken(exchanged(path, dressed)) == {f"DGWS i {name} (b1)": [], f"HSUID i {name} (b1)": rules}
    assert broken(exchanged(path, message)) == {}
    assert broken(exchanged(path, message), DEMANDED) == {
        f"DGWS i {name} (b1)": ["DGWS-02", "DGWS-03"],
        f"HSUID i {name} (b1)": ["HSUID-02"],
    }


REGISTRATIONS = {
    "ITI-42": ("/dros/iti42", build.register_document_set(SUBMISSION)),
    "ITI-57": ("/dros/iti57", build.update_document_set(SUBMISSION)),
    "ITI-61": ("/dros/iti61", build.register_document_set(SUBMISSION)),
}


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_on_registrations_only_dgws_is_judged(name: str) -> None:
    path, message = REGISTRATIONS[name]
    hsuid = hsuid_block(Hsuid("x y", NOW))
    assert broken(exchanged(path, rewrapped(message, Version.SOAP_12, (*header_blocks(expired()), hsuid))), DEMANDED) == {
        f"DGWS i {name} (b1)": ["DGWS-10"]
    }


def test_a_finding_in_a_packed_message_has_its_line_in_the_envelope() -> None:
    for packed, file in ((False, "b1.xml"), (True, "b1-konvolut.xml")):
        request = iti41(header_blocks(expired()), packed=packed)
        envelope = read_message(request.body, request.headers, speaks=EITHER).document
        exchange = exchanged("/dros/iti41", request.body, request.header("content-type"))
        [(_, judgements)] = judge_security(exchange, frozenset())
        [finding] = [finding for each in judgements for finding in each.findings]
        [conditions] = envelope.root.iter(f"{{{SAML}}}Conditions")
        place = envelope.at(conditions)
        assert (finding.rule, finding.location.file, finding.location.line) == ("DGWS-10", file, place.line)


def test_what_is_no_request_of_document_sharing_has_no_header_to_judge() -> None:
    message = QUERIES["ITI-18"][1]
    assert broken(exchanged("/plsp/forloebsplaner", message), DEMANDED) == {}
    assert broken(exchanged("/dds/iti99", message), DEMANDED) == {}
    get = exchanged("/dds/iti18", message)
    assert broken(replace(get, request=replace(get.request, method="GET")), DEMANDED) == {}
    assert broken(exchanged("/dds/iti18", b"--x", 'multipart/related; boundary="x"'), DEMANDED) == {}


def test_the_card_of_the_reference_lps_is_renewed_before_it_is_used_up() -> None:
    clock = VirtualClock()
    wire = Wire("Referencesystemet", PLAIN, frozenset(), clock, fresh_ids("kort"))
    package = Package(build.find_documents(codes.patient_id(KNOWN)), (), Version.SOAP_11, codes.ITI_18)
    cards = []
    for hours in (0, 22, 2):
        clock.pass_time(hours * 3600)
        found = read_dgws(read_envelope(wire.dressed(package, "forløb")[0]))
        assert found.card is not None
        assert found.card.valid(clock.now())
        assert found.created == clock.now()
        cards.append(found.card.id)
    assert (cards[0] == cards[1], cards[1] == cards[2]) == (True, False)


# In the record


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[World, Path]]:
    log = LogWriter(tmp_path)
    clock = VirtualClock()
    attempt = Attempt(log, Guard(ALLOWED), Inbox(clock))
    intake = Intake(log, Evidence(tmp_path), Guard(ALLOWED), attempt.inbox.record, attempt.judge)
    yield World((DocumentSharing(),), clock, intake, fresh_ids("verden")), tmp_path
    log.close()


def iti41(blocks: tuple[Element, ...], *, packed: bool) -> Request:
    plain = Package(build.provide_and_register(SUBMISSION), (), Version.SOAP_12, codes.ITI_41)
    package = build.packed_provide_and_register(SUBMISSION) if packed else plain
    package = replace(package, envelope=rewrapped(package.envelope, Version.SOAP_12, blocks))
    body, kind = build_package(package) if packed else (package.envelope, content_type(Version.SOAP_12, codes.ITI_41))
    return Request("POST", "/dros/iti41", (("content-type", kind),), body)


def events(folder: Path) -> list[Event]:
    return [entry.event for entry in read_log(folder / LOG_NAME)]


@pytest.mark.parametrize("packed", [False, True])
def test_a_foreign_cpr_in_the_header_is_the_configurations_and_is_not_kept(world: tuple[World, Path], packed: bool) -> None:
    receiver, folder = world
    foreign = replace(DGWS, card=replace(CARD, user=User(FOREIGN, "Fremmed")))
    answer = receiver.receive("lps", iti41(header_blocks(foreign), packed=packed))
    assert isinstance(answer, Response)
    assert answer.status == 403
    [stopped] = [event for event in events(folder) if isinstance(event, ForeignCpr)]
    assert (stopped.stopped, "i sikkerhedshovedet" in stopped.place) == (True, True)
    assert judged(events(folder), "") == []  # nothing of it is the LPS's
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert FOREIGN.encode() not in kept
    assert isinstance(receiver.receive("lps", iti41(header_blocks(DGWS), packed=packed)), Response)
    assert [event.facts["taken"] for event in events(folder) if isinstance(event, Exchanged)] == ["ja"]


@pytest.mark.parametrize("packed", [False, True])
def test_the_card_is_kept_and_the_password_hidden(world: tuple[World, Path], packed: bool) -> None:
    receiver, folder = world
    security, header = header_blocks(DGWS)
    token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = "laege"
    etree.SubElement(token, f"{{{WSSE}}}Password").text = SECRET
    request = iti41((security, header), packed=packed)
    assert SECRET.encode() in request.body
    receiver.receive("lps", request)
    [event] = [event for event in events(folder) if isinstance(event, Exchanged)]
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    kept = (folder / EVIDENCE_NAME / event.request.sha256).read_bytes()
    assert HIDDEN.encode() in kept
    cards = [id_card_in(read_message(body, request.headers, speaks=EITHER)) for body in (request.body, kept)]
    assert [etree.tostring(card, method="c14n", with_tail=False) for card in cards if card is not None] == [
        etree.tostring(cards[0], method="c14n", with_tail=False)  # type: ignore[arg-type]
    ] * 2
    assert documents_in(kept, request.headers) == [DOCUMENT]
    assert event.facts["taken"] == "ja"
