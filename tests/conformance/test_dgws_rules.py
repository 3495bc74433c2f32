"""Every rule over a DGWS header holds on an honest request, and breaks alone, at the right line, on one with one defect."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.files.official import judge_officially
from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.security import id_card
from harness.conformance.security.dgws import LEVEL_UNCHECKED, judge_dgws, least_level
from harness.conformance.subject import MOST
from harness.domain.finding import Owner
from harness.domain.profile import Fact, Profile
from harness.standards.signature import SignatureResult, Standing
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xml import parse
from harness.suite.artefacts import Artefacts, Folder

EXAMPLE = (Path(__file__).parents[1] / "examples" / "dgws_haandskrevet.xml").read_text("utf-8")
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
Change = Callable[[str], str]


def said(old: str, new: str) -> Change:
    """The message with one text exchanged for another; `old` stands there exactly once."""

    def change(message: str) -> str:
        assert message.count(old) == 1, old
        return message.replace(old, new)

    return change


def without(pattern: str) -> Change:
    """The message without the one part that matches, its lines kept."""

    def change(message: str) -> str:
        changed, count = re.subn(pattern, lambda found: "\n" * found[0].count("\n"), message, flags=re.DOTALL)
        assert count == 1, pattern
        return changed

    return change


def swapped(first: str, second: str) -> Change:
    """The message with two of its parts in each other's place."""

    def change(message: str) -> str:
        [one], [other] = (re.findall(pattern, message, flags=re.DOTALL) for pattern in (first, second))
        return message.replace(one, "\0").replace(other, one).replace("\0", other)

    return change


def doubled(pattern: str) -> Change:
    """The message with one of its parts twice."""

    def change(message: str) -> str:
        changed, count = re.subn(pattern, r"\g<0>\n\g<0>", message, flags=re.DOTALL)
        assert count == 1, pattern
        return changed

    return change


SECURITY = r"<w:Security.*</w:Security>"
TIMESTAMP = r"<u:Timestamp>.*</u:Timestamp>"
CARD = r"<Assertion .*</Assertion>"
MEDCOM = r"<DgwsHeader:Header.*</DgwsHeader:Header>"
LINKING = r"<DgwsHeader:Linking>.*</DgwsHeader:Linking>"
CONDITIONS = r"<Conditions [^>]*/>"
SUBJECT = r"<Subject>.*</Subject>"
USER_LOG = r"<AttributeStatement id='UserLog'>.*?</AttributeStatement>"
OTHER = "xmlns='urn:eksempel:et-andet-navnerum'"

BREAKS: list[tuple[str, Change, str]] = [  # the rule, what is done, and a text that stands first in the line of the finding
    ("DGWS-01", said("</s:Envelope>", ""), ""),
    ("DGWS-01", said("<s:Envelope", "<!DOCTYPE a [<!ENTITY b 'c'>]><s:Envelope"), "<!DOCTYPE"),
    ("DGWS-01", lambda message: message.replace(SOAP, "urn:eksempel:ikke-soap"), "<s:Envelope"),
    ("DGWS-02", without(SECURITY), "<s:Header>"),
    ("DGWS-02", lambda message: message.replace("secext-1.0.xsd", "secext-1.1.xsd"), "<s:Header>"),
    ("DGWS-02", doubled(SECURITY), "</w:Security>\n<w:Security"),
    ("DGWS-03", without(MEDCOM), "<s:Header>"),
    ("DGWS-03", doubled(MEDCOM), "</DgwsHeader:Header>\n<DgwsHeader:Header"),
    ("DGWS-04", without(TIMESTAMP), "<w:Security"),
    ("DGWS-04", without(r"<u:Created>.*</u:Created>"), "<u:Timestamp>"),
    ("DGWS-04", said("2026-10-05T10:15:00+02:00", "2026-10-05 10:15"), "<u:Created>"),
    ("DGWS-04", said("2026-10-05T10:15:00+02:00", "2026-02-30T10:15:00Z"), "<u:Created>"),
    ("DGWS-04", said("2026-10-05T10:15:00+02:00", ""), "<u:Created>"),
    ("DGWS-05", without(CARD), "<w:Security"),
    ("DGWS-05", doubled(CARD), "</Assertion>\n<Assertion"),
    ("DGWS-05", said("<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion'", f"<Assertion {OTHER}"), "<w:Security"),
    ("DGWS-06", swapped(TIMESTAMP, CARD), "<Assertion"),
    ("DGWS-07", without(r"<Issuer>.*</Issuer>"), "<Assertion"),
    ("DGWS-07", said("<Issuer>", f"<Issuer {OTHER}>"), "<Assertion"),
    ("DGWS-07", without(CONDITIONS), "<Assertion"),
    ("DGWS-07", swapped(SUBJECT, CONDITIONS), "<Conditions"),
    ("DGWS-07", doubled(CONDITIONS), "/>\n<Conditions"),
    ("DGWS-07", doubled(USER_LOG), "<AttributeStatement id='SystemLog'>"),
    ("DGWS-07", said("<Issuer>", "<Udsteder/><Issuer>"), "<Udsteder/>"),
    ("DGWS-08", without(r" IssueInstant='[^']*'"), "<Assertion"),
    ("DGWS-08", said("IssueInstant='2026-10-05T08:10:00Z'", "IssueInstant='i dag'"), "<Assertion"),
    ("DGWS-08", said("Version='2.0'", "Version='to'"), "<Assertion"),
    ("DGWS-08", said("id='IDCard'", "id='7 kort'"), "<Assertion"),
    ("DGWS-08", said("Version='2.0'", "Version='1.1'"), "<Assertion"),
    ("DGWS-08", said("id='IDCard'", "id='Kort'"), "<Assertion"),
    ("DGWS-09", without(r" NotBefore='[^']*'"), "<Conditions"),
    ("DGWS-09", said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-13-06T08:10:00Z'"), "<Conditions"),
    ("DGWS-10", said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-10-05T08:15:00Z'"), "<Conditions"),
    ("DGWS-10", said("NotBefore='2026-10-05T08:10:00.5Z'", "NotBefore='2026-10-05T08:15:00.000001Z'"), "<Conditions"),
    ("DGWS-10", said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-10-05T10:14:59+02:00'"), "<Conditions"),
    ("DGWS-11", without(r"<NameID.*</NameID>"), "<Subject>"),
    ("DGWS-11", said("Format='medcom:cprnumber'", "Format='medcom:cpr'"), "<NameID"),
    ("DGWS-11", without(r" Format='medcom:cprnumber'"), "<NameID"),
    ("DGWS-12", said("cm:holder-of-key", "cm:bearer"), "<ConfirmationMethod>"),
    ("DGWS-12", without(r"<ConfirmationMethod>.*</ConfirmationMethod>"), "<SubjectConfirmation>"),
    ("DGWS-12", without(r"<KeyInfo.*</KeyInfo>"), "<SubjectConfirmationData>"),
    ("DGWS-12", without(r"<KeyName>.*</KeyName>"), "<KeyInfo"),
    ("DGWS-13", said("id='UserLog'", "id='Userlog'"), "<AttributeStatement id='Userlog'"),
    ("DGWS-24", said("<AttributeValue>user<", "<AttributeValue>bruger<"), "<AttributeValue>bruger"),
    ("DGWS-24", said("<AttributeValue>1.0.1<", "<AttributeValue>2.0.0<"), "<AttributeValue>2.0.0"),
    ("DGWS-24", without(r"<Attribute Name='sosi:AuthenticationLevel'>.*?</Attribute>"), "<AttributeStatement id='IDCardData'"),
    ("DGWS-24", said("id='IDCardData'", "id='SystemLog'"), "<Assertion"),
    ("DGWS-14", said("Name='medcom:UserSurName'", "Name='medcom:UserSurname'"), "<Attribute Name='medcom:UserSurname'"),
    ("DGWS-14", said("<AttributeValue>Sørensen</AttributeValue>", ""), "<Attribute Name='medcom:UserSurName'"),
    ("DGWS-14", said("<AttributeValue>BC2F4", "<AttributeValue/>\n<AttributeValue>BC2F4"), "<AttributeValue>BC2F4"),
    ("DGWS-14", without(r"(?<=id='UserLog'>).*?(?=</AttributeSt)"), "<AttributeStatement id='UserLog'"),
    ("DGWS-15", said("'medcom:cvrnumber'", "'medcom:cvr'"), "<Attribute Name='medcom:CareProviderID'"),
    ("DGWS-16", swapped(LINKING, r"<DgwsHeader:TimeOut>.*</DgwsHeader:TimeOut>"), "<DgwsHeader:TimeOut>"),
    ("DGWS-16", without(LINKING), "<DgwsHeader:Header"),
    ("DGWS-16", doubled(r"<DgwsHeader:Priority>.*</DgwsHeader:Priority>"), "</DgwsHeader:Priority>\n<DgwsHeader:P"),
    ("DGWS-17", without(r"<DgwsHeader:MessageID>.*</DgwsHeader:MessageID>"), "<DgwsHeader:Linking>"),
    ("DGWS-17", said("<DgwsHeader:FlowID>forløb-17</DgwsHeader:FlowID>", "<DgwsHeader:MessageId/>"), "<DgwsHeader:MessageId/>"),
    ("DGWS-18", said(">4</DgwsHeader", ">6</DgwsHeader"), "<DgwsHeader:SecurityLevel>"),
    ("DGWS-18", said(">1440<", ">60<"), "<DgwsHeader:TimeOut>"),
    ("DGWS-18", said("flow_running", "flow_finalized_successfully"), "<DgwsHeader:FlowStatus>"),
    ("DGWS-18", said("RUTINE", "Rutine"), "<DgwsHeader:Priority>"),
    ("DGWS-18", said(">no<", "><"), "<DgwsHeader:RequireNonRepudiationReceipt>"),
    ("DGWS-19", said("TEST2-NSP-STS", "TEST2 NSP STS"), "<Issuer>"),
    ("DGWS-20", said("<AttributeValue>2512489996", "<AttributeValue>251248-9996"), "<AttributeValue>251248"),
    ("DGWS-20", said("<AttributeValue>2512489996", "<AttributeValue>3502489996"), "<AttributeValue>350248"),
    ("DGWS-21", said("BC2F4", "ABCDE"), "<AttributeValue>ABCDE"),
    ("DGWS-04", doubled(TIMESTAMP), "</u:Timestamp>\n<u:Timestamp"),
    ("DGWS-04", doubled(r"<u:Created>.*</u:Created>"), "</u:Created>\n<u:Created"),
    ("DGWS-07", doubled(r"<Issuer>.*</Issuer>"), "</Issuer>\n<Issuer"),
    ("DGWS-07", doubled(SUBJECT), "</Subject>\n<Subject"),
    ("DGWS-11", doubled(r"<NameID.*</NameID>"), "</NameID>\n<NameID"),
    ("DGWS-12", doubled(r"<ConfirmationMethod>.*</ConfirmationMethod>"), "</ConfirmationMethod>\n<ConfirmationMethod"),
    ("DGWS-12", doubled(r"<SubjectConfirmationData>.*</SubjectConfirmationData>"), "</SubjectConfirmationData>\n<SubjectConf"),
    ("DGWS-12", said("urn:oasis:names:tc:SAML:2.0:cm:holder-of-key", ""), "<ConfirmationMethod>"),
    ("DGWS-12", doubled(r"<KeyInfo.*</KeyInfo>"), "<SubjectConfirmationData>"),
    ("DGWS-16", doubled(LINKING), "</DgwsHeader:Linking>\n<DgwsHeader:Linking"),
    ("DGWS-17", doubled(r"<DgwsHeader:MessageID>.*</DgwsHeader:MessageID>"), "</DgwsHeader:MessageID>\n<DgwsHeader:M"),
    ("DGWS-19", said("TEST2-NSP-STS", ""), "<Issuer>"),
    ("DGWS-22", said("46837428", "46837429"), "<AttributeValue>46837429"),
    ("DGWS-26", said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-10-06T09:10:01Z'"), "<Conditions"),
    ("DGWS-27", without(r"<Attribute Name='sosi:IDCardID'>.*?</Attribute>"), "<Assertion"),
    ("DGWS-27", without(USER_LOG), "<Assertion"),
    ("DGWS-27", said("<AttributeValue>Et lægepraksissystem<", "<AttributeValue> <"), "<Assertion"),
]  # fmt: skip
"""DGWS-23, the signature, has its examples in tests/standards/test_dgws.py, where a key is made to sign with."""

HARMLESS: list[tuple[str, Change]] = [
    ("SOAP 1.2", lambda message: message.replace(SOAP, SOAP_12)),
    ("uden det, der kan undværes", lambda message: without(r"<DgwsHeader:FlowStatus>.*</DgwsHeader:RequireNonRep[^>]*>")(
        without(r"<DgwsHeader:Sec.*</DgwsHeader:TimeOut>")(without(r"<DgwsHeader:FlowID>.*</DgwsHeader:FlowID>")(message)))),
    ("mellemrum om en værdi", said(">1440<", "> 1440 <")),
    ("system-ID-kort", lambda message: said("<AttributeValue>user<", "<AttributeValue>system<")(without(USER_LOG)(message))),
    ("uden SubjectConfirmation", without(r"<SubjectConfirmation>.*</SubjectConfirmation>")),
    ("med Expires", said("</u:Timestamp>", "<u:Expires>2026-10-05T08:20:00Z</u:Expires></u:Timestamp>")),
    ("tidspunkt uden tidszone", said("2026-10-05T10:15:00+02:00", "2026-10-05T10:15:00")),
    ("gyldighed uden tidszone", said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-10-04T08:10:00'")),
    ("eCPR", said("<AttributeValue>2512489996", "<AttributeValue>0703921VJ5")),
    ("et fremmed element", said("<Issuer>", f"<x {OTHER}/><Issuer>")),
    ("CRLF", lambda message: message.replace("\n", "\r\n")),
]  # fmt: skip


def judged(message: str) -> list[Judgement]:
    return judge_dgws(message.encode(), "besked.xml", NOW)


def line_of(message: str, mark: str) -> int:
    """The line of the last character but the mark's own first line break."""
    assert message.count(mark) == 1, mark
    return message[: message.index(mark) + (mark.index("\n") + 1 if "\n" in mark else 0)].count("\n") + 1


def test_the_handwritten_request_holds() -> None:
    results = {each.rule.id: each.reason for each in judged(EXAMPLE) if each.result is not Result.HOLDS}
    assert results == {
        "DGWS-23": "signatur ikke kontrolleret: der er ikke angivet noget certifikat at kontrollere med (--sts)",
        "DGWS-25": LEVEL_UNCHECKED,
    }


@pytest.mark.parametrize(("rule", "change", "mark"), BREAKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(BREAKS)])
def test_one_defect_gives_one_finding_at_its_line(rule: str, change: Change, mark: str) -> None:
    message = change(EXAMPLE)
    findings = [finding for each in judged(message) for finding in each.findings]
    line = line_of(message, mark) if mark else message.count("\n") + 1
    assert [(each.rule, each.location.file, each.location.line) for each in findings] == [(rule, "besked.xml", line)]
    assert findings[0].expected
    assert findings[0].actual


# What is done, and what a finding says was expected and found
TOLD: list[tuple[Change, str, str]] = [
    (without(SECURITY), "netop én Security", "0"),
    (doubled(MEDCOM), "netop én Header", "2"),
    (said("2026-10-05T10:15:00+02:00", ""), "et tidspunkt (xs:dateTime)", "ingenting"),
    (without(CARD), "netop én saml:Assertion", "0"),
    (said("Version='2.0'", "Version='to'"), "et tal", "to"),
    (without(r" NotBefore='[^']*'"), "et tidspunkt (xs:dateTime)", "mangler"),
    (said("Format='medcom:cprnumber'", "Format='medcom:cpr'"), "en slags id fra DGWS, fx medcom:ynumber", "medcom:cpr"),
    (without(r" Format='medcom:cprnumber'"), "en slags id fra DGWS, fx medcom:ynumber", "mangler"),
    (said("urn:oasis:names:tc:SAML:2.0:cm:holder-of-key", ""), "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key", "ingenting"),
    (without(r"<KeyInfo.*</KeyInfo>"), "netop én KeyInfo eller UsernameToken", "0"),
    (said("id='UserLog'", "id='Userlog'"), "IDCardData eller SystemLog eller UserLog", "Userlog"),
    (said("id='UserLog'", ""), "IDCardData eller SystemLog eller UserLog", "mangler"),
    (said("<AttributeValue>user<", "<AttributeValue><"), "system eller user", "ingenting"),
    (said("id='IDCardData'", "id='SystemLog'"), "netop én AttributeStatement IDCardData", "0"),
    (said("id='SystemLog'", "id='IDCardData'"), "netop én AttributeStatement IDCardData", "2"),
    (without(r"<Attribute Name='sosi:AuthenticationLevel'>.*?</Attribute>"), "sosi:AuthenticationLevel", "mangler"),
    (said("RUTINE", ""), "AKUT eller HASTER eller RUTINE", "ingenting"),
    (swapped(SUBJECT, CONDITIONS), "rækkefølgen Issuer, Subject, Conditions, AttributeStatement, Signature", "Conditions"),
    (doubled(CONDITIONS), "højst 1 Conditions", "flere"),
]


@pytest.mark.parametrize(("change", "expected", "actual"), TOLD)
def test_a_finding_says_what_was_expected_and_found(change: Change, expected: str, actual: str) -> None:
    (found,) = [finding for each in judged(change(EXAMPLE)) for finding in each.findings]
    assert (found.expected, found.actual) == (expected, actual)


@pytest.mark.parametrize(
    ("standing", "result"),
    [(Standing.VALID, Result.HOLDS), (Standing.INVALID, Result.BROKEN), (Standing.UNCHECKED, Result.NOT_JUDGED)],
)
def test_a_signature_is_judged_as_it_stands(standing: Standing, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes it stand so is tried in tests/standards/test_dgws.py."""
    monkeypatch.setattr(id_card, "verify_signature", lambda *_: SignatureResult(standing, "fordi"))
    (signed,) = [each for each in judged(EXAMPLE) if each.rule.id == "DGWS-23"]
    assert signed.result is result
    assert [(each.expected, each.actual, each.location.line) for each in signed.findings] == (
        [("signatur gyldig", "fordi", line_of(EXAMPLE, "<Assertion "))] if result is Result.BROKEN else []
    )


def test_every_rule_has_a_breaking_example() -> None:
    assert {row[0] for row in BREAKS} | {"DGWS-23", "DGWS-25"} == {each.id for each in rules_for("dgws")}


LEVEL = "Name='sosi:AuthenticationLevel'><AttributeValue>"


@pytest.mark.parametrize(
    ("demanded", "card", "found"), [("3", "3", ""), ("3", "4", ""), ("4", "3", "niveau 3"), ("5", "1", "niveau 1")]
)
def test_a_card_of_too_low_a_level_is_found_once_a_level_is_demanded(demanded: str, card: str, found: str) -> None:
    message = said(f"{LEVEL}4", f"{LEVEL}{card}")(EXAMPLE)
    findings = [each for told in judge_dgws(message.encode(), "kald.xml", NOW, level=demanded) for each in told.findings]
    assert [(each.rule, each.actual, each.location.line) for each in findings] == (
        [("DGWS-25", found, line_of(message, LEVEL))] if found else []
    )
    assert all(each.expected == f"mindst niveau {demanded}, som er sat op (dgws-niveau)" for each in findings)
    assert [each for told in judge_dgws(message.encode(), "kald.xml", NOW) for each in told.findings] == []


@pytest.mark.parametrize(
    "change", [said(f"{LEVEL}4", f"{LEVEL}9"), without(r"<Attribute Name='sosi:AuthenticationLevel'>.*?</Attribute>")]
)
def test_a_level_that_is_none_is_not_also_too_low(change: Change) -> None:
    judgements = judge_dgws(change(EXAMPLE).encode(), "kald.xml", NOW, level="3")
    assert [each.rule for told in judgements for each in told.findings] == ["DGWS-24"]


@pytest.mark.parametrize(("name", "change"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_harmless_differences_break_nothing(name: str, change: Change) -> None:
    changed = change(EXAMPLE)
    assert changed != EXAMPLE
    assert [finding for each in judged(changed) for finding in each.findings] == []


def test_the_finding_is_the_senders() -> None:
    message = said("RUTINE", "Rutine")(EXAMPLE).encode()
    owners = [
        finding.owner
        for sender in (Owner.LPS, Owner.PLSP)
        for each in judge_dgws(message, "besked.xml", NOW, sender=sender)
        for finding in each.findings
    ]
    assert owners == [Owner.LPS, Owner.PLSP]


def test_a_validity_without_time_zone_is_not_judged() -> None:
    message = said("NotOnOrAfter='2026-10-06T08:10:00Z'", "NotOnOrAfter='2026-10-04T08:10:00'")(EXAMPLE)
    assert [each.reason for each in judged(message) if each.rule.id == "DGWS-10"] == ["gyldigheden er angivet uden tidszone"]


def test_no_number_is_shown() -> None:
    message = said("<AttributeValue>2512489996", "<AttributeValue>3502489996")(EXAMPLE)
    [finding] = [finding for each in judged(message) for finding in each.findings]
    assert not re.search(r"\d{6}", str(finding).replace("dk-core@8322003", ""))


def test_a_message_that_lacks_anything_is_judged_all_the_same() -> None:
    """Every element and every attribute left out in turn: rules never raise."""
    count = len(list(etree.fromstring(EXAMPLE.encode()).iter("*")))
    for number in range(count):
        for attribute in ("", *list(etree.fromstring(EXAMPLE.encode()).iter("*"))[number].attrib):
            root = etree.fromstring(EXAMPLE.encode())
            victim = list(root.iter("*"))[number]
            parent = victim.getparent()
            if attribute:
                del victim.attrib[attribute]
            elif parent is not None:
                parent.remove(victim)
            assert len(judge_dgws(etree.tostring(root), "besked.xml", NOW)) == len(rules_for("dgws"))


def test_a_card_of_wrong_names_gives_a_few_findings_and_an_end() -> None:
    """Placing each of a hundred thousand siblings would take hours."""
    message = said("id='SystemLog'>", f"id='SystemLog'>{'<Attribute/>' * 100_000}")(EXAMPLE)
    assert [finding.rule for each in judged(message) for finding in each.findings] == ["DGWS-14"] * MOST


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe ikke XML", b"<a>" * 100_000, b"<a/>" * 3, bytes(1000), b"<?xml version='1.0' encoding='utf-99'?><a/>"],
    ids=["empty", "no XML", "deep", "many roots", "NUL", "unknown encoding"],
)
def test_hostile_input_breaks_the_first_rule_alone(data: bytes) -> None:
    judgements = judge_dgws(data, "besked.xml", NOW)
    assert [each.rule.id for each in judgements if each.result is not Result.NOT_JUDGED] == ["DGWS-01"]


# The tester's own schemas

ARTEFACTS = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk"
needs_schema = pytest.mark.skipif(not ARTEFACTS.is_dir(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk")


def by_schema(message: str, folder: Path) -> tuple[list[tuple[int | None, str, str]], list[str]]:
    """What the schemas in `folder` say of a message's headers: lines, expected and actual; and what is not checked."""
    document = parse(message.encode(), "besked.xml")
    content = document.root.find("{*}Body/*")
    assert content is not None
    judgements, unchecked = judge_officially(document, content, Artefacts([Folder(folder)]))
    findings = [finding for each in judgements for finding in each.findings]
    assert {each.rule for each in findings} <= {"XSD"}
    assert all(".xsd" in each.source for each in findings)
    return [(each.location.line, each.expected, each.actual) for each in findings], unchecked


OWN_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd">
  <xs:element name="Header"><xs:complexType><xs:sequence>
    <xs:any maxOccurs="unbounded" processContents="skip"/>
  </xs:sequence><xs:attribute name="prøve" use="required"/></xs:complexType></xs:element>
</xs:schema>
"""


@pytest.mark.parametrize("namespace", [SOAP, SOAP_12])
def test_header_blocks_are_held_against_the_testers_schemas(tmp_path: Path, namespace: str) -> None:
    (tmp_path / "egen.xsd").write_text(OWN_SCHEMA, encoding="utf-8")
    message = EXAMPLE.replace(SOAP, namespace)
    found, unchecked = by_schema(message, tmp_path)
    assert found == [(line_of(message, "<DgwsHeader:Header"), "attributten prøve", "mangler")]
    assert "XML-skemaet: ingen af de skemaer, der er peget på, er til Security" in unchecked
    whole = said("<DgwsHeader:Header ", "<DgwsHeader:Header prøve='1' s:mustUnderstand='1' ")(message)
    assert by_schema(whole, tmp_path)[0] == []


BY_SCHEMA: list[tuple[Change, str]] = [
    (without(r"<u:Created>.*</u:Created>"), "<u:Timestamp>"),
    (said("2026-10-05T10:15:00+02:00", "2026-10-05 10:15"), "<u:Created>"),
    (without(r"<Issuer>.*</Issuer>"), "<Subject>"),
    (swapped(SUBJECT, CONDITIONS), "<Conditions"),
    (without(r" IssueInstant='[^']*'"), "<Assertion"),
    (said("Format='medcom:cprnumber'", "Format='medcom:cpr'"), "<NameID"),
    (said("cm:holder-of-key", "cm:bearer"), "<ConfirmationMethod>"),
    (said("id='UserLog'", "id='Userlog'"), "<AttributeStatement id='Userlog'"),
    (said("Name='medcom:UserSurName'", "Name='medcom:UserSurname'"), "<Attribute Name='medcom:UserSurname'"),
    (swapped(LINKING, r"<DgwsHeader:TimeOut>.*</DgwsHeader:TimeOut>"), "<DgwsHeader:TimeOut>"),
    (said("RUTINE", "Rutine"), "<DgwsHeader:Priority>"),
]


@needs_schema
def test_the_handwritten_headers_hold_by_the_schemas() -> None:
    """With a mustUnderstand, which the schema does not know and SOAP allows."""
    assert by_schema(EXAMPLE, ARTEFACTS)[0] == []


@needs_schema
@pytest.mark.parametrize(("change", "mark"), BY_SCHEMA, ids=map(str, range(len(BY_SCHEMA))))
def test_the_schemas_find_one_defect_at_its_line(change: Change, mark: str) -> None:
    message = change(EXAMPLE)
    assert {line for line, _, _ in by_schema(message, ARTEFACTS)[0]} == {line_of(message, mark)}


@needs_schema
def test_of_a_block_that_stands_twice_the_first_is_held_against_the_schema() -> None:
    """A hundred thousand of them would take hours; DGWS-03 tells of the rest."""
    message = said("<s:Header>", f"<s:Header>{'<DgwsHeader:Header/>' * 100_000}")(EXAMPLE)
    message = said("<s:Envelope", "<s:Envelope xmlns:DgwsHeader='http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd'")(message)
    assert len(by_schema(message, ARTEFACTS)[0]) == 1


NOBODY_KNOWS = {
    "dens eget tidspunkt": (lambda message: message, Result.HOLDS),
    "en kommentar før": (said("<u:Timestamp>", "<!-- <Created>2020-01-01T00:00:00Z</Created> --><u:Timestamp>"), Result.HOLDS),
    "et tidspunkt uden tidszone": (said("2026-10-05T10:15:00+02:00", "2026-10-05T10:15:00"), Result.HOLDS),
    "udløbet, da den blev lavet": (said("2026-10-05T10:15:00+02:00", "2026-10-07T10:15:00+02:00"), Result.BROKEN),
    "år 1 med tidszone": (said("2026-10-05T10:15:00+02:00", "0001-01-01T00:00:00+02:00"), Result.BROKEN),
}


@pytest.mark.parametrize("name", NOBODY_KNOWS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_where_nobody_knows_when_it_came_the_message_says_so(name: str, encoding: str) -> None:
    change, result = NOBODY_KNOWS[name]
    text = change(EXAMPLE).replace("UTF-8", encoding.upper(), 1).replace("utf-8", encoding, 1)
    judged = {each.rule.id: each for each in judge_dgws(text.encode(encoding), "besked.xml", None)}
    assert judged["DGWS-10"].result is result, judged["DGWS-01"].findings


def test_the_level_is_the_one_that_is_decided() -> None:
    def security(level: str, *, decided: bool) -> dict[str, Profile]:
        return {"sikkerhed": Profile("sikkerhed", {"dgws-niveau": Fact("dgws-niveau", level, decided, "kilde")})}

    assert least_level(security("3", decided=True)) == "3"
    assert least_level(security("3", decided=False)) == ""
    assert least_level({"plan": security("3", decided=True)["sikkerhed"]}) == ""
