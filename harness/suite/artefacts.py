"""Official artefacts a tester points at: MedCom's FHIR packages, XML schemas and schematrons, with name, version and SHA-256.

They are not ours to ship. `LPS_ARTEFACTS=FOLDER` always counts; else the folders that were added. Those stand in a small JSON
file of the user's own: artefacts belong to a person and a machine, not to a run (`reports/`) and not to the suite (`LPS_HOME`,
which may be a wheel that nobody writes to). Each is read when it is first asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from harness.domain.errors import BadInput, ConfigurationError
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import Package, read_packages
from harness.standards.schematron import SCH, Schematron, read_schematron
from harness.standards.xml import parse
from harness.standards.xsd import Schema, declared, read_schema

MOST_FILES = 20_000
_HL7 = frozenset({"profiles-types.json", "profiles-resources.json", "extension-definitions.json", "valuesets.json"})


class Kind(StrEnum):
    """What an artefact is; the value is its Danish name."""

    PACKAGE = "FHIR-pakke"
    SCHEMA = "XML-skema"
    SCHEMATRON = "skematron"


@dataclass(frozen=True, slots=True)
class Artefact:
    """One artefact. `file` is its place below its folder; `problem` is Danish, and says why it cannot be used."""

    file: str
    kind: Kind
    name: str
    version: str
    sha256: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of artefacts. `known` has each file's SHA-256 from when it was added; None where nothing is remembered."""

    path: Path
    known: dict[str, str] | None = None

    def state(self, file: str, sha256: str) -> str:
        """`uændret`, `ændret` or `ny` since the folder was added; empty where nothing is remembered."""
        if self.known is None:
            return ""
        if file not in self.known:
            return "ny"
        return "uændret" if self.known[file] == sha256 else "ændret"


def chosen_folders(named: str, store: Path) -> list[Folder]:
    """The folders that count: the one `named` (by LPS_ARTEFACTS), else those remembered in `store`.

    Raises ConfigurationError when it is no folder, or the file cannot be read.
    """
    if not named:
        return remembered(store)
    if not Path(named).is_dir():
        raise ConfigurationError(f"LPS_ARTEFACTS peger på {Path(named).as_posix()}, som ikke er en mappe.")
    return [Folder(Path(named))]


def remembered(store: Path) -> list[Folder]:
    """The folders in `store`; none when there is no such file. Raises ConfigurationError when it cannot be read."""
    try:
        content = json.loads(store.read_text(encoding="utf-8"))
        return [Folder(Path(each["mappe"]), dict(each["filer"])) for each in content["mapper"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{store.as_posix()} kan ikke læses ({error}). Slet filen, og peg på mapperne igen med lps artefacts add."
        ) from None


def remember(store: Path, folders: list[Folder]) -> None:
    """Write `folders` to `store`, whole or not at all. Raises OSError."""
    content = {"mapper": [{"mappe": str(each.path), "filer": each.known or {}} for each in folders]}
    store.parent.mkdir(parents=True, exist_ok=True)
    beside = store.with_suffix(".ny")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    beside.replace(store)


def scan(folder: Path) -> list[Artefact]:
    """Every artefact below `folder`, by place. Raises ConfigurationError when it is no folder, or far too large."""
    if not folder.is_dir():
        raise ConfigurationError(f"Skal være en mappe. Fundet: {folder.as_posix()}.")
    found: list[Artefact] = []
    for place in files_below(folder):
        found += _artefacts(place, folder)
    return sorted(found, key=lambda each: (each.kind, each.file))


def files_below(folder: Path) -> Iterator[Path]:
    """The artefacts' files, in order; hidden ones and linked folders are left out. Raises ConfigurationError for far too many."""
    count = 0
    for parent, names, files in os.walk(folder):
        names[:] = sorted(each for each in names if not each.startswith("."))
        for name in sorted(files):
            count += 1
            if count > MOST_FILES:
                raise ConfigurationError(f"{folder.as_posix()} har flere end {MOST_FILES} filer. Peg på en mindre mappe.")
            if kind_of(name) is not None and not name.startswith("."):
                yield Path(parent) / name


def kind_of(name: str) -> Kind | None:
    """What a file of this name may be; None when it is no artefact."""
    if name.endswith(".tgz") or name in _HL7:
        return Kind.PACKAGE
    return {".xsd": Kind.SCHEMA, ".sch": Kind.SCHEMATRON}.get(Path(name).suffix.lower())


def _artefacts(place: Path, folder: Path) -> Iterator[Artefact]:
    file, kind, sha256 = place.relative_to(folder).as_posix(), kind_of(place.name), sha256_of(place)
    assert kind, "files_below gives no others"
    try:
        match kind:
            case Kind.PACKAGE if place.suffix == ".tgz":
                (package,) = read_packages([place])
                yield Artefact(file, kind, package.name, package.version, sha256)
            case Kind.PACKAGE:
                yield Artefact(file, kind, "HL7 FHIR R4", "", sha256)
            case Kind.SCHEMA:
                document = parse(place.read_bytes(), place.name)
                if declared(document):  # others are parts of one
                    read_schema(place, folder)
                yield Artefact(file, kind, place.name, document.root.get("version", ""), sha256)
            case Kind.SCHEMATRON:
                root = parse(place.read_bytes(), place.name).root
                if root.tag == f"{{{SCH}}}schema":  # others are parts of one
                    yield Artefact(file, kind, place.name, read_schematron(place, folder).version, sha256)
    except BadInput as bad:
        yield Artefact(file, kind, place.name, "", sha256, bad.reason)


def sha256_of(place: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; read in pieces."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Artefacts:
    """The artefacts of some folders, ready for judging. `problems` tells in Danish what could not be used, or has changed."""

    def __init__(self, folders: list[Folder]) -> None:
        self.folders = [each for each in folders if each.path.is_dir()]
        lost = (each.path.as_posix() for each in folders if not each.path.is_dir())
        self.problems = [f"mappen {each} med artefakter findes ikke mere" for each in lost]
        self._schemas: dict[str, tuple[Schema, str] | None] = {}

    def definitions(self) -> Definitions | None:
        """What the FHIR packages define; None when there are none."""
        return self._definitions

    def schema(self, tag: str) -> tuple[Schema, str] | None:
        """The schema that declares the root element `{namespace}name`, with its name, version and SHA-256; None without one.

        Of several the one with HL7's SDTC extensions is taken, as MedCom's documents use them, else the first by name.
        """
        if tag not in self._schemas:
            self._schemas[tag] = next(self._usable(tag), None)
        return self._schemas[tag]

    def schematrons(self) -> list[tuple[Schematron, str]]:
        """Every schematron, with its name, version and SHA-256."""
        return self._schematrons

    @cached_property
    def _definitions(self) -> Definitions | None:
        packages: dict[str, Package] = {}
        for folder, place in self._files(Kind.PACKAGE):
            try:
                # HL7's own files belong together, so their folder is read as one
                found = read_packages([place if place.suffix == ".tgz" else place.parent])
            except (BadInput, OSError) as error:
                self.problems.append(f"FHIR-pakken {place.name} kan ikke bruges: {error}")
                continue
            self._notice(folder, place)
            packages |= {each.sha256: each for each in found}
        return Definitions(packages.values()) if packages else None

    @cached_property
    def _schematrons(self) -> list[tuple[Schematron, str]]:
        found = []
        for folder, place in self._files(Kind.SCHEMATRON):
            try:
                if parse(place.read_bytes(), place.name).root.tag == f"{{{SCH}}}schema":  # others are parts of one
                    schematron = read_schematron(place, folder.path)
                    found.append((schematron, _source(schematron.name, schematron.version, self._notice(folder, place))))
            except (BadInput, OSError) as error:
                self.problems.append(f"skematronet {place.name} kan ikke bruges: {error}")
        return found

    def _usable(self, tag: str) -> Iterator[tuple[Schema, str]]:
        space, _, name = tag.removeprefix("{").rpartition("}")
        for folder, place in sorted(self._files(Kind.SCHEMA), key=lambda each: ("SDTC" not in each[1].name, each[1].name)):
            try:
                data = place.read_bytes()
                # Most files are another standard's, which is quicker seen than read.
                if name.encode() in data and space.encode() in data and tag in declared(parse(data, place.name)):
                    schema = read_schema(place, folder.path)
                    yield schema, _source(schema.name, schema.version, self._notice(folder, place))
            except (BadInput, OSError) as error:
                self.problems.append(f"XML-skemaet {place.name} kan ikke bruges: {error}")

    def _files(self, kind: Kind) -> Iterator[tuple[Folder, Path]]:
        return ((folder, place) for folder in self.folders for place in files_below(folder.path) if kind_of(place.name) is kind)

    def _notice(self, folder: Folder, place: Path) -> str:
        """The file's SHA-256; a change since the folder was added is told."""
        file, sha256 = place.relative_to(folder.path).as_posix(), sha256_of(place)
        state = folder.state(file, sha256)
        if state in ("ny", "ændret"):
            self.problems.append(f"{file} er {state}, siden mappen blev tilføjet (lps artefacts list)")
        return sha256


def _source(name: str, version: str, sha256: str) -> str:
    return " ".join(part for part in (name, version, f"(SHA-256 {sha256[:12]})") if part)
