"""What `lps protocol --json` writes: `python -m harness.cli.protocol_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileOut:
    """En fil, som kørslen bygger på, med dens navn i protokollen."""

    navn: str
    sha256: str
    størrelse: int
    """I bytes."""
    type: str
    scenarie: str
    indhold: str


@dataclass(frozen=True, slots=True)
class ProtocolOut:
    """Svaret fra lps protocol --json. Protokollen selv ligger i filen."""

    protokol: str
    """Hvor protokollen ligger."""
    format: str
    sprog: str
    grundlag: str
    """tom for en protokol uden kørsel, referencesystem for en prøvekørsel, ellers leverandørens system."""
    trin: int
    filer: tuple[FileOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/protocol-answer.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (FileOut, ProtocolOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(ProtocolOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "protocol-answer.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
