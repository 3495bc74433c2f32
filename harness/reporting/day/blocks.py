"""A letter as blocks, which Markdown and PDF are both written of: what it says is decided once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 is the letter's own, 2 a system's, 3 a part of that."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. A `notice` must be seen."""

    text: str
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A finding, or something of its kind: what it is called, and what is known of it, each with its name."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Command:
    """Something to paste in a terminal."""

    text: str


Block = Heading | Text | Points | Facts | Command

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BEGINS: Final = re.compile(r"^(\d*)([+\-.)])(?=\s)")


def markdown(blocks: tuple[Block, ...]) -> str:
    """The letter as CommonMark. Whatever stands in a text stays text."""
    return "\n\n".join(_markdown(each) for each in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Text(text, notice):
            return f"> **{_plain(text)}**" if notice else _plain(text)
        case Points(items):
            return "\n".join(f"- {_plain(each)}" for each in items)
        case Facts(title, rows):
            return "\n".join([f"**{_plain(title)}**", "", *(f"- {_plain(name)}: {_plain(value)}" for name, value in rows)])
        case Command(text):
            return f"```text\n{' '.join(text.split()).replace('`', '')}\n```"


def _plain(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would take for its own."""
    return _BEGINS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))
