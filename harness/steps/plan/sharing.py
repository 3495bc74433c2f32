"""The Danish steps about sharing treatment plans. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import sharing as rules
from harness.lps.driver import CannotAct
from harness.services.service import Availability
from harness.steps.diseases import DISEASE, disease_called
from harness.steps.plan.handing_in import HandingIn
from harness.steps.story import TOO_LATE, Story

_ANSWERS = {
    "er optaget": Availability.BUSY,
    "afviser": Availability.REFUSING,
    "svarer ikke": Availability.SILENT,
    "svarer for sent": Availability.LATE,
    "er kommet i en ny version": Availability.RENEWED,
}
_SPANS = {"et døgn": timedelta(days=1), "en weekend": timedelta(hours=64)}


@given(parsers.re('at "(?P<alias>[^"]+)" (?P<stranger>ikke )?er patient i klinikken'))
def patient_in_clinic(story: Story, alias: str, stranger: str | None = None) -> None:
    """Testpatienten er oprettet i systemet som patient i klinikken, eller er det ikke."""
    patient = story.patient(alias)
    if not stranger:
        story.driver.admit_patient(patient)


@given(parsers.parse('at "{alias}" har en delt plan for {disease}'))
def has_shared_plan(story: Story, alias: str, disease: str) -> None:
    """Patienten har en plan, som er lavet i dette forsøg, er delt og er kommet frem."""
    story.make_plan(disease_called(disease), alias, "Rask gang hver dag")
    story.part(HandingIn).share()
    plan_is_shared(story)


@given(parsers.re(rf"at modtageren af planer (?P<answer>{'|'.join(_ANSWERS)})"))
def receiver_answers(story: Story, answer: str) -> None:
    """Fra nu af er modtageren af planer optaget, afviser, svarer ikke, svarer for sent eller er kommet i en ny version."""
    story.part(HandingIn).set_receiver(_ANSWERS[answer])


@when(
    parsers.re(
        rf'lægen laver en plan for {DISEASE} til "(?P<alias>[^"]+)" '
        r'(?:med målet "(?P<goal>[^"]+)"|med indsatsen "(?P<intervention>[^"]+)"|'
        r"med opfølgning om (?P<weeks>\d+) uger|på niveau (?P<level>[123]))"
    )
)
def make_plan(
    story: Story,
    disease: str,
    alias: str,
    goal: str | None = None,
    intervention: str | None = None,
    weeks: str | None = None,
    level: str | None = None,
) -> None:
    """Lægen laver en behandlingsplan med et mål, og det, der ellers er nævnt. Planen deles ikke endnu."""
    story.make_plan(
        disease_called(disease),
        alias,
        goal or "Rask gang hver dag",
        level=int(level) if level else None,
        follow_up=story.today + timedelta(weeks=int(weeks)) if weeks else None,
        interventions=(intervention,) if intervention else (),
    )


@when(parsers.parse('lægen ændrer målet i planen til "{goal}"'))
def change_goal(story: Story, goal: str) -> None:
    """Lægen erstatter målet i den plan, scenariet handler om. Den nye udgave deles ikke endnu."""
    story.change_goal(goal)


@when("lægen deler planen")
def share_plan(story: Story) -> None:
    """Lægen deler den nyeste udgave af planen."""
    story.part(HandingIn).share()


@when(
    parsers.re(
        rf"modtageren (?:er væk i (?P<span>{'|'.join(_SPANS)})|"
        "tager imod igen(?:, og (?P<which>planen|planerne) bliver sendt på ny)?)"
    )
)
def receiver_is_back(story: Story, span: str | None = None, which: str | None = None) -> None:
    """Systemet har forsøgt at sende, mens modtageren ikke tog imod. Der går et døgn eller en weekend, hvor den er væk. Når den
    tager imod igen, sender systemet selv planen inden for et kvarter; ellers beder brugeren det om det. Planerne: hver af dem,
    scenariet har lavet.
    """
    handing_in = story.part(HandingIn)
    handing_in.expect()  # only an LPS that met the disturbance can show what it does about it
    if span:
        story.time.until(lambda: False, _SPANS[span].total_seconds())
        return
    handing_in.set_receiver(Availability.NORMAL)
    if which == "planerne":
        handing_in.send_all_again()
    elif which:
        handing_in.send_again()


@then("er planen delt")
def plan_is_shared(story: Story) -> None:
    """Planens nyeste udgave er kommet frem med det, lægen skrev, og findes som gældende hos modtageren."""
    handing_in = story.part(HandingIn)
    handing_in.expect()
    story.messages.judge()
    handing_in.judge_edition()
    story.check(rules.plan_is_held, story.editions(), story.plan.mark)
    handing_in.judge_content()


@then(
    parsers.re(
        "(?:planen overholder CPD-DK|(?P<handed>afleveringen) overholder reglerne for dokumentdeling|"
        "planens (?P<label>forløbslabel) passer til sygdommen)"
    )
)
def keeps_the_rules(story: Story, label: str | None = None, handed: str | None = None) -> None:
    """Planen overholder MedComs profil CPD-DK. Systemets aflevering (ITI-41) beskriver den rigtigt og siger, hvilken udgave den
    afløser. Mærket for sygdommen (forløbslabel) i planens header er sygdommens eget; hvor det skal stå, er ikke besluttet."""
    story.messages.judge()
    if handed:
        story.messages.ask_for()
    if label:
        story.part(HandingIn).judge_label()


@then(parsers.parse('planerne til "{first}" og "{second}" står kun hos dem selv'))
def plans_are_apart(story: Story, first: str, second: str) -> None:
    """Hos hver af de to patienter findes patientens egen plan og ikke den andens."""
    for own, other in ((first, second), (second, first)):
        held = story.editions(story.patient(own))
        story.check(rules.patients_are_apart, held, story.plans[own].mark, story.plans[other].mark)


@then(
    parsers.re(
        "(?P<what>den nye udgave afløser den forrige|"
        "(?:er )?netop én udgave af planen (?:er )?gældende|planen er delt netop én gang)"
    )
)
def receiver_has_one(story: Story, what: str) -> None:
    """Hos modtageren er den nye udgave gældende og den forrige ikke længere; én og kun én udgave er gældende; og planen står i ét
    dokument, også når systemet måtte sende den flere gange."""
    if what.startswith("den nye"):
        older, newer = story.plan.marks[-2:]
        story.check(rules.newer_takes_over, story.editions(), older, newer)
        return
    story.be_quiet()
    if what.startswith("planen"):
        story.check(rules.shared_once, story.editions(), story.plan.mark)
    else:
        story.check(rules.one_is_current, story.editions())


@then(parsers.re("(?:viser systemet|systemet viser), at planen (?P<how>er delt|ikke er delt endnu)"))
def sharing_is_shown(story: Story, how: str) -> None:
    """Brugeren kan se i systemet, at planen er delt, eller at den ikke er delt endnu, fordi modtageren ikke tog imod."""
    if how == "er delt":
        story.check(rules.says_shared, story.shown())
        return
    handing_in = story.part(HandingIn)
    handing_in.expect()
    if handing_in.had_time_for_the_answer():
        raise CannotAct(TOO_LATE)
    story.check(rules.says_not_shared, story.shown())
