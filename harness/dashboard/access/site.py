"""The way in and the way out: `/ind` with a token, `/ind/<link>` with a link that works once, `/ud`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.access.cookie import clear_cookie, set_cookie
from harness.dashboard.access.door import Door
from harness.dashboard.access.form import form_of
from harness.dashboard.access.limits import TooMany, begin_attempt, succeeded
from harness.dashboard.access.middleware import comes_from_here
from harness.dashboard.access.refusal import refusal
from harness.dashboard.access.secret import Secret, read_secret
from harness.dashboard.access.tables import LINKS, TOKENS
from harness.dashboard.pages.rendering import page

WAY_IN: Final = "/ind"
WAY_OUT: Final = "/ud"
_WRONG: Final = "Koden gælder ikke. Den er forkert, udløbet eller trukket tilbage. Se efter, at du har det hele med."


def access_routes(door: Door) -> list[BaseRoute]:
    """The routes of login and logout. They stand behind `access_middleware` with the same door."""
    site = _Site(door)
    return [
        Route(WAY_IN, site.show, methods=["GET"]),
        Route(WAY_IN, site.enter, methods=["POST"]),
        Route(f"{WAY_IN}/{{link}}", site.show_link, methods=["GET"]),
        Route(f"{WAY_IN}/{{link}}", site.enter_by_link, methods=["POST"]),
        Route(WAY_OUT, site.show_out, methods=["GET"]),
        Route(WAY_OUT, site.leave, methods=["POST"]),
    ]


class _Site:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._register = door.register

    async def show(self, request: Request) -> Response:
        """The page to log in on."""
        return page(request, "adgang/ind.html", wrong="", to=_inside(request.query_params.get("til", "")))

    async def enter(self, request: Request) -> Response:
        """Log in with a token. The browser gets a new session; the one it had ends."""
        if not comes_from_here(request):
            return _not_from_here(request)
        form = await form_of(request)
        to, shown = _inside(form.get("til", "")), read_secret(form.get("kode", ""))

        def enter() -> Secret | None:
            attempt = begin_attempt(self._register, _address(request), shown, TOKENS)
            cookie = self._register.enter(shown, request.state.session) if shown else None
            if cookie is not None:
                succeeded(self._register, attempt)
            return cookie

        return await self._let_in(request, enter, to, lambda: page(request, "adgang/ind.html", 401, wrong=_WRONG, to=to))

    async def show_link(self, request: Request) -> Response:
        """What a link leads to: a button. What looks at links before people do must not use them up."""
        link = read_secret(request.path_params["link"])
        try:
            token = await run_in_threadpool(self._register.invited, link) if link else None
        except SQLAlchemyError:
            return refusal(request, 503)
        if token is None:
            return _used_up(request)
        return page(request, "adgang/link.html", name=token.name, right=token.right)

    async def enter_by_link(self, request: Request) -> Response:
        """Use a link up, and let this browser in."""
        if not comes_from_here(request):
            return _not_from_here(request)
        link = read_secret(request.path_params["link"])

        def enter() -> Secret | None:
            attempt = begin_attempt(self._register, _address(request), link, LINKS)
            cookie = self._register.enter_by_link(link, request.state.session) if link else None
            if cookie is not None:
                succeeded(self._register, attempt)
            return cookie

        return await self._let_in(request, enter, "/", lambda: _used_up(request))

    async def show_out(self, request: Request) -> Response:
        """The page to log out on; whoever is not logged in is shown the wall."""
        return page(request, "adgang/ud.html") if request.state.session else _go("/")

    async def leave(self, request: Request) -> Response:
        """End the session; the middleware has seen that it asked for it itself."""
        if request.state.session:
            try:
                await run_in_threadpool(self._register.leave, request.state.session)
            except SQLAlchemyError:
                return refusal(request, 503)
            self._door.forget(request.state.session)
        gone = _go("/")
        clear_cookie(gone, request.state.secure)
        return gone

    async def _let_in(
        self, request: Request, enter: Callable[[], Secret | None], to: str, refused: Callable[[], Response]
    ) -> Response:
        before = request.state.session
        try:
            cookie = await run_in_threadpool(enter)
        except TooMany as limit:
            return refusal(request, 429, seconds=limit.seconds)
        except SQLAlchemyError:
            return refusal(request, 503)
        if cookie is None:
            return refused()
        if before:
            self._door.forget(before)
        inside = _go(to)
        set_cookie(inside, cookie, request.state.secure)
        return inside


def _address(request: Request) -> str:
    return request.client.host[:64] if request.client else ""


def _go(to: str) -> Response:
    return RedirectResponse(to, 303)


def _used_up(request: Request) -> Response:
    return refusal(request, 401, "Linket er brugt eller for gammelt. Bed om et nyt.")


def _not_from_here(request: Request) -> Response:
    return refusal(request, 403, "Formularen kom ikke fra tavlens egen side. Åbn siden igen, og prøv så en gang til.")


def _inside(to: str) -> str:
    """Where to go afterwards: a page of the wall's own, never another place."""
    try:
        parts = urlsplit(to)
    except ValueError:
        return "/"
    # Browsers read any number of slashes as two: `///ond.example` has no place to Python, and is one to them.
    good = (
        to.startswith("/")
        and not to.startswith("//")
        and not parts.scheme
        and not parts.netloc
        and "\\" not in to
        and to.isprintable()
    )
    return to if good else "/"
