"""What FHIR packages define, ready to hold a resource against: profiles as trees of elements, and value sets as codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.standards.fhir.hl7_codes import VALUE_SETS
from harness.standards.fhir.packages import Package, Resource

CORE = "http://hl7.org/fhir/StructureDefinition/"
_SYSTEM_TYPE = "http://hl7.org/fhirpath/System."


@dataclass(frozen=True, slots=True)
class Type:
    """A type an element may have; `profiles` narrow it, `targets` and `bundled` say what a Reference may point at."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """A FHIRPath invariant. `key` is its name in the profile, `human` HL7's or MedCom's own words."""

    key: str
    expression: str
    human: str
    is_error: bool


@dataclass(slots=True, eq=False)
class Element:
    """One element of a profile's snapshot. `max` is None for `*`; `many` says whether JSON writes a list.

    `fixed` and `pattern` are JSON values or None. `children` are by name (a choice by its name without `[x]`), `slices` those
    of a sliced element. `id` is FHIR's own (`MessageHeader.destination:primary`), `name` its last part without slice and `[x]`,
    `profile` the profile and its version.
    """

    id: str
    name: str
    profile: str
    min: int
    max: int | None
    many: bool
    types: tuple[Type, ...]
    is_choice: bool = False
    slice_name: str = ""
    slicing: Resource | None = None
    fixed: Any = None
    pattern: Any = None
    binding: tuple[str, str] | None = None
    max_length: int | None = None
    constraints: tuple[Constraint, ...] = ()
    content_reference: str = ""
    children: dict[str, Element] = field(default_factory=dict, repr=False)
    slices: list[Element] = field(default_factory=list, repr=False)

    def child(self, name: str) -> Element | None:
        """The element called `name` in an instance: `valueQuantity` is the choice `value`. None when there is none."""
        found = self.children.get(name)
        if found is not None and not found.is_choice:
            return found
        return next((each for each in self.children.values() if each.is_choice and each.type_of(name)), None)

    def type_of(self, name: str) -> Type | None:
        """Which of the types the instance element `name` has."""
        if not self.is_choice:
            return self.types[0] if self.types else None
        if not name.startswith(self.name):
            return None
        suffix = name[len(self.name) :]
        return next((each for each in self.types if each.code[:1].upper() + each.code[1:] == suffix), None)


@dataclass(slots=True)
class Codes:
    """What is known of a value set: its `codes` (system, code), and the code systems in it that are not known in full.

    `whole` is False when a part of it (a filter, another value set) could not be worked out.
    """

    codes: set[tuple[str, str]] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    whole: bool = True

    def has(self, system: str | None, code: str) -> bool | None:
        """Whether a code is in it; None when that cannot be known. Without a system the code alone is looked for."""
        if (system, code) in self.codes or (system is None and any(each == code for _, each in self.codes)):
            return True
        if not self.whole or (self.unknown if system is None else system in self.unknown):
            return None
        return False


class Definitions:
    """All that some packages define. A canonical address is looked up without its version: one version of each is held."""

    def __init__(self, packages: Iterable[Package]) -> None:
        self.packages = tuple(packages)
        self._raw: dict[tuple[str, str], Resource] = {}
        self._origins: dict[str, Package] = {}
        self._roots: dict[str, Element | None] = {}
        self._codes: dict[str, Codes | None] = {}
        for package in self.packages:
            for each in package.definitions:
                self._raw.setdefault((each["resourceType"], str(each.get("url", ""))), each)
                self._origins.setdefault(str(each.get("url", "")), package)

    def origin(self, url: str) -> Package | None:
        """The package a definition comes from."""
        return self._origins.get(url.partition("|")[0])

    def structure(self, url: str) -> Resource | None:
        """The StructureDefinition at a canonical address; None when no package has it."""
        return self._raw.get(("StructureDefinition", url.partition("|")[0]))

    def profile(self, url: str) -> Element | None:
        """The root element of a profile or a base type (`Coding` is short for HL7's address). None when no package has it."""
        address = url.partition("|")[0]
        address = address if ":" in address else CORE + address
        if address not in self._roots:
            raw = self.structure(address)
            self._roots[address] = _compiled(raw) if raw is not None and "snapshot" in raw else None
        return self._roots[address]

    def element(self, reference: str, url: str) -> Element | None:
        """What a contentReference (`#Bundle.link`) of a profile means, from its base type when the profile has it not."""
        name = reference.rpartition("#")[2]
        for root in (self.profile(url), self.profile(name.partition(".")[0])):
            found = root
            for part in name.split(".")[1:]:
                found = found.children.get(part.removesuffix("[x]")) if found else None
            if found is not None:
                return found
        return None

    def is_a(self, url: str, wanted: str) -> bool:
        """True when the profile at `url` is `wanted`, or made from it."""
        address: str | None = url.partition("|")[0]
        while address:
            if address == wanted.partition("|")[0]:
                return True
            address = str((self.structure(address) or {}).get("baseDefinition", "")).partition("|")[0]
        return False

    def type_of(self, url: str) -> str:
        """The type a profile is of: `Organization`; of an HL7 base type its own name. "" when it is not known."""
        found = self.structure(url)
        if found is not None:
            return str(found.get("type", ""))
        name = url.partition("|")[0].removeprefix(CORE)
        return name if name.isalnum() else ""

    def codes(self, url: str) -> Codes | None:
        """What a value set holds; None when no package has it, and it is none of HL7's that the harness knows."""
        address = url.partition("|")[0]
        if address not in self._codes:
            self._codes[address] = None  # a value set that includes itself ends here
            raw = self._raw.get(("ValueSet", address))
            if raw is not None:
                self._codes[address] = self._expanded(raw)
            elif address in VALUE_SETS:
                self._codes[address] = Codes(set(VALUE_SETS[address]))
        return self._codes[address]

    def _expanded(self, raw: Resource) -> Codes:
        found = Codes()
        compose = raw.get("compose", {})
        for include in compose.get("include", []):
            self._include(found, include)
        for exclude in compose.get("exclude", []):
            taken = Codes()
            self._include(taken, exclude)
            found.codes -= taken.codes
        return found

    def _include(self, found: Codes, include: Resource) -> None:
        system = str(include.get("system", ""))
        if include.get("filter"):
            found.whole = False
        elif "concept" in include:
            found.codes |= {(system, str(each["code"])) for each in include["concept"]}
        elif system:
            raw = self._raw.get(("CodeSystem", system))
            if raw is not None:
                found.codes |= {(system, code) for code in _concepts(raw.get("concept", []))}
            if raw is None or raw.get("content") != "complete":
                found.unknown.add(system)
        for url in include.get("valueSet", []):
            other = self.codes(str(url))
            if other is None:
                found.whole = False
            else:
                found.codes |= other.codes
                found.unknown |= other.unknown
                found.whole = found.whole and other.whole


def _concepts(concepts: list[Resource]) -> Iterator[str]:
    for each in concepts:
        yield str(each["code"])
        yield from _concepts(each.get("concept", []))


def _compiled(raw: Resource) -> Element:
    """The tree of a snapshot."""
    label = f"{raw['url']}|{raw['version']}" if raw.get("version") else str(raw["url"])
    made: dict[str, Element] = {}
    for each in raw["snapshot"]["element"]:
        element = _element(each, label)
        made[element.id] = element
        above, _, last = element.id.rpartition(".")
        name, colon, _slice = last.partition(":")
        parent = made.get(above)
        if colon:
            made[f"{above}.{name}" if above else name].slices.append(element)
        elif parent is not None:
            parent.children[element.name] = element
    return made[str(raw["snapshot"]["element"][0]["id"])]


def _element(raw: Resource, label: str) -> Element:
    most = str(raw.get("max", "*"))
    return Element(
        id=str(raw["id"]),
        name=str(raw["path"]).rpartition(".")[2].removesuffix("[x]"),
        profile=label,
        min=int(raw.get("min", 0)),
        max=None if most == "*" else int(most),
        many=str(raw.get("base", {}).get("max", most)) not in ("0", "1"),
        types=tuple(_type(each, raw) for each in raw.get("type", [])),
        is_choice=str(raw["path"]).endswith("[x]"),
        slice_name=str(raw.get("sliceName", "")),
        slicing=raw.get("slicing"),
        fixed=next((value for key, value in raw.items() if key.startswith("fixed")), None),
        pattern=next((value for key, value in raw.items() if key.startswith("pattern")), None),
        binding=(str(raw["binding"]["strength"]), str(raw["binding"].get("valueSet", ""))) if "binding" in raw else None,
        max_length=raw.get("maxLength"),
        constraints=tuple(
            Constraint(str(each["key"]), str(each["expression"]), str(each.get("human", "")), each.get("severity") == "error")
            for each in raw.get("constraint", [])
            if each.get("expression")
        ),
        content_reference=str(raw.get("contentReference", "")),
    )


def _type(raw: Resource, element: Resource) -> Type:
    code = str(raw["code"])
    if code.startswith(_SYSTEM_TYPE):  # ids, urls, and the value of a primitive
        told = [
            str(each.get("valueUrl", "")) for each in raw.get("extension", []) if "structuredefinition-fhir-type" in each["url"]
        ]
        code = told[0] if told else "string"
        if element.get("base", {}).get("path") == "Resource.id":
            code = "id"  # HL7's snapshots say string here
    return Type(
        code,
        tuple(str(each) for each in raw.get("profile", [])),
        tuple(str(each) for each in raw.get("targetProfile", [])),
        tuple(str(each) for each in raw.get("aggregation", [])),
    )
