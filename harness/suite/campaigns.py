"""Campaigns, read from fixtures/campaigns/."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from harness.domain.errors import ConfigurationError
from harness.domain.protocol import Protocol
from harness.domain.requirement import (
    Actor,
    Baseline,
    Campaign,
    Deadline,
    Exemption,
    Gate,
    Milestone,
    OpenQuestion,
    Participation,
    Planned,
    Requirement,
    Retest,
    Switch,
)
from harness.domain.vendor import Phase
from harness.house import House
from harness.suite.connectathon import DayFile, PartnerFile, day_of, misplaced, partner_of, unfit_for_the_day
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, broken, known, read_with_places
from harness.suite.profiles import Status
from harness.suite.protocols import load_protocols
from harness.suite.requirements import load_requirements
from harness.suite.vendors import load_vendors
from harness.suite.yaml_file import Marked, refuse

EVERY = "all"
ALL_FOLDER = "alle"
TOGETHER = "+"
"""Between the names in the name of a folder for several campaigns' runs."""

TAKES_PART = (Participation.PARTICIPANT, Participation.VOLUNTARY)

LONGEST_NAME = 60
"""Characters of the name of a folder for runs: reports lie deep, and a path on Windows has room for 260."""


def _there(value: str, info: ValidationInfo) -> str:
    """A use case must be in a protocol; whether a scenario or a requirement is in the campaign is for `lps coverage` to say."""
    return str(_USE_CASE.func(value, info)) if ":" in value else value  # type: ignore[call-arg]


_USE_CASE = known("brugstilfælde")


class ActorFile(Strict):
    """En part i kampagnen."""

    id: Text
    navn: Text
    rolle: Text


class OpenQuestionFile(Strict):
    """Noget, der ikke er besluttet endnu."""

    id: Text
    spørgsmål: Text
    besvares_af: Text


class GateFile(Strict):
    """En fase, og hvad der skal være i orden, før den er forbi."""

    fase: Phase
    port: Text
    kilde: Text
    konvention: bool = False
    """true, når projektet selv har fastsat det, fordi der ingen offentlig kilde er."""


class DeadlineFile(Strict):
    """En frist, som kilden skriver den."""

    id: Text
    tekst: Text
    hvornår: Text
    kilde: Text


class PlannedFile(Strict):
    """Hvad én kilde siger om en milepæl."""

    plan: Text
    kilde: Text
    nået: Text | None = None
    """Udelades, når kilden ikke siger det."""


class MilestoneFile(Strict):
    """En milepæl. Er kilderne uenige, står de her alle."""

    id: Text
    tekst: Text
    kilder: Annotated[tuple[PlannedFile, ...], AT_LEAST_ONE]


class SwitchFile(Strict):
    """Et scenarie, et brugstilfælde eller et krav, der ikke er relevant (N/R) for nogle af systemerne."""

    gælder: Annotated[str, AfterValidator(_there)]
    """Scenariets id, fx DEL-07 eller DEL-11[er optaget], brugstilfældets, fx HomeCareObservation:R.CANC, eller kravets."""
    systemer: Annotated[tuple[Annotated[str, known("systemer")], ...], AT_LEAST_ONE]
    grund: Text
    besluttet_af: Text
    """Organisation eller rolle, aldrig en persons navn."""


class ExemptionFile(Strict):
    """Brugstilfælde, hvor nogle af systemerne deltager på en anden måde end i resten af kampagnen."""

    gælder: Annotated[tuple[Annotated[str, known("brugstilfælde")], ...], AT_LEAST_ONE]
    """Brugstilfældenes id, fx HomeCareObservation:R.CANC, eller en hel standard, fx Acknowledgement."""
    systemer: dict[Annotated[str, known("systemer")], Participation]
    kilde: Text


class BaselineFile(Strict):
    """Hvad en kilde siger om, hvor langt systemet var, før kampagnen begyndte."""

    system: Annotated[str, known("systemer")]
    status: Text
    kilde: Text


class RetestFile(Strict):
    """Hvad der bliver prøvet igen, når noget ikke er godkendt, ud over det selv."""

    også: tuple[Annotated[str, AfterValidator(_there)], ...] = ()
    """Scenariers id, fx DEL-07, krav, fx KP-06, eller brugstilfælde, fx HomeCareObservation:R.CANC."""
    status: Status
    kilde: Text
    """Hvor reglen står, eller hvorfor ingen kender den."""


class CampaignFile(Strict):
    """Krav, der bliver certificeret sammen."""

    id: FileId
    titel: Text
    kilde: Text
    kravgrundlag: Literal["foreligger", "afventer"] = "foreligger"
    """afventer: det står ingen steder, hvad systemet skal kunne. Så kommer intet i kampagnen videre end til afventer."""
    krav: tuple[Annotated[str, known("krav")], ...]
    features: tuple[Annotated[str, known("features")], ...]
    """Mapper under features/."""
    protokoller: tuple[Annotated[str, known("protokoller")], ...] = ()
    """MedComs testprotokoller, som scenarierne hører til."""
    faser: Annotated[tuple[GateFile, ...], AT_LEAST_ONE]
    deltagere: dict[Annotated[str, known("systemer")], Participation]
    """Hvert systems del i kampagnen: deltager, frivillig, ikke i kampagnen eller afventer. Et, der ikke nævnes, er ikke med."""
    brugstilfælde: tuple[ExemptionFile, ...] = ()
    udgangspunkt: tuple[BaselineFile, ...] = ()
    data: Text | None = None
    """Mappen med MedComs eget sæt personer og værdier, som certificering kører på. Den ligger uden for harnesset og behøver ikke
    findes andre steder end hos MedCom."""
    bindinger: dict[Text, Text] = Field(default_factory=dict)
    """Det, systemets forbindelse bygger på, og som ingen har besluttet, med grunden: fx rute. Hvert er et åbent spørgsmål."""
    genprøve: RetestFile | None = None
    """Udelades den, har ingen sagt, hvad reglen er."""
    profiler: tuple[Annotated[str, known("profiler")], ...]
    aktører: tuple[ActorFile, ...]
    åbne_spørgsmål: tuple[OpenQuestionFile, ...] = ()
    frister: tuple[DeadlineFile, ...] = ()
    milepæle: tuple[MilestoneFile, ...] = ()
    ikke_relevant: tuple[SwitchFile, ...] = ()
    partnere: tuple[PartnerFile, ...] = ()
    """De parter, hvert system bliver prøvet sammen med på en connectathon."""
    dag: DayFile | None = None
    """Planen for dagen. En kampagne med en dag prøver det igen, som andre kampagner certificerer, og er ikke med i all."""

    @model_validator(mode="after")
    def _has_what_it_tests(self) -> CampaignFile:
        for name in self.bindinger:
            if name not in (each.id for each in self.åbne_spørgsmål):
                raise broken("Skal være id'et på et af kampagnens åbne spørgsmål.", ("bindinger", name))
        if self.kravgrundlag == "foreligger":
            for name, each in (("krav", self.krav), ("features", self.features)):
                if not each:
                    raise broken("Skal være en liste med mindst én, når kravgrundlaget foreligger.", (name,))
        for wrong in misplaced(self.partnere, self.features, self.deltagere):
            raise wrong
        if self.dag and not self.partnere:
            raise broken("Skal have partnere, når der er en plan for dagen.", ("dag",))
        return self


def load_campaign(house: House, id: str) -> Campaign:
    """The campaign `id` with its requirements, in the order of the file.

    Raises YamlError, and ConfigurationError when there is no such campaign. Example: `load_campaign(house, "kol-lrs-2027")`.
    """
    return _load(house, id, load_requirements(house), load_protocols(house))


def _load(house: House, id: str, requirements: Mapping[str, Requirement], protocols: Mapping[str, Protocol]) -> Campaign:
    if id not in (campaigns := _names(house, "campaigns")):
        raise ConfigurationError(f'Kampagnen kendes ikke. Skal være en af: {", ".join(campaigns)}. Fundet: "{id}".')
    systems = _names(house, "vendors")
    file, marked = read_with_places(
        CampaignFile,
        house.campaigns / f"{id}.yaml",
        krav=tuple(requirements),
        features=tuple(sorted(each.name for each in house.features.iterdir() if each.is_dir())),
        systemer=systems,
        profiler=_names(house, "profiles"),
        protokoller=tuple(protocols),
        brugstilfælde=tuple(dict.fromkeys(name for each in protocols.values() for name in each.names)),
    )
    campaign = Campaign(
        id=file.id,
        title=file.titel,
        source=file.kilde,
        requirements=tuple(requirements[each] for each in file.krav),
        features=file.features,
        gates=tuple(Gate(each.fase, each.port, each.kilde, each.konvention) for each in file.faser),
        participants={each: file.deltagere.get(each, Participation.OUTSIDE) for each in systems},
        actors=tuple(Actor(each.id, each.navn, each.rolle) for each in file.aktører),
        open_questions=tuple(OpenQuestion(each.id, each.spørgsmål, each.besvares_af) for each in file.åbne_spørgsmål),
        profiles=file.profiler,
        deadlines=tuple(Deadline(each.id, each.tekst, each.hvornår, each.kilde) for each in file.frister),
        milestones=tuple(map(_milestone, file.milepæle)),
        switches=tuple(Switch(each.gælder, each.systemer, each.grund, each.besluttet_af) for each in file.ikke_relevant),
        exemptions=tuple(Exemption(each.gælder, each.systemer, each.kilde) for each in file.brugstilfælde),
        protocols=tuple(protocols[each] for each in file.protokoller),
        baseline=tuple(Baseline(each.system, each.status, each.kilde) for each in file.udgangspunkt),
        awaits_basis=file.kravgrundlag == "afventer",
        bindings=file.bindinger,
        data=file.data or "",
        retest=_retest(file.genprøve) if file.genprøve else None,
        partners=tuple(partner_of(each, house.campaigns) for each in file.partnere),
        day=day_of(file.dag) if file.dag else None,
    )
    _refuse_a_day_that_cannot_be_held(house, campaign, marked)
    return campaign


def _refuse_a_day_that_cannot_be_held(house: House, campaign: Campaign, marked: Marked) -> None:
    if campaign.day is None:
        return
    refuse(unfit_for_the_day(campaign.day, suppliers_in(house, campaign), campaign.partners, marked))


def suppliers_in(house: House, campaign: Campaign) -> dict[str, str]:
    """Who takes part in the campaign, by system: its supplier. Raises YamlError."""
    return {name: each.supplier for name, each in load_vendors(house).items() if campaign.participation(name) in TAKES_PART}


def load_campaigns(house: House, named: str) -> list[Campaign]:
    """The campaigns whose ids `named` has, separated by commas, or for `all` every one that is no day with others.

    Raises YamlError, and ConfigurationError for one that does not exist, when none is named, or when two have the same features.
    """
    ids = asked_for(named).split(",") if named.strip(" ,") else []
    everyone = ids == [EVERY]
    if everyone:
        ids = list(_names(house, "campaigns"))
    if not ids:
        raise ConfigurationError("--campaign nævner ingen kampagne. Skriv fx --campaign kol-lrs-2027, eller all for alle.")
    requirements, protocols = load_requirements(house), load_protocols(house)
    found = [_load(house, each, requirements, protocols) for each in ids]
    if everyone:
        found = [each for each in found if each.day is None]
    whose: dict[str, str] = {}
    for each in found:
        for folder in each.features:
            if whose.setdefault(folder, each.id) != each.id:
                raise ConfigurationError(
                    f"Mappen {folder} er både i kampagnen {whose[folder]} og i {each.id}. Kun en kan have den."
                )
    return found


def asked_for(named: str) -> str:
    """What a user asked for, always written alike: ids in order with commas between, or `all`. `asked_for("b, a") == "a,b"`."""
    ids = sorted(set(filter(None, map(str.strip, named.split(",")))))
    return EVERY if EVERY in ids else ",".join(ids)


def folder_of(campaigns: Sequence[Campaign], named: str) -> str:
    """The name of the folder under reports/ for runs of these campaigns: its id, `a+b` for several, `alle` for `all`.

    Where there are too many for a path, the first one's id and a digest: `a+7-1f0c2d3e`.
    """
    if asked_for(named) == EVERY:
        return ALL_FOLDER
    whole = TOGETHER.join(each.id for each in campaigns)
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{campaigns[0].id}{TOGETHER}{len(campaigns) - 1}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _retest(file: RetestFile) -> Retest:
    return Retest(file.også, file.status == "besluttet", file.kilde)


def _milestone(file: MilestoneFile) -> Milestone:
    return Milestone(file.id, file.tekst, tuple(Planned(each.plan, each.kilde, each.nået or "") for each in file.kilder))


def _names(house: House, folder: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (house.fixtures / folder).glob("*.yaml")))
