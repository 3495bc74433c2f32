"""Monitors who take items of the worklist and write remarks while the wall comes and goes, and remember what they were told."""

from __future__ import annotations

import asyncio
import random
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from harness.domain.worklist import Noted
from harness.record.worklist import WorklistLog
from outage.views import client

_PAUSE: Final = 1.5
_HIDDEN: Final = re.compile(r'type="hidden" name="(csrf|set)" value="([^"]*)"')
_ITEM: Final = re.compile(r'<th scope="row"><a href="(/arbejdsliste/punkt/[^"]*)"')


class Monitor:
    """One monitor with a browser. `taken` are the items it was told that it has, `noted` the remarks it was told are written,
    `tried` those of which it never heard.
    """

    def __init__(self, base: str, token: str, name: str, chance: random.Random) -> None:
        self._client, self._token, self._base = client(base), token, base
        self._chance = chance
        self.name = name
        self.taken: set[str] = set()
        self.noted: set[str] = set()
        self.tried: set[str] = set()
        self.thrown_out = 0

    async def run(self) -> None:
        """Work until cancelled."""
        await self._insist("/ind", {"kode": self._token})
        while True:
            with suppress(httpx.HTTPError):  # the wall is away: a person tries again in a moment
                await self._work()
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * _PAUSE)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _insist(self, address: str, form: dict[str, str]) -> None:
        while True:
            with suppress(httpx.HTTPError):  # as above
                hidden = dict(_HIDDEN.findall((await self._client.get(address)).text))
                if (await self._post(address, {**hidden, **form})).status_code == 303:
                    return
            await asyncio.sleep(0.5)

    async def _work(self) -> None:
        answer = await self._client.get("/arbejdsliste?vis=ledige")
        self.thrown_out += answer.status_code == 401
        items = _ITEM.findall(answer.text)
        if items:
            await self._take_and_note(self._chance.choice(items))

    async def _take_and_note(self, address: str) -> None:
        page = (await self._client.get(address)).text
        await self._post(address, {**dict(_HIDDEN.findall(page)), "handling": "tag"})
        page = (await self._client.get(address)).text
        if "Slip punktet" in page:
            self.taken.add(_id(address))
        text = f"bemærkning-{self.name}-{len(self.tried) + len(self.noted)}-{self._chance.getrandbits(32):08x}"
        self.tried.add(text)
        for _ in range(20):
            with suppress(httpx.HTTPError):  # as above
                page = (await self._client.get(address)).text
                if text in page:  # the answer was lost, not what was said
                    break
                form = {**dict(_HIDDEN.findall(page)), "handling": "note", "tekst": text}
                if (await self._post(address, form)).status_code == 303:
                    break
            await asyncio.sleep(0.3)
        else:
            return
        self.tried.discard(text)
        self.noted.add(text)

    async def _post(self, address: str, form: dict[str, str]) -> httpx.Response:
        return await self._client.post(address, data=form, headers={"Origin": self._base})


def _id(address: str) -> str:
    return str(httpx.URL(address).path).removeprefix("/arbejdsliste/punkt/")


def amiss(reports: Path, held: dict[str, str], monitors: list[Monitor]) -> tuple[list[str], list[str]]:
    """What was said or taken, and is not there; and what is there more than once. `held` is who has each item."""
    said = [work for each in WorklistLog(reports).read().handled.values() for work in each.said]
    texts = [work.act.text for work in said if isinstance(work.act, Noted)]
    lost = [text for each in monitors for text in each.noted if text not in texts]
    lost += [f"{item}: taken by {each.name}" for each in monitors for item in each.taken if held.get(item) != each.name]
    lost += [f"{each.name} was logged out" for each in monitors if each.thrown_out]
    return lost, sorted({text for text in texts if texts.count(text) > 1})
