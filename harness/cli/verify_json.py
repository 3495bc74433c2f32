"""What `lps verify --json` writes: `python -m harness.cli.verify_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ChangeOut:
    """Én ting, der ikke er, som den var."""

    fil: str
    linje: int
    """Linjen fra 1; 0, når den ikke kendes."""
    hvad: str


@dataclass(frozen=True, slots=True)
class VerifyOut:
    """Svaret fra lps verify --json. Exitkoden er 0, når intet er ændret, ellers 1. Det er ingen godkendelse af noget system."""

    fil: str
    """Det, der er kontrolleret."""
    uændret: bool
    kørsel: str
    system: str
    grundlag: str
    """referencesystemet for en prøvekørsel, ellers leverandørens system; tom, når kørslen ikke kan læses."""
    forbehold: str
    """For en prøvekørsel: at den intet siger om leverandørernes egne systemer. Ellers tom."""
    resultat: str
    """Det, log og gennemgang kommer til; tomt, når de ikke kan læses."""
    underskrevet: str
    """Den offentlige nøgle som hextal; tom, når intet er underskrevet."""
    ændringer: tuple[ChangeOut, ...]
    bemærkninger: tuple[str, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/verify.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (ChangeOut, VerifyOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(VerifyOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "verify.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
