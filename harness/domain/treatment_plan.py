"""The words of a treatment plan's life: what can be written in it, how it is followed up, and its phases.

Source: Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Behandlingsplan; Fælles digitalt
overblik – MinPlan; Tværfaglig og -sektoriel sparring og rådgivning; Opfølgning ved det almenmedicinske tilbud; Fase 3.
"""

from __future__ import annotations

from enum import StrEnum


class PlanPart(StrEnum):
    """What stands in a plan beside its goals."""

    AGREEMENT = "aftale"
    RESULT = "resultat"


class FollowUpForm(StrEnum):
    """How a follow-up is held: at the clinic's doctor, by video, or by other staff of the clinic."""

    DOCTOR = "fremmøde hos lægen"
    VIDEO = "video"
    STAFF = "andet praksispersonale"


class Advice(StrEnum):
    """Whom the clinic asks for advice."""

    SPECIALIST = "specialistrådgivning"
    CONFERENCE = "tværsektoriel konference"
