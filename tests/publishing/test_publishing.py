"""Publishers in threads, over real connections: six at once, a wall that comes and goes, and how the end is waited for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme
from receiver import LetIn, listening, wall_app
from sent_log import NOVAX, own_run, started
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.cli.main import main
from harness.domain.errors import ConfigurationError
from harness.domain.event import Observed, RunEnded
from harness.domain.review import Role, Said, Submitted
from harness.record.delivery import RunName
from harness.record.log import LOG_NAME, REVIEW_NAME, LogWriter
from harness.record.review import append_act, run_head
from harness.runner.publisher.publishing import Publishing
from harness.runner.publisher.wall import TOKEN, Wall, read_wall

SYSTEMS = ("novax", "xmo", "multimed", "myclinic", "eg-clinea", "eg-winplc")


def again(left: Sequence[Path]) -> str:
    return f"igen {len(left)}"


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


class Troubled:
    """An app that breaks every third request: before it is heard, or after it was done and before it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._count += 1
        if self._count % 6 == 0:
            raise ConnectionError("before")
        if self._count % 6 == 3:
            answers = 0

            async def swallow(_: object) -> None:
                nonlocal answers
                answers += 1

            await self._app(scope, receive, swallow)
            raise ConnectionError("after")
        await self._app(scope, receive, send)


def test_six_publishers_at_once_over_lines_that_break(tmp_path: Path) -> None:
    names = [RunName("kol-lrs-2027", system, "20261005T081500") for system in SYSTEMS]
    folders = [each.folder(tmp_path / "egen") for each in names]
    for each in folders:
        each.mkdir(parents=True)
    told: list[str] = []

    def write(name: RunName, folder: Path) -> None:
        log = LogWriter(folder)
        log.append(started(name))
        for number in range(60):
            log.append(Observed(f"Smørrebrød {number}" * (1 + number % 7)))
        log.append(Observed("æøå" * 350_000))
        log.append(RunEnded(1, 1.0))
        log.close()

    with listening(Troubled(wall_app(tmp_path / "tavle"))) as address:
        with Publishing(Wall(address, "alle-token"), folders, again, told.append) as publishing:
            hears = publishing.through(lambda *_: None)
            writers = [threading.Thread(target=write, args=each) for each in zip(names, folders, strict=True)]
            for writer in writers:
                writer.start()
            for name, writer in zip(names, writers, strict=True):
                hears(name.system, {"ended": "DEL-01", "standing": "OK"})
                writer.join()
        assert publishing.left() == {}
    for name, folder in zip(names, folders, strict=True):
        assert (name.folder(tmp_path / "tavle") / LOG_NAME).read_bytes() == (folder / LOG_NAME).read_bytes()
    assert told[-1] == "Tavlen har det hele."


def test_a_wall_that_is_killed_and_comes_back_gets_the_rest(tmp_path: Path) -> None:
    own, port, told = own_run(tmp_path / "egen"), free_port(), []
    heard = threading.Condition()

    def tell(text: str) -> None:
        with heard:
            told.append(text)
            heard.notify_all()

    def wait_for(there: Callable[[], bool]) -> None:
        with heard:
            assert heard.wait_for(there, 30), told

    mirror = NOVAX.folder(tmp_path / "tavle") / LOG_NAME
    with ExitStack() as after, Publishing(Wall(f"http://127.0.0.1:{port}", "novax-token"), [own], again, tell):
        wait_for(lambda: any("Der kommer intet svar" in each for each in told))
        for number in range(3):
            with listening(wall_app(tmp_path / "tavle"), port):
                log = LogWriter(own, resume=True)
                log.append(Observed(f"Gang {number}"))
                log.close()
                until(lambda: mirror.exists() and mirror.read_bytes() == (own / LOG_NAME).read_bytes())
        log = LogWriter(own, resume=True)
        log.append(Observed("Mens tavlen var væk"))
        log.close()
        after.enter_context(listening(wall_app(tmp_path / "tavle"), port))
    assert mirror.read_bytes() == (own / LOG_NAME).read_bytes()
    assert told[-1] == "Tavlen har det hele."
    assert len(told) == len(set(told)), "each thing is told once"


def until(there: Callable[[], bool]) -> None:
    """Wait for something on the disk, which nobody tells of."""
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_what_is_not_delivered_is_told_with_the_command_that_does(tmp_path: Path) -> None:
    own, told = own_run(tmp_path), []
    with Publishing(
        Wall(f"http://127.0.0.1:{free_port()}", "novax-token"), [own], again, told.append, patience=0.3
    ) as publishing:
        pass
    assert publishing.left() == {own: 3}
    assert "Tavlen mangler 3 linjer. Send dem med: igen 1" in told


def test_ctrl_c_ends_the_wait_and_never_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(self: Publishing, patience: float) -> None:
        raise KeyboardInterrupt

    own, told = own_run(tmp_path), []
    monkeypatch.setattr(Publishing, "_wait", pressed)
    with Publishing(Wall(f"http://127.0.0.1:{free_port()}", "novax-token"), [own], again, told.append):
        pass
    assert {"Afsendelsen er standset.", "Tavlen mangler 3 linjer. Send dem med: igen 1"} <= set(told)


def test_a_run_that_is_stopped_waits_no_longer_than_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, told = own_run(tmp_path), []
    monkeypatch.setattr("harness.runner.publisher.publishing._PATIENCE_WHEN_STOPPED", 0.1)
    with (
        pytest.raises(KeyboardInterrupt),
        Publishing(Wall(f"http://127.0.0.1:{free_port()}", "novax-token"), [own], again, told.append),
    ):
        raise KeyboardInterrupt
    assert "Tavlen mangler 3 linjer. Send dem med: igen 1" in told


def test_a_token_that_opens_nothing_is_told_once_for_all_runs(tmp_path: Path) -> None:
    folders = [own_run(tmp_path / "egen", RunName("kol-lrs-2027", each, NOVAX.run)) for each in SYSTEMS[:3]]
    told: list[str] = []
    with listening(wall_app(tmp_path / "tavle")) as address:
        with Publishing(Wall(address, "udloebet"), folders, again, told.append) as publishing:
            pass
        with Publishing(Wall(address, "novax-token"), folders, again, told.append) as other:
            pass
    assert publishing.unwanted
    assert other.unwanted
    assert told[0].startswith(f"Tavlen tager ikke imod kørsler herfra. Adgangsnøglen i {TOKEN} er ikke gyldig.")
    assert sorted(each.partition(" Kørslen")[0] for each in told[1:]) == [
        f"Tavlen tager ikke imod kol-lrs-2027/{each}/{NOVAX.run}. Adgangsnøglen gælder ikke dette system."
        for each in ("multimed", "xmo")
    ]
    assert "udloebet" not in repr(publishing.publishers) + repr(Wall(address, "udloebet"))


def test_a_wall_is_trusted_by_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    other.cert_pem.write_to_path(str(tmp_path / "anden.pem"))
    shown = authority.issue_cert("127.0.0.1")
    shown.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "tavle.pem"))
    own = own_run(tmp_path / "egen")
    monkeypatch.setenv(TOKEN, "novax-token")
    monkeypatch.setattr("harness.runner.publisher.publishing.PATIENCE", 0.3)
    with listening(wall_app(tmp_path / "tavle"), ssl_certfile=str(tmp_path / "tavle.pem")) as address:
        line = ["send", str(own), "--publish", address]
        for ca in ([], ["--publish-ca", str(tmp_path / "anden.pem")]):
            assert main([*line, *ca]) == 3
            assert "Tavlens certifikat kan ikke godkendes. Peg på udstederens" in capsys.readouterr().err
        assert not (tmp_path / "tavle").exists()
        assert main([*line, "--publish-ca", str(tmp_path / "ca.pem")]) == 0


def test_a_folder_that_lies_as_no_run_does_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="KAMPAGNE/SYSTEM/KØRSEL"):
        Publishing(Wall("http://127.0.0.1:1", "x"), [tmp_path], again, print)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tavle.example", "skal være tavlens adresse"),
        ("ftp://tavle.example", "skal være tavlens adresse"),
        ("https://", "skal være tavlens adresse"),
        ("https://tavle.example:0", "skal være tavlens adresse"),
        ("https://tavle.example:99999", "skal være tavlens adresse"),
        ("https://tavle example", "skal være tavlens adresse"),
        (f"https://{'x' * 64}.example", "skal være tavlens adresse"),
        ("https://navn:kode@tavle.example", "adgangskode"),
        ("https://tavle.example/?x=1", "uden “?”"),
        ("http://tavle.example", "https://"),
        ("http://10.0.0.7:8443", "https://"),
        ("http://localhost.example", "https://"),
    ],
)
def test_an_address_that_cannot_be_the_walls(monkeypatch: pytest.MonkeyPatch, address: str, says: str) -> None:
    monkeypatch.setenv(TOKEN, "hemmelig-nøgle".encode().hex())
    with pytest.raises(ConfigurationError, match=says.replace("?", r"\?")) as refused:
        read_wall(address)
    assert "kode@" not in str(refused.value)


@pytest.mark.parametrize("address", ["https://tavle.example", "http://127.0.0.1:8443/", "http://localhost:1", "http://[::1]:1"])
def test_an_address_that_can(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(TOKEN, "hemmelig")
    wall = read_wall(address)
    assert wall.address == address.rstrip("/")
    assert "hemmelig" not in repr(wall)


@pytest.mark.parametrize("line", [["run", "--vendor", "novax"], ["send", "20261005T081500"]])
def test_what_cannot_be_used_is_told_before_anything_begins(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = ["--reports", str(tmp_path)]
    monkeypatch.delenv(TOKEN, raising=False)
    for given, says in (
        (["--publish", "https://tavle.example"], f"Miljøvariablen {TOKEN} er ikke sat"),
        (["--publish", "http://tavle.example"], "skal begynde med https://"),
        (["--publish", "https://tavle.example", "--publish-ca", str(tmp_path / "findes-ikke.pem")], "findes ikke"),
    ):
        assert main([*line, *reports, *given]) == 2
        assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_runs_are_sent_afterwards_as_often_as_one_likes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = own_run(tmp_path / "egen")
    monkeypatch.setenv(TOKEN, "novax-token")
    mirror = NOVAX.folder(tmp_path / "tavle") / LOG_NAME
    with listening(wall_app(tmp_path / "tavle")) as address:
        line = ["send", own.name, "--reports", str(tmp_path / "egen"), "--publish", address]
        for _ in range(2):
            assert main(line) == 0
            assert mirror.read_bytes() == (own / LOG_NAME).read_bytes()
            assert capsys.readouterr().err == "Tavlen har det hele.\n"
        append_act(own, Said("Anna Bek", Role.SUPPLIER, "2026-10-05T12:00:00+00:00", Submitted(())), run_head(own))
        assert main(line) == 0
        assert mirror.with_name(REVIEW_NAME).read_bytes() == (own / REVIEW_NAME).read_bytes()
        monkeypatch.setenv(TOKEN, "en-anden")
        assert main(line) == 2


def test_a_run_is_on_the_wall_while_it_goes_on_and_whole_at_the_end(tmp_path: Path) -> None:
    seen: list[int] = []

    class Watched(LetIn):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(len(list((tmp_path / "egen").glob("*/*/*/testrapport.json"))))
            await super().__call__(scope, receive, send)

    with listening(Watched(wall_app(tmp_path / "tavle"))) as address:
        line = ["run", "--vendor", "novax", "--campaign", "diagnosekort", "--tag", "id:DIAG-30", "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "harness.cli.main", *line, "--reports", str(tmp_path / "egen"), "--publish", address],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, TOKEN: "novax-token"},
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["vendors"]
    assert done.stderr.endswith("Tavlen har det hele.\n")
    (own,) = (tmp_path / "egen").glob("*/*/*/events.jsonl")
    assert (tmp_path / "tavle" / own.relative_to(tmp_path / "egen")).read_bytes() == own.read_bytes()
    assert seen[1] == 0, "lines came before the run was over"
