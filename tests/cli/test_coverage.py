"""`lps coverage`: what tests each requirement, how it went, and every hole, in a small suite of its own."""

from __future__ import annotations

import json
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
    krav: [KP-02]
    hvor: systemets adfærd
    karakter: F2
    fanges: [{ regel: [INKL-R01], scenarier: [INKL-02] }]
"""
TEXT = """\
lille: En lille kampagne
1 krav · 2 scenarier · 0 huller

Krav   Scenarie  Set               Fejl           Senest
KP-01  INKL-01   snitflade         alder-forkert  ikke kørt
       INKL-02   skærm, snitflade  alder-forkert  ikke kørt

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


def test_the_latest_outcome_of_each_system_and_what_it_was_measured_with(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    ran(home, "novax", "20261005T100000", INKL_01_18="F1", INKL_01_79="OK")
    ran(home, "novax", "20261005T110000", INKL_01_18="OK", INKL_01_79="OK", INKL_02="afventer")
    ran(home, "xmo", "20261005T100000", INKL_01_18="F2", INKL_01_79="OK")
    assert home.coverage("--campaign", "lille") == 0
    out = capsys.readouterr().out
    assert "Seneste prøvekørsel af novax: 20261005T110000\nSeneste prøvekørsel af xmo: 20261005T100000\n\n" in out
    assert "INKL-01   snitflade         alder-forkert  3 OK · 1 F2\n" in out
    assert "INKL-02   skærm, snitflade  alder-forkert  1 afventer\n" in out
    home.change("features/inklusion/find.feature", "ser listen", "ser sin liste")
    assert home.coverage() == 0
    assert "af xmo: 20261005T100000 (forældet: noget er ændret siden)\n" in capsys.readouterr().out


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
            "krav: [KP-01]",
            "krav: [KP-02]",
            ["KP-01: Kravet har ingen fejl, som viser, at det kan brydes."],
            id="a requirement without a fault",
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
