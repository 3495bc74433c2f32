"""An LPS that is honest but made differently from the reference LPS is never failed: no finding, and nothing untestable."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from rehearsal import rehearse, scenarios

from harness.domain.clock import VirtualClock
from harness.domain.event import Exchanged, Judged, ScenarioEnded
from harness.domain.finding import Finding
from harness.domain.sharing import SharingStatus
from harness.lps.reference import outbox, routes, wire
from harness.lps.reference.clinic import Clinic, Edition, PlanFile
from harness.lps.reference.outbox import Outbox
from harness.lps.reference.routes import Direct, Outcome, Reply, ViaPlsp
from harness.lps.reference.system import ReferenceLps
from harness.lps.reference.wire import Form
from harness.runner import mock
from harness.runner.wish import Wish
from harness.standards import oids
from harness.standards.cda import build as cda_build
from harness.standards.cda.codes import HL7
from harness.standards.dgws import Dgws, IdCard, Identifier, MedcomHeader, header_blocks
from harness.standards.hsuid import Hsuid, hsuid_block
from harness.standards.mtom import Package, build_package, href
from harness.standards.soap import Version, rewrapped
from harness.standards.xds import build, codes, metadata
from harness.standards.xds.read import read_query_answer

RUTER = ("plsp", "direkte")
BACKGROUND, BATCH, POLL = 5.0, 90.0, 60.0
CPD, APD = b"1.2.208.184.15.1", b"1.2.208.184.14.1"
Patch = pytest.MonkeyPatch
Vary = Callable[[Patch], None]


# What the varied LPSes ask of the services


def looks(route: ViaPlsp | Direct, cpr: str) -> str:
    """What the receiver says it holds under the patient, as text; empty when it does not answer."""
    try:
        if isinstance(route, ViaPlsp):
            return route.client.post(f"{route.address}/plsp/soegning", json={"patient": cpr}).text
        query = build.find_documents(codes.patient_id(cpr))
        return post(route, "/dds/iti18", codes.ITI_18, query).text
    except httpx.TimeoutException:
        return ""


def post(route: Direct, path: str, action: str, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
    return route.client.post(f"{route.address}{path}", content=content, headers=headers)


def fetches(route: Direct, cpr: str) -> None:
    """Every document of the patient, by ITI-43."""
    entries = read_query_answer(looks(route, cpr).encode()).entries
    wanted = [metadata.DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in entries]
    assert wanted, "den plan, der lige er delt, kan findes"
    assert post(route, "/dds/iti43", codes.ITI_43, build.retrieve(wanted)).is_success


# When it sends


def sends_in_the_background(patch: Patch) -> None:
    def share(self: Outbox, file: PlanFile) -> None:
        file.newest.status = SharingStatus.WAITING if file.newest.status is SharingStatus.DRAFT else file.newest.status
        self.clock.call_in(BACKGROUND, lambda: self.resend(file))

    patch.setattr(Outbox, "share", share)


def sends_in_batches(patch: Patch) -> None:
    original = ReferenceLps.__init__

    def init(self: ReferenceLps, *arguments: Any) -> None:
        original(self, *arguments)
        send_batch(self)

    def send_batch(lps: ReferenceLps) -> None:
        for file in lps._clinic.plans.values():
            lps._outbox.resend(file)
        lps._outbox.clock.call_in(BATCH, lambda: send_batch(lps))

    def share(_self: Outbox, file: PlanFile) -> None:
        file.newest.status = SharingStatus.WAITING if file.newest.status is SharingStatus.DRAFT else file.newest.status

    patch.setattr(ReferenceLps, "__init__", init)
    patch.setattr(Outbox, "share", share)
    patch.setattr(Outbox, "_retry", lambda *_: None)


def waits_two_minutes_for_an_answer(patch: Patch) -> None:
    patch.setattr(mock, "HTTP_TIMEOUT", 120.0)


# What it does beside sending


def tries(patch: Patch, change: Callable[[Callable[..., SharingStatus], Outbox, PlanFile, Edition], SharingStatus]) -> None:
    original = Outbox._try
    patch.setattr(Outbox, "_try", lambda self, file, edition: change(original, self, file, edition))


def reads_its_own_plan_back(patch: Patch) -> None:
    def change(original: Callable[..., SharingStatus], self: Outbox, file: PlanFile, edition: Edition) -> SharingStatus:
        status = original(self, file, edition)
        cpr = str(edition.plan.patient.cpr)
        if status is SharingStatus.SHARED and isinstance(self.route, Direct):
            fetches(self.route, cpr)
        elif status is SharingStatus.SHARED:
            assert edition.plan.document_id in looks(self.route, cpr)  # type: ignore[arg-type]
        return status

    tries(patch, change)


def looks_before_it_sends_again(patch: Patch) -> None:
    def change(original: Callable[..., SharingStatus], self: Outbox, file: PlanFile, edition: Edition) -> SharingStatus:
        if edition.tries and edition.plan.document_id in looks(self.route, str(edition.plan.patient.cpr)):  # type: ignore[arg-type]
            edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
            return edition.status
        return original(self, file, edition)

    tries(patch, change)


def sends_the_same_document_again(patch: Patch) -> None:
    def change(original: Callable[..., SharingStatus], self: Outbox, file: PlanFile, edition: Edition) -> SharingStatus:
        status = original(self, file, edition)
        if status is SharingStatus.SHARED:
            assert self._send(edition).outcome is Outcome.TAKEN
        return status

    tries(patch, change)


def searches_every_minute(patch: Patch) -> None:
    original = ReferenceLps.__init__

    def init(self: ReferenceLps, *arguments: Any) -> None:
        original(self, *arguments)
        search(self)

    def search(lps: ReferenceLps) -> None:
        for cpr in lps._clinic.patients:
            looks(lps._outbox.route, cpr)  # type: ignore[arg-type]
        lps._outbox.clock.call_in(POLL, lambda: search(lps))

    patch.setattr(ReferenceLps, "__init__", init)


def shares_an_appointment_too(patch: Patch) -> None:
    original = Direct.send

    def send(self: Direct, plan: Any, document: bytes) -> Reply:
        own = replace(plan, goals=("Kontrol",), document_id=self.new_id(), set_id=self.new_id(), replaces=None, version=1)
        other = cda_build.build_cpd(own).replace(b"81215-6", b"39289-4").replace(b"Care plan", b"Appointment").replace(CPD, APD)
        entry = replace(
            metadata.entry_from_cpd(other, f"urn:uuid:{self.new_id()}", self.cpd_version),
            format_code=metadata.Code("urn:ad:dk:medcom:appointment:full", oids.XDS_FORMAT_CODE, "DK APD schema"),
        )
        assert entry.type_code is not None
        assert entry.type_code.code == "39289-4"
        sent = metadata.submission_of(entry, other, set_uuid=self.new_id(), source_id=routes.SOURCE_ID, now=self.clock.now())
        reply = original(self, plan, document)
        if reply.outcome is Outcome.TAKEN:
            assert "Success" in post(self, "/dros/iti41", codes.ITI_41, build.provide_and_register(sent)).text
        return reply

    patch.setattr(Direct, "send", send)


# Its editions


def keeps_the_old_goal_as_history(patch: Patch) -> None:
    original = Clinic.change_goals

    def change_goals(self: Clinic, key: str, goals: tuple[str, ...]) -> PlanFile:
        before = self.plans[key].newest.plan.goals
        return original(self, key, (*goals, *(f"Tidligere: {goal}" for goal in before)))

    patch.setattr(Clinic, "change_goals", change_goals)


def amends_what_waits(patch: Patch) -> None:
    original = Clinic.change_goals

    def change_goals(self: Clinic, key: str, goals: tuple[str, ...]) -> PlanFile:
        file = self.plans[key]
        if file.newest.status is not SharingStatus.WAITING:
            return original(self, key, goals)
        file.newest.plan = replace(file.newest.plan, goals=goals, created=self.clock.now())
        return file

    patch.setattr(Clinic, "change_goals", change_goals)


def counts_from_five(patch: Patch) -> None:
    original = Clinic.create_plan

    def create_plan(self: Clinic, *arguments: Any) -> PlanFile:
        file = original(self, *arguments)
        file.newest.plan = replace(file.newest.plan, version=5)
        return file

    patch.setattr(Clinic, "create_plan", create_plan)


# How its plan is written


def writes(change: Callable[[bytes], bytes]) -> Vary:
    def vary(patch: Patch) -> None:
        def built(plan: Any) -> bytes:
            document = cda_build.build_cpd(plan)
            changed = change(document)
            assert changed != document or plan.version > 1
            return changed

        patch.setattr(outbox, "build_cpd", built)

    return vary


def encoded(encoding: str) -> Vary:
    def change(document: bytes) -> bytes:
        changed = etree.tostring(etree.fromstring(document), xml_declaration=True, encoding=encoding)
        assert isinstance(changed, bytes)
        return changed

    return writes(change)


def without_first_set_id(document: bytes) -> bytes:
    if b'<versionNumber value="1"/>' not in document or b"<relatedDocument" in document:
        return document
    return re.sub(rb"\s*<setId [^>]*/>\s*<versionNumber [^>]*/>", b"", document)


def with_a_line_break(document: bytes) -> bytes:
    return re.sub(rb'(<paragraph ID="Goal1">\S+) ', rb"\1<br/>", document)


def with_a_prefix(document: bytes) -> bytes:
    prefixed = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1n1:", document)
    return prefixed.replace(f'xmlns="{HL7}"'.encode(), f'xmlns:n1="{HL7}"'.encode())


def writes_times_in_utc(patch: Patch) -> None:
    patch.setattr(cda_build, "_time", lambda plan: plan.created.strftime("%Y%m%d%H%M%S+0000"))


# How it hands the plan in


def writes_json_in_another_order(patch: Patch) -> None:
    original = httpx.Client.post

    def send(self: httpx.Client, url: str, **how: Any) -> httpx.Response:
        if "json" in how:
            how["json"] = dict(sorted(how["json"].items()))
        return original(self, url, **how)

    patch.setattr(httpx.Client, "post", send)


def names_its_document_symbolically(patch: Patch) -> None:
    original = build.provide_and_register

    def provide(submission: metadata.Submission) -> bytes:
        message = original(submission)
        return message.replace(submission.entries[0].id.encode(), b"Document01")

    patch.setattr(build, "provide_and_register", provide)


# In which form it sends to the national services


def sends_in(version: Version, *, packed: bool) -> Vary:
    def vary(patch: Patch) -> None:
        original = mock.lps_setup
        patch.setattr(mock, "lps_setup", lambda *given: replace(original(*given), form=Form(version, packed)))

    return vary


def packs_by_hand(version: Version) -> Vary:
    """The envelope last, a boundary that must be quoted, a Content-ID that must be escaped, and headers written otherwise."""

    def packs(package: Package) -> tuple[bytes, str]:
        [part] = package.parts
        assert package.envelope.count(href(part.id).encode()) == 1
        envelope = package.envelope.replace(href(part.id).encode(), b"cid:plan%2B1%3D%25a%40lps.test")
        kind = package.version.media_type
        heads = (
            f"content-id:<plan+1=%a@lps.test>\r\ncontent-transfer-encoding: BINARY\r\ncontent-type: {part.media_type}\r\n\r\n",
            f'CONTENT-TYPE: application/xop+xml;\r\n charset=utf-8; type="{kind}"\r\nContent-ID: <rod>\r\n\r\n',
        )
        body = b"Dette er en pakket besked.\r\n"
        for head, content in zip(heads, (bytes(part.content), envelope), strict=True):
            body += b"--=_del (1):lps?  \r\n" + head.encode() + content + b"\r\n"
        action = f'; action="{package.action}"' if package.version is Version.SOAP_12 else ""
        said = f'start-info="{kind}"; START="<rod>"; boundary="=_del (1):lps?"; type="application/xop+xml"{action}'
        return body + b"--=_del (1):lps?--\r\nog intet mere", f"Multipart/Related; {said}"

    def vary(patch: Patch) -> None:
        sends_in(version, packed=True)(patch)
        patch.setattr(wire, "build_package", packs)

    return vary


def packs_as_base64(patch: Patch) -> None:
    """A part may travel as base64."""
    original = build_package

    def packs(package: Package) -> tuple[bytes, str]:
        body, content_type = original(package)
        for part in package.parts:
            assert body.count(bytes(part.content)) == 1
            body = body.replace(bytes(part.content), base64.encodebytes(part.content).replace(b"\n", b"\r\n"))
        return body.replace(b"Encoding: binary\r\nContent-ID: <dok", b"Encoding: base64\r\nContent-ID: <dok"), content_type

    sends_in(Version.SOAP_11, packed=True)(patch)
    patch.setattr(wire, "build_package", packs)


def has_no_security_header(patch: Patch) -> None:
    patch.setattr(wire.Wire, "_security", lambda *_: ())


def searches_with_headers(patch: Patch) -> None:
    """Its queries have DGWS and HSUID."""
    original = build.find_documents

    def find(*arguments: Any, **named: Any) -> bytes:
        hsuid = Hsuid("referencesystem.test", START, user_type="nsi:HealthcareProfessional", system_name="Referencesystemet")
        blocks = (*header_blocks(Dgws(START, MedcomHeader("søgning-1"), CARD)), hsuid_block(hsuid))
        return rewrapped(original(*arguments, **named), Version.SOAP_11, blocks)

    patch.setattr(build, "find_documents", find)
    searches_every_minute(patch)


START = VirtualClock().now()
CARD = IdCard(
    "referencesystem.test",
    Identifier("Lægehuset", "medcom:other"),
    START,
    START,
    START + timedelta(days=1),
    id="1",
    type="system",
    level="3",
)

VARIATIONS: dict[str, Vary] = {
    "sender i baggrunden": sends_in_the_background,
    "sender samlet hvert 90. sekund": sends_in_batches,
    "venter 120 sekunder på svar": waits_two_minutes_for_an_answer,
    "læser sin egen plan igen": reads_its_own_plan_back,
    "ser efter, før den sender igen": looks_before_it_sends_again,
    "sender det samme igen": sends_the_same_document_again,
    "søger hvert minut": searches_every_minute,
    "beholder det gamle mål som historie": keeps_the_old_goal_as_history,
    "retter den udgave, der venter": amends_what_waits,
    "tæller udgaver fra 5": counts_from_five,
    "uden setId og versionNumber i første udgave": writes(without_first_set_id),
    "linjeskift i målet": writes(with_a_line_break),
    "UTF-16": encoded("UTF-16"),
    "ISO-8859-1": encoded("ISO-8859-1"),
    "numeriske tegnreferencer": encoded("US-ASCII"),
    "et andet XML-præfiks": writes(with_a_prefix),
    "tider i UTC": writes_times_in_utc,
}
ONE_RUTE: list[tuple[str, str, Vary]] = [
    ("JSON i en anden rækkefølge", "plsp", writes_json_in_another_order),
    ("deler også en aftale", "direkte", shares_an_appointment_too),
    ("symbolsk id på dokumentet", "direkte", names_its_document_symbolically),
    *(
        (f"{version}{', pakket' if packed else ''}", "direkte", sends_in(version, packed=packed))
        for version, packed in product(Version, (False, True))
        if packed or version is Version.SOAP_12
    ),
    *((f"{version}, pakket på en anden måde", "direkte", packs_by_hand(version)) for version in Version),
    ("pakket som base64", "direkte", packs_as_base64),
    ("uden sikkerhedsheader", "direkte", has_no_security_header),
    ("søger med DGWS og HSUID", "direkte", searches_with_headers),
]
CASES = [(name, rute, vary) for name, vary in VARIATIONS.items() for rute in RUTER] + ONE_RUTE
# Who gives its document a symbolic name must ask for its entryUUID before it replaces it, which the reference LPS does not.
LATER_EDITIONS = ("DEL-07", "DEL-08", "DEL-12", "DEL-21")


@pytest.mark.parametrize(("_name", "rute", "vary"), CASES, ids=[f"{name}-{rute}" for name, rute, _ in CASES])
def test_an_honest_lps_is_not_failed(_name: str, rute: str, vary: Vary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [
        each
        for each in {each.tag: each for each in reversed(scenarios())}.values()  # the first row of each outline
        if vary is not names_its_document_symbolically or not each.id.startswith(LATER_EDITIONS)
    ]
    vary(monkeypatch)
    events = rehearse(tmp_path / "kørsel", Wish(rute=rute, cpd="1.0.1"), chosen)
    found: list[Finding] = [each for event in events if isinstance(event, Judged) for each in event.findings]
    ended = [event for event in events if isinstance(event, ScenarioEnded)]
    assert [str(each) for each in found] == []
    assert {event.scenario: event.reason for event in ended if event.standing not in ("OK", "IR", "afventer")} == {}
    assert len(ended) == len(chosen)


FORMS: dict[str, tuple[Vary, str, str]] = {
    "SOAP 1.2": (sends_in(Version.SOAP_12, packed=False), "application/soap+xml", "application/soap+xml"),
    "pakket": (sends_in(Version.SOAP_11, packed=True), "multipart/related", "multipart/related"),
    "pakket på en anden måde": (packs_by_hand(Version.SOAP_12), "Multipart/Related", "multipart/related"),
    "pakket som base64": (packs_as_base64, "multipart/related", "multipart/related"),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_is_the_one_on_the_wire_and_is_judged(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a variation that has no effect any more cannot pass for an honest one."""
    vary, asked, answered = FORMS[name]
    vary(monkeypatch)
    events = rehearse(tmp_path / "kørsel", Wish(rute="direkte", cpd="1.0.1"), scenarios()[:1])
    [sent] = [event for event in events if isinstance(event, Exchanged) and event.path == "/dros/iti41"]
    assert dict(sent.request_headers)["content-type"].startswith(asked)
    assert dict(sent.response_headers)["content-type"].startswith(answered)
    assert sent.facts["taken"] == "ja"
    holds = {rule for event in events if isinstance(event, Judged) and event.exchange == sent.exchange for rule in event.holds}
    assert {"XDSM-04", "CPD-C01", "DGWS-10", "DGWS-17"} <= holds
