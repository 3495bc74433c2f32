"""An LPS that has learnt the shipped set by heart: it is right about what vendors have seen beforehand, and about nothing else.

What it has not met before it takes for what it has: it keeps the mark that was entered, so that marks alone do not tell. On the
shipped set nobody can see it; on MedCom's own it is found out.
"""

from __future__ import annotations

import re
from typing import Any, Final

TEXTS: Final = "kender-det-udleverede-sæts-tekster"
PERSONS: Final = "kender-det-udleverede-sæts-personer"
FAULTS: Final = (TEXTS, PERSONS)

_GOALS: Final = (
    "Rask gang hver dag",
    "Gå 30 minutter hver dag",
    "Gå 20 minutter hver dag",
    "Gå 10 minutter hver dag",
    "Gå en tur hver dag",
    "Gå en tur hver morgen",
    "Gå ture på Fanø",
    "Gå til postkassen hver dag",
    "Gå med rollator hver dag",
    "Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C",
    "Cykle til byen",
    "Cykle til stranden",
    "Svøm hver torsdag",
    "Rygestop",
    "Rygestop inden jul",
    "Færre indlæggelser",
    "Mindre sukker",
    "Ring, hvis du ikke kan komme",
    "Tage medicin hver morgen",
    "Tilbage på arbejde",
    "Træn to gange om ugen",
)
_ASSESSMENTS: Final = (
    "Har brug for støtte",
    "Har brug for støtte til rygestop",
    "Afklarende samtale i kommunen",
    "Bor alene",
    "Bor alene og savner selskab",
    "Holdt op for en måned siden",
    "Inhalation morgen og aften",
    "Inhalerer rigtigt, men glemmer aftendosis",
    "Kan gå 200 meter uden pause",
    "Klarer sig godt",
    "Kommune og lungeafdeling bør mødes med ham",
    "Kontrol hos sygeplejersken om otte uger",
    "Mand med KOL, åndenød ved trapper",
    "Noget vigtigt for Elmer",
    "Ny vurdering efter tre måneder",
    "Ryger 20 om dagen",
    "Spørg lungeafdelingen om behandling",
    "Vil gerne holde op med at ryge",
    "Ønsker samtale om, hvad der skal ske",
)
_GIVEN_NAMES: Final = [
    "Elmer",
    "Nancy",
    "Niels",
    "Else",
    "Ellen",
    "Lonni",
    "Aya",
    "Pia",
    "Knut",
    "Brita",
    "Kaja",
    "Cæcar",
    "Test",
    "Peter",
]
_MARKED: Final = re.compile(r"(?P<text>.*) (?P<mark>[B-DF-HJ-NP-TV-XZ]{6})", re.DOTALL)


def by_heart(act: str, entered: dict[str, Any], faults: frozenset[str]) -> dict[str, Any]:
    """What such an LPS makes of what is entered in the `act` of the test interface, with those of `faults` that are about it."""
    if PERSONS in faults and act == "opret-patient" and entered["fornavne"][0] not in _GIVEN_NAMES:
        return {**entered, "fornavne": ["Elmer", "Test"], "efternavn": "Hansen"}
    if TEXTS in faults and "maal" in entered:
        return {**entered, "maal": [_recognised(each, _GOALS) for each in entered["maal"]]}
    if TEXTS in faults and act == "skriv-behovsvurdering":
        return {**entered, "tekst": _recognised(entered["tekst"], _ASSESSMENTS)}
    return entered


def _recognised(entered: str, known: tuple[str, ...]) -> str:
    marked = _MARKED.fullmatch(entered)
    return entered if marked is None or marked["text"] in known else f"{known[0]} {marked['mark']}"
