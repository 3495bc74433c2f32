"""The Danish steps about appointments and stamkort that are shared. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.steps.mandatory.shared_documents_story import SharedDocuments
from harness.steps.story import Story

_WHEN: Final = r"om (?P<weeks>\d+) uger kl\. (?P<at>\d{1,2}\.\d\d)"
_GIVES: Final = rf'"(?P<alias>[^"]+)" en tid {_WHEN} til "(?P<why>[^"]+)"'
_CARD: Final = r'et stamkort for "(?P<alias>[^"]+)", hvor der står "(?P<first>[^"]+)" og "(?P<second>[^"]+)"'


@given(parsers.re(f"at (?P<who>klinikken|sygehuset) har givet {_GIVES}"))
@given(parsers.re(f"at (?P<who>klinikken|sygehuset) har flyttet tiden til {_WHEN}"))
@when(parsers.re(f"(?P<who>klinikken|sygehuset) giver {_GIVES}"))
@when(parsers.re(f"(?P<who>klinikken|sygehuset) flytter tiden til {_WHEN}"))
@when(parsers.re("(?P<who>sygehuset) aflyser tiden"))
def gives_a_time(story: Story, who: str, weeks: str = "", at: str = "", alias: str | None = None, why: str | None = None) -> None:
    """Klinikken eller sygehuset giver patienten en tid, eller flytter den, der blev givet sidst, og deler det, så andre kan
    se det (APD-DK). Klokkeslættet er dansk tid. Aflyser sygehuset den, er dens dokument der endnu, men gælder ikke længere.
    """
    documents = story.part(SharedDocuments)
    if alias and why:
        documents.plan(alias, int(weeks), at, why, by_hospital=who == "sygehuset")
    elif not weeks:
        documents.cancel()
    else:
        documents.move(int(weeks), at)


@given(parsers.re(f"at (?P<who>klinikken|sygehuset) har delt {_CARD}"))
@when(parsers.re(f"(?P<who>klinikken|sygehuset) deler {_CARD}"))
def shares_a_card(story: Story, who: str, alias: str, first: str, second: str) -> None:
    """Klinikken eller sygehuset skriver oplysninger i patientens stamkort og deler det, så andre kan se det (PDC-DK)."""
    story.part(SharedDocuments).write_card(alias, (first, second), by_hospital=who == "sygehuset")


@then(parsers.re(r"kan andre (?:se )?(?P<what>tiden|begge tider|alle tiderne|kun se den nye tid|hele stamkortet|begge stamkort)"))
def others_can_see(story: Story, what: str) -> None:
    """Når andre slår patienterne op, kan de se hver tid, klinikken har givet dem, og hvorfor, under den rigtige patient med det
    rigtige navn. Er en tid flyttet, gælder den gamle ikke længere. Hele stamkortet: hver oplysning, bogstav for bogstav.
    """
    documents = story.part(SharedDocuments)
    if "stamkort" in what:
        documents.check_card_shared()
    else:
        documents.check_shared()


@then(
    parsers.re(
        r"(?:viser systemet|systemet viser) sygehusets "
        r"(?P<what>tid|tider(?:, men ikke den aflyste)?|nye tid og ikke den gamle|stamkort med alle oplysninger)"
    )
)
def system_shows(story: Story, what: str) -> None:
    """Når lægen slår patienten op, kan det, sygehuset har delt, læses: hver tid efter dansk tid og hvorfor, men ikke en, der
    er aflyst; kun den nye, når tiden er flyttet; eller hver oplysning i stamkortet.
    """
    documents = story.part(SharedDocuments)
    if what.startswith("stamkort"):
        documents.check_card_shown()
    else:
        documents.check_shown()
