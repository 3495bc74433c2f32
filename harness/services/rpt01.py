"""A laboratory report on its way to the clinic (RPT01): what a letter sent now has of its own, and how it is carried."""

from __future__ import annotations

from typing import Any, Final

from harness.domain.clock import wall_clock
from harness.services.service import Context
from harness.standards.medrpt.build import build_medrpt
from harness.standards.medrpt.report import LabReport
from harness.standards.vans import Message, Transport, carrying

_ID_LENGTH: Final = 14
"""Characters in the number of an EDIFACT interchange or message (UN/EDIFACT, syntax version 3, 0020 and 0062)."""


def fresh_number(context: Context) -> str:
    """A number that nothing else has, short enough for EDIFACT."""
    return context.new_id().replace("-", "")[:_ID_LENGTH]


def fresh(context: Context) -> dict[str, Any]:
    """What a report that is sent now has of its own: its numbers and times."""
    now = wall_clock(context.now).replace(second=0, microsecond=0)
    numbers = {name: fresh_number(context) for name in ("transmission", "letter")}
    return {**numbers, "sent": now, "authorised": now, "answered": now}


def as_rpt01(report: LabReport, context: Context) -> Message:
    """The report as the message an envelope carries."""
    return carrying(build_medrpt(report), "EDIFACT", "RPT01", "R0131K", context.new_id(), Transport())
