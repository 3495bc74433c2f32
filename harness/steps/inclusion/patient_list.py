"""The Danish steps about patient lists that are for no pakkeforløb. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import patient_list as rules
from harness.steps.inclusion.population_story import Populations
from harness.steps.story import Story

_IDS: Final = {
    "nyrepåvirkning": "nyrepaavirkning",
    "Triple Whammy": "triple-whammy",
    "klausuleret tilskud": "klausuleret-tilskud",
}
_LIST: Final = rf"patientlisten for (?P<title>{'|'.join(_IDS)})"
_BESIDE: Final = {"Triple Whammy": "nyrepåvirkning"}
"""Which list each is shown together with: MedCom, styregruppemøde for digitale forløbsplaner 2024, punkt 6."""


def _found(story: Story, *titles: str) -> Populations:
    """The lists, when the clinic can find these by their names."""
    lists = story.part(Populations)
    for each in titles:
        story.check(rules.is_found, lists.called(each), each)
    return lists


@given(parsers.re(rf"at {_LIST} er udgivet"))
@when(parsers.re(rf"{_LIST} bliver udgivet"))
def list_is_published(story: Story, title: str) -> None:
    """Patientlisten bliver udgivet med de kriterier, der står i profilen. De er kun eksempler, indtil den kliniske brugergruppe
    har besluttet de rigtige. Listen for Triple Whammy bliver udgivet som én, der vises sammen med listen for nyrepåvirkning.
    """
    criteria: Any = story.profiles["patientlister"].facts["patientlisternes-kriterier"].value
    content: Mapping[str, Any] = criteria[title]
    beside = {"sammenMed": _IDS[_BESIDE[title]]} if title in _BESIDE else {}
    story.part(Populations).publish_list(title, _IDS[title], {"koder": content["koder"], **beside})


@then(parsers.re(rf"(?:består )?{_LIST} (?:består )?af dem, kriterierne omfatter"))
def list_follows_criteria(story: Story, title: str) -> None:
    """Systemet har listen under det navn, den er udgivet med, og af de patienter, scenariet nævner, står netop dem på den, som
    opfylder kriterierne i profilen, hver én gang.
    """
    with story.judged_by(rules.follows_criteria):
        lists = _found(story, title)
        listed = lists.listed(title)
    story.check(rules.follows_criteria, listed, *lists.expected(title))


@then(parsers.re(rf"(?:viser systemet|systemet viser) {_LIST} sammen med patientlisten for (?P<beside>{'|'.join(_IDS)})"))
def lists_are_together(story: Story, title: str, beside: str) -> None:
    """Når klinikken åbner den ene liste, kan den se den anden ved siden af."""
    lists = _found(story, title, beside)
    titles = {each: name for name, each in _IDS.items()}
    shown = lists.shown(title).text("sammenMed", "")
    story.check(rules.shown_together, titles.get(shown, shown), beside)
