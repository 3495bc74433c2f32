"""MedCom's test protocols, read from fixtures/protokoller/. A tester fills in the step numbers from the protocol itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from harness.domain.protocol import Prerequisite, Protocol, UseCase
from harness.domain.vendor import Channel
from harness.house import House
from harness.suite.model import FileId, Strict, Text, broken, read_as

StepNumber = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)+$")]


class UseCaseFile(Strict):
    """Et brugstilfælde, med MedComs eget id."""

    id: Text
    """Standarden og MedComs id, fx HomeCareObservation:R.CANC. I en feature: @brug:HomeCareObservation:R.CANC."""
    navn: Text
    krav: Literal["M", "O", "ukendt"] = "ukendt"
    """M: skal understøttes. O: kan understøttes. ukendt: kilden siger det ikke."""


class PrerequisiteFile(Strict):
    """En standard, systemet skal være godkendt til først."""

    standard: Text
    """Standardens navn i MedComs godkendelsesliste."""
    kilde: Text


class ProtocolFile(Strict):
    """En testprotokol fra MedCom."""

    id: FileId
    standard: Text
    version: Text
    """Standardens version, som protokollen er til."""
    type: Literal["HL7 FHIR", "HL7 CDA", "OIOXML", "EDIFACT", "IHE-XDS"] | None = None
    """Standardens type, som MedComs protokoller skriver den. Udelades, når den ikke kendes."""
    kanal: Channel
    protokol: Text
    """Protokollens navn, version og dato, så vidt de kendes."""
    kilde: Text
    forudsætter: tuple[PrerequisiteFile, ...] = ()
    brugstilfælde: tuple[UseCaseFile, ...]
    """Tom, når MedComs id'er ikke er offentlige: så har scenarierne standarden alene, fx @brug:CareCommunication."""
    trin: dict[str, tuple[StepNumber, ...]]
    """For hvert scenarie (id-tagget) numrene på de trin i protokollen, det prøver. Tom, når de ikke kendes."""

    @model_validator(mode="after")
    def _of_the_standard(self) -> ProtocolFile:
        for number, each in enumerate(self.brugstilfælde):
            if not each.id.startswith(f"{self.standard}:"):
                raise broken(f"Skal begynde med standarden, {self.standard}:", ("brugstilfælde", number, "id"))
        return self


def load_protocols(house: House) -> dict[str, Protocol]:
    """The protocols by id. Raises YamlError."""
    files = (read_as(ProtocolFile, path) for path in sorted(house.protocols.glob("*.yaml")))
    return {each.id: _protocol(each) for each in files}


def _protocol(file: ProtocolFile) -> Protocol:
    return Protocol(
        id=file.id,
        standard=file.standard,
        version=file.version,
        channel=file.kanal,
        title=file.protokol,
        source=file.kilde,
        use_cases=tuple(
            UseCase(each.id, each.navn, None if each.krav == "ukendt" else each.krav == "M") for each in file.brugstilfælde
        ),
        steps=file.trin,
        prerequisites=tuple(Prerequisite(each.standard, each.kilde) for each in file.forudsætter),
        type=file.type or "",
    )
