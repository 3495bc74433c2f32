"""FHIR packages: what is read of them, and what is refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import BadInput
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import read_package, read_packages

ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "")
needs_packages = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med MedComs FHIR-pakker")

ABOUT = {"name": "prøve", "version": "1.0", "dependencies": {"hl7.fhir.r4.core": "4.0.1"}}
SYSTEM = {
    "resourceType": "CodeSystem",
    "url": "urn:s",
    "content": "complete",
    "concept": [{"code": "a", "concept": [{"code": "b"}]}],
}
PART = {"resourceType": "CodeSystem", "url": "urn:part", "content": "fragment", "concept": [{"code": "x"}]}


def packed(files: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8")
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


GOOD = packed(
    {
        "package/package.json": ABOUT,
        "package/CodeSystem-s.json": SYSTEM,
        "package/ValueSet-bundt.json": {"resourceType": "ValueSet", "url": "urn:ikke-læst"},
        "package/other/CodeSystem.txt": b"\0",
        "package/example/Bundle-1.json": b'{"resourceType":\n"Bundle"}',
    }
)


def test_a_package_says_who_it_is_and_what_it_holds() -> None:
    package = read_package(GOOD, "prøve.tgz")
    assert (package.name, package.version, str(package)) == ("prøve", "1.0", "prøve 1.0")
    assert package.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert package.dependencies == {"hl7.fhir.r4.core": "4.0.1"}
    assert [each["url"] for each in package.definitions] == ["urn:s", "urn:ikke-læst"]
    assert package.examples == (("Bundle-1.json", b'{"resourceType":\n"Bundle"}'),)


def test_a_folder_of_packages_and_hl7s_own_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(GOOD)
    (tmp_path / "r4").mkdir()
    (tmp_path / "r4" / "valuesets.json").write_text(json.dumps({"entry": [{"resource": PART}, {}]}), encoding="utf-8")
    first, second = read_packages([tmp_path, tmp_path / "r4"])
    assert (first.name, second.name) == ("prøve", "r4")
    assert [each["url"] for each in second.definitions] == ["urn:part"]


BROKEN = {
    "empty": b"",
    "no gzip": b"PK\x03\x04",
    "cut off": GOOD[:-40],
    "no tar": gzip.compress(b"hej" * 1000),
    "no definitions": packed({"package/package.json": ABOUT}),
    "no JSON": packed({"package/CodeSystem-s.json": b"{"}),
    "no resource": packed({"package/CodeSystem-s.json": [1]}),
    "too deep": packed({"package/CodeSystem-s.json": b"[" * 100_000}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_package_is_refused_in_words(name: str) -> None:
    with pytest.raises(BadInput, match=r"prøve\.tgz"):
        read_package(BROKEN[name], "prøve.tgz")


def test_a_package_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.standards.fhir.packages.MAX_BYTES", 1_000)
    with pytest.raises(BadInput, match="fylder mere end"):
        read_package(packed({"package/CodeSystem-s.json": SYSTEM, "stor": b"0" * 5_000}), "prøve.tgz")


def test_a_place_without_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ingen FHIR-pakker"):
        read_packages([tmp_path])


@pytest.mark.parametrize(
    ("compose", "system", "code", "answer"),
    [
        ({"include": [{"system": "urn:s"}]}, "urn:s", "b", True),
        ({"include": [{"system": "urn:s"}]}, None, "b", True),
        ({"include": [{"system": "urn:s"}]}, "urn:s", "c", False),
        ({"include": [{"system": "urn:s"}]}, "urn:x", "b", False),
        ({"include": [{"system": "urn:part"}]}, "urn:part", "y", None),
        ({"include": [{"system": "urn:part"}]}, "urn:part", "x", True),
        ({"include": [{"system": "urn:part"}]}, "urn:s", "a", False),
        ({"include": [{"system": "urn:nowhere"}]}, "urn:nowhere", "a", None),
        ({"include": [{"system": "urn:s", "concept": [{"code": "a"}]}]}, "urn:s", "b", False),
        ({"include": [{"system": "urn:s", "filter": [{}]}]}, "urn:s", "b", None),
        ({"include": [{"system": "urn:s"}], "exclude": [{"system": "urn:s", "concept": [{"code": "b"}]}]}, "urn:s", "b", False),
        ({"include": [{"valueSet": ["urn:andet"]}]}, "urn:s", "a", True),
        ({"include": [{"valueSet": ["urn:intet"]}]}, "urn:s", "a", None),
        ({"include": [{"valueSet": ["urn:mit"]}]}, "urn:s", "a", None),
    ],
)
def test_a_code_is_in_a_value_set_or_not_or_nobody_knows(
    compose: dict[str, Any], system: str | None, code: str, answer: bool | None
) -> None:
    other = {"resourceType": "ValueSet", "url": "urn:andet", "compose": {"include": [{"system": "urn:s"}]}}
    files = [SYSTEM, PART, other, {"resourceType": "ValueSet", "url": "urn:mit", "compose": compose}]
    package = read_package(packed({f"package/ValueSet-{number}.json": each for number, each in enumerate(files)}), "prøve.tgz")
    held = Definitions([package]).codes("urn:mit|2.0")
    assert held is not None
    assert held.has(system, code) is answer


@needs_packages
def test_medcoms_packages_are_those_the_rules_are_sourced_from() -> None:
    held = {
        package.name.removeprefix("medcom.fhir.dk."): package for package in read_packages([Path(ARTEFACTS) / "fhir-packages"])
    }
    sourced = {
        "conditionlist": "1.0.1",
        "homecareobservation": "1.2.1",
        "acknowledgement": "2.0.3",
        "carecommunication": "5.0.2",
        "messaging": "4.0.2",
        "terminology": "2.0.2",
    }
    assert {name: held[name].version for name in sourced} == sourced
    assert all(each.examples for name, each in held.items() if name in ("conditionlist", "homecareobservation"))


@needs_packages
@pytest.mark.parametrize(
    ("ours", "value_set"),
    [
        (codes.CATEGORIES, "medcom-careCommunication-categories"),
        (codes.HOME_CARE_ACTIVITIES, "medcom-HomeCareObservation-messagingActivities"),
        (codes.CARE_COMMUNICATION_ACTIVITIES, "medcom-careCommunication-messagingActivities"),
        (tuple(codes.DIAGNOSIS_STATUS), "medcom-conditionlist-status-valueset"),
    ],
    ids=["categories", "home care", "care communication", "status"],
)
def test_our_codes_are_medcoms(ours: tuple[str, ...], value_set: str) -> None:
    held = Definitions(read_packages([Path(ARTEFACTS) / "fhir-packages"]))
    theirs = held.codes(f"http://medcomfhir.dk/ig/terminology/ValueSet/{value_set}")
    assert theirs is not None
    assert {code for _, code in theirs.codes} == set(ours)


@needs_packages
def test_our_error_codes_are_medcoms() -> None:
    held = Definitions(read_packages([Path(ARTEFACTS) / "fhir-packages"]))
    theirs = held.codes("http://medcomfhir.dk/ig/terminology/ValueSet/medcom-acknowledgement-issue-details")
    assert theirs is not None
    assert {code for system, code in theirs.codes if system == codes.ERROR_CODES} == set(codes.ERRORS)
