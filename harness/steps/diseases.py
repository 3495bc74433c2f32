"""The diseases with a pakkeforløb: what features call them, and the diagnosis codes the steps use and accept for them."""

from __future__ import annotations

from datetime import date
from typing import Final

from harness.domain.careplan import Diagnosis, Disease
from harness.lps.driver import CannotAct

DISEASES: Final = {
    "KOL": Disease.KOL,
    "lænderygsmerter": Disease.LRS,
    "type 2-diabetes": Disease.T2D,
    "iskæmisk hjertesygdom": Disease.HJERTE,
}

DISEASE: Final = f"(?P<disease>{'|'.join(DISEASES)})"
"""Where a disease's name stands in a step that is a regular expression."""

DIAGNOSES: Final = {
    # ICPC-2-DK displays: KvalitetsIT/cda-validator@ceb5c65, art-decor vocabulary 1.2.208.184.11.4. L84 is only an example of
    # a back diagnosis: which codes give access to the pakkeforløb is not decided.
    Disease.KOL: Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2)),
    Disease.LRS: Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 3, 2)),
    Disease.T2D: Diagnosis("T90", "Diabetes type 2", date(2026, 3, 2)),
    Disease.HJERTE: Diagnosis("K74", "Iskæmisk hjertesygdom med angina pectoris", date(2026, 3, 2)),
}

CODED_AS: Final = {
    # The ICPC-2 code, and the SKS codes it maps to: hl7dk/dk-sks-terminology-automation@226bba7, ConceptMap-icpc2-icd10.
    Disease.KOL: ("R95", "DJ43", "DJ44"),
    Disease.T2D: ("T90", "DE11"),
    Disease.HJERTE: ("K74", "DI20", "DI24", "DI25"),
    Disease.LRS: ("L84", "DM43", "DM46", "DM47", "DM48", "DM51", "DM53", "DS23", "DS33"),
}


def disease_called(name: str) -> Disease:
    """The disease features call `name`. Raises CannotAct when there is none."""
    if name not in DISEASES:
        raise CannotAct(f"Der er ingen plan for “{name}”. Kan være: {', '.join(DISEASES)}.")
    return DISEASES[name]
