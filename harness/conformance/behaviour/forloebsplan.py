"""What must hold of the plans of Digitale Forløbsplaner (FLP). Subject `forloebsplan`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.forloebsplan import Measurement, PlanStatus
from harness.domain.grade import Grade

_flp = rules_about("forloebsplan")
_NONE = "ingen tilmelding"
_REPORT = "KvalitetsIT, Digitale Forløbsplaner 1.0.1, Arkitektur"
_STEERING = "MedCom, styregruppemøde for digitale forløbsplaner 2024"
_MANUAL = "Kun kendt fra én leverandør (EG Clinea, manual, Opret elektroniske forløbsplaner fra journal)"
_ENROLMENT = f"{_REPORT}: klinik (tilmelding) (FLP-02)"
_DATA = f"{_STEERING}, punkt 9: datakomplethed (FLP-03); {MODEL}, Fælles digitalt overblik (KP-10)"
_RELEASES = f"{_STEERING}, punkt 9: driftsstabilitet og procedurer for releases (FLP-07)"
_SESSION = f"{_REPORT}: sessionsoverførsel (FLP-09)"


@_flp("FLP-R01", "Klinikken er tilmeldt netop de typer, den har valgt", Grade.F3, _ENROLMENT)
def enrolled_as_chosen(enrolled: Collection[str], chosen: Collection[str]) -> Outcome:
    """`enrolled` are the types FLP was told of, less those it was told to forget; both in the words features use."""
    if set(enrolled) == set(chosen):
        return HOLDS
    return breach(RECEIVER, quoted(sorted(chosen), _NONE), quoted(sorted(enrolled), _NONE))


@_flp("FLP-R02", "Systemet viser netop de tilmeldinger, som er modtaget", Grade.F2, _ENROLMENT)
def shown_as_enrolled(shown: Collection[str], enrolled: Mapping[str, bool]) -> Outcome:
    """`shown` are the types the system says the clinic is enrolled in; `enrolled` tells of each type in play what FLP took in."""
    wrong = [each for each, taken in enrolled.items() if taken != (each in shown)]
    if not wrong:
        return HOLDS
    return breach(SCREEN, quoted([each for each, taken in enrolled.items() if taken], _NONE), quoted(shown, _NONE))


@_flp(
    "FLP-R03",
    "En klinik, som ikke er tilmeldt, laver ikke planer af den type",
    Grade.F3,
    _MANUAL,
    fact="plan-kræver-tilmelding",
)
def no_plan_without_enrolment(sent: int) -> Outcome:
    """`sent` counts the messages with such a plan."""
    return breach(RECEIVER, "ingen plan", f"en plan i {sent} beskeder") if sent else HOLDS


@_flp("FLP-R04", "Framelding sletter planerne af den type og ingen andre", Grade.F3, _MANUAL, fact="framelding-sletter-planer")
def plans_go_with_enrolment(shown: Collection[str], kept: Collection[str]) -> Outcome:
    """`shown` are the types of plans the system shows of the patient."""
    return HOLDS if set(shown) == set(kept) else breach(SCREEN, quoted(sorted(kept), "ingen plan"), quoted(shown, "ingen plan"))


@_flp("FLP-R05", "Forløbsplanen kommer frem til Digitale Forløbsplaner", Grade.F2, f"{_REPORT}: forløb (FLP-02)")
def plan_arrives(missing: str) -> Outcome:
    """`missing` says in Danish what did come instead; empty when it arrived."""
    return breach(RECEIVER, "forløbsplanen", missing) if missing else HOLDS


@_flp("FLP-R06", "Forløbsplanen står under den rigtige patient", Grade.F1, f"{_REPORT}: patient (FLP-02)")
def plan_of_the_patient(strays: int) -> Outcome:
    """`strays` counts the messages with this plan's texts under another patient."""
    return breach(RECEIVER, "kun patientens egen plan", f"{strays} beskeder om en anden patient") if strays else HOLDS


@_flp("FLP-R07", "En måling i planen er patientens nyeste, med værdi, enhed og dag", Grade.F1, _DATA)
def measured_as_registered(delivered: Mapping[str, Measurement], registered: Mapping[str, Measurement]) -> Outcome:
    """Both by the names features use; what was not delivered is another rule's."""
    for name, each in registered.items():
        found = delivered.get(name, each)
        same_unit = found.unit == each.unit if each.unit else _NO_UNIT.fullmatch(found.unit)
        if (found.value, found.day) != (each.value, each.day) or not same_unit:
            return breach(RECEIVER, f"{name}: {_said(each)}", f"{name}: {_said(found)}")
    return HOLDS


_NO_UNIT = re.compile(r"(1|\{[^{}]*\})?")
"""How a score, which is a number, has its unit: nothing, 1, or any words in braces (UCUM, annotations)."""


def _said(each: Measurement) -> str:
    return f"{str(each.value).replace('.', ',')} {each.unit} målt {each.day:%d-%m-%Y}".replace("  ", " ")


@_flp("FLP-R08", "En måling, som ikke er registreret, bliver ikke opfundet", Grade.F1, _DATA)
def nothing_is_invented(delivered: Mapping[str, Measurement], name: str) -> Outcome:
    """`name` was never measured."""
    return breach(RECEIVER, f"ingen {name}", f"{name}: {_said(delivered[name])}") if name in delivered else HOLDS


@_flp("FLP-R09", "Brugeren kan se, hvad planen mangler", Grade.F3, _DATA)
def missing_is_told(shown: Collection[str], name: str) -> Outcome:
    """`shown` are the measurements the system says are missing."""
    return HOLDS if name in shown else breach(SCREEN, f"{name} mangler", quoted(shown, "ingen mangler"))


@_flp("FLP-R10", "Alle de målinger, formularen spørger til og klinikken har, er i planen", Grade.F3, _DATA)
def data_is_complete(delivered: Collection[str], registered: Collection[str]) -> Outcome:
    """Both by the names features use."""
    lacking = [name for name in registered if name not in delivered]
    return breach(RECEIVER, quoted(registered, "ingen målinger"), f"mangler {', '.join(lacking)}") if lacking else HOLDS


@_flp(
    "FLP-R11",
    "Det, lægen skrev, står netop én gang i planen, i sin egen del",
    Grade.F2,
    f"{_STEERING}, punkt 4: planen for KOL (FLP-04)",
)
def part_is_whole(parts: Sequence[tuple[str, str]], part: str, wanted: str) -> Outcome:
    """`parts` are the plan's texts, each with the part it stands in; the doctor wrote `wanted` in `part`."""
    if _places(parts, wanted) == [part]:
        return HOLDS
    return breach(RECEIVER, f"“{wanted}” én gang under {part}", quoted((f"{each}: {text}" for each, text in parts), "ingenting"))


def _places(parts: Iterable[tuple[str, str]], wanted: str) -> list[str]:
    """In which part `wanted` can be read, as often as it can."""
    return [part for part, text in parts for _ in range(one_line(text).count(one_line(wanted)))]


@_flp(
    "FLP-R12",
    "Planen er aktiv, når den er gemt",
    Grade.F3,
    "MedCom, Udbredelse af forløbsplaner i almen praksis 18. maj 2022, milepæl 2 (FLP-05), som ikke siger, hvad der udløser det",
    fact="automatisk-aktivering",
)
def plan_is_active(active: bool) -> Outcome:
    """`active` is what FLP was told of the plan."""
    return HOLDS if active else breach(RECEIVER, "en aktiv plan", "planen er ikke aktiv")


@_flp("FLP-R13", "Planen følger den udgave af formularen, der gælder", Grade.F3, _RELEASES)
def newest_form(used: int, newest: int) -> Outcome:
    """Both are numbers of editions."""
    return HOLDS if used == newest else breach(RECEIVER, f"udgave {newest}", f"udgave {used}")


@_flp("FLP-R14", "Systemet viser den anbefaling, der gælder", Grade.F3, _RELEASES)
def newest_advice(shown: str, newest: str) -> Outcome:
    """`newest` is the text FLP published last."""
    return stands_in(newest, [shown] if shown else [], SCREEN, "ingen anbefaling")


@_flp(
    "FLP-R15",
    "En plan er ny, når patienten ikke tidligere har fået en plan af samme type, og ellers vedligeholdt",
    Grade.F3,
    "MedCom, Digital Almen Praksis, status for projektet Forløbsplaner 15. april 2026, Monitorering (FLP-06)",
)
def counted_as(new: bool, wanted: bool) -> Outcome:
    """`new` is what the system said of the plan."""
    words = {True: "ny", False: "vedligeholdt"}
    return HOLDS if new == wanted else breach(RECEIVER, words[wanted], words[new])


@_flp("FLP-R16", "Planens side åbner fra systemet", Grade.F2, _SESSION)
def page_opens(missing: str) -> Outcome:
    """`missing` says in Danish what did come instead; empty when a page was opened."""
    return breach(RECEIVER, "en åben side", missing) if missing else HOLDS


@_flp("FLP-R17", "Siden er den rigtige patients og den rigtige plans", Grade.F1, _SESSION)
def right_page(strangers: int, types: Collection[str], wanted: str) -> Outcome:
    """`strangers` counts the pages of other patients that were opened; `types` are the plans of those opened."""
    if strangers:
        return breach(RECEIVER, "patientens egen side", "en anden patients side")
    wrong = [each for each in types if each != wanted]
    return breach(RECEIVER, f"siden for {wanted}", f"siden for {wrong[0]}") if wrong else HOLDS


@_flp("FLP-R18", "Systemet viser ikke en plan som sendt, før den er modtaget", Grade.F2, _RELEASES)
def not_shown_as_sent(status: str) -> Outcome:
    """`status` is where the system says the plan stands."""
    return breach(SCREEN, PlanStatus.NOT_SENT, status) if status == PlanStatus.SENT else HOLDS


@_flp("FLP-R19", "Det, lægen skrev, står stadig netop én gang i systemet", Grade.F2, _RELEASES)
def kept_in_system(parts: Sequence[tuple[str, str]], written: Sequence[tuple[str, str]]) -> Outcome:
    """`parts` are the plan's texts in the system; both are texts with the part they stand in."""
    wrong = [text for part, text in written if _places(parts, text) != [part]]
    return breach(SCREEN, f"“{wrong[0]}” én gang", quoted((text for _, text in parts), "ingenting")) if wrong else HOLDS


@_flp("FLP-R20", "En plan, der bliver sendt igen, er stadig én plan", Grade.F2, _RELEASES)
def one_plan(numbers: Collection[str]) -> Outcome:
    """`numbers` are the plan's number in each message that was taken in."""
    count = len(set(numbers))
    return HOLDS if count == 1 else breach(RECEIVER, "én plan", f"{count} planer")


@_flp(
    "FLP-R23",
    "Patienten har én forløbsplan af hver type",
    Grade.F2,
    f"{MODEL}, Fælles digitalt overblik – MinPlan: ikke forskellige versioner af oplysninger (KP-10)",
)
def only_plan_of_its_type(numbers: Collection[str]) -> Outcome:
    """`numbers` are the plan's number in each message about the patient's plan of that type."""
    count = len(set(numbers))
    return HOLDS if count == 1 else breach(RECEIVER, "én plan af den type", f"{count} planer")


@_flp("FLP-R24", "Det, klinikken siger til Digitale Forløbsplaner, er i dens eget navn", Grade.F2, f"{_REPORT}: klinik (FLP-02)")
def told_by_the_clinic(clinics: Collection[str], own: str) -> Outcome:
    """`clinics` are the SOR codes that enrolments, plans and requests for a page name; `own` is the clinic's."""
    strangers = sorted(set(clinics) - {own})
    return breach(RECEIVER, own, ", ".join(strangers)) if strangers else HOLDS


@_flp("FLP-R21", "Udskriften har det, lægen skrev, og målingerne", Grade.F3, f"{MODEL}, Behandlingsplan (KP-09)")
def printed(lines: Sequence[str], texts: Sequence[str], values: Sequence[str]) -> Outcome:
    """`values` have a comma; a dot in print is as good."""
    page = one_line("\n".join(lines))
    lacking = [each for each in texts if one_line(each) not in page]
    lacking += [each for each in values if each not in page and each.replace(",", ".") not in page]
    return breach(SCREEN, f"“{lacking[0]}”", "mangler på udskriften") if lacking else HOLDS


@_flp(
    "FLP-R22",
    "Lægen arbejder fra klinikkens eget system uden at logge ind et andet sted",
    Grade.F4,
    "MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 3 (FLP-08)",
)
def no_second_login(asked: bool) -> Outcome:
    """`asked` says whether the user had to log in again."""
    return breach(SCREEN, "intet nyt login", "brugeren skulle logge ind igen") if asked else HOLDS
