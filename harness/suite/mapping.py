"""A system's own API mapped to the test interface: the YAML file that `adgang.kort` names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from harness.domain.call import HEADER_VALUE, PLACE, Call
from harness.suite.model import Strict, Text, broken, known, read_as
from harness.suite.yaml_file import Where


@dataclass(frozen=True, slots=True)
class Names:
    """The names an act or view has in the contract: what may be `entered`, what may be `shown`, and what `must` be."""

    entered: frozenset[str]
    shown: frozenset[str]
    must: frozenset[str]


def _path(value: str) -> str:
    if not value.startswith("/"):
        raise broken("Skal begynde med en skråstreg, fx /patienter/{cpr}.")
    return value


_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1
_SECRET: Final = re.compile(
    r"auth(?!or(?!i[sz]))|key|cookie|token|secret|pass-?(w|phrase|code)|pwd|credential|session|bearer|jwt|saml|assertion"
    r"|adgangs-?kode|kode-?ord|noegle|hemmelig"
)  # X-Author-Id is none
_SECRET_VALUE: Final = re.compile(r"\s*(bearer|basic)\s", re.IGNORECASE)  # RFC 9110, 11.4
_OURS: Final = (
    *("idempotency-key", "host", "content-length", "content-type", "transfer-encoding"),
    *("connection", "expect", "upgrade"),
)


def _header(name: str) -> str:
    """Of a name that is refused only the name is told, never what stands there."""
    if not _NAME.fullmatch(name):
        raise broken("Er ikke navnet på en header, fx X-Tenant-Id.")
    if name.lower() in _OURS:
        raise broken("Den header sætter testharnesset selv.")
    if _SECRET.search(name.lower().replace("_", "-")):
        raise broken("Kan bære en hemmelighed og må ikke stå i en fil. Adgangsnøglen kommer fra adgang.nøgle.")
    return name


def _value(value: str) -> str:
    """Of a value that may be a secret nothing is told."""
    if not value:
        raise broken("Må ikke være tom.")
    if _SECRET_VALUE.match(value):
        raise broken("Bærer en hemmelighed og må ikke stå i en fil. Adgangsnøglen kommer fra adgang.nøgle.", secret=True)
    if not HEADER_VALUE.fullmatch(value):
        raise broken("Skal være ASCII-tegn på én linje uden mellemrum i enderne.")
    return value


def _each_once(value: dict[str, str]) -> dict[str, str]:
    lower = [name.lower() for name in value]
    for number, name in enumerate(value):
        if lower.index(name.lower()) != number:
            raise broken("Står der to gange: store og små bogstaver gør ingen forskel.", (name,))
    return value


Headers = Annotated[
    dict[Annotated[str, AfterValidator(_header)], Annotated[str, AfterValidator(_value)]], AfterValidator(_each_once)
]


class CallFile(Strict):
    """Ét kald til systemets eget API."""

    metode: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    sti: Annotated[str, AfterValidator(_path)]
    """Stien efter adgang.adresse. {cpr} bliver til det, der er indtastet."""
    forespørgsel: dict[str, Any] = Field(default_factory=dict)
    """Det, der står efter ? i adressen."""
    krop: Any = None
    """JSON, der sendes. "{diagnose/kode}" er en værdi, {hver: indhold, som: …} en række for hver i en liste."""
    headere: Headers = Field(default_factory=dict)
    """HTTP-headere til kaldet, fx X-Plan: "{plan}". Aldrig en adgangsnøgle: den kommer fra adgang.nøgle."""
    svar: dict[str, Any] = Field(default_factory=dict)
    """Kontraktens felter med stedet i systemets svar: plan: "{id}". {værdi: "{state}", oversæt: {OPEN: kladde}} oversætter."""
    findes_ikke: tuple[int, ...] = ()
    """Statuskoder, der betyder, at systemet ikke har handlingen eller visningen."""


class MappingFile(Strict):
    """Hvordan systemets eget API svarer til testgrænsefladen. Det, der ikke står her, har systemet ikke."""

    headere: Headers = Field(default_factory=dict)
    """Faste HTTP-headere til alle kald, fx X-Tenant-Id: klinik-7. Et kalds egen header går forud. Aldrig en adgangsnøgle."""
    handlinger: dict[Annotated[Text, known("handling")], CallFile] = Field(default_factory=dict)
    visninger: dict[Annotated[Text, known("visning")], CallFile] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_what_the_contract_says(self, info: ValidationInfo) -> MappingFile:
        names: Mapping[str, Names] = (info.context or {})["navne"]
        for name, said in self.headere.items():
            if PLACE.search(said):
                raise broken(
                    "Skal være fast, når det gælder alle kald. Det, der er indtastet, hører til i et kald.", ("headere", name)
                )
        for kind, calls in (("handlinger", self.handlinger), ("visninger", self.visninger)):
            for name, call in calls.items():
                _check(call, names[name], (kind, name))
        return self


def load_mapping(path: Path, acts: Mapping[str, Names], views: Mapping[str, Names]) -> dict[str, Call]:
    """The calls in the file by the names of acts and views, which `acts` and `views` say what the contract has.

    Raises YamlError with the mistakes, each at its place.
    """
    file = read_as(MappingFile, path, handling=tuple(acts), visning=tuple(views), navne={**acts, **views})
    return {
        name: Call(
            each.metode,
            each.sti,
            each.forespørgsel,
            each.krop,
            each.svar,
            each.findes_ikke,
            _together(file.headere, each.headere),
        )
        for name, each in {**file.handlinger, **file.visninger}.items()
    }


def _together(of_all: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    said = {name.lower() for name in own}
    return {**{name: value for name, value in of_all.items() if name.lower() not in said}, **own}


def _check(call: CallFile, names: Names, where: Where) -> None:
    templates = {"sti": call.sti, "forespørgsel": call.forespørgsel, "krop": call.krop, "headere": call.headere}
    for field, template in templates.items():
        for place, said in _said(template, (*where, field)):
            name = said.split("/")[0]
            if name and name not in names.entered:
                raise broken(f"{{{said}}} kendes ikke. Kan være: {', '.join(sorted(names.entered)) or 'intet'}.", place)
    for name in call.svar:
        if name not in names.shown:
            raise broken(
                f"Kontrakten har ikke det felt. Kan være: {', '.join(sorted(names.shown)) or 'intet'}.", (*where, "svar", name)
            )
    lacking = sorted(names.must - call.svar.keys())
    if lacking:
        raise broken(f"svar skal også have: {', '.join(lacking)}.", where)


def _said(template: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Each place in `template` that is filled from what is entered itself, and what stands there."""
    if isinstance(template, str):
        yield from ((where, said) for said in PLACE.findall(template))
    elif isinstance(template, list):
        for number, each in enumerate(template):
            yield from _said(each, (*where, number))
    elif isinstance(template, dict) and template.keys() == {"hver", "som"}:
        yield (*where, "hver"), str(template["hver"])  # in `som` the names are those of the list's own entries
    elif isinstance(template, dict):
        for name, each in template.items():
            if name != "oversæt":
                yield from _said(each, (*where, name))
