"""What `lps plan --json` writes: `python -m harness.cli.plan_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MeetingOut:
    """Hvem der mødes hvor."""

    plads: str
    system: str
    med: str
    """Et andet system, eller en partners id."""
    omkørsel: bool


@dataclass(frozen=True, slots=True)
class SlotOut:
    """Et tidsrum. Uden møder er det en pause, eller tid til omkørsler."""

    begynder: str
    slutter: str
    minutter: int
    titel: str
    omkørsel: bool
    møder: tuple[MeetingOut, ...]


@dataclass(frozen=True, slots=True)
class PartyOut:
    """En part, og hvem der har dens plads."""

    id: str
    navn: str
    ejer: str
    pladser: dict[str, str]
    """De indgange, ejerens eget system har, og hvordan det nås."""


@dataclass(frozen=True, slots=True)
class MinutesOut:
    """Et system og en, det møder: den tid, de har, og den, den seneste kørsel med begge tog."""

    system: str
    med: str
    planlagt: int
    målt: float | None
    """Minutter i alt; null, når intet er målt."""
    scenarier: int
    """Hvor mange scenarier der er målt."""
    for_meget: float
    """Så mange minutter er målt ud over det planlagte; 0, når det passer."""
    kørsel: str
    driver: str
    prøvekørsel: bool
    """true, når det er referencesystemet, der er målt, og ikke leverandørens eget."""


@dataclass(frozen=True, slots=True)
class DayOut:
    """Svaret fra lps plan --json: planen for dagen."""

    kampagne: str
    titel: str
    system: str
    """Det ene system, planen er for; tom, når den er for alle."""
    konvention: bool
    """true, når projektet selv har foreslået tider og pladser."""
    kilde: str
    tidsrum: tuple[SlotOut, ...]
    parter: tuple[PartyOut, ...]
    tider: tuple[MinutesOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/plan.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (MeetingOut, SlotOut, PartyOut, MinutesOut, DayOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(DayOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "plan.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
