"""The Danish steps about referrals made from inside a plan of Digitale Forløbsplaner. Docstrings stand in the step catalogue."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import plan_referral as rules
from harness.domain.referral import Told
from harness.lps.driver import Shown
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.forloebsplan_story import Forloebsplaner
from harness.steps.referral import STATUS
from harness.steps.referral_story import Referrals
from harness.steps.story import Story

_WHO: Final = '"(?P<alias>[^"]+)"'
_FROM: Final = rf"fra forløbsplanen for {DISEASE}"
_WRITES: Final = rf'(?: og skriver "(?P<text>[^"]+)" om (?P<about>{"|".join(Told)}))?'


def _referrals_in(story: Story, disease: str) -> tuple[Shown, ...]:
    """The referrals that the last referral's patient's plan for the disease shows, when what is on its way has come."""
    plans, alias = story.part(Forloebsplaner), story.part(Referrals).last.alias
    story.be_quiet()
    plans.choose(DISEASES[disease], alias)
    return plans.screen_of(alias, "henvisninger-i-forloebsplanen").rows("henvisninger")


@given(parsers.re(rf"at {_WHO} er henvist {_FROM}"))
@when(parsers.re(rf"lægen henviser {_WHO} {_FROM}{_WRITES}"))
def refer_from_plan(story: Story, alias: str, disease: str, text: str | None = None, about: str | None = None) -> None:
    """Lægen åbner patientens forløbsplan i systemet og henviser derfra til en afklarende samtale i kommunen. Lægen skriver kun,
    hvorfor, og hverken patient eller diagnose.
    """
    plans = story.part(Forloebsplaner)
    plans.choose(DISEASES[disease], alias)
    told = {Told(about): text} if about and text else {}
    story.part(Referrals).refer_from_plan(plans.last.key, alias, told, DISEASES[disease])


@then("det, forløbsplanen nu siger om kommunale tilbud, står i henvisningen")
def plan_stands_in_letter(story: Story) -> None:
    """I henvisningen, som kommunen fik den, står alt det, lægen til nu har skrevet om kommunale tilbud i forløbsplanen."""
    value: Any = story.profiles["kommunal-henvisning-flp"].facts["forløbsplanens-indhold-i-henvisningen"].value
    written = story.part(Forloebsplaner).last.written
    story.check(rules.plan_is_told, story.part(Referrals).text(), [text for part, text in written if part in value["dele"]])


@then(parsers.re(rf"viser forløbsplanen for {DISEASE} (?P<how>henvisningen én gang)"))
@then(parsers.re(rf"forløbsplanen for {DISEASE} viser (?P<how>ikke henvisningen)"))
@then(parsers.re(rf"viser forløbsplanen for {DISEASE}, (?P<how>{'|'.join(STATUS)})"))
def plan_shows(story: Story, disease: str, how: str) -> None:
    """Når planen bliver åbnet i systemet, står henvisningen der netop én gang, med det, kommunen eller nettet svarede. Den står
    ikke i patientens plan for en anden sygdom.
    """
    shown, key = _referrals_in(story, disease), story.part(Referrals).last.key
    keys = [row.text("henvisning") for row in shown]
    if how in STATUS:
        statuses = [row.text("status") for row in shown if row.text("henvisning") == key]
        story.check(rules.plan_shows_status, statuses, STATUS[how])
    else:
        story.check(rules.stands_in_own_plan, keys, key, how == "henvisningen én gang")
