"""The Danish steps about the other clinic, which has the partner's system. A step's docstring is its text in the catalogue."""

from __future__ import annotations

from pytest_bdd import given, parsers, then

from harness.steps.pairs.other_clinic_story import OtherClinic
from harness.steps.story import Story


@given(parsers.parse('at "{alias}" er patient i begge klinikker'))
def patient_in_both(story: Story, alias: str) -> None:
    """Testpatienten er oprettet som patient i klinikken og i den anden klinik, som har partnerens system."""
    story.part(OtherClinic).admit(alias)


@given(parsers.parse('at den anden klinik har set beskederne hos "{alias}"'))
def other_clinic_looked(story: Story, alias: str) -> None:
    """Den anden klinik ser, hvilke beskeder der står hos en patient."""
    story.part(OtherClinic).remember(alias)


@then(parsers.re(r"har den anden klinik fået (?:brevet|begge breve|alle breve) netop én gang, som lægen skrev (?:det|dem)"))
def other_clinic_has_received(story: Story) -> None:
    """Hvert brev er kommet frem én gang til den anden kliniks postkasse, under den rigtige patients nummer og navn, med sit eget
    nummer, og hele teksten står i det, bogstav for bogstav. Er der fund i brevet, bliver den anden klinik ikke prøvet med det.
    """
    story.part(OtherClinic).check_sent()


@then(
    parsers.re(
        r'den anden klinik kan læse (?:brevet|begge breve) hos "(?P<alias>[^"]+)" netop én gang, som (?:det|de) blev skrevet'
    )
)
@then(parsers.re(r'beskederne hos "(?P<alias>[^"]+)" i den anden klinik er (?P<before>som før)'))
def other_clinic_shows(story: Story, alias: str, before: str | None = None) -> None:
    """Hvert brev om patienten kan læses hos patienten i den anden klinik, bogstav for bogstav og kun én gang, hvor tit det end
    kom; eller der står de samme beskeder hos patienten som før, hverken flere eller færre. Fund er den anden kliniks system,
    partneren. Har brevet selv afvigelser, eller er det ikke hentet, kan det ikke afgøres.
    """
    other = story.part(OtherClinic)
    if before:
        other.check_as_before(alias)
    else:
        other.check_shown(alias)
