"""The population lists: profiles from Klinikens cockpit, whom they include, and what happened in each patient's pakkeforløb."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import httpx

from harness.domain.inclusion import Standing
from harness.domain.sharing import SharingStatus
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.inclusion import inclusion, patient_lists
from harness.lps.reference.inclusion.inclusion import Profile, Register
from harness.lps.reference.inclusion.patient_lists import is_patient_list, members_of, said_of
from harness.lps.reference.plan.courses import Activity, Course

NEVER_FETCHES: Final = "profiler-hentes-ikke"
KEEPS_FIRST: Final = "profil-bliver-i-første-udgave"
CLEARS_ALL: Final = "profil-tilbagetrukket-fjerner-alle-lister"
KNOWN_ONLY: Final = "profil-der-kommer-til-overses"
KEEPS_CRITERIA: Final = "profil-gamle-krav-bliver-stående"
MERGES_EDITIONS: Final = "profil-udgaver-lægges-sammen"
KEEPS_WITHDRAWN: Final = "profil-tilbagetrukket-bliver-stående"
ONLY_KOL: Final = "profil-kun-for-kol"
FREEZES: Final = "liste-nye-patienter-først-når-profilen-hentes"
TWICE: Final = "liste-én-linje-pr-diagnose"
FIRST_LIST_ONLY: Final = "liste-kun-den-første"
NOT_PROPOSED: Final = "forslag-mangler-ved-diagnosen"
NOT_AT_CONTACT: Final = "forslag-mangler-ved-kontakt"
PROPOSES_TO_ALL: Final = "forslag-ved-enhver-diagnose"
ONLY_OVERDUE: Final = "manglende-aktivitet-kun-overskredne"
EVER_PLANNED: Final = "manglende-aktivitet-én-gang-planlagt-er-nok"
NOT_YET: Final = "manglende-aktivitet-før-dagen-kommer"
NO_SHOW_LOST: Final = "liste-uden-udeblivelser"
NO_SHOW_ONCE: Final = "udeblivelse-overskriver-den-forrige"
CAME_AS_NO_SHOW: Final = "fremmøde-tæller-som-udeblivelse"
PLANS_NEXT_DAY: Final = "aktivitet-bliver-aftalt-dagen-efter"
NO_SHOW_PROACTIVE: Final = "udeblivelse-kun-synlig-på-niveau-2-og-3"
ONLY_LEVEL_3: Final = "liste-kun-niveau-3"
FOLLOW_UP_CUT: Final = "proaktiv-opfølgning-afkortes"
FOLLOW_UP_TWICE: Final = "proaktiv-opfølgning-står-to-gange-på-patienten"
FOLLOW_UP_NEXT_DAY: Final = "proaktiv-opfølgning-på-en-anden-dag"
FOLLOW_UP_ONCE: Final = "proaktiv-opfølgning-tæller-patienter"
COUNTS_EDITIONS: Final = "liste-tæller-udgaver-af-planer"
COUNTS_OTHERS: Final = "liste-tæller-andres-planer"
OTHER_DISEASE: Final = "liste-niveau-fra-en-anden-sygdom"
KEEPS_CODES: Final = "blind-kodelisten-er-braendt-fast"
PLANNED_ONLY: Final = "blind-overblik-uden-dem-uden-aftale"
FAULTS: Final = (
    *inclusion.FAULTS,
    *patient_lists.FAULTS,
    NEVER_FETCHES,
    KEEPS_FIRST,
    KNOWN_ONLY,
    CLEARS_ALL,
    KEEPS_CRITERIA,
    MERGES_EDITIONS,
    KEEPS_WITHDRAWN,
    ONLY_KOL,
    FREEZES,
    TWICE,
    FIRST_LIST_ONLY,
    NOT_PROPOSED,
    NOT_AT_CONTACT,
    PROPOSES_TO_ALL,
    ONLY_OVERDUE,
    EVER_PLANNED,
    NOT_YET,
    NO_SHOW_LOST,
    NO_SHOW_ONCE,
    CAME_AS_NO_SHOW,
    PLANS_NEXT_DAY,
    NO_SHOW_PROACTIVE,
    ONLY_LEVEL_3,
    FOLLOW_UP_CUT,
    FOLLOW_UP_TWICE,
    FOLLOW_UP_NEXT_DAY,
    FOLLOW_UP_ONCE,
    COUNTS_EDITIONS,
    COUNTS_OTHERS,
    OTHER_DISEASE,
    KEEPS_CODES,
    PLANNED_ONLY,
)


class Populations(Capability):
    """Profiles by id as they were fetched last, the register of diagnoses, and each patient's course."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.register = Register(means)
        self._profiles: dict[str, Profile] = {}
        self._known: set[str] = set()
        self._courses = means.clinic.courses
        self.acts = {
            "patient-udgangspunkt": self._set_out,
            "registrer-diagnose": self._diagnose,
            "registrer-tilknytning": self._stand,
            "registrer-kontakt": self._meet,
            "hent-profiler": self._fetch,
            "planlaeg-aktivitet": self._plan,
            "registrer-fremmoede": self._attend,
            "registrer-proaktiv-opfoelgning": self._follow_up,
        }
        self.views = {"populationslister": self._lists, "patientens-pakkeforloeb": self._course_shown}

    # The record

    def _set_out(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        self.register.diagnoses[cpr] = [_checked(each) for each in wish["diagnoser"]]
        self._courses[cpr] = Course()
        return self._stand(wish)

    def _diagnose(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, diagnosis = wish["cpr"], _checked(wish["diagnose"])
        self.register.diagnoses[cpr].append(diagnosis)
        for name, profile in self._pathways():
            proposed = diagnosis in self.register.matches(profile, cpr) and NOT_PROPOSED not in self._means.faults
            if proposed or PROPOSES_TO_ALL in self._means.faults:
                self._courses[cpr].proposed.append(name)
        return {}

    def _stand(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = wish["cpr"]
        self.register.standing[cpr] = wish["tilknytning"]
        if wish["tilknytning"] == Standing.DECEASED:
            self._means.clinic.deceased.add(cpr)
        else:
            self._means.clinic.deceased.discard(cpr)
        return {}

    def _meet(self, wish: dict[str, Any]) -> dict[str, Any]:
        course = self._courses[wish["cpr"]]
        for name, profile in self._pathways():
            included = self.register.matches(profile, wish["cpr"])
            if included and name not in course.proposed and NOT_AT_CONTACT not in self._means.faults:
                course.proposed.append(name)
        return {}

    def _pathways(self) -> list[tuple[str, Profile]]:
        """The profiles that are for a pakkeforløb, by id. Others only give a list."""
        return [(name, profile) for name, profile in self._profiles.items() if not is_patient_list(profile)]

    # The cockpit

    def _fetch(self, _: dict[str, Any]) -> dict[str, Any]:
        """The profiles in force. A cockpit that does not answer leaves the profiles as they were."""
        if NEVER_FETCHES in self._means.faults:
            return {}
        try:
            response = self._means.client.get(f"{self._means.services}/cockpit/profiler")
        except httpx.TransportError:
            return {}
        if response.status_code == httpx.codes.OK:
            self._take_over({each["profil"]: each for each in response.json()["profiler"]})
        return {}

    def _take_over(self, published: dict[str, Profile]) -> None:
        faults, before = self._means.faults, self._profiles
        if KEEPS_WITHDRAWN in faults:
            published = before | published
        if KEEPS_FIRST in faults:
            published |= {name: before[name] for name in before if name in published}
        if CLEARS_ALL in faults and before.keys() - published.keys():
            published = {}
        if KNOWN_ONLY in faults and before:
            published = {name: each for name, each in published.items() if name in before}
        for name in published.keys() & before.keys():
            if KEEPS_CRITERIA in faults:
                published[name] = before[name] | published[name]
            if KEEPS_CODES in faults:
                published[name]["koder"] = before[name]["koder"]
            if MERGES_EDITIONS in faults:
                published[name]["koder"] += before[name]["koder"]
        if ONLY_KOL in faults:
            published = {name: each for name, each in published.items() if each.get("sygdom") == "KOL"}
        if patient_lists.PATHWAYS_ONLY in faults:
            published = {name: each for name, each in published.items() if not is_patient_list(each)}
        unknown = {patient_lists.UNKNOWN[fault] for fault in faults & patient_lists.UNKNOWN.keys()}
        published = {name: each for name, each in published.items() if name not in unknown}
        self._profiles = published
        self.register.fetched = self.register.today
        self._known = {cpr for cpr, diagnoses in self.register.diagnoses.items() if diagnoses}

    def _members(self, profile: Profile) -> Iterator[str]:
        if is_patient_list(profile):
            yield from members_of(self.register, self._known, profile)
            return
        for cpr in self._known if FREEZES in self._means.faults else self.register.diagnoses:
            found = self.register.matches(profile, cpr)
            yield from [cpr] * (len(found) if TWICE in self._means.faults else bool(found))

    def _left(self, members: list[str]) -> list[str]:
        """Those of a list who are left on it, of a system that leaves some out."""
        members = [cpr for cpr in members if not self._courses[cpr].over]
        planned = [cpr for cpr in members if self._courses[cpr].activities]
        return planned if planned and PLANNED_ONLY in self._means.faults else members

    # The course

    def _plan(self, wish: dict[str, Any]) -> dict[str, Any]:
        later = timedelta(days=PLANS_NEXT_DAY in self._means.faults)
        activity = Activity(wish["aktivitet"], date.fromisoformat(wish["dato"]) + later)
        self._courses[wish["cpr"]].activities.append(activity)
        return {}

    def _attend(self, wish: dict[str, Any]) -> dict[str, Any]:
        activities = self._courses[wish["cpr"]].activities
        (activity,) = (each for each in activities if each.text == wish["aktivitet"])
        if NO_SHOW_ONCE in self._means.faults:
            activities[:] = [each for each in activities if each.came is not False]
        activity.came = wish["moedt"] and CAME_AS_NO_SHOW not in self._means.faults
        return {}

    def _follow_up(self, wish: dict[str, Any]) -> dict[str, Any]:
        text = wish["tekst"][:100] if FOLLOW_UP_CUT in self._means.faults else wish["tekst"]
        self._courses[wish["cpr"]].follow_ups.append((text, self.register.today))
        return {}

    def _lacks_activity(self, course: Course) -> bool:
        """Whether nothing is planned for the patient from today on."""
        today, faults = self.register.today, self._means.faults
        open_days = [each.day for each in course.activities if each.came is None]
        if ONLY_OVERDUE in faults:
            return any(day < today for day in open_days)
        if EVER_PLANNED in faults:
            return not course.activities
        if NOT_YET in faults:
            return today not in open_days
        return not any(day >= today for day in open_days)

    def level(self, cpr: str, disease: str) -> int | None:
        """The level in the newest edition of the patient's newest plan for the disease."""
        levels, every = self._means.level_texts(), OTHER_DISEASE in self._means.faults
        plans = [file.newest.plan for file in self._means.clinic.plans_of(cpr)]
        about = [plan for plan in plans if every or plan.disease.name == disease]
        found = [levels[text] for plan in about for text in plan.interventions if text in levels]
        return found[-1] if found else None

    def _shared_plans(self, cpr: str) -> int:
        clinic = self._means.clinic
        plans = [*clinic.plans.values()] if COUNTS_OTHERS in self._means.faults else clinic.plans_of(cpr)
        shared = [[each for each in file.editions if each.status is SharingStatus.SHARED] for file in plans]
        if COUNTS_EDITIONS in self._means.faults:
            return sum(map(len, shared))
        return sum(map(bool, shared))

    # What the user sees

    def _lists(self, _: dict[str, Any]) -> dict[str, Any]:
        faults, shown, listed = self._means.faults, [], set[str]()
        for name, profile in self._profiles.items():
            members = self._left(list(self._members(profile)))
            once = FIRST_LIST_ONLY in faults or (patient_lists.ONE_LIST_EACH in faults and is_patient_list(profile))
            rows = [self._row(profile, cpr) for cpr in members if not (once and cpr in listed)]
            listed |= set(members)
            shown.append({"profil": name, "udgave": profile["udgave"], **said_of(profile, faults), "patienter": rows})
        return {"lister": shown}

    def _row(self, profile: Profile, cpr: str) -> dict[str, Any]:
        course, faults = self._courses[cpr], self._means.faults
        no_shows = sum(each.came is False for each in course.activities)
        row: dict[str, Any] = {
            "cpr": cpr,
            "manglerAktivitet": self._lacks_activity(course),
            "udeblivelser": 0 if NO_SHOW_LOST in faults else no_shows,
            "planer": self._shared_plans(cpr),
            "opfoelgninger": min(len(course.follow_ups), 1) if FOLLOW_UP_ONCE in faults else len(course.follow_ups),
        }
        level = self.level(cpr, profile["sygdom"]) if "sygdom" in profile else None
        if level and not (ONLY_LEVEL_3 in faults and level < 3):
            row["niveau"] = level
        return row

    def _course_shown(self, wish: dict[str, Any]) -> dict[str, Any]:
        course = self._courses[wish["cpr"]]
        no_shows = [{"aktivitet": each.text, "dato": each.day.isoformat()} for each in course.activities if each.came is False]
        if NO_SHOW_PROACTIVE in self._means.faults and self.level(wish["cpr"], "KOL") not in (2, 3):
            no_shows = []
        later = timedelta(days=FOLLOW_UP_NEXT_DAY in self._means.faults)
        follow_ups = [{"tekst": text, "dato": (day + later).isoformat()} for text, day in course.follow_ups]
        return {
            "forslag": course.proposed,
            "udeblivelser": no_shows,
            "opfoelgninger": follow_ups * (2 if FOLLOW_UP_TWICE in self._means.faults else 1),
        }


def _checked(diagnosis: dict[str, Any]) -> dict[str, Any]:
    """A diagnosis of the test interface. Raises KeyError for what is missing and ValueError for a day that is none."""
    date.fromisoformat(diagnosis["dato"])
    return {name: diagnosis[name] for name in ("kodesystem", "kode", "tekst", "dato", "klinik", "art")}
