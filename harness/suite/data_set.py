"""MedCom's withheld set: a folder outside the harness with personer.yaml, værdier.yaml and filer/, held against the features."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from harness.domain.data_set import EVERYWHERE, EXAMPLE_FILES, DataSet, Kind, values_of
from harness.domain.errors import ConfigurationError
from harness.domain.patient import Patient
from harness.domain.scenario import Scenario
from harness.house import House
from harness.suite.data_set_fit import differs, persons_misfit, values_misfit
from harness.suite.gherkin import read_folders
from harness.suite.model import Strict, Text, read_as
from harness.suite.patients import PersonFile, load_patients, patient_of
from harness.suite.yaml_file import load_yaml, refuse, shown

PERSONS, VALUES, FILES = "personer.yaml", "værdier.yaml", "filer"

Values = dict[Text, Text]


class DataPersonsFile(Strict):
    """Personerne i MedComs eget sæt."""

    personer: dict[Text, Text]
    """Den person, scenarierne nævner, og den, der træder i stedet, fx Elmer: Magnus. Hver må kun træde i stedet for én."""
    egne: tuple[PersonFile, ...] = ()
    """Testpersoner, som kun dette sæt har."""


class DataValuesFile(Strict):
    """Værdierne i MedComs eget sæt. En værdi hedder det, der står i trinnet: teksten i citationstegn, eller tallet med ordene
    foran, fx svaret 53, målt CAT til 14 eller om 8 uger."""

    alle: Values = Field(default_factory=dict)
    """Det, der træder i stedet i alle scenarier."""
    scenarier: dict[Annotated[str, Field(pattern=r"^[A-ZÆØÅ]{2,}-\d{2,}(\[.+\])?$")], Values] = Field(default_factory=dict)
    """Det, der træder i stedet i ét scenarie (DEL-01) eller én række i Eksempler (DEL-01[KOL]). Det går forud for alle."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A value that scenarios enter, and the identities of those."""

    kind: Kind
    name: str
    scenarios: tuple[str, ...]


def load_data(house: House, folder: Path) -> DataSet:
    """The set in `folder`. Raises ConfigurationError with every mistake, by file, line and column: what cannot be read, what
    cannot stand for what it replaces, and what no scenario has.
    """
    if folder.resolve().is_relative_to(house.home.resolve()):
        raise ConfigurationError(f"{shown(folder)} ligger i harnessets egen mappe. MedComs eget sæt skal ligge et andet sted.")
    found = _files_in(folder)
    patients = load_patients(house)
    persons = read_as(DataPersonsFile, found[PERSONS])
    values = read_as(DataValuesFile, found[VALUES])
    files = {path.name: path.read_bytes() for path in sorted((folder / FILES).glob("*"))}
    data = DataSet(
        sha256=_digest(persons, values, files),
        names=frozenset(patients),
        persons=persons.personer,
        own=tuple(patient_of(each) for each in persons.egne),
        values={EVERYWHERE: values.alle, **values.scenarier},
        files=files,
    )
    scenarios = all_scenarios(house)
    refuse(persons_misfit(data, patients, scenarios, load_yaml(found[PERSONS])))
    refuse(values_misfit(data, scenarios, load_yaml(found[VALUES])))
    return data


def all_scenarios(house: House) -> list[Scenario]:
    """The scenarios of every folder under features/. Raises FeatureError."""
    return read_folders(house.features, sorted(path.name for path in house.features.iterdir() if path.is_dir()))


def entered_in(scenarios: Iterable[Scenario], names: frozenset[str]) -> list[Entered]:
    """Every value the scenarios enter, as the shipped set has it, in their order."""
    found: dict[tuple[Kind, str], dict[str, None]] = {}
    for each in scenarios:
        for value in values_of(each, names):
            found.setdefault((value.kind, value.name), {})[each.id] = None
    return [Entered(kind, name, tuple(ids)) for (kind, name), ids in found.items()]


def kept_in(data: DataSet, entered: Iterable[Entered]) -> list[Entered]:
    """The values that scenarios enter as in the shipped set, each with those scenarios."""
    shipped = (
        replace(each, scenarios=tuple(one for one in each.scenarios if data.instead_of(each.kind, each.name, one) == each.name))
        for each in entered
    )
    return [each for each in shipped if each.scenarios]


def still_shipped(data: DataSet, scenarios: Iterable[Scenario], patients: Mapping[str, Patient]) -> list[Entered]:
    """The persons and texts that certificering cannot count on, for the scenarios enter them as in the shipped set.

    Numbers may stay: they prove little. So may a person whom nobody on the list could stand for: the one who has an eCPR, and
    the children.
    """
    alone = {name for name, one in patients.items() if all(differs(one, each) for each in patients.values() if each is not one)}
    return [
        each
        for each in kept_in(data, entered_in(scenarios, data.names))
        if each.kind is Kind.TEXT or (each.kind is Kind.PERSON and each.name not in alone)
    ]


def _files_in(folder: Path) -> dict[str, Path]:
    """The two YAML files; a file system may have taken the letters of their names apart."""
    if not folder.is_dir():
        raise ConfigurationError(f"--data: Mappen {shown(folder)} findes ikke.")
    there = {unicodedata.normalize("NFC", path.name): path for path in folder.iterdir()}
    for name in (PERSONS, VALUES):
        if name not in there:
            raise ConfigurationError(f"--data: {shown(folder)} mangler filen {name}.")
    if extra := sorted(there.keys() - {PERSONS, VALUES, FILES}):
        raise ConfigurationError(f"--data: {shown(folder)} har noget, der ikke hører til: {', '.join(extra)}.")
    for path in sorted((folder / FILES).glob("*")):
        if path.name not in EXAMPLE_FILES:
            uses = ", ".join(EXAMPLE_FILES)
            raise ConfigurationError(f"--data: Ingen scenarier bruger {FILES}/{path.name}. De bruger: {uses}.")
        if not path.read_bytes().startswith(EXAMPLE_FILES[path.name]):
            raise ConfigurationError(f"--data: {FILES}/{path.name} er ikke af den slags, navnet siger.")
    return there


def _digest(persons: DataPersonsFile, values: DataValuesFile, files: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) of what the files say: comments, order and line endings do not count."""
    whole = {
        "personer": persons.model_dump(mode="json"),
        "værdier": values.model_dump(mode="json"),
        "filer": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    whole["personer"]["egne"].sort(key=lambda each: each["alias"])
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
