"""Campaigns and the requirements they certify, read from fixtures/campaigns/ and fixtures/requirements/."""

from __future__ import annotations

from typing import Annotated, Literal

from harness.domain.errors import ConfigurationError
from harness.domain.grade import Grade
from harness.domain.requirement import Actor, Campaign, OpenQuestion, Requirement, RequirementKind
from harness.domain.vendor import Phase
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, known, read_as
from harness.suite.yaml_file import shown


class RequirementFile(Strict):
    """Et krav fra kilden, med egne ord."""

    tekst: Text
    afsnit: Text
    """Afsnittet i dokumentet, hvor kravet står."""
    karakter: Literal["F1", "F2", "F3", "F4"]
    """Hvor alvorligt det er, når kravet ikke er opfyldt."""
    obligatorisk: bool
    art: RequirementKind
    systemer: Annotated[tuple[Annotated[str, known("systemer")], ...], AT_LEAST_ONE]


class RequirementsFile(Strict):
    """Krav fra ét dokument."""

    id: FileId
    dokument: Text
    krav: dict[str, RequirementFile]


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


class CampaignFile(Strict):
    """Krav, der bliver certificeret sammen."""

    id: FileId
    titel: Text
    kilde: Text
    krav: Annotated[tuple[Annotated[str, known("krav")], ...], AT_LEAST_ONE]
    features: Annotated[tuple[Annotated[str, known("features")], ...], AT_LEAST_ONE]
    """Mapper under features/."""
    faser: Annotated[tuple[Phase, ...], AT_LEAST_ONE]
    deltagere: Annotated[tuple[Annotated[str, known("systemer")], ...], AT_LEAST_ONE]
    profiler: tuple[Annotated[str, known("profiler")], ...]
    aktører: tuple[ActorFile, ...]
    åbne_spørgsmål: tuple[OpenQuestionFile, ...] = ()


def load_requirements(house: House) -> dict[str, Requirement]:
    """All requirements by id. Raises YamlError, and ConfigurationError for an id that two files have."""
    found: dict[str, Requirement] = {}
    for path in sorted(house.requirements.glob("*.yaml")):
        file = read_as(RequirementsFile, path, systemer=_names(house, "vendors"))
        for name, each in file.krav.items():
            if name in found:
                raise ConfigurationError(f"Kravet {name} står i to filer. Den ene er {shown(path)}.")
            source = f"{file.dokument}, afsnittet {each.afsnit}"
            found[name] = Requirement(name, each.tekst, source, Grade(each.karakter), each.obligatorisk, each.art, each.systemer)
    return found


def load_campaign(house: House, id: str) -> Campaign:
    """The campaign `id` with its requirements, in the order of the file.

    Raises YamlError, and ConfigurationError when there is no such campaign. Example: `load_campaign(house, "kol-lrs-2027")`.
    """
    if id not in (campaigns := _names(house, "campaigns")):
        raise ConfigurationError(f'Kampagnen kendes ikke. Skal være en af: {", ".join(campaigns)}. Fundet: "{id}".')
    requirements = load_requirements(house)
    file = read_as(
        CampaignFile,
        house.campaigns / f"{id}.yaml",
        krav=tuple(requirements),
        features=tuple(sorted(each.name for each in house.features.iterdir() if each.is_dir())),
        systemer=_names(house, "vendors"),
        profiler=_names(house, "profiles"),
    )
    return Campaign(
        id=file.id,
        title=file.titel,
        source=file.kilde,
        requirements=tuple(requirements[each] for each in file.krav),
        features=file.features,
        phases=file.faser,
        participants=file.deltagere,
        actors=tuple(Actor(each.id, each.navn, each.rolle) for each in file.aktører),
        open_questions=tuple(OpenQuestion(each.id, each.spørgsmål, each.besvares_af) for each in file.åbne_spørgsmål),
        profiles=file.profiler,
    )


def _names(house: House, folder: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (house.fixtures / folder).glob("*.yaml")))
