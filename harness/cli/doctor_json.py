"""What `lps doctor --json` writes: `python -m harness.cli.doctor_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.runner.preflight.line import Line, State


@dataclass(frozen=True, slots=True)
class LineOut:
    """Én linje: hvad der blev set på, og hvordan det står."""

    id: str
    """Kontrollens id, fx tls."""
    hvad: str
    status: State
    """konfiguration: noget, brugeren har skrevet. miljø: maskinen, nettet eller en andens server. Aldrig et fund hos systemet."""
    fundet: str
    ventet: str
    gør: str
    fil: str
    linje: int | None
    kolonne: int | None
    felt: str
    """Feltet i filen, eller tilvalget på kommandolinjen. Tom, når der ikke er noget felt."""


@dataclass(frozen=True, slots=True)
class SystemOut:
    """Det, der hører til ét system."""

    system: str
    linjer: tuple[LineOut, ...]


@dataclass(frozen=True, slots=True)
class DoctorOut:
    """Svaret fra lps doctor --json."""

    exitkode: Literal[0, 2, 3]
    """0: en kørsel kan begynde. 2: konfiguration skal rettes. 3: kun miljøet fejler."""
    maskinen: tuple[LineOut, ...]
    systemer: tuple[SystemOut, ...]


def line_out(line: Line) -> LineOut:
    """`line` as it is written."""
    spot = line.spot
    return LineOut(
        line.check, line.what, line.state, line.found, line.wanted, line.todo, spot.file, spot.line, spot.column, spot.field
    )


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/doctor.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (LineOut, SystemOut, DoctorOut):
        with_config(config)(each)
    schema = TypeAdapter(DoctorOut).json_schema()
    schema["$defs"]["State"].pop("description")  # our own types are explained in English
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "doctor.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
