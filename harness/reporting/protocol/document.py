"""The test protocol as data: what stands in which block and column. Every form it is written in is made from this alone.

Blocks and columns are MedCom's (testprotokol for ConditionList 1.0.2 and for HomeCareObservation 1.2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Language = Literal["da", "en"]


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file the run rests on, by the name it has in the protocol: `ConditionList_3.4_A.xml`.

    `what` says in Danish what it is, `scenario` whose it is. The same bytes have a name in each scenario that shows them.
    """

    name: str
    sha256: str
    size: int
    media_type: str
    scenario: str
    what: str

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in place: a picture that a tester handed in."""
        return self.media_type in ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Line:
    """A field of a block. Without a value it is left open, to be filled in by hand."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; each cell is a text, in which a line feed begins a new line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One of the blocks before the steps: notes, then fields, then a table."""

    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()

    def told(self, shown: Callable[[str], str]) -> Block:
        """The same block with each of its texts as `shown` gives it back."""
        rows = tuple(tuple(map(shown, row)) for row in self.table.rows) if self.table else ()
        return Block(
            self.title,
            tuple(Line(each.label, shown(each.value)) for each in self.lines),
            Table(self.table.columns, rows) if self.table else None,
            tuple(map(shown, self.notes)),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the step table. `number` is MedCom's, empty where it is not known; `key` is the scenario's identity, our own.

    `actions` are its *Givet* and *Når*, `expected` its *Så*, each with its place among the scenario's steps before it.
    """

    number: str
    key: str
    title: str
    actions: tuple[str, ...]
    data: tuple[str, ...]
    expected: tuple[str, ...]
    actual: tuple[str, ...] = ()
    assessment: tuple[str, ...] = ()
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The steps of one of MedCom's protocols, or a campaign's own."""

    title: str
    notes: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """The whole protocol. `subtitle` says of what and whom, `rehearsal` that a reference system stood where the LPS should."""

    title: str
    subtitle: str
    language: Language
    rehearsal: bool
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    after: tuple[Block, ...] = ()

    @property
    def files(self) -> Iterator[EvidenceFile]:
        """Every file, in the order of the steps."""
        return (file for section in self.sections for step in section.steps for file in step.files)
