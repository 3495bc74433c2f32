"""A made-up clinic of 2,000 patients with every edge case of inclusion, the same for the same seed; none of them can be a person.

Their ids look like CPR numbers, but the month is 21–32: no CPR number, and no replacement for one, is written so. Codes are those
of domain knowledge (fixtures/terminology/); which of them a profile includes is not decided here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

SIZE: Final = 2000
ICPC: Final = "ICPC-2"
ICD: Final = "ICD-10"


@dataclass(frozen=True, slots=True)
class GeneratedDiagnosis:
    """A coded diagnosis. `own`: this clinic made it. `kind` is what a system calls its art; `closed`: it is no longer current."""

    system: str
    code: str
    coded: date
    own: bool = True
    kind: str = "Egen"
    private: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class GeneratedPatient:
    """A patient of the clinic's system. `own_clinic` is False for one who only visits; `moved` is the day it left the clinic.

    `edge` says in Danish which edge case it was made for, with the disease; empty for an ordinary patient.
    """

    id: str
    born: date
    diagnoses: tuple[GeneratedDiagnosis, ...] = ()
    own_clinic: bool = True
    moved: date | None = None
    died: date | None = None
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Disease:
    """A disease by its codes: ICPC-2, ICD-10 (SKS), one of a longer spelling, and a neighbour that is another disease."""

    name: str
    icpc: str
    icd: str
    longer: str
    neighbour: str


DISEASES: Final = (
    Disease("KOL", "R95", "DJ449", "DJ441", "R79"),
    Disease("type 2-diabetes", "T90", "DE119", "DE119A", "T89"),
    Disease("iskæmisk hjertesygdom", "K74", "DI251", "DI259", "K77"),
    Disease("lænderygsmerter", "L84", "DM512", "DM545", "L02"),
)
"""The diseases of the first pakkeforløb and plans. DM512 stands for two ICPC-2 codes (L84 and L86)."""


def generate_clinic(seed: int, today: date) -> tuple[GeneratedPatient, ...]:
    """The clinic's patients on `today`, in mixed order: each edge case for each disease, and ordinary patients up to SIZE.

    Raises ValueError on 29 February, when nobody turns 18, and on the days beside it.
    Example: `len(generate_clinic(1, date(2026, 10, 5))) == 2000`.
    """
    numbers = random.Random(seed)
    patients = [*_edges(today)]
    patients += [_ordinary(numbers, today) for _ in range(SIZE - len(patients))]
    numbers.shuffle(patients)
    return tuple(replace(each, id=_no_cpr(each.born, number)) for number, each in enumerate(patients))


def _no_cpr(born: date, number: int) -> str:
    return f"{born.day:02}{born.month + 20:02}{born.year % 100:02}{number:04}"


def _edges(today: date) -> Iterator[GeneratedPatient]:
    for disease in DISEASES:
        for name, patient in edge_cases(disease, today).items():
            yield replace(patient, edge=f"{disease.name}: {name}")


def edge_cases(disease: Disease, today: date) -> dict[str, GeneratedPatient]:
    """Each edge case by name, still without an id: changes of the usual patient, this clinic's and coded last year in ICPC-2."""
    usual = GeneratedPatient("", _turns(59, today), (GeneratedDiagnosis(ICPC, disease.icpc, today - timedelta(days=400)),))
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    others = ((ICPC, other.icpc) for other in DISEASES if other is not disease)
    return {
        "almindelig": usual,
        "fyldte 18 i går": replace(usual, born=_turns(18, yesterday)),
        "fylder 18 i dag": replace(usual, born=_turns(18, today)),
        "fylder 18 i morgen": replace(usual, born=_turns(18, tomorrow)),
        "født den 29. februar": replace(usual, born=date(1960, 2, 29)),
        "født i dag": _with(replace(usual, born=today), coded=today),
        "over 100 år": replace(usual, born=_turns(103, today)),
        "kodet dagen før 18-årsdagen": _coded_around_18(usual, today, -1),
        "kodet på 18-årsdagen": _coded_around_18(usual, today, 0),
        "kodet dagen efter 18-årsdagen": _coded_around_18(usual, today, 1),
        "kodet i dag": _with(usual, coded=today),
        "kun ICD-10": _with(usual, system=ICD, code=disease.icd),
        "ICD-10 med en anden underkode": _with(usual, system=ICD, code=disease.longer),
        "både ICPC-2 og ICD-10": _and(usual, (ICD, disease.icd)),
        "ICPC-2-kode skrevet som ICD-10": _with(usual, system=ICD),
        "samme diagnose to gange": _and(usual, (ICPC, disease.icpc)),
        "alle sygdommene": _and(usual, *others),
        "kun en nabokode": _with(usual, code=disease.neighbour),
        "også en nabokode": _and(usual, (ICPC, disease.neighbour)),
        "ingen diagnose": replace(usual, diagnoses=()),
        "privat diagnose": _with(usual, private=True),
        "afsluttet diagnose": _with(usual, closed=True),
        "diagnosen er en anden kliniks": _with(usual, own=False),
        "diagnosens art er en anden": _with(usual, kind="Anden"),
        "patienten hører til en anden klinik": replace(usual, own_clinic=False),
        "flyttet i går": replace(usual, own_clinic=False, moved=yesterday),
        "flytter i morgen": replace(usual, moved=tomorrow),
        "død": replace(usual, died=today - timedelta(days=30)),
        "død i dag": replace(usual, died=today),
    }


def _turns(age: int, day: date) -> date:
    """When somebody was born who turns `age` on `day`."""
    return day.replace(year=day.year - age)


def _with(patient: GeneratedPatient, **changes: object) -> GeneratedPatient:
    """The patient with every diagnosis changed so."""
    return replace(patient, diagnoses=tuple(replace(each, **changes) for each in patient.diagnoses))  # type: ignore[arg-type]


def _and(patient: GeneratedPatient, *codes: tuple[str, str]) -> GeneratedPatient:
    """The patient with these diagnoses besides, coded as the first one is."""
    first = patient.diagnoses[0]
    more = tuple(replace(first, system=system, code=code) for system, code in codes)
    return replace(patient, diagnoses=patient.diagnoses + more)


def _coded_around_18(patient: GeneratedPatient, today: date, days: int) -> GeneratedPatient:
    """The patient, now 25 years old, coded so many days after its 18th birthday."""
    born = _turns(25, today)
    return _with(replace(patient, born=born), coded=born.replace(year=born.year + 18) + timedelta(days=days))


def _ordinary(numbers: random.Random, today: date) -> GeneratedPatient:
    born = today - timedelta(days=numbers.randrange(95 * 365))
    diagnoses = tuple(_diagnosis(numbers, born, today) for _ in range(numbers.choice((0, 0, 0, 1, 1, 2))))
    return GeneratedPatient("", born, diagnoses, own_clinic=numbers.random() > 0.05)


def _diagnosis(numbers: random.Random, born: date, today: date) -> GeneratedDiagnosis:
    disease = numbers.choice(DISEASES)
    system, code = numbers.choice(((ICPC, disease.icpc), (ICD, disease.icd), (ICPC, disease.neighbour), (ICPC, "R96")))
    coded = born + timedelta(days=numbers.randrange((today - born).days + 1))
    return GeneratedDiagnosis(system, code, coded, own=numbers.random() > 0.1, private=numbers.random() < 0.03)
