"""The rules of CPD-DK: each breaks alone, at the right place, and harmless differences break none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.standards import xml

HAND_WRITTEN = Path(__file__).parents[1] / "examples" / "cpd_haandskrevet.xml"
NAMESPACES = {"h": "urn:hl7-org:v3"}
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
BODY = "h:component/h:structuredBody"


def section(template: str) -> str:
    """XPath of the main section with the last part of its template's number."""
    return f"{BODY}/h:component/h:section[h:templateId/@root='1.2.208.184.15.1.10.20.{template}']"


CONCERNS, GOALS, INTERVENTIONS, OUTCOMES = section("1"), section("2"), section("3"), section("4")
DIAGNOSIS = f"{CONCERNS}//h:act/h:templateId"
CUSTODIAN_SOR = "h:custodian//h:id[@root='1.2.208.176.1.1']"

Edit = Callable[[xml.Element], None]


def removed(element: xml.Element) -> None:
    """Take the element away, and leave the line breaks after it."""
    before, parent = element.getprevious(), element.getparent()
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def emptied(element: xml.Element) -> None:
    """Take everything in the element away."""
    for child in list(element):
        removed(child)


def without(attribute: str) -> Edit:
    def edit(element: xml.Element) -> None:
        del element.attrib[attribute]

    return edit


def having(**attributes: str) -> Edit:
    def edit(element: xml.Element) -> None:
        element.attrib.update({name.replace("xsi_type", XSI_TYPE): value for name, value in attributes.items()})

    return edit


def twice(element: xml.Element) -> None:
    """Put a copy of the element after it."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    copy.tail, element.tail = element.tail, None
    element.addnext(copy)


def changed(path: str, edit: Edit, data: bytes | None = None) -> bytes:
    """The hand-written plan with one change, made where `path` points."""
    root = etree.fromstring(HAND_WRITTEN.read_bytes() if data is None else data)
    targets = root.xpath(path, namespaces=NAMESPACES)
    assert len(targets) == 1, f"{path} rammer {len(targets)} steder"
    edit(targets[0])
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def line_of(path: str) -> int:
    """The line of the first element at `path` in the hand-written plan, as `changed` writes it."""
    root = etree.fromstring(changed(".", lambda _root: None))
    return int(root.xpath(path, namespaces=NAMESPACES)[0].sourceline)


def judged(data: bytes, declared: str = "CPD-DK 1.0.1") -> list[Judgement]:
    return judge_cpd(data, "plan.xml", declared=declared)


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


# rule, where the change is made, the change, where the finding must point ("" for the document itself), end of its path
BREAKS: list[tuple[str, str, Edit, str, str]] = [
    ("CPD-XML", ".", lambda root: root.set("x", "1") or setattr(root, "tag", "Bundle"), "", "/Bundle"),
    ("CPD-C01", "h:typeId", removed, ".", "/ClinicalDocument/typeId"),
    ("CPD-C01", "h:typeId", having(extension="POCD_HD000041"), "h:typeId", "/typeId"),
    ("CPD-C14", "h:templateId[@root='1.2.208.184.15.1']", removed, "h:templateId", "/templateId"),
    ("CPD-C01", "h:id", removed, ".", "/ClinicalDocument/id"),
    ("CPD-C01", "h:code", removed, ".", "/ClinicalDocument/code"),
    ("CPD-C01", "h:code", having(code="53576-5"), "h:code", "/ClinicalDocument/code"),
    ("CPD-C01", "h:code", having(codeSystem="1.2.208.184.100.1"), "h:code", "/ClinicalDocument/code"),
    ("CPD-C14", "h:title", removed, ".", "/ClinicalDocument/title"),
    ("CPD-C14", "h:title", lambda title: setattr(title, "text", None), "h:title", "/ClinicalDocument/title"),
    ("CPD-C01", "h:effectiveTime", removed, ".", "/ClinicalDocument/effectiveTime"),
    ("CPD-C01", "h:confidentialityCode", removed, ".", "/ClinicalDocument/confidentialityCode"),
    ("CPD-C01", "h:recordTarget", removed, ".", "/ClinicalDocument/recordTarget"),
    ("CPD-C01", "h:author", removed, ".", "/ClinicalDocument/author"),
    ("CPD-C01", "h:custodian", removed, ".", "/ClinicalDocument/custodian"),
    ("CPD-C01", "h:component", removed, ".", "/ClinicalDocument/component"),
    ("CPD-C14", BODY, lambda body: setattr(body, "tag", body.tag.replace("structured", "nonXML")), BODY, "/component/nonXMLBody"),
    ("CPD-C14", BODY, removed, "h:component", "/ClinicalDocument/component/structuredBody"),
    ("CPD-C02", f"{CONCERNS}/..", removed, BODY, "/component/section[templateId/@root='1.2.208.184.15.1.10.20.1']"),
    ("CPD-C03", f"{CONCERNS}/h:templateId", removed, CONCERNS, "/component[3]/section/templateId"),
    ("CPD-C03", f"{CONCERNS}/h:templateId", having(extension="2018-11-28"), f"{CONCERNS}/h:templateId", "/section/templateId"),
    ("CPD-C03", f"{CONCERNS}/h:templateId", having(root="1.2.208.184.15.1.10.20.2"), f"{CONCERNS}/h:templateId", "/templateId"),
    ("CPD-C03", f"{CONCERNS}/h:templateId", twice, f"{CONCERNS}/h:templateId", "/templateId[2]"),
    ("CPD-C04", f"{CONCERNS}/h:code", removed, CONCERNS, "/component[3]/section/code"),
    ("CPD-C04", f"{CONCERNS}/h:code", having(code="75310-4"), f"{CONCERNS}/h:code", "/component[3]/section/code"),
    ("CPD-C04", f"{CONCERNS}/h:code", having(code="61146-7"), f"{CONCERNS}/h:code", "/component[3]/section/code"),
    ("CPD-C04", f"{CONCERNS}/h:code", having(codeSystem="2.16.840.1.113883.6.96"), f"{CONCERNS}/h:code", "/section/code"),
    ("CPD-C04", f"{CONCERNS}/h:code", twice, f"{CONCERNS}/h:code", "/code[2]"),
    ("CPD-C05", f"{CONCERNS}/h:title", removed, CONCERNS, "/component[3]/section/title"),
    ("CPD-C05", f"{CONCERNS}/h:title", having(nullFlavor="NI"), f"{CONCERNS}/h:title", "/title/@nullFlavor"),
    ("CPD-C06", f"{CONCERNS}/h:text", removed, CONCERNS, "/component[3]/section/text"),
    ("CPD-C06", f"{CONCERNS}/h:text", having(nullFlavor="NI"), f"{CONCERNS}/h:text", "/text/@nullFlavor"),
    (
        "CPD-C07",
        f"{CONCERNS}/h:component",
        removed,
        CONCERNS,
        "/component/section[templateId/@root='1.2.208.184.15.1.10.20.1.2']",
    ),
    (
        "CPD-C07",
        f"{CONCERNS}//h:section/h:templateId",
        having(extension="2018-09-28"),
        f"{CONCERNS}//h:section/h:templateId",
        "/templateId",
    ),
    ("CPD-C16", DIAGNOSIS, removed, f"{CONCERNS}//h:section", "/component/section/entry"),
    ("CPD-C16", DIAGNOSIS, having(extension="2018-11-28"), DIAGNOSIS, "/act/templateId"),
    ("CPD-C16", DIAGNOSIS, having(root="1.2.208.184.15.1.10.20.2.20"), DIAGNOSIS, "/act/templateId"),
    ("CPD-C08", f"{GOALS}/..", removed, BODY, "/component/section[templateId/@root='1.2.208.184.15.1.10.20.2']"),
    ("CPD-C08", f"{GOALS}/h:templateId", having(extension="2018-11-28"), f"{GOALS}/h:templateId", "/templateId"),
    ("CPD-C08", GOALS, lambda goals: [removed(each) for each in goals.findall("h:component", NAMESPACES)], GOALS, "20.2.2']"),
    ("CPD-C09", f"{INTERVENTIONS}/..", removed, BODY, "/component/section[templateId/@root='1.2.208.184.15.1.10.20.3']"),
    ("CPD-C09", f"{INTERVENTIONS}/h:templateId[2]", removed, f"{INTERVENTIONS}/h:templateId", "/templateId"),
    ("CPD-C09", f"{INTERVENTIONS}/h:component", removed, INTERVENTIONS, "20.3.2']"),
    ("CPD-C10", f"{OUTCOMES}/h:templateId", having(extension="2018-11-28"), f"{OUTCOMES}/h:templateId", "/templateId"),
    ("CPD-C10", f"{OUTCOMES}/h:component", removed, OUTCOMES, "20.4.2']"),
    ("CPD-C11", OUTCOMES, having(classCode="ACT"), OUTCOMES, "/section/@classCode"),
    ("CPD-C11", OUTCOMES, having(moodCode="INT"), OUTCOMES, "/section/@moodCode"),
    (
        "CPD-C11",
        f"{GOALS}/h:component[1]/h:section",
        having(classCode=""),
        f"{GOALS}/h:component/h:section",
        "/section/@classCode",
    ),
    ("CPD-C15", "//h:relatedSubject", without("classCode"), "//h:relatedSubject", "/relatedSubject/@classCode"),
    ("CPD-C11", "//h:section/h:author/h:time", removed, "//h:section/h:author", "/author/time"),
    ("CPD-C11", "h:author/h:time", removed, "h:author", "/ClinicalDocument/author/time"),
    ("CPD-C11", "h:author/h:assignedAuthor/h:id", removed, "h:author", "/author/assignedAuthor/id"),
    ("CPD-C12", CUSTODIAN_SOR, removed, "h:custodian//h:id", "/representedCustodianOrganization/id"),
    ("CPD-C12", CUSTODIAN_SOR, having(extension=" "), "h:custodian//h:id", "/representedCustodianOrganization/id[1]"),
    (
        "CPD-C12",
        "h:custodian//h:representedCustodianOrganization",
        emptied,
        "h:custodian",
        "/representedCustodianOrganization/id",
    ),
    ("CPD-C13", "h:effectiveTime", having(xsi_type="h:IVL_TS"), "h:effectiveTime", "/effectiveTime/@type"),
    ("CPD-C13", "h:id", having(xsi_type="h:ST"), "h:id", "/ClinicalDocument/id/@type"),
    ("CPD-C13", "//h:act/h:effectiveTime", having(xsi_type="PIVL_TS"), "//h:act/h:effectiveTime", "/effectiveTime/@type"),
    ("CPD-C13", "h:title", having(xsi_type="h:ED"), "h:title", "/title/@type"),
]


@pytest.mark.parametrize(("rule", "path", "edit", "place", "ending"), BREAKS, ids=[f"{row[0]} {row[4]}" for row in BREAKS])
def test_one_fault_gives_one_finding(rule: str, path: str, edit: Edit, place: str, ending: str) -> None:
    found = findings(judged(changed(path, edit)))
    assert [finding.rule for finding in found] == [rule], [str(finding) for finding in found]
    assert found[0].grade is not None
    assert found[0].location.path.endswith(ending)
    if place:
        assert found[0].location.line == line_of(place)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("cpd")}


def test_the_hand_written_plan_keeps_every_rule() -> None:
    judgements = judged(HAND_WRITTEN.read_bytes())
    assert {each.rule.id: each.result for each in judgements if each.result is not Result.HOLDS} == {"CDA-H11": Result.NOT_JUDGED}


def test_each_missing_part_of_the_header_is_its_own_place() -> None:
    data = changed("h:confidentialityCode", removed, changed("h:effectiveTime", removed))
    found = findings(judged(data))
    assert [finding.rule for finding in found] == ["CPD-C01", "CPD-C01"]
    assert [finding.location.path for finding in found] == [
        "/ClinicalDocument/effectiveTime",
        "/ClinicalDocument/confidentialityCode",
    ]


def test_what_stands_on_a_missing_section_is_not_judged() -> None:
    results = {each.rule.id: each for each in judged(changed(f"{CONCERNS}/..", removed))}
    assert {rule for rule, each in results.items() if each.result is Result.NOT_JUDGED} == {
        "CDA-H11", "CPD-K01", "CPD-K04", "CPD-K06", *(f"CPD-C0{number}" for number in (3, 4, 5, 6, 7)), "CPD-C16"
    }  # fmt: skip
    assert results["CPD-C05"].reason == "bygger på CPD-C02, der er brudt"


def test_a_finding_reads_well() -> None:
    finding = findings(judged(changed(f"{CONCERNS}/h:code", having(code="75310-4"))))[0]
    assert str(finding).splitlines()[:2] == [
        f"F3  CPD-C04  plan.xml:{line_of(CONCERNS + '/h:code')}:6  "
        "/ClinicalDocument/component/structuredBody/component[3]/section/code",
        "    Helbredsproblemer har koden 75310-3 (LOINC) netop én gang. "
        'Forventet: code code="75310-3" codeSystem="2.16.840.1.113883.6.1". '
        'Fundet: code code="75310-4" codeSystem="2.16.840.1.113883.6.1".',
    ]


@pytest.mark.parametrize(("rule", "path"), [("CPD-C04", f"{CONCERNS}/h:code"), ("CPD-C12", CUSTODIAN_SOR)])
def test_a_rule_known_only_from_the_old_version_is_a_remark_on_the_new(rule: str, path: str) -> None:
    data = changed(path, removed)
    remark = findings(judged(data, declared="CPD-DK 2.0"))
    assert [(each.rule, each.grade, each.remark) for each in remark] == [(rule, None, "kun kendt fra 1.0.1")]
    confirmed = findings(judge_cpd(data, "plan.xml", declared="CPD-DK 2.0", confirmed=frozenset({rule})))
    assert [(each.rule, each.grade) for each in confirmed] == [(rule, Grade.F3)]


@pytest.mark.parametrize("declared", ["CPD-DK 1.0.1", "CPD-DK 2.0"])
@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"", 1, 1), (b"<a>\n <b></a>", 2, 7), (b"%PDF-1.7", 1, 1), ("<å>blåbærgrød</å>".encode("latin-1"), 1, 2)],
    ids=["empty", "cut off", "pdf", "latin-1"],
)
def test_what_is_not_xml_is_one_graded_finding(data: bytes, line: int, column: int, declared: str) -> None:
    judgements = judged(data, declared)
    found = findings(judgements)
    assert [(each.rule, each.grade, each.location.line, each.location.column) for each in found] == [
        ("CPD-XML", Grade.F2, line, column)
    ]
    assert {each.result for each in judgements if each.rule.id != "CPD-XML"} == {Result.NOT_JUDGED}


def renamed(data: bytes, old: str, new: str) -> bytes:
    text = data.decode("utf-8")
    assert old in text
    return text.replace(old, new).encode("utf-8")


def with_noise(data: bytes) -> bytes:
    """A comment and a processing instruction in front of every element."""
    return re.sub(rb"\n(\s*)<h:", rb"\n\1<!-- <h:section/> --><?pi section?><h:", data)


def in_utf_16(data: bytes) -> bytes:
    return renamed(data, "encoding='UTF-8'", "encoding='UTF-16'").decode("utf-8").encode("utf-16")


def as_status(act: xml.Element) -> None:
    """The observation of a diagnosis that CPD-DK allows in place of the act."""
    template = {"root": "1.2.208.184.15.1.10.20.1.20", "extension": "2018-09-28"}
    observation = etree.Element("{urn:hl7-org:v3}observation", classCode="OBS", moodCode="EVN")
    etree.SubElement(observation, "{urn:hl7-org:v3}templateId", template)
    etree.SubElement(observation, "{urn:hl7-org:v3}code", nullFlavor="NI")
    act.getparent().replace(act, observation)


HARMLESS: dict[str, bytes] = {
    "comments and processing instructions": with_noise(HAND_WRITTEN.read_bytes()),
    "no prefix": renamed(renamed(HAND_WRITTEN.read_bytes(), "<h:", "<"), "</h:", "</").replace(
        b"xmlns:h=", b"xmlns:h='urn:hl7-org:v3' xmlns="
    ),
    "everything on one line": re.sub(rb"[\r\n\t]+", b" ", HAND_WRITTEN.read_bytes()),
    "windows line endings": HAND_WRITTEN.read_bytes().replace(b"\n", b"\r\n"),
    "utf-16": in_utf_16(HAND_WRITTEN.read_bytes()),
    "no outcomes": changed(f"{OUTCOMES}/..", removed),
    "two authors": changed("h:author", twice),
    "two goals sections": changed(f"{GOALS}/..", twice),
    "a section with the code of the health concerns alone before them": changed(
        f"{CONCERNS}/..",
        lambda concerns: concerns.addprevious(
            etree.fromstring('<component xmlns="urn:hl7-org:v3"><section><code code="75310-3"/></section></component>')
        ),
    ),
    "the diagnosis' status (observation) and no act": changed(f"{CONCERNS}//h:act", as_status),
    "two health concerns": changed(f"{CONCERNS}/..", twice),
    "no goals code, an empty sub-section": changed(f"{GOALS}/h:component[1]/h:section/h:code", removed),
    "nullFlavor on a sub-section's title": changed(f"{INTERVENTIONS}//h:section/h:title", having(nullFlavor="UNK")),
    "a coded element narrowed by xsi:type": changed("h:code", having(xsi_type="h:CE")),
    "a type in another namespace": changed(
        "h:recordTarget//h:patient",
        lambda patient: patient.append(
            etree.fromstring(f'<id xmlns="urn:x" xmlns:i="{XSI_TYPE[1:].partition("}")[0]}" i:type="string">1</id>')
        ),
    ),
    "a foreign section": changed(
        f"{OUTCOMES}/h:templateId", having(root="1.2.3.4", extension="x"), changed(f"{OUTCOMES}/h:component", removed)
    ),
    "an extra templateId": changed(
        f"{CONCERNS}/h:templateId",
        lambda each: each.addnext(etree.fromstring('<templateId xmlns="urn:hl7-org:v3" root="1.2.208.184.10.2"/>')),
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_break_nothing(name: str) -> None:
    assert [str(finding) for finding in findings(judged(HARMLESS[name]))] == []


@pytest.mark.parametrize("first", [False, True], ids=["after goals", "before goals"])
def test_a_section_with_anothers_template_does_not_push_it_aside(first: bool) -> None:
    """Health Concerns carries the templateId of Goals; Goals has no code to be known by."""

    def edit(concerns: xml.Element) -> None:
        having(root="1.2.208.184.15.1.10.20.2")(concerns.findall("h:templateId", NAMESPACES)[0])
        component = concerns.getparent()
        assert component is not None
        body = component.getparent()
        assert body is not None
        if first:
            body.insert(0, component)

    assert [finding.rule for finding in findings(judged(changed(CONCERNS, edit)))] == ["CPD-C03"]


@pytest.mark.parametrize(
    ("rule", "path", "edit"),
    [
        ("CPD-C03", f"{CONCERNS}/h:templateId", having(root="1.2.208.184.15.1.10.20.4")),
        ("CPD-C04", f"{CONCERNS}/h:code", having(code="11383-7")),
    ],
)
def test_a_mandatory_section_with_the_mark_of_an_optional_one_is_one_finding(rule: str, path: str, edit: Edit) -> None:
    data = changed(path, edit, changed(f"{OUTCOMES}/..", removed))
    assert [finding.rule for finding in findings(judged(data))] == [rule]
