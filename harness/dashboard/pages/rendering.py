"""HTML from the templates in `html/`. A page loads nothing from elsewhere and runs no script but ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from harness.dashboard.pages.look import look_of, sign_looks, standing_named
from harness.domain.access import Caller, Right
from harness.domain.clock import copenhagen, day_and_hour

_HERE: Final = Path(__file__).parent
FILES: Final = _HERE / "filer"
FILES_ADDRESS: Final = "/-/filer"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu at the top of every page, for the callers it is `shown` to."""

    address: str
    title: str
    shown: Callable[[Caller], bool]


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """The page `template` makes of what is `shown`, for the caller of `request` (`request.state.caller`)."""
    state, caller = request.app.state, request.state.caller
    menu: tuple[Entry, ...] = getattr(state, "menu", ())
    troubled: Callable[[], str] = getattr(state, "trouble", str)
    wall = "" if caller.right is Right.PUBLIC else troubled()
    text = template_called(template).render(
        {"wall_trouble": wall, "asked_at": datetime.now(UTC)} | shown, caller=caller, request=request, menu=menu
    )
    return HTMLResponse(text, status)


def not_shown(request: Request) -> HTMLResponse:
    """The same answer for what is not there and for what the caller may not read: it tells nothing of either."""
    return page(request, "findes-ikke.html", 404)


def template_called(name: str) -> Any:
    """The template `name`, to render a part of a page with."""
    return _environment().get_template(name)


def address_of(file: str) -> str:
    """Where the browser finds one of our own files; another one when its content is another."""
    return f"{FILES_ADDRESS}/{file}?{_hash(file)}"


@cache
def _hash(file: str) -> str:
    return hashlib.sha256((FILES / file).read_bytes()).hexdigest()[:16]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "html", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"fil": address_of, "look_of": look_of, "sign_looks": sign_looks, "standing_named": standing_named}
    made.filters |= {"klokken": _hour, "tidspunkt": _moment}
    return made


def _hour(moment: datetime) -> str:
    """`10.32`, as the clock on the wall says."""
    return f"{copenhagen(moment):%H.%M}"


def _moment(moment: datetime | str) -> str:
    """A moment, or an ISO time with offset: `22-11-2026 kl. 22.40`."""
    return day_and_hour(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)
