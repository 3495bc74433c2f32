"""Defects that have two names: the second came with a list written from the sources alone, without knowledge of the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.lps import faults as sharing
from harness.lps.reference import outbox
from harness.lps.reference.diagnosis_card import card_documents, diagnosis_cards
from harness.lps.reference.forloebsplan import forloebsplaner
from harness.lps.reference.home_care import acute_letters, home_care_line, home_care_record
from harness.lps.reference.inclusion import inclusion, patient_lists, populations
from harness.lps.reference.laboratory import lab_inbox, lab_messages, lab_normality, lab_results, lab_views
from harness.lps.reference.mandatory import correspondence
from harness.lps.reference.plan import assessments
from harness.lps.reference.referral import referrals

OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "blind-lab-andres-svar-delt": (lab_results.FORWARDS_RECEIVED,),
    "blind-lab-proevetid-utc": (lab_messages.AS_UTC,),
    "blind-lab-naegtelse-glemt-ved-rettelse": (lab_results.CORRECTION_SHARES,),
    "blind-lab-rettelse-som-nyt-svar": (lab_results.CORRECTION_AS_NEW, lab_messages.CORRECTION_AS_FINAL),
    "blind-hco-ukendte-initialer-vaek": (home_care_record.UNKNOWN_LOST, home_care_record.UNKNOWN_DOCTOR_LOST),
    "blind-hco-mindre-end-tabt": (home_care_record.DROPS_COMPARATOR,),
    "blind-hco-andet-bilag-vaek": (home_care_record.ONE_FILE,),
    "blind-kvit-dublet-afvist": (home_care_line.COPY_REFUSED,),
    "blind-kvit-peger-paa-kuverten": (home_care_line.NAMES_ENVELOPE,),
    "blind-kvit-paa-kvittering": (acute_letters.RECEIPTS_RECEIPT,),
    "blind-kvit-foerste-bliver-staaende": (acute_letters.NEGATIVE_STANDS,),
    "blind-eds-afsender-og-modtager-byttet": (home_care_line.STATUS_SWAPPED,),
    "blind-diag-tekst-fra-icpc": (card_documents.ICPC_TEXT,),
    "blind-diag-privat-bagefter-bliver": (diagnosis_cards.KEEPS_PRIVATE,),
    "blind-diag-tomt-kort-delt": (diagnosis_cards.EMPTY_DOCUMENT,),
    "blind-dis91-danske-bogstaver": (correspondence.SHOWN_RECODED,),
    "blind-indbakke-ser-kun-det-foerste-tal": (lab_normality.FIRST_ONLY,),
    "blind-indbakke-aflyst-aftale-taeller": (lab_inbox.CANCELLED_COUNTS,),
    "blind-indbakke-uden-log": (lab_views.NO_LOG,),
    "blind-liste-triple-whammy-uden-sammenhaeng": (patient_lists.APART,),
    "blind-kun-icpc-giver-adgang": (inclusion.ONLY_ICPC,),
    "blind-tilmelding-taender-alle-planer": (forloebsplaner.ENROLS_ALL,),
    "blind-ny-plan-taeller-paa-tvaers": (forloebsplaner.ANY_TYPE,),
    "blind-ny-formular-sletter-kladden": (forloebsplaner.NEW_FORM_CLEARS,),
    "blind-planen-kan-kun-ses-ude": (forloebsplaner.SECOND_LOGIN,),
    "blind-gensendt-henvisning-faar-nyt-nummer": (referrals.RESENDS_AS_NEW,),
    "blind-frafald-bliver-gennemfoert": (referrals.DROPOUT_AS_DONE,),
    "blind-nej-til-videregivelse-deles-alligevel": (assessments.SHARES_WITHOUT_CONSENT,),
    "blind-niveau-1-faar-ingen-tilbud": (referrals.BLOCKS_LEVEL,),
    "blind-fejl-ved-deling-overses": (sharing.CLAIMS_SHARED,),
    "blind-to-gyldige-udgaver": (outbox.ALWAYS_NEW,),
    "blind-udeblivelse-skjult-paa-niveau-1": (populations.NO_SHOW_PROACTIVE,),
    "blind-tilbagetrukket-profil-bruges": (populations.KEEPS_WITHDRAWN,),
    "blind-drift-gemt-uden-at-vaere-det": (forloebsplaner.CLAIMS_SENT, forloebsplaner.FAILURE_CLEARS),
}
"""By the second name: the defects it is, by their first names."""

FAULTS: Final = (*OTHER_NAMES,)


def by_first_names(faults: frozenset[str]) -> frozenset[str]:
    """`faults`, and by its first name each that is given by its second. `faults` itself where none is."""
    added = [first for second, names in OTHER_NAMES.items() if second in faults for first in names]
    return faults.union(added) if added else faults
