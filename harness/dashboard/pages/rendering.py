"""HTML from the templates in `html/`. A page loads nothing from elsewhere and runs no script but ours."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

_HERE: Final = Path(__file__).parent
FILES: Final = _HERE / "filer"
FILES_ADDRESS: Final = "/-/filer"


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """The page `template` makes of what is `shown`, for the caller of `request` (`request.state.caller`)."""
    text = _environment().get_template(template).render(shown, caller=request.state.caller, request=request)
    return HTMLResponse(text, status)


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
    made.globals["fil"] = address_of
    return made
