"""The day so far as a drawing: how many scenarios stood how, over time. Made here, so that the page needs no script for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from harness.dashboard.pages.look import standing_named
from harness.dashboard.wall import Moment
from harness.domain.clock import copenhagen

WIDTH: Final = 720.0
HEIGHT: Final = 180.0
_BANDS: Final = (
    ("F1, F2 eller F3", "fund", ("f1", "f2", "f3")),
    ("Ikke afklaret", "uafklaret", ("wait", "stop", "none")),
    ("F4, OK eller IR", "rene", ("f4", "ok", "ir")),
)
"""From below: what must be mended, what nobody knows yet, and the rest."""
_MOST_POINTS: Final = 120
_MOST_MARKS: Final = 7
_APART: Final = (5, 15, 30, 60, 120, 240, 1440)
"""Minutes between two marks."""


@dataclass(frozen=True, slots=True)
class Band:
    """One part of the drawing: its name, its colour and the line around it."""

    title: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the time axis, and where."""

    text: str
    x: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing, and the same as rows of a table: when, and how many in each band."""

    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    most: int
    rows: tuple[tuple[datetime, tuple[int, ...]], ...]
    titles: tuple[str, ...] = tuple(title for title, _, _ in _BANDS)


def drawing(trend: Sequence[Moment]) -> Drawing | None:
    """`trend` drawn; None while there are not two moments to draw a line between."""
    moments = _thinned(trend)
    if len(moments) < 2 or moments[0].at == moments[-1].at:
        return None
    counted = [_in_bands(each.counts) for each in moments]
    most = max(1, *(sum(each) for each in counted))
    begin, length = moments[0].at, (moments[-1].at - moments[0].at).total_seconds()

    def x(at: datetime) -> float:
        return round((at - begin).total_seconds() / length * WIDTH, 1)

    def y(count: int) -> float:
        return round(HEIGHT - count / most * HEIGHT, 1)

    bands = []
    for number, (title, kind, _) in enumerate(_BANDS):
        rows = zip(moments, counted, strict=True)
        edges = [(x(one.at), sum(counts[:number]), sum(counts[: number + 1])) for one, counts in rows]
        around = [(at, y(upper)) for at, _, upper in edges] + [(at, y(lower)) for at, lower, _ in reversed(edges)]
        bands.append(Band(title, kind, "M" + "L".join(f"{at} {height}" for at, height in around) + "Z"))
    marks = tuple(Mark(f"{copenhagen(at):%H.%M}", x(at)) for at in _round_times(begin, moments[-1].at))
    return Drawing(tuple(bands), marks, most, tuple((one.at, counts) for one, counts in zip(moments, counted, strict=True)))


def _in_bands(counts: Mapping[str, int]) -> tuple[int, ...]:
    kinds = [(standing_named(word).kind, count) for word, count in counts.items()]
    return tuple(sum(count for kind, count in kinds if kind in own) for _, _, own in _BANDS)


def _thinned(trend: Sequence[Moment]) -> Sequence[Moment]:
    """No more points than can be seen, the first and the last among them."""
    if len(trend) <= _MOST_POINTS:
        return trend
    step = (len(trend) - 1) / (_MOST_POINTS - 1)
    return [trend[round(number * step)] for number in range(_MOST_POINTS)]


def _round_times(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Round moments between the two, at most seven of them."""
    minutes = next(each for each in _APART if (end - begin) / timedelta(minutes=each) <= _MOST_MARKS or each == _APART[-1])
    at = begin.replace(second=0, microsecond=0, minute=0)
    while at <= end:
        if at >= begin:
            yield at
        at += timedelta(minutes=minutes)
