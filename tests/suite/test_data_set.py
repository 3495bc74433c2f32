"""MedCom's withheld set: what can be replaced, what it is held against, and every mistake told where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.domain.data_set import DataSet, Kind, Value, misfit, values_in
from harness.domain.errors import ConfigurationError
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.suite.data_set import load_data
from harness.suite.patients import load_patients

HOUSE = find_house()
PERSONS = "personer:\n  Elmer: Magnus\n  Nancy: EK\n"
NAMES = ", ".join(load_patients(HOUSE))
VALUES = """\
alle:
  Rygestop inden jul: Slippe cigaretterne inden påske
scenarier:
  DEL-01:
    Gå 30 minutter hver dag: Svømme hver onsdag
  DEL-01[KOL]:
    Gå 30 minutter hver dag: Danse hver lørdag
  BEHOV-01[psykosociale forhold]:
    Bor alene og savner selskab: Har mange venner i sin klub
  DEL-04:
    om 8 uger: om 9 uger
"""


def folder_with(folder: Path, persons: str = PERSONS, values: str = VALUES, **files: bytes) -> Path:
    (folder / "filer").mkdir(parents=True)
    (folder / "personer.yaml").write_text(persons, encoding="utf-8", newline="\n")
    (folder / "værdier.yaml").write_text(values, encoding="utf-8", newline="\n")
    for name, content in files.items():
        (folder / "filer" / name.replace("_", ".")).write_bytes(content)
    return folder


def mistakes(folder: Path) -> list[str]:
    """What is said of the set, a line for each mistake, without the file's folder."""
    with pytest.raises(ConfigurationError) as refused:
        load_data(HOUSE, folder)
    lines = str(refused.value).replace(f"{folder.as_posix()}/", "").splitlines()
    return [f"{place} {sentence.strip()}" for place, sentence in zip(lines[::2], lines[1::2], strict=True)]


@pytest.mark.parametrize(
    ("step", "entered"),
    [
        ('lægen laver en plan for KOL til "Elmer" med målet "Gå en tur"', ["person Elmer", "tekst Gå en tur"]),
        ('lægen laver en plan for KOL til "Elmer" med opfølgning om 8 uger', ["person Elmer", "tal om 8 uger"]),
        ('lægen placerer "Elmer" på niveau 3', ["person Elmer"]),
        ('"Elmer" har fået målt CAT til 14 for en uge siden', ["person Elmer", "tal målt CAT til 14"]),
        ('klinikken skriver svaret > 8,0 på INR hos "Elmer"', ["tal svaret > 8,0", "person Elmer"]),
        (
            '"Elmer" svarer på PROMIS-10 fysisk med scoren 39,8',
            ["person Elmer", "tal på PROMIS-10 fysisk med scoren 39,8"],
        ),
        ('"Elmer" svarer på Manniche med scoren 60', ["person Elmer"]),
        ('"Elmer" svarer på Manniche med scoren 61', ["person Elmer"]),
        ('laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"', ["person Elmer"]),
        (
            'klinikken giver "Elmer" en tid om 3 uger kl. 9.15 til "Høreprøve"',
            ["person Elmer", "tal om 3 uger kl. 9.15", "tekst Høreprøve"],
        ),
        ('lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"', ["person Elmer"]),
        ('kan klinikken finde brevet om "Elmer" ved at søge på ordet "KOL"', ["person Elmer"]),
        ('"Elmer" besvarer spørgsmålet "Har du feber?" med krydset "Ja"', ["person Elmer", "tekst Har du feber?"]),
        ('kommunen sender et prøvesvar om "Elmer" til lægen "XWZ"', ["person Elmer"]),
    ],
)
def test_what_a_step_enters_can_be_replaced_and_what_it_is_about_cannot(step: str, entered: list[str]) -> None:
    found = list(values_in(step, {"Elmer"}))
    assert [f"{each.kind} {each.name}" for each in found] == entered
    assert [step[each.start : each.end] for each in found] == [each.name for each in found]


@pytest.mark.parametrize(
    ("kind", "old", "new", "why"),
    [
        (Kind.TEXT, "Gå en tur på Ærø & Fanø", "Sejle til Læsø & Anholt", ""),
        (Kind.TEXT, "Gå en tur på Ærø & Fanø", "Sejle til Læsø og Anholt", "Skal have de samme tegn"),
        (Kind.TEXT, "Gå en tur", "Cykle", "Skal have mindst et æ, ø eller å"),
        (Kind.TEXT, "Rygestop", "Rygestop – nu", "Må ikke have tegn, som det, der erstattes, ikke har. Fundet: –"),
        (Kind.TEXT, "Rygestop", 'Rygestop "nu"', "Må ikke have citationstegn"),
        (Kind.TEXT, "Rygestop", "x" * 41, "Må højst være 40 tegn. Fundet: 41."),
        (Kind.TEXT, "Rygestop", "Rygestop  nu", "Må ikke have to mellemrum efter hinanden"),
        (Kind.TEXT, "Rygestop", "Rygestop ", "Må ikke have to mellemrum efter hinanden"),
        (Kind.TEXT, "Hb: 7 + CRP?", "Hb 8 + CRP", "Skal have de samme tegn som det, der erstattes. Mangler: : ?"),
        (Kind.TEXT, "x" * 61, "x" * 59 + "y", "Skal være mindst 61 tegn, så det kan ses, om teksten bliver afkortet."),
        (Kind.NUMBER, "målt FEV1 til 1,85", "målt FEV1 til 2,10", ""),
        (Kind.NUMBER, "målt FEV1 til 1,85", "målt FEV1 til 2,1", "Skal skrives som “målt FEV1 til 1,85”"),
        (Kind.NUMBER, "målt FEV1 til 1,85", "målt CAT til 1,95", "Skal skrives som"),
        (Kind.NUMBER, "svaret 53", "svaret 59", "Tallet må højst ligge 5,3 fra"),
        (Kind.NUMBER, "på STarT med scoren 8", "på STarT med scoren 9", "Tallet må ikke ligge på kanten"),
        (Kind.NUMBER, "om 3 uger kl. 9.15", "om 4 uger kl. 10.45", ""),
        (Kind.NUMBER, "om 3 uger kl. 9.15", "om 3 uger kl. 19.15", "Tiden skal ligge mellem 8.00 og 15.59."),
    ],
)
def test_what_makes_a_value_what_it_is_stays(kind: Kind, old: str, new: str, why: str) -> None:
    told = misfit(Value(kind, old, 0, len(old)), new)
    assert told.startswith(why) if why else told == ""


def test_a_scenario_keeps_its_identity_and_enters_what_is_nearest_to_it(tmp_path: Path) -> None:
    data = load_data(HOUSE, folder_with(tmp_path / "sæt"))

    def step_of(identity: str, name: str) -> str:
        row = {"sygdom": identity.partition("[")[2].strip("]"), "mål": name}
        shipped = Scenario(identity, "Titel", "", "", "x.feature", 1, frozenset(), (f'Når "Elmer" får målet "{name}"',), row)
        found = data.scenario(shipped)
        assert (found.id, found.title, found.parameters["sygdom"]) == (identity, "Titel", row["sygdom"])
        assert f'"{found.parameters["mål"]}"' in found.steps[0]
        return found.steps[0]

    assert step_of("DEL-01[KOL]", "Gå 30 minutter hver dag") == 'Når "Magnus" får målet "Danse hver lørdag"'
    assert step_of("DEL-01[lænderygsmerter]", "Gå 30 minutter hver dag") == 'Når "Magnus" får målet "Svømme hver onsdag"'
    assert step_of("DEL-07", "Gå 30 minutter hver dag") == 'Når "Magnus" får målet "Gå 30 minutter hver dag"'
    assert step_of("DEL-07", "Rygestop inden jul") == 'Når "Magnus" får målet "Slippe cigaretterne inden påske"'


def test_the_sha_is_of_what_the_set_says(tmp_path: Path) -> None:
    def sha(name: str, persons: str = PERSONS, values: str = VALUES, **files: bytes) -> str:
        return load_data(HOUSE, folder_with(tmp_path / name, persons, values, **files)).sha256

    plain = sha("plain")
    assert len(plain) == 64
    assert sha("andre-tegn", "# Til efteråret\r\npersoner:\r\n  Nancy: 'EK'\r\n  Elmer: Magnus\r\n") == plain
    assert sha("anden-værdi", values=VALUES.replace("lørdag", "søndag")) != plain
    assert sha("anden-person", "personer: {Elmer: Magnus}\n") != plain
    assert sha("en-fil", ekg_pdf=b"%PDF-1.7 eget") != plain


def test_every_mistake_is_told_where_it_stands(tmp_path: Path) -> None:
    persons = """\
personer:
  Nils: Magnus
  Elmer: Nancy
  Pia: Cæcar
  Brita: Viggo
  Lonni: Einer
  Kaja: Einer
egne:
  - { alias: Knut, cpr: "2512489996", fornavne: [Viggo], efternavn: Test }
"""
    assert mistakes(folder_with(tmp_path / "personer", persons)) == [
        f"personer.yaml:2:3  personer.Nils Skal være en af scenariernes personer: {NAMES}.",
        "personer.yaml:3:10  personer.Elmer Nancy er selv med i PLAN-52. Lad også en anden træde i stedet for Nancy.",
        "personer.yaml:4:8  personer.Pia Cæcar kan ikke træde i stedet for Pia: kun den ene er død.",
        f'personer.yaml:5:10  personer.Brita Skal være en af: {NAMES}. Fundet: "Viggo".',
        "personer.yaml:7:9  personer.Kaja Einer træder allerede i stedet for Lonni.",
        "personer.yaml:9:14  egne[1].alias Navnet Knut er brugt om en anden.",
        "personer.yaml:9:25  egne[1].cpr Det er også nummeret på Nancy.",
    ]
    values = """\
alle:
  Rygestop inden juul: Rygestop til påske
  svaret 113: svaret 190
  svaret 53: svaret 58
scenarier:
  DEL-03:
    Gå 30 minutter hver dag: Svømme
  DEL-99: { Rygestop: Rygepause }
  INKL-32:
    Er omfattet af pakkeforløb for KOL: Møder til kontrol for astma
"""
    assert mistakes(folder_with(tmp_path / "værdier", values=values)) == [
        'værdier.yaml:2:3  alle.Rygestop inden juul Passer ikke til noget, scenarierne skriver. Mente du "Rygestop inden jul"?',
        'værdier.yaml:3:15  alle.svaret 113 Tallet må højst ligge 11,3 fra det, der erstattes. Fundet: "svaret 190".',
        'værdier.yaml:4:14  alle.svaret 53 I LABO-35 bliver "53" og "58" det samme: "58".',
        "værdier.yaml:7:5  scenarier.DEL-03.Gå 30 minutter hver dag Passer ikke til noget, scenarierne skriver.",
        "værdier.yaml:8:3  scenarier.DEL-99 Der er intet scenarie DEL-99.",
        "værdier.yaml:10:41  scenarier.INKL-32.Er omfattet af pakkeforløb for KOL "
        'INKL-32 søger efter ordet KOL. Det skal stå her. Fundet: "Møder til kontrol for astma".',
    ]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "værdier.yaml").unlink(), "mangler filen værdier.yaml."),
        (lambda folder: (folder / "noter.txt").write_text("x"), "har noget, der ikke hører til: noter.txt."),
        (
            lambda folder: (folder / "filer" / "ekg.pdf").write_bytes(b"GIF89a"),
            "filer/ekg.pdf er ikke af den slags, navnet siger.",
        ),
        (lambda folder: (folder / "filer" / "røntgen.png").write_bytes(b""), "Ingen scenarier bruger filer/røntgen.png."),
    ],
)
def test_a_folder_that_is_no_set(tmp_path: Path, spoil: object, told: str) -> None:
    folder = folder_with(tmp_path / "sæt")
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(ConfigurationError, match=told.replace(".", r"\.")):
        load_data(HOUSE, folder)


def test_the_set_is_kept_outside_the_harness() -> None:
    with pytest.raises(ConfigurationError, match="ligger i harnessets egen mappe"):
        load_data(HOUSE, HOUSE.fixtures / "patients")


def test_the_command_tells_what_is_left_and_nothing_of_the_set_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(folder_with(tmp_path / "sæt"))
    assert main(["data", "tjek", folder]) == 1
    told = capsys.readouterr().out
    assert "Personer: 2 af 14 erstattet\n" in told
    assert "Filer: ingen erstattet\n" in told
    assert "\nSkal erstattes, før certificering tæller:\n" in told
    assert "  tekst  “Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C”  i DEL-03\n" in told
    assert "\nMå blive stående:\n" in told
    assert not [word for word in ("Svømme", "Danse", "cigaretterne", "om 9 uger", "Magnus") if word in told]
    assert main(["data", "tjek", folder, "--campaign", "laboratorie-trin-2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["person"] == {"i_alt": 2, "erstattet": 2}
    assert {each["værdi"] for each in told["udleveret"] if each["slags"] == "tal"} >= {"svaret 53", "svaret 2,5"}


def test_a_set_without_anything_replaces_nothing() -> None:
    step = 'lægen laver en plan for KOL til "Elmer" med målet "Gå en tur"'
    assert DataSet("", frozenset({"Elmer"})).step(step, "DEL-01") == step
