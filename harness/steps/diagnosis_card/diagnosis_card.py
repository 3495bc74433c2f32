"""The Danish steps about diagnosekort. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import diagnosis_card as rules
from harness.domain.diagnosis_card import CardStatus, CardType
from harness.steps.diagnosis_card.diagnosis_card_story import Cards
from harness.steps.diagnosis_card.others_card_story import OthersCard
from harness.steps.story import Story

_NAMES: Final = r'diagnose(?:n|rne) (?P<names>"[^"]+"(?:(?:, | og )"[^"]+")*)'
_LONG: Final = (
    "Ældre fraktur af højre håndled efter fald på glat føre, opereret på sygehuset i Sønderborg, siden nedsat kraft og "
    "følelse i de to yderste fingre, værst om vinteren; går til træning på eget ønske. "
) * 3
_YEAR: Final = timedelta(days=365)
_MORE: Final[Mapping[str, Callable[[date], dict[str, Any]]]] = {
    "som kontaktdiagnose": lambda _: {"type": CardType.CONTACT},
    "som relevant kontaktdiagnose": lambda _: {"status": CardStatus.RELEVANT, "type": CardType.CONTACT},
    "som relevant med debut for to år siden": lambda today: {"status": CardStatus.RELEVANT, "began": today - 2 * _YEAR},
    "med debut for to år siden": lambda today: {"began": today - 2 * _YEAR},
    "med debut for ti år siden": lambda today: {"began": today - 10 * _YEAR},
    "som relevant": lambda _: {"status": CardStatus.RELEVANT},
    "med en lang tekst": lambda _: {"longer": _LONG},
}
"""What more the doctor says of the diagnosis, and what it is to `Cards.write`."""

_HOW: Final[Mapping[str, dict[str, Any]]] = {
    "på diagnosekortet": {},
    "som privat på diagnosekortet": {"private": True},
    "uden for diagnosekortet": {"on_card": False},
}
"""Where the diagnosis is put."""

_STANDS: Final = {**{f"står {where}": how for where, how in _HOW.items()}, "er fulgt med fra en anden klinik": {"own": False}}
_WHOSE: Final = rf'hos "(?P<alias>[^"]+)"(?: (?P<more>{"|".join(_MORE)}))?(?: med noten "(?P<note>[^"]+)")?'
_ANOTHER: Final = "en anden læge i klinikken"
_TIMES: Final = {
    "siger kortet, hvornår lægen ændrede det": rules.change_has_its_time,
    "er både tidspunktet for ændringen og tidspunktet for samlingen nye": rules.both_times_are_new,
    "er hvert kort et nyt dokument": rules.documents_are_new,
}
_ODD: Final[Mapping[str, dict[str, Any]]] = {
    "er relevant": {"status": CardStatus.RELEVANT},
    "er en kontaktdiagnose": {"type": CardType.CONTACT},
    "mangler sin status": {"status": ""},
}
_SHARED_BY_OTHERS: Final = (
    rf'et diagnosekort om "(?P<alias>[^"]+)" med {_NAMES}'
    rf'(?:, hvor "(?P<odd>[^"]+)" (?P<what>{"|".join(_ODD)}))?(?P<bare>, og en diagnose uden kode og tekst)?'
)


def _listed(names: str) -> list[str]:
    return re.findall(r'"([^"]+)"', names)


@given(parsers.re(r'at diagnosekortet hos "(?P<alias>[^"]+)" er tomt'))
def is_empty(story: Story, alias: str) -> None:
    """Patienten har ingen diagnoser i systemet. Når scenariet er slut, slettes dem, det skrev."""
    story.part(Cards).clear(alias)


@given(parsers.re(rf"at {_NAMES} (?P<how>{'|'.join(_STANDS)}) {_WHOSE}"))
@when(parsers.re(rf"(?P<who>lægen|{_ANOTHER}) sætter {_NAMES} (?P<how>{'|'.join(_HOW)}) {_WHOSE}"))
def put(story: Story, names: str, how: str, alias: str, more: str | None, note: str | None, who: str = "lægen") -> None:
    """Lægen skriver hver diagnose i systemet og sætter den på diagnosekortet, hvis den skal deles. “R95/DJ449” er diagnosens
    ICPC-2- og SKS-kode; den kan også have en af dem eller kun en tekst. Uden andet er den en aktuel forløbsdiagnose. En diagnose,
    der er fulgt med fra en anden klinik, kom med patientens journal og er stillet dér.
    """
    wish = {**_HOW, **_STANDS}[how] | {"other_doctor": who == _ANOTHER} | (_MORE[more](story.today) if more else {})
    for each in _listed(names):
        story.part(Cards).write(alias, each, note=note or "", **wish)


@when(parsers.re(rf"lægen ændrer {_NAMES} til (?P<to>aktuel|relevant|privat|ikke privat)(?P<ended>, afsluttet i dag)?"))
def change(story: Story, names: str, to: str, ended: str | None) -> None:
    """Lægen giver hver diagnose en anden status, og skriver, hvornår den er afsluttet, eller gør den privat eller ikke længere
    privat.
    """
    private = {"privat": True, "ikke privat": False}.get(to)
    status = CardStatus(to) if private is None else None
    story.part(Cards).change(_listed(names), status=status, ended=bool(ended), private=private)


@when(parsers.re(rf"lægen sletter {_NAMES}"))
def delete(story: Story, names: str) -> None:
    """Lægen sletter hver diagnose i systemet."""
    story.part(Cards).delete(_listed(names))


@then(parsers.re(rf'deles netop {_NAMES} om "(?P<alias>[^"]+)"'))
def just_these_are_shared(story: Story, names: str, alias: str) -> None:
    """Den, der slår patienten op hos PLSP, kan læse hver af disse diagnoser én gang. En privat diagnose og en, der ikke er på
    kortet, har ikke stået i nogen besked, og en slettet eller en anden kliniks står der ikke. Kortet er patientens eget og
    klinikkens eget, og ingen diagnose har en andens tekst.
    """
    story.part(Cards).check_shared(alias, _listed(names))


@then(parsers.re(r'deles der intet diagnosekort om "(?P<alias>[^"]+)"'))
def nothing_is_shared(story: Story, alias: str) -> None:
    """Den, der slår patienten op hos PLSP, finder intet diagnosekort fra klinikken, heller ikke et tomt. Det, der er
    blevet privat, har ikke stået i nogen besked siden.
    """
    story.part(Cards).check_none(alias)


@then(parsers.re(rf'deles {_NAMES} (?:som lægen skrev (?:den|dem)|med teksten "(?P<text>[^"]+)")'))
def shared_as_entered(story: Story, names: str, text: str | None) -> None:
    """Det, der kan læses hos PLSP, har diagnosens koder og ingen andre, dens type, status, debut, afslutning og
    registreringsdato, og ord for ord det, lægen skrev om en diagnose uden kode. Eller: diagnosens tekst er den nævnte.
    """
    story.part(Cards).check_as_entered(_listed(names), text)


@then("deles noten ikke")
def note_stays(story: Story) -> None:
    """Lægens note til diagnosen står ikke i noget, systemet har sendt."""
    story.part(Cards).check_note()


@then(parsers.re(rf"(?P<what>{'|'.join(_TIMES)})"))
def times(story: Story, what: str) -> None:
    """Kortet hos PLSP siger, hvornår lægen sidst ændrede det; når det er ændret, er både det tidspunkt og tidspunktet for,
    hvornår kortet er samlet, nye; og et ændret kort kan kendes fra det forrige.
    """
    story.part(Cards).check_times(_TIMES[what])


@given(parsers.re(rf"at en anden klinik har delt {_SHARED_BY_OTHERS}"))
@when(parsers.re(rf"en anden klinik deler {_SHARED_BY_OTHERS}"))
def others_share(story: Story, alias: str, names: str, odd: str | None, what: str | None, bare: str | None) -> None:
    """En anden klinik deler et diagnosekort gennem PLSP. Det afløser det, den delte før. Mangler en diagnose sin status, er
    kortet ugyldigt.
    """
    story.part(OthersCard).share(alias, _listed(names), {odd: _ODD[what]} if odd and what else {}, bool(bare))


@then(parsers.re(rf'viser systemet (?:{_NAMES}|intet) fra den anden kliniks kort om "(?P<alias>[^"]+)"'))
def others_are_shown(story: Story, alias: str, names: str | None) -> None:
    """Lægen ser patientens diagnosekort fra andre: hver diagnose i det nyeste kort én gang, med de koder, den type og den status,
    kortet siger, hvor lidt der end ellers står om den, og ingen, der ikke længere er der, eller som er klinikkens egen.
    Intet: kortet er ugyldigt og bliver ikke vist.
    """
    story.part(OthersCard).check(alias, _listed(names or ""))
