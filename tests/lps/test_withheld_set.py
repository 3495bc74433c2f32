"""Runs on MedCom's withheld set: what was entered is judged, and a system that knows the shipped set by heart is found out."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.cli.main import main
from harness.domain.data_set import EVERYWHERE, DataSet, Kind
from harness.domain.errors import ConfigurationError
from harness.domain.event import Event, Judged, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict
from harness.record.fold import fold
from harness.record.log import LOG_NAME, Entry, read_log
from harness.record.result import Result
from harness.reporting.summary import closing_lines, summary
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.runner.withheld import chosen_data
from harness.suite.campaigns import load_campaigns
from harness.suite.data_set import load_data, still_shipped
from harness.suite.faults import load_faults
from harness.suite.patients import load_patients

FAULTS = [each for each in load_faults(HOUSE).values() if each.withheld]
CHOSEN = tuple(
    each
    for each in (*scenarios("deling"), *scenarios("behovsvurdering"))
    if each.tag in ("DEL-03", "DEL-06", "BEHOV-03", "BEHOV-04") or each.id in ("DEL-01[KOL]", "BEHOV-01[psykosociale forhold]")
)
PERSONS = """\
personer: { Elmer: Viggo, Nancy: EK }
egne:
  - { alias: Viggo, cpr: "1911629885", fornavne: [Viggo, Test], efternavn: Sørensen }
"""
VALUES = """\
alle:
  Gå 30 minutter hver dag: Løb 20 minutter hver aften
  "Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C": "Få søvn på Samsø: hvil, læs & sov – men ikke ved < 12 °C"
  Gå en tur hver morgen: Ro på søen om søndagen
  Svøm hver torsdag: Dans hver lørdag
  Bor alene: Bor hos sin søn
  Bor alene og savner selskab: Har mange venner i sin klub
  Har brug for støtte: Kan klare sig på egen hånd
  Datter i Odense: Niece i Skive
  Ryger 20 om dagen: Ryger 30 om dagen
  Holdt op for en måned siden: Skåret ned til det halve
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small set, named so that its path is known wherever it should not be."""
    made = tmp_path_factory.mktemp("hemmelig") / "livetest"
    made.mkdir()
    (made / "personer.yaml").write_text(PERSONS, encoding="utf-8", newline="\n")
    (made / "værdier.yaml").write_text(VALUES, encoding="utf-8", newline="\n")
    return made


@pytest.fixture(scope="module")
def data(folder: Path) -> DataSet:
    return load_data(HOUSE, folder)


def broken(events: list[Event]) -> dict[str, set[str]]:
    """The rules broken with a grade, by scenario."""
    found: dict[str, set[str]] = {}
    scenario = ""
    for event in events:
        if isinstance(event, ScenarioStarted):
            scenario = event.scenario
        elif isinstance(event, Judged):
            found.setdefault(scenario, set()).update(each.rule for each in event.findings if each.grade)
    return {name: rules for name, rules in found.items() if rules}


def entering(data: DataSet) -> list[Scenario]:
    return [data.scenario(each) for each in CHOSEN]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_what_is_learnt_by_heart_passes_egentest_and_fails_certificering(
    tmp_path: Path, folder: Path, data: DataSet, fault: object
) -> None:
    assert fault in FAULTS
    (own,) = (each for each in FAULTS if each == fault)
    wish = Wish(rute="plsp", faults=(own.id,))
    assert broken(rehearse(tmp_path / "egentest", wish, CHOSEN)) == {}
    withheld = replace(wish, phase=Phase.CERTIFICATION, data=folder)
    expected = {each.id: set(own.rules_broken_in(each.id, "plsp", withheld=True)) for each in CHOSEN}
    found = broken(rehearse(tmp_path / "certificering", withheld, entering(data)))
    assert found == {name: rules for name, rules in expected.items() if rules}
    assert len(found) >= 3


def test_the_honest_lps_holds_on_the_withheld_set_too(tmp_path: Path, folder: Path, data: DataSet) -> None:
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", phase=Phase.CERTIFICATION, data=folder), entering(data))
    assert broken(events) == {}
    assert {event.standing for event in events if isinstance(event, ScenarioEnded)} == {Grade.OK}
    assert [event.scenario for event in events if isinstance(event, ScenarioStarted)] == [each.id for each in CHOSEN]
    assert [event.data for event in events if isinstance(event, RunStarted)] == [data.sha256]
    log = (tmp_path / "kørsel" / LOG_NAME).read_text(encoding="utf-8")
    assert "Få søvn på Samsø" in log
    assert "1911629885" in log
    assert "Få luft på Ærø" not in log
    assert str(folder.parent.name) not in log


def test_example_files_are_the_sets_own_with_a_mark_at_their_end(tmp_path: Path, folder: Path, data: DataSet) -> None:
    files = {"maaleskema.txt": b"Eget skema ", "ekg.pdf": b"%PDF-1.7 eget ", "foto.jpg": b"\xff\xd8\xff\xe1 eget "}
    chosen = [
        data.scenario(each)
        for name in ("epj-obligatoriske", "kommunale-proevesvar")
        for each in scenarios(name)
        if any("vedhæftet fil" in step or "vedhæftede filer" in step for step in each.steps)
    ]
    wish = Wish(rute="plsp", campaign="epj-obligatoriske,kommunale-proevesvar", data=folder)
    events = rehearse(tmp_path / "kørsel", wish, chosen, data=replace(data, files=files))
    assert broken(events) == {}
    assert {event.standing for event in events if isinstance(event, ScenarioEnded)} <= {Grade.OK, Grade.IR}
    written = b"".join(path.read_bytes() for path in (tmp_path / "kørsel").rglob("*") if path.is_file())  # log and evidence
    assert [name for name, content in files.items() if _in_base64(content) in written] == list(files)


def _in_base64(content: bytes) -> bytes:
    """How the content begins in base64, without the letters that depend on what follows."""
    return base64.b64encode(content[: len(content) // 3 * 3])


def test_lps_run_says_which_set_it_was_on(
    tmp_path: Path, folder: Path, data: DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["run", "--vendor", "novax", "--tag", "id:DEL-03", "--reports", str(tmp_path), "--json"]
    assert main([*asked, "--data", str(folder)]) == 0
    said = capsys.readouterr()
    assert f"Kørt på MedComs eget sæt (SHA-256 {data.sha256[:12]}…).\n" in said.err
    assert json.loads(said.out)["vendors"]["novax"]["data"] == data.sha256
    (log,) = tmp_path.rglob(LOG_NAME)
    steps = [text for entry in read_log(log) if isinstance(entry.event, ScenarioStarted) for text in entry.event.steps]
    assert 'Givet at "Viggo" er patient i klinikken' in steps


def test_a_run_goes_on_with_the_set_it_began_on(tmp_path: Path, folder: Path, data: DataSet) -> None:
    setup = prepare(Wish(rute="plsp", data=folder))
    planned = tuple(each.id for each in CHOSEN)
    RunSession(setup, tmp_path, planned).close()
    for other in (None, replace(data, sha256="0" * 64)):
        with pytest.raises(ConfigurationError, match=r"kan ikke genoptages: MedComs eget sæt \(--data\) er ændret siden"):
            RunSession(replace(setup, resume=True, data=other), tmp_path, planned)
    RunSession(replace(setup, resume=True), tmp_path, planned).close()


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CERTIFICERING = Wish(vendor="novax", driver="attended", target="live", phase=Phase.CERTIFICATION, campaign="kol-lrs-2027")


def test_certificering_does_not_begin_on_what_vendors_have_seen(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^Certificering tæller ikke på det udleverede sæt"):
        prepare(CERTIFICERING)
    with pytest.raises(ConfigurationError, match=r"lader \d+ af det udleverede sæts personer og tekster stå, fx “.+” i DEL-"):
        prepare(replace(CERTIFICERING, data=folder))
    assert prepare(replace(CERTIFICERING, phase=Phase.SELF_TEST)).data is None


def test_a_person_nobody_could_stand_for_may_stay(data: DataSet) -> None:
    everybody = [each for name in ("inklusion", "deling") for each in scenarios(name)]
    left = {each.name for each in still_shipped(data, everybody, load_patients(HOUSE)) if each.kind is Kind.PERSON}
    assert left >= {"Brita", "Pia"}
    assert left.isdisjoint({"Elmer", "Nancy", "Aya", "Cæcar", "Peter"})


def test_a_set_that_replaces_everything_begins(folder: Path) -> None:
    """The laboratory's scenarios enter persons and numbers alone; numbers may stay."""
    setup = prepare(replace(CERTIFICERING, campaign="laboratorie-trin-2", data=folder))
    assert setup.data is not None
    assert setup.data.values[EVERYWHERE]["Bor alene"] == "Bor hos sin søn"
    assert setup.patients["Viggo"].family == "Sørensen"
    assert "1911629885" in setup.allowed_cprs


def test_a_campaign_names_the_set_that_its_certificering_is_on(folder: Path, data: DataSet) -> None:
    (one,) = load_campaigns(HOUSE, "laboratorie-trin-2")
    named = [replace(one, data=str(folder))]
    found = chosen_data(HOUSE, CERTIFICERING, named)
    assert found is not None
    assert found.sha256 == data.sha256
    assert chosen_data(HOUSE, replace(CERTIFICERING, phase=Phase.SELF_TEST), named) is None
    with pytest.raises(ConfigurationError, match="hver sit sæt"):
        chosen_data(HOUSE, CERTIFICERING, [*named, replace(one, data=str(folder.parent))])


def test_a_log_of_certificering_on_the_shipped_set_does_not_count() -> None:
    started = RunStarted(
        run="1",
        system="novax",
        product="Novax",
        supplier="Novax",
        sut_version="1",
        driver="attended",
        target="live",
        rute="plsp",
        campaign="kol-lrs-2027",
        phase=Phase.CERTIFICATION,
        grundlag="leverandørens system",
        fingerprint={},
    )
    ended = [
        ScenarioStarted("DEL-01", 1, "", "", "", "", 1, (), ("KP-10",), {}, "", ()),
        ScenarioEnded("DEL-01", 1, Grade.OK, ""),
    ]

    def came_to(begun: RunStarted) -> Result:
        return Result(fold(Entry(number, NOON, event) for number, event in enumerate([begun, *ended])))

    shipped, withheld = came_to(started), came_to(replace(started, data="a" * 64))
    assert shipped.verdict is Verdict.NOT_COUNTED
    assert set(summary(shipped)["requirements"].values()) == {"tæller ikke: kørt på det udleverede sæt"}
    assert withheld.verdict is Verdict.NOT_FULLY_VERIFIED
    assert came_to(replace(started, phase=Phase.SELF_TEST)).verdict is Verdict.APPROVED
    assert came_to(replace(started, grundlag="referencesystem")).verdict is Verdict.REHEARSAL_CLEAN
    assert "Kørt på det udleverede sæt." in closing_lines({"novax": shipped}, "reports", 1.0)
