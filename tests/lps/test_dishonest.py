"""Five systems that cheat are approved in no phase they may enter, whoever says so; the honest one beside them is in every one.

Each answers the test interface as a supplier's own system would, and is run as one: by the driver of a supplier's system, in a
campaign in which everything is decided, and with MedCom's tester approving every run unseen. So nothing but what the harness
found stands between them and a certificate.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

import httpx
import pytest
from dishonest import AlwaysAgrees, EarlierRun, Maker, always_agrees, for_another, sends_and_forgets
from rehearsal import HOUSE, rehearse, scenarios
from test_decided import decided
from test_withheld_set import PERSONS, VALUES

from harness.cli.main import main
from harness.cli.outcome import write_reports
from harness.dashboard.standing.ground import ground_of
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.wall import Heading
from harness.domain.clock import VirtualClock
from harness.domain.errors import ConfigurationError
from harness.domain.grade import Grade
from harness.domain.requirement import Campaign, RequirementKind
from harness.domain.review import Approved, Role, Said, Submitted
from harness.domain.vendor import Driver, Phase
from harness.domain.verdict import Verdict
from harness.lps.reference.system import ReferenceLps
from harness.record.fold import fold
from harness.record.log import LOG_NAME, read_log
from harness.record.result import read_result
from harness.record.signing import new_private_key
from harness.reporting.certificate.content import edition_of
from harness.runner import mock
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns
from harness.suite.data_set import load_data
from harness.suite.patients import load_patients
from harness.suite.profiles import load_profiles
from harness.suite.vendors import load_vendors
from tests.dashboard.day_of_runs import Kept, Moving, read_all
from tests.reporting.certified_run import SELF_TEST, say
from tests.runner.test_live import Command, by_process, states

SYSTEM: Final = "novax"
CHOSEN: Final = tuple(
    each for each in scenarios("deling") if each.tag in ("DEL-03", "DEL-06", "DEL-07", "DEL-08") or each.id == "DEL-01[KOL]"
)
"""Plans for two patients, what the receiver is given of them, and a next edition that replaces the one before."""
PROFILES: Final = {name: decided(profile) for name, profile in load_profiles(HOUSE).items()}
_MEDCOM: Final = "2026-11-21T10:00:00+01:00"


def campaign() -> Campaign:
    """The campaign for KOL and back pain with what these scenarios carry, as it is when all of that is decided."""
    (whole,) = load_campaigns(HOUSE, "kol-lrs-2027")
    carried = {each for scenario in CHOSEN for each in scenario.requirements}
    asked = tuple(each for each in whole.requirements if each.id in carried and each.kind is RequirementKind.REQUIREMENT)
    assert asked
    return replace(whole, requirements=asked, features=("deling",), bindings={}, protocols=())


CAMPAIGN: Final = campaign()
PHASES: Final = tuple(each.phase for each in CAMPAIGN.gates)


def dishonest(earlier: EarlierRun) -> dict[str, Maker]:
    """Those that cheat, by how."""
    return {
        "svar, den har på lager": EarlierRun(list(earlier.attempts)).replies,
        "en tidligere kørsel afspillet": EarlierRun(list(earlier.attempts)).replayed,
        "siger ja til alt": always_agrees,
        "den rigtige plan for den forkerte patient": for_another(load_patients(HOUSE).values()),
        "planen er sendt, men ikke gemt": sends_and_forgets,
    }


HOW: Final = tuple(dishonest(EarlierRun()))
CAUGHT_BY: Final = dict(
    zip(HOW, ({"DELING-01"}, {"DELING-01"}, {"DELING-01"}, {"DELING-13"}, {"CPD-V02", "CPD-V03", "CPD-V04"}), strict=True)
)
"""Nothing came, or what came was made before; it was about somebody else; the next edition followed no edition before it."""


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("livetest")
    (folder / "personer.yaml").write_text(PERSONS, encoding="utf-8", newline="\n")
    (folder / "værdier.yaml").write_text(VALUES, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory: pytest.TempPathFactory, withheld: Path) -> Callable[[str, Phase], Path]:
    """The folder of the run of the system called so, in the phase; carried out once, and approved by MedCom's tester unseen."""
    earlier = EarlierRun()
    with an_lps(earlier.recorded):
        run(tmp_path_factory.mktemp("før"), Phase.SELF_TEST, "20261005T081500", withheld)

    @cache
    def of(how: str, phase: Phase) -> Path:
        maker: Maker = dishonest(earlier)[how] if how else ReferenceLps
        with an_lps(maker):
            return run(tmp_path_factory.mktemp("kørsel"), phase, "20261120T090000", withheld)

    return of


@contextmanager
def an_lps(maker: Maker) -> Iterator[None]:
    """In the place of the reference LPS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mock, "ReferenceLps", maker)
        yield


def run(reports: Path, phase: Phase, name: str, withheld: Path) -> Path:
    """A run of the chosen scenarios against a supplier's own system, approved by MedCom's tester without a look."""
    folder = reports / CAMPAIGN.id / SYSTEM / name
    wish = Wish(vendor=SYSTEM, campaign=CAMPAIGN.id, phase=phase)
    todo = CHOSEN
    if phase is Phase.CERTIFICATION:
        data = load_data(HOUSE, withheld)
        wish, todo = replace(wish, data=withheld), tuple(data.scenario(each) for each in CHOSEN)
    vendor = replace(load_vendors(HOUSE)[SYSTEM], driver=Driver.ADAPTER, version="2026.3")
    rehearse(folder, wish, todo, alone=True, vendor=vendor, rehearsal=False, campaigns=(CAMPAIGN,), profiles=PROFILES)
    say(folder, Said("Bo", Role.SUPPLIER, "2026-11-20T15:00:00+01:00", Submitted(tuple(each.id for each in CHOSEN))))
    say(folder, Said("Anne Ærø", Role.MEDCOM, _MEDCOM, Approved((SELF_TEST,))))
    return folder


@pytest.mark.parametrize("phase", PHASES)
def test_the_honest_one_is_approved_in_every_phase(carried_out: Callable[[str, Phase], Path], phase: Phase) -> None:
    result = read_result(carried_out("", phase))
    assert {each.standing for each in result.state.scenarios.values()} == {Grade.OK}
    assert (result.verdict, result.exit_code) == (Verdict.APPROVED, 0)
    assert [each.approved for each in result.campaigns] == [True]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("how", HOW)
def test_none_that_cheats_is_approved_in_any_phase(carried_out: Callable[[str, Phase], Path], how: str, phase: Phase) -> None:
    result = read_result(carried_out(how, phase))
    assert not result.rehearsal
    assert result.assessed, "MedCom's tester said yes"
    assert (result.verdict, result.exit_code) == (Verdict.NOT_APPROVED, 1)
    [came_to] = result.campaigns
    assert came_to.gate is not None
    assert not came_to.approved
    assert came_to.gate.lacks or phase is Phase.PRE_TEST, "prætest is over when it is known what is lacking"
    assert not result.certified(came_to)
    assert {each.rule for each in result.state.findings} == CAUGHT_BY[how], "found out by what it did, and by nothing else"


@pytest.mark.parametrize("how", ["", *HOW])
def test_everything_people_and_machines_are_told_says_the_same(
    carried_out: Callable[[str, Phase], Path], how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reports, the protocol, `lps certificate`, `lps conforms` and the wall; of the honest one the opposite."""
    honest, folder = not how, carried_out(how, Phase.CERTIFICATION)
    reports = folder.parents[2]
    key, public = tmp_path / "medcom.pem", tmp_path / "medcom.pub.pem"
    public.write_text(new_private_key(key), encoding="utf-8")
    result = read_result(folder)
    write_reports(folder, result, HOUSE, key)
    told = {name: (folder / name).read_text("utf-8") for name in ("rapport.html", "testprotokol.md", "junit.xml", "gitb-tar.xml")}
    verdict = "godkendt" if honest else "ikke godkendt"
    assert f">{verdict}<" in told["rapport.html"].replace("\n", "")
    assert json.loads((folder / "testrapport.json").read_text("utf-8"))["dom"] == verdict
    assert all((rule in told["rapport.html"], rule in told["testprotokol.md"]) == (True, True) for rule in CAUGHT_BY.get(how, ()))
    assert ("<failure" in told["junit.xml"]) is not honest
    assert ("<status>SUCCESS</status>" in told["gitb-tar.xml"]) is honest

    assert main(["certificate", str(folder), f"--key={key}"]) == (0 if honest else 1)
    assert (folder / "certifikat.json").exists() is honest
    assert ("Intet certifikat: kol-lrs-2027: Resultatet er: ikke godkendt." in capsys.readouterr().err) is not honest
    edition = edition_of(result.started.fingerprint)
    asked = [f"--system={SYSTEM}", f"--standard={CAMPAIGN.id}:{edition}", f"--key={public}", f"--reports={reports}"]
    assert main(["conforms", *asked]) == (0 if honest else 1)

    wall = LiveWall(
        ground_of((CAMPAIGN,), (Heading(SYSTEM, "Novax", "Novax"),), CHOSEN), reports, lambda _: {}, Kept(), [], Moving()
    )
    read_all(wall, reports, folder.relative_to(reports).as_posix())
    cell = next(each for each in wall.grids(CAMPAIGN.id) if each.id == "kapabiliteter").cells[SYSTEM, "deling"]
    assert cell.standing is (Grade.OK if honest else result.state.findings[0].grade)
    [gate] = [each for each in wall.progress(CAMPAIGN.id) if (each.system, each.phase) == (SYSTEM, Phase.CERTIFICATION)]
    assert gate.passed is honest


@pytest.mark.parametrize("phase", PHASES)
def test_an_earlier_run_handed_in_as_a_recording_is_approved_in_no_phase(
    carried_out: Callable[[str, Phase], Path], phase: Phase, tmp_path: Path
) -> None:
    """It is judged in self-test alone, and counts as a recording there too, however well it went."""
    earlier = carried_out("", Phase.SELF_TEST)
    wish = Wish(vendor=SYSTEM, campaign=CAMPAIGN.id, phase=phase, replay=(earlier,))
    if phase is not Phase.SELF_TEST:
        with pytest.raises(ConfigurationError, match=f"Optagelser tæller kun i egentest. Fundet: --phase {phase}"):
            prepare(wish)
        return
    setup = replace(prepare(wish), campaigns=(CAMPAIGN,), profiles=PROFILES)
    session = RunSession(setup, tmp_path, tuple(each.id for each in CHOSEN))
    for each in CHOSEN:
        session.begin(each)
        session.replay(each)
    session.close()
    say(tmp_path, Said("Anne Ærø", Role.MEDCOM, _MEDCOM, Approved((SELF_TEST,))))
    result = read_result(tmp_path)
    assert not result.state.findings
    assert (result.replay, result.verdict) == (True, Verdict.NOT_FULLY_VERIFIED)
    assert [each.approved for each in result.campaigns] == [False]


def test_an_earlier_run_that_is_made_to_look_like_a_new_one_is_found_out(
    carried_out: Callable[[str, Phase], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its log with another phase in it no longer hangs together, and is read by nobody."""
    earlier = carried_out("", Phase.SELF_TEST)
    log = (earlier / LOG_NAME).read_bytes()
    (tmp_path / LOG_NAME).write_bytes(log.replace(b'"phase":"egentest"', b'"phase":"certificering"', 1))
    (tmp_path / "review.jsonl").write_bytes((earlier / "review.jsonl").read_bytes())
    assert main(["certificate", str(tmp_path)]) == 3
    assert "Kørslen kan ikke læses" in capsys.readouterr().err


EVERYWHERE: Final = HOW[:4]
"""Those that cheat at all they are asked to do, and not with plans alone."""


@pytest.mark.skipif("LPS_ALL" not in os.environ, reason="tager et par minutter: sæt LPS_ALL")
def test_none_that_cheats_gets_through_any_campaign(tmp_path: Path) -> None:
    """Every scenario of every campaign that has something to stand on: in each there is a finding that nobody may approve."""
    todo = [each for path in HOUSE.features.iterdir() if path.is_dir() and path.name != "parvis" for each in scenarios(path.name)]
    campaigns = tuple(each for each in load_campaigns(HOUSE, "all") if each.features and not each.awaits_basis)
    earlier = EarlierRun()
    failed: dict[str, set[str]] = {}
    for how in ("", *EVERYWHERE):
        folder = tmp_path / (how or "ærlig")
        with an_lps(dishonest(earlier)[how] if how else earlier.recorded):
            rehearse(folder, Wish(rute="plsp", cpd="2.0"), todo, alone=True, profiles=PROFILES)
        state = fold(read_log(folder / LOG_NAME))
        bad = [one for one in state.scenarios.values() if any(each.grade and not each.grade.approved for each in one.findings)]
        failed[how] = {name for one in bad for name in one.started.campaigns}
    asked = {each.id for each in campaigns}
    assert failed[""] == set()
    assert {how: asked - failed[how] for how in EVERYWHERE} == {how: set() for how in EVERYWHERE}


@pytest.fixture
def adapter() -> Iterator[str]:
    """Where a system that always agrees answers, over TCP."""
    always = AlwaysAgrees(VirtualClock())

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            said = always(httpx.Request(self.command, f"http://lps{self.path}", content=self.rfile.read(length)))
            self.send_response(said.status_code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said.content)))
            self.end_headers()
            self.wfile.write(said.content)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def lps() -> Iterator[Command]:
    command = Command()
    yield command
    command.end()


@by_process
def test_over_tcp_one_that_agrees_is_found_out_by_the_commands_that_are_given(adapter: str, lps: Command, tmp_path: Path) -> None:
    """`lps serve`, and `lps run` in live against a system of its own that says yes to everything."""
    file, reports = tmp_path / "ja.yaml", tmp_path / "rapporter"
    text = (HOUSE.vendors / "novax.yaml").read_text("utf-8").replace("id: novax", "id: ja")
    text = text.replace("version: ukendt ", 'version: "1" ').replace("driver: reference ", "driver: adapter ")
    file.write_text(f'{text}adgang: {{ adresse: "{adapter}" }}\n', encoding="utf-8")
    hub = lps.start("serve", "--port=0", "--until-stdin-ends", f"--reports={reports}", f"--vendor={file}")
    assert hub.stdout is not None
    assert "Hubben lytter" in hub.stdout.readline()
    code, out, err = lps.run("run", f"--vendor={file}", "--target=live", f"--reports={reports}", "--json", "--tag=id:BEHOV-04")
    assert code == 1, out + err
    (ran,) = states(reports).values()
    assert ran.started is not None
    assert (json.loads(out)["vendors"]["ja"]["verdict"], ran.started.rehearsal) == ("ikke godkendt", False)
    assert {each.rule for each in ran.findings} == {"BEHOV-R03"}
