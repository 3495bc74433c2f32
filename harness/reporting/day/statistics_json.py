"""`statistik.json`: what the steering group is told of a day (docs/schema/day-statistics.schema.json)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ReachedOut:
    """Hvor langt systemet er i en kampagne, der certificerer noget af det samme."""

    kampagne: str
    nået: str
    """ikke certificeret, certificeret, klar til drift eller udbredt til alle kunder."""


@dataclass(frozen=True, slots=True)
class SentOut:
    """Scenarier fra kørsler, leverandøren har sendt. De er ikke set af MedCom, og ingen andre tal har dem med."""

    kom_til_et_resultat: int
    uden_fund: int
    med_fund: int


@dataclass(frozen=True, slots=True)
class SystemOut:
    """Et system på dagen."""

    system: str
    produkt: str
    leverandør: str
    deltagelse: str
    version: str
    """Den eller de versioner, der er set her; tom, når ingen er."""
    prøvet: Literal["helt", "delvist", "ikke"]
    """helt: alt, der skulle prøves, kom til et resultat. En prøvekørsel er ikke at være prøvet."""
    skulle_prøves: int
    kom_til_et_resultat: int
    uden_fund: int
    med_fund: int
    mangler: int
    sendt: SentOut
    nået: tuple[ReachedOut, ...]


@dataclass(frozen=True, slots=True)
class TotalsOut:
    """Hvor mange af systemerne."""

    systemer: int
    prøvet_helt: int
    prøvet_delvist: int
    certificeret: int
    """Certificeret eller længere, i mindst én af kampagnerne."""
    klar_til_drift: int
    i_drift: int
    """Udbredt til alle kunder."""


@dataclass(frozen=True, slots=True)
class SaidOut:
    """Hvad én kilde siger om en milepæl."""

    plan: str
    kilde: str
    nået: str
    """Tom, når kilden ikke siger det."""


@dataclass(frozen=True, slots=True)
class MilestoneOut:
    """En milepæl. Om den er nået, siger kilderne; hvad der er set her, siger ikke, at den er nået."""

    id: str
    tekst: str
    kilder: tuple[SaidOut, ...]
    nået: str
    set_her: str
    """Hvad kørsler og certifikater viser om det samme; tom, når de intet viser."""


@dataclass(frozen=True, slots=True)
class PartnerOut:
    """En part, systemerne bliver prøvet sammen med. Tallene er scenarier over alle systemer."""

    partner: str
    navn: str
    plads: str
    """Hvem der har pladsen: simulator, eller hvem det er."""
    skulle_prøves: int
    kom_til_et_resultat: int
    uden_fund: int
    med_fund: int
    mangler: int


@dataclass(frozen=True, slots=True)
class PairsOut:
    """Scenarier, to systemer udfører sammen, over alle par. Et par er ordnet: den ene sender, den anden modtager."""

    par: int
    skulle_prøves: int
    kom_til_et_resultat: int
    uden_fund: int
    med_fund: int
    mangler: int


@dataclass(frozen=True, slots=True)
class RequirementOut:
    """Et krav, og hvor mange systemer det stod sådan for. Hvert system er talt netop ét sted."""

    krav: str
    tekst: str
    obligatorisk: bool
    uden_fund: int
    med_fund: int
    ikke_afgjort: int
    ikke_prøvet: int
    """Mindst ét af kravets scenarier kom ikke til et resultat, og ingen af dem har fund."""
    ikke_relevant: int
    uden_scenarier: int


@dataclass(frozen=True, slots=True)
class StatisticsOut:
    """Dagens statistik. Den er hverken en vurdering eller en godkendelse, og ingen prøvekørsel er talt med. Det, en leverandør
    har sendt, er talt for sig."""

    skema: Literal["lps-dagens-statistik-1"]
    kampagne: str
    titel: str
    fra: str
    """Da den første kørsel begyndte; tom, når der ingen er."""
    til: str
    i_alt: TotalsOut
    systemer: tuple[SystemOut, ...]
    milepæle: tuple[MilestoneOut, ...]
    karakterer: dict[str, int]
    """Scenarier over alle systemer, efter hvordan de står."""
    partnere: tuple[PartnerOut, ...]
    par: PairsOut
    krav: tuple[RequirementOut, ...]


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/day-statistics.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write the statistics

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (
        ReachedOut,
        SentOut,
        SystemOut,
        TotalsOut,
        SaidOut,
        MilestoneOut,
        PartnerOut,
        PairsOut,
        RequirementOut,
        StatisticsOut,
    ):
        with_config(config)(each)
    return json.dumps(TypeAdapter(StatisticsOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    from harness.house import find_house

    file = find_house().home / "docs" / "schema" / "day-statistics.schema.json"
    file.write_text(schema_text(), encoding="utf-8", newline="\n")
