"""Which format a file is in, that its rules run, and that what it carries is judged where it stands."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.conformance.files.content import Syntax, look
from harness.conformance.files.formats import DEEPEST, FORMATS, Report, judge_file
from harness.conformance.files.recognise import recognised, security_headers
from harness.conformance.rule import Result
from harness.domain.errors import BadInput
from harness.standards.fhir.definitions import CORE, Definitions
from harness.standards.fhir.packages import Package
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xds.codes import ADHOC_QUERY, RETRIEVE, SUBMIT_OBJECTS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
KINDS = {
    "apd_haandskrevet.xml": "apd",
    "cpd_diabetes_haandskrevet.xml": "cpd-1.0.1",
    "cpd_haandskrevet.xml": "cpd-1.0.1",
    "cpd_hjerte_haandskrevet.xml": "cpd-1.0.1",
    "dgws_haandskrevet.xml": "soap",
    "dis91_haandskrevet.edi": "edi-brev",
    "documentreference_haandskrevet.json": "documentreference",
    "eds_haandskrevet.json": "eds",
    "fhir_diagnosekort_haandskrevet.json": "conditionlist",
    "fhir_korrespondance_haandskrevet.json": "carecommunication",
    "fhir_kvittering_haandskrevet.json": "acknowledgement",
    "fhir_proevesvar_haandskrevet.xml": "homecareobservation",
    "hsuid_haandskrevet.xml": "soap",
    "medrpt_haandskrevet.edi": "medrpt",
    "pdc_haandskrevet.xml": "pdc",
    "qfdd_haandskrevet.xml": "qfdd",
    "qrd_haandskrevet.xml": "qrd",
    "sbdh_haandskrevet.xml": "sbdh",
    "sbdh_kvittering_haandskrevet.xml": "sbdh",
    "vans_besked_haandskrevet.xml": "vans",
    "vans_kvittering_haandskrevet.xml": "vans",
    "xctl02_haandskrevet.xml": "oioxml",
    "xctl03_haandskrevet.xml": "oioxml",
    "xdis01_haandskrevet.xml": "oioxml",
    "xdis15_haandskrevet.xml": "oioxml",
    "xref15_haandskrevet.xml": "oioxml",
    "xrpt_haandskrevet.xml": "xrpt",
}
"""The hand-written examples that break no rule, by the format they are in."""

PLAN = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
LETTER = (EXAMPLES / "xref15_haandskrevet.xml").read_bytes()
ENVELOPE = (EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes()
TOKEN = "der står et tegn, som ikke må stå her, eller tegnsættet er et andet end angivet"
ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "")
ITI_41 = (EXAMPLES / "iti41_haandskrevet.xml").read_bytes()


def broken(report: Report) -> list[tuple[str, str, int | None]]:
    return [(each.rule, each.location.file, each.location.line) for each in report.findings]


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=str)
def test_an_example_is_recognised_and_breaks_no_rule(name: str, kind: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    report = judge_file(data, name)
    assert recognised(look(data)) == kind
    assert report.format == FORMATS[kind].danish
    assert broken(report) == []
    assert any(judgement.result is Result.HOLDS for each in report.every() for judgement in each.judgements)


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=str)
def test_a_file_that_stops_too_early_breaks_its_first_rule_and_no_other(name: str, kind: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    report = judge_file(data[: len(data) * 9 // 10], name)
    assert report.format == FORMATS[kind].danish
    firsts = [judgement for each in report.every() for judgement in each.judgements if judgement.findings]
    assert len(firsts) in (1, 2)  # a SOAP message has two headers, each with rules of its own
    assert all(not judgement.rule.needs for judgement in firsts)
    assert all(finding.location.line for finding in report.findings)


@pytest.mark.parametrize("name", [name for name in KINDS if name.endswith(("xml", "json"))], ids=str)
def test_a_file_in_utf_16_is_recognised_as_the_same(name: str) -> None:
    text = (EXAMPLES / name).read_bytes().decode("iso-8859-1").replace("UTF-8", "UTF-16", 1).replace("ISO-8859-1", "UTF-16", 1)
    found = recognised(look(text.encode("utf-16")))
    assert found == (KINDS[name] if name.endswith("xml") else "")  # JSON is UTF-8 (RFC 8259, 8.1)


def test_every_format_is_met() -> None:
    carriers = {"iti41", "mtom", "plsp"}
    asked_for = {"cpd-2.0", "cda", "dgws", "hsuid", "fhir"}
    assert set(KINDS.values()) | carriers | asked_for == set(FORMATS)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Filen er tom"),
        (b" \r\n\xef\xbb\xbf\n", "Filen er tom"),
        (b"%PDF-1.7", "Der er ingen regler for noget andet end XML, JSON og EDIFACT"),
        (gzip.compress(b"0" * 10_000_000, mtime=0), "Der er ingen regler for noget andet end XML, JSON og EDIFACT"),
        (b"<html><body/></html>", "Der er ingen regler for XML med html"),
        (b"<!DOCTYPE html><p>hej<br>", "Der er ingen regler for noget andet end XML, JSON og EDIFACT"),
        (b"[1, 2]", "Der er ingen regler for JSON"),
        (b'{"a": 1}', "Der er ingen regler for JSON"),
        (b"UNB+UNOC:3+A+B+261005:1016+1'UNH+1+MEDREF:D:93A:UN:H0130R'", "Der er ingen regler for EDIFACT med MEDREF"),
        (
            b'{"resourceType": "Patient"}',
            "Der er ingen egne regler for FHIR-ressourcen Patient. MedComs FHIR-pakker har måske (lps artefacts add MAPPE)",
        ),
        (
            b"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body><Ping xmlns='urn:x'/></Body></Envelope>",
            "Der er ingen regler for XML med {http://schemas.xmlsoap.org/soap/envelope/}Envelope med {urn:x}Ping",
        ),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_there_are_no_rules_for_is_named(data: bytes, sentence: str) -> None:
    report = judge_file(data, "fil")
    assert (report.format, report.problem, report.judgements) == ("", sentence, ())


def test_a_profile_says_what_the_file_is_meant_to_be() -> None:
    report = judge_file(LETTER, "brev.xml", "qrd")
    assert report.format == "Svar på spørgeskema (QRD-DK)"
    assert broken(report) == [("CDA-XML", "brev.xml", 3)]


def test_a_profile_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match=r"Profilen cpd kendes ikke\. Kan være: cpd-1\.0\.1, cpd-2\.0, qfdd"):
        judge_file(PLAN, "plan.xml", "cpd")


def test_a_plan_that_is_said_to_be_2_0_gives_remarks_until_rules_are_confirmed() -> None:
    data = PLAN.replace(b"75310-3", b"75310-4")
    assert [(each.rule, each.grade) for each in judge_file(data, "plan.xml").findings] == [("CPD-C04", "F3")]
    (remark,) = judge_file(data, "plan.xml", "cpd-2.0").findings
    assert (remark.grade, remark.remark) == (None, "kun kendt fra 1.0.1")
    (graded,) = judge_file(data, "plan.xml", "cpd-2.0", confirmed=lambda: frozenset({"CPD-C04"})).findings
    assert graded.grade == "F3"


def test_a_cda_document_of_another_kind_is_judged_by_its_header() -> None:
    data = PLAN.replace(b"1.2.208.184.15.1", b"1.2.208.184.99.1").replace(b"81215-6", b"99999-9")
    report = judge_file(data, "dokument.xml")
    assert report.format == "CDA-dokument"
    assert "kroppen: her er kun regler for headeren" in report.unchecked
    assert {each.rule.subject for each in report.judgements} == {"cda-header"}


def test_a_letter_in_an_envelope_is_judged_with_lines_of_its_own() -> None:
    letter = LETTER.replace(b"XH1530R", b"XH1531R", 1)
    data = ENVELOPE.replace(_data_of(ENVELOPE), base64.encodebytes(letter))
    line = 1 + letter[: letter.index(b"XH1531R")].count(b"\n")
    report = judge_file(data, "kuvert.xml")
    assert [(file, at) for _, file, at in broken(report)] == [("kuvert.xml#Data", line)]
    assert report.parts[0].data == letter


@pytest.mark.parametrize("space", ["bc:", ""], ids=["Peppol's", "the header's own"])
def test_a_message_in_ehmis_envelope_is_judged(space: str) -> None:
    envelope = (
        (EXAMPLES / "sbdh_haandskrevet.xml").read_text(encoding="utf-8").replace("bc:BinaryContent", f"{space}BinaryContent")
    )
    receipt = (EXAMPLES / "fhir_kvittering_haandskrevet.json").read_bytes().replace(b'"message"', b'"batch"', 1)
    box = re.sub(r"(BinaryContent [^>]*>)[^<]*<", rf"\g<1>{base64.b64encode(receipt).decode()}<", envelope)
    report = judge_file(box.encode(), "k")
    assert [(each.file, each.format) for each in report.parts] == [("k#BinaryContent", "Kvittering (Acknowledgement)")]
    assert ("ACK-01", "k#BinaryContent", 5) in broken(report)
    assert "kvitteringens indre (ebBP-signalet)" not in report.unchecked


def test_the_signal_of_a_receipt_is_not_judged_and_that_is_told() -> None:
    report = judge_file((EXAMPLES / "sbdh_kvittering_haandskrevet.xml").read_bytes(), "k")
    assert report.parts == ()
    assert "kvitteringens indre (ebBP-signalet)" in report.unchecked


def test_of_several_contents_each_has_a_name_of_its_own() -> None:
    box = b"<v:Data>" + base64.b64encode(LETTER) + b"</v:Data>"
    report = judge_file(ENVELOPE.replace(b"</v:Message>", box + b"</v:Message>"), "k")
    assert [each.file for each in report.parts] == ["k#Data", "k#Data2"]


def test_an_envelope_with_something_unknown_says_so() -> None:
    data = ENVELOPE.replace(_data_of(ENVELOPE), base64.b64encode(b"hej"))
    report = judge_file(data, "kuvert.xml")
    assert "indholdet (Data): Der er ingen regler for noget andet end XML, JSON og EDIFACT" in report.unchecked


def test_a_zip_in_base64_is_never_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    report = judge_file(ENVELOPE.replace(_data_of(ENVELOPE), base64.b64encode(bomb)), "kuvert.xml")
    assert report.parts[0].data == bomb
    assert report.parts[0].problem


def test_envelopes_in_envelopes_are_opened_to_a_limit() -> None:
    data = LETTER
    for _ in range(DEEPEST + 2):
        data = ENVELOPE.replace(_data_of(ENVELOPE), base64.b64encode(data))
    every = list(judge_file(data, "k").every())
    assert len(every) == DEEPEST
    assert every[-1].unchecked[-1] == "Data: flere end 4 kuverter i hinanden bliver ikke åbnet"


def test_a_submission_is_judged_with_its_plan_by_the_version_it_declares() -> None:
    good = judge_file(ITI_41, "iti41.xml")
    assert good.format == "Aflevering til dokumentdeling (ITI-41)"
    assert [each.file for each in good.parts] == ["iti41.xml#Document"]
    assert broken(good) == []
    other = submitted(base64.b64decode(_document_of(ITI_41)).replace(b'"75310-3"', b'"75310-4"'))
    assert {each.rule for each in judge_file(other, "iti41.xml").findings} == {"XDSM-04", "CPD-C04"}
    newer = judge_file(other.replace(b"cpd-v1.0.1:full", b"cpd-v2.0:full"), "iti41.xml")
    assert newer.parts[0].format == "Behandlingsplan (CPD-DK 2.0)"
    assert {each.remark for each in newer.parts[0].findings} == {"kun kendt fra 1.0.1"}


def submitted(document: bytes) -> bytes:
    """The submission with another document in it, and what is said of hash and size left as it was."""
    return ITI_41.replace(_document_of(ITI_41), base64.b64encode(document))


def test_another_document_than_the_plan_is_held_against_its_metadata() -> None:
    """Answers of one person handed in under the metadata of another's plan."""
    answers = submitted((EXAMPLES / "qrd_haandskrevet.xml").read_bytes()).replace(b"81215-6", b"74465-6")
    report = judge_file(answers.replace(b"cpd-v1.0.1:full", b"qrd-v1.3:full"), "iti41.xml")
    found = {each.rule for each in report.findings}
    assert {"XDSM-04", "XDSM-19", "XDSM-21", "XDSM-22", "XDSM-23", "XDSM-26"} <= found
    assert not found & {"XDSM-08", "XDSM-09", "XDSM-10"}
    assert [each.grade for each in report.findings if each.rule == "XDSM-19"] == ["F1"] * 3
    assert [each.format for each in report.parts] == ["Svar på spørgeskema (QRD-DK)"]


def registration(action: str = "", objects: str = "") -> bytes:
    """The metadata of the submission alone, as ITI-42 brings them."""
    request = re.search(r"<l:SubmitObjectsRequest.*</l:SubmitObjectsRequest>", ITI_41.decode(), re.DOTALL)
    assert request
    header = (
        f"<s:Header><a:Action xmlns:a='http://www.w3.org/2005/08/addressing'>{action}</a:Action></s:Header>" if action else ""
    )
    body = f"<s:Body>{objects or request[0]}</s:Body>"
    return f"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>{header}{body}</s:Envelope>".encode()


@pytest.mark.parametrize("action", ["", "urn:ihe:iti:2007:RegisterDocumentSet-b"])
def test_metadata_that_are_registered_are_judged_without_a_document(action: str) -> None:
    report = judge_file(registration(action), "iti42.xml")
    came = {each.rule.id: each.result for each in report.judgements}
    assert broken(report) == []
    assert (came["XDSM-09"], came["XDSM-18"]) == (Result.HOLDS, Result.HOLDS)
    assert (came["XDSM-02"], came["XDSM-19"]) == (Result.NOT_JUDGED, Result.NOT_JUDGED)
    assert any("(RPLC)" in each for each in report.unchecked)
    wrong = registration(action).replace(b"cpd-v1.0.1:full", b"cpd-v1.0.2:full")
    assert [rule for rule, _, _ in broken(judge_file(wrong, "iti42.xml"))] == ["XDSM-09"]
    assert [rule for rule, _, _ in broken(judge_file(registration(action)[:-20], "iti42.xml"))] == ["XDSM-XML"]


EMPTY = "<r:SubmitObjectsRequest xmlns:r='urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0'/>"
QUERY = "<q:AdhocQueryRequest xmlns:q='urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0'/>"


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (registration("urn:ihe:iti:2010:UpdateDocumentSet"), "SubmitObjectsRequest"),
        (
            registration().replace(b"7edca82f-054d-47f2-a032-9b2a5b5186c1", b"34268e47-fdf5-41a6-ba33-82133c465248"),
            "SubmitObjectsRequest",
        ),
        (registration(objects=EMPTY), "SubmitObjectsRequest"),
        (registration(objects=QUERY), "AdhocQueryRequest"),
    ],
    ids=["ITI-57", "ITI-61", "empty", "ITI-18"],
)
def test_a_body_that_is_not_judged_is_told(data: bytes, body: str) -> None:
    report = judge_file(data, "soap.xml")
    assert f"{body} i beskedens Body: det er der ingen regler for" in report.unchecked
    assert {each.rule.subject for each in report.judgements} <= {"hsuid"}


def test_a_document_reference_alone_is_judged_by_what_it_says() -> None:
    bare = judge_file(b'{"resourceType":"DocumentReference"}', "metadata.json")
    assert {rule for rule, _, _ in broken(bare)} == {"DREF-13"}
    good = judge_file((EXAMPLES / "documentreference_haandskrevet.json").read_bytes(), "metadata.json")
    own = [each for each in good.judgements if each.rule.subject == "documentreference"]
    assert [each.rule.id for each in own if each.result is Result.HOLDS] == [
        "DREF-01", "DREF-03", "DREF-16", "DREF-13", "DREF-14", "DREF-15"
    ]  # fmt: skip


def test_the_numbers_in_a_document_reference_are_judged_as_in_a_message() -> None:
    text = (EXAMPLES / "documentreference_haandskrevet.json").read_text(encoding="utf-8")
    for old, new, rule in (
        ("73091000016008", "73091", "FHIR-SOR"),
        (
            '{ "system": "urn:oid:1.2.208.176.1.2", "value": "2509479989" }]',
            '{ "system": "urn:oid:1.2.208.176.1.2", "value": "250947-9989" }]',
            "FHIR-CPR",
        ),
    ):
        assert text.count(old) == 1
        changed = text.replace(old, new)
        (found,) = judge_file(changed.encode(), "metadata.json").findings
        assert (found.rule, found.location.line) == (rule, changed[: changed.index(new)].count("\n") + 1)
        assert "9989" not in found.actual
    metadata = json.loads(text.replace('"value": "2509479989"', '"value": "250947-9989"', 1))
    document = (EXAMPLES / "documentreference_bundle.json").read_bytes()
    metadata["content"][0]["attachment"]["data"] = base64.b64encode(document).decode()
    whole = judge_file(json.dumps(metadata).encode(), "metadata.json")
    assert [each.rule for each in whole.findings] == ["DREF-02"]


@pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på MedComs FHIR-pakker")
def test_a_document_reference_is_held_against_the_profile_it_declares() -> None:
    from harness.suite.artefacts import Artefacts, Folder

    official = Artefacts([Folder(Path(ARTEFACTS))])
    data = (EXAMPLES / "documentreference_haandskrevet.json").read_bytes()
    report = judge_file(data, "metadata.json", official=official)
    assert [each for each in report.findings if each.grade] == []
    bundle = judge_file((EXAMPLES / "documentreference_bundle.json").read_bytes(), "kort.json", official=official)
    assert [each for each in bundle.findings if each.grade] == []
    undeclared = judge_file(
        data.replace(b'"profile": ["http://medcomfhir.dk/ig/conditionlist', b'"profile": ["http://x'), "m", official=official
    )
    assert any(each.startswith("profilen: metadata siger ikke") for each in undeclared.unchecked)


def test_a_packed_submission_is_the_same_with_and_without_its_http_headers() -> None:
    wrong = ITI_41.replace(b"cpd-v1.0.1:full", b"cpd-v1.0.2:full")

    def packed(head: str = "") -> bytes:
        document = _document_of(wrong)
        include = b"<x:Include xmlns:x='http://www.w3.org/2004/08/xop/include' href='cid:plan'/>"
        envelope = wrong.replace(document, include)
        parts = [
            ("text/xml", "<plan>", base64.b64decode(document)),
            ("text/plain", "<andet>", b"en del, som ingen henviser til"),
            ('application/xop+xml; type="text/xml"', "<rod>", envelope),
        ]
        body = b"".join(
            f"--skel\r\nContent-Type: {kind}\r\nContent-ID: {name}\r\n\r\n".encode() + content + b"\r\n"
            for kind, name, content in parts
        )
        return head.encode() + body + b"--skel--\r\n"

    plain = [(rule, line) for rule, _, line in broken(judge_file(wrong, "a"))]
    assert [rule for rule, _ in plain] == ["XDSM-09"]
    http = 'POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=skel;\r\n start="<rod>"\r\n\r\n'
    for data in (packed(), packed(http)):
        report = judge_file(data, "a")
        assert report.format == "Pakket SOAP-besked (MTOM)"
        assert [(rule, line) for rule, _, line in broken(report)] == plain
        assert {file for _, file, _ in broken(report)} == {"a#konvolut"}
        assert [each.file for each in report.every()] == ["a", "a#konvolut", "a#konvolut#Document"]


def test_a_packed_message_that_cannot_be_unpacked_breaks_the_first_rule() -> None:
    report = judge_file(b"--a\r\nContent-Type: text/xml\r\n\r\n<a/>", "a")
    assert broken(report) == [("MTOM-01", "a", 4)]
    assert report.findings[0].expected == "en besked i dele, der kan pakkes ud"


def test_a_packed_message_with_lf_is_told_that_lines_end_in_crlf() -> None:
    packed = (EXAMPLES / "mtom_haandskrevet.txt").read_bytes().replace(b"\r\n", b"\n")
    for data, line in ((packed, 2), (b'POST /x HTTP/1.1\nContent-Type: multipart/related; boundary="uuid:17+a"\n\n' + packed, 2)):
        report = judge_file(data, "svar.txt")
        assert broken(report) == [("MTOM-01", "svar.txt", line)]
        assert (
            report.findings[0].actual
            == "Beskedens boundary står kun efter linjer, der slutter med LF. De skal slutte med CRLF (RFC 2046, 5.1.1)"
        )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\n" + PLAN, "XML'en kan ikke læses: XML or text declaration not at start of entity (linje 2, kolonne 1)"),
        (b"< not xml", f"XML'en kan ikke læses: {TOKEN} (linje 1, kolonne 2)"),
        (
            PLAN.replace("i sin første".encode(), "i sin første".encode("latin-1"), 1),
            f"XML'en kan ikke læses: {TOKEN} (linje 2, kolonne 43)",
        ),
        (
            b"<?xml version='1.0' encoding='x-ukendt'?><a/>",
            "XML'ens tegnsæt kan ikke læses (unknown encoding: x-ukendt) (linje 1, kolonne 1)",
        ),
        (b'{"a": 1,}', "JSON'en kan ikke læses"),
    ],
    ids=["blank line", "no name", "latin-1", "encoding", "json"],
)
def test_what_is_broken_before_it_says_what_it_is_is_told_where(data: bytes, sentence: str) -> None:
    report = judge_file(data, "fil")
    assert (report.format, report.broken) == ("", True)
    assert report.problem.startswith(sentence)


def test_a_plan_to_plsp_is_judged_with_its_plan() -> None:
    message = {"patient": "2509479989", "cpdVersion": "1.0.1", "forloebslabel": "", "dokument": base64.b64encode(PLAN).decode()}
    report = judge_file(json.dumps(message).encode(), "plsp.json")
    assert report.format == "Aflevering til PLSP"
    assert [each.rule for each in report.findings] == ["PLSP-01"]  # the plan is another test person's
    assert report.parts[0].format == "Behandlingsplan (CPD-DK)"
    message["cpdVersion"] = "2.0"
    assert judge_file(json.dumps(message).encode(), "plsp.json").parts[0].format == "Behandlingsplan (CPD-DK 2.0)"
    bare = judge_file(b'{"dokument": "", "patient": ""}', "plsp.json")
    assert "planen: der er ingen i beskeden, eller den kan ikke læses" in bare.unchecked


def test_a_document_in_its_metadata_is_held_against_them() -> None:
    metadata = json.loads((EXAMPLES / "documentreference_haandskrevet.json").read_text(encoding="utf-8"))
    document = (EXAMPLES / "documentreference_bundle.json").read_bytes()
    attachment = metadata["content"][0]["attachment"]
    attachment["data"] = base64.b64encode(document).decode()
    attachment["hash"] = base64.b64encode(hashlib.sha1(document, usedforsecurity=False).digest()).decode()
    report = judge_file(json.dumps(metadata).encode(), "metadata.json")
    assert [each.format for each in report.parts] == ["Diagnosekort (ConditionList)"]
    assert sum(each.result is Result.HOLDS and each.rule.subject == "documentreference" for each in report.judgements) > 5
    assert not [each for each in report.judgements if each.findings]


def test_security_headers_are_judged_as_if_received_when_sent() -> None:
    data = (EXAMPLES / "dgws_haandskrevet.xml").read_bytes()
    report = judge_file(data, "kald.xml")
    assert {each.rule.subject for each in report.judgements} == {"dgws"}
    assert "signatur ikke kontrolleret: der er ikke angivet noget certifikat at kontrollere med (--sts)" in report.unchecked
    assert any(each.startswith("niveau ikke kontrolleret") for each in report.unchecked)
    held = judge_file(data, "kald.xml", level=lambda: "5")
    assert [each.rule for each in held.findings] == ["DGWS-25"]
    assert not any("niveau ikke kontrolleret" in each for each in held.unchecked)
    assert judge_file(data, "kald.xml", "dgws").judgements == report.judgements
    assert [each.rule for each in judge_file(data, "kald.xml", "hsuid").findings] == []  # it is neither ITI-18 nor ITI-43


def test_a_query_without_hsuid_breaks_its_rule() -> None:
    data = (EXAMPLES / "hsuid_haandskrevet.xml").read_bytes().replace(b"HsuidHeader", b"AndenHeader")
    assert [each.rule for each in judge_file(data, "iti18.xml").findings] == ["HSUID-02"]


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("fhir_")], ids=str)
def test_a_message_with_a_wrong_event_is_still_recognised_and_told(name: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    wrong = data.replace(b'-message"', b'-massage"').replace(b"11450-4", b"11450-5")
    assert wrong != data
    assert recognised(look(wrong)) == KINDS[name]
    assert judge_file(wrong, name).findings


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("fhir_")], ids=str)
def test_a_message_that_declares_no_profile_is_recognised_by_what_it_is_about(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    bare = re.sub(r'("profile": \[)[^\]]*\]|<profile [^>]*/>', lambda found: f"{found[1]}]" if found[1] else "", text)
    assert "StructureDefinition/medcom-" not in re.sub(r'"(url|definition)": *"[^"]*"|(url|definition)="[^"]*"', "", bare)
    assert recognised(look(bare.encode())) == KINDS[name]


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("fhir_")], ids=str)
def test_a_message_of_another_event_is_recognised_by_any_profile_of_its_guide(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8").replace('-message"', '-massage"').replace("11450-4", "11450-5")
    other = re.sub(r"(http://medcomfhir\.dk/ig/\w+/StructureDefinition/)[\w-]+", r"\1andet", text)
    assert other != text
    assert recognised(look(other.encode())) == KINDS[name]


def test_what_was_not_checked_is_told_once() -> None:
    report = judge_file((EXAMPLES / "fhir_diagnosekort_haandskrevet.json").read_bytes(), "diagnosekort.json")
    assert report.unchecked.count("der er ikke peget på MedComs FHIR-pakker") == 1
    assert len(set(report.unchecked)) == len(report.unchecked)


def test_a_fhir_profile_needs_its_package() -> None:
    data = b'{"resourceType": "Patient"}'
    reason = "Profilen kan ikke bruges: der er ikke peget på MedComs FHIR-pakker"
    assert judge_file(data, "p.json", "http://medcomfhir.dk/ig/x") == Report("p.json", "", data, problem=reason)


class Pointed:
    """What a tester has pointed at: one package with a profile of patients, and FHIR's own definition of them."""

    problems: tuple[str, ...] = ()

    def definitions(self) -> Definitions:
        elements = [{"id": "Patient", "path": "Patient", "min": 0, "max": "*"}]
        made = {"resourceType": "StructureDefinition", "type": "Patient", "snapshot": {"element": elements}}
        return Definitions(
            [
                Package(
                    "prøve", "1.0", "", definitions=tuple({**made, "url": url} for url in (f"{CORE}Patient", "urn:a", "http://a"))
                )
            ]
        )

    def schema(self, _tag: str) -> None:
        return None

    def schematrons(self) -> list[Any]:
        return []


IN_JSON, IN_XML = b'{"resourceType": "Patient", "x": 1}', b'<Patient xmlns="http://hl7.org/fhir"><x value="1"/></Patient>'


@pytest.mark.parametrize("data", [IN_JSON, IN_XML], ids=["json", "xml"])
def test_a_resource_that_a_package_defines_is_held_against_it(data: bytes) -> None:
    alone = judge_file(data, "p", official=Pointed())
    assert (alone.format, alone.problem, broken(alone)) == ("FHIR-ressource", "", [("FHIR-UKENDT", "p", 1)])
    asked = judge_file(data, "p", "http://a", official=Pointed())
    assert (asked.file, asked.format, asked.data) == ("p", "FHIR (http://a)", data)
    assert broken(asked) == [("FHIR-UKENDT", "p", 1)]
    other = judge_file(data.replace(b"Patient", b"Basic"), "p", official=Pointed())
    assert other.problem == "Der er ingen egne regler for FHIR-ressourcen Basic, og pakkerne har ingen profil for den"


def test_what_a_profile_could_not_check_is_told() -> None:
    data = b'{"resourceType": "Patient", "meta": {"profile": ["urn:b"]}}'
    assert "profilen urn:b" in " ".join(judge_file(data, "p", "http://a", official=Pointed()).unchecked)


BAIT = "der må ikke læses fra disken"


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE ClinicalDocument [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10))
        + b']><ClinicalDocument xmlns="urn:hl7-org:v3">&k;</ClinicalDocument>',
        b'<!DOCTYPE ClinicalDocument SYSTEM "http://192.0.2.1/x.dtd"><ClinicalDocument xmlns="urn:hl7-org:v3"/>',
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<a>" * 200_000,
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<a/>" * 1_000_001 + b"</ClinicalDocument>",
        b"<?xml version='1.0' encoding='x-ukendt'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>",
        b"<?xml version='1.0' encoding='utf-16'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>",
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'>\xff\xfe</ClinicalDocument>",
        b"[" * 1_000_000 + b"]" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'{"resourceType": "AuditEvent", "x": ' + b"[" * 1_000_000,
        b'{"resourceType": "AuditEvent", "x": NaN}',
        b'{"resourceType": "AuditEvent", "x": 1, "x": 2}',
        b'{"resourceType": "AuditEvent", "x": ' + b"9" * 100_000 + b"}",
        b'{"resourceType": "Bundle", "entry": [null, 3, {"resource": 7}], "meta": {"profile": {"a": 1}}}',
        b'{"resourceType": "Bundle", "entry": [{"resource": {"type": {"coding": [1, null]}, "eventCoding": 4}}]}',
        b'{"resourceType": ["Bundle"]}',
        b'{"dokument": 7, "patient": [], "cpdVersion": {}}',
        b"UNA",
        b"UNB",
        b"UNA:+.? '" + b"UNB+" * 100_000,
        b"--\r\ncontent-type: multipart/related\r\n\r\n",
        b"\r\n--a\r\ncontent-type: x\r\n" * 50_000,
        b"\x00" * 100_000,
        b"\xff\xfe" + b"<\x00" * 50_000,
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_is_hostile_gives_a_report(hostile: bytes) -> None:
    report = judge_file(hostile, "fjendtlig")
    assert report.problem or report.findings or report.unchecked
    assert all(finding.location.file == "fjendtlig" for finding in report.findings)


@pytest.mark.parametrize(
    "where",
    [
        "<!DOCTYPE ClinicalDocument [<!ENTITY b SYSTEM '{}'>]><ClinicalDocument xmlns='urn:hl7-org:v3'>&b;</ClinicalDocument>",
        "<!DOCTYPE ClinicalDocument [<!ENTITY % b SYSTEM '{}'> %b;]><ClinicalDocument xmlns='urn:hl7-org:v3'/>",
        "<ClinicalDocument xmlns='urn:hl7-org:v3' xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='{}'/>"
        "</ClinicalDocument>",
    ],
    ids=["entitet", "parameterentitet", "xinclude"],
)
def test_a_file_on_the_disk_is_never_read_by_a_message(where: str, tmp_path: Path) -> None:
    bait = tmp_path / "bait.txt"
    bait.write_text(BAIT, encoding="utf-8")
    report = judge_file(where.format(bait.as_uri()).encode(), "plan.xml")
    assert report.findings
    assert BAIT not in "".join(str(each) for each in report.findings)


def test_a_message_is_recognised_by_its_beginning_alone() -> None:
    assert recognised(look(PLAN[:600])) == "cpd-1.0.1"
    assert recognised(look(PLAN[:600] + b"\0<&" * 100)) == "cpd-1.0.1"
    assert look(b"").syntax is Syntax.EMPTY


@pytest.mark.parametrize(
    ("place", "tag", "headers"),
    [
        ("Header", f"{{{WSSE}}}Security", {"dgws"}),
        ("Header", f"{{{MEDCOM}}}Header", {"dgws"}),
        ("Header", f"{{{HSUID}}}HsuidHeader", {"hsuid"}),
        ("Body", ADHOC_QUERY, {"hsuid"}),
        ("Body", RETRIEVE, {"hsuid"}),
        ("Body", SUBMIT_OBJECTS, set()),
        ("Body", "{urn:x}Ping", None),
    ],
)
@pytest.mark.parametrize("space", [SOAP, SOAP_12])
def test_one_mark_alone_tells_what_a_soap_message_has(space: str, place: str, tag: str, headers: set[str] | None) -> None:
    inside = f"<m:{tag.partition('}')[2]} xmlns:m='{tag[1:].partition('}')[0]}'/>"
    content = look(f"<s:Envelope xmlns:s='{space}'><s:{place}>{inside}</s:{place}></s:Envelope>".encode())
    assert recognised(content) == ("" if headers is None else "soap")
    assert security_headers(content) == (headers or set())


@pytest.mark.parametrize(
    ("space", "inside", "kind"),
    [
        ("http://rep.oio.dk/medcom.dk/xml/schemas/2014/10/08/", "", "xrpt"),
        ("http://rep.oio.dk/medcom.dk/xml/schemas/2016/12/01/", "<LaboratoryReport/>", "xrpt"),
        ("http://rep.oio.dk/medcom.dk/xml/schemas/2016/12/01/", "<MunicipalityLetter/>", "oioxml"),
    ],
)
def test_a_laboratory_report_is_known_by_its_namespace_or_its_element(space: str, inside: str, kind: str) -> None:
    assert recognised(look(f'<Emessage xmlns="{space}">{inside}</Emessage>'.encode())) == kind


@pytest.mark.parametrize("mark", ["\ufeff", ""], ids=["marked", "unmarked"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_xml_is_known_in_each_encoding_with_its_mark_and_without(encoding: str, mark: str) -> None:
    assert look(f'{mark}<Bundle xmlns="http://hl7.org/fhir"/>'.encode(encoding)).syntax is Syntax.XML


@pytest.mark.parametrize("name", ["patient", "cpdVersion", "forloebslabel"])
def test_one_field_beside_the_plan_tells_a_message_to_plsp(name: str) -> None:
    assert recognised(look(f'{{"dokument": "", "{name}": ""}}'.encode())) == "plsp"
    assert recognised(look(f'{{"{name}": ""}}'.encode())) == ""
    assert recognised(look(b'{"dokument": ""}')) == ""


def test_what_tells_may_stand_far_into_a_file_and_after_a_byte_order_mark() -> None:
    far = ITI_41.replace(b"<s:Body", b"<s:Header><x>" + b"x" * 100_000 + b"</x></s:Header><s:Body", 1)
    assert recognised(look(far)) == recognised(look(ITI_41)) == "iti41"
    card = (EXAMPLES / "fhir_diagnosekort_haandskrevet.json").read_bytes()
    assert look(b"\xef\xbb\xbf" + card) == look(card)


def test_only_the_rules_that_are_needed_are_imported() -> None:
    script = (
        "import sys; from pathlib import Path; from harness.conformance.files.formats import judge_file;"
        f"judge_file(Path({str(EXAMPLES / 'cpd_haandskrevet.xml')!r}).read_bytes(), 'plan.xml');"
        "print(sorted(name for name in sys.modules if name.startswith('harness.conformance.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert "harness.conformance.cda.cpd'" in done.stdout
    assert not [name for name in ("fhir", "transport", "medrpt", "security", "oioxml") if f"conformance.{name}" in done.stdout]


@pytest.mark.parametrize("data", [b"UNA:+.? '", b'{"resourceType": "AuditEvent", "x": NaN1}'], ids=["una", "nan"])
def test_nothing_but_a_beginning_is_a_finding(data: bytes) -> None:
    assert judge_file(data, "fil").findings


def test_ten_seconds_of_random_changes_give_nothing_but_reports() -> None:
    script = ROOT / "bench" / "fuzz.py"
    done = subprocess.run([sys.executable, script, "--seconds", "10"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _data_of(envelope: bytes) -> bytes:
    return envelope.partition(b"<v:Data>")[2].partition(b"</v:Data>")[0]


def _document_of(submission: bytes) -> bytes:
    return submission.rpartition(b"</Document>")[0].rpartition(b">")[2]
