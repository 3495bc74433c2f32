"""The Danish steps about whom a pakkeforløb includes. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import inclusion as rules
from harness.domain.inclusion import OWN_KIND, Standing
from harness.steps.diseases import DISEASE
from harness.steps.population_story import OTHER_KIND, Populations
from harness.steps.story import Story

_ONLY: Final[dict[str, dict[str, Any]]] = {
    "klinikkens egne patienter": {"kunKlinikkensPatienter": True},
    "diagnoser, klinikken selv har stillet": {"kunKlinikkensDiagnoser": True},
    "diagnoser af arten Egen": {"arter": [OWN_KIND]},
}
_STANDINGS: Final = {
    "er død": Standing.DECEASED,
    "er flyttet til en anden klinik": Standing.MOVED,
    "hører til en anden klinik": Standing.VISITING,
}
_ELSEWHERE: Final = "på en anden klinik"
_BEFORE_18: Final = "dagen før 18-årsdagen"
_AFTER_18: Final = "dagen efter 18-årsdagen"
_HAS: Final = r'at "(?P<alias>[^"]+)" har diagnosen (?P<code>[^,]+)'


@given(parsers.re(rf"at Klinikens cockpit har udgivet en profil for {DISEASE}, der omfatter (?P<codes>.+)"))
def profile_is_published(story: Story, disease: str, codes: str) -> None:
    """Cockpittet har udgivet en profil, som omfatter patienter med en af de nævnte koder. Den udgives til denne prøve."""
    populations = story.part(Populations)
    populations.publish(disease, {"koder": populations.codes(codes)})


@given(parsers.re(rf"at Klinikens cockpit har udgivet den aftalte profil for {DISEASE}"))
def agreed_profile_is_published(story: Story, disease: str) -> None:
    """Cockpittet har udgivet den profil, programmet har aftalt. Så længe den ikke er besluttet, er prøven afventer."""
    story.part(Populations).publish_agreed(disease)


@given(parsers.re(rf"at profilen for {DISEASE} kun omfatter (?P<what>{'|'.join(_ONLY)})"))
def profile_is_narrowed(story: Story, disease: str, what: str) -> None:
    """Profilens næste udgave omfatter kun en del af patienterne med profilens koder."""
    story.part(Populations).require(disease, **_ONLY[what])


@given(parsers.re(rf'at profilen for {DISEASE} kræver den alder, "(?P<alias>[^"]+)" (?P<when>har|får på sin næste fødselsdag)'))
def profile_has_age(story: Story, disease: str, alias: str, when: str) -> None:
    """Profilen kræver, at patienten er fyldt så mange år, som testpersonen er, eller bliver på sin næste fødselsdag."""
    populations = story.part(Populations)
    populations.require(disease, alder=populations.age(alias) + (when != "har"))


@given(parsers.re(rf"at profilen for {DISEASE} kræver, at patienten var fyldt (?P<years>\d+) år, da diagnosen blev stillet"))
def profile_has_age_when_made(story: Story, disease: str, years: str) -> None:
    """Profilen omfatter kun diagnoser, der er stillet, efter at patienten var fyldt så mange år."""
    story.part(Populations).require(disease, alderVedDiagnosen=int(years))


@given(parsers.re(rf"at profilen for {DISEASE} også kræver tillægsdiagnosen (?P<codes>.+)"))
def profile_has_additional(story: Story, disease: str, codes: str) -> None:
    """Profilen omfatter kun patienter, der også har tillægsdiagnosen."""
    populations = story.part(Populations)
    populations.require(disease, tillaegsdiagnoser=populations.codes(codes))


@given(parsers.re(_HAS))
def has_diagnosis(story: Story, alias: str, code: str) -> None:
    """Patienten hører til klinikken og har diagnosen, som klinikken stillede for nogen tid siden, og kun de nævnte."""
    populations = story.part(Populations)
    populations.establish(alias, populations.diagnosed(code))


@given(parsers.re(rf"{_HAS}, (?:stillet |af )(?P<how>{_ELSEWHERE}|{_BEFORE_18}|{_AFTER_18}|en anden art)"))
def has_other_diagnosis(story: Story, alias: str, code: str, how: str) -> None:
    """Som ovenfor, men diagnosen er stillet et andet sted eller en bestemt dag, eller dens art er ikke Egen."""
    populations = story.part(Populations)
    eighteen, day = populations.birthday(alias, 18), timedelta(days=1)
    changes: dict[str, dict[str, Any]] = {
        _ELSEWHERE: {"own_clinic": False},
        _BEFORE_18: {"made": eighteen - day},
        _AFTER_18: {"made": eighteen + day},
        "en anden art": {"kind": OTHER_KIND},
    }
    populations.establish(alias, populations.diagnosed(code, **changes[how]))


@given(parsers.parse('at "{alias}" ikke har nogen diagnoser'))
def has_no_diagnosis(story: Story, alias: str) -> None:
    """Patienten hører til klinikken og har ingen diagnoser."""
    story.part(Populations).establish(alias)


@given(parsers.re(rf'at "(?P<alias>[^"]+)" (?P<standing>{"|".join(_STANDINGS)})'))
def stands(story: Story, alias: str, standing: str) -> None:
    """Sådan står patienten registreret i klinikkens system."""
    story.part(Populations).establish(alias, standing=_STANDINGS[standing])


@when("klinikken ser på populationslisterne")
def look_at_lists(story: Story) -> None:
    """Systemet har hentet de profiler, der gælder nu (selv, eller fordi brugeren beder om det), og klinikken åbner listerne."""
    story.part(Populations).look()


@given(parsers.re(r"at klinikken har set på populationslisterne"))
def have_looked_at_lists(story: Story) -> None:
    """Klinikken har haft listerne åbne, og systemet har de profiler, der gælder."""
    story.part(Populations).look()


@when(parsers.parse('"{alias}" flytter til en anden klinik'))
def move(story: Story, alias: str) -> None:
    """Patienten skifter til en anden klinik, og det bliver registreret i systemet."""
    story.part(Populations).move(alias)


@when(parsers.re(r'lægen stiller diagnosen (?P<code>.+) hos "(?P<alias>[^"]+)"'))
def make_diagnosis(story: Story, alias: str, code: str) -> None:
    """Lægen stiller en ny diagnose i dag og skriver den i systemet."""
    story.part(Populations).diagnose(alias, code)


@when(parsers.parse('"{alias}" henvender sig til klinikken'))
def get_in_touch(story: Story, alias: str) -> None:
    """Patienten er i kontakt med klinikken om noget andet, og kontakten bliver registreret i systemet."""
    story.part(Populations).meet(alias)


@when(parsers.parse('det bliver "{alias}"s fødselsdag'))
def birthday_comes(story: Story, alias: str) -> None:
    """Tiden går, til det er testpersonens næste fødselsdag."""
    story.part(Populations).wait_for_birthday(alias)


@then(parsers.re(rf"består listen for {DISEASE} af (?P<names>.+)"))
@then(parsers.re(rf"listen for {DISEASE} består af (?P<names>.+)"))
def list_is(story: Story, disease: str, names: str) -> None:
    """Af de patienter, scenariet nævner, står netop disse på listen, hver én gang."""
    story.part(Populations).check_list(disease, set(re.findall(r'"([^"]+)"', names)))


@then(parsers.re(rf"står ingen af dem på listen for {DISEASE}"))
def list_is_empty(story: Story, disease: str) -> None:
    """Ingen af de patienter, scenariet nævner, står på listen."""
    story.part(Populations).check_list(disease, set())


@then(parsers.re(rf"står netop de patienter på listen for {DISEASE}, som de aftalte kriterier omfatter"))
def list_is_agreed(story: Story, disease: str) -> None:
    """Af de patienter, scenariet nævner, står netop dem på listen, som opfylder kriterierne i den aftalte profil."""
    story.part(Populations).check_agreed(disease)


@then(parsers.re(rf'foreslår systemet pakkeforløbet for {DISEASE} til "(?P<alias>[^"]+)", nu da diagnosen er stillet'))
def proposed_at_diagnosis(story: Story, disease: str, alias: str) -> None:
    """Systemet gør lægen opmærksom på, at patienten er omfattet af pakkeforløbet."""
    story.check(rules.proposed_at_diagnosis, story.part(Populations).proposed(alias), disease)


@then(parsers.re(rf'foreslår systemet pakkeforløbet for {DISEASE} til "(?P<alias>[^"]+)", nu da patienten henvender sig'))
def proposed_at_contact(story: Story, disease: str, alias: str) -> None:
    """Systemet gør klinikken opmærksom på, at patienten, som fik diagnosen tidligere, er omfattet af pakkeforløbet."""
    story.check(rules.proposed_at_contact, story.part(Populations).proposed(alias), disease)


@then(parsers.re(rf'foreslår systemet ikke pakkeforløbet for {DISEASE} til "(?P<alias>[^"]+)"'))
def not_proposed(story: Story, disease: str, alias: str) -> None:
    """Systemet foreslår ikke et pakkeforløb, som diagnosen ikke giver adgang til."""
    story.check(rules.not_proposed, story.part(Populations).proposed(alias), disease)
