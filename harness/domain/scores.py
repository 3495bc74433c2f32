"""The arithmetic of the questionnaires and measures in the plans: from answers to a score and its band.

Pure functions; bad answers raise ValueError with a Danish sentence. What no public source confirms is said in the result's
`unconfirmed`: a difference there is *afventer*, never a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """What came of an instrument.

    `band` is Danish, and empty where no band is known; `code` is MedCom's code (MCS) for the value; `source` tells where the
    rule stands; `unconfirmed` is a Danish phrase for what has no source, and empty when all has one.
    """

    instrument: str
    value: int | Decimal
    band: str
    code: str
    source: str
    unconfirmed: str = ""


CAT_THRESHOLD = 10
"""Below it the symptoms are few. Source: GOLD, as told on hypocampus.se."""


def cat(answers: Sequence[int]) -> Score:
    """CAT: eight answers, 0–5 each, added up (0–40); below 10 the symptoms are few.

    Source: the threshold from GOLD (hypocampus.se); the number of questions and their range are not confirmed.
    `cat([1, 2, 0, 1, 3, 0, 1, 1]).value == 9`
    """
    total = _sum("CAT", answers, 8, 5)
    band = "få symptomer" if total < CAT_THRESHOLD else "mange symptomer"
    unconfirmed = "antallet af spørgsmål (8) og svarenes område (0–5)"
    return Score("CAT", total, band, "MCS88137", "GOLD, grænsen 10 (hypocampus.se)", unconfirmed)


_MRC_UNCONFIRMED = "skalaens område (1–5) og forholdet til mMRC (0–4)"


def mrc(level: int) -> Score:
    """MRC, the Danish scale of breathlessness, 1–5. No band is known.

    Source: MedCom's code MCS88021 is the MRC scale; the range is not confirmed. `mrc(3).value == 3`
    """
    return Score("MRC", _within("MRC", level, 1, 5), "", "MCS88021", "MedCom, MCS (1.2.208.184.100.8)", _MRC_UNCONFIRMED)


def mrc_from_mmrc(level: int) -> Score:
    """The MRC level of an mMRC level (0–4): one higher. Not confirmed by a source. `mrc_from_mmrc(2).value == 3`"""
    return mrc(_within("mMRC", level, 0, 4) + 1)


def mmrc_from_mrc(level: int) -> Score:
    """The mMRC level (0–4) of an MRC level (1–5): one lower. MedCom has no code for it. Not confirmed by a source."""
    return Score("mMRC", _within("MRC", level, 1, 5) - 1, "", "", "ingen offentlig kilde", _MRC_UNCONFIRMED)


def gold_grade(fev1_fvc: Decimal, fev1_percent: Decimal) -> Score | None:
    """GOLD's spirometric grade 1–4, from two figures measured after a bronchodilator.

    `fev1_fvc` is the ratio as a fraction, `fev1_percent` FEV1 in per cent of what is expected. None when the ratio is 0.7 or
    more: then there is no grade. Source: GOLD (hypocampus.se; kol.astma-allergi.dk; DSAM, KOL): 1 from 80 %, 2 from 50 %,
    3 from 30 %, 4 below. `gold_grade(Decimal("0.62"), Decimal(79)).value == 2`
    """
    if not (fev1_fvc.is_finite() and 0 < fev1_fvc <= 1):
        raise ValueError("FEV1/FVC er et tal over 0 og højst 1")
    if not (fev1_percent.is_finite() and fev1_percent > 0):
        raise ValueError("FEV1 i procent af forventet er et tal over 0")
    if fev1_fvc >= Decimal("0.7"):
        return None
    grade = 1 + sum(fev1_percent < limit for limit in (80, 50, 30))
    return Score("GOLD", grade, f"GOLD {grade}", "MCS88058", "GOLD, spirometrisk grad (hypocampus.se; DSAM, KOL)")


_KEELE = "Keele University, STarT Back (physio-pedia.com; keele.ac.uk/sbst)"


def start_back(answers: Sequence[int]) -> Score:
    """STarT Back: nine answers in the order of the form, each 0 or 1; item 9 is 1 for "very much" and "extremely" only.

    The total is 0–9; items 5–9 are the distress subscale. Source: Keele, STarT Back.
    `start_back([1, 1, 1, 0, 1, 0, 0, 0, 0]).band == "mellem risiko"`
    """
    total = _sum("STarT Back", answers, 9, 1)
    return start_back_from_totals(total, sum(answers[4:]))


def start_back_from_totals(total: int, distress: int) -> Score:
    """The band of a total (0–9) with its distress subscale (0–5): high from a subscale of 4, low up to a total of 3, else medium.

    Raises ValueError also for two figures that cannot both be true. Source: Keele, STarT Back.
    """
    _within("STarT Back, i alt,", total, 0, 9)
    _within("STarT Back, delskalaen,", distress, 0, 5)
    if distress > total:
        raise ValueError("delskalaen i STarT Back kan ikke være større end det samlede tal")
    if total - distress > 4:
        raise ValueError("kun fire af spørgsmålene i STarT Back står uden for delskalaen")
    band = "høj risiko" if distress >= 4 else "lav risiko" if total <= 3 else "mellem risiko"
    return Score("STarT Back", total, band, "MCS88148", _KEELE)


def manniche(total: int) -> Score:
    """The pain part of Manniche's low back pain scale, 0–60. No band is known; how the answers add up is not sourced.

    Source: MedCom, dk-medcom-terminology, MedComObservationsCodes, MCS88147. `manniche(37).value == 37`
    """
    source = "MedCom, dk-medcom-terminology, MedComObservationsCodes, MCS88147"
    return Score("Manniche", _within("Manniche", total, 0, 60), "", "MCS88147", source)


_PROMIS_UNCONFIRMED = "at tallet er en T-score (gennemsnit 50, spredning 10), og at området er 0–100"


def promis10_physical(t_score: Decimal) -> Score:
    """PROMIS-10, physical health, as a T-score. The range 0–100 (five spreads to each side) is the project's own."""
    return Score("PROMIS-10, fysisk", _t_score(t_score), "", "MCS88195", "MedCom, MCS (1.2.208.184.100.8)", _PROMIS_UNCONFIRMED)


def promis10_mental(t_score: Decimal) -> Score:
    """PROMIS-10, mental health, as a T-score. The range 0–100 (five spreads to each side) is the project's own."""
    return Score("PROMIS-10, mentalt", _t_score(t_score), "", "MCS88196", "MedCom, MCS (1.2.208.184.100.8)", _PROMIS_UNCONFIRMED)


def who5(answers: Sequence[int]) -> Score:
    """WHO-5: five answers, 0–5 each, added up and multiplied by four (0–100); below 50 is a risk. Not confirmed by a source.

    `who5([3, 3, 2, 2, 2]).value == 48`
    """
    value = 4 * _sum("WHO-5", answers, 5, 5)
    band = "risiko for dårlig trivsel" if value < 50 else "ingen risiko"
    unconfirmed = "antallet af spørgsmål (5), svarenes område (0–5), beregningen (× 4) og grænsen (50)"
    return Score("WHO-5", value, band, "MCS88173", "MedCom, MCS (1.2.208.184.100.8)", unconfirmed)


def _sum(name: str, answers: Sequence[int], count: int, highest: int) -> int:
    if len(answers) != count:
        raise ValueError(f"{name} har {count} svar, men her er {len(answers)}")
    return sum(_within(f"svar {number} i {name}", each, 0, highest) for number, each in enumerate(answers, 1))


def _within(name: str, value: int, lowest: int, highest: int) -> int:
    if type(value) is not int or not lowest <= value <= highest:  # True is an int to Python, but no answer
        raise ValueError(f"{name} er et helt tal fra {lowest} til {highest}")
    return value


def _t_score(value: Decimal) -> Decimal:
    if not (value.is_finite() and 0 <= value <= 100):
        raise ValueError("en T-score er et tal fra 0 til 100")
    return value
