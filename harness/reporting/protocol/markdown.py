"""The protocol as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.record.result import Result
from harness.reporting.protocol.document import Block, Protocol, Step
from harness.reporting.protocol.made import whole_protocol
from harness.reporting.summary import REHEARSAL

_OPEN = "_" * 9
_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>|#~]")


def testprotokol_md(result: Result, evidence: Path) -> bytes:
    """The run's protocol."""
    return as_markdown(whole_protocol(result, evidence))


def as_markdown(protocol: Protocol) -> bytes:
    """The protocol as Markdown with tables, UTF-8. Pictures are told by their names."""
    return ("\n".join(_lines(protocol)) + "\n").encode()


def _lines(protocol: Protocol) -> Iterator[str]:
    yield f"# {_plain(protocol.title)}: {_plain(protocol.subtitle)}"
    if protocol.rehearsal:
        yield from ("", f"**{REHEARSAL}**")
    for note in protocol.notes:
        yield from ("", _plain(note))
    for block in protocol.blocks:
        yield from _block(block)
    for section in protocol.sections:
        yield from ("", f"## {_plain(section.title)}")
        for note in section.notes:
            yield from ("", _plain(note))
        yield from _table(protocol.columns, map(_cells, section.steps))
    for block in protocol.after:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    yield from ("", f"## {_plain(block.title)}")
    for note in block.notes:
        yield from ("", _plain(note))
    if block.lines:
        yield ""
    for line in block.lines:
        yield f"- **{_plain(line.label)}:** {_plain(line.value or _OPEN)}"
    if block.table and block.table.rows:
        yield from _table(block.table.columns, block.table.rows)


def _cells(step: Step) -> tuple[str, ...]:
    files = tuple(each.name for each in step.files)
    cells = (
        (step.number, step.key),
        (step.title, *step.actions),
        step.data,
        step.expected,
        (*step.actual, *files),
        step.assessment,
    )
    return tuple("\n".join(filter(None, cell)) for cell in cells)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield _row(columns)
    yield _row("---" for _ in columns)
    yield from (_row(map(_plain, cells)) for cells in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """`text` with nothing in it that means something in Markdown; a new line is one in a cell too."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "<br>")
