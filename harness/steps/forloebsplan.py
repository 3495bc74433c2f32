"""The Danish steps about plans in Digitale Forløbsplaner. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import forloebsplan as rules
from harness.domain.careplan import Disease
from harness.domain.forloebsplan import Part
from harness.services.service import Availability
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.forloebsplan_story import NAMES, Forloebsplaner
from harness.steps.story import Story

_PART: Final = f"(?P<part>{'|'.join(Part)})"
_DAYS: Final = {"": 0, "for en uge siden": 7, "for en måned siden": 30}
_ANSWERS: Final = {
    "er optaget": Availability.BUSY,
    "afviser": Availability.REFUSING,
    "svarer ikke": Availability.SILENT,
    "svarer for sent": Availability.LATE,
}


@given(parsers.re(rf"at klinikken er tilmeldt forløbsplanen for {DISEASE}"))
@when(parsers.re(rf"klinikken tilmelder sig forløbsplanen for {DISEASE}"))
def enrol(story: Story, disease: str) -> None:
    """Klinikken tilmelder sig den ene type forløbsplan i sit eget system."""
    story.part(Forloebsplaner).enrol(disease, enrolled=True)


@given("at klinikken ikke er tilmeldt nogen forløbsplan")
def enrolled_in_none(story: Story) -> None:
    """Klinikken framelder sig i sit eget system de typer forløbsplaner, den er tilmeldt."""
    for disease in DISEASES:
        story.part(Forloebsplaner).enrol(disease, enrolled=False)


@given(parsers.re(rf"at klinikken ikke er tilmeldt forløbsplanen for {DISEASE}"))
@when(parsers.re(rf"klinikken framelder sig forløbsplanen for {DISEASE}"))
def withdraw(story: Story, disease: str) -> None:
    """Klinikken framelder sig den ene type forløbsplan i sit eget system."""
    story.part(Forloebsplaner).enrol(disease, enrolled=False)


@given(parsers.re(rf"at Digitale Forløbsplaner (?P<answer>{'|'.join(_ANSWERS)})"))
@when(parsers.re(rf"Digitale Forløbsplaner (?P<answer>{'|'.join(_ANSWERS)})"))
def service_answers(story: Story, answer: str) -> None:
    """Fra nu af er Digitale Forløbsplaner optaget, afviser, svarer ikke eller svarer for sent."""
    story.part(Forloebsplaner).set_service(_ANSWERS[answer])


@given(parsers.re(rf"at formularen for {DISEASE} spørger til (?P<names>.+)"))
@when(parsers.re(rf"der kommer en ny udgave af formularen for {DISEASE}, som spørger til (?P<names>.+)"))
def publish(story: Story, disease: str, names: str) -> None:
    """Digitale Forløbsplaner udgiver næste udgave af formular og anbefaling. Formularen spørger til de nævnte målinger."""
    story.part(Forloebsplaner).publish(DISEASES[disease], tuple(re.split(", | og ", names)))


@given(
    parsers.re(
        r'at "(?P<alias>[^"]+)" har fået målt (?P<name>.+) til (?P<value>[\d,]+)(?: (?P<when>for en (?:uge|måned) siden))?'
    )
)
@when(
    parsers.re(
        r'klinikken skriver, at "(?P<alias>[^"]+)" fik målt (?P<name>.+) til (?P<value>[\d,]+) (?P<when>for en måned siden)'
    )
)
def measure(story: Story, alias: str, name: str, value: str, when: str | None) -> None:
    """Målingen er skrevet i patientens journal i systemet med sin værdi, sin enhed og den dag, der blev målt (ellers i dag)."""
    story.part(Forloebsplaner).measure(alias, name, value, _DAYS[when or ""])


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har fået en forløbsplan for {DISEASE} i en anden klinik'))
def had_elsewhere(story: Story, alias: str, disease: str) -> None:
    """Digitale Forløbsplaner har en forløbsplan af den type til patienten fra en anden klinik."""
    story.part(Forloebsplaner).had_elsewhere(alias, DISEASES[disease])


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har en forløbsplan for {DISEASE}'))
def has_plan(story: Story, alias: str, disease: str) -> None:
    """Lægen har lavet en forløbsplan i dette forsøg, og Digitale Forløbsplaner har modtaget den."""
    story.part(Forloebsplaner).make(DISEASES[disease], alias)
    story.part(Forloebsplaner).expect_plan()


@when(parsers.re(rf'lægen begynder en forløbsplan for {DISEASE} til "(?P<alias>[^"]+)"'))
def begin(story: Story, alias: str, disease: str) -> None:
    """Lægen begynder en forløbsplan i systemet. Den er ikke gemt endnu."""
    story.part(Forloebsplaner).begin(DISEASES[disease], alias)


@when(parsers.re(rf'lægen skriver om {_PART} "(?P<text>[^"]+)" i forløbsplanen'))
def write(story: Story, part: str, text: str) -> None:
    """Lægen skriver i én del af forløbsplanen: egenomsorg, kommunale tilbud, lokale tilbud eller klinikpersonale."""
    story.part(Forloebsplaner).write(Part(part), text)


@when("lægen gemmer forløbsplanen")
def save(story: Story) -> None:
    """Lægen er færdig med forløbsplanen for nu. Systemet sender den til Digitale Forløbsplaner."""
    story.part(Forloebsplaner).save()


@when(parsers.re(rf'lægen laver en forløbsplan for {DISEASE} til "(?P<alias>[^"]+)"'))
def make(story: Story, alias: str, disease: str) -> None:
    """Lægen begynder en forløbsplan, skriver lidt om egenomsorg og gemmer. Kan den ikke begyndes, sker der ikke mere."""
    story.part(Forloebsplaner).make(DISEASES[disease], alias)


@when("lægen åbner forløbsplanens side")
def open_page(story: Story) -> None:
    """Lægen åbner siden med den forløbsplan, scenariet sidst handlede om, fra systemet."""
    story.part(Forloebsplaner).open()


@given(parsers.re(rf'at lægen har åbnet siden med forløbsplanen for {DISEASE} for "(?P<alias>[^"]+)"'))
@when(parsers.re(rf'lægen åbner siden med forløbsplanen for {DISEASE} for "(?P<alias>[^"]+)"'))
def open_page_of(story: Story, disease: str, alias: str) -> None:
    """Lægen finder patienten i systemet og åbner siden med patientens forløbsplan."""
    story.part(Forloebsplaner).choose(DISEASES[disease], alias)
    story.part(Forloebsplaner).open()


@when("Digitale Forløbsplaner svarer igen, og forløbsplanen bliver sendt på ny")
def service_is_back(story: Story) -> None:
    """Fra nu af svarer Digitale Forløbsplaner. Systemet sender selv planen inden for et kvarter; ellers beder brugeren om det."""
    story.part(Forloebsplaner).set_service(Availability.NORMAL)
    story.part(Forloebsplaner).send_again()


@then(parsers.re(rf"er klinikken (?:tilmeldt netop forløbsplanen for {DISEASE}|stadig ikke tilmeldt nogen forløbsplan)"))
def enrolled_as_chosen(story: Story, disease: str | None) -> None:
    """Det, klinikken har tilmeldt og frameldt i scenariet, står sådan hos Digitale Forløbsplaner, og systemet viser det samme."""
    plans = story.part(Forloebsplaner)
    enrolled = plans.enrolled()
    story.check(rules.enrolled_as_chosen, [each for each, taken in enrolled.items() if taken], [disease] if disease else [])
    story.check(rules.shown_as_enrolled, plans.shown_as_enrolled(), enrolled)


@then("er der ikke sendt en forløbsplan")
def no_plan(story: Story) -> None:
    """Ingen forløbsplan af den type til patienten forlader systemet."""
    story.check(rules.no_plan_without_enrolment, story.part(Forloebsplaner).attempts())


@then(parsers.re(rf'har "(?P<alias>[^"]+)" kun forløbsplanen for {DISEASE} i systemet'))
def only_plan_left(story: Story, alias: str, disease: str) -> None:
    """Af de forløbsplaner, patienten har fået i scenariet, viser systemet kun den ene."""
    plans = story.part(Forloebsplaner)
    made = {plan.key for plan in plans.plans if plan.alias == alias}
    shown = [NAMES[Disease[row.text("sygdom")]] for row in plans.shown() if row.text("forloebsplan") in made]
    story.check(rules.plans_go_with_enrolment, shown, [disease])


@then("har Digitale Forløbsplaner modtaget forløbsplanen")
def plan_arrived(story: Story) -> None:
    """Forløbsplanen er kommet frem under den rigtige patient."""
    story.part(Forloebsplaner).expect_plan()


@then("målingerne i forløbsplanen er patientens egne")
def measured_as_registered(story: Story) -> None:
    """Af det, formularen spørger til, har planen patientens egne målinger og ingen andre: den nyeste med værdi, enhed og dag."""
    plans = story.part(Forloebsplaner)
    delivered, registered = plans.delivered(), plans.registered()
    story.check(rules.data_is_complete, list(delivered), list(registered))
    story.check(rules.measured_as_registered, delivered, registered)
    for name in plans.asked[plans.last.disease]:
        if name not in registered:
            story.check(rules.nothing_is_invented, delivered, name)


@then(parsers.parse("viser systemet, at forløbsplanen mangler {name}"))
def missing_is_told(story: Story, name: str) -> None:
    """Brugeren kan se, at formularen spørger til en måling, patienten ikke har."""
    story.check(rules.missing_is_told, story.part(Forloebsplaner).missing(), name)


@then("det, lægen skrev, står i forløbsplanen")
def part_is_whole(story: Story) -> None:
    """Hver tekst er kommet frem netop én gang, i sin egen del af planen, bogstav for bogstav."""
    plans = story.part(Forloebsplaner)
    parts = [(row["del"], row["tekst"]) for row in plans.newest["dele"]]
    for part, text in plans.last.written:
        story.check(rules.part_is_whole, parts, part, text)


@then("er forløbsplanen aktiv, uden at lægen gør mere")
def plan_is_active(story: Story) -> None:
    """Forløbsplanen er aktiv hos Digitale Forløbsplaner, alene fordi den er gemt."""
    plans = story.part(Forloebsplaner)
    plans.expect_plan()
    story.check(rules.plan_is_active, plans.newest["aktiv"])


@then("forløbsplanen følger den nye udgave af formularen")
def newest_form(story: Story) -> None:
    """Den plan, der kom frem, er lavet efter den udgave af formularen, der blev udgivet sidst."""
    plans = story.part(Forloebsplaner)
    story.check(rules.newest_form, plans.newest["formular"], plans.edition)


@then("viser systemet den nye anbefaling")
def newest_advice(story: Story) -> None:
    """Systemet viser den anbefaling, Digitale Forløbsplaner har udgivet sidst."""
    plans = story.part(Forloebsplaner)
    story.check(rules.newest_advice, plans.shown_plan().text("anbefaling", ""), plans.advice)


@then(parsers.re(r"tæller forløbsplanen som (?P<kind>ny|vedligeholdt)"))
def counted_as(story: Story, kind: str) -> None:
    """Ny: patienten har ikke tidligere fået en plan af samme type. Ellers vedligeholdt. Systemet siger det med planen."""
    plans = story.part(Forloebsplaner)
    plans.expect_plan()
    story.check(rules.counted_as, plans.newest["ny"], kind == "ny")


@then("er den rigtige side åben")
def right_page(story: Story) -> None:
    """Siden er åbnet, og den er den patients og den plans, lægen valgte."""
    story.part(Forloebsplaner).check_page()


@then("skal lægen ikke logge ind et andet sted")
def no_second_login(story: Story) -> None:
    """Lægen kom fra systemet til planens side uden at blive bedt om at logge ind igen."""
    story.check(rules.no_second_login, story.part(Forloebsplaner).asked_to_log_in)


@then("viser systemet, at forløbsplanen ikke er sendt endnu")
def not_shown_as_sent(story: Story) -> None:
    """Systemet har forsøgt at sende, og brugeren kan se, at forløbsplanen ikke er kommet frem."""
    story.part(Forloebsplaner).check_not_sent()


@then("det, lægen skrev, står stadig i systemet")
@then("står det, lægen skrev, stadig i systemet")
def kept_in_system(story: Story) -> None:
    """Alt, hvad lægen skrev i forløbsplanen, kan stadig læses i systemet."""
    plans = story.part(Forloebsplaner)
    story.check(rules.kept_in_system, plans.shown_parts(), plans.last.written)


@then("forløbsplanen er modtaget som netop én plan")
def one_plan(story: Story) -> None:
    """Hvor mange gange systemet end måtte sende, er det én forløbsplan."""
    story.check(rules.one_plan, story.part(Forloebsplaner).numbers())


@then("har udskriften af forløbsplanen det, lægen skrev, og målingerne")
def printed(story: Story) -> None:
    """Lægen udskriver forløbsplanen til patienten. På papiret står lægens tekster og målingernes værdier."""
    plans = story.part(Forloebsplaner)
    values = [str(each.value).replace(".", ",") for each in plans.registered().values()]
    story.check(rules.printed, plans.print_of(plans.last.alias).texts("linjer"), [text for _, text in plans.last.written], values)
