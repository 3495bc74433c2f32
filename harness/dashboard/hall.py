"""The whole wall behind one door: its pages, the way in, the worklist, runs from other machines, and the day taken home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine
from starlette.applications import Starlette

from harness.dashboard.access.door import Door
from harness.dashboard.access.middleware import access_middleware
from harness.dashboard.access.register import Register
from harness.dashboard.access.site import access_routes
from harness.dashboard.app import dashboard_app
from harness.dashboard.pages.rendering import Entry
from harness.dashboard.receiving.admission import Admission
from harness.dashboard.receiving.routes import receiving_routes
from harness.dashboard.taking_home import EXPORT_ADDRESS, Export, export_routes
from harness.dashboard.wall import Wall
from harness.dashboard.worklist.claims import Claims
from harness.dashboard.worklist.desk import Desk
from harness.dashboard.worklist.items import Items
from harness.dashboard.worklist.site import WORKLIST_ADDRESS, worklist_routes
from harness.record.delivery import LARGEST
from harness.record.guard import Guard
from harness.record.reviewing import Reviews
from harness.record.worklist import WorklistLog

SENDING = "/api/koersler/"

MENU = (
    Entry(WORKLIST_ADDRESS, "Arbejdsliste", lambda caller: caller.monitors),
    Entry("/qr", "Koder til bordene", lambda caller: caller.monitors),
    Entry(EXPORT_ADDRESS, "Dagens resultater", lambda caller: caller.administers),
)


def hall_app(
    wall: Wall,
    reports: Path,
    engine: Engine,
    *,
    allowed: frozenset[str],
    admission: Admission,
    hosts: Iterable[str],
    export: Export,
    reviews: Reviews | None = None,
    secure: bool = False,
    address: str = "",
    door: Door | None = None,
) -> Starlette:
    """The application of `lps dashboard`.

    `engine` is the wall's database, `allowed` the CPR numbers that may stand in what comes in, `admission` which runs may come
    in, `hosts` the names the wall may be called by. `reviews` are those of the runs in `reports`.
    `secure`: browsers come by https only. `address` as `dashboard_app`.
    `door` is who lets people in, else one that knows what `engine` has.
    """
    guard = Guard(allowed)
    door = door or Door(Register(engine))
    desk = Desk(Items(wall), Claims(engine), WorklistLog(reports), guard, reviews)
    return dashboard_app(
        wall,
        rooms=[
            *access_routes(door),
            *worklist_routes(desk),
            *receiving_routes(reports, guard, admission),
            *export_routes(wall, export),
        ],
        middleware=[access_middleware(door, hosts, secure=secure, limits={SENDING: LARGEST})],
        menu=MENU,
        reports=reports,
        address=address,
    )
