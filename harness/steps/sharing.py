"""The Danish steps about sharing treatment plans. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import sharing as rules
from harness.lps.driver import CannotAct
from harness.services.service import Availability
from harness.steps.diseases import disease_called
from harness.steps.story import Story

_ANSWERS = {
    "er optaget": Availability.BUSY,
    "afviser": Availability.REFUSING,
    "svarer ikke": Availability.SILENT,
    "svarer for sent": Availability.LATE,
    "er kommet i en ny version": Availability.RENEWED,
}
_SPANS = {"et døgn": timedelta(days=1), "en weekend": timedelta(hours=64)}


@given(parsers.parse('at "{alias}" er patient i klinikken'))
def patient_in_clinic(story: Story, alias: str) -> None:
    """Testpatienten er oprettet i systemet som patient i klinikken."""
    story.driver.admit_patient(story.patient(alias))


@given(parsers.parse('at "{alias}" har en delt plan for {disease}'))
def has_shared_plan(story: Story, alias: str, disease: str) -> None:
    """Patienten har en plan, som er lavet i dette forsøg, er delt og er kommet frem."""
    story.make_plan(disease_called(disease), alias, "Rask gang hver dag")
    story.share()
    plan_is_shared(story)


@given(parsers.re(rf"at modtageren af planer (?P<answer>{'|'.join(_ANSWERS)})"))
def receiver_answers(story: Story, answer: str) -> None:
    """Fra nu af er modtageren af planer optaget, afviser, svarer ikke, svarer for sent eller er kommet i en ny version."""
    story.set_receiver(_ANSWERS[answer])


@when(parsers.parse('lægen laver en plan for {disease} til "{alias}" med målet "{goal}"'))
def make_plan_with_goal(story: Story, disease: str, alias: str, goal: str) -> None:
    """Lægen laver en behandlingsplan med ét mål. Planen deles ikke endnu."""
    story.make_plan(disease_called(disease), alias, goal)


@when(parsers.parse('lægen laver en plan for {disease} til "{alias}" med opfølgning den {day}'))
def make_plan_with_follow_up(story: Story, disease: str, alias: str, day: str) -> None:
    """Lægen laver en behandlingsplan, hvor næste opfølgning er den nævnte dag (dd-mm-åååå)."""
    story.make_plan(disease_called(disease), alias, "Rask gang hver dag", follow_up=datetime.strptime(day, "%d-%m-%Y").date())  # noqa: DTZ007


@when(parsers.parse('lægen laver en plan for {disease} til "{alias}" på niveau {level:d}'))
def make_plan_on_level(story: Story, disease: str, alias: str, level: int) -> None:
    """Lægen laver en behandlingsplan og registrerer patientens niveau (1, 2 eller 3)."""
    story.make_plan(disease_called(disease), alias, "Rask gang hver dag", level=level)


@when(parsers.parse('lægen ændrer målet i planen til "{goal}"'))
def change_goal(story: Story, goal: str) -> None:
    """Lægen erstatter målet i den plan, scenariet handler om. Den nye udgave deles ikke endnu."""
    story.change_goal(goal)


@when("lægen deler planen")
def share_plan(story: Story) -> None:
    """Lægen deler den nyeste udgave af planen."""
    story.share()


@when("modtageren tager imod igen")
def receiver_is_back(story: Story) -> None:
    """Systemet har forsøgt at sende, mens modtageren ikke tog imod. Fra nu af svarer modtageren, som den plejer."""
    story.expect_plan()  # only an LPS that met the disturbance can show what it does about it
    story.set_receiver(Availability.NORMAL)


@when(parsers.parse("modtageren er væk i {span}"))
def receiver_stays_away(story: Story, span: str) -> None:
    """Systemet har forsøgt at sende. Der går et døgn eller en weekend, hvor modtageren ikke tager imod."""
    story.expect_plan()
    story.time.until(lambda: False, _SPANS[span].total_seconds())


@when("planen bliver sendt på ny")
def plan_is_sent_again(story: Story) -> None:
    """Systemet sender selv planen igen inden for et kvarter. Ellers beder brugeren det om at gøre det."""
    story.send_again()


@when("planerne bliver sendt på ny")
def plans_are_sent_again(story: Story) -> None:
    """Som før, men for hver af de planer, scenariet har lavet."""
    story.send_all_again()


@then("er planen delt")
def plan_is_shared(story: Story) -> None:
    """Planens nyeste udgave er kommet frem med det, lægen skrev, og findes som gældende hos modtageren."""
    story.expect_plan()
    story.judge_messages()
    story.judge_edition()
    story.check(rules.plan_is_held, story.editions(), story.plan.mark)
    story.check_content()


@then("planen overholder CPD-DK")
def plan_keeps_the_profile(story: Story) -> None:
    """Planen, som systemet sendte den, overholder reglerne i MedComs profil CPD-DK."""
    story.judge_messages()


@then("planens forløbslabel passer til sygdommen")
def label_fits(story: Story) -> None:
    """Mærket for sygdommen (forløbslabel) i planens hoved er sygdommens eget. Hvor i hovedet det skal stå, er ikke besluttet."""
    story.judge_messages()
    story.judge_label()


@then("afleveringen overholder reglerne for dokumentdeling")
def submission_keeps_the_rules(story: Story) -> None:
    """Systemets ITI-41 beskriver planen rigtigt og siger, hvilken udgave den afløser."""
    story.judge_messages()


@then("målet står i den delte plan, som lægen skrev det")
def goal_is_whole(story: Story) -> None:
    """Målet er bogstav for bogstav det, lægen skrev."""
    story.check(rules.goal_is_whole, story.editions(), story.plan.goal)


@then(parsers.parse("næste opfølgning den {day} står i den delte plan"))
def follow_up_is_there(story: Story, day: str) -> None:
    """Dagen for næste opfølgning kan læses i den delte plan."""
    story.check(rules.follow_up_is_there, story.editions(), story.fact_text("opfølgning-kodning", dato=day))


@then(parsers.parse("niveau {level:d} står i den delte plan"))
def level_is_there(story: Story, level: int) -> None:
    """Patientens niveau kan læses i den delte plan."""
    story.check(rules.level_is_there, story.editions(), story.fact_text("niveau-kodning", niveau=level))


@then(parsers.parse('planerne til "{first}" og "{second}" står kun hos dem selv'))
def plans_are_apart(story: Story, first: str, second: str) -> None:
    """Hos hver af de to patienter findes patientens egen plan og ikke den andens."""
    for own, other in ((first, second), (second, first)):
        held = story.editions(story.patient(own))
        story.check(rules.patients_are_apart, held, story.plans[own].mark, story.plans[other].mark)


@then("den nye udgave afløser den forrige")
def newer_takes_over(story: Story) -> None:
    """Den nye udgave er gældende, og den forrige er det ikke længere."""
    older, newer = story.plan.marks[-2:]
    story.check(rules.newer_takes_over, story.editions(), older, newer)


@then("er netop én udgave af planen gældende")
@then("netop én udgave af planen er gældende")
def one_is_current(story: Story) -> None:
    """Hos modtageren er én og kun én udgave af planen gældende."""
    story.be_quiet()
    story.check(rules.one_is_current, story.editions())


@then("planen er delt netop én gang")
def shared_once(story: Story) -> None:
    """Planen findes i ét dokument hos modtageren, også når systemet måtte sende flere gange."""
    story.be_quiet()
    story.check(rules.shared_once, story.editions(), story.plan.mark)


@then("viser systemet, at planen ikke er delt endnu")
def says_not_shared(story: Story) -> None:
    """Systemet har forsøgt at sende, og brugeren kan se, at planen ikke er delt endnu."""
    story.expect_plan()
    if story.had_time_for_the_answer():
        raise CannotAct("Systemet ventede så længe, at det kan have fået svaret. Forstyrrelsen kunne ikke prøves.")
    story.check(rules.says_not_shared, story.shown())


@then("systemet viser, at planen er delt")
def says_shared(story: Story) -> None:
    """Brugeren kan se i systemet, at planen er delt."""
    story.check(rules.says_shared, story.shown())
