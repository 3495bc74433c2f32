"""What `lps validate` prints for people: a block for each finding with the place shown, then a line for each file."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from harness.cli.excerpt import excerpt
from harness.domain.finding import Finding
from harness.domain.grade import Grade

if TYPE_CHECKING:
    from harness.cli.validate_json import FileOut, NotCheckedOut, NotJudgedOut
    from harness.cli.veil import Veil

Line = tuple[str, str]
"""A line of text and its style, in rich's words; empty for plain."""

MOST_NAMED = 20
MOST_RULES = 4

_STYLES = {Grade.F1: "bold red", Grade.F2: "bold red", Grade.F3: "yellow", Grade.F4: "cyan"}


def block(finding: Finding, veil: Veil) -> Iterator[Line]:
    """One finding: where, what was expected and found, the place itself, and whose it is. It ends with an empty line."""
    head, body, source = str(veil.finding(finding)).split("\n", 2)
    place = finding.location
    yield head, _STYLES.get(finding.grade or Grade.OK, "blue")
    yield body, ""
    for each in excerpt(veil.lines, place.line or 0, place.column or 1):
        yield f"    {each}", "dim"
    yield from ((line, "dim") for line in (source, ""))


def summary(
    results: Sequence[FileOut], unknown: Sequence[str], unchecked: Sequence[NotCheckedOut], problems: Iterable[str]
) -> Iterator[Line]:
    """A line for each file, files of no known kind in one line, and what was not checked, counted by format."""
    for each in results:
        yield _verdict(each), {"fund": "bold red", "ikke bedømt": "bold red", "mindre fund": "cyan"}.get(each.udfald, "green")
        for number in each.fremmede_cpr_numre:
            place = f"{number.fil}:{number.linje}:{number.kolonne}"
            yield f"    {place}  et CPR-nummer, der ikke er til test, {number.hvor} (vises ikke)", ""
    if unknown:
        more = f" og {len(unknown) - MOST_NAMED} til" if len(unknown) > MOST_NAMED else ""
        yield f"Ikke bedømt, da der ikke er regler for dem: {', '.join(unknown[:MOST_NAMED])}{more}", ""
    if unchecked:
        yield "Ikke kontrolleret:", ""
    for of_format in unchecked:
        yield f"  {of_format.format}, {len(of_format.forhold)} forhold i {_files(of_format.filer)}:", ""
        for left_out in of_format.forhold:
            some = f" ({_files(left_out.filer)})" if left_out.filer < of_format.filer else ""
            yield f"    {left_out.forhold}{some}", "dim"
    for problem in dict.fromkeys(problems):
        yield f"Artefakter: {problem}", "yellow"


def _verdict(result: FileOut) -> str:
    if result.fejl:
        return f"{result.fil}: ikke bedømt. {result.fejl}"
    grades = Counter(each.karakter or "bemærkning" for each in result.fund)
    counts = [f"{times} {_many(name, times)}" for name, times in sorted(grades.items())]
    rules = [f"{result.holder} {'regel' if result.holder == 1 else 'regler'} holder"]
    if result.ikke_bedømt:
        rules.append(f"{result.ikke_bedømt} ikke bedømt: {'; '.join(_left(result.ikke_bedømte_regler))}")
    told = f" ({', '.join(counts)})" if counts else ""
    return f"{result.fil}: {result.format}: {result.udfald}{told}. {', '.join(rules)}."


def _left(rules: Iterable[NotJudgedOut]) -> Iterator[str]:
    """The rules that were not judged, those of one reason together, and last how many follow from another rule."""
    by_reason: dict[str, dict[str, None]] = {}
    following = 0
    for each in rules:
        if each.grund.startswith("bygger på "):
            following += 1
        else:
            by_reason.setdefault(each.grund.removeprefix("ikke kontrolleret: "), {})[each.regel] = None
    for reason, ids in by_reason.items():
        more = f" og {len(ids) - MOST_RULES} til" if len(ids) > MOST_RULES else ""
        yield f"{', '.join(list(ids)[:MOST_RULES])}{more}{f' ({reason})' if reason else ''}"
    if following:
        yield f"{following} bygger på {'en regel' if following == 1 else 'regler'}, der er brudt eller ikke bedømt"


def _files(count: int) -> str:
    return "1 fil" if count == 1 else f"{count} filer"


def _many(name: str, times: int) -> str:
    return "bemærkninger" if name == "bemærkning" and times > 1 else name


def writer() -> Callable[[Iterable[Line]], None]:
    """Prints lines: in colour to a terminal, by rich, which is imported only then; plain otherwise, and where NO_COLOR is set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda lines: print("\n".join(text for text, _ in lines))
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    return lambda lines: console.print(Text("\n").join(Text(text, style=style) for text, style in lines))
