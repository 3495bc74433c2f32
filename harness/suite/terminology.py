"""The code lists the programme needs, read from fixtures/terminology/: the codes, where each stands, and what is not decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, broken, known, read_as
from harness.suite.profiles import Status


@dataclass(frozen=True, slots=True)
class Concept:
    """One code. `text` is the source's own words (empty where they are not known), `note` ours; `unit` as the source writes it.

    `kind` is `heltal`, `decimaltal` or empty; `least` and `most` bound the value where a source does; `targets` are the ICD-10
    codes it stands for. `decided` is False for a code that no public source confirms.
    """

    code: str
    text: str
    note: str
    unit: str
    kind: str
    least: int | None
    most: int | None
    targets: tuple[str, ...]
    decided: bool
    source: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """One code system as far as the programme needs it. `systems` is every spelling of its name; `missing` has no code at all."""

    id: str
    title: str
    oid: str
    systems: tuple[str, ...]
    version: str
    source: str
    concepts: dict[str, Concept]
    missing: dict[str, str]

    def is_named(self, system: str) -> bool:
        """Whether `system` is one of the spellings of this code system; an OID may have `urn:oid:` before it or not."""
        return system.removeprefix("urn:oid:") in {each.removeprefix("urn:oid:") for each in (self.oid, *self.systems)}

    def pointing_at(self, target: str) -> tuple[str, ...]:
        """The codes that stand for the ICD-10 code `target`: there can be more than one.

        `load_terminology(house)["icpc-2"].pointing_at("DM512") == ("L84", "L86")`
        """
        return tuple(code for code, each in self.concepts.items() if target in each.targets)

    @property
    def undecided(self) -> frozenset[str]:
        """The codes that no public source confirms: what stands on one of them is *afventer*."""
        return frozenset(code for code, each in self.concepts.items() if not each.decided)


def _oid(value: str) -> str:
    if not re.fullmatch(r"[0-2](\.(0|[1-9]\d*))+", value, re.ASCII):
        raise broken("Skal være en OID: tal med punktum imellem, uden urn:oid: foran.")
    return value


class SpellingFile(Strict):
    """En måde at skrive kodesystemets navn på."""

    system: Text
    kilde: Text


class ConceptFile(Strict):
    """En kode."""

    tekst: Text | None = None
    """Kildens egne ord. Udelades, hvis de ikke er kendt."""
    note: Text | None = None
    """Hvad koden handler om, med vores ord."""
    enhed: Text | None = None
    type: Literal["heltal", "decimaltal"] | None = None
    mindst: int | None = None
    højst: int | None = None
    svarer_til: tuple[Annotated[str, known("icd-10")], ...] = ()
    """De ICD-10-koder (SKS), koden svarer til."""
    status: Status = "besluttet"
    kilde: Text | None = None
    """Hvor koden står, hvis det er et andet sted end listen."""

    @model_validator(mode="after")
    def _range_is_one(self) -> ConceptFile:
        if self.mindst is not None and self.højst is not None and self.mindst > self.højst:
            raise broken("Må ikke være mindre end feltet mindst.", ("højst",))
        return self

    @model_validator(mode="after")
    def _open_question_has_source(self) -> ConceptFile:
        if self.status == "afventer" and self.kilde is None:
            raise broken("Skal have en kilde, når status er afventer.")
        return self


class MissingFile(Strict):
    """Noget, programmet skal bruge, og som der ikke er fundet en kode for."""

    hvad: Text
    kilde: Text


class TerminologyFile(Strict):
    """Et kodesystem, så langt programmet skal bruge det."""

    id: FileId
    titel: Text
    oid: Annotated[str, AfterValidator(_oid)]
    skrivemåder: Annotated[tuple[SpellingFile, ...], AT_LEAST_ONE]
    """Kodesystemets navn, som det skrives i meddelelser og dokumenter. Kilderne er ikke enige; alle må forekomme."""
    version: Text | None = None
    kilde: Text
    koder: dict[Text, ConceptFile]
    mangler: tuple[MissingFile, ...] = Field(default=())


def load_terminology(house: House) -> dict[str, CodeList]:
    """All code lists by id. Raises YamlError. `load_terminology(house)["mcs"].concepts["MCS88147"].most == 60`"""
    folder = house.fixtures / "terminology"
    icd = read_as(TerminologyFile, folder / "icd-10.yaml", **{"icd-10": ()})
    files = (read_as(TerminologyFile, path, **{"icd-10": icd.koder}) for path in sorted(folder.glob("*.yaml")))
    return {each.id: _code_list(each) for each in files}


def _code_list(file: TerminologyFile) -> CodeList:
    return CodeList(
        id=file.id,
        title=file.titel,
        oid=file.oid,
        systems=tuple(each.system for each in file.skrivemåder),
        version=file.version or "",
        source=file.kilde,
        concepts={code: _concept(code, each, file.kilde) for code, each in file.koder.items()},
        missing={each.hvad: each.kilde for each in file.mangler},
    )


def _concept(code: str, file: ConceptFile, source: str) -> Concept:
    return Concept(
        code=code,
        text=file.tekst or "",
        note=file.note or "",
        unit=file.enhed or "",
        kind=file.type or "",
        least=file.mindst,
        most=file.højst,
        targets=file.svarer_til,
        decided=file.status == "besluttet",
        source=file.kilde or source,
    )
