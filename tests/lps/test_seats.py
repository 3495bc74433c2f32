"""The same scenarios by simulator, relay and read-back: a second hub stands in the real service's place."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx
import pytest
from rehearsal import HOUSE, _carry_out, _prepared, rehearse, scenarios

from harness.domain.errors import ConfigurationError
from harness.domain.event import Exchanged, Judged, ScenarioEnded
from harness.domain.exchange import Request, Response
from harness.domain.grade import Beside, Grade
from harness.domain.seat import Seat, Seating
from harness.hub.clock import LiveClock
from harness.hub.control import CONTROL_FILE
from harness.hub.http import HttpDoor
from harness.hub.hub import Hub
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import SeenByTester
from harness.lps.reference.system import ReferenceLps
from harness.record.fold import RunState, ScenarioState, fold
from harness.record.log import LOG_NAME, Entry, read_log
from harness.runner.mock import lps_setup, services
from harness.runner.mock_stage import MockStage
from harness.runner.session import RunSession
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.services.service import USUAL, Availability, Order
from harness.services.world import fresh_ids
from harness.steps.messages.judging import UNSEEN
from harness.steps.story import Story
from harness.suite.patients import allowed_cprs

SYSTEM = "reference"
TEMPO = 20.0
SIMULATOR, RELAY, READ_BACK = Seat.SIMULATOR, Seat.RELAY, Seat.READ_BACK
REAL = (RELAY, READ_BACK)
OK, UNTESTABLE, UNCHECKED = Grade.OK, Beside.UNTESTABLE, Beside.UNCHECKED

T = TypeVar("T")


class Hall:
    """Two hubs, and reference systems, in a thread: `far` is where the real services are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.near, self.far = (Hub(folder / name, (SYSTEM,), services, allowed_cprs(HOUSE), TEMPO) for name in ("nær", "fjern"))
        self.near_address, self.far_address = (self.do(hub.start("127.0.0.1", 0))[0] for hub in (self.near, self.far))
        self._runs = 0

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(60)

    def run(self, kind: Seat, wish: Wish, *names: str, **seating: str) -> tuple[RunState, list[Entry]]:
        """One run of the scenarios `names`, its plans' services played by `kind`; `seating` changes how they are seated."""
        self._runs += 1
        folder = self.folder / f"kørsel-{self._runs}"
        folder.mkdir()
        setup = replace(_prepared(replace(wish, faults=())), faults=frozenset(wish.faults))
        seats = {name: self._seating(kind, name, **seating) for name in ("dros", "dds", "plsp")}
        door, client, address = self.do(self._lps(setup, self.far_address if kind is READ_BACK else self.near_address))
        live = {"target": "live", "tempo": TEMPO, "hub": self.folder / "nær" / CONTROL_FILE, "lps": address}
        setup = replace(setup, vendor=replace(setup.vendor, seats=seats), **live)
        todo = [each for each in scenarios() if each.id in names]
        run = RunSession(setup, folder, tuple(each.id for each in todo))
        try:
            for scenario in todo:
                run.begin(scenario)
                if run.out_of_reach(scenario):
                    run.end(UNTESTABLE, run.out_of_reach(scenario))
                else:
                    run.carry_out(lambda each=scenario: _carry_out(run, each))  # type: ignore[misc]
        finally:
            run.close()
            self.do(door.stop())
            client.close()
        log = list(read_log(folder / LOG_NAME))
        return fold(log), log

    def _seating(self, kind: Seat, entrance: str, **more: str) -> Seating:
        address = "" if kind is SIMULATOR else f"{self.far_address}/{SYSTEM}/{entrance}"
        return replace(Seating(kind, address), **more)

    async def _lps(self, setup: RunSetup, services: str) -> tuple[HttpDoor, httpx.Client, str]:
        turns = ThreadPoolExecutor(1)
        loop = asyncio.get_running_loop()
        clock = LiveClock(loop, lambda action: loop.run_in_executor(turns, action), TEMPO)
        client = httpx.Client(timeout=10.0)
        lps = ReferenceLps(lps_setup(setup, f"{services}/{SYSTEM}"), client, clock, fresh_ids(f"lps {self._runs}"))

        async def answer(request: Request) -> Response:
            url = f"http://lps{request.path.removeprefix(f'/{SYSTEM}')}"
            asked = httpx.Request(request.method, url, headers=list(request.headers), content=request.body)
            answered = await loop.run_in_executor(turns, lps, asked)
            return Response(answered.status_code, answered.content, (("content-type", answered.headers["content-type"]),))

        door = HttpDoor(answer, frozenset({"localhost"}))
        return door, client, f"http://127.0.0.1:{await door.start('127.0.0.1')}"

    def order(self, order: Order) -> None:
        """Tell the real document sharing something."""

        async def told() -> None:
            await (await self.far._standing_world(SYSTEM)).order("dokumentdeling", order)

        self.do(told())

    def end(self) -> None:
        for hub in (self.near, self.far):
            self.do(hub.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hal"))
    yield hall
    hall.end()


@pytest.fixture(autouse=True)
def brief_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """On one machine nothing is under way for minutes."""
    monkeypatch.setattr("harness.steps.story.ARRIVAL_SECONDS", 20.0)
    monkeypatch.setattr("harness.steps.story.QUIET_SECONDS", 5.0)


def standings(state: RunState) -> dict[str, str]:
    return {name: str(each.standing) for name, each in state.scenarios.items()}


def only(state: RunState) -> ScenarioState:
    (scenario,) = state.scenarios.values()
    return scenario


def not_judged(log: list[Entry]) -> dict[str, str]:
    return {rule: why for entry in log if isinstance(entry.event, Judged) for rule, why in entry.event.not_judged.items()}


@pytest.mark.parametrize(
    ("rute", "names", "of_messages"),
    [
        ("direkte", ("DEL-07", "DEL-10[er optaget]", "DEL-20[KOL]"), {"DELING", "XDSM", "DGWS"}),
        ("plsp", ("DEL-07", "DEL-10[er optaget]"), {"DELING", "PLSP"}),
    ],
)
def test_the_seats_come_to_the_same_where_it_can_be_seen(
    hall: Hall, rute: str, names: tuple[str, ...], of_messages: set[str]
) -> None:
    expected = {name: {SIMULATOR: OK, RELAY: OK, READ_BACK: OK} for name in names}
    expected["DEL-10[er optaget]"] |= dict.fromkeys(REAL, UNTESTABLE)
    if rute == "direkte":
        expected["DEL-20[KOL]"][READ_BACK] = UNCHECKED
    for kind in (SIMULATOR, *REAL):
        state, log = hall.run(kind, Wish(rute=rute), *names)
        assert standings(state) == {name: str(expected[name][kind]) for name in state.scenarios}, kind
        assert state.findings == []
        from_lps = [each.event for each in log if isinstance(each.event, Exchanged) and each.event.sender == "lps"]
        assert {each.seat for each in from_lps} == {kind}
        assert all(each.facts.get("taken") == "ja" for each in from_lps if kind is not SIMULATOR)
        assert all(bool(each.answered) is (kind is RELAY) for each in from_lps)
        if kind is not SIMULATOR:
            entrance = "plsp" if rute == "plsp" else "dros"
            assert state.scenarios["DEL-10[er optaget]"].reason == (
                f"Pladsen {entrance} spilles af den rigtige løsning, og harnesset kan ikke bestemme over den."
            )
        unseen = {rule.partition("-")[0] for rule, why in not_judged(log).items() if why == UNSEEN}
        assert unseen == (of_messages if kind is READ_BACK else set())


@pytest.mark.parametrize(
    ("rute", "fault", "finds"),
    [
        ("direkte", "iti41-uden-rplc", {SIMULATOR: "XDSM-29", RELAY: "XDSM-29", READ_BACK: "DELING-04"}),
        ("plsp", "afløser-ikke-i-dokumentet", {READ_BACK: "CPD-V04"}),
    ],
)
def test_a_faulty_system_fails_in_every_seat(hall: Hall, rute: str, fault: str, finds: dict[Seat, str]) -> None:
    for kind, rule in finds.items():
        state, _ = hall.run(kind, Wish(rute=rute, faults=(fault,)), "DEL-07")
        assert [each.rule for each in state.findings] == [rule], kind
        assert only(state).standing is Grade.F2


@pytest.mark.parametrize(
    ("rute", "fault", "standing"),
    [
        ("direkte", "mål-mangler", Grade.F2),
        ("direkte", "deler-ikke", UNTESTABLE),
        ("plsp", "plan-sendt-to-gange", UNTESTABLE),
    ],
)
def test_what_is_not_found_is_the_systems_fault_only_where_nobody_else_can_have_lost_it(
    hall: Hall, rute: str, fault: str, standing: Grade | Beside
) -> None:
    state, _ = hall.run(READ_BACK, Wish(rute=rute, faults=(fault,)), "DEL-07")
    assert only(state).standing is standing, only(state).reason
    assert bool(state.findings) is (standing is Grade.F2)


def test_a_real_service_that_refuses_is_not_the_systems_fault_but_what_it_sent_still_is(hall: Hall) -> None:
    hall.order(Order("tilgængelighed", {"værdi": str(Availability.REFUSING)}))
    try:
        honest, _ = hall.run(RELAY, Wish(rute="direkte"), "DEL-01[KOL]")
        faulty, _ = hall.run(RELAY, Wish(rute="direkte", faults=("første-udgave-afløser-en-ukendt",)), "DEL-01[KOL]")
    finally:
        hall.order(USUAL)
    assert (only(honest).standing, honest.findings) == (UNTESTABLE, [])
    assert only(honest).reason.startswith("Den rigtige løsning tog ikke imod besked b1: ")
    assert [each.rule for each in faulty.findings] == ["CPD-V01"]
    assert only(faulty).standing is Grade.F3


def test_a_real_service_that_cannot_be_reached_is_the_surroundings_fault(hall: Hall) -> None:
    nowhere = {"address": "http://127.0.0.1:9/novax/dros"}
    for kind in REAL:
        state, _ = hall.run(kind, Wish(rute="direkte"), "DEL-01[KOL]", **nowhere)
        assert (only(state).standing, state.findings) == (UNTESTABLE, []), kind
        assert only(state).reason.startswith("Miljøet fejlede: ")
        assert "Den rigtige løsning på http://127.0.0.1:9/novax/dros kunne ikke nås" in only(state).reason


def test_who_has_the_seat_that_failed_stands_in_the_reason_and_in_what_the_run_began_with(hall: Hall) -> None:
    state, _ = hall.run(RELAY, Wish(rute="direkte"), "DEL-01[KOL]", address="http://127.0.0.1:9/dros", owner="En myndighed")
    assert (only(state).standing, state.findings) == (UNTESTABLE, [])
    assert "Den rigtige løsning hos En myndighed på http://127.0.0.1:9/dros kunne ikke nås" in only(state).reason
    assert state.started is not None
    assert state.started.seats["dros"] == "gennemstilling hos En myndighed (http://127.0.0.1:9/dros)"


def test_others_documents_may_mean_that_the_wrong_clinic_is_looked_for(hall: Hall) -> None:
    state, log = hall.run(READ_BACK, Wish(rute="direkte"), "DEL-01[KOL]", sor="1234")
    assert (only(state).standing, state.findings) == (UNTESTABLE, [])
    assert only(state).reason.startswith("Der er ikke set noget dokument fra klinikken med SOR-koden 1234, men nye fra 7309")
    assert not [each for each in log if isinstance(each.event, Exchanged) and each.event.path == "/dds/iti43"]


def test_a_seat_that_nobody_sees_into_is_never_ok(hall: Hall) -> None:
    state, log = hall.run(Seat.ATTEST, Wish(rute="direkte"), "DEL-01[KOL]", address="")
    assert only(state).standing is UNTESTABLE
    assert only(state).reason == "Ingen kan se ind i dds: pladsen er sat til attest."
    assert log[0].event.seats == {"dds": "attest", "dros": "attest", "plsp": "attest"}  # type: ignore[union-attr]


def test_a_real_service_has_no_seat_in_mock(tmp_path: Path) -> None:
    setup = _prepared(Wish(rute="direkte"))
    setup = replace(setup, vendor=replace(setup.vendor, seats={"dros": Seating(Seat.ATTEST)}))
    with pytest.raises(
        ConfigurationError, match=r"^Pladserne dros er ikke simulatorens\. Det kan kun køres med --target live\.$"
    ):
        RunSession(setup, tmp_path, ())


def seen(driver: AdapterDriver, blind: str) -> NoReturn:
    """A tester has vouched for it."""
    raise SeenByTester


def blindfolded(monkeypatch: pytest.MonkeyPatch, seat: str) -> None:
    """Nobody sees what comes to `seat`, and a tester vouches for every *Så*."""
    usual = MockStage.story

    def story(self: MockStage, seed: str) -> Story:
        made = usual(self, seed)
        made.blind = (seat,)
        return made

    monkeypatch.setattr(MockStage, "story", story)
    monkeypatch.setattr(AdapterDriver, "attest", seen)


def test_what_did_arrive_is_judged_though_nobody_sees_into_another_seat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blindfolded(monkeypatch, "web-patient")
    (chosen,) = (each for each in scenarios("henvisning") if each.id == "HENV-12")
    wish = Wish(rute="plsp", cpd="2.0", faults=("henvisning-på-den-første-patient",))
    events = rehearse(tmp_path / "kørsel", wish, [chosen])
    (ended,) = (each for each in events if isinstance(each, ScenarioEnded))
    found = {finding.rule for each in events if isinstance(each, Judged) for finding in each.findings}
    assert (ended.standing, found) == ("F1", {"PAT-R02"})


def test_what_never_came_is_no_finding_where_nobody_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blindfolded(monkeypatch, "vans")
    (chosen,) = (each for each in scenarios("deling") if each.id == "DEL-11[er optaget]")
    wish = Wish(rute="plsp", cpd="2.0", faults=("plan-tabt-når-modtageren-er-optaget",))
    events = rehearse(tmp_path / "kørsel", wish, [chosen])
    (ended,) = (each for each in events if isinstance(each, ScenarioEnded))
    assert not [finding for each in events if isinstance(each, Judged) for finding in each.findings]
    assert ended.standing == UNTESTABLE
    assert ended.reason.endswith("kan ikke afgøres. Det, der når frem til vans, kan kun testeren se.")


def test_what_nobody_saw_and_nobody_vouched_for_is_not_ok(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blindfolded(monkeypatch, "vans")
    (chosen,) = (each for each in scenarios("deling") if each.id == "DEL-06")
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", cpd="2.0"), [chosen])
    assert [each.standing for each in events if isinstance(each, ScenarioEnded)] == [UNCHECKED]
