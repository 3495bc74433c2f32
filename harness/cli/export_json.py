"""What `lps export --json` writes: `python -m harness.cli.export_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SystemOut:
    """Et systems dag i tal: scenarier."""

    system: str
    leverandør: str
    dom: str
    """ingen kørsel, når systemet ikke har nogen, der tæller."""
    skulle_prøves: int
    uden_fund: int
    med_fund: int
    mangler: int
    mangler_sammen_med_andre: int
    med_fund_sammen_med_andre: int
    sendt: int
    """Hvor mange af resultaterne leverandøren har sendt, uden at MedCom har set dem."""


@dataclass(frozen=True, slots=True)
class LeftOutOut:
    """En kørsel, der ikke tæller, og hvorfor."""

    kørsel: str
    hvorfor: str


@dataclass(frozen=True, slots=True)
class ExportOut:
    """Svaret fra lps export --json. Det er ingen godkendelse."""

    kampagne: str
    prøvekørsel: bool
    """Alt i eksporten er prøvekørsler med referencesystemet."""
    mappe: str
    pakke: str
    """Det samme som én zip-fil."""
    pakkens_sha256: str
    kørsler: tuple[str, ...]
    """De kørsler, der er set på: kampagne/system/id."""
    holdt_ude: tuple[LeftOutOut, ...]
    systemer: tuple[SystemOut, ...]
    mangler: int
    """Hvor meget der skulle prøves og ikke kom til et resultat, i alt."""
    filer: dict[str, str]
    """Hver fils SHA-256."""


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/export.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (SystemOut, LeftOutOut, ExportOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(ExportOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "export.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
