"""The ways in which an honest LPS may differ, in people's words and with what allows them, read from fixtures/variations/."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.domain.errors import ConfigurationError
from harness.domain.variation import Tried, Variation
from harness.house import House
from harness.suite.model import FileId, Strict, Text, read_as
from harness.suite.yaml_file import shown


class VariationFile(Strict):
    """En måde, et ærligt system kan være anderledes på."""

    beskrivelse: Text
    """Hvad systemet gør anderledes."""
    kilde: Text
    """Det, der tillader det: standard og afsnit."""
    ses_i: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2,}-\d{2,}$")], ...] = ()
    """Scenarier (id), hvor det ændrer, hvad der bliver sendt, hvornår, eller hvad der bliver vist."""
    rute: Literal["begge", "plsp", "direkte"] = "begge"
    """Den rute, det kan ses på."""
    gruppe: Text = ""
    """To af samme gruppe bliver aldrig prøvet sammen."""
    med: tuple[Text, ...] = ()
    """Andre forskelle, der skal til, for at denne kan ses."""
    bemærkes: tuple[Text, ...] = ()
    """Regler, der bemærker det uden at give nogen en karakter."""
    prøves: Tried = Tried.MOCK
    """mock, eller forbindelsen: kun dér, hvor der er en TCP-forbindelse."""
    afventer: Text | None = None
    """Det, kilden lader stå åbent."""


class VariationsFile(Strict):
    """Forskelle af samme slags."""

    id: FileId
    forskelle: dict[str, VariationFile]


def load_variations(house: House) -> dict[str, Variation]:
    """All variations by id. Raises YamlError, and ConfigurationError for an id that two files have.

    Example: `load_variations(house)["xml-cdata"].source`.
    """
    found: dict[str, Variation] = {}
    for path in sorted(house.variations.glob("*.yaml")):
        for name, each in read_as(VariationsFile, path).forskelle.items():
            if name in found:
                raise ConfigurationError(f"Forskellen {name} står i to filer. Den ene er {shown(path)}.")
            found[name] = Variation(
                id=name,
                description=each.beskrivelse,
                source=each.kilde,
                shown_in=each.ses_i,
                rute="" if each.rute == "begge" else each.rute,
                group=each.gruppe,
                companions=frozenset(each.med),
                remarked=frozenset(each.bemærkes),
                tried=each.prøves,
                awaits=each.afventer or "",
            )
    return found
