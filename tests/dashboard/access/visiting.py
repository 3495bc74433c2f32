"""A visitor to the wall without a socket: a browser with its cookies, or a machine with a token; and a clock that is moved."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.access.door import Door
from harness.dashboard.access.middleware import access_middleware
from harness.dashboard.access.refusal import unless
from harness.dashboard.access.register import Register
from harness.dashboard.access.secret import Secret
from harness.dashboard.access.site import access_routes
from harness.dashboard.database import address_in, open_database
from harness.domain.access import Right

HOST = "tavle.test"
PLANTED = {"novax": "PLANTET-HOS-NOVAX", "xmo": "PLANTET-HOS-XMO"}
"""What stands in the details of each system, so that it is known when it is seen."""


@dataclass
class Moved:
    """A clock that somebody moves; by itself it goes `step` seconds each time it is looked at."""

    at: float = 1_800_000_000.0
    step: float = 0.0

    def __call__(self) -> float:
        self.at += self.step
        return self.at


@dataclass
class Visitor:
    """Somebody at `address` with a browser of their own, over http or https."""

    app: Starlette
    runner: asyncio.Runner
    address: str = "192.0.2.7"
    base: str = f"http://{HOST}"
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(self, method: str, path: str, headers: Mapping[str, str | bytes] | None = None, **more: Any) -> httpx.Response:
        """One request; cookies are kept as a browser keeps them. Nothing is followed."""

        async def asked() -> httpx.Response:
            way = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 40_000))
            async with httpx.AsyncClient(transport=way, base_url=self.base, cookies=self.cookies) as client:
                answer = await client.request(method, path, headers=headers, **more)
                self.cookies = client.cookies
                return answer

        return self.runner.run(asked())

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, {"accept": "text/html", **headers})

    def post(self, path: str, form: dict[str, str] | None = None, origin: str | None = None, **headers: str) -> httpx.Response:
        """What a browser sends of a form on a page of the wall's."""
        said = {"accept": "text/html", "origin": self.base if origin is None else origin, **headers}
        return self.ask("POST", path, said, data=form or {})

    def csrf(self, path: str = "/ud") -> str:
        """What the form on a page carries."""
        found = re.search(r'name="csrf" value="(\w*)"', self.get(path).text)
        assert found, path
        return found[1]

    def log_in(self, secret: Secret) -> httpx.Response:
        return self.post("/ind", {"kode": secret.shown, "csrf": self.csrf("/ind")})


@dataclass
class Hall:
    """A wall with one route of details, its register, and its clock."""

    app: Starlette
    register: Register
    door: Door
    clock: Moved
    runner: asyncio.Runner

    def visitor(self, **more: Any) -> Visitor:
        return Visitor(self.app, self.runner, **more)

    def token(self, right: Right, name: str = "Bo Dal", *systems: str, days: float = 30) -> Secret:
        return self.register.issue(right, name, systems=systems, days=days)[1]


def bearer(secret: Secret) -> dict[str, str]:
    return {"authorization": f"Bearer {secret.shown}"}


async def wall(request: Request) -> Response:
    return PlainTextResponse(f"Den offentlige tavle, set af {request.state.caller.right}")


async def details(request: Request) -> Response:
    system = request.path_params["system"]
    return unless(request, lambda caller: caller.reads(system)) or PlainTextResponse(PLANTED[system])


async def fails(request: Request) -> Response:
    raise RuntimeError(PLANTED["novax"])


async def takes(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@contextmanager
def a_hall(folder: Path, *routes: BaseRoute, host: str = HOST, **middleware: Any) -> Iterator[Hall]:
    """A wall whose database lies in `folder`, called by `host`."""
    clock = Moved()
    engine = open_database(address_in(folder))
    register = Register(engine, clock)
    door = Door(register, clock)
    own = [
        Route("/", wall),
        Route("/system/{system}", details),
        Route("/fejl", fails),
        Route("/modtag", takes, methods=["POST"]),
    ]
    app = Starlette(routes=[*access_routes(door), *own, *routes], middleware=[access_middleware(door, [host], **middleware)])
    runner = asyncio.Runner()  # which makes no loop before it is used: a browser's test has another
    yield Hall(app, register, door, clock, runner)
    runner.close()
    engine.dispose()
