"""Allure results are what the log says, and pytest writes the same ones."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import example_run
import pytest
from allure_commons import model2
from example_run import ANSWER, FINDING, PICTURE, PLAN, RUN, START, STEPS, scenario, started, step, write_example

from harness.domain.data_set import Kind
from harness.domain.event import Answered, Event, ForeignCpr, Judged, Prompted, ScenarioEnded
from harness.domain.finding import Finding, Owner
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.own_values import OwnValue
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted
from harness.domain.review import Assessed, Review, Role, Said, review_of
from harness.record.log import Entry, read_log
from harness.record.result import result_of
from harness.reporting.allure.attempt import Sources
from harness.reporting.allure.model import results
from harness.reporting.allure.results import write_allure, write_results
from harness.reporting.allure.terms import BELONGS_TO, STANDS, STATUS, rehearsal_notice
from harness.reporting.allure.whose import Whose, whose

HERE = Path(__file__).parent
NOTICE = "Den siger intet om leverandørens produkt (Novax, Novax A/S)."


def told(entries: list[Entry], evidence: Path, review: Review | None = None) -> list[tuple[model2.TestResult, Sources]]:
    return results(result_of(entries, review), entries, evidence)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(tmp_path_factory.mktemp("kørsel"))


@pytest.fixture(scope="module")
def made(run_folder: Path) -> list[tuple[model2.TestResult, Sources]]:
    return told(list(read_log(run_folder / "events.jsonl")), run_folder / "evidence")


@pytest.fixture(scope="module")
def by_id(made: list[tuple[model2.TestResult, Sources]]) -> dict[str, model2.TestResult]:
    """The last attempt of each scenario."""
    return {result.fullName: result for result, _ in made}


def labels(result: model2.TestResult, name: str) -> list[str]:
    return [label.value for label in result.labels if label.name == name]


@pytest.mark.parametrize(
    ("scenario", "status", "severity", "message"),
    [
        ("DEL-01[KOL]", "passed", "trivial", None),
        ("DEL-01[Lænderygsmerter]", "failed", "blocker", "F1 Kritisk: Databrud\nKategori: LPS'et"),
        ("DEL-02", "failed", "critical", "F2 Alvorlig: Planen kan ikke læses\nKategori: LPS'et"),
        ("DEL-03", "passed", "minor", "F4 Mindre betydelig: Titlen afviger\nKategori: LPS'et"),
        (
            "DEL-04",
            "skipped",
            "trivial",
            "IR Ikke relevant: Systemet har ikke funktionen, siger Nancy Berggren\nKategori: Ikke relevant",
        ),
        (
            "DEL-05",
            "unknown",
            "trivial",
            "Afventer lrs-inklusion: MedCom har ikke besluttet koderne\nKategori: Afventer beslutning",
        ),
        (
            "DEL-06",
            "broken",
            "trivial",
            "Kunne ikke testes: Dokumentdelingen svarede ikke\nKategori: Kunne ikke udføres i systemet",
        ),
        (
            "DEL-08",
            "unknown",
            "trivial",
            "Ikke kontrolleret: MedComs schematron er ikke til stede\nKategori: Ikke set af harnesset",
        ),
        ("DEL-10", "broken", "trivial", "Afbrudt: Loggen stopper her\nKategori: Miljøet"),
    ],
)
def test_each_standing(
    by_id: dict[str, model2.TestResult], scenario: str, status: str, severity: str, message: str | None
) -> None:
    result = by_id[scenario]
    assert result.status == status
    assert labels(result, "severity") == [severity]
    assert (result.statusDetails and result.statusDetails.message) == message


def test_only_approved_standings_are_green() -> None:
    assert set(STATUS) == {*Grade, *Beside}
    assert {standing for standing, status in STATUS.items() if status == "passed"} == {Grade.OK, Grade.F4}


def test_a_finding_says_rule_place_and_sentence(by_id: dict[str, model2.TestResult]) -> None:
    message = by_id["DEL-07"].statusDetails.message
    assert message == f"F3 Betydelig: Planen overholder ikke CPD-DK\n{FINDING}\nKategori: LPS'et"
    judged = by_id["DEL-07"].steps[2].steps[0]
    assert judged.name == "Kontrol af behandlingsplanen: 2 holder, 1 fund, 1 ikke bedømt"
    assert judged.status == "failed"
    found, holds, not_judged = judged.steps
    assert (found.name, found.status) == (f"F3 CPD-C04: {FINDING.title}", "failed")
    assert found.statusDetails.message == str(FINDING)
    assert [each.name for each in found.attachments] == ["ITI-41, som den blev bedømt"]
    assert (holds.name, holds.status) == ("Holder: CPD-C01, CPD-C02", "skipped")
    assert not_judged.name == "Ikke bedømt: CPD-C05, bygger på CPD-C04, der ikke holder"


def test_a_result_leads_from_requirement_to_line_to_rule(by_id: dict[str, model2.TestResult]) -> None:
    assert by_id["DEL-07"].description.splitlines()[-5:] == [
        "- Krav KP-09",
        "- Krav KP-10",
        "- Scenarie: features/behandlingsplan/deling.feature:14",
        f"- Regel CPD-C04: {FINDING.title}. Kilde: {FINDING.source}. Se CPD-C04 i docs/regler.md",
        "- Kørslens mærke: KLMNPQ",
    ]


def test_an_earlier_attempt_is_a_retry_of_the_same_test(made: list[tuple[model2.TestResult, Sources]]) -> None:
    first, second = (result for result, _ in made if result.fullName == "DEL-07")
    assert (first.historyId, first.testCaseId) == (second.historyId, second.testCaseId)
    assert (first.status, second.status) == ("broken", "failed")
    assert first.uuid != second.uuid
    assert first.stop <= second.start


def test_an_outlines_examples_are_one_test_case_with_two_histories(by_id: dict[str, model2.TestResult]) -> None:
    kol, lrs = by_id["DEL-01[KOL]"], by_id["DEL-01[Lænderygsmerter]"]
    assert kol.name == "Prøvekørsel: En plan bliver delt [KOL, R95]"
    assert kol.testCaseId == lrs.testCaseId == hashlib.md5(b"DEL-01").hexdigest()
    assert kol.historyId != lrs.historyId
    identity = {parameter.name: parameter.value for parameter in kol.parameters if not parameter.excluded}
    assert identity == {"System": "novax", "sygdom": "KOL"}
    told = {parameter.name: parameter.value for parameter in kol.parameters if parameter.excluded}
    assert told == {"kode": "R95", "SUT-version": "2026.3", "Rute": "plsp", "Fase": "egentest", "Grundlag": "referencesystem"}


def test_the_system_is_part_of_the_identity(run_folder: Path, by_id: dict[str, model2.TestResult]) -> None:
    entries = list(read_log(run_folder / "events.jsonl"))
    object.__setattr__(entries[0].event, "system", "xmo")
    other = {result.fullName: result for result, _ in told(entries, run_folder / "evidence")}
    assert other["DEL-02"].testCaseId == by_id["DEL-02"].testCaseId
    assert other["DEL-02"].historyId != by_id["DEL-02"].historyId
    assert other["DEL-02"].uuid != by_id["DEL-02"].uuid


def test_labels(by_id: dict[str, model2.TestResult]) -> None:
    result = by_id["DEL-02"]
    assert labels(result, "epic") == ["kol-lrs-2027"]
    assert labels(result, "parentSuite") == ["Prøvekørsel: Novax"]
    assert labels(result, "suite") == labels(result, "feature") == ["En ny udgave af behandlingsplanen afløser den gamle"]
    assert labels(result, "krav") == labels(result, "story") == ["KP-09", "KP-10"]
    assert labels(result, "tag") == ["KP-09", "prøver:lps", "set:snitflade"]
    assert labels(result, STANDS) == ["F2 Alvorlig"]
    assert not labels(result, "host")


def test_steps_have_their_time_and_the_unreached_are_skipped(by_id: dict[str, model2.TestResult]) -> None:
    steps = by_id["DEL-07"].steps
    assert tuple(step.name for step in steps) == STEPS
    assert [step.status for step in steps] == ["passed", "passed", "failed", "skipped"]
    assert steps[0].stop - steps[0].start == 1000
    assert steps[2].statusDetails.message == "CPD-C04 holder ikke"
    assert steps[3].statusDetails.message == "Trinnet blev ikke nået"


def test_a_step_that_was_running_when_the_log_stopped_is_not_green(by_id: dict[str, model2.TestResult]) -> None:
    assert [step.status for step in by_id["DEL-10"].steps] == ["broken", "skipped", "skipped", "skipped"]


def test_a_step_that_awaits_a_decision_is_not_green(by_id: dict[str, model2.TestResult]) -> None:
    awaiting = by_id["DEL-05"].steps[2]
    assert awaiting.status == "unknown"
    assert awaiting.statusDetails.message == "Afventer lrs-inklusion"
    assert awaiting.steps[0].status == "unknown"


def test_an_exchange_stands_in_its_step_with_the_stored_bytes(made: list[tuple[model2.TestResult, Sources]]) -> None:
    result, sources = next(pair for pair in made if pair[0].fullName == "DEL-07" and pair[0].status == "failed")
    exchange, observation = result.steps[1].steps
    assert exchange.name == "ITI-41: LPS'et → dros, svar (200)"
    assert [(attachment.name, attachment.type) for attachment in exchange.attachments] == [
        ("ITI-41 headere", "text/plain"),
        ("ITI-41 anmodning", "application/xml"),
        ("ITI-41 svar", "application/xml"),
    ]
    _, request, response = (sources[attachment.source] for attachment in exchange.attachments)
    assert isinstance(request, Path)
    assert isinstance(response, Path)
    assert (request.read_bytes(), response.read_bytes()) == (PLAN, ANSWER)
    assert observation.name == "Bemærket: LPS'et spurgte til status én gang"


def test_no_answer_a_late_answer_and_a_received_page(by_id: dict[str, model2.TestResult]) -> None:
    silent, late = by_id["DEL-06"].steps[2].steps[0], by_id["DEL-09"].steps[2].steps[0]
    assert silent.name == "ITI-41: LPS'et → dros, intet svar"
    assert [attachment.name for attachment in silent.attachments] == ["ITI-41 headere", "ITI-41 anmodning"]
    assert late.name == "ITI-41: LPS'et → dros, for sent svar efter 12,5 s (200)"
    assert late.attachments[1].type == "text/plain", "a received page is read as text, never opened as a page"


def test_what_a_tester_answered_stands_in_its_step_with_their_files(made: list[tuple[model2.TestResult, Sources]]) -> None:
    result, sources = next(each for each in made if each[0].fullName == "DEL-04")
    (answered,) = result.steps[2].steps
    assert answered.name == "Nancy Berggren: bedømt IR"
    said, shot = answered.attachments
    assert sources[said.source] == b"Systemet har ikke funktionen"
    assert (shot.name.split(" (SHA-256 ")[0], shot.type) == ("skærm.png", "image/png")
    kept = sources[shot.source]
    assert isinstance(kept, Path)
    assert kept.read_bytes() == PICTURE


def test_who_chose_which_values_stands_in_the_attempt_that_entered_them() -> None:
    values = (
        OwnValue("værdi1", Kind.TEXT, "Gå en tur", "Gå en tur", ""),
        OwnValue("værdi2", Kind.TEXT, "Bor alene", "Bor alene", ""),
    )
    choose = Prompt("DEL-03/1/0", Wanted.CHOOSE, 0, "DEL-03", own=values)
    read = Prompt("DEL-03/1/1", Wanted.TELL, 0, "Læs", fields=(Field("oprettet", "Oprettet", "ja-nej"),))
    events: list[Event] = [
        RUN,
        *scenario("DEL-02", "OK"),
        Prompted(choose),
        Answered(choose.id, Answer(Outcome.DONE, "Anna Bek", values={"værdi1": "Ro en tur"})),
        started("DEL-03"),
        *step(0, "udført", Prompted(read), Answered(read.id, Answer(Outcome.DONE, "Bo Lund", values={"oprettet": True}))),
        ScenarioEnded("DEL-03", 1, "OK", ""),
        *scenario("DEL-04", "OK"),
    ]
    entries = [Entry(number, START + timedelta(seconds=number), event) for number, event in enumerate(events)]
    before, (result, sources), after = told(entries, Path())
    chose, first, *_ = result.steps
    assert chose.name == "Valg af værdier. Anna Bek: udført"
    assert [sources[each.source] for each in chose.attachments] == [
        "Gå en tur: erstattet af “Ro en tur”\nBor alene: som det står".encode()
    ]
    (answered,) = first.steps
    assert [sources[each.source] for each in answered.attachments] == [b"Oprettet: ja"]
    assert not any("Anna Bek" in inner.name for other, _ in (before, after) for inner in other.steps)


def test_a_foreign_cpr_is_told_without_its_number(by_id: dict[str, model2.TestResult]) -> None:
    breach = by_id["DEL-01[Lænderygsmerter]"].steps[0].steps[0]
    assert breach.status == "broken"
    assert breach.name == (
        "Databrud: et CPR-nummer uden for listen over testpersoner (PID-3 i ITI-41, fra LPS'et). Beskeden er ikke gemt"
    )


def test_every_result_of_a_rehearsal_says_so(made: list[tuple[model2.TestResult, Sources]]) -> None:
    assert len(made) == 12
    assert all(NOTICE in result.description for result, _ in made)


def test_a_run_against_the_suppliers_system_is_no_rehearsal(run_folder: Path) -> None:
    entries = list(read_log(run_folder / "events.jsonl"))
    object.__setattr__(entries[0].event, "grundlag", "leverandørens system")
    made = told(entries, run_folder / "evidence")
    assert rehearsal_notice(entries[0].event) == ""  # type: ignore[arg-type]
    assert all("prøvekørsel" not in result.description for result, _ in made)
    assert made[0][0].description.startswith("Patienten og alle sundhedsfaglige")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_writing_twice_gives_the_same_files(tmp_path: Path) -> None:
    target = write_allure(write_example(tmp_path))
    assert target == tmp_path / "allure-results"
    first = files(target)
    (target / "gammel-result.json").write_text("{}", encoding="utf-8")
    assert files(write_allure(tmp_path)) == first


def test_every_attachment_is_there_once_and_nothing_else(tmp_path: Path) -> None:
    written = files(write_allure(write_example(tmp_path)))
    named = [name.decode() for said in written.values() for name in re.findall(rb"[0-9a-f-]{36}-attachment\.\w+", said)]
    assert sorted(named) == sorted(name for name in written if "-attachment." in name)
    assert list(written.values()).count(PLAN) == 3, "the same bytes in three places are three files: Allure 3 loses a shared one"


def test_the_environment_says_that_testers_chose_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def environment(folder: Path) -> str:
        return (write_allure(write_example(folder)) / "environment.properties").read_text("ascii")

    assert "Egne" not in environment(tmp_path / "uden")
    monkeypatch.setattr(example_run, "RUN", replace(RUN, own_values=True))
    assert "Egne_v\\u00e6rdier = Testerne kunne skrive deres egne\n" in environment(tmp_path / "med")


def test_environment_and_categories(tmp_path: Path) -> None:
    target = write_allure(write_example(tmp_path))
    environment = (target / "environment.properties").read_text(encoding="ascii")
    assert "Grundlag = referencesystem\n" in environment
    assert "Pr\\u00f8vek\\u00f8rsel = Siger intet om leverand\\u00f8rens produkt\n" in environment
    assert f"Fingeraftryk.features = {'1f' * 32}\n" in environment
    assert "Dom = pr\\u00f8vek\\u00f8rsel med fund\n" in environment
    categories = json.loads((target / "categories.json").read_text(encoding="utf-8"))
    for path in target.glob("*-result.json"):
        message = json.loads(path.read_text(encoding="utf-8")).get("statusDetails", {}).get("message", "")
        assert [each["name"] for each in categories if re.match(each["messageRegex"], message)] == [
            line.removeprefix(BELONGS_TO) for line in message.splitlines()[-1:]
        ]


@pytest.mark.parametrize(
    ("standing", "reason", "findings", "expected"),
    [
        (Grade.OK, "", [], None),
        (Grade.F3, "", [replace(FINDING, owner=Owner.PLSP), replace(FINDING, grade=Grade.F4)], Whose.PLSP),
        (Grade.F2, "", [replace(FINDING, owner=Owner.DROS, grade=Grade.F3), replace(FINDING, grade=Grade.F2)], Whose.LPS),
        (Grade.F3, "", [replace(FINDING, owner=Owner.CONFIGURATION)], Whose.CONFIGURATION),
        (Grade.F1, "Databrud", [], Whose.LPS),
        (Beside.UNTESTABLE, "Fejl i testharnesset: KeyError: 'x'", [], Whose.HARNESS),
        (Beside.UNTESTABLE, "Miljøet fejlede: forbindelsen blev lukket", [], Whose.ENVIRONMENT),
        (Beside.UNTESTABLE, "Testeren kunne ikke", [], Whose.UNABLE),
        (Beside.AWAITING, "", [replace(FINDING, grade=None)], Whose.UNDECIDED),
    ],
)
def test_whose_it_is(standing: Standing, reason: str, findings: list[Finding], expected: Whose | None) -> None:
    assert whose(standing, reason, findings) is expected


def of_vendor(run_folder: Path) -> list[Entry]:
    entries = list(read_log(run_folder / "events.jsonl"))
    first = replace(RUN, grundlag="leverandørens system", driver="attended", planned=("DEL-02", "DEL-99"))
    return [replace(entries[0], event=first), *entries[1:]]


def review(scenario: str, grade: Grade, proposed: str) -> Review:
    act = Assessed(scenario, grade, proposed, "Titlen er nok til det, kravet vil")
    return review_of([Said("Anna Bek", Role.MEDCOM, "2026-10-06T09:00:00+02:00", act)])


def test_what_medcom_judged_is_shown_beside_what_was_proposed(run_folder: Path) -> None:
    judged = {
        each.fullName: each for each, _ in told(of_vendor(run_folder), run_folder / "evidence", review("DEL-02", Grade.F4, "F2"))
    }
    result = judged["DEL-02"]
    assert result.status == "passed"
    assert labels(result, STANDS) == labels(result, "MedCom vurdering") == ["F4 Mindre betydelig"]
    assert labels(result, "harnessets forslag") == ["F2 Alvorlig"]
    assert result.statusDetails.message.splitlines()[0] == (
        "F4 Mindre betydelig: MedCom vurdering ved Anna Bek 2026-10-06. Titlen er nok til det, kravet vil. "
        "Harnesset foreslog F2 Alvorlig"
    )
    assert not labels(judged["DEL-03"], "MedCom vurdering")


def test_nothing_makes_a_rehearsal_more_than_one(run_folder: Path) -> None:
    entries = list(read_log(run_folder / "events.jsonl"))
    for result, _ in told(entries, run_folder / "evidence", review("DEL-02", Grade.OK, "F2")):
        said = json.dumps([result.name, [each.value for each in result.labels], result.titlePath], ensure_ascii=False)
        assert result.name.startswith("Prøvekørsel: ")
        assert result.titlePath[0] == "Prøvekørsel: Novax"
        assert "Godkendt" not in said
        assert "MedCom vurdering" not in said
        assert result.fullName != "DEL-02" or result.status == "failed"


def test_what_was_planned_and_never_begun_and_what_no_scenario_saw_is_there(run_folder: Path) -> None:
    entries = of_vendor(run_folder)
    stray = replace(entries[1], event=Judged("planen", "x9", (), {}, (replace(FINDING, grade=Grade.F2),)))
    shown = {each.fullName: each for each, _ in told([entries[0], stray, *entries[1:]], run_folder / "evidence")}
    assert (shown["DEL-99"].status, labels(shown["DEL-99"], STANDS)) == ("broken", ["Afbrudt"])
    assert (shown["Uden for scenarierne"].status, labels(shown["Uden for scenarierne"], STANDS)) == ("failed", ["F2 Alvorlig"])
    assert FINDING.title in shown["Uden for scenarierne"].statusDetails.message


def test_a_number_that_must_be_hidden_is_hidden_in_the_copy_alone(run_folder: Path, tmp_path: Path) -> None:
    entries = list(read_log(run_folder / "events.jsonl"))
    digest, start = hashlib.sha256(PLAN).hexdigest(), PLAN.index(b"KOL")
    seen = replace(entries[1], event=ForeignCpr("/dros/iti41", "lps", False, digest, start, start + 3))
    made = told([entries[0], seen, *entries[1:]], run_folder / "evidence")
    copies = [
        content for _, sources in made for content in sources.values() if isinstance(content, bytes) and b"<Plan>" in content
    ]
    assert copies == [PLAN.replace(b"KOL", b"***")] * 3
    assert (run_folder / "evidence" / digest).read_bytes() == PLAN


def test_results_need_the_evidence_no_more_and_writing_them_again_leaves_it_alone(tmp_path: Path) -> None:
    target = write_allure(write_example(tmp_path))
    kept = {path.name: path.read_bytes() for path in (tmp_path / "evidence").iterdir()}
    write_results(tmp_path, target)
    assert {path.name: path.read_bytes() for path in (tmp_path / "evidence").iterdir()} == kept
    shutil.rmtree(tmp_path / "evidence")
    assert list(files(target).values()).count(PLAN) == 3


CONFTEST = """
import pytest
from pathlib import Path
from harness.record.session import RUN_FOLDER

pytest_plugins = ["harness.reporting.allure"]


class Scenario(pytest.Item):
    is_scenario = True

    def runtest(self):
        if self.name == "DEL-07":
            raise AssertionError("fund")
        if self.name == "DEL-04":
            pytest.skip("ikke relevant")


class Feature(pytest.File):
    def collect(self):
        for name in ("DEL-07", "DEL-01[KOL]", "DEL-04"):
            yield Scenario.from_parent(self, name=name)


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".feature":
        return Feature.from_parent(parent, path=file_path)


def pytest_configure(config):
    config.stash[RUN_FOLDER] = Path("kørsel")
"""

ORDINARY = """
import pytest

@pytest.fixture(scope="session")
def lent():
    yield 1

def test_good(lent):
    assert lent

def test_bad(lent):
    assert not lent, "skal fejle"
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A folder with three scenarios between ordinary tests, and the run folder that is the scenarios' log."""
    write_example(tmp_path / "kørsel")
    for name, text in {"conftest.py": CONFTEST, "test_a.py": ORDINARY, "m.feature": "", "test_z.py": ORDINARY}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def results_of(folder: Path) -> dict[str, dict[str, Any]]:
    said = (json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*-result.json"))
    return {f"{result['fullName']}/{result['uuid']}": result for result in said}


def test_pytest_writes_what_the_log_says_and_leaves_ordinary_tests_alone(session: Path) -> None:
    ran = run_pytest(session, "--alluredir", "ud", "test_a.py", "m.feature", "test_z.py")
    assert "3 failed, 3 passed, 1 skipped" in ran.stdout, ran.stdout + ran.stderr
    from_log = files(write_allure(session / "kørsel"))
    both = files(session / "ud")
    assert {name: both.get(name) for name in from_log} == from_log
    rest = {name: json.loads(content) for name, content in both.items() if name not in from_log}
    ordinary = {item["uuid"]: item for name, item in rest.items() if name.endswith("-result.json")}
    assert sorted((result["fullName"], result["status"]) for result in ordinary.values()) == [
        ("test_a#test_bad", "failed"),
        ("test_a#test_good", "passed"),
        ("test_z#test_bad", "failed"),
        ("test_z#test_good", "passed"),
    ]
    containers = [item for name, item in rest.items() if name.endswith("-container.json")]
    assert {child for container in containers for child in container["children"]} == set(ordinary)
    assert "lent" in {before["name"] for container in containers for before in container["befores"]}


def test_a_session_of_scenarios_alone_writes_nothing_else(session: Path) -> None:
    run_pytest(session, "--alluredir", "ud", "m.feature")
    assert files(session / "ud") == files(write_allure(session / "kørsel"))


def test_without_alluredir_nothing_is_written(session: Path) -> None:
    ran = run_pytest(session, "test_a.py", "m.feature")
    assert "2 failed, 2 passed, 1 skipped" in ran.stdout, ran.stdout + ran.stderr
    assert {path.name for path in session.iterdir()} - {"__pycache__"} == {
        "conftest.py", "kørsel", "m.feature", "test_a.py", "test_z.py",
    }  # fmt: skip


def test_importing_the_plugin_loads_nothing_heavy() -> None:
    code = "import sys, harness.reporting.allure; print([n for n in ('allure_commons', 'lxml', 'pydantic') if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
