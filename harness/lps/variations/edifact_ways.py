"""An EDIFACT interchange that says the same otherwise (ISO 9735, syntax version 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from harness.domain.errors import BadInput
from harness.standards.edifact import Interchange, Service, build_interchange, read_interchange

_OTHER: Final = Service("|", "^", ".", "\\", " ", "~")


def _after(text: str) -> Callable[[Interchange], Interchange]:
    return lambda whole: replace(
        whole,
        una=whole.una.rstrip() + text if whole.una else "",
        segments=tuple(replace(each, after=text) for each in whole.segments),
    )


def _without_una(whole: Interchange) -> Interchange:
    return replace(whole, una="") if str(whole.service) == str(Service()) else whole


def _other_characters(whole: Interchange) -> Interchange:
    return replace(whole, service=_OTHER, una=f"UNA{_OTHER}\n")


EDIFACT: Final[Mapping[str, Callable[[Interchange], Interchange]]] = {
    "edifact-uden-linjeskift": _after(""),
    "edifact-linjeskift-med-crlf": _after("\r\n"),
    "edifact-uden-una": _without_una,
    "edifact-andre-skilletegn": _other_characters,
}
"""By the variation's id."""


def otherwise(data: bytes, names: frozenset[str]) -> bytes:
    """The interchange with those of `names` that are about it; one that carries a file's bytes (UNO) is left as it is."""
    changes = [change for name, change in EDIFACT.items() if name in names]
    if not changes or b"\nUNO+" in data:
        return data
    try:
        whole = read_interchange(data)
    except BadInput:
        return data
    for change in changes:
        whole = change(whole)
    return build_interchange(whole)
