"""What must hold of a treatment plan's content and of its life in the LPS. Subject `behandlingsplan`.

Sharing itself is judged by `sharing`. A text is compared letter for letter, but for how its lines are broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.behaviour.sharing import current_with, told_once
from harness.conformance.rule import HOLDS, NotJudged, Outcome
from harness.domain.grade import Grade
from harness.domain.sharing import PlanInLps, SharedEdition, SharingStatus

_PLAN = f"{MODEL}, Behandlingsplan (KP-09)"
_OVERVIEW = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-10)"
_COMPLIANCE = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-11)"
_FOLLOW_UP = f"{MODEL}, Opfølgning ved det almenmedicinske tilbud (KP-14)"
_ADVICE = f"{MODEL}, Tværfaglig og -sektoriel sparring og rådgivning; Indledende behovsvurdering (KP-04)"
_PERMANENT = f"{MODEL}, Fase 3. Vedvarende forløb (KP-16)"
_SET_ID = "HL7 CDA R2, setId; MedCom, CPD-DK 1.0.1, eksempler (KvalitetsIT/cda-validator@ceb5c65)"
_RULES_ON_NSP = "NSPOP, Forløbsplaner, forretningsregler (nspop.dk, pageId 317884438)"

_plan = rules_about("behandlingsplan")


@dataclass(frozen=True, slots=True)
class Course:
    """A pakkeforløb as the LPS shows it. `own`: the patient makes contact; `lacking`: the user is told that nothing is agreed."""

    phase: int
    running: bool
    day: date | None
    own: bool
    lacking: bool
    form: str
    no_shows: tuple[date, ...]


@_plan("PLAN-R01", "Det, lægen skriver i planen, står i den delte plan", Grade.F2, _OVERVIEW)
def text_is_shared(editions: Sequence[SharedEdition], mark: str, text: str) -> Outcome:
    """`text` stands whole in the current edition, which is the one with `mark` in its goal."""
    return stands_in(text, _lines(editions, mark), RECEIVER, "ingen plan")


@_plan("PLAN-R02", "Det, der er rettet i planen, står ikke længere i sin gamle form", Grade.F1, _OVERVIEW)
def corrected_is_gone(editions: Sequence[SharedEdition], mark: str, text: str, old_mark: str) -> Outcome:
    """`text` is what it was corrected to. The old text, known by `old_mark`, may only stand as history beside the new."""
    alone = [line for line in _lines(editions, mark) if old_mark in line and one_line(text) not in line]
    return breach(RECEIVER, f"“{text}”", f"“{alone[0]}”") if alone else HOLDS


@_plan("PLAN-R03", "Det, lægen fjerner fra planen, står ikke længere i den delte plan", Grade.F2, _OVERVIEW)
def removed_is_gone(editions: Sequence[SharedEdition], mark: str, removed_mark: str) -> Outcome:
    """No line of the current edition has the removed text's mark."""
    lines = _lines(editions, mark)
    if not lines:
        return breach(RECEIVER, "planen uden det fjernede", "ingen plan")
    found = [line for line in lines if removed_mark in line]
    return breach(RECEIVER, "ikke det, der er fjernet", f"“{found[0]}”") if found else HOLDS


@_plan("PLAN-R04", "Det, der er skrevet i planen, står der én gang", Grade.F3, _OVERVIEW)
def stands_once(editions: Sequence[SharedEdition], mark: str, marks: Sequence[str]) -> Outcome:
    """Of the texts that were written, known by their marks, none is there twice in the current edition, as DELING-17 reads it."""
    edition = current_with(editions, mark)
    return told_once(edition, marks) if edition else HOLDS


@_plan("PLAN-R05", "Udskriften har det samme indhold som planen", Grade.F3, _PLAN)
def print_is_whole(printed: Sequence[str], texts: Sequence[str]) -> Outcome:
    """Each of `texts`, which the doctor wrote, can be read in the print, however it is laid out."""
    whole = one_line(" ".join(printed))
    lacking = [text for text in texts if one_line(text) not in whole]
    return breach("i udskriften", f"“{lacking[0]}”", quoted(printed, "en tom udskrift")) if lacking else HOLDS


@_plan(
    "PLAN-R06", "Det fremgår af den delte plan, at patienten selv tager kontakt", Grade.F3, _FOLLOW_UP, fact="eget-ansvar-kodning"
)
def responsibility_is_shared(editions: Sequence[SharedEdition], mark: str, text: str) -> Outcome:
    """`text` is how the profile says it stands in a plan."""
    lines = _lines(editions, mark)
    return HOLDS if one_line(text) in lines else breach(RECEIVER, f"“{text}”", quoted(lines, "ingen plan"))


@_plan("PLAN-R07", "Kun den opfølgning, der gælder nu, står i den delte plan", Grade.F3, _FOLLOW_UP, fact="opfølgning-kodning")
def former_follow_up_is_gone(editions: Sequence[SharedEdition], mark: str, former: str) -> Outcome:
    """`former` is how the profile writes the follow-up that was agreed before."""
    lines = _lines(editions, mark)
    if not lines:
        return breach(RECEIVER, "planen", "ingen plan")
    return breach(RECEIVER, "kun det, der er aftalt nu", f"også “{former}”") if one_line(former) in lines else HOLDS


@_plan(
    "PLAN-R08",
    "Patienten har ikke både en aftalt opfølgning og selv ansvaret for den",
    Grade.F3,
    _FOLLOW_UP,
    fact="eget-ansvar-kodning",
)
def responsibility_is_gone(editions: Sequence[SharedEdition], mark: str, text: str) -> Outcome:
    """`text` is how the profile says that the patient makes contact."""
    lines = _lines(editions, mark)
    if not lines:
        return breach(RECEIVER, "planen", "ingen plan")
    return breach(RECEIVER, "kun den aftalte opfølgning", f"også “{text}”") if one_line(text) in lines else HOLDS


@_plan("PLAN-R09", "Den aftalte opfølgning kan ses, også når dagen er gået", Grade.F3, _FOLLOW_UP)
def day_is_shown(course: Course, day: date, today: date) -> Outcome:
    """`day` is the one agreed last. When it has passed, a system may tell instead that the next one lacks."""
    if course.day == day or (course.lacking and day < today):
        return HOLDS
    return breach(SCREEN, f"{day:%d-%m-%Y}", _follow_up(course))


@_plan("PLAN-R10", "Systemet viser, når næste opfølgning mangler", Grade.F3, _FOLLOW_UP)
def lack_is_shown(course: Course) -> Outcome:
    """A follow-up was held and nothing agreed. A system that has the user agree on the next one at once shows a day."""
    if course.day or course.own or course.lacking:
        return HOLDS
    return breach(SCREEN, "en dag, patientens eget ansvar, eller at opfølgningen mangler", _follow_up(course))


@_plan("PLAN-R11", "Systemet viser, hvordan opfølgningen skal foregå", Grade.F3, _FOLLOW_UP)
def form_is_shown(course: Course, form: str) -> Outcome:
    """`form` is what the doctor chose: at the doctor's, by video, or by other staff."""
    return HOLDS if course.form == form else breach(SCREEN, form, course.form or "ingenting")


@_plan("PLAN-R12", "Systemet viser, at patienten udeblev", Grade.F2, _COMPLIANCE)
def no_show_is_shown(course: Course, days: Sequence[date]) -> Outcome:
    """`days`: that of the follow-up which the patient did not come to, and that on which the clinic registered it."""
    if set(days) & set(course.no_shows):
        return HOLDS
    return breach(
        SCREEN, f"udeblevet {days[0]:%d-%m-%Y}", quoted((f"{each:%d-%m-%Y}" for each in course.no_shows), "ingen udeblivelse")
    )


@_plan("PLAN-R13", "En sparring kan ses, og om den er besvaret", Grade.F3, _ADVICE)
def question_is_shown(questions: Mapping[str, bool], text: str, answered: bool) -> Outcome:
    """`questions` are those the system shows, and whether it shows them as answered."""
    said = [is_answered for question, is_answered in questions.items() if one_line(text) in one_line(question)]
    if said and set(said) == {answered}:
        return HOLDS
    words = {True: "besvaret", False: "ubesvaret"}
    return breach(SCREEN, f"“{text}” som {words[answered]}", f"vist som {words[said[0]]}" if said else "ikke vist")


@_plan("PLAN-R14", "Klinikkens ændring fjerner ikke andres del af planen", Grade.F2, _OVERVIEW)
def others_part_stands(editions: Sequence[SharedEdition], text: str) -> Outcome:
    """One edition of the plan is current, and it has what the other actor wrote."""
    current = [edition for edition in editions if edition.current]
    if len(current) != 1:
        return breach(RECEIVER, "1 gældende udgave af planen", f"{len(current)} gældende udgaver")
    return stands_in(text, [one_line(line) for line in current[0].text.split("\n")], RECEIVER, "ingenting")


@_plan("PLAN-R15", "Klinikkens egen ændring er delt, eller lægen kan se, at den ikke er", Grade.F2, _OVERVIEW)
def own_part_is_not_lost(editions: Sequence[SharedEdition], shown: PlanInLps, text: str) -> Outcome:
    """`shown` is the plan as the LPS shows it."""
    if any(edition.current and one_line(text) in one_line(edition.text) for edition in editions):
        return HOLDS
    if shown.status is not SharingStatus.SHARED and shown.message:
        return HOLDS
    return breach(SCREEN, "at planen ikke er delt", f"{shown.status}: {shown.message or 'ingen besked'}")


@_plan("PLAN-R16", "Systemet viser pakkeforløbets fase", Grade.F2, _PERMANENT)
def phase_is_shown(course: Course, phase: int) -> Outcome:
    """`phase` is what the doctor set it to."""
    return HOLDS if course.phase == phase else breach(SCREEN, f"fase {phase}", f"fase {course.phase}")


@_plan("PLAN-R17", "Fase 3 begynder med en fastlagt opfølgning", Grade.F3, _PERMANENT)
def phase_three_has_a_day(course: Course) -> Outcome:
    """A system may refuse the phase until a day is agreed, or tell the user that the follow-up lacks."""
    if course.phase < 3 or course.day or course.lacking:
        return HOLDS
    return breach(SCREEN, "en dag for opfølgningen, eller at den mangler", _follow_up(course))


@_plan("PLAN-R18", "Pakkeforløbet er i gang, selv om målene er nået", Grade.F2, _PERMANENT)
def course_goes_on(course: Course) -> Outcome:
    """As the LPS shows it."""
    return HOLDS if course.running else breach(SCREEN, "et forløb i gang", "et afsluttet forløb")


@_plan("PLAN-R19", "Planen er stadig delt, selv om målene er nået", Grade.F2, _PERMANENT)
def plan_stays_shared(editions: Sequence[SharedEdition], mark: str) -> Outcome:
    """A current edition with the mark of its goal is at the receiver."""
    return HOLDS if current_with(editions, mark) else breach(RECEIVER, "planen som gældende", "ingen gældende plan")


@_plan(
    "PLAN-R20",
    "Systemet advarer, når fristen for planen er overskredet, og kun da",
    Grade.F3,
    f"{MODEL}, Baggrund; Monitorering og kvalitetsudvikling (KP-17)",
    fact="frist-behandlingsplan",
)
def deadline_is_watched(warns: bool, exceeded: bool) -> Outcome:
    """`exceeded`: more days than the deadline's have passed since the pakkeforløb began, and there is no plan."""
    if warns == exceeded:
        return HOLDS
    said = {True: "fristen er overskredet", False: "fristen er ikke overskredet"}
    return breach(SCREEN, said[exceeded], said[warns])


@_plan("PLAN-R21", "Systemet viser en plan, som en anden klinik har delt", Grade.F2, _OVERVIEW, fact="læser-delte-planer")
def others_plan_is_shown(shown: Sequence[str], text: str) -> Outcome:
    """`shown` are the texts of the plans that the system shows of the patient."""
    return stands_in(text, shown, SCREEN, "ingen plan")


@_plan("PLAN-R22", "Systemet viser kun den udgave, der gælder", Grade.F2, _OVERVIEW, fact="læser-delte-planer")
def replaced_is_not_shown(shown: Sequence[str], old_mark: str) -> Outcome:
    """`old_mark` stands in the replaced edition only. Not judged when no plan is shown."""
    if not shown:
        return NotJudged("systemet viser ingen plan")
    found = [each for each in shown if old_mark in each]
    return breach(SCREEN, "kun den gældende udgave", f"også “{found[0]}”") if found else HOLDS


@_plan("PLAN-R23", "Hos en patient vises kun patientens egne planer", Grade.F1, _OVERVIEW, fact="læser-delte-planer")
def others_are_not_shown(shown: Sequence[str], others_mark: str) -> Outcome:
    """`others_mark` stands in another patient's plan. Its text is not shown: it may be another person's."""
    found = any(others_mark in each for each in shown)
    return breach(SCREEN, "kun patientens egne planer", "også en anden patients plan") if found else HOLDS


@_plan("PLAN-R24", "En plan, der er trukket tilbage, vises ikke længere", Grade.F1, _RULES_ON_NSP, fact="tilbagetrukket-plan")
def withdrawn_is_not_shown(shown: Sequence[str], mark: str) -> Outcome:
    """`mark` stands in the plan that was withdrawn."""
    return (
        breach(SCREEN, "ikke den tilbagetrukne plan", "den tilbagetrukne plan") if any(mark in each for each in shown) else HOLDS
    )


@_plan("PLAN-R25", "Det, der er skrevet i behovsvurderingen, står i planen", Grade.F4, f"{_PLAN}, bør")
def assessment_is_in_the_plan(editions: Sequence[SharedEdition], mark: str, text: str) -> Outcome:
    """`text` is what the doctor wrote about one of the six elements."""
    return stands_in(text, _lines(editions, mark), RECEIVER, "ingen plan")


@_plan("PLAN-R26", "To af patientens planer har hver sit nummer (setId)", Grade.F2, _SET_ID)
def plans_are_apart(editions: Sequence[SharedEdition], mark: str) -> Outcome:
    """No other current edition has the setId of the one with `mark` in its goal: whoever groups editions by it would show one
    plan, or take the newer for an edition of the older. CDA asks for no setId; a plan without one is mixed up with none.
    """
    own = current_with(editions, mark)
    if own is None:
        return NotJudged("planen er ikke gældende hos modtageren")
    alike = own.set_id and [each for each in editions if each.current and each is not own and each.set_id == own.set_id]
    return breach(RECEIVER, "et setId for hver plan", f"to planer med setId {own.set_id}") if alike else HOLDS


@_plan("PLAN-R27", "Aftaler står som aftaler i den delte plan, og resultater som resultater", Grade.F2, _OVERVIEW)
def stands_under_its_heading(editions: Sequence[SharedEdition], mark: str, text: str, result: bool) -> Outcome:
    """What the clinic found (`result`) is read among the results; what is agreed with the patient among goals and interventions.

    Not judged where the text stands in none of them, or in both: then a reader sees it for what it is.
    """
    edition = current_with(editions, mark)
    if edition is None:
        return NotJudged("planen er ikke gældende hos modtageren")
    agreed, found = (
        any(one_line(text) in one_line(each) for each in texts)
        for texts in ((*edition.goals, *edition.interventions), edition.results)
    )
    if agreed == found or found is result:
        return HOLDS
    words = {True: "blandt resultaterne", False: "blandt mål og indsatser"}
    return breach(RECEIVER, f"“{text}” {words[result]}", words[found])


def _lines(editions: Sequence[SharedEdition], mark: str) -> list[str]:
    edition = current_with(editions, mark)
    return [one_line(line) for line in edition.text.split("\n")] if edition else []


def _follow_up(course: Course) -> str:
    if course.day:
        return f"{course.day:%d-%m-%Y}"
    return "patienten tager selv kontakt" if course.own else "ingen opfølgning"
