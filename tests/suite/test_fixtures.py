"""The fixtures themselves: what stands in them, and that what refers to something finds it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.domain.errors import ConfigurationError, YamlError
from harness.domain.identifiers import Cpr
from harness.domain.requirement import Participation, RequirementKind
from harness.domain.vendor import ApprovalStatus, Channel, Phase
from harness.house import find_house
from harness.runner.options import prepare
from harness.runner.wish import Wish
from harness.suite.campaigns import asked_for, folder_of, load_campaign, load_campaigns
from harness.suite.model import read_as
from harness.suite.patients import PatientsFile, PatientsWithoutCprFile, allowed_cprs, load_patients
from harness.suite.profiles import ProfileFile, load_profiles
from harness.suite.requirements import load_requirements
from harness.suite.schema import SCHEMAS, schema_text
from harness.suite.vendors import load_vendor, load_vendors, vendor_file

HOUSE = find_house()

BORN = {
    "Nancy": date(1948, 12, 25),
    "Elmer": date(1947, 9, 25),
    "Niels": date(1974, 1, 30),
    "Else": date(1991, 1, 2),
    "Ellen": date(1991, 1, 2),
    "EK": date(1991, 1, 2),
    "Einer": date(1960, 1, 2),
    "Lonni": date(1960, 1, 2),
    "Magnus": date(1990, 4, 5),
    "Rasmus": date(1990, 4, 5),
    "Aya": date(2023, 5, 5),
    "Pia": date(2005, 5, 5),
    "Knut": date(1982, 2, 15),
    "Brita": date(1981, 9, 15),
    "Kaja": date(2000, 3, 21),
    "Cæcar": date(1914, 11, 23),
    "Testperson": date(2005, 6, 1),
    "Peter": date(1992, 3, 7),
}


def test_the_six_systems_and_their_suppliers() -> None:
    assert {each.id: (each.product, each.supplier, each.registered_as) for each in load_vendors(HOUSE).values()} == {
        "eg-clinea": ("EG Clinea", "EG", "Clinea"),
        "eg-winplc": ("EG WinPLC", "EG", "WinPLC"),
        "xmo": ("XMO", "CGM", "XMO"),
        "multimed": ("MultiMED", "MultiMed", "MultiMed Web"),
        "novax": ("Novax", "Novax", "Novax"),
        "myclinic": ("MyClinic", "MultiMed", "MyClinic"),
    }


def test_all_six_may_send_cpd_2_and_no_rute_is_decided() -> None:
    for system in load_vendors(HOUSE).values():
        assert system.sends("CPD-DK") == ("2.0",)
        assert (system.rute.value, system.rute.decided) == ("plsp", False)
        assert system.source_date == date(2026, 7, 9)


def test_each_system_has_every_line_of_the_registry_once_as_approval_or_as_no_entry() -> None:
    reference = load_vendor(HOUSE.reference)
    lines = {(each.standard, each.version, each.channel) for each in reference.approvals}
    assert len(lines) == len(reference.approvals) == 36
    lines -= {  # only in the list of mandatory standards of 09-07-2024: no system has an entry
        ("PDC-DK", "3.0", Channel.SEND),
        ("APD-DK", "2.0.1", Channel.RECEIVE),
        ("BIN01", "B0131X", Channel.RECEIVE),
        ("PDC-DK", "3.0", Channel.RECEIVE),
    }
    for system in load_vendors(HOUSE).values():
        own = [(each.standard, each.version, each.channel) for each in system.approvals]
        own += [(each.standard, each.version, each.channel) for each in system.no_entry]
        assert sorted(own) == sorted(lines), system.id


def test_where_the_systems_differ_in_the_registry() -> None:
    systems = load_vendors(HOUSE)
    odd = {
        (system.id, each.standard, each.version): str(each.status)
        for system in systems.values()
        for each in system.approvals
        if each.status != ApprovalStatus.APPROVED
    }
    assert odd == {
        ("novax", "APD-DK", "2.0.1"): "Ikke Godkendt",
        ("novax", "ECN", "1.0"): "Tester",
        ("xmo", "CPD-DK", "1.0.1"): "Ikke Godkendt",
        ("eg-clinea", "CareCommunication", "5.0"): "Tester",
    }
    assert [
        each.id
        for each in systems.values()
        if ("XDS Metadata", Channel.RECEIVE) in {(entry.standard, entry.channel) for entry in each.no_entry}
    ] == ["myclinic"]


def test_the_reference_system_can_everything_newest_last_and_is_not_one_of_the_six() -> None:
    reference = load_vendor(vendor_file(HOUSE, "reference"))
    assert reference.sends("CPD-DK") == ("1.0.1", "2.0")
    assert (reference.rute.value, reference.rute.decided) == ("direkte", True)
    assert "reference" not in load_vendors(HOUSE)


def test_each_test_person_is_born_when_the_list_says() -> None:
    patients = load_patients(HOUSE)
    assert {alias: each.born for alias, each in patients.items()} == BORN
    assert [alias for alias, each in patients.items() if each.deceased] == ["Cæcar"]
    assert patients["Nancy"].female
    assert not patients["Elmer"].female
    assert patients["Elmer"].name == "Elmer Test Hansen"


def test_the_nameless_numbers_are_allowed_but_are_nobody() -> None:
    known = {str(each.cpr) for each in load_patients(HOUSE).values() if isinstance(each.cpr, Cpr)}
    assert len(known) == 17
    assert allowed_cprs(HOUSE) - known == {"0511699884", "1911629885", "1210889876"}


def test_who_has_no_cpr_is_medcoms_test_person_with_an_ecpr_and_no_national_one() -> None:
    patients = load_patients(HOUSE)
    (peter,) = (each for each in patients.values() if not isinstance(each.cpr, Cpr))
    assert (peter.alias, str(peter.cpr), peter.name, peter.female) == ("Peter", "0703921VJ5", "Peter Hansen", False)
    assert f"{peter.born:%d%m%y}" == "070392"
    assert len(patients) == 18
    assert str(peter.cpr) not in allowed_cprs(HOUSE)


@pytest.mark.parametrize("number", ["2512489996", "0703922VJ5"], ids=["a CPR number", "of no kind"])
def test_what_is_no_ecpr_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.chdir(tmp_path)
    person = f'{{ alias: A, ecpr: "{number}", fornavne: [A], efternavn: B, født: 1992-03-07, køn: mand }}'
    (tmp_path / "p.yaml").write_text(f"kilde: prøve\npersoner: [{person}]\n", encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        read_as(PatientsWithoutCprFile, tmp_path / "p.yaml")
    assert str(caught.value).startswith("p.yaml:2:30  personer[1].ecpr\n    Skal være et erstatnings-CPR-nummer (eCPR)")
    assert not re.search(r"\d{10}", str(caught.value))


def modulus_11_number() -> str:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = (f"010100{serial:04}" for serial in range(10_000))
    return next(each for each in numbers if sum(int(d) * w for d, w in zip(each, weights, strict=True)) % 11 == 0)


@pytest.mark.parametrize(
    ("persons", "text"),
    [
        (
            '[{ alias: A, cpr: "NUMMER", fornavne: [A], efternavn: B }]',
            "2:29  personer[1].cpr\n    Skal være et af MedComs nationale",
        ),
        (
            '[{ alias: A, cpr: "UDATO", fornavne: [A], efternavn: B }]',
            "2:29  personer[1].cpr\n    Skal være et CPR-nummer: ti cifre",
        ),
        (
            '[{ alias: A, cpr: "251248-9996", fornavne: [A], efternavn: B }]',
            "2:29  personer[1].cpr\n    Skal være et CPR-nummer: ti cifre",
        ),
        (
            "[{ alias: A, cpr: 2512489996, fornavne: [A], efternavn: B }]",
            '2:29  personer[1].cpr\n    Skal være tekst. Fundet: "251248-****".',
        ),
        ('[]\nkun_numre: ["2512489996", "2512489996"]', "3:27  kun_numre[2]\n    Nummeret må kun stå én gang."),
        (
            '[{ alias: A, cpr: "2512489996", fornavne: [A], efternavn: B }, '
            '{ alias: A, cpr: "2509479989", fornavne: [C], efternavn: D }]',
            "2:83  personer[2].alias\n    Navnet må kun bruges om én person.",
        ),
    ],
)
def test_numbers_that_are_not_for_testing_are_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, persons: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    number = modulus_11_number()
    path = tmp_path / "p.yaml"
    path.write_text(
        f"kilde: prøve\npersoner: {persons.replace('NUMMER', number).replace('UDATO', '3102' + '489996')}\n", encoding="utf-8"
    )
    with pytest.raises(YamlError) as caught:
        read_as(PatientsFile, path)
    assert str(caught.value).startswith(f"p.yaml:{text}")
    assert not re.search(r"\d{6}-?\d{4}", str(caught.value))


def test_the_campaign_has_its_requirements_and_everything_it_names() -> None:
    campaign = load_campaign(HOUSE, "kol-lrs-2027")
    own = {each.id: each for each in campaign.requirements}
    assert {f"KP-{number:02}" for number in range(1, 19)} | {"COC-01", "FLP-01"} <= set(own)
    assert campaign.phases == tuple(Phase)
    assert set(campaign.participants) == set(load_vendors(HOUSE))
    assert set(campaign.profiles) <= set(load_profiles(HOUSE))
    assert {"rute", "forløbslabel-lrs", "niveau-kodning"} <= {each.id for each in campaign.open_questions}
    assert {name for name, each in own.items() if each.kind is RequirementKind.AWAITING} == {"KP-02"}
    assert own["FLP-01"].kind is RequirementKind.CONDITION
    for each in own.values():
        assert re.search(r", afsnittet .* \(.*l\. \d+.*\)$", each.source)
        if each.kind is RequirementKind.REQUIREMENT:
            assert set(each.systems) == set(load_vendors(HOUSE))
            assert (each.grade, each.phase, each.reason) != (None, None, "")
        else:
            assert each.reason


def test_the_campaign_says_where_its_sources_disagree_and_what_is_only_a_convention() -> None:
    campaign = load_campaign(HOUSE, "kol-lrs-2027")
    milestones = {each.id: each for each in campaign.milestones}
    assert [each.when for each in milestones["connectathon"].said] == ["4. kvartal 2026", "oktober 2026"]
    assert len({each.source for each in milestones["test"].said}) == 2
    assert not any(each.reached for name, each in milestones.items() for each in each.said if name != "fagligt-grundlag")
    assert [gate.phase for gate in campaign.gates if gate.convention] == [Phase.PRE_TEST, Phase.CONNECTATHON]
    assert {each.id: each.when for each in campaign.deadlines} == {
        "drift": "1. januar 2027",
        "behandlingsplan": "ikke fastsat",
        "forebyggelse": "ikke fastsat",
    }
    assert {"flp", "cockpit", "web-patient", "dnhf", "min-læge", "sundhedsjournalen", "sygehus", "kommune"} <= {
        each.id for each in campaign.actors
    }


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("    art: krav\n", "    art: afventer\n", "Skal have en grund, når art er afventer. Fundet: felter."),
        ("    karakter: F2\n", "", "Skal have karakter, fase og systemer, når art er krav. Fundet: felter."),
        ("    art: krav\n", "    art: krav\n    grund: a\n", "Skal være uden grund, når art er krav."),
    ],
)
def test_a_requirement_that_is_not_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, text: str
) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    path = tmp_path / "fixtures/requirements/coc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_requirements(find_house(tmp_path))
    assert text in str(caught.value)


def test_an_unknown_campaign_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_campaign(HOUSE, "kol")
    assert re.fullmatch(r'Kampagnen kendes ikke\. Skal være en af: .*\bkol-lrs-2027\b.*\. Fundet: "kol"\.', str(caught.value))


def copied_home(folder: Path) -> Path:
    for path in HOUSE.fixtures.rglob("*.yaml"):
        copy = folder / path.relative_to(HOUSE.home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (folder / "features" / "deling").mkdir(parents=True)
    return folder


def test_a_campaign_that_names_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    path = tmp_path / "fixtures/campaigns/kol-lrs-2027.yaml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^krav: \[.*?\]", "krav: [KP-99]", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^features: \[.*?\]", "features: [delling]", text, flags=re.MULTILINE | re.DOTALL)
    path.write_text(text.replace("fase: egentest", "fase: egen"), encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_campaign(find_house(tmp_path), "kol-lrs-2027")
    told = re.sub(r":\d+:\d+  ", "  ", str(caught.value)).split("\n")
    known = ", ".join(load_requirements(HOUSE))
    assert told == [
        "fixtures/campaigns/kol-lrs-2027.yaml  krav[1]",
        f'    Skal være en af: {known}. Fundet: "KP-99".',
        "fixtures/campaigns/kol-lrs-2027.yaml  features[1]",
        '    Skal være en af: deling. Fundet: "delling".',
        "fixtures/campaigns/kol-lrs-2027.yaml  faser[1].fase",
        '    Skal være en af: egentest, prætest, certificering, connectathon. Fundet: "egen".',
    ]


def test_a_requirement_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    folder = tmp_path / "fixtures/requirements"
    (folder / "kp2.yaml").write_bytes((folder / "kp.yaml").read_bytes().replace(b"id: kp\n", b"id: kp2\n"))
    with pytest.raises(ConfigurationError) as caught:
        load_requirements(find_house(tmp_path))
    assert str(caught.value) == "Kravet KP-01 står i to filer. Den ene er fixtures/requirements/kp2.yaml."


def test_what_is_decided_about_cpd_2() -> None:
    profile = load_profiles(HOUSE)["cpd-2.0"]
    assert profile.rules_confirmed == frozenset()
    assert profile.undecided == frozenset()
    assert profile.facts["formatkode"].value == "urn:ad:dk:medcom:cpd-v2.0:full"
    assert profile.facts["typekode"].value == "81215-6"


def test_what_is_decided_about_sharing() -> None:
    profile = load_profiles(HOUSE)["deling"]
    assert profile.undecided == {
        "niveau-kodning",
        "opfølgning-kodning",
        "forløbslabel-lrs",
        "forløbslabel-placering",
        "diagnose-lrs",
    }
    assert profile.facts["forløbslabel-lrs"].value is None
    assert profile.facts["forløbslabel-kol"].value == "ALAL21"
    assert profile.facts["icpc-kol"].value == "R95"
    assert profile.facts["niveau-kodning"].value == {"sti": "interventions", "mønster": "Niveau {niveau}"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "fakta: { a: { status: besluttet, kilde: b } }",
            "3:13  fakta.a\n    Skal have en værdi, når status er besluttet. Fundet: felter.",
        ),
        (
            'fakta: { a: { værdi: "nej", kan_være: ["ja"], status: besluttet, kilde: b } }',
            '3:22  fakta.a.værdi\n    Reglerne kan kun bedømme efter: "ja". '
            'En anden værdi kræver, at reglerne bliver ændret. Fundet: "nej".',
        ),
        (
            'fakta: { a: { kan_være: ["ja"], status: besluttet, kilde: b } }',
            "3:13  fakta.a\n    Skal have en værdi, når status er besluttet. Fundet: felter.",
        ),
        (
            "regler: { A: { status: besluttet } }",
            "3:14  regler.A\n    Skal have en kilde, når status er besluttet. Fundet: felter.",
        ),
        (
            "fakta: { a: { status: måske, kilde: b } }",
            '3:23  fakta.a.status\n    Skal være en af: besluttet, afventer. Fundet: "måske".',
        ),
    ],
)
def test_a_decision_without_its_ground_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(f"id: p\ntitel: prøve\n{content}\n", encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        read_as(ProfileFile, tmp_path / "p.yaml")
    assert str(caught.value) == f"p.yaml:{text}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_are_up_to_date(name: str) -> None:
    published = (HOUSE.home / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(SCHEMAS[name]), "kør: python -m harness.suite.schema"


class AsWritten(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Days stay the text they are in the file, as JSON has them."""


AsWritten.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize(
    "folder", sorted({path.parent.relative_to(HOUSE.fixtures) for path in HOUSE.fixtures.rglob("*.yaml")}), ids=str
)
def test_each_fixture_opens_with_its_schema_and_follows_it(folder: Path) -> None:
    for path in sorted((HOUSE.fixtures / folder).glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert found, path
        schema = (path.parent / found[1]).resolve()
        assert schema.name.removesuffix(".schema.json") in SCHEMAS, path
        validator = jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
        assert [each.message for each in validator.iter_errors(yaml.load(text, AsWritten))] == [], path


@pytest.mark.parametrize(
    ("campaign", "old", "new", "text"),
    [
        ("diagnosekort", "plsp-diagnosekort-snitflade: ", "plsp: ", "Skal være id'et på et af kampagnens åbne spørgsmål."),
        (
            "apps",
            "kravgrundlag: afventer",
            "kravgrundlag: foreligger",
            "Skal være en liste med mindst én, når kravgrundlaget foreligger.",
        ),
    ],
)
def test_what_a_campaign_rests_on_is_asked_for_and_what_it_tests_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, campaign: str, old: str, new: str, text: str
) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    for folder in HOUSE.features.iterdir():
        (tmp_path / "features" / folder.name).mkdir(exist_ok=True)
    path = tmp_path / "fixtures/campaigns" / f"{campaign}.yaml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_campaign(find_house(tmp_path), campaign)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("campaign", "rute", "bindings"),
    [
        ("kol-lrs-2027", "plsp", ["rute", "plsp-snitflade"]),
        ("kol-lrs-2027", "direkte", ["rute"]),
        ("laboratorie-trin-1", "plsp", ["health-hub-snitflade"]),
        ("intelligent-indbakke", "plsp", []),
    ],
)
def test_only_the_bindings_a_campaign_uses_are_undecided(campaign: str, rute: str, bindings: list[str]) -> None:
    assert list(prepare(Wish(vendor="novax", campaign=campaign, rute=rute)).undecided_bindings) == bindings


def test_the_folder_of_several_campaigns_runs_is_never_too_long_for_a_path() -> None:
    everyone = load_campaigns(HOUSE, "all")
    two = load_campaigns(HOUSE, "laboratorie-trin-1, laboratorie-trin-2")
    assert folder_of(two[:1], "laboratorie-trin-1") == "laboratorie-trin-1"
    assert folder_of(two, "laboratorie-trin-1,laboratorie-trin-2") == "laboratorie-trin-1+laboratorie-trin-2"
    assert folder_of(everyone, "all") == "alle"
    named = {folder_of(chosen, "") for chosen in (everyone, everyone[1:], everyone[:-1])}
    assert len(named) == 3
    assert max(map(len, named)) <= 60


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        (
            "campaigns/kommunale-proevesvar.yaml",
            "gælder: [Acknowledgement]",
            "gælder: [Acknowlegdement]",
            'Fundet: "Acknowlegdement".',
        ),
        ("campaigns/kommunale-proevesvar.yaml", "HomeCareObservation:R.CANC", "HomeCareObservation:R.CANS", 'R.CANS".'),
        (
            "protokoller/conditionlist-send.yaml",
            "standard: ConditionList",
            "standard: Conditionlist",
            "Skal begynde med standarden",
        ),
    ],
)
def test_a_use_case_or_a_standard_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, text: str
) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    for folder in HOUSE.features.iterdir():
        (tmp_path / "features" / folder.name).mkdir(exist_ok=True)
    path = tmp_path / "fixtures" / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_campaign(find_house(tmp_path), "kommunale-proevesvar")
    assert text in str(caught.value)


def test_a_system_a_campaign_does_not_name_is_outside_it_and_the_reference_system_takes_part() -> None:
    campaign = load_campaign(HOUSE, "kol-lrs-2027")
    assert set(campaign.participants) == set(load_vendors(HOUSE))
    assert campaign.participation("reference") is Participation.PARTICIPANT


def test_two_campaigns_cannot_have_the_same_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied_home(tmp_path))
    for folder in HOUSE.features.iterdir():
        (tmp_path / "features" / folder.name).mkdir(exist_ok=True)
    path = tmp_path / "fixtures/campaigns/patientlister.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[patientlister]", "[diagnosekort]"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^Mappen diagnosekort er både i kampagnen diagnosekort og i patientlister\."):
        load_campaigns(find_house(tmp_path), "all")


def test_what_is_asked_for_is_always_written_alike() -> None:
    assert {asked_for(named) for named in ("b,a", "a, b", " a,,b,a")} == {"a,b"}
    assert {asked_for(named) for named in ("all", "all,a", "b, all")} == {"all"}
    assert [each.id for each in load_campaigns(HOUSE, "laboratorie-trin-2,diagnosekort")] == [
        "diagnosekort",
        "laboratorie-trin-2",
    ]
