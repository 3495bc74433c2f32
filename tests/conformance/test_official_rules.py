"""Official schemas and schematrons beside the rules: what they find, in Danish, at the right line, named by their file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.conformance.files.formats import judge_file
from harness.conformance.files.official import NAME_FORMAT, judge_officially
from harness.conformance.rule import Result
from harness.domain.errors import BadInput
from harness.domain.finding import Finding
from harness.standards.schematron import Saxon, read_schematron
from harness.standards.security_codes import HSUID
from harness.standards.xml import parse
from harness.standards.xsd import declared, read_schema
from harness.suite.artefacts import Artefacts, Folder

needs_saxon = pytest.mark.skipif(find_spec("saxonche") is None, reason="saxonche er ikke installeret: skematroner prøves ikke")

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:proeve" targetNamespace="urn:proeve"
    elementFormDefault="qualified" version="1.2">
  <xs:include schemaLocation="dele/typer.xsd"/>
  <xs:element name="brev"><xs:complexType>
    <xs:sequence>
      <xs:element name="til" type="xs:string"/>
      <xs:element name="antal" type="xs:int" minOccurs="0"/>
      <xs:element name="farve" type="farve" minOccurs="0"/>
      <xs:element name="kode" type="kode" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="nr" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>
"""
TYPES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:proeve">
  <xs:simpleType name="farve"><xs:restriction base="xs:string">
    <xs:enumeration value="rød"/><xs:enumeration value="blå"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="kode"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/></xs:restriction></xs:simpleType>
</xs:schema>
"""
SCHEMATRON = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2" schemaVersion="3"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <ns prefix="p" uri="urn:proeve"/>
  <let name="højst" value="9"/>
  <xsl:function name="p:seks" as="xs:integer"><xsl:sequence select="2 * 3"/></xsl:function>
  <pattern>
    <let name="antallet" value="//p:antal"/>
    <rule context="p:antal">
      <assert id="A-1" test="not(. castable as xs:integer) or number() le $højst"
        >Antallet må højst være <value-of select="$højst"/>.</assert>
      <assert id="A-2" test="p:seks() = 6 and . ne '0'" role="warning">Antallet <value-of select="$antallet"/> er lavt</assert>
      <report id="A-3" test=". = '7'" role="information"><name/> er syv</report>
    </rule>
    <rule context="p:*"><assert id="A-4" test="not(@forkert)">Ingen attribut forkert</assert></rule>
    <rule context="p:til"><assert id="ALDRIG" test="false()">kun den første regel, der passer, tæller</assert></rule>
  </pattern>
  <pattern abstract="true" id="findes">
    <rule context="$hvor"><extends rule="fælles"/><assert id="B-1" test="$hvad">$hvad mangler</assert></rule>
  </pattern>
  <pattern is-a="findes"><param name="hvor" value="p:brev"/><param name="hvad" value="p:kode"/></pattern>
  <include href="dele/del.sch"/>
</schema>
"""
PART = """<pattern xmlns="http://purl.oclc.org/dsdl/schematron">
  <rule abstract="true" id="fælles"><assert id="C-1" test="string-length(@nr) lt 4">Nummeret er for langt</assert></rule>
  <rule context="p:brev/@nr"><assert id="C-2" test=". ne '0'">Nummeret må ikke være 0</assert></rule>
</pattern>
"""
LETTER = """<brev xmlns="urn:proeve" nr="1">
  <til>Åse</til>
  <antal>3</antal>
  <farve>rød</farve>
  <kode>AB</kode>
</brev>
"""
BREAKS = [
    ("XSD", "<til>Åse</til>", "", 3, "til", "antal"),
    ("XSD", "<til>Åse</til>", "<til>Åse</til><til/>", 2, "antal, farve, kode", "til"),
    ("XSD", "</brev>", "<ukendt/></brev>", 6, "ikke flere elementer her", "ukendt"),
    ("XSD", ' nr="1"', "", 1, "attributten nr", "mangler"),
    ("XSD", "<kode>", '<kode a="b">', 5, "ingen attribut a her", "a"),
    ("XSD", "<antal>3", "<antal>tre", 3, "typen xs:int", "tre"),
    ("XSD", "rød", "grøn", 4, "en af: 'rød', 'blå'", "grøn"),
    ("XSD", "<kode>AB", "<kode>ab", 5, "formen [A-Z]{2}", "ab"),
    ("XSD", "</til>", "</til>tekst", 1, "kun elementer, ingen tekst", "tekst"),
    ("SCHEMATRON", "<kode>AB</kode>", "", 1, "p:kode mangler", "påstanden B-1 holder ikke"),
    ("SCHEMATRON", "<antal>3", "<antal>12", 3, "Antallet må højst være 9", "påstanden A-1 holder ikke"),
    ("SCHEMATRON", "<antal>3", "<antal>0", 3, "Antallet 0 er lavt", "påstanden A-2 holder ikke"),
    ("SCHEMATRON", "<antal>3", "<antal>7", 3, "ikke det, skematronet melder", "antal er syv (melding A-3)"),
    ("SCHEMATRON", ' nr="1"', ' nr="0"', 1, "Nummeret må ikke være 0", "påstanden C-2 holder ikke"),
    ("SCHEMATRON", ' nr="1"', ' nr="1000"', 1, "Nummeret er for langt", "påstanden C-1 holder ikke"),
]
"""Rule, what stands, what it becomes, the line, expected, actual."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dele").mkdir()
    for name, text in (
        ("brev.xsd", SCHEMA),
        ("dele/typer.xsd", TYPES),
        ("brev.sch", SCHEMATRON),
        ("dele/del.sch", PART),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def findings(text: str, folder: Path) -> list[Finding]:
    document = parse(text.encode(), "brev.xml")
    judgements, unchecked = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    assert [each for each in unchecked if "kræver Saxon" not in each] == []
    return [finding for each in judgements for finding in each.findings]


def test_what_is_right_breaks_nothing(folder: Path) -> None:
    assert findings(LETTER, folder) == []


@pytest.mark.parametrize(
    ("rule", "old", "new", "line", "expected", "actual"),
    [pytest.param(*row, marks=needs_saxon if row[0] == "SCHEMATRON" else ()) for row in BREAKS],
)
def test_one_change_is_found_once(folder: Path, rule: str, old: str, new: str, line: int, expected: str, actual: str) -> None:
    found = findings(LETTER.replace(old, new, 1), folder)
    assert [(each.rule, each.location.line, each.expected, each.actual) for each in found] == [(rule, line, expected, actual)]


@needs_saxon
def test_the_artefact_is_named_with_its_version_and_hash(folder: Path) -> None:
    by_schema, by_schematron = findings(LETTER.replace("<antal>3", "<antal>12").replace("rød", "grøn"), folder)
    assert by_schema.source.startswith("brev.xsd 1.2 (SHA-256 ")
    assert by_schematron.source.startswith("brev.sch 3 (SHA-256 ")


@needs_saxon
def test_a_schematron_says_how_bad_it_is(folder: Path) -> None:
    (warning,) = findings(LETTER.replace("<antal>3", "<antal>0"), folder)
    (information,) = findings(LETTER.replace("<antal>3", "<antal>7"), folder)
    (error,) = findings(LETTER.replace("<antal>3", "<antal>12"), folder)
    assert (warning.grade, error.grade) == ("F4", "F3")
    assert (information.grade, information.remark) == (None, "oplysning")


@needs_saxon
@pytest.mark.parametrize(
    ("role", "grade"),
    [("warning", "F4"), ("WARN", "F4"), ("info", None), ("information", None), ("hint", None), ("error", "F3"), ("x", "F3")],
)
def test_each_word_for_how_bad_it_is_has_its_grade(folder: Path, role: str, grade: str | None) -> None:
    (path,) = (each for each in folder.rglob("*.sch") if 'role="warning"' in each.read_text(encoding="utf-8"))
    path.write_text(SCHEMATRON.replace('role="warning"', f'role="{role}"'), encoding="utf-8")
    (found,) = findings(LETTER.replace("<antal>3", "<antal>0"), folder)
    assert found.grade == grade


def test_what_no_artefact_is_for_is_not_checked(folder: Path) -> None:
    document = parse(b'<ClinicalDocument xmlns="urn:x"/>', "a.xml")
    judgements, unchecked = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    assert judgements == []
    assert unchecked == [
        "XML-skemaet: ingen af de skemaer, der er peget på, er til ClinicalDocument",
        "skematron: ingen af dem, der er peget på, er til dette dokument",
    ]


@needs_saxon
def test_more_places_than_a_person_reads_are_counted(folder: Path) -> None:
    document = parse(LETTER.replace("</brev>", "<antal>99</antal>" * 80 + "</brev>").encode(), "brev.xml")
    judgements, _ = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    (told,) = [each for each in judgements if each.rule.id == "SCHEMATRON"]
    assert len(told.findings) == 50
    assert told.reason.startswith("ikke kontrolleret: flere end 50 steder i brev.sch")


@needs_saxon
@pytest.mark.parametrize(("places", "reason"), [(50, ""), (51, "de sidste 1 vises ikke")])
def test_fifty_places_are_all_told(folder: Path, places: int, reason: str) -> None:
    document = parse(LETTER.replace("</brev>", "<antal>99</antal>" * places + "</brev>").encode(), "brev.xml")
    judgements, _ = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    (told,) = [each for each in judgements if each.rule.id == "SCHEMATRON"]
    assert len(told.findings) == 50
    assert told.reason.endswith(reason)
    assert bool(told.reason) is bool(reason)


@needs_saxon
def test_an_assertion_without_an_id_or_a_text_is_told_too(folder: Path) -> None:
    rule = '<rule context="p:antal"><assert test=". != 4"/></rule><rule context="p:kode"><report test=". = 4"/></rule>'
    (folder / "brev.sch").write_text(
        f"""<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="p" uri="urn:proeve"/><pattern>{rule}</pattern></schema>""",
        encoding="utf-8",
    )
    found = findings(LETTER.replace("<antal>3", "<antal>4").replace("<kode>AB", "<kode>4"), folder)
    assert [(each.expected, each.actual) for each in found if each.rule == "SCHEMATRON"] == [
        ("det, skematronet kræver", "påstanden holder ikke"),
        ("ikke det, skematronet melder", "noget, skematronet melder (melding)"),
    ]


HSUID_SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{HSUID}" targetNamespace="{HSUID}"
    elementFormDefault="qualified">
  <xs:element name="HsuidHeader"><xs:complexType><xs:sequence>
    <xs:element name="Attribute" maxOccurs="unbounded"><xs:complexType>
      <xs:attribute name="Name" use="required"/><xs:attribute name="NameFormat" use="required"/>
    </xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""
CALL = f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>
<h:HsuidHeader xmlns:h="{HSUID}" s:mustUnderstand="1" s:actor="urn:andre">
<h:Attribute Name="nsi:SystemName"/>
<h:Attribute Name="nsi:OrgUsingID" NameFormat="nsi:sor"/>
</h:HsuidHeader></s:Header><s:Body><Ping xmlns="urn:x"/></s:Body></s:Envelope>
"""
BODY = "XML-skemaet: ingen af de skemaer, der er peget på, er til Ping"


@pytest.mark.parametrize(
    ("old", "new", "told", "excused"),
    [
        ("", "", [], True),
        (' NameFormat="nsi:sor"', "", [(4, "attributten NameFormat", "mangler")], True),
        ('<h:Attribute Name="nsi:SystemName"/>', "", [], False),
        (
            'Name="nsi:SystemName"',
            'Navn="x"',
            [(3, "ingen attribut Navn her", "Navn"), (3, "attributten Name", "mangler")],
            True,
        ),
    ],
    ids=["as in use", "the organisation's", "no other", "a wrong name"],
)
def test_security_headers_are_held_against_their_schema_as_they_are_in_use(
    folder: Path, old: str, new: str, told: list[tuple[int, str, str]], excused: bool
) -> None:
    (folder / "hsuid.xsd").write_text(HSUID_SCHEMA, encoding="utf-8")
    document = parse(CALL.replace(old, new).encode(), "kald.xml")
    (ping,) = document.root.findall("{*}Body/*")
    judgements, not_done = judge_officially(document, ping, Artefacts([Folder(folder)]))
    found = [(each.location.line, each.expected, each.actual) for judgement in judgements for each in judgement.findings]
    assert (found, not_done) == (told, [BODY, NAME_FORMAT] if excused else [BODY])


PING_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" elementFormDefault="qualified">
  <xs:element name="Ping"><xs:complexType><xs:attribute name="nr" use="required"/></xs:complexType></xs:element>
</xs:schema>
"""
PLAN_SCHEMA = PING_SCHEMA.replace("urn:x", "urn:hl7-org:v3").replace("Ping", "ClinicalDocument")


def test_a_whole_document_is_held_against_its_schema_and_a_message_by_its_body(tmp_path: Path) -> None:
    for name, schema in (("ping.xsd", PING_SCHEMA), ("plan.xsd", PLAN_SCHEMA)):
        (tmp_path / name).write_text(schema, encoding="utf-8")
    official = Artefacts([Folder(tmp_path)])
    for data, line in ((CALL.replace("<s:Body>", "\n<s:Body>"), 6), ('\n<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 2)):
        report = judge_file(data.encode(), "fil.xml", official=official)
        told = [(each.location.line, each.expected) for each in report.findings if each.rule == "XSD"]
        assert told == [(line, "attributten nr")]


def test_without_saxon_a_schematron_is_not_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from harness.conformance.files import official

    monkeypatch.setitem(sys.modules, "saxonche", None)
    monkeypatch.setattr(official, "_SAXON", Saxon())
    document = parse(LETTER.encode(), "brev.xml")
    judgements, unchecked = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    assert [each.rule.id for each in judgements] == ["XSD"]
    assert unchecked == ['skematronet brev.sch: det kræver Saxon (pip install "lps-harness[schematron]")']


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://192.0.2.1/x.xsd", "skemaet henviser til http://192.0.2.1/x.xsd, som ligger uden for mappen"),
        ("../udenfor.xsd", "skemaet henviser til ../udenfor.xsd, som ligger uden for mappen"),
        ("/etc/passwd", "skemaet henviser til /etc/passwd, som ligger uden for mappen"),
        ("file:///etc/passwd", "skemaet henviser til file:///etc/passwd, som ligger uden for mappen"),
        ("mangler.xsd", "skemaet henviser til mangler.xsd, som ikke er i mappen"),
    ],
)
def test_a_schema_loads_nothing_from_outside_its_folder(folder: Path, location: str, reason: str) -> None:
    (folder.parent / "udenfor.xsd").write_text(TYPES, encoding="utf-8")
    (folder / "brev.xsd").write_text(SCHEMA.replace("dele/typer.xsd", location), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_schema(folder / "brev.xsd", folder)
    assert refused.value.reason.startswith(reason)


def test_a_schema_behind_a_schema_is_looked_at_too(folder: Path) -> None:
    evil = TYPES.replace("<xs:simpleType", '<xs:include schemaLocation="http://192.0.2.1/x.xsd"/><xs:simpleType', 1)
    (folder / "dele" / "typer.xsd").write_text(evil, encoding="utf-8")
    with pytest.raises(BadInput, match="uden for mappen"):
        read_schema(folder / "brev.xsd", folder)


def test_a_link_out_of_the_folder_is_outside(folder: Path) -> None:
    outside = folder.parent / "hemmelig.xsd"
    outside.write_text(TYPES, encoding="utf-8")
    (folder / "dele" / "typer.xsd").unlink()
    try:
        (folder / "dele" / "typer.xsd").symlink_to(outside)
    except OSError:
        pytest.skip("her kan der ikke laves symbolske links")
    with pytest.raises(BadInput, match="uden for mappen"):
        read_schema(folder / "brev.xsd", folder)


def test_a_schema_with_a_doctype_is_refused(folder: Path) -> None:
    (folder / "brev.xsd").write_text(f'<!DOCTYPE a SYSTEM "a.dtd">{SCHEMA}', encoding="utf-8")
    with pytest.raises(BadInput, match="DOCTYPE"):
        read_schema(folder / "brev.xsd", folder)


def test_what_a_document_says_of_schemas_is_not_followed(folder: Path) -> None:
    told = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:andet http://192.0.2.1/x.xsd"'
    assert findings(LETTER.replace("<brev ", f"<brev {told} "), folder) == []


def test_declared_roots() -> None:
    assert declared(parse(SCHEMA.encode(), "a")) == {"{urn:proeve}brev"}
    assert declared(parse(TYPES.encode(), "a")) == frozenset()
    assert declared(parse(b"<a/>", "a")) == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("number() le $højst", "doc('file:///etc/passwd')/a", "slår op i andre filer"),
        ("number() le $højst", "unparsed-text('http://192.0.2.1/') = ''", "slår op i andre filer"),
        ("number() le $højst", "document ('a.xml')", "slår op i andre filer"),
        ("dele/del.sch", "../del.sch", "som ikke er i mappen"),
        ("dele/del.sch", "http://192.0.2.1/del.sch", "som ikke er i mappen"),
        ("dele/del.sch", "brev.sch", "henviser til hinanden i ring"),
        ('is-a="findes"', 'is-a="findes-ikke"', "bruger mønstret findes-ikke"),
        ('rule="fælles"', 'rule="ukendt"', "bruger reglen ukendt"),
        ("<schema ", "<!DOCTYPE schema [<!ENTITY a 'b'>]><schema ", "DOCTYPE"),
    ],
)
def test_a_schematron_that_reaches_out_or_is_broken_is_refused(folder: Path, old: str, new: str, reason: str) -> None:
    (folder / "brev.sch").write_text(SCHEMATRON.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=reason):
        read_schematron(folder / "brev.sch", folder)


@needs_saxon
def test_a_schematron_that_saxon_cannot_run_is_told(folder: Path) -> None:
    (folder / "brev.sch").write_text(SCHEMATRON.replace("number() le $højst", "ukendt-funktion()"), encoding="utf-8")
    document = parse(LETTER.encode(), "brev.xml")
    _, unchecked = judge_officially(document, document.root, Artefacts([Folder(folder)]))
    assert len(unchecked) == 1
    assert unchecked[0].startswith("skematronet brev.sch: brev.sch kan ikke køres af Saxon")


@needs_saxon
def test_saxon_itself_prints_nothing_of_the_document(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told = SCHEMATRON.replace("not(. castable as xs:integer) or number()", "xs:integer(.)")
    (folder / "brev.sch").write_text(told, encoding="utf-8")
    document = parse(LETTER.replace("<antal>3", "<antal>hemmeligt").encode(), "brev.xml")
    assert any("hemmeligt" in each for each in judge_officially(document, document.root, Artefacts([Folder(folder)]))[1])
    assert capfd.readouterr() == ("", "")


@needs_saxon
def test_saxon_may_open_no_file(tmp_path: Path) -> None:
    bait = tmp_path / "bait.xml"
    bait.write_text("<hemmeligt/>", encoding="utf-8")
    tricky = SCHEMATRON.replace('<include href="dele/del.sch"/>', "").replace('<extends rule="fælles"/>', "")
    tricky = tricky.replace(
        "number() le $højst",
        f"function-lookup(QName('http://www.w3.org/2005/xpath-functions', 'd' || 'oc'), 1)('{bait.as_uri()}')/x",
    )
    (tmp_path / "a.sch").write_text(tricky, encoding="utf-8")
    with pytest.raises(BadInput, match="prohibited"):
        Saxon().faults(read_schematron(tmp_path / "a.sch", tmp_path), parse(LETTER.encode(), "brev.xml"))


def test_a_schematron_speaks_of_the_documents_it_names(folder: Path) -> None:
    schematron = read_schematron(folder / "brev.sch", folder)
    assert schematron.speaks_of(parse(LETTER.encode(), "a"))
    assert not schematron.speaks_of(parse(b'<brev xmlns="urn:andet"/>', "a"))
    assert not schematron.speaks_of(parse(b'<brev xmlns="urn:proeve"><templateId root="1.2.3"/></brev>', "a"))
    (folder / "brev.sch").write_text(SCHEMATRON.replace('value="9"', "value=\"('1.2.3', 9)[2]\""), encoding="utf-8")
    named = read_schematron(folder / "brev.sch", folder)
    assert named.speaks_of(parse(b'<brev xmlns="urn:proeve"><templateId root="1.2.3"/></brev>', "a"))


def test_a_file_that_cannot_be_read_is_left_to_its_first_rule(folder: Path) -> None:
    report = judge_file(b'<ClinicalDocument xmlns="urn:hl7-org:v3"><id', "plan.xml", official=Artefacts([Folder(folder)]))
    assert [(each.rule.id, each.result) for each in report.judgements if each.findings] == [("CDA-XML", Result.BROKEN)]
