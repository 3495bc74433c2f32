"""The Danish steps about referrals made from inside a plan of Digitale Forløbsplaner. Docstrings stand in the step catalogue."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import plan_referral as rules
from harness.domain.referral import Told
from harness.lps.driver import Shown
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.forloebsplan.forloebsplan_story import Forloebsplaner
from harness.steps.referral.referral import STATUS
from harness.steps.referral.referral_story import Referrals
from harness.steps.story import Story

_WHO: Final = '"(?P<alias>[^"]+)"'
_FROM: Final = rf"fra forløbsplanen for {DISEASE}"
_WRITES: Final = rf'(?: og skriver "(?P<text>[^"]+)"(?: og på næste linje "(?P<more>[^"]+)")? om (?P<about>{"|".join(Told)}))?'
_EARLIER: Final = "at kommunen har modtaget den forrige henvisning"


def _referrals_in(story: Story, disease: str) -> tuple[Shown, ...]:
    """The referrals that the last referral's patient's plan for the disease shows, when what is on its way has come."""
    plans, alias = story.part(Forloebsplaner), story.part(Referrals).last.alias
    story.be_quiet()
    plans.choose(DISEASES[disease], alias)
    return plans.screen_of(alias, "henvisninger-i-forloebsplanen").rows("henvisninger")


@given(parsers.re(rf"at {_WHO} er henvist {_FROM}"))
@when(parsers.re(rf"lægen henviser {_WHO} {_FROM}{_WRITES}"))
def refer_from_plan(
    story: Story, alias: str, disease: str, text: str | None = None, more: str | None = None, about: str | None = None
) -> None:
    """Lægen åbner patientens forløbsplan i systemet og henviser derfra til en afklarende samtale i kommunen. Lægen skriver kun,
    hvorfor, på en eller to linjer, og hverken patient eller diagnose.
    """
    plans = story.part(Forloebsplaner)
    plans.choose(DISEASES[disease], alias)
    told = {Told(about): "\n".join(filter(None, (text, more)))} if about and text else {}
    story.part(Referrals).refer_from_plan(plans.last.key, alias, told, DISEASES[disease])


@then("det, forløbsplanen nu siger om kommunale tilbud, står i henvisningen, og intet fra patientens anden plan")
@then(parsers.re("(?P<what>ønsket om en afklarende samtale) står i henvisningen"))
def plan_stands_in_letter(story: Story, what: str = "") -> None:
    """I henvisningen, som kommunen fik den, står alt det, lægen til nu har skrevet om kommunale tilbud i den forløbsplan, der er
    henvist fra, og intet af det, lægen skrev i patientens plan for en anden sygdom. Eller der står, at kommunen bliver bedt om en
    afklarende samtale.
    """
    letter, profile, plans = story.part(Referrals).text(), story.profiles["kommunal-henvisning-flp"], story.part(Forloebsplaner)
    if what:
        story.check(rules.conversation_is_asked_for, letter, profile.pattern("afklarende-samtale-i-henvisningen"))
        return
    value: Any = profile.facts["forløbsplanens-indhold-i-henvisningen"].value
    own = [text for part, text in plans.last.written if part in value["dele"]]
    others = [text for plan in plans.plans[:-1] if plan.alias == plans.last.alias for _, text in plan.written]
    story.check(rules.plan_is_told, letter, own, others)


@then(parsers.re(rf"viser forløbsplanen for {DISEASE} (?P<how>henvisningen én gang)"))
@then(parsers.re(rf"forløbsplanen for {DISEASE} viser (?P<how>ikke henvisningen)"))
@then(parsers.re(rf"(?:viser )?forløbsplanen for {DISEASE}(?: viser)?, (?P<how>{'|'.join((*STATUS, _EARLIER))})"))
def plan_shows(story: Story, disease: str, how: str) -> None:
    """Når planen bliver åbnet i systemet, står henvisningen der netop én gang, med det, kommunen eller nettet svarede. Den står
    ikke i patientens plan for en anden sygdom. Den forrige er den, samme patient fik før.
    """
    referrals = story.part(Referrals)
    with story.judged_by(rules.plan_shows_status, rules.stands_in_own_plan):
        shown = _referrals_in(story, disease)
    mine = [each.key for each in referrals.entered if each.alias == referrals.last.alias]
    key, wanted = (mine[-2], STATUS["at kommunen har modtaget henvisningen"]) if how == _EARLIER else (mine[-1], STATUS.get(how))
    if wanted:
        statuses = [row.text("status") for row in shown if row.text("henvisning") == key]
        story.check(rules.plan_shows_status, statuses, wanted)
    else:
        keys = [row.text("henvisning") for row in shown]
        story.check(rules.stands_in_own_plan, keys, key, how == "henvisningen én gang")
