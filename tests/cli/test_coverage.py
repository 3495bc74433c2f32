"""`lps coverage`: what tests each requirement, how it went, and every hole, in a small suite of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from harness.cli.coverage_json import schema_text
from harness.cli.main import main
from harness.domain.event import RunStarted, ScenarioEnded, ScenarioStarted
from harness.house import House, find_house
from harness.record.log import LogWriter
from harness.suite.campaigns import load_campaign
from harness.suite.fingerprint import fingerprint
from harness.suite.vendors import vendor_file

SCHEMA = find_house().home / "docs" / "schema" / "coverage.schema.json"
REQUIREMENT = "    afsnit: Et\n    kilde_linjer: l. 1\n    obligatorisk: true\n"
TESTED = REQUIREMENT + "    art: krav\n    karakter: F2\n    mvp: 1\n    fase: egentest\n    systemer: [novax, xmo]\n"
REQUIREMENTS = f"""\
id: kp
dokument: Styrelsen, Modellen
krav:
  KP-01:
    tekst: Klinikken finder patienten.
{TESTED}
  KP-02:
    tekst: Koderne er fastlagt.
    art: afventer
    grund: Ingen har besluttet dem.
{REQUIREMENT}
  KP-03:
    tekst: Formularen er færdig.
    art: rammevilkår
    grund: Det afhænger af andre.
{REQUIREMENT}
  KP-04:
    tekst: Et krav i en anden kampagne.
{TESTED}
"""
CAMPAIGN = """\
id: lille
titel: En lille kampagne
kilde: Modellen
krav: [KP-01, KP-02, KP-03]
features: [inklusion]
faser: [{ fase: egentest, port: Alt er prøvet., kilde: Projektet, konvention: true }]
deltagere: { novax: deltager, xmo: deltager }
profiler: []
aktører: []
"""
FEATURE = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Klinikken finder patienten

  @id:INKL-01 @KP-01
  Abstrakt Scenario: Klinikken finder en patient på <alder> år
    Når klinikken ser efter en patient på <alder> år
    Så er patienten der

    Eksempler:
      | alder |
      | 18    |
      | 79    |

  @id:INKL-02 @KP-01 @KP-02 @set:skærm
  Scenarie: Klinikken ser listen
    Når klinikken ser listen
    Så er patienten der
"""
FAULTS = """\
id: inklusion
fejl:
  alder-forkert:
    beskrivelse: Den, der fylder 18, mangler.
    krav: [KP-01]
    hvor: systemets adfærd
    karakter: F2
    fanges: [{ regel: [INKL-R01], scenarier: ["INKL-01[18]", INKL-02] }]
  liste-tom:
    beskrivelse: Listen er tom.
    krav: [KP-01, KP-02]
    hvor: systemets adfærd
    karakter: F2
    fanges: [{ regel: [INKL-R01], scenarier: [INKL-02] }]
"""
TEXT = """\
lille: En lille kampagne
1 krav · 2 scenarier · 0 huller
Deltager: novax, xmo
Ikke i kampagnen: eg-clinea, eg-winplc, multimed, myclinic

Krav   Scenarie  Set               Fejl                    Senest
KP-01  INKL-01   snitflade         alder-forkert           ikke kørt
       INKL-02   skærm, snitflade  alder-forkert og 1 til  ikke kørt

Rammevilkår, som ikke prøves:
  KP-03  Formularen er færdig.
         Det afhænger af andre.

Afventer:
  KP-02  Koderne er fastlagt.
         Ingen har besluttet dem. Nævnes af: INKL-02.
"""


@dataclass
class Home:
    """A suite of its own, whose files a test may change."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def coverage(self, *options: str) -> int:
        return main(["coverage", "--home", str(self.folder), "--reports", str(self.folder / "reports"), *options])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    for file, text in {
        "features/inklusion/find.feature": FEATURE,
        "fixtures/requirements/kp.yaml": REQUIREMENTS,
        "fixtures/campaigns/lille.yaml": CAMPAIGN,
        "fixtures/faults/inklusion.yaml": FAULTS,
    }.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    for path in [*find_house().vendors.glob("*.yaml"), find_house().reference]:
        copy = tmp_path / path.relative_to(find_house().home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return Home(tmp_path)


def ran(home: Home, system: str, run: str, **standings: str) -> None:
    """Leave the log of a run in which the scenarios stood so: `INKL_01_18="OK"`."""
    house = House(home.folder, home.folder / "reports")
    folder = house.reports / "lille" / system / run
    folder.mkdir(parents=True)
    now = fingerprint(house, [load_campaign(house, "lille")], vendor_file(house, system))
    log = LogWriter(folder)
    log.append(
        RunStarted(
            run=run,
            system=system,
            product=system,
            supplier=system,
            sut_version="1",
            driver="reference",
            target="mock",
            rute="plsp",
            campaign="lille",
            phase="egentest",
            grundlag="referencesystem",
            fingerprint=now,
            participation={"lille": "deltager"},
        )
    )
    for name, standing in standings.items():
        scenario = {"INKL_01_18": "INKL-01[18]", "INKL_01_79": "INKL-01[79]", "INKL_02": "INKL-02"}[name]
        log.append(ScenarioStarted(scenario, 1, "", "", "", "", 1, (), (), {}, "bcdfgh", ()))
        log.append(ScenarioEnded(scenario, 1, standing, ""))
    log.close()


def test_a_whole_coverage_in_the_terminal(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.coverage() == 0
    assert capsys.readouterr() == (TEXT, "")


def test_who_takes_part_and_what_is_asked_where_nothing_is_decided(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    add_protocol(home)
    home.change(
        "fixtures/campaigns/lille.yaml",
        "deltagere: { novax: deltager, xmo: deltager }\n",
        "deltagere: { novax: frivillig, xmo: afventer, myclinic: ikke i kampagnen }\n"
        "brugstilfælde: [{ gælder: [Prøve], systemer: { xmo: deltager }, kilde: MedCom }]\nprotokoller: [proeve-modtag]\n"
        "kravgrundlag: afventer\n"
        'åbne_spørgsmål: [{ id: alder, spørgsmål: "Hvor gammel?", besvares_af: MedCom }]\n',
    )
    assert home.coverage() == 0
    lines = capsys.readouterr().out.splitlines()
    outside = "Ikke i kampagnen: eg-clinea, eg-winplc, multimed, myclinic"
    assert lines[2:6] == ["Frivillig: novax", outside, "Afventer: xmo", "Prøve: Deltager: xmo"]
    asked = lines.index("Kravgrundlaget afventer. Intet i kampagnen kommer videre end til afventer, før det her er besvaret:")
    assert lines[asked + 1] == "  Hvor gammel? (besvares af MedCom)"


def test_the_latest_outcome_of_each_system_and_what_it_was_measured_with(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    ran(home, "novax", "20261005T100000", INKL_01_18="F1", INKL_01_79="OK")
    ran(home, "novax", "20261005T110000", INKL_01_18="OK", INKL_01_79="OK", INKL_02="afventer")
    ran(home, "xmo", "20261005T100000", INKL_01_18="F2", INKL_01_79="OK")
    assert home.coverage("--campaign", "lille") == 0
    out = capsys.readouterr().out
    assert "Seneste prøvekørsel af novax: 20261005T110000\nSeneste prøvekørsel af xmo: 20261005T100000\n\n" in out
    assert "INKL-01   snitflade         alder-forkert           3 OK · 1 F2\n" in out
    assert "INKL-02   skærm, snitflade  alder-forkert og 1 til  1 afventer\n" in out
    home.change("features/inklusion/find.feature", "ser listen", "ser sin liste")
    assert home.coverage() == 0
    assert "af xmo: 20261005T100000 (forældet: noget er ændret siden)\n" in capsys.readouterr().out


def test_what_a_source_said_of_a_system_before_the_campaign(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.change(
        "fixtures/campaigns/lille.yaml",
        "profiler: []\n",
        "profiler: []\nudgangspunkt: [{ system: novax, status: Testes 13. juni, kilde: MedCom }]\n",
    )
    assert home.coverage() == 0
    assert "\nFør kampagnen (MedCom):\n  novax: Testes 13. juni\n\nKrav" in capsys.readouterr().out
    assert home.coverage("--json") == 0
    (campaign,) = json.loads(capsys.readouterr().out)["kampagner"]
    assert campaign["udgangspunkt"] == [{"system": "novax", "status": "Testes 13. juni", "kilde": "MedCom"}]


def test_the_json_is_one_object_of_the_published_shape(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.change("fixtures/campaigns/lille.yaml", "krav: [KP-01, ", "krav: [KP-01, KP-04, ")
    ran(home, "novax", "20261005T110000", INKL_01_18="OK")
    assert home.coverage("--json") == 1
    out = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(out)
    (campaign,) = out["kampagner"]
    assert [(each["id"], each["art"]) for each in campaign["krav"]] == [
        ("KP-01", "krav"),
        ("KP-04", "krav"),
        ("KP-02", "afventer"),
        ("KP-03", "rammevilkår"),
    ]
    assert campaign["krav"][0]["scenarier"][0] == {
        "id": "INKL-01",
        "titel": "Klinikken finder en patient på 18 år (og 1 til)",
        "set": ["snitflade"],
        "fejl": ["alder-forkert"],
        "senest": {"novax": {"INKL-01[18]": "OK"}},
    }
    assert campaign["huller"] == ["KP-04: Kravet har intet scenarie, som prøver et LPS."]
    assert campaign["kørsler"] == [
        {"system": "novax", "kørsel": "20261005T110000", "grundlag": "referencesystem", "forældet": False}
    ]


PROTOCOL = """\
id: proeve-modtag
standard: Prøve
version: "1.0"
kanal: Modtage
protokol: Prøvens testprotokol 1.0
kilde: MedCom
brugstilfælde:
  - { id: "Prøve:R1", navn: Modtag, krav: M }
  - { id: "Prøve:R.CANC", navn: Annullér, krav: O }
trin:
  INKL-01: ["3.3.1.6"]
"""


def add_protocol(home: Home) -> None:
    path = home.folder / "fixtures/protokoller/proeve-modtag.yaml"
    path.parent.mkdir()
    path.write_text(PROTOCOL, encoding="utf-8")
    home.change("features/inklusion/find.feature", "@id:INKL-01", "@brug:Prøve:R1 @id:INKL-01")


@pytest.fixture
def with_protocol(home: Home) -> Home:
    add_protocol(home)
    home.change("fixtures/campaigns/lille.yaml", "aktører: []\n", "aktører: []\nprotokoller: [proeve-modtag]\n")
    return home


def test_medcoms_use_cases_are_listed_with_the_steps_that_are_known(
    with_protocol: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert with_protocol.coverage() == 0
    text = capsys.readouterr().out
    assert re.search(r"^Brugstilfælde +M/O +Scenarier +Trin i protokollen$", text, re.MULTILINE)
    assert re.search(r"^Prøve:R1 +M +INKL-01 +3\.3\.1\.6$", text, re.MULTILINE)
    assert re.search(r"^Prøve:R\.CANC +O +intet +ikke udfyldt$", text, re.MULTILINE)
    assert with_protocol.coverage("--json") == 0
    out = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(out)
    (first, second) = out["kampagner"][0]["brugstilfælde"]
    assert (first["krav"], first["trin"], second["trin"]) == ("M", {"INKL-01": ["3.3.1.6"]}, {})


@pytest.mark.parametrize(
    ("file", "old", "new", "hole"),
    [
        (
            "features/inklusion/find.feature",
            "@id:INKL-02",
            "@brug:Prøve:R9 @id:INKL-02",
            "features/inklusion/find.feature:16: INKL-02: Brugstilfældet Prøve:R9 står ikke i kampagnens protokoller.",
        ),
        (
            "features/inklusion/find.feature",
            "@id:INKL-02",
            "@brug:Prøve:R.CANC @id:INKL-02",
            "proeve-modtag: trin mangler INKL-02.",
        ),
        (
            "fixtures/protokoller/proeve-modtag.yaml",
            "  INKL-01:",
            "  INKL-02: []\n  INKL-01:",
            "proeve-modtag: trin nævner INKL-02, som ikke hører til et af dens brugstilfælde.",
        ),
        (
            "fixtures/protokoller/proeve-modtag.yaml",
            "navn: Annullér, krav: O",
            "navn: Annullér, krav: M",
            "Prøve:R.CANC: Brugstilfældet er obligatorisk og har intet scenarie.",
        ),
    ],
)
def test_use_cases_scenarios_and_protocols_must_agree(
    with_protocol: Home, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, hole: str
) -> None:
    with_protocol.change(file, old, new)
    assert with_protocol.coverage() == 1
    assert capsys.readouterr().out.partition("\nHuller:\n")[2].splitlines() == [f"  {hole}"]


def test_a_mandatory_use_case_nobody_must_do_needs_no_scenario(with_protocol: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with_protocol.change("fixtures/protokoller/proeve-modtag.yaml", "navn: Annullér, krav: O", "navn: Annullér, krav: M")
    switch = 'ikke_relevant:\n  - { gælder: "Prøve:R.CANC", systemer: [novax, xmo], grund: Afprøvning., besluttet_af: MedCom }\n'
    with_protocol.change("fixtures/campaigns/lille.yaml", "aktører: []\n", f"aktører: []\n{switch}")
    assert with_protocol.coverage("--json") == 0
    use_case = json.loads(capsys.readouterr().out)["kampagner"][0]["brugstilfælde"][1]
    assert use_case["ikke_relevant"] == "Afprøvning."


def test_a_run_of_several_campaigns_counts_for_each_it_was_of(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    ran(home, "novax", "20261005T100000", INKL_01_18="F1")
    for folder, run in (("alle", "20261005T110000"), ("lille+stor", "20261005T120000"), ("lillesøster", "20261005T130000")):
        ran(home, "novax", run, INKL_01_18="OK")
        (home.folder / "reports" / folder / "novax").mkdir(parents=True)
        (home.folder / "reports/lille/novax" / run).rename(home.folder / "reports" / folder / "novax" / run)
        assert home.coverage() == 0
        latest = run if folder != "lillesøster" else "20261005T120000"
        assert f"Seneste prøvekørsel af novax: {latest}\n" in capsys.readouterr().out


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.coverage_json"


@pytest.mark.parametrize(
    ("file", "old", "new", "holes"),
    [
        pytest.param(
            "features/inklusion/find.feature",
            "@prøver:lps",
            "@prøver:plsp",
            ["KP-01: Kravet har intet scenarie, som prøver et LPS."],
            id="what does not test an LPS counts for no LPS",
        ),
        pytest.param(
            "features/inklusion/find.feature",
            "@id:INKL-02 @KP-01 @KP-02",
            "@id:INKL-02 @KP-02 @KP-99",
            ["features/inklusion/find.feature:16: INKL-02: Kravet KP-99 findes ikke."],
            id="a requirement that does not exist",
        ),
        pytest.param(
            "features/inklusion/find.feature",
            "@id:INKL-02 @KP-01 @KP-02",
            "@id:INKL-02 @KP-04",
            ["features/inklusion/find.feature:16: INKL-02: Kravet KP-04 er ikke med i kampagnen lille."],
            id="a requirement of another campaign",
        ),
        pytest.param(
            "features/inklusion/find.feature",
            "@id:INKL-02 @KP-01 @KP-02",
            "@id:INKL-02",
            ["features/inklusion/find.feature:16: INKL-02: Scenariet prøver intet krav."],
            id="a scenario without a requirement",
        ),
        pytest.param(
            "fixtures/faults/inklusion.yaml",
            "KP-01",
            "KP-02",
            ["KP-01: Kravet har ingen fejl, som viser, at det kan brydes. Der skal være mindst 2."],
            id="a requirement without a fault",
        ),
        pytest.param(
            "fixtures/faults/inklusion.yaml",
            "krav: [KP-01]",
            "krav: [KP-02]",
            ["KP-01: Kravet har kun én fejl, som viser, at det kan brydes. Der skal være mindst 2."],
            id="a requirement with one fault alone",
        ),
        pytest.param(
            "fixtures/faults/inklusion.yaml",
            '"INKL-01[18]", INKL-02',
            "INKL-02",
            ["features/inklusion/find.feature:6: INKL-01: Ingen fejl viser, at scenariet kan fejle."],
            id="a scenario without a fault",
        ),
        pytest.param(
            "fixtures/campaigns/lille.yaml",
            "aktører: []\n",
            "aktører: []\nikke_relevant:\n"
            "  - { gælder: INKL-09, systemer: [novax], grund: Findes ikke., besluttet_af: MedCom }\n"
            '  - { gælder: "INKL-01[79]", systemer: [novax], grund: Findes., besluttet_af: MedCom }\n',
            ["lille: ikke_relevant nævner INKL-09, som ikke findes i kampagnen."],
            id="N/R for what is not there",
        ),
    ],
)
def test_each_hole_is_told_and_fails(
    home: Home, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, holes: list[str]
) -> None:
    home.change(file, old, new)
    assert home.coverage() == 1
    out = capsys.readouterr().out
    assert out.partition("\nHuller:\n")[2].splitlines() == [f"  {hole}" for hole in holes]
    assert f" · {len(holes)} huller\n" in out


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("stor", 'Kampagnen kendes ikke. Skal være en af: lille. Fundet: "stor".\n'),
        (",", "--campaign nævner ingen kampagne. Skriv fx --campaign kol-lrs-2027, eller all for alle.\n"),
    ],
)
def test_a_campaign_that_is_not_there(home: Home, capsys: pytest.CaptureFixture[str], named: str, text: str) -> None:
    assert home.coverage("--campaign", named) == 2
    assert capsys.readouterr() == ("", text)


def test_a_log_that_cannot_be_read(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    ran(home, "xmo", "20261005T100000", INKL_02="OK")
    log = home.folder / "reports/lille/xmo/20261005T100000/events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"INKL-02", b"INKL-03", 1))
    assert home.coverage() == 3
    assert capsys.readouterr().err.startswith(f"Den seneste kørsel kan ikke læses: {log}: ")
