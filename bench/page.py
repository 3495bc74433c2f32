"""Makes the tables of docs/ydelse.md from the newest run of the history: `python bench/page.py`.

What stands between the two marks of the page is made; the rest is written by hand. tests/bench/test_page.py holds them together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

from measured import Line, Measured, newest

PAGE = Path(__file__).parents[1] / "docs" / "ydelse.md"
BEGIN, END = "<!-- målt: begynder -->", "<!-- målt: slutter -->"
TITLES = {
    "start": "Opstart",
    "motorer": "Tomme scenarier",
    "egne": "Egne scenarier",
    "allure": "Med Allure",
    "hukommelse": "Hukommelse",
    "rapporter": "Rapporter",
    "validering": "Bedømmelse af filer",
    "vækst": "Fra 1 til 24 systemer",
}
NOT_MEASURED = "ikke målt"


def number(value: float | None, decimals: int = 2) -> str:
    """`1234.5` as `1.234,50`; empty for None."""
    if value is None:
        return ""
    return f"{value:,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _seconds(value: float | None) -> str:
    return number(value, 3 if value is None or value >= 0.1 else 4)


Cell = Callable[[Line], str]
_COLUMNS: tuple[tuple[str, Cell], ...] = (
    ("CPU-s", lambda line: _seconds(line.seconds)),
    ("fra–til", lambda line: "" if line.least is None else f"{_seconds(line.least)}–{_seconds(line.most)}"),
    ("s på uret", lambda line: number(line.wall, 3)),
    ("pr. sekund", lambda line: number(line.per_second, 0 if (line.per_second or 0) >= 100 else 1)),
    ("MB", lambda line: number(line.megabytes, 0)),
    ("gange", lambda line: number(line.ratio)),
    ("mål", lambda line: line.aim and f"{line.aim}: {'nået' if line.met else 'ikke nået'}"),
)


def tables(lines: Iterable[Line]) -> list[str]:
    """The lines of one part as Markdown, a table for each case; a column that nobody fills is left out."""
    made: list[str] = []
    for case, group in groupby(lines, lambda line: line.case):
        rows = list(group)
        columns = [(head, cell) for head, cell in _COLUMNS if any(map(cell, rows))]
        made += ["", f"**{case}**"] * bool(case) + [""]
        made += _row([against(rows), *(head for head, _ in columns)]), _row(["---"] + ["---:"] * len(columns))
        for line in rows:
            cells = [NOT_MEASURED, *([""] * (len(columns) - 1))] if line.missing else [cell(line) for _, cell in columns]
            made.append(_row([f"{line.what}: {line.missing}" if line.missing else line.what, *cells]))
    return made


def against(rows: Sequence[Line]) -> str:
    """What the ratios of a table are against, where it is one thing."""
    named = {line.against for line in rows if line.ratio is not None}
    return f"gange: mod {named.pop()}" if len(named) == 1 else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def made(measured: Measured) -> str:
    """Everything between the marks."""
    about = measured.machine
    load = "ukendt" if about["load"] is None else number(about["load"])
    quick = " Den er gjort hurtigt, med få gentagelser, og siger kun noget om størrelsesordenen." if measured.quick else ""
    busy = about["load"] is not None and about["load"] > about["cores"] / 2
    lines = [
        f"Målt {measured.at.replace('T', ' kl. ').replace('Z', ' UTC')} på {number(measured.minutes, 0)} minutter.{quick}",
        f"Maskinen: {about['cores']} kerner, {about['system']}, Python {about['python']}, belastning {load} fra begyndelsen.",
    ]
    if busy:
        lines.append(
            "Andre brugte maskinen imens: sekunderne på uret er for mange, og det, der er holdt op mod uret, siger kun lidt."
        )
    for name, title in TITLES.items():
        if name in measured.parts:
            lines += ["", f"### {title}", *tables(measured.parts[name])]
    return "\n".join(lines)


def filled(page: str, measured: Measured) -> str:
    """The page with what was measured. Raises ValueError when it has not both marks."""
    before, begins, rest = page.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (begins and ends):
        raise ValueError(f"{PAGE.name} must have {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{made(measured)}\n\n{END}{after}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text("utf-8"), newest()), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
