"""What `lps variations --json` writes: `python -m harness.cli.variations_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SystemOut:
    """Et system og dets seneste hele kørsel; den seneste, når ingen er hel."""

    system: str
    produkt: str
    version: str
    kørsel: str
    grundlag: str
    """referencesystem for en prøvekørsel, ellers leverandørens system."""
    forbehold: tuple[str, ...]
    """Hvorfor kørslen kan mangle tilfælde eller have forskelle, som ikke er systemets egne."""


@dataclass(frozen=True, slots=True)
class ValueOut:
    """En værdi, og de systemer, der har den."""

    værdi: str
    systemer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraitOut:
    """Et træk ved tilfældet, fx kodning: koder."""

    navn: str
    ens: bool
    værdier: tuple[ValueOut, ...]


@dataclass(frozen=True, slots=True)
class CaseOut:
    """Et tilfælde, som systemerne er stillet over for."""

    scenarie: str
    titel: str
    ens: bool
    mangler: tuple[str, ...]
    """De systemer, der ikke har sendt noget at sammenligne."""
    træk: tuple[TraitOut, ...]


@dataclass(frozen=True, slots=True)
class VariationsOut:
    """Svaret fra lps variations --json. En forskel giver ingen karakter, og exitkoden er 0."""

    kampagne: str
    titel: str
    side: str
    """Hvor siden ligger."""
    systemer: tuple[SystemOut, ...]
    ikke_kørt: tuple[str, ...]
    samme_udgave: bool
    """Om systemerne er prøvet med den samme udgave af scenarierne, så vidt det kan ses."""
    tilfælde: tuple[CaseOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/variations.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (SystemOut, ValueOut, TraitOut, CaseOut, VariationsOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(VariationsOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "variations.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
