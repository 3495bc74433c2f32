"""Stands before every page: which host was asked for, who asks, how much they send, and what every answer carries.

A request that shows nothing is the public's. One that shows a token or a cookie that lets nobody in gets 401 and nothing else,
also where the public would have got an answer: whoever shows something must learn that it does not hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.dashboard.access.cookie import clear_cookie, cookie_of
from harness.dashboard.access.door import Admission, Away, Door
from harness.dashboard.access.form import FORM_BYTES, Form, read_form
from harness.dashboard.access.headers import UNLESS_SAID, host_name, security_headers
from harness.dashboard.access.refusal import refusal
from harness.dashboard.access.secret import read_secret, same
from harness.domain.access import Caller

CSRF_FIELD: Final = "csrf"
_READS: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is held before every page. `hosts` are the names people may call the wall by; `secure`: browsers come by https only,
    whatever this process sees of it. `limits` are the most bytes of a body, by the beginning of its path; else `FORM_BYTES`.
    """

    door: Door
    hosts: frozenset[str]
    secure: bool = False
    limits: Mapping[str, int] | None = None

    def most(self, path: str) -> int:
        """The most bytes a request to `path` may send."""
        fitting = [prefix for prefix in self.limits or {} if path.startswith(prefix)]
        return (self.limits or {})[max(fitting, key=len)] if fitting else FORM_BYTES


def access_middleware(
    door: Door, hosts: Iterable[str], *, secure: bool = False, limits: Mapping[str, int] | None = None
) -> Middleware:
    """For `Starlette(middleware=[…])`: the outermost. Arguments as `Guarded` has them.

    A request then has `request.state.caller` (Caller), `.session` (its id, empty without) and `.csrf` (what its forms carry,
    empty without a session). What a session posts has come from a page of ours: anything else got 403.
    """
    known = frozenset(map(str.lower, hosts))
    return Middleware(AccessMiddleware, guarded=Guarded(door, known, secure, limits))


class TooLarge(Exception):
    """More was sent than may be."""


class AccessMiddleware:
    """See `access_middleware`."""

    def __init__(self, app: ASGIApp, guarded: Guarded) -> None:
        self._app = app
        self._guarded = guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # there are none here
            return
        secure = self._guarded.secure or scope["scheme"] == "https"
        answer = _Answer(send, secure)
        scope["state"] = {**scope.get("state", {}), "caller": Caller(), "session": "", "csrf": "", "secure": secure}
        try:
            await self._answer(scope, receive, answer)
        except TooLarge:
            if not answer.begun:
                await refusal(Request(scope), 413)(scope, receive, answer)
        except Exception:
            if not answer.begun:
                await refusal(Request(scope), 500)(scope, receive, answer)
            raise

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        request, most = Request(scope), self._guarded.most(scope["path"])
        if host_name(request.headers.get("host", "")) not in self._guarded.hosts:
            await refusal(request, 421)(scope, receive, answer)
            return
        sent = request.headers.get("content-length", "0")
        if not sent.isdecimal() or len(sent) > 12 or int(sent) > most:  # Python reads no number of 5,000 digits
            await refusal(request, 413)(scope, receive, answer)
            return
        try:
            admission, wrong = await self._who(request)
        except Away:
            await refusal(request, 503)(scope, receive, answer)
            return
        if wrong:
            refused = refusal(request, 401)
            clear_cookie(refused, scope["state"]["secure"])
            await refused(scope, receive, answer)
            return
        limited = _limited(receive, most)
        if admission is not None:
            scope["state"] |= {"caller": admission.caller, "session": admission.session, "csrf": admission.csrf}
            answer.let_in(lambda: self._guarded.door.still(admission))
            if admission.session and request.method not in _READS:
                form, limited = await read_form(scope, limited)
                if not is_own_form(request, form, admission.csrf):
                    await refusal(
                        request, 403, "Formularen kom ikke fra din egen side. Hent siden igen, og prøv så en gang til."
                    )(scope, limited, answer)
                    return
        await self._app(scope, limited, answer)

    async def _who(self, request: Request) -> tuple[Admission | None, bool]:
        """Whoever was let in, and whether something was shown that lets nobody in. A token goes before a cookie."""
        shown, door = request.headers.getlist("authorization"), self._guarded.door
        admission: Admission | None = None
        cookie = cookie_of(request)
        if cookie is not None:
            secret = read_secret(cookie)
            admission = await door.by_cookie(secret) if secret else None
            if admission is None:
                return None, True
        if shown:
            scheme, _, value = shown[0].partition(" ")
            secret = read_secret(value) if scheme.lower() == "bearer" and len(shown) == 1 else None
            admission = await door.by_token(secret) if secret else None
            return admission, admission is None
        return admission, False


def is_own_form(request: Request, form: Form, csrf: str) -> bool:
    """Whether a form came from a page of this session's: the browser says so, and it carries what only such a page knows."""
    return comes_from_here(request) and same(form.get(CSRF_FIELD, ""), csrf)


def comes_from_here(request: Request) -> bool:
    """Whether the browser says that a page of ours sent this: every browser names the page's origin when it posts."""
    origin = urlsplit(request.headers.get("origin", ""))
    return origin.netloc.lower() == request.headers.get("host", "").lower() != "" and origin.scheme in ("http", "https")


class _Answer:
    """Sends what the page answers, with the headers every answer has; a long one ends when its reader is let in no more."""

    def __init__(self, send: Send, secure: bool) -> None:
        self._send = send
        self._secure = secure
        self._still: Callable[[], Awaitable[bool]] | None = None
        self.begun = False
        self._over = False

    def let_in(self, still: Callable[[], Awaitable[bool]]) -> None:
        """The answer is for somebody who was let in; `still` says whether they would be so now."""
        self._still = still

    async def __call__(self, message: Message) -> None:
        """Send one part of the answer."""
        if self._over:
            return
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            headers.update(security_headers(self._secure))
            for name, value in UNLESS_SAID.items():
                headers.setdefault(name, value)
        elif message.get("more_body") and self._still is not None and not await self._still():
            self._over = True
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)


def _limited(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLarge
        return message

    return counted
