"""What is planted by every way into a run is nowhere in what the run leaves: not in a byte of it, however it is packed.

The ways in are those of the registry of services: one that is new is planted in from its first day. Further ways have tests of
their own: a system's file and testers' answers (tests/reporting/test_leaving_the_house.py), pages and files handed in
(tests/hub/test_pages.py, tests/record/test_attachments.py), runs that are sent (tests/publishing/test_receiving.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from lxml import html
from planting import LOOSE, SECRET, TYPED, Planter, Sent, carriers, left_by
from starlette.middleware import Middleware

from harness.cli.main import main
from harness.cli.outcome import write_reports
from harness.dashboard.app import dashboard_app
from harness.dashboard.database import STORE_NAME, address_in, open_database
from harness.dashboard.index.store import Index
from harness.dashboard.standing.ground import load_ground
from harness.dashboard.standing.live import LiveWall
from harness.domain.event import ForeignCpr
from harness.domain.vendor import Driver
from harness.hub.arrivals import ARRIVALS_FILE, UNKNOWN_FILE
from harness.hub.hub import Hub
from harness.record.log import LOG_NAME, read_log
from harness.record.result import read_result
from harness.runner import mock
from harness.runner.wish import Wish
from harness.steps.laboratory.laboratory_traces import readings
from harness.suite.patients import allowed_cprs
from harness.suite.vendors import load_vendors
from tests.dashboard.day_of_runs import read_all
from tests.dashboard.pages.made_wall import LetIn
from tests.lps.rehearsal import HOUSE, rehearse, scenarios

ALLOWED = allowed_cprs(HOUSE) - {TYPED, LOOSE}
CHOSEN = [
    each for each in (*scenarios("deling"), *scenarios("behovsvurdering")) if each.tag in ("DEL-02", "BEHOV-03", "BEHOV-04")
]
RUN = "kol-lrs-2027/novax/20261005T081500"


@dataclass(frozen=True, slots=True)
class Planted:
    """A run whose system planted everything: its folder below `reports`, and what became of each thing that was sent."""

    reports: Path
    sent: list[Sent]

    @property
    def folder(self) -> Path:
        return self.reports / RUN


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    reports = tmp_path_factory.mktemp("rapporter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mock, "ReferenceLps", Planter)
        patch.setattr(Planter, "entrances", tuple(each for service in mock.services() for each in service.entrances))
        wish = Wish(vendor="novax", campaign="kol-lrs-2027")
        own = replace(load_vendors(HOUSE)["novax"], driver=Driver.ADAPTER)
        rehearse(reports / RUN, wish, CHOSEN, allowed_cprs=ALLOWED, alone=True, vendor=own, rehearsal=False)
    write_reports(reports / RUN, read_result(reports / RUN), HOUSE)
    yield Planted(reports, list(Planter.sent))
    Planter.sent.clear()


def test_every_way_was_tried_at_every_entrance(planted: Planted) -> None:
    entrances = {each for service in mock.services() for each in service.entrances}
    assert {entrance for _, entrance, _ in planted.sent} == entrances
    assert len(planted.sent) == len(entrances) * len(list(carriers()))


def test_a_persons_number_in_its_place_stops_the_message_whatever_it_is_packed_in(planted: Planted) -> None:
    let_in = [(what, entrance) for what, entrance, status in planted.sent if what.startswith("typed") and status != 403]
    assert let_in == []
    stopped = [each.event for each in read_log(planted.folder / LOG_NAME) if isinstance(each.event, ForeignCpr)]
    assert sum(each.stopped for each in stopped) >= sum(what.startswith("typed") for what, _, _ in planted.sent)


def test_a_loose_number_is_noted_for_a_person(planted: Planted) -> None:
    noted = Counter(
        each.event.place
        for each in read_log(planted.folder / LOG_NAME)
        if isinstance(each.event, ForeignCpr) and not each.event.stopped
    )
    entrances = {each for service in mock.services() for each in service.entrances}
    assert all(any(place.startswith(f"/{entrance}/") for place in noted) for entrance in entrances)


def test_nothing_planted_is_in_a_byte_of_what_the_run_leaves(planted: Planted) -> None:
    """Only in the kept messages may a number stand in running text: it is noted there, and keeps the run in the house."""
    seen = list(left_by(planted.folder))
    assert len(seen) > 50
    told = {name: [what for what in unwanted(name) if holds(data, what)] for name, data in seen}
    assert {name: found for name, found in told.items() if found} == {}
    assert any(name.startswith("bilag") and LOOSE.encode() in data for name, data in seen), "or nothing was looked at"


def unwanted(name: str) -> tuple[str, ...]:
    return (TYPED, SECRET) if name.startswith("bilag") else (TYPED, LOOSE, SECRET)


def holds(data: bytes, what: str) -> bool:
    """Whether it stands there, in any encoding, packed or not, and as people write numbers."""
    forms = (what, f"{what[:6]}-{what[6:]}", f"{what[:6]} {what[6:]}") if what.isdigit() else (what,)
    return any(form in text for text in readings(data) for form in forms)


def test_nothing_planted_is_said_or_goes_out(planted: Planted, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(planted.folder)]) in (0, 1, 3)
    assert main(["publish", str(planted.folder), "--to", str(tmp_path)]) == 1
    said = "".join(capfd.readouterr())
    assert list(tmp_path.iterdir()) == []
    assert not [each for each in (TYPED, LOOSE, SECRET) if each in said]
    assert "CPR-nummer" in said


def test_nothing_planted_is_on_the_wall_or_in_its_database(planted: Planted) -> None:
    reports = planted.reports
    engine, told = open_database(address_in(reports)), list[str]()
    index = Index(engine, told.append)
    index.start()
    wall = LiveWall(load_ground(HOUSE, "kol-lrs-2027"), reports, lambda _: {}, index, ())
    read_all(wall, reports, RUN)
    assert index.written(20)
    app = dashboard_app(wall, middleware=[Middleware(LetIn)], reports=reports)
    pages = asyncio.run(crawled(app))
    index.stop()
    engine.dispose()
    assert any(f"/koersel/{RUN}/scenarie/" in each for each in pages), "or nothing was looked at"
    database = {path.name: path.read_bytes().decode("utf-8", "replace") for path in reports.glob(f"{STORE_NAME}*")}
    assert RUN in "".join(database.values())
    found = {where for where, text in {**pages, **database}.items() if any(each in text for each in (TYPED, LOOSE, SECRET))}
    assert (found, told) == (set(), [])


async def crawled(app: object) -> dict[str, str]:
    """The pages of the run that a monitor comes to by links, by address."""
    seen: dict[str, str] = {}
    waiting = ["/", "/?q=DEL-02", "/system/novax", f"/koersel/{RUN}"]
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://tavle", headers={"x-hvem": "monitor"}) as client:
        while waiting and len(seen) < 40:
            address = waiting.pop()
            answer = await client.get(address)
            seen[address] = answer.text
            if "html" in answer.headers.get("content-type", ""):
                links = {urljoin(address, str(each)) for each in html.document_fromstring(answer.text).xpath("//a/@href")}
                ours = {each.partition("#")[0] for each in links if urlsplit(each).path.startswith(f"/koersel/{RUN}")}
                waiting += sorted(ours - seen.keys() - set(waiting))
    return seen


def test_nothing_planted_at_the_hubs_door_is_in_its_lists(tmp_path: Path) -> None:
    """Messages outside any run, of a system and of nobody: that one came is listed, and never who it was about."""
    coded = "".join(f"%{ord(each):02x}" for each in TYPED)
    paths = (
        *(f"/{TYPED}", f"/{LOOSE[:6]}-{LOOSE[6:]}", f"/{LOOSE[:6]}%20{LOOSE[6:]}", f"/{coded}", f"/{coded.replace('%', '%25')}"),
        *(f"/x?cpr={TYPED}&token={SECRET}", f"/access_token={SECRET}", f"/https://a:{SECRET}@b"),
    )

    async def came() -> None:
        hub = Hub(tmp_path, ("novax",), mock.services, ALLOWED)
        address, _ = await hub.start("127.0.0.1", 0)
        try:
            for path in paths:
                for whose in ("/novax/dros", "/nogen", "/novax/ukendt"):
                    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
                    headers = f"Host: 127.0.0.1\r\nAuthorization: Bearer {SECRET}\r\nX-Api-Key: {SECRET}\r\nContent-Length: 4"
                    writer.write(f"POST {whose}{path} HTTP/1.1\r\n{headers}\r\n\r\n<a/>".encode())
                    await reader.readuntil(b"\r\n\r\n")
                    writer.close()
        finally:
            await hub.stop()

    asyncio.run(came())
    left = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {ARRIVALS_FILE, UNKNOWN_FILE} <= left.keys()
    assert left[ARRIVALS_FILE].count(b"\n") + left[UNKNOWN_FILE].count(b"\n") == 3 * len(paths)
    found = {name: [what for what in (TYPED, LOOSE, SECRET) if holds(data, what)] for name, data in left.items()}
    assert {name: each for name, each in found.items() if each} == {}
