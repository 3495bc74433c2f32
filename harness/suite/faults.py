"""The reference LPS's deliberate defects in people's words, and what must catch each, read from fixtures/faults/."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from harness.domain.errors import ConfigurationError
from harness.domain.fault import Catch, Fault, FaultPlace, FirstTry
from harness.domain.grade import Grade
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, broken, known, read_as
from harness.suite.requirements import load_requirements
from harness.suite.yaml_file import shown

Rute = Literal["begge", "plsp", "direkte"]
ScenarioId = Annotated[str, Field(pattern=r"^[A-Z]{2,}-\d{2,}(\[.+\])?$")]


class CatchFile(Strict):
    """Scenarier, som fanger fejlen, og de regler, de bryder."""

    regel: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    scenarier: Annotated[tuple[ScenarioId, ...], AT_LEAST_ONE]
    """Scenariernes id, fx DEL-01 (alle rækker i Eksempler) eller DEL-11[er optaget] (én række)."""
    rute: Rute = "begge"


class FaultFile(Strict):
    """En fejl, referencesystemet kan få."""

    beskrivelse: Text
    """Hvad der går galt, sagt så en sygeplejerske forstår det."""
    krav: Annotated[tuple[Annotated[str, known("krav")], ...], AT_LEAST_ONE]
    hvor: FaultPlace
    rute: Rute = "begge"
    """Den rute, fejlen kan ses på."""
    karakter: Literal["F1", "F2", "F3", "F4"]
    fanges: Annotated[tuple[CatchFile, ...], AT_LEAST_ONE]
    sæt: Literal["alle", "eget"] = "alle"
    """eget: fejlen kan kun ses, når scenarierne kører på MedComs eget sæt personer og værdier."""
    afventer: Text | None = None
    """Den ubesluttede værdi, som gør fundet til en bemærkning, indtil MedCom har besluttet den."""
    bemærker: tuple[Text, ...] = ()
    """Regler, som også kan bemærke fejlen uden at give karakter, fx fordi MedCom tåler den i gamle data."""
    første: FirstTry | None = None
    """Hvad der skete, første gang en fejl skrevet ud fra kilderne blev prøvet: før noget blev rettet for dens skyld."""


class FaultsFile(Strict):
    """Fejl, som scenarierne i én mappe skal fange."""

    id: FileId
    skrevet: Literal["efter scenarierne", "ud fra kilderne"] = "efter scenarierne"
    """ud fra kilderne: fejlene blev skrevet, før deres forfatter havde læst scenarier og regler. De tælles for sig."""
    fejl: dict[str, FaultFile]

    @model_validator(mode="after")
    def _only_the_blind_have_a_first_outcome(self) -> FaultsFile:
        wrong = next((name for name, each in self.fejl.items() if each.første and self.skrevet != "ud fra kilderne"), "")
        if wrong:
            raise broken("Hører til fejl, som er skrevet ud fra kilderne (skrevet: ud fra kilderne).", ("fejl", wrong, "første"))
        return self


def load_faults(house: House) -> dict[str, Fault]:
    """All faults by id. Raises YamlError, and ConfigurationError for an id that two files have.

    Example: `load_faults(house)["iti41-forkert-hash"].grade is Grade.F2`.
    """
    found: dict[str, Fault] = {}
    requirements = tuple(load_requirements(house))
    for path in sorted(house.faults.glob("*.yaml")):
        file = read_as(FaultsFile, path, krav=requirements)
        for name, each in file.fejl.items():
            if name in found:
                raise ConfigurationError(f"Fejlen {name} står i to filer. Den ene er {shown(path)}.")
            found[name] = Fault(
                id=name,
                description=each.beskrivelse,
                requirements=each.krav,
                place=each.hvor,
                rute=_one(each.rute),
                grade=Grade(each.karakter),
                catches=tuple(Catch(catch.regel, catch.scenarier, _one(catch.rute)) for catch in each.fanges),
                awaits=each.afventer or "",
                withheld=each.sæt == "eget",
                blind=file.skrevet == "ud fra kilderne",
                first=each.første,
                remarks=each.bemærker,
            )
    return found


def _one(rute: Rute) -> str:
    return "" if rute == "begge" else rute
