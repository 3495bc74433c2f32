"""What one attempt knows of profiles and patients: what the cockpit published, what was registered, and whom that includes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from harness.conformance.behaviour import inclusion as rules
from harness.conformance.behaviour import population
from harness.domain.clock import COPENHAGEN_NAME
from harness.domain.inclusion import OWN_KIND, Code, CodedDiagnosis, PatientRecord, Standing, age_on, profile_of, why_excluded
from harness.lps.driver import Act, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, fact, sender
from harness.services.service import Order
from harness.steps.diseases import DISEASES
from harness.steps.story import ARRIVAL_SECONDS, Story

_FACTS: Final = {
    "KOL": "inklusion-kol",
    "lænderygsmerter": "inklusion-lrs",
    "type 2-diabetes": "inklusion-type-2-diabetes",
    "iskæmisk hjertesygdom": "inklusion-hjerte",
}
_TEXTS: Final = {
    # ICPC-2-DK: KvalitetsIT/cda-validator@ceb5c65, art-decor 1.2.208.184.11.4.
    # ICD-10: hl7dk/dk-sks-terminology-automation@226bba7.
    "R95": "Kronisk obstruktiv lungesygdom",
    "R79": "Kronisk bronkit",
    "R96": "Astma",
    "T90": "Diabetes type 2",
    "T89": "Diabetes type 1",
    "K74": "Iskæmisk hjertesygdom med angina pectoris",
    "K76": "Iskæmisk hjertesygdom uden angina pectoris",
    "L84": "Rygsyndrom uden smerteudstråling",
    "L86": "Rygsyndrom med smerteudstråling",
    "K87": "Kompliceret hypertension",
    "DE112": "Type 2-diabetes med nyrekomplikation",
    "DJ441": "KOL med akut eksacerbation UNS",
    "DJ449": "Kronisk obstruktiv lungesygdom UNS",
    "DM512": "Anden form for torakolumbal diskusprolaps",
}
_CODE: Final = re.compile(r"(\w+) i (ICPC-\d|ICD-\d+)")
_NEW: Final = "en ny kode"
_EARLIER: Final = timedelta(days=200)
_FETCHED: Final[Matcher] = sender("lps") & fact("transaction", "Profiler", "besked") & fact("taken", "ja", "svaret")


@dataclass(slots=True)
class Populations:
    """The profiles and people of one attempt, by disease and by the names features use."""

    story: Story
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, PatientRecord] = field(default_factory=dict)
    _since: int | None = None
    _looked: Shown | None = None
    _looked_first: Shown | None = None
    _new_codes: dict[str, str] = field(default_factory=dict)

    # What the cockpit does

    def publish(self, disease: str, content: Mapping[str, Any]) -> None:
        """The cockpit publishes a profile for the disease, or its next edition. `content` is in the contract's words."""
        name = DISEASES[disease].name
        self.publish_list(disease, name.lower(), {"sygdom": name, **content})

    def publish_list(self, title: str, id: str, content: Mapping[str, Any]) -> None:
        """The cockpit publishes a profile, or its next edition. One for no pakkeforløb says no disease."""
        self.profiles[title] = {"profil": id, "titel": title, **content}
        self._order(Order("udgiv", self.profiles[title]))

    def publish_agreed(self, disease: str) -> None:
        """The cockpit publishes the profile that fixtures/profiles/inklusion.yaml says."""
        agreed = self.story.profiles["inklusion"].facts[_FACTS[disease]].value
        assert isinstance(agreed, Mapping), f"{_FACTS[disease]} is a profile"
        self.publish(disease, agreed)

    def require(self, disease: str, **more: Any) -> None:
        """The profile's next edition asks for `more` besides."""
        self.publish(disease, {**self.profiles[disease], **more})

    def withdraw(self, disease: str) -> None:
        """The cockpit withdraws the profile."""
        self._order(Order("træk-tilbage", {"profil": self.profiles[disease]["profil"]}))

    def _order(self, order: Order) -> None:
        self._since = len(self.story.attempt.inbox.received)
        self.story.services.order("cockpit", order)

    def codes(self, told: str) -> list[dict[str, Any]]:
        """`R95 i ICPC-2 og DJ449 i ICD-10` as the contract writes it; `en ny kode i ICPC-3` is a code of this attempt only."""
        return [{"kodesystem": each.system, "koder": [each.code]} for each in self._codes(told)]

    def code(self, told: str) -> Code:
        """The one code named."""
        (code,) = self._codes(told)
        return code

    def _codes(self, told: str) -> list[Code]:
        for system in re.findall(rf"{_NEW} i (\S+)", told):
            mark = self._new_codes.setdefault(system, self.story.next_mark())
            told = told.replace(f"{_NEW} i {system}", f"{mark} i {system}")
        return [Code(system, code) for code, system in _CODE.findall(told)]

    # What is registered

    def establish(self, alias: str, *more: CodedDiagnosis, standing: Standing | None = None) -> None:
        """The patient is in the system with the diagnoses and the standing told so far and these, and with nothing else."""
        patient = self.story.patient(alias)
        known = self.people.get(alias, PatientRecord(patient.born, Standing.OWN, ()))
        self.people[alias] = replace(known, diagnoses=(*known.diagnoses, *more), standing=standing or known.standing)
        self.story.driver.admit_patient(patient)
        record = self.people[alias]
        diagnoses = [_as_json(each) for each in record.diagnoses]
        self._do(alias, "patient-udgangspunkt", tilknytning=str(record.standing), diagnoser=diagnoses)

    def diagnosed(self, told: str, **changes: Any) -> CodedDiagnosis:
        """A diagnosis the patient got some time ago: by this clinic and of the kind Egen, unless `changes` say otherwise."""
        made = changes.pop("made", None) or self.story.today - _EARLIER
        return CodedDiagnosis(self.code(told), made, **changes)

    def birthday(self, alias: str, age: int) -> date:
        """The day the patient reaches the age."""
        born = self.story.patient(alias).born
        return born.replace(year=born.year + age)

    def age(self, alias: str) -> int:
        """How old the patient is."""
        return age_on(self.story.patient(alias).born, self.story.today)

    def diagnose(self, alias: str, told: str) -> None:
        """The doctor makes a diagnosis today, in a system that has the profiles."""
        self._fetch()
        diagnosis = CodedDiagnosis(self.code(told), self.story.today)
        record = self.people[alias]
        self.people[alias] = replace(record, diagnoses=(*record.diagnoses, diagnosis))
        self._do(alias, "registrer-diagnose", diagnose=_as_json(diagnosis))

    def move(self, alias: str) -> None:
        """The patient leaves the clinic."""
        self.people[alias] = replace(self.people[alias], standing=Standing.MOVED)
        self._do(alias, "registrer-tilknytning", tilknytning=str(Standing.MOVED))

    def meet(self, alias: str) -> None:
        """The patient is in touch with the clinic, whose system has the profiles."""
        self._fetch()
        self._do(alias, "registrer-kontakt")

    def wait_for_birthday(self, alias: str) -> None:
        """Let time pass until noon on the patient's next birthday."""
        day = self.birthday(alias, self.age(alias) + 1)
        noon = datetime.combine(day, time(12), ZoneInfo(COPENHAGEN_NAME))
        self.story.time.until(lambda: False, (noon - self.story.time.now()).total_seconds())

    def _do(self, alias: str, act: str, **entered: Any) -> None:
        self.story.driver.do(Act(act, {"cpr": str(self.story.patient(alias).cpr), **entered}))

    # What is seen

    def _fetch(self) -> None:
        """The system has what the cockpit published last: by itself, or because its user asks for it."""
        if self._since is None:
            return
        missing = ""
        self.story.driver.do(Act("hent-profiler"))
        try:
            self.story.attempt.inbox.expect(_FETCHED, ARRIVAL_SECONDS, self._since)
        except Missing as explanation:
            missing = str(explanation)
        self.story.check(population.profiles_were_fetched, missing)
        self._since = None

    def look(self, read_off: bool = False) -> None:
        """The clinic looks at its population lists. What is counted there counts from the first look.

        `read_off`: what stands there is written down at once, since it is to be held against what was received.
        """
        self._fetch()
        self._looked = self.story.driver.show(View("populationslister"))
        if read_off:
            self.read_off()
            self._looked.rows("lister")
        self._looked_first = self._looked if read_off else self._looked_first or self._looked

    def read_off(self) -> None:
        """What is seen is held against what was received."""
        self._looked = self._looked and self._looked.read_off()
        self._looked_first = self._looked_first and self._looked_first.read_off()

    @property
    def _shown(self) -> tuple[Shown, ...]:
        return self._looked.rows("lister") if self._looked else ()

    @property
    def _first(self) -> tuple[Shown, ...]:
        return self._looked_first.rows("lister") if self._looked_first else ()

    def lists(self) -> tuple[str, ...]:
        """The diseases there are lists for, of those the cockpit published profiles for."""
        ids = [each.text("profil") for each in self._shown]
        return tuple(disease for disease, profile in self.profiles.items() if profile["profil"] in ids)

    def called(self, title: str) -> list[str]:
        """What the system calls the list of that profile; nothing where it has none."""
        return [each.text("titel") for each in self._shown if each.text("profil") == self.profiles[title]["profil"]]

    def shown(self, title: str) -> Shown:
        """The list as it was seen, with what it says of itself. Call after `rows`, which holds that it is there."""
        return next(each for each in self._shown if each.text("profil") == self.profiles[title]["profil"])

    def rows(self, disease: str) -> list[tuple[str, Shown]]:
        """The disease's list as it was seen: the scenario's people only, since other patients of the clinic may be on it too."""
        self.story.check(population.published_is_there, self.lists(), disease)
        return self._of(disease, self._shown)

    def _of(self, disease: str, lists: tuple[Shown, ...]) -> list[tuple[str, Shown]]:
        names = {str(self.story.patient(alias).cpr): alias for alias in self.people}
        found = (each for each in lists if each.text("profil") == self.profiles[disease]["profil"])
        return [(names[row.text("cpr")], row) for each in found for row in each.rows("patienter") if row.text("cpr") in names]

    def listed(self, disease: str) -> list[str]:
        """Who of the scenario's people is on the list, as often as the list has them."""
        return [alias for alias, _ in self.rows(disease)]

    def numbers(self, disease: str, name: str) -> dict[str, int]:
        """One number of the list, by person; a person without it is left out."""
        return {alias: row.number(name) for alias, row in sorted(self.rows(disease)) if name in row.content}

    def counted(self, disease: str, name: str) -> dict[str, int]:
        """What has been added to one number of the list since the clinic first looked at it."""
        first = self._first if self._looked_first is not self._looked else ()
        before = {alias: row.number(name) for alias, row in self._of(disease, first) if name in row.content}
        return {alias: number - before.get(alias, 0) for alias, number in self.numbers(disease, name).items()}

    def marked(self, disease: str) -> list[str]:
        """Who is shown as lacking planned activity."""
        return [alias for alias, row in self.rows(disease) if row.flag("manglerAktivitet")]

    def expected(self, disease: str) -> tuple[list[str], dict[str, str]]:
        """Whom the profile includes of the scenario's people, and for the others why it does not."""
        profile = profile_of(self.profiles[disease])
        why = {alias: why_excluded(profile, record, self.story.today) for alias, record in self.people.items()}
        return [alias for alias, reason in why.items() if not reason], {alias: reason for alias, reason in why.items() if reason}

    def included(self, disease: str) -> list[str]:
        """Whom the profile includes of the scenario's people, by the order of their names."""
        return sorted(self.expected(disease)[0])

    def check_list(self, disease: str, named: set[str]) -> None:
        """The list is exactly those the profile includes; the scenario names the same people."""
        included, excluded = self.expected(disease)
        assert set(included) == named, f"the scenario says {named}, its profile {included}"
        listed = self.listed(disease)
        self.story.check(rules.nobody_missing, listed, included)
        self.story.check(rules.nobody_too_many, listed, excluded)
        self.story.check(rules.each_once, listed)

    def check_agreed(self, disease: str) -> None:
        """The list is exactly those the agreed profile includes."""
        rule = rules.AGREED[_FACTS[disease]]
        with self.story.judged_by(rule):
            listed = self.listed(disease)
        self.story.check(rule, listed, *self.expected(disease))

    def course(self, alias: str) -> Shown:
        """The patient's own page."""
        return self.story.driver.show(View("patientens-pakkeforloeb", {"cpr": str(self.story.patient(alias).cpr)}))

    def proposed(self, alias: str) -> list[str]:
        """The diseases whose pakkeforløb the system proposes for the patient, of those with a profile."""
        shown = self.course(alias).texts("forslag")
        return [disease for disease, profile in self.profiles.items() if profile["profil"] in shown]


def _as_json(diagnosis: CodedDiagnosis) -> dict[str, str]:
    return {
        "kodesystem": diagnosis.code.system,
        "kode": diagnosis.code.code,
        "tekst": _TEXTS.get(diagnosis.code.code, "Kode i et nyt kodesystem"),
        "dato": diagnosis.made.isoformat(),
        "klinik": "egen" if diagnosis.own_clinic else "anden",
        "art": diagnosis.kind,
    }


OTHER_KIND: Final = f"Ikke {OWN_KIND.lower()}"
"""A kind that is not the own one. Which kinds systems have is not public."""
