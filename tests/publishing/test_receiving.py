"""What comes in to the wall: only whole, true lines, from whoever may send them, once and in order."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from receiver import CAMPAIGNS, SYSTEMS, TOKENS, InProcess, client, wall_app
from sent_log import NOVAX, lines_of, own_run, started

from harness.cli.main import main
from harness.dashboard.receiving.admission import Admission
from harness.domain.event import Observed
from harness.domain.review import Role, Said, Submitted
from harness.house import find_house
from harness.record.delivery import LARGEST, SOURCE_NAME, RunName, source_of
from harness.record.log import FIRST, LOG_NAME, REVIEW_NAME, LogWriter, encode, only_writer
from harness.record.result import read_result
from harness.record.review import append_act, run_head

ROUTES = (("GET", ""), ("POST", "/linjer?fra=0"), ("GET", "/gennemgang"), ("POST", "/gennemgang/linjer?fra=0"))
CONTRACT = yaml.safe_load((find_house().home / "docs" / "tavle.openapi.yaml").read_text("utf-8"))
AT = datetime(2026, 10, 5, tzinfo=UTC)
HANDED_IN = Said("Anna Bek", Role.SUPPLIER, "2026-10-05T12:00:00+00:00", Submitted(()))
NDJSON = {"Content-Type": "application/x-ndjson"}


def as_in_the_contract(answer: httpx.Response) -> None:
    """Every answer of a route is one that docs/tavle.openapi.yaml has."""
    below = re.fullmatch(r"/api/koersler/[^/]+/[^/]+/[^/]+((?:/gennemgang)?(?:/linjer)?)", answer.request.url.path)
    if below is None or answer.status_code == 405:
        return
    answer.read()
    path = f"/api/koersler/{{campaign}}/{{system}}/{{run}}{below[1]}"
    said = CONTRACT["paths"][path][answer.request.method.lower()]["responses"][str(answer.status_code)]
    name = said["$ref"].rpartition("/")[2]
    schema = CONTRACT["components"]["responses"][name]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    Draft202012Validator(CONTRACT["components"]["schemas"][schema]).validate(answer.json())


class Wall:
    """A wall over `reports`, and a line to it."""

    def __init__(self, reports: Path, token: str = "novax-token") -> None:
        self.reports = reports
        self.transport = InProcess(wall_app(reports))
        self.client = client(self.transport, token)
        self.client.event_hooks = {"response": [as_in_the_contract]}

    def reach(self, name: RunName = NOVAX, below: str = "") -> dict[str, Any]:
        answer = self.client.get(f"/api/koersler/{name}{below}")
        assert answer.status_code == 200
        return dict(answer.json())

    def send(self, lines: list[bytes], since: int = 0, name: RunName = NOVAX, below: str = "") -> httpx.Response:
        address = f"/api/koersler/{name}{below}/linjer?fra={since}"
        return self.client.post(address, content=b"".join(lines), headers=NDJSON)

    def mirror(self, name: RunName = NOVAX, file: str = LOG_NAME) -> bytes:
        path = name.folder(self.reports) / file
        return path.read_bytes() if path.exists() else b""


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    return Wall(tmp_path / "tavle")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return own_run(tmp_path / "egen")


def sha(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def test_a_log_comes_in_byte_for_byte_and_can_be_read_as_one(wall: Wall, own: Path) -> None:
    lines = lines_of(own)
    assert wall.reach() == {"linjer": 0, "hoved": FIRST}
    assert wall.send(lines[:1]).json() == {"linjer": 1, "hoved": sha(lines[0])}
    assert wall.send(lines[1:], 1).json() == {"linjer": 3, "hoved": sha(lines[2])}
    assert wall.reach() == {"linjer": 3, "hoved": sha(lines[2])}
    assert wall.mirror() == (own / LOG_NAME).read_bytes()
    folder = NOVAX.folder(wall.reports)
    assert source_of(folder) == "Novax i hallen"
    assert source_of(own) == "her"
    assert read_result(folder).state.seconds == 1.5


@pytest.mark.parametrize("token", ["", "falsk", "udløbet".encode().hex(), "trukket-tilbage"])
@pytest.mark.parametrize(("method", "below"), ROUTES)
def test_without_a_token_that_holds_nothing_is_said_and_nothing_done(
    wall: Wall, own: Path, token: str, method: str, below: str
) -> None:
    wall.send(lines_of(own)[:2])
    stranger = client(wall.transport, token)
    bodies = set()
    for name in (NOVAX, RunName("kol-lrs-2027", "ukendt", "20261005T081500")):
        answer = stranger.request(method, f"/api/koersler/{name}{below}", content=b"".join(lines_of(own)), headers=NDJSON)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        bodies.add(answer.content)
    assert len(bodies) == 1, "the answer tells nothing of what is there"
    assert "linjer" not in json.loads(bodies.pop())
    assert wall.mirror() == b"".join(lines_of(own)[:2])


@pytest.mark.parametrize("token", [token for token, caller in TOKENS.items() if not caller.publishes("xmo")])
@pytest.mark.parametrize(("method", "below"), ROUTES)
def test_a_token_opens_its_own_systems_alone(wall: Wall, token: str, method: str, below: str) -> None:
    other = client(wall.transport, token)
    name = RunName("kol-lrs-2027", "xmo", "20261005T081500")
    answer = other.request(method, f"/api/koersler/{name}{below}", content=b"x\n", headers=NDJSON)
    assert (answer.status_code, answer.json()) == (403, {"fejl": "Adgangsnøglen gælder ikke dette system."})
    assert not wall.reports.exists()


def test_the_first_line_says_whose_it_is(wall: Wall, tmp_path: Path) -> None:
    others = own_run(tmp_path / "xmo", RunName("kol-lrs-2027", "xmo", NOVAX.run))
    later = own_run(tmp_path / "sen", RunName("kol-lrs-2027", "novax", "20261005T093000"))
    elsewhere = own_run(tmp_path / "anden", RunName("diagnosekort", "novax", NOVAX.run))
    assert wall.send(lines_of(others)).status_code == 403
    for folder, found in ((later, "20261005T093000"), (elsewhere, "diagnosekort")):
        answer = wall.send(lines_of(folder))
        assert answer.status_code == 400
        assert found in answer.json()["fejl"]
    answer = wall.send([encode(Observed("Uden begyndelse"), 0, AT, FIRST)])
    assert (answer.status_code, answer.json()["linjer"]) == (400, 0)
    assert not wall.reports.exists()


@pytest.mark.parametrize(
    "address",
    [
        "kol-lrs-2027/novax/..",
        "kol-lrs-2027/novax/%2e%2e",
        "kol-lrs-2027/novax/20261005T081500%2f..%2fx",
        "kol-lrs-2027/novax/20261005T081500%0a",
        "kol-lrs-2027/novax/20261005T081500.",
        "kol-lrs-2027/novax/nul",
        "kol-lrs-2027./novax/20261005T081500",
        "../novax/20261005T081500",
        "..%5c..%5cx/novax/20261005T081500",
        "%2e%2e/novax/20261005T081500",
        "Kol/novax/20261005T081500",
        "kol-lrs-2027/novax/" + "٢" * 8 + "T081500",
    ],
)
def test_a_name_that_is_no_runs_name_leads_nowhere(wall: Wall, tmp_path: Path, address: str) -> None:
    for method, below in ROUTES:
        answer = wall.client.request(method, f"/api/koersler/{address}{below}", content=b"x\n", headers=NDJSON)
        assert answer.status_code in (400, 404, 405)
    assert not wall.reports.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"grundlag": "leverandørens eget system"}, "“leverandørens eget system”"),
        ({"grundlag": ""}, "grundlaget skal være “leverandørens system” eller “referencesystem”"),
        ({"partner": "opdigtet"}, "modparten “opdigtet”"),
        ({"partner": "novax"}, "sin egen modpart"),
        ({"phase": "generalprøve"}, "fasen “generalprøve” findes ikke"),
        ({"participation": {"kol-lrs-2027": "deltager", "opdigtet": "deltager"}}, "kampagnen “opdigtet”"),
        ({"participation": {"kol-lrs-2027": "vært"}}, "deltagelsen “vært”"),
    ],
)
def test_a_run_that_this_suite_could_not_have_made_does_not_come_in(wall: Wall, said: dict[str, Any], told: str) -> None:
    answer = wall.send([encode(replace(started(), **said), 0, AT, FIRST)])
    assert (answer.status_code, answer.json()["linjer"]) == (400, 0)
    assert told in answer.json()["fejl"]
    assert not wall.reports.exists()


def test_a_system_or_a_campaign_that_the_wall_does_not_know_does_not_come_in() -> None:
    for admission, told in (
        (Admission(frozenset({"xmo"}), CAMPAIGNS), "systemet “novax”"),
        (Admission(SYSTEMS, frozenset({"diagnosekort"})), "kampagnen “kol-lrs-2027”"),
    ):
        assert told in admission.refused(started(), AT)
    assert Admission(SYSTEMS, CAMPAIGNS).refused(started(), AT) == ""


def test_a_run_cannot_have_begun_later_than_now(wall: Wall) -> None:
    soon, late = (datetime.now(UTC) + timedelta(minutes=each) for each in (4, 7))
    answer = wall.send([encode(started(), 0, late, FIRST)])
    assert (answer.status_code, answer.json()["linjer"]) == (400, 0)
    assert "fremtiden" in answer.json()["fejl"]
    assert wall.send([encode(started(), 0, soon, FIRST)]).status_code == 200


def test_the_same_lines_again_are_written_once(wall: Wall, own: Path) -> None:
    lines = lines_of(own)
    for since, some in ((0, lines[:2]), (0, lines[:2]), (1, lines[1:2]), (0, lines[:1]), (0, lines), (1, lines[1:])):
        assert wall.send(some, since).status_code == 200
    assert wall.mirror() == b"".join(lines)


def test_lines_that_do_not_come_next_are_refused_with_how_far_it_is(wall: Wall, own: Path, tmp_path: Path) -> None:
    lines = lines_of(own)
    other = lines_of(own_run(tmp_path / "anden", events=[Observed("Noget andet"), Observed("Og mere")]))
    assert wall.send(lines[:2]).status_code == 200
    for since, some in (
        (3, lines[2:]),
        (7, lines[:1]),
        (0, other),
        (0, other[:1]),
        (1, other[1:2]),
        (1, other[1:]),
        (2, other[2:]),
        (2, lines[:1]),
    ):
        answer = wall.send(some, since)
        assert answer.status_code == 409
        assert {**answer.json(), "fejl": ""} == {"fejl": "", "linjer": 2, "hoved": sha(lines[1])}
    assert wall.mirror() == b"".join(lines[:2])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (b"noget andet\n", "Linje 3: "),
        (b"{}\n", "Linje 3: "),
        (b"\n", "Linje 3: "),
        (b"[" * 100_000 + b"\n", "Linje 3: "),
        (b'{"seq":2,"at":"2026-10-05T10:15:00+00:00","prev":"HEAD","event":{"kind":"opfundet"}}\n', "Linje 3: "),
        (b'{"seq":3,"at":"2026-10-05T10:15:00+00:00","prev":"HEAD","event":{"kind":"observed","text":"x"}}\n', "Linje 3: "),
        (
            b'{"seq":2,\r"at":"2026-10-05T10:15:00+00:00","prev":"HEAD","event":{"kind":"observed","text":"x"}}\n',
            "som en log skriver",
        ),
        (b'{"seq":2,"at":"2026-10-05T10:15:00+00:00","prev":"HEAD","event":{"kind":"observed","text":"\xff"}}\n', "Linje 3: "),
        (
            b'{"seq":2,"at":"2026-10-05T10:15:00+00:00","prev":"HEAD","event":{"kind":"observed","text":"0101801234","text":"x"}}\n',
            "som en log skriver",
        ),
    ],
    ids=["tekst", "tomt objekt", "tom", "dyb", "ukendt slags", "nummer", "linjeskift", "ikke UTF-8", "navn to gange"],
)
def test_a_line_that_is_none_is_named_and_those_before_it_are_kept(wall: Wall, own: Path, wrong: bytes, says: str) -> None:
    lines = lines_of(own)
    answer = wall.send([*lines[:2], wrong.replace(b"HEAD", sha(lines[1]).encode()), lines[2]])
    assert answer.status_code == 400
    assert says in answer.json()["fejl"]
    assert answer.json()["linjer"] == 2
    assert wall.mirror() == b"".join(lines[:2])


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "observed", "text": "CPR 010180-1234 i en tekst"},
        {"kind": "observed", "text": '{"cpr": "0101801234"}'},
        {"kind": "acted", "act": "x", "request": {"cpr": "0101801234"}},
        {"kind": "ordered", "service": "x", "name": "x", "arguments": {"cpr": "0101801234"}, "at": "", "ids": []},
        {"kind": "observed", "text": "Authorization: Bearer abcdefghijklmnopqrstuvwxyz"},
    ],
)
def test_what_the_guard_would_hide_does_not_come_in(wall: Wall, own: Path, said: dict[str, Any]) -> None:
    lines = lines_of(own)[:2]
    entry = {"seq": 2, "at": "2026-10-05T10:15:00+00:00", "prev": sha(lines[1]), "event": said}
    answer = wall.send([*lines, json.dumps(entry, separators=(",", ":")).encode() + b"\n"])
    assert (answer.status_code, answer.json()["linjer"]) == (400, 2)
    assert "0101801234" not in answer.text
    assert "010180" not in answer.text
    assert wall.mirror() == b"".join(lines)


def test_a_test_persons_number_comes_in(wall: Wall, tmp_path: Path) -> None:
    own = own_run(tmp_path, events=[Observed('{"cpr": "2512489996"}')])
    assert wall.send(lines_of(own)).json()["linjer"] == 2


def test_a_run_of_this_machine_is_not_received(wall: Wall) -> None:
    begun = own_run(wall.reports)
    before = (begun / LOG_NAME).read_bytes()
    about = RunName("kol-lrs-2027", "novax", "20261005T101500")
    about.folder(wall.reports).mkdir()  # made, and nothing written yet
    for name in (NOVAX, about):
        for method, below in ROUTES:
            answer = wall.client.request(method, f"/api/koersler/{name}{below}", content=before, headers=NDJSON)
            assert answer.status_code == 409
            assert "linjer" not in answer.json()
    assert (begun / LOG_NAME).read_bytes() == before
    assert list(about.folder(wall.reports).iterdir()) == []


def test_a_run_that_another_process_writes_is_left_alone(wall: Wall, own: Path) -> None:
    lines = lines_of(own)
    wall.send(lines[:1])
    lock = only_writer(NOVAX.folder(wall.reports))
    try:
        answer = wall.send(lines[1:], 1)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    finally:
        lock.release()
    assert wall.mirror() == lines[0]
    assert wall.send(lines[1:], 1).json()["linjer"] == 3


def test_what_is_not_on_the_disk_is_not_acknowledged(wall: Wall, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of(own)
    wall.send(lines[:1])
    with monkeypatch.context() as broken:

        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        broken.setattr(os, "fsync", full)
        assert wall.send(lines[1:], 1).status_code == 503
    assert wall.reach()["linjer"] == 1
    assert wall.send(lines[1:], 1).json()["linjer"] == 3
    assert wall.mirror() == b"".join(lines)


@pytest.mark.parametrize("half", [b'{"seq":1,"at"', b'{"seq":1}', b"\x00\x00\x00\n"], ids=["halv", "uden linjeskift", "nuller"])
def test_a_line_that_was_not_written_to_its_end_is_written_over(wall: Wall, own: Path, half: bytes) -> None:
    lines = lines_of(own)
    wall.send(lines[:1])
    with (NOVAX.folder(wall.reports) / LOG_NAME).open("ab") as file:
        file.write(half)
    again = Wall(wall.reports)
    assert again.reach() == {"linjer": 1, "hoved": sha(lines[0])}
    assert again.send(lines[1:], 1).json()["linjer"] == 3
    assert again.mirror() == b"".join(lines)


def test_long_lines_come_in_and_what_is_too_long_does_not(wall: Wall, tmp_path: Path) -> None:
    own = own_run(tmp_path, events=[Observed("æøå " * 500_000)])
    assert wall.send(lines_of(own)).json()["linjer"] == 2
    assert wall.mirror() == (own / LOG_NAME).read_bytes()
    assert wall.send([b"x" * LARGEST, b"\n"], 2).status_code == 413


def test_too_much_is_refused_without_a_length_too(wall: Wall) -> None:
    parts = (b"x" * 1_000_000 for _ in range(LARGEST // 1_000_000 + 1))
    answer = wall.client.post(f"/api/koersler/{NOVAX}/linjer?fra=0", content=parts, headers=NDJSON)
    assert answer.status_code == 413


@pytest.mark.parametrize("since", ["", "x", "-1", "1.0", "1" * 5000, "٣"])
def test_where_the_lines_belong_must_be_said(wall: Wall, own: Path, since: str) -> None:
    address = f"/api/koersler/{NOVAX}/linjer"
    answer = wall.client.post(address, params={"fra": since}, content=b"".join(lines_of(own)), headers=NDJSON)
    assert answer.status_code == 400
    assert wall.mirror() == b""


def test_only_whole_lines_of_the_right_kind_are_taken(wall: Wall, own: Path) -> None:
    data = b"".join(lines_of(own))
    for content, headers, status in ((data[:-1], NDJSON, 400), (b"", NDJSON, 400), (data, {"Content-Type": "text/plain"}, 415)):
        answer = wall.client.post(f"/api/koersler/{NOVAX}/linjer?fra=0", content=content, headers=headers)
        assert answer.status_code == status
    assert wall.mirror() == b""


def test_the_review_comes_after_its_log_and_ends_it(wall: Wall, own: Path) -> None:
    append_act(own, HANDED_IN, run_head(own))
    log, review = lines_of(own), lines_of(own, REVIEW_NAME)
    assert wall.send(review, below="/gennemgang").status_code == 409
    wall.send(log[:2])
    assert wall.reach(below="/gennemgang") == {"linjer": 0, "hoved": sha(log[1])}
    assert wall.send(review, below="/gennemgang").status_code == 409, "the log is not whole"
    wall.send(log[2:], 2)
    assert wall.send(review, below="/gennemgang").json() == {"linjer": 1, "hoved": sha(review[0])}
    assert wall.send(review, below="/gennemgang").json()["linjer"] == 1
    assert wall.mirror(file=REVIEW_NAME) == review[0]
    assert read_result(NOVAX.folder(wall.reports)).review.said
    more = encode(Observed("For sent"), 3, AT, sha(log[2]))
    assert wall.send([more], 3).status_code == 409
    assert wall.mirror() == b"".join(log)
    assert wall.send([b'{"seq":1,"prev":"%s","by":"x"}\n' % sha(review[0]).encode()], 1, below="/gennemgang").status_code == 400


def test_the_mark_is_there_before_the_log(wall: Wall, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:

        def refused(self: Path, target: Path) -> Path:
            raise PermissionError(13, "Permission denied")

        broken.setattr(Path, "rename", refused)
        assert wall.send(lines_of(own)).status_code == 503
    system = NOVAX.folder(wall.reports).parent
    assert list(system.iterdir()) == [], "nothing is left that could be taken for a run"
    assert wall.send(lines_of(own)).status_code == 200
    assert {each.name for each in NOVAX.folder(wall.reports).iterdir()} >= {SOURCE_NAME, LOG_NAME}


def test_a_log_that_goes_on_after_a_resume_is_still_followed(wall: Wall, own: Path) -> None:
    first = lines_of(own)
    wall.send(first)
    log = LogWriter(own, resume=True)
    log.append(Observed("Genoptaget"))
    log.close()
    assert wall.send(lines_of(own)[3:], 3).json()["linjer"] == 4
    assert wall.mirror() == (own / LOG_NAME).read_bytes()


def test_the_contract_has_every_route() -> None:
    served = {
        (method.lower(), f"/api/koersler/{{campaign}}/{{system}}/{{run}}{below.partition('?')[0]}") for method, below in ROUTES
    }
    assert served == {(method, path) for path, item in CONTRACT["paths"].items() for method in item if method != "parameters"}


def test_a_run_of_another_machine_gets_its_reports_there(wall: Wall, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wall.send(lines_of(own))
    assert main(["report", NOVAX.run, "--reports", str(wall.reports)]) == 2
    assert "Kørslen er sendt fra en anden maskine" in capsys.readouterr().err
    assert main(["report", "--reports", str(wall.reports)]) == 2
    assert "Der er ingen kørsler" in capsys.readouterr().err
