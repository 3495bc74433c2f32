"""The Danish steps about whom a pakkeforløb includes. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import inclusion as rules
from harness.conformance.rule import Rule
from harness.domain.inclusion import OWN_KIND, Standing
from harness.steps.diseases import DISEASE
from harness.steps.inclusion.population_story import OTHER_KIND, Populations
from harness.steps.story import Story

_ONLY: Final[Mapping[str, dict[str, Any]]] = {
    "klinikkens egne patienter": {"kunKlinikkensPatienter": True},
    "diagnoser, klinikken selv har stillet": {"kunKlinikkensDiagnoser": True},
    "diagnoser af arten Egen": {"arter": [OWN_KIND]},
}
_MADE: Final[Mapping[str, Callable[[Populations, str], dict[str, Any]]]] = {
    "stillet på en anden klinik": lambda *_: {"own_clinic": False},
    "stillet dagen før 18-årsdagen": lambda populations, alias: {"made": populations.birthday(alias, 18) - timedelta(days=1)},
    "stillet dagen efter 18-årsdagen": lambda populations, alias: {"made": populations.birthday(alias, 18) + timedelta(days=1)},
    "af en anden art": lambda *_: {"kind": OTHER_KIND},
}
"""How a diagnosis differs from one the clinic made itself some time ago."""

_IS: Final = {"er død": Standing.DECEASED, "hører til en anden klinik": Standing.VISITING}
_HAPPENS: Final[Mapping[str, Callable[[Populations, str], None]]] = {
    "flytter til en anden klinik": Populations.move,
    "henvender sig til klinikken": Populations.meet,
    "har fødselsdag": Populations.wait_for_birthday,
}
_PROPOSES: Final[Mapping[str, Rule]] = {
    "diagnosen er stillet": rules.proposed_at_diagnosis,
    "patienten henvender sig": rules.proposed_at_contact,
}
_ALIAS: Final = '"(?P<alias>[^"]+)"'
_AGREED: Final = "dem, de aftalte kriterier omfatter"


@given(parsers.re(rf"at Klinikens cockpit har udgivet en profil for {DISEASE}, der omfatter (?P<codes>.+)"))
@given(parsers.re(rf"at Klinikens cockpit har udgivet den aftalte profil for {DISEASE}"))
@when(
    parsers.re(
        rf"Klinikens cockpit udgiver (?:en|næste udgave af) profil(?:en)? for {DISEASE}, der (?:kun )?omfatter (?P<codes>.+)"
    )
)
@when(parsers.re(rf"Klinikens cockpit trækker profilen for {DISEASE} (?P<back>tilbage)"))
def profile_is_published(story: Story, disease: str, codes: str = "", back: str = "") -> None:
    """Cockpittet udgiver en profil, som omfatter patienter med en af de nævnte koder, eller dens næste udgave, som gælder i
    stedet for den gamle. Den aftalte profil er den, programmet har aftalt: så længe den ikke er besluttet, er prøven afventer.
    En profil, der er trukket tilbage, gælder ikke længere.
    """
    populations = story.part(Populations)
    if back:
        populations.withdraw(disease)
    elif codes:
        populations.publish(disease, {"koder": populations.codes(codes)})
    else:
        populations.publish_agreed(disease)


@given(parsers.re(rf"at profilen for {DISEASE} kun omfatter (?P<only>{'|'.join(_ONLY)})"))
@given(parsers.re(rf"at profilen for {DISEASE} kræver den alder, {_ALIAS} (?P<when>har|får på sin næste fødselsdag)"))
@given(parsers.re(rf"at profilen for {DISEASE} kræver, at patienten var fyldt (?P<years>\d+) år, da diagnosen blev stillet"))
@given(parsers.re(rf"at profilen for {DISEASE} også kræver tillægsdiagnosen (?P<codes>.+)"))
def profile_requires(
    story: Story, disease: str, only: str = "", alias: str = "", when: str = "", years: str = "", codes: str = ""
) -> None:
    """Profilens næste udgave kræver mere end koden: klinikkens egne patienter eller diagnoser, en alder nu (som testpersonen har
    eller får på sin næste fødselsdag), en alder, da diagnosen blev stillet, eller en tillægsdiagnose.
    """
    populations = story.part(Populations)
    if only:
        populations.require(disease, **_ONLY[only])
    elif alias:
        populations.require(disease, alder=populations.age(alias) + (when != "har"))
    elif years:
        populations.require(disease, alderVedDiagnosen=int(years))
    else:
        populations.require(disease, tillaegsdiagnoser=populations.codes(codes))


@given(parsers.re(rf"at {_ALIAS} har diagnosen (?P<code>[^,]+)(?:, (?P<how>{'|'.join(_MADE)}))?"))
@given(parsers.re(rf"at {_ALIAS} ikke har nogen diagnoser"))
def has_diagnoses(story: Story, alias: str, code: str = "", how: str | None = None) -> None:
    """Patienten hører til klinikken og har netop de diagnoser, scenariet nævner. Klinikken stillede dem for nogen tid siden, og
    de er af arten Egen, medmindre der står andet.
    """
    populations = story.part(Populations)
    changes = _MADE[how](populations, alias) if how else {}
    populations.establish(alias, *([populations.diagnosed(code, **changes)] if code else []))


@given(parsers.re(rf"at {_ALIAS} (?P<what>{'|'.join(_IS)})"))
@when(parsers.re(rf"{_ALIAS} (?P<what>{'|'.join(_HAPPENS)})"))
def patient_is_or_does(story: Story, alias: str, what: str) -> None:
    """Sådan står patienten i klinikkens system: død eller hos en anden klinik. Eller det sker nu og bliver registreret: patienten
    skifter klinik, eller er i kontakt med klinikken om noget andet. Eller tiden går, til testpersonen har fødselsdag.
    """
    populations = story.part(Populations)
    if what in _IS:
        populations.establish(alias, standing=_IS[what])
    else:
        _HAPPENS[what](populations, alias)


@given("at klinikken har set på populationslisterne")
@given("at klinikken har set på patientlisterne")
@when("klinikken ser på populationslisterne")
@when("klinikken ser på patientlisterne")
@given(parsers.re("at klinikken har set, (?P<what>hvor mange delte planer populationslisterne viser)"))
def look_at_lists(story: Story, what: str = "") -> None:
    """Systemet har hentet de profiler, der gælder nu (selv, eller fordi brugeren beder om det), og klinikken åbner listerne."""
    story.part(Populations).look(read_off=bool(what))


@when(parsers.re(rf"lægen stiller diagnosen (?P<code>.+) hos {_ALIAS}"))
def make_diagnosis(story: Story, alias: str, code: str) -> None:
    """Lægen stiller en ny diagnose i dag og skriver den i systemet."""
    story.part(Populations).diagnose(alias, code)


@then(parsers.re(rf"består listen for {DISEASE} af (?P<names>.+)"))
@then(parsers.re(rf"listen for {DISEASE} består af (?P<names>.+)"))
@then(parsers.re(rf"står ingen af dem på listen for {DISEASE}"))
def list_is(story: Story, disease: str, names: str = "") -> None:
    """Af de patienter, scenariet nævner, står netop disse på listen, hver én gang. “Dem, de aftalte kriterier omfatter” er dem,
    som opfylder kriterierne i den aftalte profil.
    """
    if names == _AGREED:
        story.part(Populations).check_agreed(disease)
    else:
        story.part(Populations).check_list(disease, set(re.findall(r'"([^"]+)"', names)))


@then(parsers.re(rf"foreslår systemet pakkeforløbet for {DISEASE} til {_ALIAS}, nu da (?P<when>{'|'.join(_PROPOSES)})"))
@then(parsers.re(rf"foreslår systemet ikke pakkeforløbet for {DISEASE} til {_ALIAS}"))
def proposed(story: Story, disease: str, alias: str, when: str = "") -> None:
    """Systemet gør klinikken opmærksom på, at patienten er omfattet af pakkeforløbet, når diagnosen bliver stillet, eller ved
    næste kontakt, hvis den er stillet tidligere. Et pakkeforløb, som diagnosen ikke giver adgang til, foreslår det ikke.
    """
    rule = _PROPOSES[when] if when else rules.not_proposed
    story.check(rule, story.part(Populations).proposed(alias), disease)
