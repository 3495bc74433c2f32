"""What must hold of what the LPS delivers and registers, for the programme's counts to be right. Subject `monitorering`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.indicators import PlanCount, Share

_monitorering = rules_about("monitorering")

_STATUS: Final = "MedCom, Digital Almen Praksis, status for projektet Forløbsplaner 15. april 2026"
_QUALITY: Final = f"{MODEL}, Monitorering og kvalitetsudvikling"
_DOCUMENTED: Final = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-18)"


@_monitorering("MONI-R01", "Nye og vedligeholdte planer tæller rigtigt", Grade.F3, f"{_STATUS}, Ny plan")
def plans_are_counted(counted: PlanCount, right: PlanCount) -> Outcome:
    """`counted` is what the LPS's deliveries come to, `right` what the doctor did."""
    return HOLDS if counted == right else breach(RECEIVER, _plans(right), _plans(counted))


def _plans(count: PlanCount) -> str:
    return f"{count.new} ny, {count.maintained} vedligeholdt, {count.plans} forløb"


@_monitorering("MONI-R02", "Planen tæller for den klinik, der har lavet den", Grade.F3, f"{_STATUS}, Aktivt lægehus og OK22")
def counts_for_the_clinic(clinics: Collection[str], own: str) -> Outcome:
    """`clinics` are the SOR codes the deliveries count for; `own` is the clinic the system is set up for."""
    return HOLDS if set(clinics) == {own} else breach(RECEIVER, own, ", ".join(sorted(clinics)) or "ingen klinik")


@_monitorering(
    "MONI-R03", "En plan, der er lavet inden for fristen, tæller som det", Grade.F3, _QUALITY, fact="frist-behandlingsplan"
)
def counts_as_in_time(in_time: bool, made: date | None, last: date) -> Outcome:
    """`made` is the day the delivered plan says, `last` the last day of the deadline."""
    said = f"{made:%d-%m-%Y}" if made else "ingen dato"
    return HOLDS if in_time else breach(RECEIVER, f"senest {last:%d-%m-%Y}", said)


@_monitorering(
    "MONI-R04",
    "Et forløb tæller med eller uden planlagt opfølgning, som lægen har aftalt",
    Grade.F3,
    _QUALITY,
    fact="opfølgning-kodning",
)
def follow_up_is_counted(counted: Share, right: Share) -> Outcome:
    """Forløb with a planned follow-up, of all: by the plan delivered, and by what the doctor agreed."""
    return _same(RECEIVER, counted, right)


@_monitorering("MONI-R05", "Fremmøde og udeblivelser kan tælles", Grade.F3, f"{_QUALITY}, fremmøde")
def attendance_is_counted(counted: Share, right: Share) -> Outcome:
    """Activities the patient came to, of those with an outcome: as registered in the system, and as they were entered."""
    return _same(SCREEN, counted, right)


@_monitorering("MONI-R06", "Det kan tælles, om patienter på niveau 2 og 3 følger deres plan", Grade.F3, f"{_QUALITY}, Compliance")
def compliance_is_counted(counted: Share, right: Share) -> Outcome:
    """Patients who completed their activities, of those on level 2 and 3: as registered, and as entered."""
    return _same(SCREEN, counted, right)


@_monitorering("MONI-R07", "Det kan tælles, om klinikken har fulgt op på udeblivelser", Grade.F3, _DOCUMENTED)
def proactive_follow_up_is_counted(counted: Share, right: Share) -> Outcome:
    """Patients the clinic followed up, of those on level 2 and 3 with a no-show: as registered, and as entered."""
    return _same(SCREEN, counted, right)


def _same(place: str, counted: Share, right: Share) -> Outcome:
    return HOLDS if counted == right else breach(place, f"{right.part} af {right.whole}", f"{counted.part} af {counted.whole}")
