"""Official artefacts: what is found in a folder, what has changed since, and that nothing is read but what is asked for."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from harness.conformance.files.formats import judge_file
from harness.domain.errors import ConfigurationError
from harness.house import find_house
from harness.suite.artefacts import Artefacts, Folder, chosen_folders, kind_of, remember, remembered, scan, sha256_of
from harness.suite.known_cprs import known_cprs
from harness.suite.patients import allowed_cprs
from harness.suite.placeholders import placeholder_cprs

EXAMPLES = Path(__file__).parents[1] / "examples"
OFFICIAL = os.environ.get("LPS_ARTEFACTS")
needs_artefacts = pytest.mark.skipif(
    not OFFICIAL, reason="LPS_ARTEFACTS er ikke sat: intet er holdt op mod officielle artefakter"
)

SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="2"><xs:element name="a"/></xs:schema>'
SCHEMATRON = '<schema xmlns="http://purl.oclc.org/dsdl/schematron" schemaVersion="4"/>'


def package(name: str = "proeve.fhir", version: str = "1.0.0") -> bytes:
    held = {
        "package/package.json": {"name": name, "version": version},
        "package/StructureDefinition-a.json": {"resourceType": "StructureDefinition", "url": "http://proeve/a"},
    }
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, content in held.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "artefakter"
    (place / "æøå" / ".skjult").mkdir(parents=True)
    (place / "pakke.tgz").write_bytes(package())
    (place / "æøå" / "a.xsd").write_text(SCHEMA, encoding="utf-8")
    (place / "æøå" / "a.sch").write_text(SCHEMATRON, encoding="utf-8")
    (place / "æøå" / ".skjult" / "b.xsd").write_text(SCHEMA, encoding="utf-8")
    (place / ".c.xsd").write_text(SCHEMA, encoding="utf-8")
    (place / "læs mig.txt").write_text("hej", encoding="utf-8")
    return place


def test_what_is_in_a_folder(folder: Path) -> None:
    found = [(str(each.kind), each.file, each.name, each.version, each.problem) for each in scan(folder)]
    assert found == [
        ("FHIR-pakke", "pakke.tgz", "proeve.fhir", "1.0.0", ""),
        ("XML-skema", "æøå/a.xsd", "a.xsd", "2", ""),
        ("skematron", "æøå/a.sch", "a.sch", "4", ""),
    ]
    assert scan(folder)[0].sha256 == sha256_of(folder / "pakke.tgz")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("b.tgz", b"ikke en pakke", "b.tgz er ikke en hel pakke"),
        ("b.xsd", b"<xs:schema", "XML'en kan ikke læses"),
        (
            "b.xsd",
            SCHEMA.replace("<xs:element", "<xs:include schemaLocation='c.xsd'/><xs:element").encode(),
            "c.xsd, som ikke er",
        ),
        ("b.sch", SCHEMATRON.replace("/>", "><include href='../../x.sch'/></schema>").encode(), "som ikke er i mappen"),
    ],
    ids=["pakke", "xml", "skema", "skematron"],
)
def test_what_cannot_be_used_is_told(folder: Path, name: str, content: bytes, problem: str) -> None:
    (folder / name).write_bytes(content)
    (told,) = [each.problem for each in scan(folder) if each.problem]
    assert problem in told
    artefacts = Artefacts([Folder(folder)])
    artefacts.definitions()
    artefacts.schematrons()
    assert artefacts.schema("a") is not None
    assert artefacts.problems == [] if name == "b.xsd" else [each for each in artefacts.problems if problem in each]


def test_parts_of_a_schema_or_a_schematron_are_no_fault(folder: Path) -> None:
    (folder / "del.xsd").write_text(SCHEMA.replace('<xs:element name="a"/>', "<xs:complexType name='t'/>"), encoding="utf-8")
    (folder / "del.sch").write_text('<pattern xmlns="http://purl.oclc.org/dsdl/schematron"/>', encoding="utf-8")
    assert [(each.file, each.problem) for each in scan(folder) if each.file.startswith("del")] == [("del.xsd", "")]
    assert [each.name for each, _ in Artefacts([Folder(folder)]).schematrons()] == ["a.sch"]


def test_a_linked_folder_is_not_followed(folder: Path) -> None:
    try:
        (folder / "ring").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("her kan der ikke laves symbolske links")
    assert len(scan(folder)) == 3


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Skal være en mappe\. Fundet: .*væk\."):
        scan(tmp_path / "væk")


def test_a_folder_is_remembered_with_its_hashes(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "hos mig" / "artefakter.json"
    assert remembered(store) == []
    added = Folder(folder, {each.file: each.sha256 for each in scan(folder)})
    remember(store, [added])
    assert remembered(store) == [added]
    assert [each.name for each in store.parent.iterdir()] == ["artefakter.json"]
    assert chosen_folders("", store) == [added]
    assert chosen_folders(str(tmp_path), store) == [Folder(tmp_path)]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"mapper": [{}]}', b"\xff", b'{"mapper": [{"mappe": "a", "filer": 3}]}'], ids=str
)
def test_a_store_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    store = tmp_path / "artefakter.json"
    store.write_bytes(content)
    with pytest.raises(ConfigurationError, match="Slet filen, og peg på mapperne igen med lps artefacts add"):
        remembered(store)


def test_the_named_folder_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"LPS_ARTEFACTS peger på .*væk, som ikke er en mappe"):
        chosen_folders(str(tmp_path / "væk"), tmp_path / "intet.json")


def test_a_change_is_told_when_the_artefact_is_used(folder: Path) -> None:
    known = Folder(folder, {each.file: each.sha256 for each in scan(folder)})
    unchanged = Artefacts([known])
    assert unchanged.schema("a") is not None
    assert unchanged.definitions() is not None
    assert unchanged.problems == []
    (folder / "æøå" / "a.xsd").write_text(SCHEMA.replace('"2"', '"3"'), encoding="utf-8")
    (folder / "ny.tgz").write_bytes(package("ny"))
    changed = Artefacts([known, Folder(folder / "væk", {})])
    found = changed.schema("a")
    assert found is not None
    assert found[1].startswith("a.xsd 3 (SHA-256 ")
    changed.definitions()
    assert changed.problems == [
        f"mappen {(folder / 'væk').as_posix()} med artefakter findes ikke mere",
        "æøå/a.xsd er ændret, siden mappen blev tilføjet (lps artefacts list)",
        "ny.tgz er ny, siden mappen blev tilføjet (lps artefacts list)",
    ]


def test_of_several_schemas_the_one_with_sdtc_is_taken(folder: Path) -> None:
    for name in ("0.xsd", "CDA_SDTC.xsd"):
        (folder / name).write_text(SCHEMA, encoding="utf-8")
    found = Artefacts([Folder(folder)]).schema("a")
    assert found is not None
    assert found[0].name == "CDA_SDTC.xsd"
    assert Artefacts([Folder(folder)]).schema("{urn:x}a") is None


def test_no_packages_are_no_definitions(tmp_path: Path) -> None:
    assert Artefacts([Folder(tmp_path)]).definitions() is None
    assert Artefacts([Folder(tmp_path)]).schematrons() == []


def test_kinds() -> None:
    assert [kind_of(each) for each in ("a.XSD", "a.sch", "a.tgz", "valuesets.json", "a.json", "a")] == [
        "XML-skema", "skematron", "FHIR-pakke", "FHIR-pakke", None, None,
    ]  # fmt: skip


def test_the_numbers_that_may_be_validated_are_the_national_ones_and_the_placeholders() -> None:
    house = find_house()
    assert known_cprs(house) == allowed_cprs(house) | placeholder_cprs(house)


@needs_artefacts
def test_every_official_artefact_can_be_used() -> None:
    found = scan(Path(OFFICIAL or ""))
    assert [each.file for each in found if each.problem] == []
    assert {str(each.kind) for each in found} >= {"FHIR-pakke", "XML-skema"}


@needs_artefacts
@pytest.mark.parametrize("name", sorted(each.name for each in EXAMPLES.glob("*.xml")), ids=str)
def test_the_examples_hold_by_the_official_schemas(name: str) -> None:
    artefacts = Artefacts([Folder(Path(OFFICIAL or ""))])
    report = judge_file((EXAMPLES / name).read_bytes(), name, official=artefacts)
    assert [each for each in report.findings if each.rule in ("XSD", "SCHEMATRON")] == []
    assert artefacts.problems == []


@needs_artefacts
def test_a_plan_is_held_against_the_official_schema() -> None:
    data = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
    line = 1 + data[: data.index(b"<h:title>")].count(b"\n")
    broken = data.replace(b"<h:title>", b"<h:title ukendt='1'>", 1)
    report = judge_file(broken, "plan.xml", official=Artefacts([Folder(Path(OFFICIAL or ""))]))
    assert [(each.rule, each.location.line, each.actual) for each in report.findings] == [("XSD", line, "ukendt")]
    assert report.findings[0].source.startswith("CDA_SDTC.xsd (SHA-256 ")


@needs_artefacts
def test_a_home_care_observation_is_held_against_its_profiles() -> None:
    data = (EXAMPLES / "fhir_proevesvar_haandskrevet.xml").read_bytes()
    official = Artefacts([Folder(Path(OFFICIAL or ""))])
    report = judge_file(data, "svar.xml", official=official)
    assert report.findings == ()
    assert "der er ikke peget på MedComs FHIR-pakker" not in report.unchecked
    core = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-patient"
    patient = f'{{"resourceType": "Patient", "meta": {{"profile": ["{core}"]}}, "x": 1}}'.encode()
    told = judge_file(patient, "p.json", official=official)
    assert told.format == "FHIR-ressource"
    assert "/x" in {each.location.path for each in told.findings}
    assert {each.rule for each in judge_file(b'{"resourceType": "Patient"}', "p.json", core, official=official).findings} == {
        "FHIR-KARD"
    }


@needs_artefacts
def test_what_the_packages_have_no_profile_for_is_not_passed_as_judged() -> None:
    report = judge_file(b'{"resourceType": "Basic"}', "b.json", official=Artefacts([Folder(Path(OFFICIAL or ""))]))
    assert report.problem == "Der er ingen egne regler for FHIR-ressourcen Basic, og pakkerne har ingen profil for den"
