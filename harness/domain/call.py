"""How an act or a view is asked of a system whose test interface has a shape of its own. Pure: templates and what fills them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

PLACE: Final = re.compile(r"\{([^{}]*)\}")
"""Where a value goes: `{cpr}`, `{diagnose/kode}`, or `{}` for all of it."""

HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
"""What may stand in a header here: visible ASCII, with spaces between (RFC 9110, 5.5)."""

_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path`, `query`, `body`, `headers` are filled with what is entered, and `shown` with what the system answers.

    `missing` are the statuses by which it says that it has no such act or view.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    shown: Any = "{}"
    missing: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, entered: Mapping[str, Any]) -> dict[str, str]:
        """The headers with their values; one whose value is not entered is left out.

        Raises LookupError for a value that cannot stand in a header, which is not shown.
        """
        filled: dict[str, Any] = fill(dict(self.headers), entered)
        said = {name: _text(value) for name, value in filled.items() if value is not None}
        for name, value in said.items():
            if not value:
                raise LookupError(f"Værdien til {name} er tom og kan ikke stå i en header.")
            if not HEADER_VALUE.fullmatch(value):
                raise LookupError(f"Værdien til {name} kan ikke stå i en header: kun ASCII-tegn på én linje kan.")
        return said

    def address(self, entered: Mapping[str, Any]) -> str:
        """The path with its values, made fit for an address. Raises LookupError for one that is not entered."""
        return PLACE.sub(lambda found: quote(_text(_at(entered, found[1])), safe=""), self.path)


def fill(template: Any, source: Any) -> Any:
    """`template` with the values of `source`; what `source` does not have is left out.

    `"{a/b}"` is the value there, whatever it is; a text with more in it becomes a text. `{hver: a, som: …}` is a list with `som`
    filled from each entry of the list at `a`, and `{værdi: …, oversæt: {…}}` the value in other words. Raises LookupError when
    there are no other words for it. Example: `fill({"id": "{key}"}, {"key": 7}) == {"id": 7}`.
    """
    filled = _filled(template, source)
    return None if filled is _NOTHING else filled


def _filled(template: Any, source: Any) -> Any:
    if isinstance(template, str):
        return _filled_text(template, source)
    if isinstance(template, list | tuple):
        return [each for each in (_filled(one, source) for one in template) if each is not _NOTHING]
    if not isinstance(template, dict):
        return template
    if template.keys() == {"hver", "som"}:
        entries = _found(source, template["hver"])
        return [fill(template["som"], each) for each in entries] if isinstance(entries, list) else _NOTHING
    if template.keys() == {"værdi", "oversæt"}:
        value = _filled(template["værdi"], source)
        if value is _NOTHING:
            return value
        if _text(value) not in template["oversæt"]:
            raise LookupError(f"Kortet har ingen oversættelse af {_text(value)!r}.")
        return template["oversæt"][_text(value)]
    return {name: value for name, each in template.items() if (value := _filled(each, source)) is not _NOTHING}


def _filled_text(template: str, source: Any) -> Any:
    whole = PLACE.fullmatch(template)
    if whole:
        return _found(source, whole[1])
    values = [_found(source, each) for each in PLACE.findall(template)]
    return _NOTHING if _NOTHING in values else PLACE.sub(lambda _: _text(values.pop(0)), template)


def _found(source: Any, where: str) -> Any:
    try:
        return _at(source, where)
    except LookupError:
        return _NOTHING


def _at(source: Any, where: str) -> Any:
    """The value at `where`, a JSON pointer (RFC 6901) without its first slash. Raises LookupError when nothing is there."""
    for part in where.split("/") if where else ():
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(source, list) and name.isdecimal():
            source = source[int(name)]
        elif isinstance(source, dict) and name in source:
            source = source[name]
        else:
            raise LookupError(f"{where} er der ikke.")
    return source


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
