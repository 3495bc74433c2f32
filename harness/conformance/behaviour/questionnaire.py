"""What must hold of the questionnaires and the patients' answers. Subject `pro`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_BEFORE = f"{MODEL}, Differentiering: spørgeskema forud for konsultationen (KP-05)"
_PACKAGES = "MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 2: PRO-pakker for KOL og lænderygsmerter"
_REPORT = "MedCom, RPT01 (MEDRPT R0131K); MedComs stilark fra MEDRPT R0131K til LaboratoryReport"
_DUPLICATES = "MedCom, Reliable Messaging (VANS og EHMI): dubletter og genfremsendelse"
_QRD = "MedCom, QRD-DK 1.2"

_pro = rules_about("pro")


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score as a system shows it: MedCom's code for it (MCS), its value, the patient's remark, and the day it was answered."""

    code: str
    value: str
    remark: str
    day: date | None = None
    current: bool = True
    warned: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.value}"


def of_answer(shown: Iterable[ShownScore], mark: str) -> tuple[ShownScore, ...]:
    """The scores shown with this answer's remark."""
    return tuple(each for each in shown if mark in each.remark)


def _same(shown: str, sent: str) -> bool:
    """Whether both are the same number: a decimal comma is a point, and 40 is 40.0."""
    try:
        return Decimal(shown.strip().replace(",", ".")) == Decimal(sent)
    except InvalidOperation:
        return False


@_pro("PRO-R01", "Den bestilte spørgeskemapakke når frem til Web-patient", Grade.F2, _PACKAGES)
def package_is_ordered(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when the order came."""
    return breach(RECEIVER, "bestillingen", missing) if missing else HOLDS


@_pro("PRO-R02", "Spørgeskemaet bliver bestilt til den patient, det er til", Grade.F1, _PACKAGES)
def for_the_patient(strays: int) -> Outcome:
    """`strays` counts orders that came instead for another patient, who is not shown."""
    return breach(RECEIVER, "pakken til patienten selv", "en pakke til en anden patient") if strays else HOLDS


@_pro("PRO-R03", "Pakken spørger om netop de skemaer, der hører til den", Grade.F3, _PACKAGES, fact="pro-pakker")
def package_is_whole(asked: Collection[str], wanted: Collection[str]) -> Outcome:
    """`asked` are the MCS codes in the order, `wanted` those the profile has for the package; in any order."""
    if set(asked) == set(wanted):
        return HOLDS
    return breach(RECEIVER, ", ".join(sorted(wanted)), ", ".join(sorted(asked)) or "ingen")


@_pro("PRO-R04", "En pakke, Web-patient ikke har taget imod, bliver ikke vist som sendt", Grade.F2, _BEFORE)
def not_shown_as_sent(status: str) -> Outcome:
    """`status` is what the system shows of the package."""
    return breach(SCREEN, "ikke sendt", status) if status == "sendt" else HOLDS


@_pro("PRO-R05", "Pakken er bestilt netop én gang", Grade.F3, _BEFORE)
def ordered_once(numbers: Collection[str]) -> Outcome:
    """`numbers` are the numbers of the orders Web-patient took for this package, however often each was sent."""
    count = len(set(numbers))
    return HOLDS if count == 1 else breach(RECEIVER, "1 bestilling", f"{count} bestillinger")


@_pro("PRO-R06", "Systemet viser de pakker, patienten har fået", Grade.F3, _PACKAGES)
def packages_are_shown(shown: Collection[str], wanted: Collection[str]) -> Outcome:
    """`shown` are the packages the system shows as sent to the patient; `wanted` must be among them."""
    lacking = sorted(set(wanted) - set(shown))
    return breach(SCREEN, ", ".join(lacking), ", ".join(sorted(shown)) or "ingen pakker") if lacking else HOLDS


@_pro("PRO-R10", "Patientens score bliver vist under det rigtige skema", Grade.F2, _BEFORE)
def score_is_shown(shown: Sequence[ShownScore], mark: str, code: str) -> Outcome:
    """`shown` are the patient's scores; one with `code` came with the answer that `mark` tells."""
    found = of_answer(shown, mark)
    return HOLDS if any(each.code == code for each in found) else breach(SCREEN, code, quoted(map(str, found), "ingenting"))


@_pro("PRO-R11", "Scoren er den, patienten fik", Grade.F1, _REPORT)
def score_is_unchanged(shown: Sequence[ShownScore], mark: str, code: str, value: str) -> Outcome:
    """`value` is the score as it was sent, with a decimal point."""
    wrong = [each for each in of_answer(shown, mark) if each.code == code and not _same(each.value, value)]
    return breach(SCREEN, f"“{code} {value}”", quoted(map(str, wrong), "")) if wrong else HOLDS


@_pro("PRO-R12", "Scoren har den dag, patienten svarede", Grade.F2, _REPORT)
def day_is_own(shown: Sequence[ShownScore], mark: str, day: date) -> Outcome:
    """`day` is the day in Denmark on which the patient answered."""
    days = {each.day for each in of_answer(shown, mark)}
    return HOLDS if days == {day} else breach(SCREEN, str(day), ", ".join(sorted(str(each or "ingen dato") for each in days)))


@_pro("PRO-R13", "Et svar bliver vist netop én gang", Grade.F2, _DUPLICATES)
def shown_once(shown: Sequence[ShownScore], mark: str) -> Outcome:
    """However often the answer came."""
    count = len(of_answer(shown, mark))
    return HOLDS if count == 1 else breach(SCREEN, "1 gang", f"{count} gange")


@_pro("PRO-R14", "Patientens bemærkning står ved scoren, som den blev skrevet", Grade.F2, _REPORT)
def remark_is_there(shown: Sequence[ShownScore], mark: str, remark: str) -> Outcome:
    """`remark` is what the patient wrote, with the mark that begins it."""
    return stands_in(remark, [one_line(each.remark) for each in of_answer(shown, mark)], SCREEN, "ingenting")


@_pro("PRO-R16", "Et svar fra en ukendt patient bliver vist for sig eller afvist", Grade.F2, _DUPLICATES)
def stranger_is_told_of(texts: Sequence[str], mark: str, refused: bool) -> Outcome:
    """`texts` are the answers the system shows as nobody's; `refused` whether it told the sender that it cannot use this one."""
    if refused or any(mark in each for each in texts):
        return HOLDS
    return breach(SCREEN, "svaret for sig, eller en negativ kvittering", "ingen af delene")


@_pro("PRO-R17", "Et nyt svar fjerner ikke det tidligere", Grade.F2, _BEFORE)
def earlier_is_kept(shown: Sequence[ShownScore], mark: str, value: str) -> Outcome:
    """`mark` and `value` are those of the earlier answer."""
    if any(_same(each.value, value) for each in of_answer(shown, mark)):
        return HOLDS
    return breach(SCREEN, f"scoren {value}", quoted(map(str, shown), "ingenting"))


@_pro("PRO-R20", "En rettet score bliver vist", Grade.F1, _REPORT)
def correction_is_shown(shown: Sequence[ShownScore], mark: str, value: str) -> Outcome:
    """`value` is the corrected score; it counts now."""
    found = of_answer(shown, mark)
    if any(each.current and _same(each.value, value) for each in found):
        return HOLDS
    return breach(SCREEN, f"scoren {value}", quoted(map(str, found), "ingenting"))


@_pro("PRO-R21", "En score, der er rettet, gælder ikke længere", Grade.F1, _REPORT, fact="pro-rettelse")
def corrected_is_past(shown: Sequence[ShownScore], mark: str, value: str) -> Outcome:
    """`value` is the score before it was corrected."""
    still = [each for each in of_answer(shown, mark) if each.current and _same(each.value, value)]
    return breach(SCREEN, f"scoren {value} kun som tidligere score", f"scoren {value} som gældende") if still else HOLDS


@_pro("PRO-R22", "En score, der er rettet, kan stadig ses som tidligere score", Grade.F3, _REPORT, fact="pro-rettelse")
def corrected_is_kept(shown: Sequence[ShownScore], mark: str, value: str) -> Outcome:
    """`value` is the score before it was corrected."""
    if any(_same(each.value, value) for each in of_answer(shown, mark)):
        return HOLDS
    return breach(SCREEN, f"scoren {value} som tidligere score", "kun den rettede score")


@_pro("PRO-R30", "En umulig score bliver vist, som den kom, eller afvist", Grade.F1, _REPORT)
def impossible_is_not_hidden(shown: Sequence[ShownScore], mark: str, value: str, refused: bool) -> Outcome:
    """It neither vanishes nor becomes another. `refused` is whether the system told its sender, or shows it as not usable."""
    found = of_answer(shown, mark)
    if (found or refused) and all(_same(each.value, value) for each in found):
        return HOLDS
    return breach(SCREEN, f"scoren {value}, eller at svaret er afvist", quoted(map(str, found), "ingen af delene"))


@_pro("PRO-R31", "En umulig score bliver vist med en advarsel", Grade.F3, _REPORT, fact="pro-umulig-score")
def impossible_is_warned_of(shown: Sequence[ShownScore], mark: str) -> Outcome:
    """Where it is shown at all. What a system shall do with one is not decided."""
    warned = all(each.warned for each in of_answer(shown, mark))
    return HOLDS if warned else breach(SCREEN, "en advarsel ved scoren", "ingen advarsel")


@_pro("PRO-R40", "Patientens seneste score er til rådighed ved behovsvurderingen", Grade.F2, _BEFORE)
def score_is_at_hand(shown: Sequence[ShownScore], mark: str, value: str) -> Outcome:
    """`shown` is what the doctor sees with the behovsvurdering; `value` is the latest score, which nobody has corrected. Earlier
    ones may stand there too.
    """
    found = [each for each in of_answer(shown, mark) if _same(each.value, value)]
    if any(each.current for each in found):
        return HOLDS
    said = f"scoren {value} som rettet siden" if found else quoted(map(str, shown), "ingen scorer")
    return breach(SCREEN, f"scoren {value}", said)


@_pro("PRO-R50", "Patientens svar i et skema bliver vist, som patienten gav dem", Grade.F2, _QRD)
def answer_is_shown(shown: Sequence[tuple[str, str]], mark: str, said: str) -> Outcome:
    """`shown` are questions and answers; `mark` stands in the question, `said` is the answer: a number, or its text."""
    found = [answer for question, answer in shown if mark in question]
    if any(one_line(answer) == one_line(said) or _same(answer, said) for answer in found):
        return HOLDS
    return breach(SCREEN, f"“{said}”", quoted(found, "ingenting"))
