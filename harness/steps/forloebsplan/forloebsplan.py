"""The Danish steps about plans in Digitale Forløbsplaner. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import forloebsplan as rules
from harness.domain.forloebsplan import Part
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.forloebsplan.forloebsplan_story import NAMES, Forloebsplaner
from harness.steps.story import ARRIVAL_SECONDS, Story

_WHO: Final = '"(?P<alias>[^"]+)"'
_DAYS: Final = {"": 0, "for en uge siden": 7, "for en måned siden": 30}


@given(parsers.re(rf"at klinikken er tilmeldt forløbsplanen for {DISEASE}"))
@when(parsers.re(rf"klinikken (?P<act>tilmelder|framelder) sig forløbsplanen for {DISEASE}"))
@given("at klinikken ikke er tilmeldt nogen forløbsplan")
def enrol(story: Story, disease: str = "", act: str = "") -> None:
    """Klinikken tilmelder eller framelder sig i sit eget system den ene type forløbsplan, eller framelder sig dem alle."""
    for each in [disease] if disease else DISEASES:
        story.part(Forloebsplaner).enrol(each, enrolled=bool(disease) and act != "framelder")


@given(parsers.re(rf"at formularen for {DISEASE} spørger til (?P<names>.+)"))
@when(parsers.re(rf"der kommer en ny udgave af formularen for {DISEASE}, som spørger til (?P<names>.+)"))
def publish(story: Story, disease: str, names: str) -> None:
    """Digitale Forløbsplaner udgiver næste udgave af formular og anbefaling. Formularen spørger til de nævnte målinger."""
    story.part(Forloebsplaner).publish(DISEASES[disease], tuple(re.split(", | og ", names)))


@given(
    parsers.re(rf"at {_WHO} har fået målt (?P<name>.+) til (?P<value>[\d,]+)(?: (?P<when>for en uge siden|for en måned siden))?")
)
@when(
    parsers.re(rf"klinikken skriver, at {_WHO} fik målt (?P<name>.+) til (?P<value>[\d,]+) (?P<when>for en måned siden)"),
)
def measure(story: Story, alias: str, name: str, value: str, when: str | None) -> None:
    """Målingen er skrevet i patientens journal i systemet med sin værdi, sin enhed og den dag, der blev målt (ellers i dag)."""
    story.part(Forloebsplaner).measure(alias, name, value, _DAYS[when or ""])


@given(parsers.re(rf"at {_WHO} har en forløbsplan for {DISEASE}(?P<elsewhere> fra en anden klinik)?"))
def has_plan(story: Story, alias: str, disease: str, elsewhere: str | None) -> None:
    """Lægen har lavet forløbsplanen i dette forsøg, eller en anden klinik har. Digitale Forløbsplaner har modtaget den."""
    plans = story.part(Forloebsplaner)
    if elsewhere:
        plans.had_elsewhere(alias, DISEASES[disease])
    else:
        plans.make(DISEASES[disease], alias)
        plans.expect_plan()


@when(parsers.re(rf"lægen (?P<how>begynder|laver) en forløbsplan for {DISEASE} til {_WHO}"))
def make(story: Story, how: str, alias: str, disease: str) -> None:
    """Begynder: planen er ikke gemt endnu. Laver: lægen skriver også lidt om egenomsorg og gemmer, hvis planen kan begyndes."""
    plans = story.part(Forloebsplaner)
    (plans.begin if how == "begynder" else plans.make)(DISEASES[disease], alias)


_IN_PART: Final = rf'om (?P<part>{"|".join(Part)}) "(?P<text>[^"]+)" i forløbsplanen'


@given(parsers.re(rf"at lægen (?P<saved>har skrevet) {_IN_PART} og gemt den"))
@when(parsers.re(rf"lægen skriver {_IN_PART}"))
def write(story: Story, part: str, text: str, saved: str = "") -> None:
    """Lægen skriver i én del af forløbsplanen: egenomsorg, kommunale tilbud, lokale tilbud eller klinikpersonale. Har lægen gemt
    den, er den også sendt til Digitale Forløbsplaner.
    """
    story.part(Forloebsplaner).write(Part(part), text)
    if saved:
        story.part(Forloebsplaner).save()


@when("lægen gemmer forløbsplanen")
def save(story: Story) -> None:
    """Lægen er færdig med forløbsplanen for nu. Systemet sender den til Digitale Forløbsplaner."""
    story.part(Forloebsplaner).save()


@given(parsers.re(rf"at lægen har åbnet siden med forløbsplanen for {DISEASE} for {_WHO}"))
@when(parsers.re(rf"lægen åbner siden med forløbsplanen for {DISEASE} for {_WHO}"))
def open_page(story: Story, disease: str, alias: str) -> None:
    """Lægen finder patienten i systemet og åbner siden med patientens forløbsplan."""
    story.part(Forloebsplaner).choose(DISEASES[disease], alias)
    story.part(Forloebsplaner).open()


@then(parsers.re(rf"er klinikken tilmeldt netop forløbsplanen for {DISEASE}"))
@then("er klinikken stadig ikke tilmeldt nogen forløbsplan")
def enrolled_as_chosen(story: Story, disease: str = "") -> None:
    """Det, klinikken har tilmeldt og frameldt i scenariet, står sådan hos Digitale Forløbsplaner, og systemet viser det samme."""
    plans = story.part(Forloebsplaner)
    chosen = [disease] if disease else []
    story.time.until(lambda: plans.chosen() == chosen, ARRIVAL_SECONDS)
    enrolled = plans.enrolled()
    plans.check(rules.enrolled_as_chosen, plans.chosen(), chosen)
    plans.check_clinic()
    plans.check(rules.shown_as_enrolled, plans.shown_as_enrolled(), enrolled)


def _measured_as_registered(plans: Forloebsplaner) -> None:
    delivered, registered = plans.delivered(), plans.registered()
    plans.check(rules.data_is_complete, list(delivered), list(registered))
    plans.check(rules.measured_as_registered, delivered, registered)
    for name in plans.lacking():
        plans.check(rules.nothing_is_invented, delivered, name)


def _is_new(plans: Forloebsplaner) -> None:
    plans.check_first()
    plans.check(rules.counted_as, plans.first["ny"], True)


def _parts_are_whole(plans: Forloebsplaner) -> None:
    parts = [(row["del"], row["tekst"]) for row in plans.newest["dele"]]
    for part, text in plans.last.written:
        plans.check(rules.part_is_whole, parts, part, text)


_RECEIVED: Final[Mapping[str, Callable[[Forloebsplaner], None]]] = {
    "": lambda _: None,
    "som ny": _is_new,
    "som vedligeholdt": lambda plans: plans.check(rules.counted_as, plans.newest["ny"], False),
    "som netop én plan": lambda plans: plans.check(rules.one_plan, plans.numbers()),
    "som patientens eneste af den type": lambda plans: plans.check(rules.only_plan_of_its_type, plans.numbers()),
    "som aktiv, uden at lægen gør mere": lambda plans: plans.check(rules.plan_is_active, plans.newest["aktiv"]),
    "efter den nye udgave af formularen": lambda plans: plans.check(rules.newest_form, plans.newest["formular"], plans.edition),
    "med patientens egne målinger": _measured_as_registered,
    "med det, lægen skrev": _parts_are_whole,
}
_AS: Final = "|".join(filter(None, _RECEIVED))


@then(parsers.re(rf"(?:har )?Digitale Forløbsplaner (?:har )?modtaget forløbsplanen(?: (?P<how>{_AS}))?"))
def plan_arrived(story: Story, how: str | None) -> None:
    """Planen er kommet frem under den rigtige patient. Ny er den, når patienten ikke tidligere har fået en af samme type, og
    netop én, hvor tit systemet end sendte den. Patientens eneste: systemet har ikke lavet en til. Det, lægen skrev, står netop
    én gang, i sin egen del. Af de målinger, formularen spørger til, står patientens nyeste og ingen andre, med værdi, enhed og
    dag.
    """
    plans = story.part(Forloebsplaner)
    plans.expect_plan()
    _RECEIVED[how or ""](plans)


@then("er der ikke sendt en forløbsplan")
def no_plan(story: Story) -> None:
    """Ingen forløbsplan af den type til patienten forlader systemet."""
    story.check(rules.no_plan_without_enrolment, story.part(Forloebsplaner).attempts())


def _missing_is_told(plans: Forloebsplaner) -> None:
    shown = plans.shown_as_missing()
    for name in plans.lacking():
        plans.check(rules.missing_is_told, shown, name)


def _kept_with_enrolment(plans: Forloebsplaner) -> None:
    made = {plan.key: NAMES[plan.disease] for plan in plans.plans if plan.alias == plans.last.alias}
    with plans.story.judged_by(rules.plans_go_with_enrolment):
        enrolled = plans.enrolled()
        shown = [made[row.text("forloebsplan")] for row in plans.shown() if row.text("forloebsplan") in made]
    plans.check(rules.plans_go_with_enrolment, shown, [kind for kind in made.values() if enrolled.get(kind)])


def _printed(plans: Forloebsplaner) -> None:
    lines = plans.screen_of(plans.last.alias, "udskrift-af-forloebsplan").texts("linjer")
    texts = [text for _, text in plans.last.written]
    values = [str(each.value).replace(".", ",") for each in plans.registered().values()]
    plans.check(rules.printed, lines, texts, values)


_TOLD: Final[Mapping[str, Callable[[Forloebsplaner], None]]] = {
    "at forløbsplanen ikke er sendt endnu": Forloebsplaner.check_not_sent,
    "hvad forløbsplanen mangler": _missing_is_told,
}
_SHOWN: Final[Mapping[str, Callable[[Forloebsplaner], None]]] = {
    "det, lægen skrev i forløbsplanen": lambda plans: plans.check(rules.kept_in_system, plans.shown_parts(), plans.last.written),
    "den nye anbefaling": lambda plans: plans.check(rules.newest_advice, plans.shown_plan().text("anbefaling", ""), plans.advice),
    "kun de forløbsplaner, klinikken er tilmeldt": _kept_with_enrolment,
    "udskriften af forløbsplanen med det, lægen skrev, og målingerne": _printed,
}


@then(parsers.re(rf"viser systemet, (?P<what>{'|'.join(_TOLD)})"))
@then(parsers.re(rf"(?:viser systemet|systemet viser) (?P<what>{'|'.join(_SHOWN)})"))
def plan_is_shown(story: Story, what: str) -> None:
    """Brugeren kan se, at planen ikke er kommet frem; hvilke målinger formularen spørger til, som patienten ikke har; hver tekst,
    lægen skrev, netop én gang; den anbefaling, der blev udgivet sidst; af patientens planer fra scenariet kun dem, klinikken er
    tilmeldt; og på papir lægens tekster og målingernes værdier.
    """
    {**_TOLD, **_SHOWN}[what](story.part(Forloebsplaner))


@then(parsers.re(r"er den rigtige side åben(?P<directly>, uden at lægen skal logge ind et andet sted)?"))
def right_page(story: Story, directly: str | None) -> None:
    """Siden er åbnet, og den er den patients og den plans, lægen valgte. Systemet bad ikke lægen om at logge ind igen."""
    plans = story.part(Forloebsplaner)
    plans.check_page()
    if directly:
        assert plans.opened is not None, "the page was opened"
        plans.check(rules.no_second_login, plans.opened.flag("nytLogin"))
