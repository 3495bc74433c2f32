"""Shows the place of a finding: the line with a caret under the column; in a file of long lines, the element alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.cli.veil import visible

WIDEST = 110
MOST_LINES = 4

_TAG = re.compile(r"<[^<>]*>")


def excerpt(lines: Sequence[str], line: int, column: int) -> list[str]:
    """The lines to show, with a caret under the place; none when there is no such line.

    `line` and `column` are 1-based. Tabs and what cannot be seen take one column each.
    """
    if not 0 < line <= len(lines):
        return []
    text, start = lines[line - 1], column - 1
    margin = f"{line:>6} | "
    blank = f"{'':>6} | "
    if len(text) <= WIDEST:
        return [margin + visible_kept(text), f"{blank}{' ' * start}^"]
    if text[start : start + 1] == "<":
        shown = _element(text[start : start + 4000])
        return [margin + shown[0], f"{blank}^", *(blank + each for each in shown[1:])]
    begin = max(0, start - 40)
    before, after = "…" if begin else "", "…" if begin + WIDEST < len(text) else ""
    window = visible_kept(text[begin : begin + WIDEST])
    return [f"{margin}{before}{window}{after}", f"{blank}{' ' * (start - begin + len(before))}^"]


def visible_kept(text: str) -> str:
    """`text` with as many characters as it has, none of which steers a terminal."""
    return "".join(each if each == " " or each.isprintable() else visible(each)[:1] or "·" for each in text)


def _element(text: str) -> list[str]:
    """An element that stands in a long line, a tag a line, indented; no more of it than shows what it is."""
    shown: list[str] = []
    depth = at = 0
    for tag in _TAG.finditer(text):
        between = text[at : tag.start()].strip()
        if between and shown:
            shown[-1] += visible_kept(between)
        is_end, at = tag[0].startswith("</"), tag.end()
        depth -= is_end
        if is_end and (between or depth == 0) and shown:
            shown[-1] += visible_kept(tag[0])
        else:
            shown.append("  " * depth + visible_kept(tag[0]))
        depth += not is_end and not tag[0].endswith("/>")
        if depth <= 0 or len(shown) > MOST_LINES:
            break
    shown = shown or [visible_kept(text[:WIDEST])]
    kept = [each if len(each) <= WIDEST else f"{each[: WIDEST - 1]}…" for each in shown[:MOST_LINES]]
    return [*kept, "…"] if len(shown) > MOST_LINES else kept
