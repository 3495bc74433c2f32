"""Letters to the municipality's acute team: where one stands.

Source: MedCom, Generelle tekniske use cases 1.0.0-b2 (medcomdk/MedCom-FHIR-Communication@1022949), Meddelelsestilstande. The
Danish words are the project's own.
"""

from __future__ import annotations

from enum import StrEnum


class LetterStatus(StrEnum):
    """Where a letter stands, by the receipt that came last."""

    AWAITING = "afventer kvittering"
    RECEIVED = "modtaget"
    REJECTED = "afvist"
    FAILED = "teknisk fejl hos modtageren"
    UNANSWERED = "ikke kvitteret"
