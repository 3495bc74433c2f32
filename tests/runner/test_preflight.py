"""Seeded mistakes: each is named as configuration or environment, in the right place, and no scenario is begun."""

from __future__ import annotations

import json
import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import trustme
from filelock import FileLock

from harness.cli import doctor as doctor_module
from harness.cli import run as run_module
from harness.cli.doctor_json import schema_text
from harness.cli.main import main
from harness.house import find_house
from harness.hub.hub import LOCK_FILE
from harness.record.log import LOG_NAME
from harness.runner.preflight import machine
from harness.runner.preflight.machine import alone_with
from harness.suite.patients import load_patients

HOUSE = find_house()
KEY = "LPS_PREFLIGHT_TEST"
CA, OTHER = trustme.CA(), trustme.CA()
NOW = datetime.now(UTC)
PERSONS = [str(load_patients(HOUSE)[alias].cpr) for alias in ("Elmer", "Nancy", "Cæcar")]
HONEST = {"system": "Novax", "version": "1.0", "graenseflade": "0.1"}
LPS = {
    "/lps": {**HONEST, "handlinger": ["registrer-diagnose"], "visninger": ["populationslister"], "testpatienter": PERSONS},
    "/gammel": {**HONEST, "graenseflade": "9.0"},
    "/anden-version": {**HONEST, "version": "0.9"},
    "/lover-for-meget": {**HONEST, "handlinger": [], "visninger": ["populationslister", "sparring"]},
    "/uden-nancy": {**HONEST, "handlinger": ["registrer-diagnose"], "testpatienter": [PERSONS[0], PERSONS[2]]},
    "/skævt-ur": HONEST,
}


class Answers(BaseHTTPRequestHandler):
    """A system as its first path says, where the key is `rigtig`; a real service's seat below `/dds`."""

    def do_HEAD(self) -> None:
        self._answer(200, b"")

    def do_GET(self) -> None:
        there = self.path.removesuffix("/egenskaber")
        if there == "/nede":
            self._answer(503, b"")
        elif there == "/side":
            self._answer(200, b"<html>Velkommen</html>")
        elif self.headers["Authorization"] != "Bearer rigtig":
            self._answer(401, b"")
        else:
            said = LPS.get(there.replace("sk%C3%A6vt", "skævt"))
            self._answer(200 if said else 404, json.dumps(said).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200 if self.path.endswith("/populationslister") else 404, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        behind = timedelta(hours=1) if "vt-ur" in self.path else timedelta()
        self.send_header("Date", format_datetime(datetime.now(UTC) - behind, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """A client that turns away is what is tested, and no error of the server's."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None: ...


def server(certificate: trustme.LeafCert | None, *, mutual: bool = False) -> Server:
    opened = Server(("127.0.0.1", 0), Answers)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        if mutual:
            CA.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        opened.socket = context.wrap_socket(opened.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return opened


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    """Where each kind of server listens."""
    past = NOW - timedelta(days=2)
    servers = {
        "GOD": server(CA.issue_cert("localhost")),
        "UDLØBET": server(CA.issue_cert("localhost", not_before=past, not_after=past + timedelta(days=1))),
        "ANDET_NAVN": server(CA.issue_cert("lps.test")),
        "FREMMED": server(OTHER.issue_cert("localhost")),
        "GENSIDIG": server(CA.issue_cert("localhost"), mutual=True),
        "UDEN_TLS": server(None),
    }
    closed = server(None)
    closed.shutdown()
    closed.server_close()
    yield {**{name: each.server_port for name, each in servers.items()}, "LUKKET": closed.server_port}
    for each in servers.values():
        each.shutdown()
        each.server_close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with one system and one small campaign, and everything a real system's file names."""
    home = tmp_path_factory.mktemp("hus")
    shutil.copytree(HOUSE.features / "patientlister", home / "features/patientlister")
    for name in ("requirements/lis.yaml", "reference.yaml"):
        copy(name, home)
    for name in ("cpd-2.0", "deling", "sikkerhed", "patientlister"):
        copy(f"profiles/{name}.yaml", home)
    shutil.copytree(HOUSE.patients, home / "fixtures/patients")
    (home / "docs").mkdir()
    (home / "docs/lps-testgraenseflade.openapi.yaml").write_text("info:\n  version: 0.1.0\n", encoding="utf-8")
    (home / CAMPAIGN).parent.mkdir()
    (home / CAMPAIGN).write_text(SMALL_CAMPAIGN, encoding="utf-8")
    persons = home / "fixtures/patients/nationale-testpatienter.yaml"
    kept = [line for line in persons.read_text(encoding="utf-8").splitlines() if "alias:" not in line or is_used(line)]
    persons.write_text("\n".join(kept), encoding="utf-8")
    folder = home / "fixtures/vendors"
    folder.mkdir()
    for name in ("ind", "ud"):
        (folder / name).mkdir()
    CA.cert_pem.write_to_path(folder / "ca.pem")
    for name, certificate in (
        ("vores", CA.issue_cert("lps-harness")),
        ("andres", CA.issue_cert("andre")),
        ("udløbet", CA.issue_cert("lps-harness", not_before=NOW - timedelta(days=2), not_after=NOW - timedelta(days=1))),
    ):
        certificate.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
        certificate.private_key_pem.write_to_path(folder / f"{name}.key")
    (folder / "novax.yaml").write_text(FILE, encoding="utf-8")
    return home


def is_used(line: str) -> bool:
    return any(f"alias: {name}," in line for name in ("Elmer", "Nancy", "Cæcar"))


def copy(name: str, home: Path) -> None:
    target = home / "fixtures" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(HOUSE.fixtures / name, target)


SMALL_CAMPAIGN = """\
id: patientlister
titel: prøve
kilde: prøve
kravgrundlag: afventer
krav: [LIS-01, LIS-02, LIS-03]
features: [patientlister]
faser: [{ fase: egentest, port: prøve, kilde: prøve }]
deltagere: { novax: deltager }
profiler: [cpd-2.0, deling, sikkerhed, patientlister]
aktører: []
"""
OURS = 'klientcertifikat: vores.pem, nøgle: "fil:vores.key"'
FILE = f"""\
id: novax
produkt: Novax
leverandør: Novax
version: "1.0"
driver: adapter
adgang:
  adresse: https://localhost:GOD/lps
  nøgle: env:{KEY}
  ca: ca.pem
rute: {{ værdi: plsp, status: afventer, kilde: prøve }}
pladser:
  dros: simulator
  dds:
    {{ hvem: gennemstilling, adresse: "https://localhost:GENSIDIG/dds", ca: ca.pem, {OURS} }}
kanaler:
  - {{ format: XREF15, retning: Sende, vej: mappe, mappe: ud }}
  - {{ format: XDIS15, retning: Modtage, vej: mappe, mappe: ind }}
testbrugere: ["2512489996"]
godkendelsesliste: {{ kilde: prøve, dato: 2026-07-09, system: Novax }}
godkendelser:
  - {{ standard: CPD-DK, version: "2.0", kanal: Sende, status: Godkendt }}
  - {{ standard: XREF15, version: XH1530R, kanal: Sende, status: Godkendt }}
  - {{ standard: XDIS15, version: XD1530L, kanal: Modtage, status: Godkendt }}
"""

CONFIGURATION, ENVIRONMENT = "konfiguration", "miljø"
SYSTEM = "fixtures/vendors/novax.yaml"
CAMPAIGN = "fixtures/campaigns/patientlister.yaml"
FEATURE = "features/patientlister/patientlister.feature"


def held(name: str) -> Callable[[pytest.MonkeyPatch, Path], FileLock]:
    """Somebody else's lock in the folder of reports, held as long as the answer is kept."""

    def hold(_monkeypatch: pytest.MonkeyPatch, home: Path) -> FileLock:
        lock = FileLock(home / "reports" / name)
        lock.acquire()
        return lock

    return hold


def full(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))


def long_paths(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
    monkeypatch.setattr(machine, "WINDOWS", True)
    monkeypatch.setattr(machine, "LONGEST_PATH", 60)


def no_folder(_monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "reports").write_bytes(b"")


def no_key(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
    monkeypatch.delenv(KEY)


def wrong_map(_: pytest.MonkeyPatch, home: Path) -> None:
    (home / "kort.yaml").write_text("handlinger: { del-planen: { sti: /deling } }\n", encoding="utf-8")


def wrong_key(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
    monkeypatch.setenv(KEY, "forkert")


@dataclass(frozen=True)
class Seeded:
    """What is changed: in a file, by an option, or around the run. What must be said of it: `place` is a field, or a line."""

    name: str
    kind: str
    place: str | int
    old: str = ""
    new: str = ""
    file: str = SYSTEM
    options: tuple[str, ...] = ()
    around: Callable[[pytest.MonkeyPatch, Path], object] | None = None


def edited(name: str, old: str, new: str, place: str | int, kind: str = CONFIGURATION, file: str = SYSTEM) -> Seeded:
    return Seeded(name, kind, place, old, new, file)


def address(name: str, new: str, kind: str, place: str = "adgang.adresse") -> Seeded:
    return edited(name, "https://localhost:GOD/lps", new, place, kind)


MISTAKES = (
    # what is written
    edited("a tab", "produkt: Novax", "\tprodukt: Novax", 2),
    edited("a colon too many", "produkt: Novax", "produkt: Novax: nyt", 2),
    edited("an unknown key", "  adresse:", "  adrese:", "adgang.adrese"),
    edited("a wrong value", "driver: adapter", "driver: adapterr", "driver"),
    edited("a field that is missing", "version:", "# version:", "version"),
    edited("a field that stands twice", "produkt: Novax", "produkt: Novax\nprodukt: Novax", "produkt"),
    edited("a secret written out", f"env:{KEY}", "hemmelig", "adgang.nøgle"),
    edited("a day there is not", "2026-07-09", "2026-02-30", "godkendelsesliste.dato"),
    edited("a file under another name", "id: novax", "id: novaks", "id"),
    edited("a number that may be a living person's", "2512489996", "PERSON", "testbrugere[1]"),
    edited("an unknown service", "dros: simulator", "dross: simulator", "pladser.dross"),
    edited("a seat nobody can take", "dros: simulator", "dros: simulatr", "pladser.dros"),
    edited("a relay to nowhere", "dros: simulator", "dros: gennemstilling", "pladser.dros.adresse"),
    edited("an unknown format", "format: XREF15", "format: XREF51", "kanaler[1].format"),
    edited("a folder that is not there", "mappe: ud", "mappe: udd", "kanaler[1].mappe"),
    edited("one folder both ways", "mappe: ind", "mappe: ud", "kanaler[2].mappe"),
    edited("no access at all", FILE[FILE.index("adgang:") : FILE.index("rute:")], "", "driver"),
    # what is asked for
    Seeded("an unknown campaign", CONFIGURATION, "--campaign", options=("--campaign=patientliste",)),
    Seeded("an unknown phase", CONFIGURATION, "--phase", options=("--phase=egen",)),
    Seeded("a phase the campaign has not", CONFIGURATION, "--phase", options=("--phase=connectathon",)),
    Seeded("a real system in mock", CONFIGURATION, "--target", options=("--target=mock",)),
    Seeded("an unknown driver", CONFIGURATION, "--driver", options=("--driver=adaptor",)),
    edited("a system that does not take part", "novax: deltager", "novax: ikke i kampagnen", "deltagere.novax", file=CAMPAIGN),
    edited("an unknown profile", "sikkerhed, patientlister]", "sikkerhed, patientliste]", "profiler[4]", file=CAMPAIGN),
    edited("an unknown requirement", "krav: [LIS-01", "krav: [LIS-91", "krav[1]", file=CAMPAIGN),
    edited("a misspelt keyword", "    Når patientlisten for <liste>", "    Naar patientlisten for <liste>", 15, file=FEATURE),
    # keys, certificates and files
    Seeded("an unset variable", CONFIGURATION, "adgang.nøgle", around=no_key),
    Seeded("a key that is refused", CONFIGURATION, "adgang.nøgle", around=wrong_key),
    edited("a key file that is not there", f"env:{KEY}", "fil:noegle.txt", "adgang.nøgle"),
    edited("an authority's file that is not there", "ca: ca.pem\nrute", "ca: cb.pem\nrute", "adgang.ca"),
    edited("an authority's file that is a key", "ca: ca.pem\nrute", "ca: vores.key\nrute", "adgang.ca"),
    edited("another certificate's key", "fil:vores.key", "fil:andres.key", "pladser.dds.nøgle"),
    edited("a certificate without its key", ', nøgle: "fil:vores.key"', "", "pladser.dds.nøgle"),
    edited(
        "an expired certificate of ours",
        'vores.pem, nøgle: "fil:vores',
        'udløbet.pem, nøgle: "fil:udløbet',
        "pladser.dds.klientcertifikat",
    ),
    edited(
        "a certificate that is asked for",
        f", {OURS}",
        "",
        "pladser.dds.klientcertifikat",
    ),
    edited("a map that is not there", "ca: ca.pem\nrute", "ca: ca.pem\n  kort: kort.yaml\nrute", "adgang.kort"),
    Seeded(
        "a map of an act there is not",
        CONFIGURATION,
        "handlinger.del-planen",
        "ca: ca.pem\nrute",
        "ca: ca.pem\n  kort: ../../kort.yaml\nrute",
        around=wrong_map,
    ),
    # the network and what answers
    address("no scheme", "localhost:GOD/lps", CONFIGURATION),
    address("a password in the address", "https://a:b@localhost:GOD/lps", CONFIGURATION),
    address("an unknown name", "https://findes-ikke.invalid/lps", ENVIRONMENT),
    address("a closed port", "https://localhost:LUKKET/lps", ENVIRONMENT),
    address("an expired certificate", "https://localhost:UDLØBET/lps", ENVIRONMENT),
    address("another's certificate", "https://localhost:ANDET_NAVN/lps", CONFIGURATION),
    address("an unknown authority", "https://localhost:FREMMED/lps", CONFIGURATION, "adgang.ca"),
    address("https where there is none", "https://localhost:UDEN_TLS/lps", CONFIGURATION),
    address("http where there is https", "http://localhost:GOD/lps\n  # ca", CONFIGURATION),
    address("a path that is not there", "https://localhost:GOD/lsp", CONFIGURATION),
    address("a page for people", "https://localhost:GOD/side", CONFIGURATION),
    address("a system that is down", "https://localhost:GOD/nede", ENVIRONMENT),
    address("another edition of the contract", "https://localhost:GOD/gammel", CONFIGURATION),
    address("another version of the system", "https://localhost:GOD/anden-version", CONFIGURATION, "version"),
    address("a claim that is not kept", "https://localhost:GOD/lover-for-meget", CONFIGURATION),
    address("a test person who is not there", "https://localhost:GOD/uden-nancy", ENVIRONMENT),
    address("a clock that is wrong", "https://localhost:GOD/skævt-ur", ENVIRONMENT),
    # the machine
    Seeded("a full disk", ENVIRONMENT, "--reports", around=full),
    Seeded("no room for a path on Windows", CONFIGURATION, "--reports", around=long_paths),
    Seeded("a file where the reports should lie", ENVIRONMENT, "--reports", around=no_folder),
    Seeded("another run of the system", ENVIRONMENT, "--vendor", around=held(".novax.lock")),
    Seeded("a hub that does not answer", ENVIRONMENT, "--reports", around=held(LOCK_FILE)),
)


def seeded_in(home: Path, seeded: Seeded, ports: dict[str, int]) -> None:
    """The mistake is made, and every server's port put in."""
    if seeded.old:
        path = home / seeded.file
        text = path.read_text(encoding="utf-8")
        assert seeded.old in text, seeded.name
        path.write_text(text.replace(seeded.old, seeded.new, 1).replace("PERSON", living()), encoding="utf-8")
    system = home / SYSTEM
    text = system.read_text(encoding="utf-8")
    for name, port in ports.items():
        text = text.replace(f":{name}", f":{port}")
    system.write_text(text, encoding="utf-8")


def living() -> str:
    """Ten digits that may be a living person's: a day, and the control digit of modulus 11."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = (f"01010000{last:02}" for last in range(100))
    return next(
        each for each in numbers if sum(int(digit) * weight for digit, weight in zip(each, weights, strict=True)) % 11 == 0
    )


def asked(capsys: pytest.CaptureFixture[str], home: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["doctor", "novax", "--json", f"--home={home}", f"--reports={home / 'reports'}", *options])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, json.loads(schema_text()))
    return code, answer


def stopping(answer: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [*answer["maskinen"], *(line for system in answer["systemer"] for line in system["linjer"])]
    return [line for line in lines if line["status"] in (CONFIGURATION, ENVIRONMENT)]


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = tmp_path / "hus"
    shutil.copytree(template, copied)
    monkeypatch.chdir(copied)
    monkeypatch.setenv(KEY, "rigtig")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(doctor_module, "store", lambda: copied / "ingen.json")
    return copied


def test_a_system_with_everything_in_place(home: Path, ports: dict[str, int], capsys: pytest.CaptureFixture[str]) -> None:
    seeded_in(home, Seeded("none", "", ""), ports)
    code, answer = asked(capsys, home, "--campaign=patientlister")
    assert (code, stopping(answer)) == (0, [])
    seen = {line["id"]: line["status"] for line in answer["systemer"][0]["linjer"]}
    assert {"tls", "ur", "egenskaber", "testpersoner", "klientcertifikat", "kanaler", "hub", "anden-kørsel"} <= set(seen)
    assert set(seen.values()) == {"i orden"}


@pytest.mark.parametrize("seeded", MISTAKES, ids=lambda each: each.name)
def test_a_mistake_is_named_and_nothing_is_begun(
    home: Path, ports: dict[str, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, seeded: Seeded
) -> None:
    began: list[object] = []
    for name in ("Hall", "Fleet"):
        monkeypatch.setattr(run_module, name, lambda *given: began.append(given))
    seeded_in(home, seeded, ports)
    kept = seeded.around(monkeypatch, home) if seeded.around else None
    options = ("--campaign=patientlister", *seeded.options)
    code, answer = asked(capsys, home, *options)
    part = "linje" if isinstance(seeded.place, int) else "felt"
    (line,) = (each for each in stopping(answer) if each[part] == seeded.place)
    assert {each["status"] for each in stopping(answer)} == {seeded.kind}
    assert line["fundet"]
    assert line["gør"]
    if not seeded.around and not seeded.options:
        assert line["fil"].endswith(seeded.file)
    assert code == (2 if seeded.kind == CONFIGURATION else 3)
    target = () if seeded.options and "--target" in seeded.options[0] else ("--target=live",)
    assert main(["run", "--vendor=novax", f"--home={home}", f"--reports={home / 'reports'}", *target, *options]) == code
    told = capsys.readouterr()
    assert str(seeded.place) in told.err or line["fundet"] in told.err
    assert told.out == ""
    assert began == []
    assert not list(home.rglob(LOG_NAME))
    del kept


def test_what_stands_on_a_failed_check_is_not_looked_at(
    home: Path, ports: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    seeded_in(home, address("a closed port", "https://localhost:LUKKET/lps", ENVIRONMENT), ports)
    _, answer = asked(capsys, home, "--campaign=patientlister")
    lines = [each for each in answer["systemer"][0]["linjer"] if each["hvad"].startswith("Testgrænsefladen")]
    assert {each["id"]: each["status"] for each in lines if each["status"] != "i orden"} == {
        "port": "miljø",
        "tls": "ikke kontrolleret",
        "svar": "ikke kontrolleret",
        "ur": "ikke kontrolleret",
        "egenskaber": "ikke kontrolleret",
    }


def test_a_secret_is_never_shown(
    home: Path, ports: dict[str, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded_in(home, Seeded("none", "", ""), ports)
    monkeypatch.setenv(KEY, "meget-hemmelig")
    main(["doctor", "novax", f"--home={home}", f"--reports={home / 'reports'}", "--campaign=patientlister"])
    told = capsys.readouterr()
    assert "adgang.nøgle" in told.out
    assert "meget-hemmelig" not in told.out + told.err


def test_by_way_of_a_proxy_only_the_answer_is_looked_at(
    home: Path, ports: dict[str, int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded_in(home, address("an unknown name", "https://findes-ikke.invalid/lps", ENVIRONMENT), ports)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{ports['LUKKET']}")
    monkeypatch.setenv("NO_PROXY", "localhost")
    code, answer = asked(capsys, home, "--campaign=patientlister")
    (line,) = stopping(answer)
    assert (code, line["id"], line["felt"]) == (3, "svar", "adgang.adresse")


def test_two_live_runs_of_one_system_are_not_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wish = ["run", "--vendor=novax", "--campaign=patientlister", "--target=live", f"--reports={tmp_path}"]
    with alone_with(["novax", "xmo"], tmp_path), alone_with(["myclinic"], tmp_path):
        assert main(wish) == 3
    assert capsys.readouterr().err.startswith("novax: En anden kørsel er i gang med systemet.")
    assert not list(tmp_path.rglob(LOG_NAME))


def test_artefacts_that_are_gone_are_told(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPS_ARTEFACTS", str(home / "væk"))
    code = main(["doctor", "reference", f"--home={home}", "--campaign=patientlister"])
    assert (code, "LPS_ARTEFACTS" in capsys.readouterr().out) == (2, True)


def test_the_published_schema_is_up_to_date() -> None:
    assert (HOUSE.home / "docs/schema/doctor.schema.json").read_text(encoding="utf-8") == schema_text()
