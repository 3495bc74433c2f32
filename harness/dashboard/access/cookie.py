"""The cookie of a browser that was let in.

SameSite=Lax and not Strict: with Strict a shared address of the wall, opened from a mail or a chat, would show somebody who is
logged in the page of somebody who is not. Nothing is changed by a GET, and every POST is held against the page's Origin and
against what its session's forms carry.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from harness.dashboard.access.register import SESSION_SECONDS
from harness.dashboard.access.secret import Secret

_NAME: Final = "lps-tavle"


def _name(secure: bool) -> str:
    return f"__Host-{_NAME}" if secure else _NAME  # that browsers only take over https, for this very host, from this host


def cookie_of(request: Request) -> str | None:
    """What the browser shows; None when it shows none of ours. An empty one is one too."""
    return request.cookies.get(_name(request.state.secure))


def set_cookie(response: Response, secret: Secret, secure: bool) -> None:
    """Let this browser in from now on."""
    response.set_cookie(
        _name(secure), secret.shown, max_age=SESSION_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
    )


def clear_cookie(response: Response, secure: bool) -> None:
    """The browser shows it no more."""
    response.delete_cookie(_name(secure), path="/", secure=secure, httponly=True, samesite="lax")
