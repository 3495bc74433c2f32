"""Every rule over an HSUID header holds on an honest request, and breaks alone, at the right line, on one with one defect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from test_dgws_rules import ARTEFACTS, Change, by_schema, doubled, line_of, needs_schema, said, swapped, without

from harness.conformance.files.official import NAME_FORMAT
from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.security.hsuid import judge_hsuid
from harness.domain.finding import Owner
from harness.standards.soap import SOAP, SOAP_12

EXAMPLE = (Path(__file__).parents[1] / "examples" / "hsuid_haandskrevet.xml").read_text("utf-8")
HEADER = r"<HsuidHeader.*</HsuidHeader>"
ISSUER = r"<Issuer>.*</Issuer>"
STATEMENT = r"<AttributeStatement .*</AttributeStatement>"

BREAKS: list[tuple[str, Change, str]] = [  # the rule, what is done, and a text that stands first in the line of the finding
    ("HSUID-01", said("</s:Envelope>", ""), ""),
    ("HSUID-01", lambda message: message.replace("s:Envelope", "s:Konvolut"), "<s:Konvolut"),
    ("HSUID-02", without(HEADER), "<s:Header>"),
    ("HSUID-02", said("2016/08/hsuid-1.1.xsd", "2016/08/hsuid-1.0.xsd"), "<s:Header>"),
    ("HSUID-02", doubled(HEADER), "</HsuidHeader>\n<HsuidHeader"),
    ("HSUID-02", without(r"<s:Header>.*</s:Header>"), "<s:Envelope"),
    ("HSUID-03", without(r"<Assertion .*</Assertion>"), "<HsuidHeader"),
    ("HSUID-03", without(ISSUER), "<Assertion"),
    ("HSUID-03", said("<Issuer>", "<Issuer xmlns='urn:eksempel:et-andet-navnerum'>"), "<Assertion"),
    ("HSUID-03", without(STATEMENT), "<Assertion"),
    ("HSUID-03", swapped(ISSUER, STATEMENT), "<AttributeStatement"),
    ("HSUID-03", without(r"<Attribute .*</Attribute>"), "<AttributeStatement"),
    ("HSUID-04", without(r" IssueInstant='[^']*'"), "<Assertion"),
    ("HSUID-04", said("2026-10-05T08:15:00Z", "05-10-2026"), "<Assertion"),
    ("HSUID-04", said("Version='2.0'", "Version='2,0'"), "<Assertion"),
    ("HSUID-05", said("id='HSUID'", "id='hsuid'"), "<Assertion"),
    ("HSUID-05", without(" id='HSUIDdata'"), "<AttributeStatement"),
    ("HSUID-06", said("EtLaegepraksissystem", "Et lægepraksissystem:1"), "<Issuer>"),
    ("HSUID-07", said("nsi:SystemOwnerName", "nsi:SystemOwner"), "<Attribute Name='nsi:SystemOwner'"),
    ("HSUID-07", said("Name='nsi:SystemOwnerName'", ""), "<Attribute >"),
    ("HSUID-08", said("<AttributeValue>2026.3</AttributeValue>", ""), "<Attribute Name='nsi:SystemVersion'"),
    ("HSUID-08", said("<AttributeValue>091034", "<AttributeValue/>\n<AttributeValue>091034"), "<AttributeValue>091034"),
    ("HSUID-09", without(" NameFormat='nsi:ynumber'"), "<Attribute Name='nsi:OrgUsingID'"),
    ("HSUID-09", said("nsi:ynumber", "nsi:gln"), "<Attribute Name='nsi:OrgUsingID'"),
    ("HSUID-09", said("='nsi:SystemName'", "='nsi:SystemName' NameFormat='nsi:navn'"), "<Attribute Name='nsi:SystemName'"),
    ("HSUID-10", said("2509479989", "25094799"), "<AttributeValue>25094799"),
    ("HSUID-10", said("2512489996", "2512489VJ5"), "<AttributeValue>2512489VJ5"),
    ("HSUID-11", said("BC2F4", "BC2F"), "<AttributeValue>BC2F<"),
    ("HSUID-12", said("091034", "91034"), "<AttributeValue>91034"),
    ("HSUID-12", said("'nsi:ynumber'", "'nsi:sor'"), "<AttributeValue>091034"),
    ("HSUID-13", lambda message: about("1502829995", asking("2509479989", message)), "<AttributeValue>1502829995</"),
    ("HSUID-14", said("091034", "045861"), "<AttributeValue>045861"),
]  # fmt: skip

HARMLESS: list[tuple[str, Change]] = [
    ("SOAP 1.2", lambda message: message.replace(SOAP, SOAP_12)),
    ("NameFormat på alle", lambda message: re.sub(r"(Name='nsi:System\w+')", r"\1 NameFormat='nsi:ynumber'", message)),
    ("SOR-kode", lambda message: said("nsi:ynumber", "nsi:sor")(said("091034", "73091000016008")(message))),
    ("SKS-kode", lambda message: said("nsi:ynumber", "nsi:skskode")(said("091034", "1301")(message))),
    ("borger", said("</AttributeStatement>", "<Attribute Name='nsi:CitizenCivilRegistrationNumber'><AttributeValue>2512489996"
                    "</AttributeValue></Attribute></AttributeStatement>")),
    ("forespørgsel", lambda message: re.sub(r"(?s)<Retrieve.*</Retrieve\w+>", QUERY, message)),
]  # fmt: skip
QUERY = "<AdhocQueryRequest xmlns='urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0'/>"


def asking(cpr: str, message: str) -> str:
    """The request as a query for the patient's documents."""
    value = f"'{cpr}^^^&amp;1.2.208.176.1.2&amp;ISO'"
    slot = f"<Slot name='$XDSDocumentEntryPatientId'><ValueList><Value>{value}</Value></ValueList></Slot>"
    query = f"{QUERY[:-2]}><AdhocQuery>{slot}</AdhocQuery></AdhocQueryRequest>"
    return re.sub(r"(?s)<Retrieve.*</Retrieve\w+>", query, message)


def about(cpr: str, message: str) -> str:
    """The request with this citizen in its header."""
    citizen = f"<Attribute Name='nsi:CitizenCivilRegistrationNumber'>\n<AttributeValue>{cpr}</AttributeValue></Attribute>"
    return message.replace("</AttributeStatement>", f"{citizen}</AttributeStatement>")


def test_the_citizen_who_is_looked_up_is_no_finding_and_another_grades_nobody() -> None:
    own = about("2509479989", asking("2509479989", EXAMPLE))
    assert [finding for each in judged(own) for finding in each.findings] == []
    others = about("1502829995", asking("2509479989", EXAMPLE))
    assert [(finding.rule, finding.grade) for each in judged(others) for finding in each.findings] == [("HSUID-13", None)]


def judged(message: str) -> list[Judgement]:
    return judge_hsuid(message.encode(), "besked.xml", clinic=("091034", "73091000016008"))


def test_without_the_clinics_numbers_nobody_says_whose_organisation_it_is() -> None:
    [told] = [each for each in judge_hsuid(EXAMPLE.encode(), "besked.xml") if each.rule.id == "HSUID-14"]
    assert (told.result, told.reason) == (Result.NOT_JUDGED, "klinikkens numre er ikke kendt")


def test_another_organisation_is_told_with_the_clinics_own_numbers() -> None:
    [found] = [finding for each in judged(said("091034", "045861")(EXAMPLE)) for finding in each.findings]
    assert (found.rule, found.expected, found.actual) == ("HSUID-14", "091034 eller 73091000016008", "045861")


def test_the_citizen_whose_documents_are_fetched_is_held_against_the_header_where_it_is_known() -> None:
    message = about("2509479989", EXAMPLE).encode()
    for known, rules in (((), []), (("2509479989",), []), (("1502829995",), ["HSUID-13"])):
        found = judge_hsuid(message, "besked.xml", about=known)
        assert [finding.rule for each in found for finding in each.findings] == rules


def test_the_handwritten_request_holds() -> None:
    assert {each.rule.id: each.reason for each in judged(EXAMPLE) if each.result is not Result.HOLDS} == {}


@pytest.mark.parametrize(("rule", "change", "mark"), BREAKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(BREAKS)])
def test_one_defect_gives_one_finding_at_its_line(rule: str, change: Change, mark: str) -> None:
    message = change(EXAMPLE)
    findings = [finding for each in judged(message) for finding in each.findings]
    line = line_of(message, mark) if mark else message.count("\n") + 1
    assert [(each.rule, each.location.file, each.location.line) for each in findings] == [(rule, "besked.xml", line)]
    assert findings[0].expected
    assert findings[0].actual


def test_every_rule_has_a_breaking_example() -> None:
    assert {row[0] for row in BREAKS} == {each.id for each in rules_for("hsuid")}


@pytest.mark.parametrize(("name", "change"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_harmless_differences_break_nothing(name: str, change: Change) -> None:
    changed = change(EXAMPLE)
    assert changed != EXAMPLE
    assert [finding for each in judged(changed) for finding in each.findings] == []


def test_only_requests_that_find_or_fetch_are_judged() -> None:
    message = re.sub("RetrieveDocumentSetRequest", "ProvideAndRegisterDocumentSetRequest", without(HEADER)(EXAMPLE))
    reasons = {each.rule.id: each.reason for each in judged(message) if each.result is Result.NOT_JUDGED}
    assert reasons["HSUID-02"] == "HSUID bedømmes kun på ITI-18 og ITI-43"
    assert len(reasons) == len(rules_for("hsuid")) - 1


def test_the_finding_is_the_senders_and_shows_no_number() -> None:
    message = said("2509479989", "9909479989")(EXAMPLE).encode()
    [finding] = [finding for each in judge_hsuid(message, "besked.xml", sender=Owner.PLSP) for finding in each.findings]
    assert finding.owner is Owner.PLSP
    assert not re.search(r"\d{6}", str(finding).replace("dk-core@8322003", ""))


def test_a_message_that_lacks_anything_is_judged_all_the_same() -> None:
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
            assert len(judge_hsuid(etree.tostring(root), "besked.xml")) == len(rules_for("hsuid"))


@pytest.mark.parametrize("data", [b"", b"<a>", b"\xff\xfe<", bytes(50)], ids=["empty", "torn", "half a mark", "NUL"])
def test_hostile_input_breaks_the_first_rule_alone(data: bytes) -> None:
    judgements = judge_hsuid(data, "besked.xml")
    assert [each.rule.id for each in judgements if each.result is not Result.NOT_JUDGED] == ["HSUID-01"]


# The tester's own schema

BY_SCHEMA: list[tuple[Change, str]] = [
    (without(ISSUER), "<AttributeStatement"),
    (said("Version='2.0'", "Version='2,0'"), "<Assertion"),
    (said("id='HSUID'", "id='hsuid'"), "<Assertion"),
    (said("nsi:SystemOwnerName", "nsi:SystemOwner"), "<Attribute Name='nsi:SystemOwner'"),
    (said("<AttributeValue>2026.3</AttributeValue>", ""), "<Attribute Name='nsi:SystemVersion'"),
    (without(" NameFormat='nsi:ynumber'"), "<Attribute Name='nsi:OrgUsingID'"),
    (said("='nsi:SystemName'", "='nsi:SystemName' NameFormat='nsi:navn'"), "<Attribute Name='nsi:SystemName'"),
]


@needs_schema
def test_the_handwritten_header_holds_by_the_schema_but_for_nameformat_which_nobody_has() -> None:
    found, unchecked = by_schema(EXAMPLE, ARTEFACTS)
    assert (found, NAME_FORMAT in unchecked) == ([], True)
    every = re.sub(r"<Attribute (Name='[^']*')>", r"<Attribute \1 NameFormat='nsi:sor'>", EXAMPLE)
    assert NAME_FORMAT not in by_schema(every, ARTEFACTS)[1]


@needs_schema
@pytest.mark.parametrize(("change", "mark"), BY_SCHEMA, ids=map(str, range(len(BY_SCHEMA))))
def test_the_schema_finds_one_defect_at_its_line(change: Change, mark: str) -> None:
    message = change(EXAMPLE)
    assert {line for line, _, _ in by_schema(message, ARTEFACTS)[0]} == {line_of(message, mark)}
