"""The rules of VANSEnvelope: the hand-written envelopes keep them, and one change breaks one rule, at its line."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.subject import MOST
from harness.conformance.transport.vans import judge_vans
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.standards.xml import parse

EXAMPLES = Path(__file__).parents[1] / "examples"
MESSAGE = (EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes().decode("utf-8")
RECEIPT = (EXAMPLES / "vans_kvittering_haandskrevet.xml").read_bytes().decode("iso-8859-1")


def changed(text: str, old: str, new: str) -> str:
    """`text` with its one `old` made `new`, on as many lines as before."""
    assert text.count(old) == 1, f"{old} står {text.count(old)} gange"
    assert old.count("\n") == new.count("\n")
    return text.replace(old, new)


def line_of(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


DATA = MESSAGE[MESSAGE.index("<v:Data>") : MESSAGE.index("</v:Data>")]
# rule, the envelope, what is changed, into what, on whose line the finding stands
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("VANS-01", MESSAGE, "vans-envelope:1.0.4", "vans-envelope:1.0.3", "<v:VANSEnvelope"),
    ("VANS-01", MESSAGE, "</v:Message>", "</v:Mesage>", "</v:Message>"),
    ("VANS-02", MESSAGE, '<v:ReceiverID EndPointType="EAN">5790000121441</v:ReceiverID>', "", "<v:VANSEnvelope"),
    ("VANS-02", MESSAGE, "    <v:SizeInBytes>2118</v:SizeInBytes>", "", "<v:Document>"),
    ("VANS-02", MESSAGE, "<v:TransformMessage>false</v:TransformMessage>", "", "<v:Transport>"),
    (
        "VANS-02",
        MESSAGE,
        "<v:Format>XML</v:Format>\n        <v:Name>XREF15</v:Name>",
        "<v:Name>XREF15</v:Name>\n        <v:Format>XML</v:Format>",
        "<v:Name>",
    ),
    ("VANS-02", MESSAGE, "<v:Type>reliable</v:Type>", "<v:Type>reliable</v:Type><v:Type>reliable</v:Type>", "<v:Type>"),
    ("VANS-02", MESSAGE, "<v:Type>reliable</v:Type>", "<v:Kind>reliable</v:Kind>", "<v:Type>"),
    ("VANS-02", MESSAGE, "<v:Name>XREF15</v:Name>", '<Name xmlns="urn:fremmed">XREF15</Name>', "<v:Name>"),
    ("VANS-02", MESSAGE, "<v:Name>XREF15</v:Name>", "<v:Name>XREF15<v:Version>1</v:Version></v:Name>", "<v:Name>"),
    ("VANS-02", MESSAGE, "<v:Document>", '<v:Document type="1">', "<v:Document>"),
    (
        "VANS-02",
        MESSAGE,
        "<v:Transport>",
        "<v:Transport>" + 4 * '<v:ServiceTag name="a">b</v:ServiceTag>',
        '<v:ServiceTag name="Hast',
    ),
    ("VANS-02", RECEIPT, "<Description>Modt", "<Code>7</Code><Description>Modt", "<Description>"),
    (
        "VANS-02",
        RECEIPT,
        "<OriginalEnvelopeIdentifier>3F1D8C5E-2B7A-4E0D-9C44-0A1B2C3D4E5F</OriginalEnvelopeIdentifier>",
        "",
        "<NegativeVans>",
    ),
    ("VANS-02", RECEIPT, "          <SizeInBytes>0</SizeInBytes>", "", "<Document>"),
    ("VANS-02", RECEIPT, "<Format>XML</Format>", '<Format xmlns="urn:fremmed">XML</Format>', "<Format>"),
    ("VANS-03", MESSAGE, '"EAN">5790000121441<', '"VANS">1234567890123456789<', "<v:ReceiverID"),
    ("VANS-03", RECEIPT, "PROEVENET", " ", "<SenderID"),
    ("VANS-04", MESSAGE, '"EAN">5790000147465', '"GLN">5790000147465', "<v:SenderID"),
    ("VANS-04", RECEIPT, ' EndPointType="VANS"', "", "<SenderID"),
    ("VANS-05", MESSAGE, "3F1D8C5E-2B7A-4E0D-9C44-0A1B2C3D4E5F", "EPIC394310891", "<v:EnvelopeIdentifier"),
    ("VANS-05", MESSAGE, "6a2e9d70-5c31", "6a2e9d705c31-", "<v:Identifier"),
    (
        "VANS-05",
        RECEIPT,
        "3F1D8C5E-2B7A-4E0D-9C44-0A1B2C3D4E5F",
        "urn:uuid:3F1D8C5E-2B7A-4E0D-9C44-0A1B2C3D4E5F",
        "<OriginalEnvelope",
    ),
    ("VANS-06", MESSAGE, "2026-10-05T10:15:00+02:00", "2026-10-05 10:15:00", "<v:SentDateTime"),
    ("VANS-06", MESSAGE, "2026-10-05T10:15:00+02:00", "2026-02-30T10:15:00", "<v:SentDateTime"),
    ("VANS-06", MESSAGE, "2026-10-05T10:15:00+02:00", "2026-10-05T10:15:00+15:00", "<v:SentDateTime"),
    ("VANS-06", RECEIPT, "2026-10-05T10:16:00.25", "2026-10-05T25:16:00", "<SentDateTime"),
    ("VANS-07", MESSAGE, "<v:Format>XML<", "<v:Format>xml<", "<v:Format"),
    ("VANS-07", RECEIPT, "<Format>XML<", "<Format>FHIR<", "<Format"),
    ("VANS-08", MESSAGE, ">2118<", ">2.118<", "<v:SizeInBytes"),
    ("VANS-08", MESSAGE, ">2118<", ">2147483648<", "<v:SizeInBytes"),
    ("VANS-08", RECEIPT, "<Code>12<", "<Code>0<", "<Code"),
    ("VANS-09", MESSAGE, ">reliable<", ">Reliable<", "<v:Type"),
    ("VANS-09", MESSAGE, ">false<", ">nej<", "<v:TransformMessage"),
    ("VANS-10", MESSAGE, ">XREF15<", "><", "<v:Name"),
    ("VANS-10", MESSAGE, ">XH1530R<", f">{'X' * 256}<", "<v:Version"),
    ("VANS-10", MESSAGE, ' name="Mærke"', "", "<v:ServiceTag"),
    ("VANS-10", MESSAGE, ">Rød<", f">{'ø' * 71}<", "<v:ServiceTag"),
    ("VANS-10", RECEIPT, "Modtageren", "M" * 512, "<Description"),
    ("VANS-10", RECEIPT, ">XREF15<", "><", "<Name"),
    ("VANS-11", MESSAGE, DATA[8:40], DATA[8:39] + "ø", "<v:Data"),
    ("VANS-12", MESSAGE, "5790000121441", "5790000121442", "<v:ReceiverID"),
    ("VANS-12", MESSAGE, "5790000147465", "5790000147466", "<v:SenderID"),
    ("VANS-13", MESSAGE, 'EndPointType="EAN">5790000147465', 'EndPointType="CVR">12345678', "<v:SenderID"),
    ("VANS-12", RECEIPT, "5790000147465", "579000014746", "<ReceiverID"),
    ("VANS-13", MESSAGE, 'EndPointType="EAN">5790000121441', 'EndPointType="CVR">12345678', "<v:ReceiverID"),
]


@pytest.mark.parametrize(
    ("rule", "text", "old", "new", "mark"), BREAKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(BREAKS)]
)
def test_one_change_gives_one_finding(rule: str, text: str, old: str, new: str, mark: str) -> None:
    encoding = "utf-8" if text is MESSAGE else "iso-8859-1"
    found = findings(judge_vans(changed(text, old, new).encode(encoding), "kuvert.xml"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].location.line == line_of(text, mark)
    assert found[0].location.column
    assert found[0].grade in (Grade.F2, Grade.F3)


def test_every_rule_has_a_change_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("vans")}


@pytest.mark.parametrize(
    "data",
    [
        MESSAGE.encode(),
        RECEIPT.encode("iso-8859-1"),
        changed(MESSAGE, 'encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1"),
        changed(RECEIPT, 'encoding="ISO-8859-1"', 'encoding="UTF-8"').encode("utf-8"),
        MESSAGE.replace("\n", "\r\n").encode(),
        re.sub(r"<v:Processing>.*</v:Processing>", "", MESSAGE, flags=re.DOTALL).encode(),
        re.sub(r"<v:Transport>.*</v:Transport>", "", MESSAGE, flags=re.DOTALL).encode(),
        changed(
            MESSAGE, "<v:VANSEnvelope", '<v:VANSEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="0"'
        ).encode(),
        changed(MESSAGE, "<v:Message>", "<!-- <v:Receipt/> --><?pi?><v:Message>").encode(),
        changed(MESSAGE, "2026-10-05T10:15:00+02:00", " 2026-10-05T24:00:00Z ").encode(),
        changed(MESSAGE, ">false<", ">0<").encode(),
    ],
    ids=["message", "receipt", "latin-1", "utf-8", "crlf", "no processing", "no transport", "xsi", "comments", "midnight", "0"],
)
def test_what_is_right_holds(data: bytes) -> None:
    assert [str(each) for each in findings(judge_vans(data, "kuvert.xml"))] == []


# What stands in the message, what it becomes, and the rule it breaks: what may just be, and what is one too many
EDGES: list[tuple[str, str, str]] = [
    ('"EAN">5790000147465<', f'"VANS">{"A" * 18}<', ""),
    ('"EAN">5790000147465<', f'"VANS">{"A" * 19}<', "VANS-03"),
    ('"EAN">5790000147465<', '"VANS">A<', ""),
    ('"EAN">5790000121441<', '"EANN">5790000121441<', "VANS-04"),
    (">2118<", ">2147483647<", ""),
    (">2118<", ">2147483648<", "VANS-08"),
    (">2118<", ">-2147483648<", ""),
    (">2118<", ">-2147483649<", "VANS-08"),
    (">false<", ">true<", ""),
    (">false<", ">1<", ""),
    (">false<", "> 0 <", ""),
    (">false<", ">2<", "VANS-09"),
    (">reliable<", ">unreliable<", ""),
    (">reliable<", "> reliable<", "VANS-09"),
    (">XREF15<", f">{'A' * 255}<", ""),
    (">XREF15<", f">{'A' * 256}<", "VANS-10"),
    (">Rød<", f">{'A' * 70}<", ""),
    (">Rød<", f">{'A' * 71}<", "VANS-10"),
    ('"Mærke"', f'"{"A" * 70}"', ""),
    ('"Mærke"', f'"{"A" * 71}"', "VANS-10"),
    (">XML<", ">Other<", ""),
    (">XML<", ">EDIFACT<", ""),
    (">XML<", ">HL7<", ""),
    (">XML<", ">Binary<", ""),
    ('"EAN">5790000121441<', '"CVR">25313763<', ""),
    (">XML<", ">xml<", "VANS-07"),
]


@pytest.mark.parametrize(("old", "new", "rule"), EDGES)
def test_the_limits_are_where_the_schema_has_them(old: str, new: str, rule: str) -> None:
    found = findings(judge_vans(changed(MESSAGE, old, new).encode(), "kuvert.xml"))
    assert [each.rule for each in found] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"UNB+UNOC:3", 1),
        (MESSAGE.encode()[:600], 12),
        (MESSAGE.encode("iso-8859-1"), 2),
        (b'<?xml version="1.0"?>\n<!DOCTYPE VANSEnvelope [<!ENTITY x "y">]>\n<VANSEnvelope/>', 2),
        (b"<a>" * 300, 1),
        (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", 1),
    ],
    ids=["empty", "edifact", "cut off", "wrong encoding", "doctype", "deep", "a million"],
)
def test_what_cannot_be_read_is_one_finding(data: bytes, line: int) -> None:
    judgements = judge_vans(data, "kuvert.xml")
    assert [(each.rule, each.location.line) for each in findings(judgements)] == [("VANS-01", line)]
    assert {each.result for each in judgements[1:]} == {Result.NOT_JUDGED}


def test_a_flood_of_faults_is_told_of_in_part() -> None:
    flood = changed(MESSAGE, "<v:Transport>", f"<v:Transport>{'<v:ServiceTag/>' * 100_000}")
    found = findings(judge_vans(flood.encode(), "kuvert.xml"))
    assert {(each.rule, sum(other.rule == each.rule for other in found)) for each in found} == {
        ("VANS-02", MOST),
        ("VANS-10", MOST),
    }


def receipt(kind: str) -> str:
    """The hand-written receipt as one of another kind."""
    text = RECEIPT.replace("NegativeVans>", f"{kind}>")
    return text[: text.index("<Error>")] + text[text.index("</Error>") + 8 :] if kind == "PositiveMessage" else text


KINDS = {"": MESSAGE, **{kind: receipt(kind) for kind in ("NegativeVans", "NegativeMessage", "PositiveMessage")}}
# In which message, whose part, what must stand there and what may
PARTS = [
    ("", "VANSEnvelope", "SenderID ReceiverID EnvelopeIdentifier SentDateTime Message", ""),
    ("", "Message", "MetaInformation Data", ""),
    ("", "MetaInformation", "Identifier Document", "Processing Transport"),
    ("", "Processing", "ProviderIdentifier ServiceIdentifier", ""),
    ("", "Document", "Format Name SizeInBytes", "Version"),
    ("", "Transport", "TransformMessage", "Type"),
    ("NegativeVans", "VANSEnvelope", "Receipt", ""),
    ("NegativeVans", "Receipt", "NegativeVans", ""),
    ("NegativeVans", "NegativeVans", "Error OriginalEnvelopeIdentifier", "OriginalMessage"),
    ("NegativeVans", "Error", "Description", "Code"),
    ("NegativeVans", "OriginalMessage", "Identifier Document", ""),
    ("NegativeMessage", "NegativeMessage", "Error OriginalEnvelopeIdentifier OriginalMessage", ""),
    ("PositiveMessage", "PositiveMessage", "OriginalEnvelopeIdentifier OriginalMessage", ""),
]


@pytest.mark.parametrize(("kind", "parent", "must", "may"), PARTS)
def test_each_part_stands_as_often_as_the_schema_says(kind: str, parent: str, must: str, may: str) -> None:
    for name in (*must.split(), *may.split()):
        for times in (0, 1, 2):
            document = parse(KINDS[kind].encode("utf-8" if kind == "" else "iso-8859-1"), "kuvert.xml")
            (part,) = document.root.xpath(f"//*[local-name()='{parent}']/*[local-name()='{name}']")
            for _ in range(times - 1):
                part.addnext(deepcopy(part))
            if not times:
                part.getparent().remove(part)
            found = findings(judge_vans(etree.tostring(document.root), "kuvert.xml"))
            right = times == 1 or (times == 0 and name in may.split())
            assert [each.rule for each in found] == ([] if right else ["VANS-02"]), (name, times)


LONGEST = [
    (MESSAGE, ">Prøvenet<", 255),
    (MESSAGE, ">Henvisning<", 255),
    (MESSAGE, ">XREF15<", 255),
    (MESSAGE, ">XH1530R<", 255),
    (MESSAGE, ">Rød<", 70),
    (MESSAGE, '"Mærke"', 70),
    (RECEIPT, ">XREF15<", 255),
]


@pytest.mark.parametrize(("text", "old", "most"), LONGEST, ids=[row[1] for row in LONGEST])
def test_a_text_may_be_as_long_as_the_schema_says_and_no_longer(text: str, old: str, most: int) -> None:
    def too_long(length: int) -> list[str]:
        spoken = changed(text, old, f"{old[0]}{'x' * length}{old[-1]}")
        return [
            each.actual for each in findings(judge_vans(spoken.encode("iso-8859-1" if text is RECEIPT else "utf-8"), "k.xml"))
        ]

    assert too_long(most) == []
    assert too_long(most + 1) == [f"{most + 1} tegn"]


def test_an_error_may_be_as_long_as_the_schema_says_and_no_longer() -> None:
    told = RECEIPT[RECEIPT.index("<Description>") : RECEIPT.index("</Description>")]
    for length, found in ((512, []), (513, ["513 tegn"])):
        spoken = changed(RECEIPT, told, f"<Description>{'x' * length}").encode("iso-8859-1")
        assert [each.actual for each in findings(judge_vans(spoken, "k.xml"))] == found


@pytest.mark.parametrize(
    ("offset", "allowed"), [("+13:59", True), ("-14:00", True), ("+14:01", False), ("+09:60", False), ("", True), ("Z", True)]
)
def test_a_time_is_at_most_fourteen_hours_from_utc(offset: str, allowed: bool) -> None:
    """XML Schema, dateTime."""
    found = findings(judge_vans(changed(MESSAGE, "10:15:00+02:00", f"10:15:00{offset}").encode(), "k.xml"))
    assert [each.rule for each in found] == ([] if allowed else ["VANS-06"])
