"""A letter as PDF/A, with fonts that come with typst: the same letter gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from harness.domain.clock import copenhagen
from harness.reporting.day.blocks import Block

_PAGE: Final = Path(__file__).with_name("brev.typ")


def pdf_of(blocks: tuple[Block, ...], foot: str, at: datetime) -> bytes:
    """The PDF of the letter. `foot` stands below each page; it is dated `at`."""
    import typst

    said = [{"slags": type(each).__name__, **asdict(each)} for each in blocks]
    page: bytes = typst.compile(
        _PAGE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards="a-2b",
        sys_inputs={
            "brev": json.dumps(said, ensure_ascii=False),
            "fod": foot,
            "dag": f"{copenhagen(at):%Y-%m-%d}",
        },
    )
    return page
