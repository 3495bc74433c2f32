"""Files without a run's log: sorted by what stands in them, judged by content alone, and told of when they cannot be."""

from __future__ import annotations

import base64
import json
import zipfile
from functools import cache
from pathlib import Path

import pytest
from rehearsal import HOUSE, scenarios

from harness.cli.main import main
from harness.domain.errors import ConfigurationError
from harness.domain.event import RunStarted
from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.record.evidence import EVIDENCE_NAME
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.runner.options import prepare
from harness.runner.replay import source as source_module
from harness.runner.replay.source import read_source
from harness.runner.session import RunSession
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish

EXAMPLES = Path(__file__).parents[1] / "examples"
PLAN = (EXAMPLES / "cpd_diabetes_haandskrevet.xml").read_bytes()
CODE = b'code="75310-3"'


@cache
def todo(*ids: str) -> tuple[Scenario, ...]:
    folders = ("deling", "drift", "henvisning", "kommunale-proevesvar", "epj-obligatoriske")
    return tuple(each for folder in folders for each in scenarios(folder) if each.tag in ids)


@cache
def setup() -> RunSetup:
    return prepare(Wish(campaign="kol-lrs-2027,epj-obligatoriske", driver="replay", replay=(EXAMPLES,)))


def judged(folder: Path, *ids: str, laid_down: Path | None = None) -> RunState:
    """The replay of what lies in `folder/filer`, of the scenarios with these tags."""
    from dataclasses import replace

    target = folder / "kørsel"
    target.mkdir()
    run = RunSession(replace(setup(), replay=(laid_down or folder / "filer",)), target, tuple(each.id for each in todo(*ids)))
    for scenario in todo(*ids):
        run.begin(scenario)
        run.replay(scenario)
    run.close()
    return fold(read_log(target / LOG_NAME))


def lay_down(folder: Path, **files: bytes) -> None:
    (folder / "filer").mkdir()
    for name, data in files.items():
        (folder / "filer" / name.replace("_dot_", ".")).write_bytes(data)


def standings(state: RunState) -> dict[str, str]:
    return {name: str(each.standing) for name, each in state.scenarios.items()}


def test_a_plan_goes_to_the_scenarios_of_its_patient_and_disease_and_its_defect_has_a_line(tmp_path: Path) -> None:
    assert PLAN.count(CODE) == 1
    lay_down(tmp_path, plan_dot_xml=PLAN.replace(CODE, b'code="75310-9"'))
    state = judged(tmp_path, "DEL-14", "DEL-06", "HENV-05")
    line = PLAN[: PLAN.index(CODE)].count(b"\n") + 1
    (finding,) = state.scenarios["DEL-14[type 2-diabetes]"].findings
    assert (finding.rule, finding.location.file, finding.location.line) == ("CPD-C04", "plan.xml", line)
    assert standings(state) == {
        "DEL-14[type 2-diabetes]": "F3",
        "DEL-14[iskæmisk hjertesygdom]": "ikke kontrolleret",
        "DEL-06": "ikke kontrolleret",
        "HENV-05": "ikke kontrolleret",
    }
    assert "plan.xml (behandlingsplan) er bedømt i DEL-14[type 2-diabetes]." in state.observations
    assert "Mangler behandlingsplan om Elmer (iskæmisk hjertesygdom): DEL-14[iskæmisk hjertesygdom]." in state.observations
    assert "Mangler henvisning til kommunen om Elmer: HENV-05." in state.observations


def test_a_message_without_defects_is_never_ok(tmp_path: Path) -> None:
    lay_down(tmp_path, plan_dot_xml=PLAN)
    state = judged(tmp_path, "DEL-14")
    assert set(standings(state).values()) == {"ikke kontrolleret"}
    assert "Kun indholdet af plan.xml er bedømt, ikke trinene." in state.scenarios["DEL-14[type 2-diabetes]"].reason


def test_what_the_doctor_is_to_write_tells_scenarios_of_one_patient_apart(tmp_path: Path) -> None:
    with_goal = PLAN.replace(b"</c:title>", "</c:title><!-- Gå 30 minutter hver dag -->".encode(), 1)
    assert with_goal != PLAN
    lay_down(tmp_path, plan_dot_xml=with_goal.replace(b"T90", b"R95").replace(b"DE11", b"DJ44"))
    state = judged(tmp_path, "DEL-01", "DEL-02", "DEL-04")
    assert "plan.xml (behandlingsplan) er bedømt i DEL-01[KOL]." in state.observations


def test_what_fits_nothing_is_told_of_with_the_reason(tmp_path: Path) -> None:
    lay_down(
        tmp_path,
        notat_dot_txt=b"hej",
        tom_dot_xml=b"",
        brudt_dot_xml=b'<ClinicalDocument xmlns="urn:hl7-org:v3"><a></b>',
        kvittering_dot_xml=(EXAMPLES / "xctl03_haandskrevet.xml").read_bytes(),
        niels_dot_xml=PLAN.replace(b"2509479989", b"3001749995"),
        ukendt_dot_xml=PLAN.replace(b'extension="2509479989"', b'extension=""'),
        svar_dot_xml=(EXAMPLES / "fhir_proevesvar_haandskrevet.xml").read_bytes(),
    )
    state = judged(tmp_path, "DEL-14", "HENV-22")
    told = "\n".join(state.observations)
    assert "notat.txt hører ikke til noget scenarie. Der er ingen regler for noget andet end XML, JSON og EDIFACT." in told
    assert "tom.xml hører ikke til noget scenarie. Filen er tom." in told
    assert "brudt.xml hører ikke til noget scenarie." in told
    assert "den kan ikke læses" in told
    assert "niels.xml (behandlingsplan) hører ikke til noget scenarie: ingen af dem sender sådan en." in told
    assert "ukendt.xml hører ikke til noget scenarie. Det kan ikke ses, hvem den handler om." in told
    assert "svar.xml hører ikke til noget scenarie. Kommunalt prøvesvar" in told
    assert "kvittering.xml (kvittering for et brev) siger ikke, hvilket scenarie den er fra. Den er bedømt for sig." in told
    assert len(list((tmp_path / "kørsel" / EVIDENCE_NAME).iterdir())) == 6, "all that was read is kept"
    assert set(standings(state).values()) == {"ikke kontrolleret"}


def test_a_foreign_cpr_number_is_never_stored_nor_shown(tmp_path: Path) -> None:
    lay_down(tmp_path, fremmed_dot_xml=PLAN.replace(b"2509479989", b"0101011234"))
    state = judged(tmp_path, "DEL-14")
    assert [finding.rule for finding in state.outside] == ["CPR-01"]
    assert state.outside[0].grade is Grade.F1
    assert "fremmed.xml er ikke brugt: der står et CPR-nummer i den, som ikke er til test." in state.observations
    assert not list((tmp_path / "kørsel" / EVIDENCE_NAME).iterdir())
    assert "0101011234" not in (tmp_path / "kørsel" / LOG_NAME).read_text(encoding="utf-8")


def test_a_zip_and_a_har_in_it_are_read_and_hostile_files_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "MAX_FILE", 100_000)
    posted = {"mimeType": "text/xml", "text": base64.b64encode(PLAN).decode(), "encoding": "base64"}
    har = {"log": {"entries": [{"request": {"url": "https://x"}}, {"request": {"postData": posted}}, 7]}}
    with zipfile.ZipFile(tmp_path / "post.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/plan.xml", PLAN)
        packed.writestr("trafik.har", json.dumps(har))
        packed.writestr("skidt.har", '{"log": 3}')
        packed.writestr("../../ud.xml", PLAN)
        packed.writestr("bombe.xml", b"0" * 10_000_000)
        packed.writestr("indre.zip", b"PK\x03\x04")
    state = judged(tmp_path, "DEL-14", laid_down=tmp_path / "post.zip")
    told = "\n".join(state.observations)
    assert "post.zip/a/plan.xml (behandlingsplan) er bedømt i DEL-14[type 2-diabetes]." in told
    assert "post.zip/trafik.har#2 (behandlingsplan) er bedømt i DEL-14[type 2-diabetes]." in told
    assert "post.zip/../../ud.xml er ikke brugt: Navnet peger ud af zip-filen." in told
    assert "post.zip/bombe.xml er ikke brugt: Filen er større end 0 MB, som er grænsen." in told
    assert "post.zip/indre.zip er ikke brugt: En zip i en zip bliver ikke åbnet." in told
    assert "post.zip/skidt.har er ikke brugt: HAR-filen kan ikke læses" in told


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "findes-ikke", "findes ikke. Peg på en mappe, en zip, en HAR-fil eller en besked."),
        (lambda folder: folder, "Der er ingen filer at bedømme."),
        (lambda folder: _written(folder / "log" / LOG_NAME, b"{}\n"), "Kørslen kan ikke læses"),
        (
            lambda folder: _written(folder / "a" / LOG_NAME, b"") and _written(folder / "b" / LOG_NAME, b"") and folder,
            "2 kørsler",
        ),
        (lambda folder: _written(folder / "x.zip", b"PK\x03\x04" + b"0" * 40 + b"PK\x05\x06" + b"\xff" * 18), "x.zip"),
    ],
)
def test_what_cannot_be_used_at_all_is_told_as_configuration(tmp_path: Path, make: object, said: str) -> None:
    with pytest.raises(ConfigurationError, match="--replay: .*" + said):
        read_source([make(tmp_path)])  # type: ignore[operator]


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def test_what_each_scenario_sends_is_known_where_its_tags_say_that_something_is_sent() -> None:
    from harness.runner.replay.sorting import wanted_of

    everywhere = [each for path in HOUSE.features.iterdir() if path.is_dir() for each in scenarios(path.name)]
    saying = [each for each in everywhere if any(tag.startswith(("kræver:Sende:", "brug:ConditionList:S")) for tag in each.tags)]
    assert saying
    assert [each.id for each in saying if not wanted_of(each, setup().patients)] == []
    sharing = [each for each in everywhere if each.file.endswith(("del_plan.feature", "ny_udgave.feature"))]
    assert [each.id for each in sharing if not wanted_of(each, setup().patients)] == []


def test_the_command_line_judges_a_file_with_nothing_else_running(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay_down(tmp_path, plan_dot_xml=PLAN.replace(CODE, b'code="75310-9"'))
    code = main(["run", "--json", "--vendor=novax", f"--replay={tmp_path / 'filer'}", "--tag=id:DEL-14", f"--reports={tmp_path}"])
    told = capsys.readouterr()
    whole = json.loads(told.out)["vendors"]["novax"]
    assert code == 1
    assert (whole["verdict"], whole["grades"], whole["ikke_kontrolleret"]) == ("ikke godkendt", {"F3": 1}, 1)
    assert "F3  CPD-C04  plan.xml:" in told.err
    assert "Det tæller kun i egentest" in told.err
    (log,) = tmp_path.glob(f"*/novax/*/{LOG_NAME}")
    started = next(read_log(log)).event
    assert isinstance(started, RunStarted)
    assert (started.driver, started.grundlag) == ("replay", "leverandørens system")


def test_where_nothing_could_be_judged_nothing_looks_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay_down(tmp_path, notat_dot_txt=b"hej")
    code = main(["run", "--vendor=novax", f"--replay={tmp_path / 'filer'}", "--tag=id:DEL-14", f"--reports={tmp_path}"])
    assert code == 3
    assert "novax: Intet i optagelsen kunne bedømmes." in capsys.readouterr().out
