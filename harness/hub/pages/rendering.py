"""HTML from the templates in `html/`, and the files in `filer/` that it needs, each called by its hash.

A page loads nothing from elsewhere, runs no script but ours, and is never kept in a cache.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.domain.clock import copenhagen, day_and_hour
from harness.domain.exchange import Headers, Response

_HERE: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FILES: Final = "/-/filer/"

SAFE: Final = (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store"))
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(template: str, status: int = 200, headers: Headers = (), **shown: Any) -> Response:
    """The page `template` makes of what is `shown`."""
    text = _environment().get_template(template).render(shown)
    own = (("content-type", "text/html; charset=utf-8"), ("content-security-policy", _POLICY))
    return Response(status, text.encode(), (*own, *SAFE, *headers))


def see(address: str, *headers: tuple[str, str]) -> Response:
    """Sends the browser on to `address`, which it gets: what was posted is not posted again when the page is fetched anew."""
    return Response(303, b"", (("location", address), *SAFE, *headers))


def not_found() -> Response:
    """There is no such page."""
    return page("besked.html", 404, title="Siden findes ikke", says="Gå tilbage, eller brug adressen fra din adgang.")


def file_called(name: str) -> Response | None:
    """The file with the hashed name `name`; None when there is none."""
    known = _files().get(name)
    if known is None:
        return None
    data = known.read_bytes()
    kept = (("cache-control", "public, max-age=31536000, immutable"), ("x-content-type-options", "nosniff"))
    return Response(200, data, (("content-type", _TYPES[known.suffix]), *kept))


@cache
def _files() -> dict[str, Path]:
    found = (each for each in (_HERE / "filer").iterdir() if each.suffix in _TYPES)
    return {f"{each.stem}.{hashlib.sha256(each.read_bytes()).hexdigest()[:16]}{each.suffix}": each for each in found}


def _address(name: str) -> str:
    return FILES + next(hashed for hashed, file in _files().items() if file.name == name)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "html", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["fil"] = _address
    made.filters |= {"tidspunkt": _moment, "dag": _day, "klokken": _at, "cpr": _cpr, "varer": _lasts}
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return made


def _at(moment: datetime) -> str:
    return f"{copenhagen(moment):%H.%M.%S}"


def _moment(at: str) -> str:
    """An ISO time with offset, as the clock on the wall said: `22-11-2026 kl. 22.40`."""
    return day_and_hour(datetime.fromisoformat(at))


def _day(moment: datetime) -> str:
    there = copenhagen(moment)
    return f"{there.day}.{there.month}."


def _cpr(number: str) -> str:
    return f"{number[:6]}-{number[6:]}" if len(number) == 10 else number


def _lasts(seconds: float) -> str:
    """`90` as `1.30`: minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}.{whole % 60:02}"
