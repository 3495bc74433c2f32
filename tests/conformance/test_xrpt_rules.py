"""The rules of XRPT01: each breaks alone, at the right element, and harmless differences break none."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.oioxml.xrpt import judge_xrpt
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "xrpt_haandskrevet.xml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    """The hand-written report with one change."""
    assert HAND_WRITTEN.count(old) == 1, f"{old} står {HAND_WRITTEN.count(old)} gange"
    return HAND_WRITTEN.replace(old, new)


def line_of(text: str, mark: str) -> int:
    assert mark in text
    return text[: text.index(mark)].count("\n") + 1


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


def whole(name: str) -> str:
    """An element of the hand-written report, as it stands."""
    start = HAND_WRITTEN.index(f"<m:{name}>")
    return HAND_WRITTEN[start : HAND_WRITTEN.index(f"</m:{name}>") + len(f"</m:{name}>")]


MAKER = (
    "<m:ProducerOfLabResult><m:Identifier>045861</m:Identifier><m:IdentifierCode>{}</m:IdentifierCode></m:ProducerOfLabResult>"
)

# rule, what is changed, into what, the text whose line the finding must point to (as it then is), end of its path
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("XRPT-XML", "2014/10/08/", "2014/10/09/", "<m:Emessage", "/Emessage"),
    ("XRPT-XML", "</m:Emessage>", "", "</m:LaboratoryReport>\n", ""),
    ("XRPT-01", whole("Envelope"), "", "<m:Emessage", "/Emessage/Envelope"),
    ("XRPT-01", whole("Sender"), "", "<m:LaboratoryReport", "/LaboratoryReport/Sender"),
    ("XRPT-01", whole("Patient"), whole("Patient") * 2, "</m:Patient><m:Patient>", "/Patient[2]"),
    ("XRPT-01", whole("GeneralResultInformation"), "", "<m:LaboratoryResults", "/LaboratoryResults/GeneralResultInformation"),
    ("XRPT-01", "<m:Letter>", "<m:Letter xmlns:m='urn:andet'>", "<m:LaboratoryReport", "/LaboratoryReport/Letter"),
    ("XRPT-02", "XR0131K", "XR0130K", "XR0130K", "/Letter/VersionCode"),
    ("XRPT-02", "<m:StatisticalCode>XRPT01</m:StatisticalCode>", "", "<m:Letter", "/Letter/StatisticalCode"),
    ("XRPT-02", "<m:TypeCode>XRPT01", "<m:TypeCode>XRPT02", "XRPT02", "/Letter/TypeCode"),
    ("XRPT-03", "pluspositivkvitt", "ja", "<m:AcknowledgementCode", "/Envelope/AcknowledgementCode"),
    ("XRPT-04", "5790000147465", "5790000147466", "5790000147466", "/Sender/EANIdentifier"),
    ("XRPT-04", whole("EANIdentifier"), "", "<m:Sender", "/Sender/EANIdentifier"),
    ("XRPT-04", "5790000121441", "579000012144", "579000012144<", "/Receiver/EANIdentifier"),
    ("XRPT-05", "<m:IdentifierCode>sorkode", "<m:IdentifierCode>sor", "<m:IdentifierCode>sor", "/CCReceiver/IdentifierCode"),
    ("XRPT-06", ">045861<", ">45861<", ">45861<", "/Sender/Identifier"),
    ("XRPT-06", ">325381000016008<", ">3253810000<", ">3253810000<", "/CCReceiver/Identifier"),
    ("XRPT-07", whole("CivilRegistrationNumber"), "", "<m:Patient", "/Patient/CivilRegistrationNumber"),
    ("XRPT-08", "2509479989", "250947-9989", "<m:CivilReg", "/Patient/CivilRegistrationNumber"),
    ("XRPT-09", whole("Consent"), "", "<m:Patient", "/Patient/Consent"),
    ("XRPT-09", "<m:Given>false", "<m:Given>nej", "<m:Given", "/Consent/Given"),
    ("XRPT-09", whole("Given"), "", "<m:Consent", "/Consent/Given"),
    ("XRPT-10", "komplet_svar", "K", "<m:ReportStatusCode", "/GeneralResultInformation/ReportStatusCode"),
    ("XRPT-11", "svar_rettet", "rettet", "<m:ResultStatusCode", "/Result[1]/ResultStatusCode"),
    ("XRPT-11", whole("ResultStatusCode"), "", "<m:Result>", "/Result[1]/ResultStatusCode"),
    ("XRPT-12", "iupac", "npu", "<m:AnalysisCodeType>npu", "/Analysis/AnalysisCodeType"),
    ("XRPT-12", whole("AnalysisCode"), "", "<m:Analysis>", "/Result[1]/Analysis/AnalysisCode"),
    ("XRPT-12", whole("Analysis"), "", "<m:Result>", "/Result[1]/Analysis"),
    ("XRPT-13", "alfanumerisk", "tekst", ">tekst<", "/Result[2]/ResultType"),
    ("XRPT-14", "stoerre_end", "&gt;", "<m:Operator", "/Result[1]/Operator"),
    ("XRPT-14", whole("Operator"), whole("Operator") * 2, "<m:Operator", "/Result[1]/Operator[2]"),
    ("XRPT-15", "for_hoej", "for_høj", "<m:ResultValidation", "/Result[1]/ResultValidation"),
    ("XRPT-16", "uspecificeret", "ukendt", "<m:TypeOfInterval", "/ReferenceInterval/TypeOfInterval"),
    ("XRPT-18", "<m:Unit>mmol/mol</m:Unit>", "<Unit>mmol/mol</Unit>", "<Unit>", "/Result[1]/Unit"),
    ("XRPT-18", "<m:Operator>", "<m:Operator xmlns:m='urn:andet'>", "<m:Operator", "/Result[1]/Operator"),
    ("XRPT-18", "<m:Given>false</m:Given>", "<Given>false</Given>", "<Given>", "/Consent/Given"),
    ("XRPT-19", "<m:Identifier>LAB00000017</m:Identifier>", "", "<m:Envelope", "/Envelope/Identifier"),
    ("XRPT-19", "<m:Identifier>LAB00000017<", "<m:Identifier> <", "<m:Identifier>", "/Envelope/Identifier"),
    ("XRPT-19", whole("Sent"), "", "<m:Envelope", "/Envelope/Sent"),
    ("XRPT-10", whole("ReportStatusCode"), "", "<m:GeneralResultInformation", "/GeneralResultInformation/ReportStatusCode"),
    ("XRPT-12", whole("AnalysisCodeType"), "", "<m:Analysis>", "/Result[1]/Analysis/AnalysisCodeType"),
    ("XRPT-19", "<m:Sent><m:Date>2026-10-05</m:Date>", "<m:Sent>", "<m:Sent", "/Envelope/Sent/Date"),
    ("XRPT-19", "<m:Time>10:16</m:Time>", "", "<m:Sent", "/Sent/Time"),
    ("XRPT-20", "<m:Identifier>SVAR0000042</m:Identifier>", "", "<m:Letter", "/Letter/Identifier"),
    ("XRPT-21", "<m:Sent><m:Date>2026-10-05", "<m:Sent><m:Date>05-10-2026", "05-10-2026", "/Sent/Date"),
    ("XRPT-21", "<m:Time>09:00", "<m:Time>25:00", "25:00", "/SamplingDateTime/Time"),
    (
        "XRPT-06",
        "<m:ResultType>numerisk",
        f"{MAKER.format('sorkode')}<m:ResultType>numerisk",
        ">045861</m:Identifier><m:IdentifierCode>s",
        "/ProducerOfLabResult/Identifier",
    ),
    ("XRPT-12", "iupac", "lokal", "<m:AnalysisCodeType>lokal", "/Analysis/AnalysisCodeType"),
    ("XRPT-13", "<m:Value>53<", "<m:Value>påvist<", "påvist", "/Result[1]/Value"),
    ("XRPT-13", "<m:Value>53<", "<m:Value>&lt;5<", "&lt;5", "/Result[1]/Value"),
    (
        "XRPT-23",
        "<m:ResultType>numerisk",
        f"{MAKER.format('')}<m:ResultType>numerisk",
        "<m:ProducerOf",
        "/ProducerOfLabResult/IdentifierCode",
    ),
    ("XRPT-24", "<m:Sent><m:Date>2026-10-05", "<m:Sent><m:Date>2026-10-04", "2026-10-04", "/Envelope/Sent"),
    ("XRPT-24", "<m:Time>10:14<", "<m:Time>08:00<", "08:00", "/Letter/Authorisation"),
    ("XRPT-24", "<m:Time>10:10<", "<m:Time>07:59<", "07:59", "/GeneralResultInformation/ResultsDateTime"),
    ("XRPT-17", "<m:Value>*****", "<m:Value>1", "<m:ResultStatusCode>proeve", "/Result[2]/ResultStatusCode"),
    ("XRPT-17", "proeve_modtaget", "svar_midlertidigt", "svar_midlertidigt", "/Result[2]/ResultStatusCode"),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "mark", "ending"), BREAKS, ids=[f"{row[0]} {row[4]}-{number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, old: str, new: str, mark: str, ending: str) -> None:
    text = changed(old, new)
    found = findings(judge_xrpt(text.encode("utf-8"), "svar.xml"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].grade is not None
    assert found[0].location.path.endswith(ending)
    expected = line_of(text, mark) if ending else text.count("\n") + 1
    assert found[0].location.line == expected


@pytest.mark.parametrize(
    ("old", "new", "expected", "actual"),
    [
        (
            "5790000147465",
            "5790000147466",
            "et lokationsnummer: 13 cifre med rigtigt kontrolciffer",
            "5790000147466 (lokationsnummerets (GLN) kontrolciffer passer ikke)",
        ),
        (
            ">045861<",
            ">45861<",
            "et ydernummer: seks cifre, med nuller foran",
            "45861 (et ydernummer er seks cifre, med nuller foran)",
        ),
        ("2509479989", "250947-9989", "ti cifre, der begynder med en dato (DDMMÅÅ)", "noget andet (vises ikke)"),
        ("proeve_modtaget", "svar_midlertidigt", "proeve_modtaget, når værdien er *****", "svar_midlertidigt"),
        ("<m:Value>*****", "<m:Value>1", "svar_midlertidigt, når værdien ikke er *****", "proeve_modtaget"),
        (whole("Operator"), whole("Operator") * 2, "Operator én gang", "2 gange"),
        ("<m:Identifier>LAB00000017<", "<m:Identifier> <", "Identifier med indhold", "tom"),
    ],
    ids=[
        "location number",
        "ydernummer",
        "CPR",
        "stars as a preliminary result",
        "a received one without stars",
        "twice",
        "empty",
    ],
)
def test_what_is_expected_is_what_it_should_be(old: str, new: str, expected: str, actual: str) -> None:
    """And only a person's number is hidden."""
    (found,) = findings(judge_xrpt(changed(old, new).encode("utf-8"), "svar.xml"))
    assert (found.expected, found.actual) == (expected, actual)


# The rule, the element as it stands, and every word it may have
VOCABULARY: list[tuple[str, str, tuple[str, ...]]] = [
    ("XRPT-03", "AcknowledgementCode>pluspositivkvitt", ("pluspositivkvitt", "minuspositivkvitt")),
    (
        "XRPT-05",
        "IdentifierCode>sorkode",
        ("ydernummer", "lokationsnummer", "kommunenummer", "sygehusafdelingsnummer", "sorkode"),
    ),
    ("XRPT-09", "Given>false", ("true", "false")),
    ("XRPT-10", "ReportStatusCode>komplet_svar", ("komplet_svar", "del_svar", "modtaget")),
    (
        "XRPT-11",
        "ResultStatusCode>svar_rettet",
        ("svar_endeligt", "svar_rettet", "svar_midlertidigt", "proeve_modtaget"),
    ),
    ("XRPT-12", "AnalysisCodeType>iupac", ("iupac", "lokal")),
    ("XRPT-13", "ResultType>numerisk", ("numerisk", "alfanumerisk")),
    ("XRPT-14", "Operator>stoerre_end", ("mindre_end", "stoerre_end")),
    ("XRPT-15", "ResultValidation>for_hoej", ("for_hoej", "for_lav", "unormal")),
    ("XRPT-16", "TypeOfInterval>uspecificeret", ("fysiologisk", "terapeutisk", "uspecificeret")),
]


@pytest.mark.parametrize(("rule", "element", "words"), VOCABULARY, ids=[row[0] for row in VOCABULARY])
def test_an_element_has_one_of_its_words_and_no_other(rule: str, element: str, words: tuple[str, ...]) -> None:
    name, old = element.split(">")

    def found(word: str) -> list[tuple[str, str, str]]:
        text = changed(f"<m:{element}<", f"<m:{name}>{word}<").replace(">NPU27300<", ">HBA-1<")  # an NPU code is iupac alone
        every = findings(judge_xrpt(text.encode("utf-8"), "svar.xml"))
        return [(each.rule, each.expected, each.actual) for each in every if each.rule == rule]

    assert [word for word in words if found(word)] == []
    assert old in words
    expected = " eller ".join((", ".join(words[:-1]), words[-1]))
    assert (found("andet"), found("")) == ([(rule, expected, "andet")], [(rule, expected, "tom")])


def test_a_misspelt_element_is_told_without_a_grade() -> None:
    text = changed("<m:Operator>stoerre_end</m:Operator>", "<m:Operatr>stoerre_end</m:Operatr>")
    (found,) = findings(judge_xrpt(text.encode("utf-8"), "svar.xml"))
    assert (found.rule, found.grade, found.remark) == ("XRPT-22", None, "elementet er ikke læst")
    assert (found.location.line, found.actual) == (line_of(text, "<m:Operatr>"), "Operatr")


def broken() -> set[str]:
    """The rules that an example breaks."""
    return {row[0] for row in BREAKS} | {"XRPT-22"}


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert broken() == {rule.id for rule in rules_for("xrpt")}


def test_the_hand_written_report_keeps_every_rule() -> None:
    assert {each.result for each in judge_xrpt(HAND_WRITTEN.encode("utf-8"), "svar.xml")} == {Result.HOLDS}


SAMPLE = whole("Sample")
TOMORROW = SAMPLE.replace("2026-10-05", "2026-10-06").replace("-1<", "-2<")
HARMLESS = {
    "no prefix": HAND_WRITTEN.replace("m:", "").replace("xmlns:m=", "xmlns=").replace("<Emessage m=", "<Emessage xmlns="),
    "windows line endings": HAND_WRITTEN.replace("\n", "\r\n"),
    "iso-8859-1": HAND_WRITTEN.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
    "a comment in every element": HAND_WRITTEN.replace("><", "><!-- x --><"),
    "a part of the answer, before the second sample": HAND_WRITTEN.replace(SAMPLE, SAMPLE + TOMORROW).replace(
        "komplet_svar", "del_svar"
    ),
    "no copy": changed(whole("CCReceiver"), ""),
    "an alternative id": changed(whole("CivilRegistrationNumber"), "<m:AlternativeIdentifier>X1</m:AlternativeIdentifier>"),
    "consent given": changed("<m:Given>false", "<m:Given> true "),
    "answered a little before the sample, by another clock": changed("<m:Time>10:10<", "<m:Time>08:01<"),
    "a number with a comma": changed("<m:Value>53<", "<m:Value>-53,5<"),
    "a word as a text": changed("<m:Value>*****", "<m:Value>påvist").replace("proeve_modtaget", "svar_endeligt"),
    "a producer": changed("<m:ResultType>numerisk", f"{MAKER.format('ydernummer')}<m:ResultType>numerisk"),
    "a final result of stars": changed("proeve_modtaget", "svar_endeligt"),
    "a local number": changed("<m:IdentifierCode>sorkode</m:IdentifierCode>", "<m:IdentifierLocal>AGE</m:IdentifierLocal>"),
    "an element nobody knows": changed("<m:Unit>mmol/mol</m:Unit>", "<m:Unit>mmol/mol</m:Unit><m:Andet/><x xmlns='urn:x'/>"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_break_nothing(name: str) -> None:
    data = HARMLESS[name].encode("iso-8859-1" if name == "iso-8859-1" else "utf-8")
    assert [str(each) for each in findings(judge_xrpt(data, "svar.xml")) if each.grade] == []


@pytest.mark.parametrize(
    "data",
    [b"", b"UNB+", b"<a>", b"<!DOCTYPE a><a/>", b"<a>" * 100_000, "<å/>".encode("latin-1")],
    ids=["empty", "edifact", "cut off", "doctype", "deep", "latin-1"],
)
def test_what_is_not_xml_is_one_graded_finding(data: bytes) -> None:
    judgements = judge_xrpt(data, "svar.xml")
    assert [(each.rule, each.grade) for each in findings(judgements)] == [("XRPT-XML", Grade.F2)]
    assert {each.result for each in judgements if each.rule.id != "XRPT-XML"} == {Result.NOT_JUDGED}


def test_a_finding_shows_nobodys_number() -> None:
    (found,) = findings(judge_xrpt(changed("2509479989", "250947-9989").encode("utf-8"), "svar.xml"))
    assert "9989" not in str(found)


def test_a_huge_report_full_of_faults_names_the_first_ten() -> None:
    result = "<m:Result><m:ResultStatusCode>x</m:ResultStatusCode></m:Result>"
    text = changed("</m:LaboratoryResults>", result * 20_000 + "</m:LaboratoryResults>")
    found = findings(judge_xrpt(text.encode("utf-8"), "svar.xml"))
    assert [each.rule for each in found] == ["XRPT-11"] * 10 + ["XRPT-12"] * 10
