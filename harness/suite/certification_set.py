"""The certificeringssæt of a campaign: which persons each scenario uses, and in what state; from fixtures/certificeringssaet/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from harness.domain.errors import ConfigurationError
from harness.domain.planner import Part, State, Use
from harness.domain.scenario import Scenario
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, broken, known, read_as

Person = Annotated[str, known("personer")]


def _place_for_the_person(value: str) -> str:
    if "{person}" not in value:
        raise broken("Skal sige {person}, hvor personens navn skal stå.")
    return value


class StateFile(Strict):
    """Noget, der kan være sådan eller sådan for en person."""

    trin: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    """Værdierne i den orden, de kommer. Alle begynder i den første."""
    tilbage: Annotated[Text, AfterValidator(_place_for_the_person)] | None = None
    """Hvad testeren gør for at bringe {person} til {værdi}. Uden: værdien kan kun gå fremad."""
    fælles: bool = False
    """true, når det ses i noget, der handler om alle, fx en liste: så skal de andre personer være, som de begyndte."""
    ubrugelig: tuple[Text, ...] = ()
    """De værdier, en person ikke må blive efterladt i."""


class UseFile(Strict):
    """Hvad et scenarie gør med én person."""

    kræver: dict[str, Text] = Field(default_factory=dict)
    efterlader: dict[str, Text] = Field(default_factory=dict)


class CertificationSetFile(Strict):
    """Hvem scenarierne bruger i en kampagne, og hvad de efterlader. Det gælder et rigtigt system, som ikke bliver nulstillet."""

    id: FileId
    tilstande: dict[str, StateFile]
    personer: dict[Person, dict[str, Text]] = Field(default_factory=dict)
    """De personer, som begynder anderledes end de andre."""
    mapper: dict[str, dict[Person, UseFile]]
    """For hver mappe i features/: hvad dens scenarier bruger, når de ikke står for sig selv."""
    scenarier: dict[str, dict[Person, UseFile]] = Field(default_factory=dict)
    """Scenarier, der bruger andet end deres mappe: id, fx DEL-06, eller én række, fx DEL-11[er optaget]."""


@dataclass(frozen=True, slots=True)
class CertificationSet:
    """What a campaign's file says: the states there are, how each test person begins, and what scenarios do."""

    states: tuple[State, ...]
    persons: Mapping[str, Mapping[str, str]]
    _folders: Mapping[str, tuple[Use, ...]]
    _scenarios: Mapping[str, tuple[Use, ...]]

    def parts(self, scenarios: Iterable[Scenario]) -> tuple[Part, ...]:
        """What each of `scenarios` does. Raises ConfigurationError for a folder that the file does not speak of."""
        return tuple(Part(each.id, self._uses(each)) for each in scenarios)

    def _uses(self, scenario: Scenario) -> tuple[Use, ...]:
        folder = scenario.file.split("/")[-2]
        for found in (self._scenarios.get(scenario.id), self._scenarios.get(scenario.tag), self._folders.get(folder)):
            if found is not None:
                return found
        raise ConfigurationError(f"{scenario.tag}: Certificeringssættet siger ikke, hvem scenarierne i {folder} bruger.")

    def unused(self, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
        """The ids it speaks of that none of `scenarios` has."""
        there = {each.id for each in scenarios} | {each.tag for each in scenarios}
        return tuple(name for name in self._scenarios if name not in there)


def load_certification_set(house: House, campaign: str, patients: Iterable[str]) -> CertificationSet:
    """The certificeringssæt of `campaign`; `patients` are the test persons' names.

    Raises YamlError, and ConfigurationError when the campaign has none.
    """
    path = house.fixtures / "certificeringssaet" / f"{campaign}.yaml"
    if not path.is_file():
        raise ConfigurationError(f"Kampagnen {campaign} har intet certificeringssæt. Det skal stå i {path.as_posix()}.")
    names = tuple(patients)
    file = read_as(CertificationSetFile, path, personer=names)
    return CertificationSet(
        states=tuple(
            State(name, each.trin, each.tilbage or "", frozenset(each.ubrugelig), each.fælles)
            for name, each in file.tilstande.items()
        ),
        persons={name: file.personer.get(name, {}) for name in names},
        _folders={name: _uses(each) for name, each in file.mapper.items()},
        _scenarios={name: _uses(each) for name, each in file.scenarier.items()},
    )


def _uses(told: Mapping[str, UseFile]) -> tuple[Use, ...]:
    return tuple(Use(person, each.kræver, each.efterlader) for person, each in told.items())
