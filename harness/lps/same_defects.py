"""Defects that are told in two ways in `fixtures/faults/`, and that are one and the same in the reference LPS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SAME_AS: Final[Mapping[str, str]] = {
    "blind-kun-icpc-giver-adgang": "inklusion-kun-icpc-2",
    "blind-tilmelding-taender-alle-planer": "flp-tilmelder-alle-typer",
    "blind-ny-plan-taeller-paa-tvaers": "flp-enhver-plan-tæller",
    "blind-ny-formular-sletter-kladden": "flp-ny-formular-sletter-tekster",
    "blind-planen-kan-kun-ses-ude": "flp-kræver-nyt-login",
    "blind-gensendt-henvisning-faar-nyt-nummer": "henvisning-gensendes-som-ny",
    "blind-frafald-bliver-gennemfoert": "frafald-vises-som-gennemført",
    "blind-nej-til-videregivelse-deles-alligevel": "deler-uden-samtykke",
    "blind-niveau-1-faar-ingen-tilbud": "henvisning-spærret-på-niveau-1",
    "blind-fejl-ved-deling-overses": "siger-delt-uden-at-være-det",
    "blind-to-gyldige-udgaver": "monitorering-hver-udgave-er-en-ny-plan",
    "blind-udeblivelse-skjult-paa-niveau-1": "udeblivelse-kun-synlig-på-niveau-2-og-3",
    "blind-tilbagetrukket-profil-bruges": "profil-tilbagetrukket-bliver-stående",
}
"""By the id of the fault that was told later, the one whose hook it shares."""


def known_by(faults: frozenset[str]) -> frozenset[str]:
    """The faults by the ids that the reference LPS asks about.

    `known_by(frozenset({"blind-tilbagetrukket-profil-bruges"})) == {"profil-tilbagetrukket-bliver-stående"}`
    """
    return frozenset(SAME_AS.get(fault, fault) for fault in faults)
