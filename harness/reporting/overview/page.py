"""The overview as a page for phones, paper and screen readers; every state is a word, and its colour says no more."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reporting.overview.matrix import Overview
from harness.reporting.rendering import render


def page_of(overview: Overview, names: Mapping[str, str]) -> bytes:
    """The page."""
    channels = list(dict.fromkeys(each.channel for each in overview.lines))
    sources = dict.fromkeys((each.source, each.source_date) for each in overview.systems)
    return render(
        "godkendelsesoversigt.html", rehearsal=False, overview=overview, names=names, channels=channels, sources=sources
    )
