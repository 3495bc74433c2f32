"""The Danish step about a national service that does not answer, and answers again."""

from __future__ import annotations

from typing import Final

from pytest_bdd import given, parsers, when

from harness.services.service import Availability
from harness.steps.diagnosis_card.diagnosis_card_story import Cards
from harness.steps.forloebsplan.forloebsplan_story import Forloebsplaner
from harness.steps.laboratory.laboratory_story import Laboratory
from harness.steps.questionnaire.questionnaire_story import Questionnaires
from harness.steps.story import Story

_PARTS: Final = {
    "Web-patient": Questionnaires,
    "Digitale Forløbsplaner": Forloebsplaner,
    "Health Hub": Laboratory,
    "modtageren af diagnosekort": Cards,
}
_ANSWERS: Final = {
    "er optaget": Availability.BUSY,
    "afviser": Availability.REFUSING,
    "svarer ikke": Availability.SILENT,
    "ikke svarer": Availability.SILENT,
    "svarer for sent": Availability.LATE,
}
_LATE_SECONDS: Final = 2 * 3600.0
_DOWN: Final = rf"(?P<service>{'|'.join(_PARTS)}) (?P<answer>{'|'.join(_ANSWERS)})"
_BACK: Final = (
    rf"(?P<service>{'|'.join(_PARTS)}) svarer (?:igen|(?P<late>først igen efter to timer)), "
    r"og (?:pakken|forløbsplanen|svaret|diagnosekortet) bliver sendt på ny"
)


@given(parsers.re(rf"at {_DOWN}"))
@when(parsers.re(_DOWN))
@when(parsers.re(_BACK))
def service_answers(story: Story, service: str, answer: str = "", late: str | None = None) -> None:
    """Fra nu af svarer tjenesten systemet sådan. Svarer den igen, straks eller efter to timer, sender systemet selv på ny inden
    for et kvarter, ellers beder brugeren om det.
    """
    part: Questionnaires | Forloebsplaner | Laboratory | Cards = story.part(_PARTS[service])
    if late:
        story.time.until(lambda: False, _LATE_SECONDS)
    part.set_service(_ANSWERS.get(answer, Availability.NORMAL))
    if not answer:
        part.send_again()
