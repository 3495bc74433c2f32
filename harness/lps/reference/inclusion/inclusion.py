"""The diagnoses in the record, how each patient stands to the clinic, and whom a profile of the cockpit includes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.lps.reference.capability import Means

BY_CHAPTER: Final = "inklusion-efter-kapitel"
ONLY_ICPC: Final = "inklusion-kun-icpc-2"
FIRST_SYSTEM: Final = "inklusion-kun-profilens-første-kodesystem"
BY_CATEGORY: Final = "inklusion-efter-icd-10-kategori"
KNOWN_SYSTEMS: Final = "inklusion-kun-kendte-kodesystemer"
IGNORES_ADDITIONAL: Final = "inklusion-uden-tillægsdiagnose"
OLDER_THAN: Final = "inklusion-først-året-efter-aldersgrænsen"
CALENDAR_AGE: Final = "inklusion-alder-efter-kalenderår"
AGE_THEN: Final = "inklusion-alder-da-profilen-blev-hentet"
AGE_NOW: Final = "inklusion-alder-nu-i-stedet-for-ved-diagnosen"
OTHERS_DIAGNOSES: Final = "inklusion-andre-klinikkers-diagnoser"
ONLY_OWN_DIAGNOSES: Final = "inklusion-altid-kun-egne-diagnoser"
ANY_KIND: Final = "inklusion-alle-arter"
OTHERS_PATIENTS: Final = "inklusion-andre-klinikkers-patienter"
THE_DEAD: Final = "inklusion-døde"
THE_MOVED: Final = "inklusion-flyttede"
KOL_ANY_CRITERION: Final = "inklusion-kol-ét-kriterium-er-nok"
T2D_AGE_NOW: Final = "inklusion-diabetes-kun-én-aldersgrænse"
FIVE_CODES: Final = "inklusion-kun-fem-koder"
NO_RADIATING: Final = "inklusion-uden-smerteudstråling"
DEAD_ON_LISTS: Final = "patientliste-beholder-døde"
BORN_1900: Final = "blind-barnet-bliver-hundrede-aar"
FAULTS: Final = (
    BY_CHAPTER,
    ONLY_ICPC,
    FIRST_SYSTEM,
    BY_CATEGORY,
    KNOWN_SYSTEMS,
    IGNORES_ADDITIONAL,
    OLDER_THAN,
    CALENDAR_AGE,
    AGE_THEN,
    AGE_NOW,
    OTHERS_DIAGNOSES,
    ONLY_OWN_DIAGNOSES,
    ANY_KIND,
    OTHERS_PATIENTS,
    THE_DEAD,
    THE_MOVED,
    KOL_ANY_CRITERION,
    T2D_AGE_NOW,
    FIVE_CODES,
    NO_RADIATING,
    BORN_1900,
)

Profile = dict[str, Any]
"""A profile as the cockpit publishes it (docs/klinikens-cockpit.openapi.yaml)."""


@dataclass(slots=True)
class Register:
    """Diagnoses and standing by CPR number, as they were entered; `fetched` is the day the profiles came."""

    means: Means
    diagnoses: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, str] = field(default_factory=dict)
    fetched: date | None = None

    def __contains__(self, fault: str) -> bool:
        return fault in self.means.faults

    @property
    def today(self) -> date:
        """The day on the clinic's calendar."""
        return copenhagen(self.means.clock.now()).date()

    def matches(self, profile: Profile, cpr: str) -> list[dict[str, Any]]:
        """The diagnoses for which the profile includes the patient today; none when it does not."""
        if not self._counts(profile, cpr):
            return []
        kept = self.diagnoses.get(cpr, [])
        found = [each for each in kept if self._coded(profile["koder"], each) and self._asked_for(profile, cpr, each)]
        extra = profile.get("tillaegsdiagnoser")
        if extra and IGNORES_ADDITIONAL not in self and not any(self._coded(extra, each) for each in kept):
            return []
        return found

    def _counts(self, profile: Profile, cpr: str) -> bool:
        """Whether the patient is one the list may have, whatever the diagnoses are."""
        standing = self.standing.get(cpr, "tilknyttet")
        kept = THE_DEAD in self or (DEAD_ON_LISTS in self and "sygdom" not in profile)
        if (standing == "død" and not kept) or (standing == "flyttet" and THE_MOVED not in self):
            return False
        own = standing == "tilknyttet" or not profile.get("kunKlinikkensPatienter") or OTHERS_PATIENTS in self
        if KOL_ANY_CRITERION in self and profile["sygdom"] == "KOL" and "arter" in profile:
            return own or self._old_enough(profile, cpr)
        return own and self._old_enough(profile, cpr)

    def _old_enough(self, profile: Profile, cpr: str) -> bool:
        if "alder" not in profile:
            return True
        born, limit = self.means.clinic.patients[cpr].born, profile["alder"]
        if BORN_1900 in self:
            born = born.replace(year=1900 + born.year % 100)
        today = self.fetched if AGE_THEN in self and self.fetched else self.today
        if CALENDAR_AGE in self:
            return bool(today.year - born.year >= limit)
        return today >= _birthday(born, limit + 1 if OLDER_THAN in self else limit)

    def _coded(self, sets: list[dict[str, Any]], diagnosis: dict[str, Any]) -> bool:
        system, code = diagnosis["kodesystem"], diagnosis["kode"]
        if (ONLY_ICPC in self and system == "ICD-10") or (KNOWN_SYSTEMS in self and system not in ("ICPC-2", "ICD-10")):
            return False
        if NO_RADIATING in self and code == "L86":
            return False
        for each in sets[:1] if FIRST_SYSTEM in self else sets:
            codes = each["koder"][:5] if FIVE_CODES in self else each["koder"]
            if each["kodesystem"] == system and (code in codes or self._near(system, code, codes)):
                return True
        return False

    def _near(self, system: str, code: str, codes: list[str]) -> bool:
        """What a system that compares only the beginning of codes takes for one of them."""
        length = 1 if BY_CHAPTER in self and system == "ICPC-2" else 4 if BY_CATEGORY in self and system == "ICD-10" else 0
        return bool(length) and any(each[:length] == code[:length] for each in codes)

    def _asked_for(self, profile: Profile, cpr: str, diagnosis: dict[str, Any]) -> bool:
        """Whether the diagnosis was made where, when and as the profile says."""
        only_own = (profile.get("kunKlinikkensDiagnoser") and OTHERS_DIAGNOSES not in self) or ONLY_OWN_DIAGNOSES in self
        if only_own and diagnosis["klinik"] != "egen":
            return False
        if "arter" in profile and diagnosis["art"] not in profile["arter"] and ANY_KIND not in self:
            return False
        if "alderVedDiagnosen" not in profile or (T2D_AGE_NOW in self and "alder" in profile):
            return True
        made = self.today if AGE_NOW in self and "alder" not in profile else date.fromisoformat(diagnosis["dato"])
        return made >= _birthday(self.means.clinic.patients[cpr].born, profile["alderVedDiagnosen"])


def _birthday(born: date, years: int) -> date:
    """The day somebody turns so many years old; who was born on 29 February, on 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
