"""What is said of the parts of messages that no scenario misses, read from fixtures/wire/."""

from __future__ import annotations

from typing import Annotated, Literal

from harness.domain.wire import How, Listed, Standing
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, FileId, Strict, Text, read_as

Ways = Literal["fjernet", "ændret", "begge"]


class PartsFile(Strict):
    """Dele af beskeder, som ingen scenarier fanger en ændring af, og hvorfor."""

    beskeder: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    """De beskeder, delene står i, fx "vans/afsendelse XREF15". En stjerne står for hvad som helst."""
    steder: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    """Delenes stier i beskeden, fx "*/Letter/Identifier". En stjerne står for hvad som helst, også flere led."""
    ændring: Ways = "begge"
    """Hvad der ikke bliver fanget: at delen mangler, at den er en anden, eller begge dele."""
    hvorfor: Text
    """Hvorfor det er i orden, eller hvorfor hullet er der, sagt på almindeligt dansk."""
    kilde: Text
    """Den standard (version og afsnit), der lader det være frit, eller som kræver det, når det er et hul."""


class WireFile(Strict):
    """Det, der er gennemgået af det, ingen scenarier fanger."""

    id: FileId
    ikke_krævet: tuple[PartsFile, ...] = ()
    """Det, ingen kilde kræver: et system må gøre det anderledes."""
    huller: tuple[PartsFile, ...] = ()
    """Det, en kilde kræver, og som alligevel ikke bliver fanget."""


def load_listed(house: House) -> tuple[Listed, ...]:
    """Everything the files say, in their order. Raises YamlError.

    Example: `[each.why for each in load_listed(house) if each.covers(change)]`.
    """
    found: list[Listed] = []
    for path in sorted(house.wire.glob("*.yaml")):
        file = read_as(WireFile, path)
        for standing, entries in ((Standing.NOT_REQUIRED, file.ikke_krævet), (Standing.HOLE, file.huller)):
            found += [_listed(standing, each, f"{path.name}, {standing} nr. {number}") for number, each in enumerate(entries, 1)]
    return tuple(found)


def _listed(standing: Standing, each: PartsFile, place: str) -> Listed:
    how = None if each.ændring == "begge" else How(each.ændring)
    return Listed(standing, each.beskeder, each.steder, how, each.hvorfor, each.kilde, place)
