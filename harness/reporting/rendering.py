"""Makes pages from the templates in `html/`: one self-contained file each, that asks nothing of any network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_HTML = Path(__file__).parent / "html"


def render(template: str, **values: Any) -> bytes:
    """The page `template` (a file in `html/`) with these values, everything in them escaped.

    `render("rapport.html", result=result)`
    """
    return _environment().get_template(template).render(**values).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HTML), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["style"] = (_HTML / "stil.css").read_text("utf-8")
    return environment
