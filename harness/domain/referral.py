"""Referrals in a pakkeforløb: what one tells, whom it is for, where it stands, and the offers it leads to.

Source: Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Henvisning til yderligere udredning og
indsatser; Patientrettet forebyggelse. The words for where a referral stands are the project's own.
"""

from __future__ import annotations

from enum import StrEnum


class Told(StrEnum):
    """What a referral must tell, by the model's own words."""

    SYMPTOMS = "symptomkompleks"
    TESTS = "prøver og undersøgelser"
    TREATMENT = "tidligere behandling"
    REASON = "henvisningsårsag"
    PSYCHOSOCIAL = "psykosociale forhold"


class Receiver(StrEnum):
    """Whom the clinic may refer to."""

    MUNICIPALITY = "kommunen"
    SPECIALIST = "speciallæge"
    HOSPITAL = "sygehus"
    PHYSIOTHERAPIST = "fysioterapeut"
    CHIROPRACTOR = "kiropraktor"
    PSYCHOLOGIST = "psykolog"
    PODIATRIST = "fodterapeut"


class Asker(StrEnum):
    """Who, besides the clinic, may ask for something for the patient."""

    HOSPITAL = "sygehuset"
    MUNICIPALITY = "kommunen"
    PATIENT = "patienten"


class ReferralStatus(StrEnum):
    """Where a referral stands. `WRITTEN` is one that the clinic does not send itself, or not in a form that is known here."""

    WRITTEN = "skrevet"
    NOT_SENT = "ikke sendt"
    SENT = "sendt"
    RECEIVED = "modtaget"
    REFUSED = "afvist"
    RETURNED = "sendt tilbage"


class OfferStatus(StrEnum):
    """What became of an offer of prevention."""

    PLANNED = "planlagt"
    COMPLETED = "gennemført"
    NO_SHOW = "udeblevet"
    DROPPED_OUT = "frafaldet"
