"""Writes a patient's diagnosekort as MedCom's document, with the defects that one document can have."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType
from harness.domain.organisations import CLINIC, OTHER_CLINIC
from harness.domain.patient import Patient
from harness.lps.reference.capability import Means
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_condition_list
from harness.standards.fhir.messages import ConditionList, Diagnosis, Party, Person
from harness.standards.fhir.write import as_json, as_xml

ICPC_TEXT: Final = "diagnosekort-teksten-er-altid-icpc-2"
ONLY_ICPC: Final = "diagnosekort-taber-sks-koden"
NOTE_SHARED: Final = "diagnosekort-noten-deles"
NOTE_IN_TEXT: Final = "diagnosekort-noten-står-i-diagnoseteksten"
ALL_CURRENT: Final = "diagnosekort-alt-står-som-aktuelt"
ALL_COURSES: Final = "diagnosekort-alt-står-som-forløb"
NO_END: Final = "diagnosekort-afslutning-mangler"
NO_START: Final = "diagnosekort-debut-mangler"
START_IS_TODAY: Final = "diagnosekort-debut-er-registreringsdatoen"
OLD_ASSEMBLY: Final = "diagnosekort-tid-for-samling-bliver-stående"
LOCAL_AS_UTC: Final = "diagnosekort-dansk-tid-skrevet-som-utc"
SAME_ID: Final = "diagnosekort-samme-id-hver-gang"
TEXT_CUT: Final = "diagnosekort-lang-tekst-klippet"
NO_DANISH: Final = "diagnosekort-danske-bogstaver-tabt"
DOUBLES: Final = "diagnosekort-diagnosen-står-to-gange"
AS_XML: Final = "diagnosekort-skrevet-som-xml"
MAKES_UP_CODE: Final = "diagnosekort-opfinder-en-kode"
OTHERS_NAME: Final = "diagnosekort-med-en-anden-patients-navn"
OTHERS_CLINIC: Final = "diagnosekort-fra-en-anden-klinik"
TEXTS_SHIFTED: Final = "diagnosekort-teksterne-er-forskudt"
FIRST_START: Final = "diagnosekort-alle-får-den-førstes-debut"
START_AS_END: Final = "diagnosekort-relevant-er-afsluttet-ved-debut"
RECORDED_1900: Final = "diagnosekort-registreret-i-1900"
NO_PERSON: Final = "diagnosekort-uden-patientens-fornavn-køn-og-fødselsdato"
NO_CLINIC_NAME: Final = "diagnosekort-uden-klinikkens-navn"
NO_ADDRESS: Final = "diagnosekort-uden-adresse-på-sammensætningen"
OTHERS_NUMBER: Final = "diagnosekort-en-andens-cpr-nummer-i-teksten"
OTHER_PROFILE: Final = "diagnosekort-følger-en-anden-profil"
NO_D: Final = "blind-diag-kode-uden-d"
ENDED_STAYS_CURRENT: Final = "blind-diag-afsluttet-staar-aktuel"
FAULTS: Final = (
    ICPC_TEXT,
    ONLY_ICPC,
    NOTE_SHARED,
    NOTE_IN_TEXT,
    ALL_CURRENT,
    ALL_COURSES,
    NO_END,
    NO_START,
    START_IS_TODAY,
    OLD_ASSEMBLY,
    LOCAL_AS_UTC,
    SAME_ID,
    TEXT_CUT,
    NO_DANISH,
    DOUBLES,
    AS_XML,
    MAKES_UP_CODE,
    OTHERS_NAME,
    OTHERS_CLINIC,
    TEXTS_SHIFTED,
    FIRST_START,
    START_AS_END,
    RECORDED_1900,
    NO_PERSON,
    NO_CLINIC_NAME,
    NO_ADDRESS,
    OTHERS_NUMBER,
    OTHER_PROFILE,
    NO_D,
    ENDED_STAYS_CURRENT,
)

_ROOM: Final = 255
_OTHER_NUMBERS: Final = ("2512489996", "2509479989")
"""National test persons (MedCom, Nationale test-CPR-numre)."""
_STATUS: Final = {CardStatus.CURRENT: codes.CURRENT, CardStatus.RELEVANT: codes.RESOLVED}
_TYPE: Final = {told: code for code, told in codes.DIAGNOSIS_TYPE.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One diagnosis to be shared: what is said of it, when it was recorded, its note, and the codes' own texts."""

    said: CardDiagnosis
    recorded: date
    note: str
    icpc_text: str
    icd_text: str


class CardWriter:
    """Writes the cards of one clinic. What a defect repeats from the first document, it remembers by the patient."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._first: dict[str, ConditionList] = {}

    def write(self, patient: Patient, rows: tuple[Row, ...], changed: datetime) -> bytes:
        """The document (JSON) with these diagnoses; it is put together now."""
        faults, new_id = self._means.faults, self._means.new_id
        cpr, clinic = str(patient.cpr), OTHER_CLINIC if OTHERS_CLINIC in faults else CLINIC
        document = ConditionList(
            id=new_id(),
            identifier=new_id(),
            patient=self._person(patient),
            clinic=Party("" if NO_CLINIC_NAME in faults else clinic.name, clinic.sor, ydernummer=clinic.yder),
            changed=self._written(changed),
            assembled=self._written(self._means.clock.now()),
            diagnoses=tuple(self._diagnosis(each) for each in rows),
        )
        document = self._mixed_up(document)
        first = self._first.setdefault(cpr, document)
        if OLD_ASSEMBLY in faults:
            document = replace(document, assembled=first.assembled)
        if SAME_ID in faults:
            document = replace(document, identifier=first.identifier)
        if DOUBLES in faults:
            document = replace(document, diagnoses=(*document.diagnoses, *document.diagnoses[:1]))
        body = build_condition_list(document, as_xml if AS_XML in faults else as_json)
        return _with_notes(body, rows) if NOTE_SHARED in faults else self._spoilt(body, patient)

    def _person(self, patient: Patient) -> Person:
        others = [each for each in self._means.clinic.patients.values() if each is not patient]
        told = others[0] if OTHERS_NAME in self._means.faults and others else patient
        if NO_PERSON in self._means.faults:
            return Person(str(patient.cpr), "", patient.family)
        return Person(str(patient.cpr), " ".join(told.given), told.family, "female" if told.female else "male", told.born)

    def _spoilt(self, body: bytes, patient: Patient) -> bytes:
        """The document with what is wrong in how its resources are written."""
        faults = self._means.faults & {NO_ADDRESS, OTHERS_NUMBER, OTHER_PROFILE}
        if not faults:
            return body
        document: dict[str, Any] = json.loads(body)
        header = document["entry"][0]
        if NO_ADDRESS in faults:
            del header["fullUrl"]
        if OTHERS_NUMBER in faults:
            other = next(each for each in _OTHER_NUMBERS if each != str(patient.cpr))
            header["resource"]["text"]["div"] = header["resource"]["text"]["div"].replace(str(patient.cpr), other)
        if OTHER_PROFILE in faults:
            header["resource"]["meta"]["profile"] = [f"{codes.DOCUMENT_PROFILES}composition"]
        return json.dumps(document, ensure_ascii=False).encode()

    def _mixed_up(self, document: ConditionList) -> ConditionList:
        """What stands with one diagnosis stands with another."""
        rows = document.diagnoses
        if TEXTS_SHIFTED in self._means.faults:
            rows = tuple(replace(each, text=other.text) for each, other in zip(rows, (*rows[1:], *rows[:1]), strict=True))
        if FIRST_START in self._means.faults:
            rows = tuple(replace(each, began=rows[0].began) for each in rows)
        return replace(document, diagnoses=rows)

    def _written(self, moment: datetime) -> datetime:
        local = copenhagen(moment)
        return local.replace(tzinfo=moment.tzinfo) if LOCAL_AS_UTC in self._means.faults else local

    def _diagnosis(self, row: Row) -> Diagnosis:
        faults, said = self._means.faults, row.said
        began = row.recorded if START_IS_TODAY in faults else None if NO_START in faults else said.began
        icd = "" if ONLY_ICPC in faults and said.icpc else said.icd
        stays_current = ALL_CURRENT in faults or (ENDED_STAYS_CURRENT in faults and said.ended)
        ended_by_start = START_AS_END in faults and said.status == CardStatus.RELEVANT
        return Diagnosis(
            icpc=said.icpc or ("A97" if MAKES_UP_CODE in faults else ""),
            icd=icd.removeprefix("D") if NO_D in faults else icd,
            text=self._text(row),
            recorded=date(1900, 1, 1) if RECORDED_1900 in faults else row.recorded,
            status=codes.CURRENT if stays_current else _STATUS[CardStatus(said.status)],
            type=_TYPE[CardType.COURSE if ALL_COURSES in faults else CardType(said.type)],
            began=began,
            ended=None if NO_END in faults else said.ended or (said.began if ended_by_start else None),
        )

    def _text(self, row: Row) -> str:
        faults = self._means.faults
        text = (row.icpc_text if ICPC_TEXT in faults else "") or row.icd_text or row.icpc_text or row.said.text
        if NOTE_IN_TEXT in faults and row.note:
            text = f"{text} ({row.note})"
        if NO_DANISH in faults:
            text = text.translate(str.maketrans("æøåÆØÅ", "??????"))
        return text[:_ROOM] if TEXT_CUT in faults else text


def _with_notes(body: bytes, rows: tuple[Row, ...]) -> bytes:
    document: dict[str, Any] = json.loads(body)
    conditions = [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == "Condition"]
    for condition, row in zip(conditions, rows, strict=True):
        if row.note:
            condition["note"] = [{"text": row.note}]
    return json.dumps(document, ensure_ascii=False).encode()
