"""What testrapport.json holds: `python -m harness.reporting.machine.json_schema` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.requirement import Participation, RequirementKind
from harness.domain.review import Reviewing
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict

Standing = Literal[
    "F1", "F2", "F3", "F4", "OK", "IR", "afventer", "attesteret", "kunne ikke testes", "ikke kontrolleret", "afbrudt"
]


@dataclass(frozen=True, slots=True)
class SystemOut:
    """Systemet, som kørslen bærer navn efter. I en prøvekørsel er det ikke dets produkt, der er prøvet."""

    id: str
    produkt: str
    leverandør: str
    version: str


@dataclass(frozen=True, slots=True)
class PartnerOut:
    """Det andet system i en kørsel af to: det, der modtager."""

    id: str
    produkt: str
    version: str


@dataclass(frozen=True, slots=True)
class RunOut:
    """Kørslen."""

    id: str
    kampagne: str
    """Det, der blev bedt om: id'er med komma imellem, eller all."""
    fase: Phase
    driver: str
    mål: str
    """mock eller live."""
    rute: str
    udvalg: str
    """Hvilke scenarier der blev valgt; tom, når det var dem alle."""
    data: str
    """SHA-256 af MedComs eget sæt; tom, når det var det udleverede."""
    egne_værdier: bool
    cpd: str
    fejl: tuple[str, ...]
    """De fejl, referencesystemet fik besked på at have."""
    pladser: dict[str, str]
    """De tjenester, andre end simulatoren spillede."""
    begyndt: str
    sluttet: str
    hoved: str
    """SHA-256 af loggens sidste linje; tom, når det ikke vides."""


@dataclass(frozen=True, slots=True)
class MedComOut:
    """MedComs gennemgang. I en prøvekørsel er den tom."""

    tilstand: Reviewing | None
    godkendt: bool
    af: str
    tidspunkt: str


@dataclass(frozen=True, slots=True)
class AssessedOut:
    """MedComs vurdering af ét resultat. Testharnessets forslag står ved siden af."""

    karakter: Grade
    foreslået: str
    grund: str
    af: str
    tidspunkt: str


@dataclass(frozen=True, slots=True)
class FindingOut:
    """Et fund, eller en bemærkning, når der ingen karakter er."""

    regel: str
    titel: str
    karakter: Grade | None
    hører_til: Owner
    fil: str
    linje: int | None
    kolonne: int | None
    sti: str
    """XPath eller JSON-pointer; kan være tom."""
    forventet: str
    fundet: str
    kilde: str
    bemærkning: str


@dataclass(frozen=True, slots=True)
class StepOut:
    """Et trin, der blev begyndt."""

    tekst: str
    udfald: str
    """udført, fund, kunne ikke, ikke relevant, ikke kontrolleret eller afventer; tom, når trinnet ikke blev afsluttet."""


@dataclass(frozen=True, slots=True)
class ScenarioOut:
    """Et scenarie, som det står efter det seneste forsøg."""

    id: str
    titel: str
    egenskab: str
    fil: str
    linje: int
    forsøg: int
    krav: tuple[str, ...]
    kampagner: tuple[str, ...]
    udfald: Standing
    """Det, der gælder: MedComs vurdering, hvor der er en, ellers testharnessets forslag."""
    foreslået: Standing
    medcom: AssessedOut | None
    grund: str
    venter_på: tuple[str, ...]
    """Det, der ikke er besluttet."""
    set: tuple[str, ...]
    """Hvor udfaldet skal ses: snitflade, skærm, testgrænseflade eller redegørelse."""
    trin: tuple[StepOut, ...]
    fund: tuple[FindingOut, ...]
    fund_hos_partneren: tuple[FindingOut, ...]
    """I en kørsel af to: det, der er partnerens og ikke systemets."""
    begyndt: str
    sluttet: str


@dataclass(frozen=True, slots=True)
class RequirementOut:
    """Et krav i en kampagne."""

    id: str
    tekst: str
    kilde: str
    art: RequirementKind
    obligatorisk: bool
    dom: Verdict
    scenarier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateOut:
    """Det, der skal være i orden, før fasen er bestået."""

    bestået: bool
    mangler: tuple[str, ...]
    kriterium: str
    kilde: str
    projektets_konvention: bool


@dataclass(frozen=True, slots=True)
class SeenOut:
    """Hvor mange krav der er set hvor. Et krav, der er set flere steder, tæller hvert sted."""

    krav: int
    """Dem, som kørslen har scenarier til."""
    snitflade: int
    skærm: int
    testgrænseflade: int
    redegørelse: int
    """MedCom har bedømt en tekst fra leverandøren."""
    attesteret: int
    """Ingen andre end en tester, eller MedComs vurdering, siger det."""
    ikke_relevante: int


@dataclass(frozen=True, slots=True)
class CampaignOut:
    """Kørslens resultat i én kampagne."""

    id: str
    titel: str
    deltagelse: Participation
    dom: Verdict
    port: GateOut | None
    """Tom, når kampagnen ikke har fasen."""
    krav_set: SeenOut
    krav: tuple[RequirementOut, ...]


@dataclass(frozen=True, slots=True)
class ReportOut:
    """Resultatet af én kørsel af ét system: testrapport.json."""

    udgave: Literal["1"]
    prøvekørsel: bool
    """Sand: referencesystemet blev prøvet, ikke leverandørens. Så er intet her en godkendelse."""
    forbehold: str
    """Det, der skal siges om resultatet, hvor det vises; tom, når der ikke er noget."""
    grundlag: str
    """referencesystem for en prøvekørsel, ellers leverandørens system."""
    dom: Verdict
    exitkode: Literal[0, 1, 3]
    system: SystemOut
    partner: PartnerOut | None
    """Tom, når kørslen er af systemet alene."""
    kørsel: RunOut
    medcom: MedComOut
    kampagner: tuple[CampaignOut, ...]
    scenarier: tuple[ScenarioOut, ...]
    ikke_kørt: tuple[str, ...]
    """De scenarier, der skulle være kørt, og ikke blev begyndt."""
    uden_for_scenarierne: tuple[FindingOut, ...]
    uden_for_scenarierne_hos_partneren: tuple[FindingOut, ...]
    databrud: tuple[str, ...]
    """Hvor der stod et CPR-nummer uden for listen over testpersoner. Nummeret vises ikke."""
    ikke_besluttet: tuple[str, ...]
    forbindelser_ikke_besluttet: dict[str, str]
    """Det i systemets forbindelse, der ikke er besluttet, og hvorfor."""
    fingeraftryk: dict[str, str]
    filer: dict[str, str]
    """SHA-256 af hver fil, der er målt med."""


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/testrapport.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write a report

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    every = (
        SystemOut,
        RunOut,
        MedComOut,
        AssessedOut,
        FindingOut,
        StepOut,
        ScenarioOut,
        RequirementOut,
        GateOut,
        SeenOut,
        CampaignOut,
    )
    for each in (*every, ReportOut):
        with_config(config)(each)
    schema = TypeAdapter(ReportOut).json_schema()
    for definition in schema["$defs"].values():
        if "enum" in definition:  # the domain's own types are explained in English
            definition.pop("description")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "testrapport.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
