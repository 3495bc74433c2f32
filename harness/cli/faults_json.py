"""What `lps faults --json` writes: `python -m harness.cli.faults_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.domain.fault import FirstTry
from harness.domain.grade import Grade
from harness.domain.requirement import RequirementKind
from harness.runner.trials.held import Held, Score


@dataclass(frozen=True, slots=True)
class CaughtOut:
    """Et scenarie, som fejlen blev prøvet på, og som lagde mærke til den eller skulle have gjort det."""

    scenarie: str
    opsætninger: tuple[str, ...]
    """Rute, udgave af CPD-DK, og eget sæt, hvor scenariet blev prøvet på et sæt for sig: plsp, CPD-DK 2.0."""
    udfald: Held
    ventet: tuple[str, ...]
    """Reglerne, som fejlen skal bryde."""
    brudt: tuple[str, ...]
    """Reglerne, som blev brudt med karakter."""
    bemærket: tuple[str, ...]
    """Reglerne, som gav en bemærkning uden karakter."""
    karakter: str
    """Hvad scenariet endte som."""
    hvorfor: str
    """Hvad der ikke er, som kataloget siger; tom, når alt er."""
    igen: str
    """Kommandoen, som gør det om som en kørsel med log og beviser."""


@dataclass(frozen=True, slots=True)
class FaultOut:
    """En fejl, og hvad der fangede den."""

    id: str
    beskrivelse: str
    krav: tuple[str, ...]
    karakter: Grade
    afventer: str
    """Det, der ikke er besluttet, og som gør fundet til en bemærkning; ellers tom."""
    skrevet_ud_fra_kilderne: bool
    første: FirstTry | None
    """Hvad der skete, første gang en fejl skrevet ud fra kilderne blev prøvet."""
    udfald: Score
    forsøg: int
    uberørt: int
    """Hvor mange af forsøgene der ikke skulle lægge mærke til fejlen, og ikke gjorde det."""
    scenarier: tuple[CaughtOut, ...]


@dataclass(frozen=True, slots=True)
class HonestOut:
    """Et scenarie, som et system uden fejl ikke kom igennem."""

    scenarie: str
    opsætning: str
    hvorfor: str
    igen: str


@dataclass(frozen=True, slots=True)
class FailedOut:
    """Et scenarie, som fældede et ærligt system, der er anderledes end referencesystemet."""

    scenarie: str
    opsætning: str
    forskelle: tuple[str, ...]
    """De forskelle, der skal til (fixtures/variations/)."""
    hvorfor: str


@dataclass(frozen=True, slots=True)
class ScoreOut:
    """Hvor mange fejl der gik hvordan."""

    fanget: int
    fanget_af_en_anden: int
    overlevede: int
    ikke_prøvet: int


@dataclass(frozen=True, slots=True)
class FewOut:
    """Et krav med færre end to fejl, og hvorfor."""

    krav: str
    fejl: int
    art: RequirementKind
    grund: str
    """Hvorfor det ikke prøves; tom for et krav, som prøves."""


@dataclass(frozen=True, slots=True)
class FaultsOut:
    """Svaret fra lps faults --json."""

    exitkode: Literal[0, 1]
    """0: alle fejl blev fanget, hvor de skulle, og kun der, og systemet uden fejl fik ingen fund. 1: ellers."""
    grundlag: str
    """Altid referencesystemet: det siger intet om leverandørernes egne systemer."""
    alle: ScoreOut
    skrevet_ud_fra_kilderne: ScoreOut
    """Den del af dem, der blev skrevet ud fra kilderne alene."""
    første_gang: ScoreOut
    """Hvad der skete med den del, første gang den blev prøvet."""
    uden_fejl: int
    """Hvor mange forsøg der blev gjort med systemet uden fejl."""
    anderledes: int
    """Hvor mange forsøg der blev gjort med ærlige systemer, som er anderledes."""
    forsøg: int
    sekunder: float
    rapport: str
    fejl: tuple[FaultOut, ...]
    fund_uden_fejl: tuple[HonestOut, ...]
    fund_hos_anderledes: tuple[FailedOut, ...]
    krav_med_få_fejl: tuple[FewOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/fault-trials.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (CaughtOut, FaultOut, HonestOut, FailedOut, ScoreOut, FewOut, FaultsOut):
        with_config(config)(each)
    schema = TypeAdapter(FaultsOut).json_schema()
    for definition in schema["$defs"].values():
        if "enum" in definition:  # the domain's own types are explained in English
            definition.pop("description", None)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "fault-trials.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
