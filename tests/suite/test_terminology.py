"""The code lists: what stands in them, that mistakes are told, and that outside artefacts say the same where there are any."""

from __future__ import annotations

import json
import os
import re
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import YamlError
from harness.domain.scores import cat, manniche, mrc, promis10_mental, promis10_physical, start_back, who5
from harness.house import find_house
from harness.standards import oids
from harness.suite.model import read_as
from harness.suite.terminology import TerminologyFile, load_terminology

LISTS = load_terminology(find_house())
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")
outside = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS er ikke sat: koderne er ikke holdt op mod MedComs FHIR-pakker")


def test_the_lists_and_their_oids() -> None:
    assert {each.id: each.oid for each in LISTS.values()} == {
        "icpc-2": oids.ICPC2,
        "icd-10": f"{oids.SKS}.12",
        "npu": "1.2.208.176.2.1",
        "mcs": oids.MCS,
    }
    assert {each.id: len(each.concepts) for each in LISTS.values()} == {"icpc-2": 16, "icd-10": 113, "npu": 26, "mcs": 78}


def test_every_spelling_in_use_names_its_list_and_no_other() -> None:
    spellings = {
        "urn:oid:1.2.208.176.2.31": "icpc-2",
        "1.2.208.176.2.31": "icpc-2",
        "1.2.208.176.99.99.99": "icpc-2",
        "http://hl7.org/fhir/sid/icpc-2": "icpc-2",
        "urn:oid:1.2.208.176.2.4.12": "icd-10",
        "urn:oid:1.2.208.176.2.1": "npu",
        "http://npu-terminology.org": "npu",
        "1.2.208.184.100.8": "mcs",
        "urn:oid:1.2.208.184.100.1": "mcs",
    }
    for system, name in spellings.items():
        assert [each.id for each in LISTS.values() if each.is_named(system)] == [name]
    assert not any(each.is_named("urn:oid:1.2.208.176.2") for each in LISTS.values())


def test_only_what_nobody_confirms_is_undecided() -> None:
    assert {name: set(each.undecided) for name, each in LISTS.items()} == {
        "icpc-2": set(),
        "icd-10": set(),
        "npu": {"DNK35302", "NPU19661", "NPU01566", "NPU01567"},
        "mcs": set(),
    }
    assert set(LISTS["icpc-2"].missing) == {"Inklusionskriterier for lænderygsmerter"}
    assert set(LISTS["mcs"].missing) == {"EQ-5D", "RMDQ"}


def test_each_code_has_a_form_a_source_and_says_what_it_is() -> None:
    forms = {"icpc-2": r"[A-Z]\d\d", "icd-10": r"D[A-Z]\d{2,3}", "npu": r"(NPU|DNK)\d{5}", "mcs": r"MCS88\d{3}"}
    for name, each in LISTS.items():
        for concept in each.concepts.values():
            assert re.fullmatch(forms[name], concept.code)
            assert concept.source
            assert name == "icd-10" or concept.text or concept.note


def test_the_way_back_from_icd_10_is_not_one() -> None:
    icpc = LISTS["icpc-2"]
    assert icpc.pointing_at("DM545") == ("L03",)
    assert icpc.pointing_at("DJ449") == ("R95",)
    shared = {code: icpc.pointing_at(code) for code in LISTS["icd-10"].concepts if len(icpc.pointing_at(code)) > 1}
    assert shared == {
        "DM512": ("L84", "L86"),
        "DM514": ("L84", "L86"),
        "DM518": ("L84", "L86"),
        "DM519": ("L84", "L86"),
        "DM533": ("L03", "L84"),
        "DM540": ("L02", "L03"),
    }


def test_the_scores_are_stored_under_codes_of_the_list() -> None:
    scores = [
        cat([0] * 8),
        mrc(1),
        start_back([0] * 9),
        manniche(0),
        promis10_physical(Decimal(50)),
        promis10_mental(Decimal(50)),
        who5([0] * 5),
    ]
    assert {each.code for each in scores} <= set(LISTS["mcs"].concepts)
    found = LISTS["mcs"].concepts["MCS88147"]
    assert (found.least, found.most) == (0, 60)


GOOD = "id: p\ntitel: prøve\noid: 1.2.3\nskrivemåder: [{ system: a, kilde: b }]\nkilde: prøve\n"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            f"{GOOD}koder: {{ A: {{ status: afventer }} }}",
            "6:13  koder.A\n    Skal have en kilde, når status er afventer. Fundet: felter.",
        ),
        (f"{GOOD}koder: {{ A: {{ svarer_til: [DX99] }} }}", "6:28  koder.A.svarer_til[1]\n    Skal være en af: DJ449."),
        (
            f"{GOOD}koder: {{ A: {{ mindst: 3, højst: 2 }} }}",
            "6:33  koder.A.højst\n    Må ikke være mindre end feltet mindst.",
        ),
        (f"{GOOD}koder: {{ A: {{ type: tal }} }}", "6:21  koder.A.type\n    Skal være en af: heltal, decimaltal."),
        (f"{GOOD}koder: {{ A: {{ text: b }} }}", '6:15  koder.A.text\n    Feltet kendes ikke. Mente du "tekst"?'),
        (f"{GOOD}koder: {{ A: {{}}, A: {{}} }}", "6:17  koder.A\n    Feltet må kun stå én gang."),
        (GOOD.replace("1.2.3", "urn:oid:1.2.3") + "koder: {}", "3:6  oid\n    Skal være en OID: tal med punktum"),
        (
            GOOD.replace("[{ system: a, kilde: b }]", "[]") + "koder: {}",
            "4:14  skrivemåder\n    Skal være en liste med mindst én.",
        ),
    ],
    ids=["open", "icd-10", "range", "type", "field", "twice", "oid", "spellings"],
)
def test_a_mistake_in_a_list_is_told_at_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        read_as(TerminologyFile, tmp_path / "p.yaml", **{"icd-10": ("DJ449",)})
    assert str(caught.value).startswith(f"p.yaml:{text}")


# Against MedCom's packages

SPELLED = [
    ("mcs", "urn:oid:1.2.208.184.100.1"),
    ("mcs", "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-observation-codes"),
    ("npu", "urn:oid:1.2.208.176.2.1"),
    ("icpc-2", "urn:oid:1.2.208.176.2.31"),
    ("icd-10", "urn:oid:1.2.208.176.2.4.12"),
]


def resources() -> Iterator[dict[str, Any]]:
    """Every resource of every package the tester has."""
    for package in sorted(Path(ARTEFACTS or "").glob("fhir-packages/*.tgz")):
        with tarfile.open(package) as tar:
            for member in tar.getmembers():
                if member.name.endswith(".json") and (content := tar.extractfile(member)) is not None:
                    yield json.load(content)


@pytest.fixture(scope="module")
def used() -> dict[tuple[str, str], set[str]]:
    """Each (system, code) the packages define or use, with the displays it has there."""
    found: dict[tuple[str, str], set[str]] = {}

    def walk(node: Any, system: str) -> None:
        if isinstance(node, list):
            for each in node:
                walk(each, system)
        if isinstance(node, dict):
            own = node.get("url") if node.get("resourceType") == "CodeSystem" else node.get("system", system)
            own = own if isinstance(own, str) else system
            if isinstance(node.get("code"), str):
                found.setdefault((own, node["code"]), set()).update([node["display"]] if "display" in node else [])
            for each in node.values():
                walk(each, own)

    for resource in resources():
        walk(resource, "")
    return found


@outside
@pytest.mark.parametrize(("name", "system"), SPELLED)
def test_every_spelling_of_medcoms_packages_is_ours(name: str, system: str, used: dict[tuple[str, str], set[str]]) -> None:
    assert any(each == system for each, _ in used)
    assert LISTS[name].is_named(system)


@outside
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("npu", {"DNK05472", "DNK05473", "NPU03804", "NPU18016", "NPU22089"}),
        ("mcs", {"MCS88015", "MCS88100", "MCS88122", "MCS88125", "MCS88126", "MCS88147"}),
        ("icpc-2", {"K86", "T90"}),
        ("icd-10", {"DI109"}),
    ],
)
def test_what_medcoms_packages_have_they_have_under_our_systems(
    name: str, least: set[str], used: dict[tuple[str, str], set[str]]
) -> None:
    own = LISTS[name]
    there = {code for system, code in used if own.is_named(system)}
    assert least <= there & set(own.concepts)
    assert {code for _, code in used if code in own.concepts} <= there


@outside
def test_our_texts_are_medcoms_where_medcom_is_the_source(used: dict[tuple[str, str], set[str]]) -> None:
    cited = [(own, each) for own in LISTS.values() for each in own.concepts.values() if "medcom.fhir.dk" in each.source]
    assert len(cited) == 22
    for own, each in cited:
        displays = {
            text for (system, code), texts in used.items() if own.is_named(system) and code == each.code for text in texts
        }
        assert displays
        if each.code != "MCS88147":  # there we have the short name of the other source
            assert each.text in displays
