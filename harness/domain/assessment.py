"""The behovsvurdering of a pakkeforløb: what it covers, what comes of it, and the level the patient is placed on.

Source: Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Differentiering, Behovsvurdering.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Element(StrEnum):
    """What a behovsvurdering says: its six elements by the model's own headings, and then its result."""

    DIAGNOSES = "diagnoser og medicinsk behandling"
    LIFESTYLE = "livsstil og sundhedskompetencer"
    PSYCHOSOCIAL = "psykosociale forhold"
    FUNCTION = "funktionsevne, arbejde og uddannelse"
    FUTURE = "fremtidsønsker og palliation"
    PLAN = "plan for videre forløb"
    SUMMARY = "resumé"
    CONCLUSION = "konklusion"
    PRESCRIPTIONS = "ordinationer"
    REFERRALS = "henvisninger"
    FOLLOW_UP = "opfølgning"
    ADVICE = "behov for sparring"
    CONFERENCE = "behov for tværsektoriel konference"


class Ground(StrEnum):
    """What the level rests on."""

    COMPETENCE = "sundhedskompetence"
    COMPLEXITY = "sygdomskompleksitet"
    VULNERABILITY = "særlig sårbarhed"


class Consent(StrEnum):
    """Where the patient's consent to disclosure stands."""

    GIVEN = "givet"
    REFUSED = "nægtet"
    WITHDRAWN = "trukket tilbage"


LEVELS: Final = (1, 2, 3)
"""The levels of differentiation."""
