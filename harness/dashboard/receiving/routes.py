"""Where runs on other machines send their lines: docs/tavle.openapi.yaml."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.receiving.admission import Admission
from harness.dashboard.receiving.mirror import LOG, REVIEW, Chain, Conflict, Mirrors, OtherSystem, Refused, WrittenHere
from harness.domain.access import Caller, Right
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.record.delivery import LARGEST, LINES_TYPE, Reach, RunName
from harness.record.guard import Guard

ADDRESS: Final = "/api/koersler/{campaign}/{system}/{run}"
_SINCE: Final = re.compile(r"\d{1,12}", re.ASCII)
_BUSY_SECONDS: Final = "1"

Endpoint = Callable[[Request], Awaitable[Response]]


class _Answered(Exception):
    """The request is answered with `status` and a Danish sentence."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers


def receiving_routes(reports: Path, guard: Guard, admission: Admission) -> list[BaseRoute]:
    """The routes by which lines come in to mirrors under `reports`. `guard` knows the CPR numbers that may stand in them, and
    `admission` which runs may come in.

    Who asks is in `request.state.caller` (a `Caller`); without one nothing is answered but 401.
    """
    mirrors = Mirrors(reports, guard, admission)
    routes: list[BaseRoute] = []
    for chain, below in ((LOG, ""), (REVIEW, "/gennemgang")):
        routes.append(Route(f"{ADDRESS}{below}", _asked(mirrors, chain), methods=["GET"]))
        routes.append(Route(f"{ADDRESS}{below}/linjer", _sent(mirrors, chain), methods=["POST"]))
    return routes


def _asked(mirrors: Mirrors, chain: Chain) -> Endpoint:
    async def asked(request: Request) -> Response:
        _, name = _admitted(request)
        return _far(await run_in_threadpool(mirrors.reach, name, chain))

    return _told(asked)


def _sent(mirrors: Mirrors, chain: Chain) -> Endpoint:
    async def sent(request: Request) -> Response:
        caller, name = _admitted(request)
        since = request.query_params.get("fra", "")
        if not _SINCE.fullmatch(since):
            raise _Answered(400, "“fra” skal være nummeret på den første linje, talt fra 0.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != LINES_TYPE:
            raise _Answered(415, f"Linjerne skal sendes som {LINES_TYPE}.")
        body = await _body(request)
        if not body.endswith(b"\n"):
            raise _Answered(400, "Den sidste linje er ikke sendt til ende." if body else "Der er ingen linjer.")
        lines = [line + b"\n" for line in body.split(b"\n")[:-1]]
        return _far(await run_in_threadpool(mirrors.take, name, chain, int(since), lines, caller))

    return _told(sent)


def _told(endpoint: Endpoint) -> Endpoint:
    """What goes wrong in `endpoint`, as the contract says it."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _Answered as error:
            return JSONResponse({"fejl": str(error)}, error.status, error.headers)
        except Conflict as error:
            return JSONResponse({"fejl": str(error), **_as_json(error.reach)}, 409)
        except Refused as error:
            return JSONResponse({"fejl": str(error), **_as_json(error.reach)}, 400)
        except WrittenHere as error:
            return JSONResponse({"fejl": str(error)}, 409)
        except OtherSystem as error:
            return JSONResponse({"fejl": str(error)}, 403)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it; what was cut off is sent again
        except (ConfigurationError, EnvironmentFault, OSError) as error:
            why = f"Tavlen kan ikke læse kørslen: {error.strerror}." if isinstance(error, OSError) else str(error)
            return JSONResponse({"fejl": why}, 503, {"Retry-After": _BUSY_SECONDS})

    return told


def _admitted(request: Request) -> tuple[Caller, RunName]:
    """Who asks, and of which run. Nothing is said of any run before it is known that the caller may send it."""
    caller = getattr(request.state, "caller", Caller())
    if caller.right is Right.PUBLIC:
        challenge = {"WWW-Authenticate": "Bearer"}
        raise _Answered(401, "Adgangsnøglen mangler, er ikke gyldig eller er udløbet.", **challenge)
    if not caller.publishes(request.path_params["system"]):
        raise _Answered(403, "Adgangsnøglen gælder ikke dette system.")
    try:
        return caller, RunName(**{part: request.path_params[part] for part in ("campaign", "system", "run")})
    except BadInput as error:
        raise _Answered(400, str(error)) from None


async def _body(request: Request) -> bytes:
    """What is sent, all of it: of a request that is cut off nothing is kept."""
    too_large = _Answered(413, f"Der kan højst sendes {LARGEST} bytes ad gangen.", Connection="close")
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > 12 or int(said) > LARGEST:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise too_large
    return bytes(body)


def _far(reach: Reach) -> Response:
    return JSONResponse(_as_json(reach))


def _as_json(reach: Reach) -> dict[str, Any]:
    return {"linjer": reach.lines, "hoved": reach.head}
