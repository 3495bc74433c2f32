"""The letters that every lægepraksissystem must be able to send or receive, by the names clinics call them.

Source: MedCom, obligatoriske standarder for lægesystemer, 09-07-2024, and MedCom's names in Godkendte systemer. A
korrespondancemeddelelse (CareCommunication) is not on the list: it takes over from the korrespondancebrev.
"""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """What kind of letter it is."""

    LETTER = "korrespondancebrev"
    MESSAGE = "korrespondancemeddelelse"
    ACUTE_REFERRAL = "henvisning til kommunens akutfunktion"
    ACUTE_NOTE = "afslutningsnotat fra kommunens akutfunktion"
