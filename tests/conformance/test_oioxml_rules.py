"""The rules of MedCom letters in OIOXML: the hand-written letters keep them, and one change breaks one rule, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.oioxml.letters import judge_oioxml, not_public
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding, Owner
from harness.standards.oioxml import kinds
from harness.standards.oioxml.kinds import KINDS, RECEIPTS, Kind

EXAMPLES = Path(__file__).parents[1] / "examples"
SUBJECTS = {"oioxml": "OIO-", "xref": "XREF-", "xdis": "XDIS-", "xctl": "XCTL-"}


def example(name: str) -> str:
    """A hand-written letter as text that says it is UTF-8, whatever it was written in."""
    data = (EXAMPLES / f"{name}_haandskrevet.xml").read_bytes()
    latin = b"ISO-8859-1" in data[:60]
    return data.decode("iso-8859-1" if latin else "utf-8").replace("ISO-8859-1", "UTF-8")


XREF15, XDIS15, XDIS01 = example("xref15"), example("xdis15"), example("xdis01")
XCTL02, XCTL03 = example("xctl02"), example("xctl03")


def changed(text: str, old: str, new: str) -> str:
    """`text` with its one `old` made `new`, on as many lines as before."""
    assert text.count(old) == 1, f"{old} står {text.count(old)} gange"
    assert old.count("\n") == new.count("\n")
    return text.replace(old, new)


def line_of(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


def ranged(text: str, first: str, last: str) -> str:
    """The part of `text` from `first` to and with `last`."""
    return text[text.index(first) : text.index(last) + len(last)]


def blank(text: str) -> str:
    """As many lines, with nothing on them."""
    return "\n" * text.count("\n")


def removing(text: str, first: str, last: str) -> tuple[str, str]:
    whole = ranged(text, first, last)
    return whole, blank(whole)


ADDITIONAL = "<m:DiagnoseText>Diabetes type 2</m:DiagnoseText>"
ENVELOPE_ID = "<m:Identifier>LPS26100500001</m:Identifier>"
RECEIVER_EAN = "<m:EANIdentifier>5790000121441</m:EANIdentifier>"
# rule, the letter, what is changed, into what, on whose line the finding stands
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("OIO-01", XREF15, "</m:Patient>", "</m:Person>", "</m:Patient>"),
    ("OIO-01", XCTL03, "<Letter>", "<Letter>\x01", "<Letter>"),
    ("OIO-02", XREF15, "2016/12/01", "2014/10/08", "<m:Emessage"),
    (
        "OIO-02",
        XREF15,
        "</m:MunicipalityReferral>",
        "</m:MunicipalityReferral><m:MunicipalityLetter/>",
        "</m:MunicipalityReferral>",
    ),
    ("OIO-03", XREF15, "XH1530R", "XH1531R", "<m:VersionCode"),
    ("OIO-03", XREF15, "<m:VersionCode>XH1530R</m:VersionCode>", "", "<m:MunicipalityReferral"),
    ("OIO-03", XDIS01, "XD0134L", "D0134L", "<VersionCode"),
    ("OIO-03", XCTL03, "XC0330Q", "XC0230Q", "<VersionCode"),
    ("OIO-04", XREF15, ENVELOPE_ID, "", "<m:Envelope"),
    ("OIO-04", XREF15, "<m:Time>10:15</m:Time>", "", "<m:Envelope"),
    ("OIO-04", XDIS15, *removing(XDIS15, "<Envelope>", "</Envelope>"), "<Emessage"),
    ("OIO-05", XREF15, "<m:Time>10:15</m:Time>", "<m:Time>1015</m:Time>", "<m:Time>"),
    ("OIO-05", XREF15, "10:14:30", "24:14:30", "<m:Time>10:14:30"),
    ("OIO-05", XREF15, "10:14:30", "10:60:30", "<m:Time>10:14:30"),
    ("OIO-05", XREF15, "10:14:30", "10:14:60", "<m:Time>10:14:30"),
    ("OIO-05", XDIS15, "2026-10-05", "2026-02-30", "2026-10-05"),
    ("OIO-05", XDIS01, "<Signed><Date>2026-10-06", "<Signed><Date>06-10-2026", "<Signed>"),
    ("OIO-06", XREF15, "pluspositivkvitt", "ja", "<m:AcknowledgementCode"),
    ("OIO-06", XREF15, "<m:AcknowledgementCode>pluspositivkvitt</m:AcknowledgementCode>", "", "<m:Envelope"),
    ("OIO-06", XCTL02, "minuspositivkvitt", "Minuspositivkvitt", "<AcknowledgementCode"),
    ("OIO-07", XREF15, "<m:Identifier>HENV0000000042</m:Identifier>", "", "<m:MunicipalityReferral"),
    ("OIO-07", XDIS15, "AFSL0000000007", " ", "<MunicipalityLetter"),
    ("OIO-08", XREF15, RECEIVER_EAN, "", "<m:MunicipalityReferral"),
    (
        "OIO-08",
        XREF15,
        RECEIVER_EAN,
        '<EANIdentifier xmlns="urn:fremmed">5790000121441</EANIdentifier>',
        "<m:MunicipalityReferral",
    ),
    ("OIO-08", XCTL03, " <Sender><EANIdentifier>5790000121441</EANIdentifier></Sender>", "", "<PositiveReceipt"),
    ("OIO-09", XREF15, "5790000147465", "5790000147456", "<m:EANIdentifier"),
    ("OIO-09", XDIS15, "<Identifier>5790000121441<", "<Identifier>579000012144<", "<Identifier>5790000121441"),
    (
        "OIO-09",
        XCTL02,
        "OriginalSender><EANIdentifier>5790000147465",
        "OriginalSender><EANIdentifier>5790000147466",
        "<OriginalSender",
    ),
    ("OIO-10", XREF15, "ydernummer", "Ydernummer", "<m:IdentifierCode"),
    ("OIO-10", XDIS15, "sorkode", "cvrnummer", "<IdentifierCode>sorkode"),
    ("OIO-11", XREF15, "045861", "45861", "<m:Identifier>045861"),
    ("OIO-11", XDIS15, "73091000016008", "7309100001", "<Identifier>7309"),
    ("OIO-12", XREF15, *removing(XREF15, "<m:Patient>", "</m:Patient>"), "<m:MunicipalityReferral"),
    ("OIO-12", XREF15, "<m:CivilRegistrationNumber>2509479989</m:CivilRegistrationNumber>", "", "<m:Patient"),
    ("OIO-12", XDIS01, " <Patient>", " <Patient/><Patient>", "<DischargeLetter"),
    ("OIO-13", XREF15, "2509479989", "250947-9989", "<m:CivilRegistrationNumber"),
    ("OIO-13", XDIS15, "2509479989", "3209479989", "<CivilRegistrationNumber"),
    ("XREF-01", XREF15, *removing(XREF15, "<m:Referral>", "</m:Referral>"), "<m:MunicipalityReferral"),
    ("XREF-01", XREF15, *removing(XREF15, "<m:Refer>", "</m:Refer>"), "<m:MunicipalityReferral"),
    ("XREF-02", XREF15, "<m:DiagnoseCode>DM545</m:DiagnoseCode>", "", "<m:Refer>"),
    ("XREF-02", XREF15, ADDITIONAL, "<m:DiagnoseText/>", "<m:ReferralAdditional"),
    ("XREF-03", XREF15, "DM545", "M54.5", "<m:DiagnoseCode"),
    ("XREF-03", XREF15, "DM545", "DM54500000", "<m:DiagnoseCode"),
    ("XREF-03", XREF15, ">T90<", ">90T<", "<m:DiagnoseCode>T90"),
    ("XREF-04", XREF15, *removing(XREF15, "<m:Anamnesis>", "</m:Anamnesis>"), "<m:MunicipalityReferral"),
    (
        "XREF-05",
        XREF15,
        "</m:RelevantClinicalInformation>",
        "</m:RelevantClinicalInformation><m:MunicipalityVisitation><m:Information>Ja</m:Information></m:MunicipalityVisitation>",
        "</m:RelevantClinicalInformation>",
    ),
    ("XDIS-01", XDIS15, *removing(XDIS15, "<Text01>", "</Text01>"), "<MunicipalityLetter"),
    ("XDIS-02", XDIS15, *removing(XDIS15, "<Discharge>", "</Discharge>"), "<MunicipalityLetter"),
    ("XDIS-02", XDIS15, "<Admission><Date>2026-10-05</Date>", "<Admission>", "<MunicipalityLetter"),
    ("XDIS-03", XDIS15, "<JobTitle>Fysioterapeut</JobTitle>", "", "<Signed"),
    ("XDIS-03", XDIS15, "Åse Ærø Østergård", "", "<Signed"),
    ("XDIS-04", XDIS15, "Lændesmerter UNS", "", "<Refer>"),
    ("XCTL-01", XCTL03, "LPS26100500001", "", "<PositiveReceipt"),
    ("XCTL-01", XCTL02, *removing(XCTL02, "<OriginalEmessage>", "</OriginalEmessage>"), "<NegativeReceipt"),
    ("XCTL-02", XCTL03, *removing(XCTL03, "<OriginalReceiver>", "</OriginalReceiver>"), "<OriginalEmessage"),
    ("XCTL-03", XCTL03, "<OriginalVersionCode>XH1530R</OriginalVersionCode>", "", "<OriginalLetter>"),
    ("XCTL-03", XCTL02, "HENV0000000042", "", "<OriginalLetter>"),
    (
        "XCTL-04",
        XCTL03,
        "<OriginalVersionCode>XH1530R</OriginalVersionCode>",
        "<OriginalVersionCode>XH1530R</OriginalVersionCode><RefuseText>Nej</RefuseText>",
        "<OriginalVersionCode",
    ),
    (
        "XCTL-04",
        XCTL03,
        "<OriginalVersionCode>XH1530R</OriginalVersionCode>",
        "<OriginalVersionCode>XH1530R</OriginalVersionCode><RefuseCode>forkert_version</RefuseCode>",
        "<OriginalVersionCode",
    ),
    ("XCTL-05", XCTL02, "problem_med_version", "forkert_version", "<RefuseCode"),
    ("XCTL-06", XCTL02, "minuspositivkvitt", "pluspositivkvitt", "<Envelope"),
    ("XCTL-06", XCTL02, "<AcknowledgementCode>minuspositivkvitt</AcknowledgementCode>", "", "<Envelope"),
    (
        "OIO-11",
        XREF15,
        "<m:Identifier>461</m:Identifier>",
        "<m:Identifier>5790000121441</m:Identifier>",
        "<m:Identifier>461",
    ),
]


# Of a letter whose content is not public the head is changed; BREV is the letter's element, VERSION its VersionCode
HEADS: list[tuple[str, str, str, str]] = [
    ("OIO-01", "</Patient>", "</Person>", "</Patient>"),
    ("OIO-01", "<TypeCode>", "<TypeCode>&ukendt;", "<TypeCode>"),
    ("OIO-02", "</Emessage>", "<MunicipalityLetter/></Emessage>", "</Emessage>"),
    ("OIO-02", "<BREV>", '<BREV xmlns="urn:fremmed">', "<BREV>"),
    ("OIO-03", "VERSION", "XX9999X", "<VersionCode>"),
    ("OIO-03", "<VersionCode>VERSION</VersionCode>", "", "<BREV>"),
    ("OIO-03", "<VersionCode>", "<VersionCode/><VersionCode>", "<BREV>"),
    ("OIO-04", "<Identifier>SYG26100600001</Identifier>", "", "<Envelope>"),
    ("OIO-04", "<Time>12:00</Time>", "", "<Envelope>"),
    ("OIO-04", " <Envelope>", " <Envelope/><Envelope>", "<Emessage"),
    ("OIO-05", "<Time>12:00</Time>", "<Time>12.00</Time>", "<Time>12:00"),
    ("OIO-05", "2026-10-01", "2026-02-29", "2026-10-01"),
    ("OIO-05", "2026-10-01", "01-10-2026", "2026-10-01"),
    ("OIO-06", "pluspositivkvitt", "ja", "<AcknowledgementCode>"),
    ("OIO-06", "<AcknowledgementCode>pluspositivkvitt</AcknowledgementCode>", "", "<Envelope>"),
    ("OIO-07", "<Identifier>EPI00000000001</Identifier>", "", "<BREV>"),
    ("OIO-07", "<Identifier>EPI", '<Identifier xmlns="urn:fremmed">EPI', "<BREV>"),
    ("OIO-08", "<EANIdentifier>5790000209354</EANIdentifier>", "", "<BREV>"),
    ("OIO-08", "<EANIdentifier>5790000147465</EANIdentifier>", "<EANIdentifier/>", "<BREV>"),
    ("OIO-09", "5790000209354", "5790000209345", "5790000209354"),
    ("OIO-09", "5790000147465", "579000014746", "5790000147465"),
    ("OIO-10", "ydernummer", "yder", "<IdentifierCode>"),
    ("OIO-11", "045861", "45861", "045861"),
    ("OIO-11", "ydernummer", "sorkode", "045861"),
    ("OIO-12", "<CivilRegistrationNumber>2512489996</CivilRegistrationNumber>", "", "<Patient>"),
    ("OIO-12", "  <Patient>", "  <Patient/><Patient>", "<BREV>"),
    ("OIO-13", "2512489996", "251248-9996", "<CivilRegistrationNumber>"),
    ("OIO-13", "2512489996", "2513489996", "<CivilRegistrationNumber>"),
]
SENDER = "<Sender><EANIdentifier>5790000121441</EANIdentifier></Sender>"
ORIGINAL_SENDER = "<OriginalSender><EANIdentifier>5790000147465</EANIdentifier></OriginalSender>"
ORIGINAL_VERSION = "<OriginalVersionCode>XH1530R</OriginalVersionCode>"
# Both receipts
RECEIPT: list[tuple[str, str, str, str]] = [
    ("OIO-01", "</Letter>", "</Brev>", "</Letter>"),
    ("OIO-02", "</Emessage>", "<MunicipalityLetter/></Emessage>", "</Emessage>"),
    ("OIO-02", "<BREV>", '<BREV xmlns="urn:fremmed">', "<BREV>"),
    ("OIO-03", "VERSION", "XX9999X", "<VersionCode>"),
    ("OIO-03", "<VersionCode>VERSION</VersionCode>", "", "<BREV>"),
    ("OIO-04", "<Time>10:17</Time>", "", "<Envelope>"),
    ("OIO-05", "2026-10-05", "2026-13-05", "2026-10-05"),
    ("OIO-06", "minuspositivkvitt", "nej", "<AcknowledgementCode>"),
    ("OIO-07", "<Identifier>KVIT", '<Identifier xmlns="urn:fremmed">KVIT', "<BREV>"),
    ("OIO-08", SENDER, "<Sender/>", "<BREV>"),
    ("OIO-09", SENDER, SENDER.replace("1441", "1414"), "<Sender>"),
    ("OIO-10", SENDER, SENDER.replace("</S", "<IdentifierCode>ean</IdentifierCode></S"), "<Sender>"),
    ("XCTL-01", "LPS26100500001", "", "<BREV>"),
    ("XCTL-02", ORIGINAL_SENDER, "<OriginalSender/>", "<OriginalEmessage>"),
    ("XCTL-03", ORIGINAL_VERSION, "", "<OriginalLetter>"),
    ("XCTL-03", "HENV0000000042", "", "<OriginalLetter>"),
]
HEAD_ONLY = [kind for kind in KINDS if not_public(kind).startswith("indhold")]
ONE_CHANGE = [
    *((kind, number, row) for kind in HEAD_ONLY for number, row in enumerate(HEADS)),
    *((kind, number, row) for kind in RECEIPTS for number, row in enumerate(RECEIPT)),
]


def letter_of(kind: Kind) -> str:
    """The hand-written receipt, or the hand-written epikrise as if it was a letter of this kind."""
    if kind in RECEIPTS:
        return {kinds.XCTL02: XCTL02, kinds.XCTL03: XCTL03}[kind]
    text = XDIS01.replace("DischargeLetter>", f"{kind.element}>").replace("XD0134L", kind.version).replace("XDIS01", kind.name)
    return text.replace(kinds.XDIS01.namespace, kind.namespace) if kind.namespace else text


@pytest.mark.parametrize(
    ("kind", "row"),
    [(kind, row) for kind, _, row in ONE_CHANGE],
    ids=[f"{kind.name} {row[0]}-{number}" for kind, number, row in ONE_CHANGE],
)
def test_one_change_gives_one_finding_in_every_letter(kind: Kind, row: tuple[str, str, str, str]) -> None:
    rule, *parts = row
    old, new, mark = (part.replace("BREV", kind.element).replace("VERSION", kind.version) for part in parts)
    text = letter_of(kind)
    (found,) = findings(judge_oioxml(changed(text, old, new).encode(), "brev.xml"))
    assert (found.rule, found.location.line) == (rule, line_of(text, mark)), str(found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_letter_is_changed_in_at_least_twelve_ways(kind: Kind) -> None:
    own = {kinds.XREF15: XREF15, kinds.XDIS15: XDIS15}.get(kind)
    ways = [row[1:] for row in BREAKS if row[1] == own] or {row for other, _, row in ONE_CHANGE if other is kind}
    assert len(ways) >= 12


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_not_public_of_a_letter_is_told(kind: Kind) -> None:
    text = {kinds.XREF15: XREF15, kinds.XDIS15: XDIS15}.get(kind) or letter_of(kind)
    judgements = judge_oioxml(text.encode(), "brev.xml")
    assert findings(judgements) == []
    told = [each.reason for each in judgements if each.reason.startswith("ikke kontrolleret: ")]
    assert told == ([f"ikke kontrolleret: {not_public(kind)}"] if kind not in (kinds.XREF15, kinds.XDIS15) else [])


def test_what_is_not_public_is_told_by_letter() -> None:
    assert not_public(kinds.XDIS01) == "indhold og navnerum i XDIS01: det er der ingen offentlig kilde til"
    assert not_public(kinds.XCTL03) == "navnerum i XCTL03: det er der ingen offentlig kilde til"
    assert not_public(kinds.XREF15) == ""


def broken(subject: str) -> set[str]:
    """The rules of one subject that `BREAKS` breaks."""
    return {row[0] for row in BREAKS if row[0].startswith(SUBJECTS[subject])}


@pytest.mark.parametrize(
    ("rule", "text", "old", "new", "mark"), BREAKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(BREAKS)]
)
def test_one_change_gives_one_finding(rule: str, text: str, old: str, new: str, mark: str) -> None:
    found = findings(judge_oioxml(changed(text, old, new).encode(), "brev.xml"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].location.line == line_of(text, mark)
    assert (found[0].grade is None) == rule.startswith("XCTL-")  # known from a translation only: a remark


def test_every_rule_has_a_change_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for subject in SUBJECTS for rule in rules_for(subject)}


def test_a_letter_with_a_wrong_name_is_known_by_its_version_code() -> None:
    (found,) = findings(judge_oioxml(XREF15.replace("MunicipalityReferral>", "MunicipalReferral>").encode(), "brev.xml"))
    assert (found.rule, found.location.line, found.actual) == ("OIO-02", line_of(XREF15, "<m:Munic"), "MunicipalReferral")


def test_a_letter_in_another_namespace_than_its_emessage() -> None:
    text = changed(XDIS01, "<DischargeLetter>", '<DischargeLetter xmlns="urn:fremmed">')
    (found,) = findings(judge_oioxml(text.encode(), "brev.xml"))
    assert (found.rule, found.location.line, found.actual) == ("OIO-02", line_of(XDIS01, "<DischargeLetter"), "urn:fremmed")


def test_an_emessage_without_a_letter_and_one_with_an_unknown_letter() -> None:
    (found,) = findings(judge_oioxml(b"<Emessage><Envelope/></Emessage>", "brev.xml"))
    assert (found.rule, found.expected, found.actual) == ("OIO-02", "et brev", "mangler")
    unknown = judge_oioxml(b"<Emessage><DentistLetter/></Emessage>", "brev.xml")
    assert findings(unknown) == []
    assert unknown[1].reason == "ikke kontrolleret: brevtypen DentistLetter er ikke en, testen kender"
    assert {each.result for each in unknown[1:]} == {Result.NOT_JUDGED}


HOLDING = {
    "xref15": XREF15.encode(),
    "xdis15 in latin-1": (EXAMPLES / "xdis15_haandskrevet.xml").read_bytes(),
    "xref15 in latin-1": XREF15.replace("UTF-8", "ISO-8859-1").encode("iso-8859-1"),
    "xdis15 in utf-8": XDIS15.encode(),
    "xdis01": XDIS01.encode(),
    "xctl02": XCTL02.encode(),
    "xctl03": XCTL03.encode(),
    "crlf": XREF15.replace("\n", "\r\n").encode(),
    "comments": XREF15.replace("<m:Sender>", "<!-- <m:Sender/> --><?pi?><m:Sender>").encode(),
    "another id than a CPR number": changed(
        XREF15,
        "<m:CivilRegistrationNumber>2509479989</m:CivilRegistrationNumber>",
        "<m:AlternativeIdentifier>0703921VJ5</m:AlternativeIdentifier>",
    ).encode(),
    "an empty visitation": changed(XREF15, "</m:Referral>", "</m:Referral><m:MunicipalityVisitation/>").encode(),
    "a note nobody signed": changed(XDIS15, *removing(XDIS15, "<Signed>", "</Signed>")).encode(),
    "a refusal without letters": changed(XCTL02, *removing(XCTL02, "<OriginalLetter>", "</OriginalLetter>")).encode(),
    "a receipt in its other namespace": XCTL03.replace("2005/08/07", "2007/02/01").encode(),
    "a code seen in use": changed(XREF15, "kommunenummer", "amt").encode(),
}


@pytest.mark.parametrize("name", HOLDING)
def test_what_is_right_holds(name: str) -> None:
    assert [str(each) for each in findings(judge_oioxml(HOLDING[name], "brev.xml"))] == []


def test_content_that_is_not_public_is_not_judged() -> None:
    acute = changed(XREF15, "XH1530R", "XH2230R").replace("MunicipalityReferral>", "EmergencyMunicipalityReferral>")
    judgements = judge_oioxml(changed(acute, *removing(acute, "<m:Referral>", "</m:Referral>")).encode(), "brev.xml")
    assert findings(judgements) == []
    assert {each.reason for each in judgements if each.rule.subject == "xref"} >= {"kun kendt for XREF15"}
    plan = acute.replace("EmergencyMunicipalityReferral>", "RehabilitationPlan>").replace("XH2230R", "GGOP100")
    assert {each.rule.subject for each in judge_oioxml(plan.encode(), "brev.xml")} == {"oioxml"}


def test_a_note_from_the_municipality_is_not_the_lps_own() -> None:
    (found,) = findings(judge_oioxml(changed(XDIS15, "Lændesmerter UNS", "").encode(), "brev.xml"))
    assert found.owner is not Owner.LPS


def test_a_finding_shows_nobodys_number() -> None:
    (found,) = findings(judge_oioxml(changed(XREF15, "2509479989", "250947-9989").encode(), "brev.xml"))
    assert "9989" not in str(found)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"UNB+UNOC:3", 1),
        (XREF15.encode()[:700], 20),
        (XREF15.encode("iso-8859-1"), 2),
        (b'<?xml version="1.0"?>\n<!DOCTYPE Emessage>\n<Emessage/>', 2),
        (b"<Emessage>" * 300, 1),
        (b"<Emissage/>", 1),
        (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", 1),
    ],
    ids=["empty", "edifact", "cut off", "wrong encoding", "doctype", "deep", "misspelt", "a million"],
)
def test_what_cannot_be_read_is_one_finding(data: bytes, line: int) -> None:
    judgements = judge_oioxml(data, "brev.xml")
    assert [(each.rule, each.location.line) for each in findings(judgements)] == [("OIO-01", line)]
    assert {each.result for each in judgements[1:]} == {Result.NOT_JUDGED}


def test_a_flood_of_letters_and_dates_ends() -> None:
    flood = changed(XREF15, "<m:Sent>", f"<m:Sent>{'<m:Date>i dag</m:Date>' * 100_000}")
    assert {each.rule for each in findings(judge_oioxml(flood.encode(), "brev.xml"))} == {"OIO-05"}
    many = b"<Emessage>" + b"<RehabilitationPlan/>" * 400_000 + b"</Emessage>"
    assert {each.rule for each in findings(judge_oioxml(many, "brev.xml"))} == {"OIO-02"}
