"""What `lps coverage --json` writes: `python -m harness.cli.coverage_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.domain.grade import Grade
from harness.domain.requirement import RequirementKind
from harness.domain.vendor import Phase


@dataclass(frozen=True, slots=True)
class ScenarioOut:
    """Et scenarie, som prøver kravet."""

    id: str
    titel: str
    set: tuple[str, ...]
    """Hvor udfaldet ses: snitflade, skærm, testgrænseflade."""
    fejl: tuple[str, ...]
    """De fejl, scenariet skal fange."""
    senest: dict[str, dict[str, str]]
    """For hvert system: hvert scenaries (ved Eksempler hver rækkes) udfald i systemets seneste kørsel."""


@dataclass(frozen=True, slots=True)
class RequirementOut:
    """Et krav, og det, der prøver det."""

    id: str
    tekst: str
    kilde: str
    art: RequirementKind
    grund: str
    """Hvorfor det ikke prøves; tom for et krav."""
    obligatorisk: bool
    karakter: Grade | None
    mvp: int | None
    fase: Phase | None
    systemer: tuple[str, ...]
    fejl: tuple[str, ...]
    """De fejl, som viser, at kravet kan brydes."""
    scenarier: tuple[ScenarioOut, ...]


@dataclass(frozen=True, slots=True)
class RunOut:
    """Den seneste kørsel af ét system."""

    system: str
    kørsel: str
    grundlag: str
    """referencesystem for en prøvekørsel, ellers leverandørens system."""
    forældet: bool
    """Kravene, scenarierne, reglerne eller systemets fil er ændret siden."""


@dataclass(frozen=True, slots=True)
class UseCaseOut:
    """Et af MedComs brugstilfælde."""

    id: str
    navn: str
    krav: str
    """M, O eller ukendt."""
    protokol: str
    ikke_relevant: str
    """Hvorfor det ikke er relevant for nogen deltager; tom, når det er."""
    trin: dict[str, tuple[str, ...]]
    """For hvert scenarie numrene på dets trin i protokollen; tom, når de ikke er udfyldt."""


@dataclass(frozen=True, slots=True)
class BaselineOut:
    """Hvor langt ét system var før kampagnen, med kildens ord."""

    system: str
    status: str
    kilde: str


@dataclass(frozen=True, slots=True)
class CampaignOut:
    """Én kampagnes dækning."""

    id: str
    titel: str
    udgangspunkt: tuple[BaselineOut, ...]
    krav: tuple[RequirementOut, ...]
    kørsler: tuple[RunOut, ...]
    huller: tuple[str, ...]
    """Krav uden scenarie eller fejl, scenarier uden krav eller fejl, og det, der peger på noget, som ikke findes."""
    brugstilfælde: tuple[UseCaseOut, ...]


@dataclass(frozen=True, slots=True)
class CoverageOut:
    """Svaret fra lps coverage --json."""

    exitkode: Literal[0, 1]
    """0: dækningen er hel. 1: der er huller."""
    kampagner: tuple[CampaignOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/coverage.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (ScenarioOut, RequirementOut, RunOut, UseCaseOut, BaselineOut, CampaignOut, CoverageOut):
        with_config(config)(each)
    schema = TypeAdapter(CoverageOut).json_schema()
    for definition in schema["$defs"].values():
        if "enum" in definition:  # the domain's own types are explained in English
            definition.pop("description")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "coverage.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
