"""MedCom's test protocols, read from fixtures/protokoller/. A tester fills in the step numbers from the protocol itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from harness.domain.protocol import Protocol, UseCase
from harness.domain.vendor import Channel
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, read_as

StepNumber = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)+$")]


class UseCaseFile(Strict):
    """Et brugstilfælde, med MedComs eget id."""

    id: Text
    """Standarden og MedComs id, fx HomeCareObservation:R.CANC. I en feature: @brug:HomeCareObservation:R.CANC."""
    navn: Text
    krav: Literal["M", "O", "ukendt"] = "ukendt"
    """M: skal understøttes. O: kan understøttes. ukendt: kilden siger det ikke."""


class ProtocolFile(Strict):
    """En testprotokol fra MedCom."""

    id: FileId
    standard: Text
    version: Text
    """Standardens version, som protokollen er til."""
    kanal: Channel
    protokol: Text
    """Protokollens navn, version og dato, så vidt de kendes."""
    kilde: Text
    brugstilfælde: Annotated[tuple[UseCaseFile, ...], AT_LEAST_ONE]
    trin: dict[str, tuple[StepNumber, ...]]
    """For hvert scenarie (id-tagget) numrene på de trin i protokollen, det prøver. Tom, når de ikke kendes."""


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
    )
