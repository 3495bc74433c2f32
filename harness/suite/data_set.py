"""MedCom's withheld set: a folder outside the harness with personer.yaml, værdier.yaml and filer/, held against the features."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from harness.domain.data_set import EVERYWHERE, EXAMPLE_FILES, DataSet, Kind, Value, amount_of, misfit, said_words, values_in
from harness.domain.errors import ConfigurationError
from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient
from harness.domain.scenario import Scenario
from harness.house import House
from harness.suite.gherkin import read_folders
from harness.suite.model import Strict, Text, read_as
from harness.suite.patients import PersonFile, load_patients, patient_of
from harness.suite.yaml_file import Marked, Mistake, Where, load_yaml, quoted, refuse, shown

PERSONS, VALUES, FILES = "personer.yaml", "værdier.yaml", "filer"
_CHILDHOOD: Final = timedelta(days=18 * 365.25)

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
    known = {**patients, **{each.alias: each for each in data.own}}
    scenarios = all_scenarios(house)
    problems = [
        *_persons_misfit(data, patients, known, scenarios, load_yaml(found[PERSONS])),
        *_values_misfit(data, scenarios, load_yaml(found[VALUES])),
    ]
    refuse(problems)
    return data


def all_scenarios(house: House) -> list[Scenario]:
    """The scenarios of every folder under features/. Raises FeatureError."""
    return read_folders(house.features, sorted(path.name for path in house.features.iterdir() if path.is_dir()))


def entered_in(scenarios: Iterable[Scenario], names: frozenset[str]) -> list[Entered]:
    """Every value the scenarios enter, as the shipped set has it, in their order."""
    found: dict[tuple[Kind, str], dict[str, None]] = {}
    for each in scenarios:
        for value in _values_of(each, names):
            found.setdefault((value.kind, value.name), {})[each.id] = None
    return [Entered(kind, name, tuple(ids)) for (kind, name), ids in found.items()]


def still_shipped(data: DataSet, scenarios: Sequence[Scenario], patients: Mapping[str, Patient]) -> list[Entered]:
    """The persons and texts that the scenarios still enter as in the shipped set.

    Numbers may stay: they prove little. So may the person who has an eCPR, since there is no other.
    """
    kept: list[Entered] = []
    for each in entered_in(scenarios, data.names):
        if each.kind is Kind.NUMBER or (each.kind is Kind.PERSON and not isinstance(patients[each.name].cpr, Cpr)):
            continue
        value = Value(each.kind, each.name, 0, 0)
        ids = tuple(id for id in each.scenarios if data.instead_of(value, id) == each.name)
        if ids:
            kept.append(replace(each, scenarios=ids))
    return kept


def _values_of(scenario: Scenario, names: frozenset[str]) -> Iterator[Value]:
    for step in scenario.steps:
        yield from values_in(step, names)


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
    files = [path.name for path in (folder / FILES).glob("*")]
    if extra := sorted(set(files) - set(EXAMPLE_FILES)):
        raise ConfigurationError(
            f"--data: Ingen scenarier bruger {', '.join(extra)} i {FILES}. De bruger: {', '.join(EXAMPLE_FILES)}."
        )
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


def _persons_misfit(
    data: DataSet,
    patients: Mapping[str, Patient],
    known: Mapping[str, Patient],
    scenarios: Sequence[Scenario],
    marked: Marked,
) -> Iterator[Mistake]:
    def mistake(where: Where, sentence: str, *, key: bool = False) -> Mistake:
        return Mistake(marked.file, (marked.keys if key else marked.values)[where], where, sentence)

    numbers = {str(each.cpr): name for name, each in patients.items()}
    for place, own in enumerate(data.own):
        if own.alias in patients or [each.alias for each in data.own].index(own.alias) != place:
            yield mistake(("egne", place, "alias"), f"Navnet {own.alias} er brugt om en anden.")
        if (other := numbers.setdefault(str(own.cpr), own.alias)) != own.alias:
            yield mistake(("egne", place, "cpr"), f"Nummeret er {other}s.")
    taken: dict[str, str] = {}
    for name, instead in data.persons.items():
        where: Where = ("personer", name)
        if name not in patients:
            yield mistake(where, f'Skal være en af scenariernes personer: {", ".join(patients)}. Fundet: "{name}".', key=True)
        elif instead not in known:
            yield mistake(where, f'Skal være en af: {", ".join(known)}. Fundet: "{instead}".')
        elif instead == name:
            yield mistake(where, "Er den samme som i det udleverede sæt.")
        elif instead in taken:
            yield mistake(where, f"{instead} træder allerede i stedet for {taken[instead]}.")
        elif differs := _differs(patients[name], known[instead]):
            yield mistake(where, f"{instead} kan ikke træde i stedet for {name}: kun den ene {differs}.")
        else:
            taken[instead] = name
    for scenario in scenarios:
        present = {value.name for value in _values_of(scenario, data.names) if value.kind is Kind.PERSON}
        for name in sorted(present & data.persons.keys()):
            if (instead := data.persons[name]) in present - data.persons.keys() and ("personer", name) in marked.values:
                yield mistake(("personer", name), f"{instead} er selv med i {scenario.id}. Lad en anden træde i stedet for {instead}.")


def _differs(one: Patient, other: Patient) -> str:
    """What only one of them is, and a scenario may be about; empty when there is nothing."""
    grown_up = datetime.now(UTC).date() - _CHILDHOOD
    told = {
        "har et CPR-nummer": lambda each: isinstance(each.cpr, Cpr),
        "er død": lambda each: each.deceased,
        "er barn": lambda each: each.born > grown_up,
    }
    return next((what for what, holds in told.items() if holds(one) is not holds(other)), "")


def _values_misfit(data: DataSet, scenarios: Sequence[Scenario], marked: Marked) -> Iterator[Mistake]:
    used: set[Where] = set()
    for scenario in scenarios:
        words = [word for step in scenario.steps for word in said_words(step)]
        became: dict[str, str] = {}
        for value in _values_of(scenario, data.names):
            new = data.instead_of(value, scenario.id)
            where = _where(data, value, scenario)
            used.update(_all_places(data, value, scenario))
            if where is not None:
                problem = misfit(value, new)
                lost = [word for word in words if word in value.name and word not in new]
                problem = problem or (f"{scenario.id} søger efter ordet {', '.join(lost)}. Det skal stå her." if lost else "")
                if problem:
                    yield Mistake(marked.file, marked.values[where], where, f"{problem} Fundet: {quoted(new)}.")
            same = amount_of if value.kind is Kind.NUMBER else str
            other = became.setdefault(f"{value.kind} {same(new)}", same(value.name))
            if other != same(value.name) and where is not None:
                sentence = f"I {scenario.id} bliver det ens med det, der træder i stedet for {quoted(other)}."
                yield Mistake(marked.file, marked.values[where], where, sentence)
    names = {value.name for each in scenarios for value in _values_of(each, data.names) if value.kind is not Kind.PERSON}
    for where in (("alle", name) for name in data.values[EVERYWHERE]):
        if where not in used:
            yield Mistake(marked.file, marked.keys[where], where, _fits_nothing(where[-1], names))
    known = {each.id for each in scenarios} | {each.tag for each in scenarios}
    for id, own in data.values.items():
        if id != EVERYWHERE and id not in known:
            yield Mistake(marked.file, marked.keys["scenarier", id], ("scenarier", id), f"Der er intet scenarie {id}.")
            continue
        for name in own:
            here: Where = ("scenarier", id, name)
            if id != EVERYWHERE and here not in used:
                own_names = {value.name for each in scenarios if id in (each.id, each.tag) for value in _values_of(each, data.names)}
                yield Mistake(marked.file, marked.keys[here], here, _fits_nothing(name, own_names))


def _all_places(data: DataSet, value: Value, scenario: Scenario) -> Iterator[Where]:
    """Where the set says what stands for the value, the place that goes before the others first."""
    if value.kind is Kind.PERSON:
        return
    for id in (scenario.id, scenario.tag):
        if value.name in data.values.get(id, {}):
            yield "scenarier", id, value.name
    if value.name in data.values[EVERYWHERE]:
        yield "alle", value.name


def _where(data: DataSet, value: Value, scenario: Scenario) -> Where | None:
    return next(_all_places(data, value, scenario), None)


def _fits_nothing(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), 1)
    return "Passer ikke til noget, scenarierne skriver." + (f" Mente du {quoted(near[0])}?" if near else "")
