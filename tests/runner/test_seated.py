"""Who plays the services: what is wrong is told before any scenario, and a scenario never touches what is real."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.errors import ConfigurationError, EnvironmentFault, YamlError
from harness.domain.exchange import Answer, Request, Response
from harness.domain.organisations import CLINIC, OTHER_CLINIC
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.domain.seat import Seat, Seating
from harness.house import find_house
from harness.lps.driver import CannotAct
from harness.runner.mock import services as simulators
from harness.runner.options import prepare
from harness.runner.preflight.line import State
from harness.runner.preflight.system import CHECKS, Case, far_ends
from harness.runner.seats.problems import seat_problems
from harness.runner.seats.read_back import ReadBack
from harness.runner.seats.seated import ASKED_OF_PEOPLE, SeatedServices, blind_seats, out_of_sight, seated
from harness.runner.wish import Wish
from harness.services.document_sharing import DocumentSharing
from harness.services.service import Context, Order
from harness.services.world import fresh_ids
from harness.standards.cda.build import build_cpd
from harness.standards.xds import build, codes
from harness.standards.xds.metadata import entry_from_cpd, submission_of
from harness.suite.gherkin import read_feature
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendor

HOUSE = find_house()
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
THERE = "https://test.example/dros"
SOAP = (("content-type", "text/xml; charset=utf-8"),)
NOVAX = (HOUSE.vendors / "novax.yaml").read_text("utf-8")
SHORT = "pladser: { dros: simulator, dds: simulator, plsp: simulator }"


def relay(address: str = THERE, **more: Any) -> Seating:
    return Seating(Seat.RELAY, address, **more)


def vendor_with(folder: Path, seats: str) -> Path:
    assert SHORT in NOVAX
    (folder / "novax.yaml").write_text(NOVAX.replace(SHORT, f"pladser: {seats}"), "utf-8")
    return folder / "novax.yaml"


def test_a_seat_is_a_word_or_who_and_how_to_reach_them(tmp_path: Path) -> None:
    how = "hvem: gennemstilling, adresse: https://a.example/x/, ca: c.pem, klientcertifikat: k.pem, nøgle: 'fil:k.key', sor: '12'"
    vendor = load_vendor(vendor_with(tmp_path, f"{{ dros: {{ {how} }}, dds: attest }}"))
    assert vendor.seats == {
        "dros": Seating(Seat.RELAY, "https://a.example/x", tmp_path / "c.pem", tmp_path / "k.pem", tmp_path / "k.key", sor="12"),
        "dds": Seating(Seat.ATTEST),
    }
    for seating in vendor.seats.values():
        assert Seating.from_json(json.loads(json.dumps(seating.to_json()))) == seating


@pytest.mark.parametrize(
    ("seats", "told"),
    [
        ("{ dros: telepati }", "pladser.dros"),
        ("{ dros: { hvem: telepati } }", "pladser.dros.hvem"),
        ("{ dros: { hvem: attest, adrese: x } }", 'pladser.dros.adrese\n    Feltet kendes ikke. Mente du "adresse"?'),
        ("{ dros: { adresse: x } }", "pladser.dros.hvem\n    Feltet mangler."),
        ("{ dros: { hvem: attest, nøgle: hemmelig } }", "pladser.dros.nøgle\n    En hemmelighed må ikke stå i filen."),
        ("{ dros: [simulator] }", "pladser.dros"),
        ("{ dros: { hvem: attest, sor: '73 09' } }", 'pladser.dros.sor\n    Skal være en SOR-kode: kun cifre. Fundet: "73 09".'),
        ("{ dros: { hvem: attest, nøgle: 'fil:' } }", "pladser.dros.nøgle\n    Skal være fil: og derefter stien til filen."),
    ],
)
def test_what_is_wrong_in_the_file_is_told_where_it_stands(tmp_path: Path, seats: str, told: str) -> None:
    with pytest.raises(YamlError) as raised:
        load_vendor(vendor_with(tmp_path, seats))
    assert told in str(raised.value)


def written(folder: Path, name: str, data: bytes = b"x") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_what_is_wrong_with_a_seat_is_told_by_field(tmp_path: Path) -> None:
    ca = trustme.CA()
    own, other = ca.issue_cert("a.example"), ca.issue_cert("b.example")
    certificate = written(tmp_path, "k.pem", own.cert_chain_pems[0].bytes())
    key, wrong = (written(tmp_path, name, each.private_key_pem.bytes()) for name, each in (("k.key", own), ("andens.key", other)))
    alone = Seating()
    for seats, rute, fields in (
        ({}, "plsp", []),
        ({"dros": relay(), "dds": relay()}, "direkte", []),
        ({"dros": relay(certificate=certificate, key=key), "dds": Seating(Seat.READ_BACK, THERE)}, "direkte", []),
        ({"dros": Seating(Seat.READ_BACK), "dds": Seating(Seat.READ_BACK, THERE)}, "direkte", []),
        ({"vans": Seating(Seat.ATTEST)}, "plsp", []),
        ({"dos": alone}, "plsp", ["pladser.dos"]),
        ({"vans": relay()}, "plsp", ["pladser.vans"]),
        ({"dros": relay(""), "dds": relay()}, "direkte", ["pladser.dros.adresse"]),
        ({"dros": relay(), "dds": Seating(Seat.READ_BACK)}, "direkte", ["pladser.dds.adresse"]),
        ({"dros": relay("test.example"), "dds": relay()}, "direkte", ["pladser.dros.adresse"]),
        ({"dros": relay(ca=tmp_path / "væk.pem"), "dds": relay()}, "direkte", ["pladser.dros.ca"]),
        ({"dros": relay(ca=written(tmp_path, "vrøvl.pem")), "dds": relay()}, "direkte", ["pladser.dros"]),
        ({"dros": relay(certificate=certificate), "dds": relay()}, "direkte", ["pladser.dros.nøgle"]),
        ({"dros": relay(key=key), "dds": relay()}, "direkte", ["pladser.dros.klientcertifikat"]),
        ({"dros": relay(certificate=certificate, key=wrong), "dds": relay()}, "direkte", ["pladser.dros"]),
        ({"dros": relay()}, "direkte", ["pladser"]),
        ({"dros": relay(), "dds": relay()}, "plsp", ["pladser"]),
        ({"dros": relay(), "dds": relay(), "plsp": relay()}, "plsp", []),
    ):
        assert [each.what for each in seat_problems(seats, rute)] == fields, seats  # type: ignore[arg-type]


def test_a_run_does_not_begin_with_a_seat_that_cannot_work(tmp_path: Path) -> None:
    path = vendor_with(tmp_path, "{ dros: gennemstilling, dds: simulator, plsp: simulator }")
    with pytest.raises(ConfigurationError) as raised:
        prepare(Wish(vendor=str(path), rute="direkte"))
    assert str(raised.value).splitlines()[0] == (
        "novax.yaml  pladser.dros.adresse: Fundet: ingenting. Skal være en adresse, der begynder med https://. "
        "Skriv den rigtige løsnings adresse i testmiljøet."
    )
    assert "pladser: Fundet: dros: gennemstilling, dds: simulator." in str(raised.value)


@pytest.mark.parametrize(
    ("folder", "seats", "rute", "why"),
    [
        ("deling", {"vans": Seating(Seat.ATTEST)}, "plsp", ""),
        ("deling", {"dros": Seating(Seat.READ_BACK), "dds": Seating(Seat.READ_BACK, THERE)}, "direkte", ""),
        ("deling", {"plsp": Seating(Seat.ATTEST)}, "direkte", ""),
        ("deling", {"plsp": Seating(Seat.ATTEST)}, "plsp", "Ingen kan se ind i plsp: pladsen er sat til attest."),
        ("drift", {"dds": relay(), "dros": relay()}, "direkte", ""),
        (
            "drift",
            {"dds": Seating(Seat.READ_BACK, THERE), "dros": Seating(Seat.READ_BACK)},
            "direkte",
            "Scenariet bygger på systemets egne beskeder, og dem ser ingen: pladsen dds er sat til aflæsning.",
        ),
        ("pro", {"vans": Seating(Seat.FILE)}, "plsp", "Ingen kan se ind i vans: pladsen er sat til fil."),
    ],
)
def test_what_nobody_sees_keeps_a_scenario_from_being_judged(folder: str, seats: dict[str, Seating], rute: str, why: str) -> None:
    path = next((HOUSE.features / folder).rglob("*.feature"))
    scenario = read_feature(path, path.relative_to(HOUSE.home).as_posix())[0]
    assert out_of_sight(seats, rute, scenario) == why


def test_what_a_file_does_not_use_nobody_needs_to_see() -> None:
    path = HOUSE.features / "henvisning" / "henvis_til_kommunen.feature"
    scenario = read_feature(path, path.relative_to(HOUSE.home).as_posix())[0]
    plans = {entrance: Seating(Seat.ATTEST) for entrance in ("dros", "dds", "plsp")}
    assert out_of_sight(plans, "plsp", scenario) == ""
    assert blind_seats(plans, "plsp", scenario.file) == ()
    assert blind_seats({**plans, "vans": Seating(Seat.ATTEST)}, "plsp", scenario.file) == ("vans",)


@dataclass
class Ordered:
    came: list[str] = field(default_factory=list)

    def order(self, service: str, order: Order) -> dict[str, Any]:
        self.came.append(f"{service} {order.name}")
        return {}


def test_only_simulators_are_told_what_to_be() -> None:
    told = Ordered()
    services = SeatedServices(told, {"dds": relay()}, {"dokumentdeling": ("dros", "dds"), "vans": ("vans",)})
    services.order("vans", Order("send"))
    with pytest.raises(
        CannotAct, match=r"^Pladsen dds spilles af den rigtige løsning, og harnesset kan ikke bestemme over den\.$"
    ):
        services.order("dokumentdeling", Order("tilgængelighed"))
    assert told.came == ["vans send"]


def test_where_there_are_people_the_owner_of_the_seat_is_asked_for_what_people_can_do() -> None:
    told, asked = Ordered(), []
    seats = {"kommune": Seating(Seat.ATTEST, owner="Byens Kommune")}
    entrances = {"dnhf": ("dnhf", "kommune"), "vans": ("vans",)}
    services = SeatedServices(told, seats, entrances, lambda seating, order: asked.append((seating.owner, order.name)))
    services.order("dnhf", Order("notat", {"tekst": "Hej"}))
    services.order("vans", Order("notat"))
    assert asked == [("Byens Kommune", "notat")]
    assert told.came == ["vans notat"]
    for beyond in ("tilgængelighed", "notat-igen", "kvittering"):
        with pytest.raises(CannotAct, match="Pladsen kommune spilles af den rigtige løsning"):
            services.order("dnhf", Order(beyond))
    assert len(asked) == 1


def test_what_people_are_asked_for_is_what_the_simulators_are_told_and_is_answered_by_nothing() -> None:
    known = {each.name: each for each in simulators()}
    patient = load_patients(HOUSE)["Nancy"]
    wish = {
        "cpr": str(patient.cpr),
        "fornavne": list(patient.given),
        "efternavn": patient.family,
        "tekst": "Hej",
        "tegnsæt": "UTF-8",
        "navn": "KOL-skole",
        "status": "udeblevet",
        "dato": "2026-10-05",
        "scorer": [],
        "bemærkning": "",
        "besvaret": "2026-10-05T10:15",
        "titel": "Skema",
        "svar": [],
    }
    for service, order in sorted(ASKED_OF_PEOPLE):
        assert known[service].order(Order(order, wish), Context(NOW, fresh_ids("prøve"))) == {}, (service, order)


CONNECTATHON = "connectathon-kol-lrs"


@pytest.fixture
def hall_of(tmp_path: Path) -> Path:
    """A house in which one party of the connectathon brings its own system."""
    for folder in ("fixtures", "features"):
        shutil.copytree(HOUSE.home / folder, tmp_path / folder)
    shutil.copy(HOUSE.home / "pyproject.toml", tmp_path)
    file = tmp_path / "fixtures/campaigns" / f"{CONNECTATHON}.yaml"
    there = "indgange: [cockpit], ejer: Et firma A/S, pladser: { cockpit: attest }"
    text = file.read_text("utf-8")
    assert text.count("indgange: [cockpit]") == 1
    file.write_text(text.replace("indgange: [cockpit]", there), "utf-8")
    return tmp_path


def test_a_party_of_the_day_has_its_seat_whatever_the_systems_file_says(hall_of: Path) -> None:
    vendor = prepare(Wish(home=hall_of, vendor="novax", campaign=CONNECTATHON)).vendor
    assert {entrance: str(each) for entrance, each in vendor.seats.items() if each.is_real} == {
        "cockpit": "attest hos Et firma A/S"
    }
    assert not any(
        each.is_real for each in prepare(Wish(home=hall_of, vendor="novax", campaign="kol-lrs-2027")).vendor.seats.values()
    )
    assert Seating.from_json(vendor.seats["cockpit"].to_json()) == vendor.seats["cockpit"]


def test_a_seat_of_the_day_that_cannot_be_had_is_told_with_its_file(hall_of: Path) -> None:
    file = hall_of / "fixtures/campaigns" / f"{CONNECTATHON}.yaml"
    file.write_text(
        file.read_text("utf-8").replace("pladser: { cockpit: attest }", "pladser: { cockpit: gennemstilling }"), "utf-8"
    )
    with pytest.raises(ConfigurationError, match=rf"^{CONNECTATHON}\.yaml  pladser\.cockpit: Fundet: gennemstilling\."):
        prepare(Wish(home=hall_of, vendor="novax", campaign=CONNECTATHON))


def test_the_doctor_looks_at_a_seat_of_the_day_as_at_the_systems_own(hall_of: Path) -> None:
    file = hall_of / "fixtures/campaigns" / f"{CONNECTATHON}.yaml"
    seat = "ejer: NN, pladser: { plsp: { hvem: gennemstilling, adresse: 'https://test.example/plsp', ca: nn.pem } }"
    file.write_text(file.read_text("utf-8").replace("indgange: [plsp, flp],", f"indgange: [plsp, flp], {seat},"), "utf-8")
    case = Case(find_house(hall_of), Wish(home=hall_of, vendor="novax", campaign=CONNECTATHON), whole=True, chosen=True)
    for check in CHECKS[:2]:
        assert all(line.state is State.GOOD for line in check.look(case)), check.id
    ((name, end),) = far_ends(case)
    assert (name, end.address) == ("Plads plsp", "https://test.example/plsp")
    assert end.base / str(end.authority) == hall_of / "fixtures/campaigns/nn.pem"
    assert end.spots["ca"].field == "partnere.plsp-flp.pladser.plsp.ca"


class Registry:
    """The real document sharing, and how it is asked: every path it was, in order."""

    def __init__(self) -> None:
        self.service = DocumentSharing()
        self.ids = fresh_ids("prøve")
        self.asked: list[str] = []
        self.answer: Response | None = None

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request.path)
        return self.answer or self.service.handle(request, Context(NOW, self.ids))

    def share(self, patient: Patient, clinic: Organisation, goal: str) -> None:
        plan = CarePlan(
            disease=Disease.KOL,
            patient=patient,
            diagnosis=Diagnosis("R95", "KOL", NOW.date()),
            goals=(goal,),
            interventions=("Samtale",),
            set_id=self.ids(),
            document_id=self.ids(),
            version=1,
            created=NOW,
            clinic=clinic,
            author=Practitioner("Åse", "Sørensen"),
        )
        document = build_cpd(plan)
        entry = entry_from_cpd(document, f"urn:uuid:{self.ids()}", "2.0")
        body = build.provide_and_register(submission_of(entry, document, set_uuid=self.ids(), source_id="2.25.1", now=NOW))
        headers = (*SOAP, ("soapaction", f'"{codes.ITI_41}"'))
        answer = self.service.handle(Request("POST", "/dros/iti41", headers, body), Context(NOW, self.ids))
        assert isinstance(answer, Response)
        assert b"Success" in answer.body


def test_a_real_service_is_read_and_never_written_to() -> None:
    registry = Registry()
    ask = seated(registry, {"dros": relay(), "dds": relay(), "plsp": Seating(Seat.ATTEST)})
    for path in ("/dros/iti41", "/dros/iti57", "/plsp/forloebsplaner"):
        with pytest.raises(CannotAct, match="harnesset skriver ikke i den"):
            ask(Request("POST", path))
    with pytest.raises(CannotAct, match="Ingen kan se ind i plsp"):
        ask(Request("POST", "/plsp/soegning"))
    assert registry.asked == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Response(502, b"<html>", (("content-type", "text/html"),)), "HTTP 502: "),
        (
            Response(200, build.query_response(errors=[build.RegistryError("XDSRegistryBusy", "Vent")]), SOAP),
            "XDSRegistryBusy: Vent",
        ),
    ],
)
def test_a_reading_that_fails_is_never_an_empty_one(answer: Response, why: str) -> None:
    registry = Registry()
    registry.answer = answer
    back = ReadBack(seated(registry, {"dds": relay()}), lambda *_: True, "dokumentdeling", CLINIC.sor)
    with pytest.raises(EnvironmentFault, match="kunne ikke læses hos den rigtige løsning: ") as raised:
        back.watch(load_patients(HOUSE)["Elmer"])
    assert why in str(raised.value)


def test_what_came_after_the_attempt_began_from_the_own_clinic_is_an_arrival_once() -> None:
    elmer, nancy = (load_patients(HOUSE)[name] for name in ("Elmer", "Nancy"))
    registry = Registry()
    found: list[tuple[Request, dict[str, str]]] = []
    ask = seated(registry, {"dds": Seating(Seat.READ_BACK, THERE)})
    back = ReadBack(ask, lambda *each: bool(found.append(each)) or True, "plsp", CLINIC.sor)
    registry.share(elmer, CLINIC, "Fra før")
    back.watch(elmer)
    back.look()
    registry.share(elmer, OTHER_CLINIC, "En andens")
    registry.share(nancy, CLINIC, "Hende har ingen talt om")
    back.look()
    assert (found, registry.asked.count("/dds/iti43")) == ([], 0)
    assert back.doubt.startswith(f"Der er ikke set noget dokument fra klinikken med SOR-koden {CLINIC.sor}, men nye fra 6174")
    registry.share(elmer, CLINIC, "Ny")
    back.look()
    back.look()
    [(request, facts)] = found
    assert (request.method, request.path) == ("AFLÆST", "/plsp/aflaesning")
    assert {name: facts[name] for name in ("patient", "document", "version", "taken")} == {
        "patient": str(elmer.cpr),
        "document": "CPD-DK",
        "version": "1",
        "taken": "ja",
    }
    assert "Ny" in facts["text"]
    assert facts["entry"].startswith("urn:uuid:")
    assert back.doubt == ""
    back.begin()
    back.watch(replace(elmer))
    back.look()
    assert len(found) == 1
