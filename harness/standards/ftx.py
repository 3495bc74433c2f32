"""MedCom's free text in EDIFACT: how lines of text become FTX segments, and how they are read again.

Source: MedCom's stylesheets between EDIFACT and OIOXML (FTXSubElmsToBreakableText); UN/EDIFACT, directory D.93A, C108 (lengths).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.standards.edifact import Segment, segment

_LINE: Final = 70  # characters in one component of FTX, and
_COMPONENTS: Final = 5  # components in one FTX


def ftx_segments(qualifier: str, form: str, lines: Iterable[str]) -> Iterator[Segment]:
    """FTX segments of five components; an empty line is a full stop, and a backslash says that the line goes on.

    Raises ValueError, in Danish, for a line that is a lone full stop or ends in a backslash: both mean something else here.
    """
    pieces = [piece for line in lines for piece in _pieces(line)]
    for start in range(0, len(pieces), _COMPONENTS):
        yield segment("FTX", qualifier, form, "", tuple(pieces[start : start + _COMPONENTS]))


def _pieces(line: str) -> Iterator[str]:
    if line == "." or line.endswith("\\"):
        raise ValueError(f"linjen {line!r} kan ikke skrives i FTX: punktum alene og \\ til sidst betyder noget andet")
    if not line:
        yield "."
        return
    while len(line) > _LINE:
        cut = _LINE - 2 if len(line) == _LINE + 1 else _LINE - 1  # one more would leave what may be a lone full stop
        yield f"{line[:cut]}\\"
        line = line[cut:]
    yield line


def ftx_lines(segments: Iterable[Segment]) -> tuple[str, ...]:
    """The lines of FTX segments: a full stop is an empty line, and a backslash at the end says that the line goes on."""
    lines: list[str] = []
    begun = ""
    for component in (each for ftx in segments for each in (ftx.elements[3] if len(ftx.elements) > 3 else ())):
        if component.endswith("\\"):
            begun += component[:-1]
        else:
            lines.append(begun + ("" if component == "." else component))
            begun = ""
    return (*lines, begun) if begun else tuple(lines)
