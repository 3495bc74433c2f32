"""The worklist's pages, for monitors and administrators alone: the list, an item, one's own, and a sheet to carry about."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.access.form import Form, form_of
from harness.dashboard.access.refusal import refusal, unless
from harness.dashboard.pages.rendering import page
from harness.dashboard.worklist.desk import Desk, Entry
from harness.dashboard.worklist.items import Item, Kind
from harness.dashboard.worklist.look_at import LOOK_AT
from harness.domain.access import Caller
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.grade import Grade
from harness.domain.worklist import LONGEST_TEXT, Alarmed, Noted, TakenBack, Verified, WorkAct

WORKLIST_ADDRESS: Final = "/arbejdsliste"
_ITEM: Final = f"{WORKLIST_ADDRESS}/punkt"
_SHOWN: Final = ("venter", "ledige", "færdige", "forældede", "alle")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines somebody wants to see. Empty: all. `products` are what the systems are called, to look for too."""

    system: str = ""
    kind: str = ""
    shown: str = "venter"
    text: str = ""
    products: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, entry: Entry) -> bool:
        """Whether the line is one of them."""
        item = entry.item
        state = {
            "venter": entry.waits,
            "ledige": entry.waits and not entry.holder,
            "færdige": entry.done and not item.replaced,
            "forældede": bool(item.replaced),
        }.get(self.shown, True)
        called = " ".join(self.products.get(each, "") for each in (item.system, item.partner))
        told = f"{item.scenario} {item.title} {item.system} {item.partner} {called} {item.run} {entry.holder}".casefold()
        return state and self.system in ("", item.system, item.partner) and self.kind in ("", item.kind) and self.text in told


def worklist_routes(desk: Desk) -> list[BaseRoute]:
    """The worklist's routes. They stand behind `access_middleware`."""
    site = _Site(desk)
    item = f"{_ITEM}/{{campaign}}/{{system}}/{{run}}/{{scenario:path}}/{{attempt:int}}"
    return [
        Route(WORKLIST_ADDRESS, site.all, methods=["GET"]),
        Route(f"{WORKLIST_ADDRESS}/mine", site.own, methods=["GET"]),
        Route(f"{WORKLIST_ADDRESS}/udskrift", site.printed, methods=["GET"]),
        Route(item, site.item, methods=["GET"]),
        Route(item, site.act, methods=["POST"]),
    ]


def address_of_item(id: str) -> str:
    """Where an item's page is."""
    return f"{_ITEM}/{quote(id, safe='/')}"


def address_of_run(item: Item) -> str:
    """Where the wall shows what the item is about: the scenario, or its run."""
    run = "/koersel/" + "/".join(quote(each, safe="") for each in item.run.split("/"))
    return f"{run}/scenarie/{quote(item.scenario, safe='')}" if item.file else run


class _Site:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, request: Request) -> Response:
        """Every line that is asked for; rehearsals by themselves."""
        asked = request.query_params
        shown = asked.get("vis", "venter")
        wanted = Filter(
            asked.get("system", ""),
            asked.get("slags", ""),
            shown if shown in _SHOWN else "venter",
            asked.get("søg", "").strip().casefold(),
            self._desk.items.products(),
        )
        return await self._list(request, wanted, own=False)

    async def own(self, request: Request) -> Response:
        """What the caller has taken."""
        return await self._list(request, Filter(shown="alle"), own=True)

    async def _list(self, request: Request, wanted: Filter, own: bool) -> Response:
        if refused := unless(request, _monitors):
            return refused
        try:
            entries = await self._entries()
        except SQLAlchemyError:
            return refusal(request, 503)
        name = request.state.caller.name
        chosen = [each for each in entries if wanted(each) and (not own or each.holder == name)]
        tag = _tag(chosen)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        called = self._called()
        shown = page(
            request,
            "arbejdsliste/liste.html",
            own=own,
            wanted=wanted,
            real=[each for each in chosen if not each.item.rehearsal],
            rehearsed=[each for each in chosen if each.item.rehearsal],
            systems=sorted({each.item.system for each in entries}, key=lambda each: called(each).casefold()),
            called=called,
            kinds=list(Kind),
            choices=_SHOWN,
            address_of_item=address_of_item,
        )
        shown.headers["etag"] = tag
        return shown

    async def printed(self, request: Request) -> Response:
        """A sheet for each monitor who has something, or for the one who is asked for."""
        if refused := unless(request, _monitors):
            return refused
        try:
            entries = await self._entries()
        except SQLAlchemyError:
            return refusal(request, 503)
        asked = request.query_params.get("monitor", "")
        sheets: dict[str, list[Entry]] = {}
        for each in entries:
            if each.holder and (not asked or each.holder == asked):
                sheets.setdefault(each.holder, []).append(each)
        ordered = sorted(sheets.items())
        return page(request, "arbejdsliste/udskrift.html", sheets=ordered, asked=asked, look_at=LOOK_AT, called=self._called())

    async def item(self, request: Request) -> Response:
        """One item."""
        if refused := unless(request, _monitors):
            return refused
        return await self._item(request)

    async def act(self, request: Request) -> Response:
        """Do what a button on an item's page says."""
        if refused := unless(request, _monitors):
            return refused
        form = await form_of(request)
        item, _ = await run_in_threadpool(self._found, request)
        if item is None:
            return refusal(request, 404)
        try:
            await run_in_threadpool(partial(self._do, item, request.state.caller, form))
        except ConfigurationError as error:
            return await self._item(request, str(error), form, 409)
        except (BadInput, EnvironmentFault) as error:
            return await self._item(request, str(error), form, 503)
        except SQLAlchemyError:
            return refusal(request, 503)
        return RedirectResponse(address_of_item(item.id), 303)

    def _called(self) -> Callable[[str], str]:
        """What a system is called by people, by its id; the id where the wall does not know it."""
        products = self._desk.items.products()
        return lambda system: products.get(system, system)

    def _do(self, item: Item, by: Caller, form: Form) -> None:
        match form.get("handling"):
            case "tag":
                self._desk.take(item, by)
            case "slip":
                self._desk.release(item.id, by)
            case "gennemgang":
                self._desk.claim_review(item, by)
            case _:
                seen = form.get("set", "")
                self._desk.say(item, by, _act(item, form), int(seen) if seen.isdecimal() else -1, bool(form.get("også")))

    async def _item(self, request: Request, told: str = "", form: Form | None = None, status: int = 200) -> Response:
        item, newer = await run_in_threadpool(self._found, request)
        if item is None:
            if newer is None:
                return refusal(request, 404)
            return page(request, "arbejdsliste/foraeldet.html", 404, newer=newer, address_of_item=address_of_item)
        try:
            [entry] = await run_in_threadpool(self._desk.entries, [item])
            offer = await run_in_threadpool(self._desk.offer, item, request.state.caller)
            replaced_by = (await run_in_threadpool(self._desk.items.all)).get(item.replaced)
        except SQLAlchemyError:
            return refusal(request, 503)
        return page(
            request,
            "arbejdsliste/punkt.html",
            status,
            entry=entry,
            item=item,
            called=self._called(),
            told=told,
            form=defaultdict(str, form or {}),
            offer=offer,
            look_at=LOOK_AT[item.kind],
            grades=[each for each in Grade if each is not item.standing],
            longest=LONGEST_TEXT,
            address=address_of_item(item.id),
            run_address=address_of_run(item),
            newer=replaced_by,
            address_of_item=address_of_item,
        )

    def _found(self, request: Request) -> tuple[Item | None, Item | None]:
        """The item that is asked for; where there is none any more, the one of a later attempt in the same run."""
        asked: Mapping[str, object] = request.path_params
        where = f"{asked['campaign']}/{asked['system']}/{asked['run']}/{asked['scenario']}"
        items = self._desk.items.all()
        found = items.get(f"{where}/{asked['attempt']}")
        later = [each for each in items.values() if f"{each.run}/{each.scenario}" == where]
        return found, next(iter(later), None) if found is None else None

    async def _entries(self) -> list[Entry]:
        return await run_in_threadpool(lambda: self._desk.entries(list(self._desk.items.all().values())))


def _act(item: Item, form: Form) -> WorkAct:
    """What the form says of an item. Raises ConfigurationError for what no page of ours sends."""
    text, grade = form.get("tekst", "").strip(), form.get("karakter", "")
    match form.get("handling"):
        case "verificer" if form.get("enig") == "ja":
            return Verified(True, item.proposed, reason=text)
        case "verificer" if form.get("enig") == "nej":
            return Verified(False, item.proposed, Grade(grade) if grade in Grade.__members__ else None, text)
        case "verificer":
            raise ConfigurationError("Vælg, om du er enig eller uenig.")
        case "note":
            return Noted(text)
        case "kritisk":
            return Alarmed(text)
        case "tag-tilbage":
            return TakenBack("kritisk" if form.get("hvad") == "kritisk" else "verificering", text)
        case other:
            raise ConfigurationError(f"Handlingen kendes ikke. Fundet: {other}.")


def _monitors(caller: Caller) -> bool:
    return caller.monitors


def _tag(entries: list[Entry]) -> str:
    """The same for the same lines, whoever has them, and whatever was said of them."""
    said = [f"{each.item.id} {each.item.replaced} {each.holder} {each.critical} {len(each.handled.said)}" for each in entries]
    return f'"{hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:32]}"'
