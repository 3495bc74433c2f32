"""A moment as XML writes it (xs:dateTime; W3C, XML Schema Part 2, 3.2.7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_MIDNIGHT = "T24:00:00"


def instant(text: str) -> datetime | None:
    """The moment in `text`, without time zone when it says none; None when it is no xs:dateTime.

    >>> instant("2026-10-05T08:15:00Z")
    datetime.datetime(2026, 10, 5, 8, 15, tzinfo=datetime.timezone.utc)
    """
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace(_MIDNIGHT, "T00:00:00")) + timedelta(days=_MIDNIGHT in text)
    except (ValueError, OverflowError):  # a month 13, the 30th of February, the day after the last
        return None


def written(moment: datetime) -> str:
    """`moment`, which has a time zone, in UTC: `2026-10-05T08:15:00Z`; as it is where UTC would leave the years 1–9999."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return moment.isoformat()
    return moment.isoformat().replace("+00:00", "Z")
