"""What `lps faults --wire --json` writes: `python -m harness.cli.faults_wire_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CountsOut:
    """Hvor mange ændringer af en besked der blev til hvad."""

    fanget: int
    ikke_krævet: int
    huller: int
    ikke_gennemgået: int


@dataclass(frozen=True, slots=True)
class CatchOut:
    """Det scenarie, der fangede en ændring, og de regler, den brød."""

    scenarie: str
    regler: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnreviewedOut:
    """En ændring, ingen fangede, og som intet er sagt om."""

    prøvet: int
    """I hvor mange scenarier den er prøvet."""
    steder: int
    """I hvor mange scenarier den kan prøves."""
    standset: dict[str, str]
    """De scenarier, der ikke kunne gennemføres med den, hver med hvorfor."""


@dataclass(frozen=True, slots=True)
class WireOut:
    """Svaret fra lps faults --wire --json. En ændring skrives BESKED:STED:fjernet eller BESKED:STED:ændret."""

    beskeder: dict[str, CountsOut]
    fanget: dict[str, CatchOut]
    huller: tuple[str, ...]
    """En kilde kræver dem, og ingen fanger dem: se fixtures/wire/."""
    ikke_krævet: tuple[str, ...]
    """Ingen kilde kræver dem: se fixtures/wire/."""
    ikke_gennemgået: dict[str, UnreviewedOut]
    unødvendige: tuple[str, ...]
    """Steder i fixtures/wire/, der kun nævner det, der bliver fanget. Tom, når ikke alt er prøvet."""
    hele: bool
    """Om alt er prøvet overalt, så det, der ikke er fanget, ikke bliver fanget noget sted."""
    forsøg: int
    sekunder: float
    exitkode: int
    """0, når alt er fanget eller ikke krævet, og intet er nævnt til ingen nytte; ellers 1."""


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/wire-trials.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (CountsOut, CatchOut, UnreviewedOut, WireOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(WireOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "wire-trials.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
