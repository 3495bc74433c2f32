"""What `lps conforms --json` writes: `python -m harness.cli.conforms_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """Svaret for ét system, én standard og én kanal."""

    system: str
    produkt: str
    standard: str
    version: str
    kanal: Literal["Sende", "Modtage", ""]
    """Tom for en kampagne."""
    godkendt: bool
    status: str
    """Godkendt, Ikke Godkendt, Tester eller Test mangler; tom, når der ikke er noget opslag."""
    nået: str
    """For en kampagne: certificeret, klar til drift eller udbredt til alle kunder. Ellers tom."""
    bygger_på: Literal["certifikat", "godkendelsesliste", "gennemgang", ""]
    """certifikat: vores, med kontrolleret underskrift. godkendelsesliste og gennemgang: MedComs. Tom uden opslag."""
    kilde: str
    dato: str
    """ÅÅÅÅ-MM-DD: certifikatets godkendelse eller listens egen dato."""


@dataclass(frozen=True, slots=True)
class ConformsOut:
    """Svaret fra lps conforms --json. Exitkoden er 0, når alt det spurgte er godkendt, ellers 1; med --all-for altid 0."""

    standard: str
    version: str
    svar: tuple[AnswerOut, ...]
    tæller_ikke: tuple[str, ...]
    """Certifikater og kørsler, der er fundet, men som intet svar bygger på, og hvorfor."""


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/conforms.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (AnswerOut, ConformsOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(ConformsOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "conforms.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
