"""What the wall shows, asked over HTTP: by a monitor who fetches pages, and by readers who follow the stream as browsers do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote

import httpx
from lxml import html

from outage.runs import CAMPAIGN, Stand

SYSTEMS: Final = ("eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo")
GRIDS: Final = ("partnere", "kapabiliteter", "par")
_COUNT: Final = re.compile(r"(\d+) ([^·\d]+)")
_MISSING: Final = "mangler"
_CUT_OFF: Final = "afbrudt"


def client(base: str, token: str = "") -> httpx.AsyncClient:
    """A visitor who waits some seconds for an answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=base, headers=headers, timeout=httpx.Timeout(10, connect=2), trust_env=False)


def address_of(grid: str) -> str:
    """Where a grid is."""
    return f"/?kampagne={CAMPAIGN}&gitter={grid}"


async def what_is_wrong(monitor: httpx.AsyncClient, before: Mapping[str, Stand], now: Callable[[], Mapping[str, Stand]]) -> str:
    """How the pages differ from the logs: they must hold at least `before`, and no more than `now()` says once they are fetched.

    Empty: they are right.
    """
    try:
        pages = [await monitor.get(f"/system/{each}?kampagne={CAMPAIGN}") for each in SYSTEMS]
        work, matrix = await monitor.get("/arbejdsliste/mine"), await monitor.get(address_of("kapabiliteter"))
    except httpx.HTTPError as error:
        return f"no answer: {type(error).__name__}"
    for answer in (*pages, work, matrix):
        if answer.status_code != 200:
            return f"{answer.url.path}: {answer.status_code}"
    after = now()
    listed = {name: count for page in pages for name, count in _runs(page.text)}
    for name, stand in before.items():
        if stand.least and not stand.least <= listed.get(name, -1) <= after[name].most:
            return f"{name}: {listed.get(name, 'missing')}, not {stand.least}-{after[name].most}"
    cells = _cells(matrix.text)
    for system in SYSTEMS:
        name = _newest(before, system)
        if name and name == _newest(after, system):
            for capability, least in before[name].by_capability.items():
                if cells.get((system, capability), 0) < least:
                    return f"{system}, {capability}: {cells.get((system, capability))}, not {least}"
    return ""


def _newest(stands: Mapping[str, Stand], system: str) -> str:
    own = [(stand.began, name) for name, stand in stands.items() if stand.system == system and stand.alone]
    return max(own)[1] if own else ""


def _runs(text: str) -> Iterator[tuple[str, int]]:
    """The runs that a system's page lists, and how many scenarios came to something in each."""
    page: Any = html.document_fromstring(text)
    for row in page.xpath("//tr[th/a[starts-with(@href, '/koersel/')]]"):
        name = unquote(row.xpath("string(th/a/@href)").removeprefix("/koersel/"))
        counts = _COUNT.findall(row.xpath("string(td[@data-label='Scenarier'])"))
        yield name, sum(int(number) for number, word in counts if word.strip() != _CUT_OFF)


def _cells(text: str) -> dict[tuple[str, str], int]:
    """How many scenarios came to something in each cell of the matrix, by row and column."""
    found = {}
    page: Any = html.document_fromstring(text)
    for cell in page.xpath("//td[@data-celle]"):
        _, row, column = map(unquote, cell.get("data-celle").split("/"))
        counts = _COUNT.findall(cell.xpath("string(.//span[@class='antal'])"))
        found[row, column] = sum(int(number) for number, word in counts if word.strip() != _MISSING)
    return found


def living(text: str) -> str:
    """The part of a page that follows the wall, but for the number of the last change and the hour of a print."""
    page: Any = html.document_fromstring(text)
    [part] = page.xpath("//*[@id='levende']")
    del part.attrib["data-fra"]
    for printed in part.xpath(".//*[contains(@class, 'udskrift')]"):
        printed.drop_tree()
    return _plain(html.tostring(part, encoding="unicode"))


def _plain(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())


class Reader:
    """Somebody with the matrix open, without a token: fetches it, and then follows the stream as `tavle.js` does.

    `wrong` are the rules of the stream that were broken: a change told twice, or out of order.
    """

    def __init__(self, base: str, grid: str) -> None:
        self._client = httpx.AsyncClient(base_url=base, timeout=httpx.Timeout(5, read=30), trust_env=False)
        self._grid = grid
        self._wait = 2.0
        self._last = 0
        self._page = 0
        self._picture: dict[str, str] = {}
        self._told: list[tuple[int, dict[str, str]]] = []
        self._moved = asyncio.Condition()
        self.anew = 0
        self.frames = 0
        self.wrong: list[str] = []

    async def run(self) -> None:
        """Follow until cancelled."""
        await self._fetch()
        while True:
            with suppress(httpx.HTTPError, OSError):
                await self._follow()
            await asyncio.sleep(self._wait)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def differs(self) -> str:
        """Wait until everything on the page as it is now has been told, and say in which cells the picture is another.

        A cell that is told of in the same breath as the page's last change, or later, is left out: it may be newer.
        """
        text = (await self._client.get(address_of(self._grid))).text
        newest, page = _picture(text)
        async with self._moved:
            await self._moved.wait_for(lambda: max(self._last, self._page) >= newest)
            if self._page > newest:
                return ""  # it has fetched a newer page than this meanwhile
            picture, since = dict(self._picture), {name for at, told in self._told if at > newest for name in told}
        other = [name for name in page if name not in since and picture.get(name) != page[name]]
        return f"{self._grid} at {newest}: {other[0]} is {picture.get(other[0])}, not {page[other[0]]}" if other else ""

    async def _fetch(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                answer = await self._client.get(address_of(self._grid))
                if answer.status_code == 200:
                    break
            await asyncio.sleep(0.2)
        async with self._moved:
            self._page, self._picture = _picture(answer.text)
            self._last = max(self._last, self._page)
            self._told = [(at, told) for at, told in self._told if at > self._page]
            self._moved.notify_all()

    async def _follow(self) -> None:
        address = f"/haendelser?kampagne={CAMPAIGN}&fra={self._last}"
        async with self._client.stream("GET", address) as answer:
            answer.raise_for_status()
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "retry":
                    self._wait = int(value) / 1000
                elif line:
                    event[name] = value
                elif event:
                    await self._hear(int(event["id"]), event["event"], event.get("data", ""))
                    event = {}

    async def _hear(self, id: int, event: str, data: str) -> None:
        self.frames += 1
        if id < self._last or (event == "felter" and id == self._last and id != self._page):
            self.wrong.append(f"{self._grid}: {event} {id} after {self._last}")
        if event == "alt":
            self.anew += 1
            self._last = id
            await self._fetch()
            return
        async with self._moved:
            self._last = id
            if event == "felter" and id > self._page:
                told = {
                    each["n"]: _cell(each["k"], html.fragment_fromstring(each["h"], "span"))
                    for each in json.loads(data)["felter"]
                }
                self._picture |= {name: value for name, value in told.items() if name in self._picture}
                self._told = [*self._told[-200:], (id, told)]
            self._moved.notify_all()


def _picture(text: str) -> tuple[int, dict[str, str]]:
    """The number of the last change a page has, and its cells as the stream would tell them."""
    page: Any = html.document_fromstring(text)
    cells = {}
    for cell in page.xpath("//td[@data-celle]"):
        [inner] = cell.xpath(".//span[@class='offentligt']")
        cells[cell.get("data-celle")] = _cell(cell.get("class").removeprefix("celle").strip(), inner)
    return int(page.xpath("string(//*[@id='levende']/@data-fra)")), cells


def _cell(kind: str, inner: Any) -> str:
    """A cell as it is drawn, however it was written."""
    drawn = (html.tostring(each, encoding="unicode") for each in inner)
    return _plain(f"{kind}|{''.join(drawn)}").replace("> <", "><")
