"""Feature files that would be run otherwise than they read are refused, with file, line and a Danish sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.errors import FeatureError
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.suite.gherkin import read_feature, refuse_shared_ids

GOOD = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Lægen deler planen

  Baggrund:
    Givet at "Elmer" er patient

  @id:DEL-01 @KP-10
  Scenarie: Planen kommer frem
    Når lægen deler planen
    Så er planen delt
"""

OUTLINE = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Lægen deler planen

  @id:DEL-01
  Abstrakt Scenario: Planen for <sygdom> kommer frem
    Når lægen deler planen for <sygdom>
    Så er planen delt

    Eksempler:
      | sygdom |
      | KOL    |
      | astma  |
"""

SECOND = """
  @id:DEL-02
  Scenarie: Planen kommer igen
    Når lægen deler planen
    Så er planen delt
"""


def written(folder: Path, content: str | bytes, name: str = "plan.feature") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: str | bytes) -> list[Scenario]:
    return read_feature(written(folder, content), "plan.feature")


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(FeatureError) as caught:
        read(folder, content)
    return str(caught.value)


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} står {text.count(old)} gange"
    return text.replace(old, new)


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == [
        Scenario(
            id="DEL-01",
            title="Planen kommer frem",
            feature="Lægen deler planen",
            feature_description="",
            file="plan.feature",
            line=9,
            tags=frozenset({"prøver:lps", "set:snitflade", "id:DEL-01", "KP-10"}),
            steps=('Givet at "Elmer" er patient', "Når lægen deler planen", "Så er planen delt"),
        )
    ]


def test_an_outline_is_one_scenario_a_row(tmp_path: Path) -> None:
    found = read(tmp_path, OUTLINE)
    assert [(each.id, each.title, each.steps[0], each.parameters) for each in found] == [
        ("DEL-01[KOL]", "Planen for KOL kommer frem", "Når lægen deler planen for KOL", {"sygdom": "KOL"}),
        ("DEL-01[astma]", "Planen for astma kommer frem", "Når lægen deler planen for astma", {"sygdom": "astma"}),
    ]


FIRST_STEP = "    Når lægen deler planen\n"
WRONG = [
    pytest.param(
        changed(GOOD, "Scenarie:", "Scenario:"), ":9: “Scenario: Planen kommer frem” ligner “scenario:”", id="Scenario:"
    ),
    pytest.param(
        changed(OUTLINE, "Abstrakt Scenario:", "Abstrakt scenario:"), ":6: “Abstrakt scenario: Planen", id="Abstrakt scenario:"
    ),
    pytest.param(changed(OUTLINE, "Abstrakt Scenario:", "Scenario Outline:"), ":6: “Scenario Outline: Planen", id="outline"),
    pytest.param(changed(OUTLINE, "Eksempler:", "Examples:"), ":10: “Examples:” ligner “examples:”", id="Examples:"),
    pytest.param(changed(GOOD, "Egenskab:", "Feature:"), ":3: “Feature: Lægen deler planen” ligner “feature:”", id="Feature:"),
    pytest.param(changed(GOOD, "Baggrund:", "Background:"), ":5: “Background:” ligner “background:”, men", id="Background:"),
    pytest.param(
        changed(GOOD, "Når lægen", "når lægen"),
        ":10: “når lægen deler planen” ligner “når”, men bliver læst som beskrivelse.",
        id="small first letter",
    ),
    pytest.param(
        changed(GOOD, "Når lægen", "When lægen"),
        ":10: “When lægen deler planen” ligner “when”, men bliver læst som beskrivelse.",
        id="English step first",
    ),
    pytest.param(changed(GOOD, "Så er", "Then er"), ":11: “Then er planen delt” ligner “then”, men kan ikke", id="English step"),
    pytest.param(
        changed(GOOD, "Givet at", "givet at"), ':6: “givet at "Elmer" er patient” ligner “givet”, men', id="small in Baggrund"
    ),
    pytest.param(
        changed(GOOD, "Når lægen", "Nårlægen"),
        ":10: “Nårlægen deler planen” er ikke et trin. Er det beskrivelse, skal der være en tom linje før første trin.",
        id="run together",
    ),
    pytest.param(changed(GOOD, "Når lægen", "Nåe lægen"), ":10: “Nåe lægen deler planen” er ikke et trin.", id="misspelt"),
    pytest.param(changed(GOOD, "Når lægen", "Og lægen"), ":10: Første trin må ikke være “Og”.", id="Og first"),
    pytest.param(changed(GOOD, "Givet at", "* at"), ":6: Første trin må ikke være “*”.", id="* first in Baggrund"),
    pytest.param(
        changed(GOOD, "frem\n", "frem\n    Klinikken deler.\n    når lægen vil.\n\n"),
        ":11: “når lægen vil.” ligner “når”",
        id="a step in a description with an empty line after",
    ),
    pytest.param(
        changed(changed(GOOD, FIRST_STEP, ""), "    Så er planen delt\n", ""),
        ":9: “Planen kommer frem” har ingen trin.",
        id="none",
    ),
    pytest.param(
        changed(GOOD, "    Så er", "    Og er"), ":9: “Planen kommer frem” har intet Så og kan derfor ikke fejle.", id="no Så"
    ),
    pytest.param(
        changed(changed(GOOD, "    Så er", "    Og er"), "patient\n", "patient\n    Så er alt godt\n"),
        ":10: “Planen kommer frem” har intet Så og kan derfor ikke fejle.",
        id="Så in Baggrund only",
    ),
    pytest.param(changed(GOOD, "Scenarie: Planen kommer frem", "Scenarie:"), ":9: Scenariet har intet navn.", id="no name"),
    pytest.param(
        GOOD + changed(SECOND, "igen", "frem"), ":14: Navnet “Planen kommer frem” er brugt før, på linje 9.", id="name twice"
    ),
    pytest.param(
        GOOD + "\n  Regel: Altid\n" + changed(SECOND, "igen", "frem"),
        ":16: Navnet “Planen kommer frem” er brugt før, på linje 9.",
        id="name twice across Regel",
    ),
    pytest.param(GOOD + changed(SECOND, "DEL-02", "DEL-01"), ":14: @id:DEL-01 er brugt før, på linje 9.", id="id twice"),
    pytest.param(changed(GOOD, "@id:DEL-01 ", ""), ":9: “Planen kommer frem” skal have netop ét tag som @id:DEL-01.", id="no id"),
    pytest.param(
        changed(GOOD, "@id:DEL-01", "@id:DEL-01 @id:DEL-02"), ":9: “Planen kommer frem” skal have netop ét", id="two ids"
    ),
    pytest.param(changed(GOOD, "DEL-01", "del-01"), ":9: @id:del-01 skal skrives som @id:DEL-01: store", id="small id"),
    pytest.param(changed(GOOD, "@prøver:lps ", ""), ":9: “Planen kommer frem” siger ikke, hvem det prøver (fx", id="no @prøver"),
    pytest.param(
        changed(GOOD, " @set:snitflade", ""),
        ":9: “Planen kommer frem” siger ikke, hvor det ses: @set:snitflade, @set:skærm, @set:testgrænseflade, @set:redegørelse.",
        id="no @set",
    ),
    pytest.param(changed(GOOD, "@set:snitflade", "@set:ledning"), ":9: “Planen kommer frem” siger ikke, hvor", id="unknown @set"),
    pytest.param(changed(OUTLINE, "planen for <sygdom>", "planen for <sygdm>"), ":10: <sygdm> er ikke en kolonne", id="column"),
    pytest.param(
        changed(OUTLINE, "Planen for <sygdom>", "Planen for <syg>"), ":10: <syg> er ikke en kolonne", id="column in name"
    ),
    pytest.param(
        changed(OUTLINE, "er planen delt\n", "er planen delt\n      | <dato> |\n"),
        ":11: <dato> er ikke en",
        id="column in a table",
    ),
    pytest.param(
        changed(OUTLINE, "er planen delt\n", 'er planen delt\n      """\n      <dato>\n      """\n'),
        ":13: <dato> er ikke en kolonne i Eksempler.",
        id="column in a text",
    ),
    pytest.param(
        changed(OUTLINE, "  @id", "  Baggrund:\n    Givet den <dag>\n\n  @id"), ":13: <dag> er ikke en kolonne", id="in Baggrund"
    ),
    pytest.param(
        OUTLINE[: OUTLINE.index("\n    Eksempler")],
        ":6: “Planen for <sygdom> kommer frem” er et Abstrakt Scenario uden Eksempler.",
        id="no Eksempler",
    ),
    pytest.param(
        changed(GOOD, "Når lægen deler", "Når lægen <deler>"),
        ":9: <deler> står i “Planen kommer frem”, som ingen Eksempler har.",
        id="placeholder in a Scenarie",
    ),
    pytest.param(
        changed(OUTLINE, "    Eksempler", "    @hurtig\n    Eksempler"),
        ":11: Eksempler må ikke have tags.",
        id="tags on Eksempler",
    ),
    pytest.param(
        changed(changed(OUTLINE, "      | KOL    |\n", ""), "      | astma  |\n", ""),
        ":10: Eksempler har ingen rækker.",
        id="empty",
    ),
    pytest.param(changed(OUTLINE, "astma  |", "KOL    |"), ":13: To rækker begynder med “KOL”.", id="row twice"),
    pytest.param(
        OUTLINE + "\n    Eksempler: flere\n      | sygdom |\n      | KOL |\n",
        ":17: To rækker begynder med “KOL”.",
        id="row twice in two tables",
    ),
    pytest.param(
        OUTLINE.replace("| sygdom |", "| sygdom | sygdom |").replace("    |\n", " | x |\n").replace("a  |\n", "a | y |\n"),
        ":10: Kolonnen “sygdom” står flere gange.",
        id="column twice",
    ),
    pytest.param(
        changed(OUTLINE, "| astma  |", "|        |"), ":13: Rækken mangler en værdi i første kolonne.", id="empty first column"
    ),
    pytest.param(
        changed(OUTLINE, "    Eksempler:\n", "    Eksempler:\n      Så er planen vist\n"),
        ":11: “Så er planen vist” ligner “så”, men bliver læst som beskrivelse.",
        id="a step under Eksempler",
    ),
    pytest.param(changed(OUTLINE, "| astma  |", "| astma | 1 |"), ":13: “| astma | 1 |” kan ikke læses her.", id="ragged row"),
    pytest.param(GOOD[: GOOD.index("  @id")], ":3: Egenskaben “Lægen deler planen” har ingen scenarier.", id="no scenarios"),
    pytest.param(GOOD + "\n  Regel: Altid\n", ":13: Reglen “Altid” har ingen scenarier.", id="Regel without scenarios"),
    pytest.param("# language: da\n", ":2: Her mangler noget: filen holder op, før den er færdig.", id="only the language"),
    pytest.param(GOOD + '      """\n      tekst\n', ":14: Her mangler noget", id="text that does not end"),
    pytest.param(GOOD + "\nEgenskab: To\n", ":13: “Egenskab: To” ligner “egenskab:”, men kan ikke læses her.", id="two Egenskab"),
    pytest.param(changed(GOOD, "@KP-10", "@KP 10"), ":8: “@id:DEL-01 @KP 10” kan ikke læses her.", id="space in a tag"),
    pytest.param(changed(GOOD, "# language: da\n", ""), ":1: Første linje skal være “# language: da”.", id="no language"),
    pytest.param(changed(GOOD, "language: da", "language: en"), ":1: Første linje skal være “# language: da”.", id="English"),
    pytest.param("", ":1: Første linje skal være “# language: da”.", id="empty file"),
    pytest.param("\ufeff" + GOOD, ":1: Filen begynder med et usynligt tegn (BOM). Gem den som UTF-8 uden BOM.", id="BOM"),
    pytest.param(
        GOOD.replace("å", "a\u030a"), ":10: Et bogstav som å er skrevet som to tegn. Gem filen i Unicode NFC.", id="NFD"
    ),
    pytest.param(GOOD.encode("latin-1"), ":1: Filen er ikke UTF-8 (", id="latin-1"),
]


@pytest.mark.parametrize(("content", "text"), WRONG)
def test_what_would_be_run_otherwise_than_it_reads_is_refused(tmp_path: Path, content: str | bytes, text: str) -> None:
    message = refused(tmp_path, content)
    assert message.startswith(f"plan.feature{text}"), message
    assert message.endswith(".")


def test_one_bad_line_gives_one_reason(tmp_path: Path) -> None:
    """Good lines after it are not blamed."""
    message = refused(tmp_path, changed(GOOD, "Scenarie:", "Scenario:") + SECOND)
    assert message == (
        "plan.feature:9: “Scenario: Planen kommer frem” ligner “scenario:”, men kan ikke læses her. "
        "Nøgleord skrives på dansk og med stort, fx Scenarie: og Når."
    )


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, changed(changed(GOOD, "@prøver:lps ", ""), "@id:DEL-01 ", ""))
    assert [line.partition(" siger")[0].partition(" skal")[0] for line in message.splitlines()] == [
        "plan.feature:9: “Planen kommer frem”",
        "plan.feature:9: “Planen kommer frem”",
    ]


PROSE = {
    "Så begins a line of the feature's description": changed(
        GOOD,
        "planen\n\n",
        "planen\n\n  Patienten skal se planen.\n  Så ved alle det samme. Når planen ændres,\n  og den deles.\n\n",
    ),
    "the description of a scenario, with an empty line after": changed(
        GOOD, "kommer frem\n", "kommer frem\n    Det, lægen skriver,\n    og det, patienten siger, kommer frem.\n\n"
    ),
    "the description of Baggrund": changed(GOOD, "Baggrund:\n", "Baggrund:\n    Klinikken kender patienten.\n\n"),
    "the description of a Regel": GOOD + "\n  Regel: Altid\n\n    Når planen ændres, deles den.\n" + SECOND,
    "words that only begin like a step": changed(
        GOOD, "kommer frem\n", "kommer frem\n    Ogstavet må ikke tabes. Mensen er et navn.\n\n"
    ),
    "smaller than": changed(GOOD, "Når lægen deler", "Når det er < 10 og > 5, og lægen deler"),
    "Windows line endings": GOOD.replace("\n", "\r\n"),
    "comments": changed(GOOD, "  @id", "  # Når man vil vide mere\n  @id"),
    "a table and a text that look like steps": changed(
        GOOD, "er planen delt\n", 'er planen delt\n      | Så |\n    Og står der\n      """\n      Når planen deles\n      """\n'
    ),
}


@pytest.mark.parametrize("name", PROSE)
def test_ordinary_danish_is_not_refused(tmp_path: Path, name: str) -> None:
    assert next(each.id for each in read(tmp_path, PROSE[name])) == "DEL-01"


def test_the_feature_s_description_is_kept_as_one_text(tmp_path: Path) -> None:
    (scenario,) = read(tmp_path, changed(GOOD, "planen\n\n", "planen\n\n  Patienten skal se planen.\n  Så ved alle det.\n\n"))
    assert scenario.feature_description == "Patienten skal se planen. Så ved alle det."


def test_a_regel_has_its_own_background_after_the_features(tmp_path: Path) -> None:
    inside = "\n  @haster\n  Regel: Altid\n\n    Baggrund:\n      Givet at planen er ny\n" + SECOND
    first, second = read(tmp_path, GOOD + inside)
    assert first.steps == ('Givet at "Elmer" er patient', "Når lægen deler planen", "Så er planen delt")
    assert second.steps == ('Givet at "Elmer" er patient', "Givet at planen er ny", *first.steps[1:])
    assert "haster" in second.tags - first.tags


def test_a_background_is_only_steps_and_none_of_its_own_scenario(tmp_path: Path) -> None:
    (scenario,) = read(tmp_path, changed(GOOD, "er patient\n", "er patient\n    Og at klinikken er åben\n"))
    assert scenario.steps[:2] == ('Givet at "Elmer" er patient', "Og at klinikken er åben")


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    here = read_feature(written(tmp_path, GOOD, "a.feature"), "a.feature")
    there = read_feature(written(tmp_path, GOOD + SECOND, "b.feature"), "b.feature")
    with pytest.raises(FeatureError) as caught:
        refuse_shared_ids([*here, *there])
    assert str(caught.value) == "b.feature:9: @id:DEL-01 findes også i a.feature:9."


def test_the_id_of_an_outline_is_nobody_elses(tmp_path: Path) -> None:
    here = read_feature(written(tmp_path, OUTLINE, "a.feature"), "a.feature")
    there = read_feature(written(tmp_path, GOOD, "b.feature"), "b.feature")
    refuse_shared_ids(here)
    with pytest.raises(FeatureError) as caught:
        refuse_shared_ids([*here, *there])
    assert str(caught.value) == "b.feature:9: @id:DEL-01 findes også i a.feature:6."


def test_the_features_of_the_house_are_read() -> None:
    house = find_house()
    found = [each for path in sorted(house.features.rglob("*.feature")) for each in read_feature(path, path.name)]
    refuse_shared_ids(found)
    assert {"DEL-01[KOL]", "DEL-21"} <= {each.id for each in found}
