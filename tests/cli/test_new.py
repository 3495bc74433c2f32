"""`lps new`: what it writes can be used as it is, is never taken for something that was tested, and destroys nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.cli.main import main
from harness.house import IN_WHEEL, find_house
from harness.runner.preflight.machine import BELOW
from harness.suite.gherkin import read_folders
from harness.suite.vendors import load_vendor
from tests.published import read_yaml

HOUSE = find_house()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house of one's own, with the campaigns and one folder of scenarios."""
    home = tmp_path_factory.mktemp("hus")
    shutil.copytree(HOUSE.fixtures, home / "fixtures")
    for each in HOUSE.features.iterdir():
        (home / "features" / each.name).mkdir(parents=True)
    shutil.copytree(HOUSE.features / "patientlister", home / "features/patientlister", dirs_exist_ok=True)
    (home / "harness/services").mkdir(parents=True)
    shutil.copytree(HOUSE.home / "docs/schema", home / "docs/schema")
    return home


def test_a_new_system_passes_the_look_and_says_nothing_it_does_not_know(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    assert main(["new", "vendor", "no", f"--home={home}"]) == 0  # an id that YAML would read as something else
    assert "Næste: Udfyld filen, og se efter med: lps doctor no" in capsys.readouterr().out
    file = home / "fixtures/vendors/no.yaml"
    system = load_vendor(file)
    assert (system.id, system.rute.decided, system.approvals, system.driver) == ("no", False, (), "reference")
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text(encoding="utf-8"))
    assert schema
    assert (file.parent / schema[1]).is_file()
    options = ["--campaign=patientlister", f"--home={home}", "--json"]
    assert main(["doctor", "no", *options[1:]]) == 0
    states = {line["id"]: line["status"] for line in json.loads(capsys.readouterr().out)["systemer"][0]["linjer"]}
    assert states["deltagelse"] == "ikke kontrolleret"
    assert main(["doctor", "no", *options]) == 2  # asked for by name it is a mistake
    assert "er ikke med i patientlister" in capsys.readouterr().out


def test_a_new_system_of_an_installed_harness_lies_where_one_stands(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / IN_WHEEL
    shutil.copytree(home, wheel)
    monkeypatch.chdir(tmp_path)
    assert main(["new", "vendor", "nyt", f"--home={wheel}"]) == 0
    assert "lps doctor ./nyt.yaml" in capsys.readouterr().out
    code = main(["doctor", "./nyt.yaml", f"--home={wheel}"])
    assert (code, capsys.readouterr().out.splitlines()[-1]) == (0, "En kørsel kan begynde.")
    assert main(["new", "scenario", "pro", "PRO-90", "Prøve", f"--home={wheel}"]) == 2
    assert "--home MAPPE" in capsys.readouterr().err


def test_a_new_scenario_is_collected_and_cannot_be_tested(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wish = ["new", "scenario", "patientlister", "LIST-90", "Listen kommer, mens lægen er væk", "--requirement=LIS-01"]
    assert main([*wish, f"--home={home}"]) == 0
    assert "docs/trin.md" in capsys.readouterr().out
    (found,) = (each for each in read_folders(home / "features", ["patientlister"]) if each.id == "LIST-90")
    assert {"LIS-01", "prøver:lps", "set:snitflade"} <= found.tags
    options = [
        "--vendor=novax",
        "--campaign=patientlister",
        "--tag=id:LIST-90",
        f"--home={home}",
        f"--reports={tmp_path}",
        "--json",
    ]
    assert main(["run", *options]) == 3
    told = json.loads(capsys.readouterr().out)["vendors"]["novax"]
    assert (told["scenarios"], told["findings"], told["kunne_ikke_testes"]) == (1, 0, 1)
    (log,) = tmp_path.rglob("events.jsonl")
    assert "Scenariet er ikke skrevet færdigt" in log.read_text(encoding="utf-8")
    deep = (f"/{path.relative_to(tmp_path / 'patientlister').as_posix()}" for path in log.parent.rglob("*"))
    assert max(map(len, deep)) <= BELOW  # what lps doctor counts with on Windows


def test_a_new_service_is_clean_and_says_that_it_is_not_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "service", "min-tjeneste", f"--home={home}"]) == 0
    assert "services() i harness/runner/mock.py" in capsys.readouterr().out
    file = home / "harness/services/min_tjeneste.py"
    for command in (["check"], ["format", "--check"]):  # where it lies in the source, says which rules hold
        options = ["--no-cache", "--stdin-filename", "harness/services/min_tjeneste.py", "-"]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options], input=file.read_bytes(), cwd=HOUSE.home, capture_output=True
        )
        assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    script = (
        "from datetime import UTC, datetime; from harness.domain.exchange import Request; "
        "from harness.services.service import Context, Service; from min_tjeneste import MinTjeneste; "
        "service: Service = MinTjeneste(); "
        "print(service.handle(Request('POST', '/min-tjeneste/x'), Context(datetime.now(UTC), str)).status)"
    )
    paths = [str(file.parent), str(HOUSE.home)]
    asked = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths}; {script}"], capture_output=True, encoding="utf-8"
    )
    assert (asked.stdout.strip(), asked.stderr) == ("501", "")
    contract = read_yaml(home / "docs/min-tjeneste.openapi.yaml")
    assert (contract["openapi"], contract["paths"]) == ("3.1.0", {})


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("vendor", "novax"), "fixtures/vendors/novax.yaml."),
        (("vendor", "Mit System"), 'Fundet: "Mit System".'),
        (("vendor", "con"), 'Fundet: "con".'),
        (("vendor", "reference"), 'Fundet: "reference".'),
        (("scenario", "patientlister", "LIST-01", "Prøve"), "@id:LIST-01 findes allerede i features/patientlister/"),
        (("scenario", "patientlister", "../x", "Prøve"), 'Fundet: "../x".'),
        (("scenario", "../x", "LIST-91", "Prøve"), 'Fundet: "../x".'),
        (("scenario", "patientlister", "LIST-91", "<Prøve>"), 'Fundet: "<Prøve>".'),
        (("scenario", "patientlister", "LIST-91", "Prøve", "--requirement=LIS-99"), "Fundet: LIS-99."),
        (("service", "Min_tjeneste"), 'Fundet: "Min_tjeneste".'),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_changed(
    home: Path, capsys: pytest.CaptureFixture[str], wish: tuple[str, ...], said: str
) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert main(["new", *wish, f"--home={home}"]) == 2
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_the_file_of_a_new_system_is_what_its_schema_says(home: Path) -> None:
    schema = json.loads((HOUSE.home / "docs/schema/vendor.schema.json").read_text(encoding="utf-8"))
    main(["new", "vendor", "skema", f"--home={home}"])
    text = (home / "fixtures/vendors/skema.yaml").read_text(encoding="utf-8")
    jsonschema.validate(yaml.load(text, yaml.BaseLoader), schema)  # texts as they are written
