"""Which runs of two are asked for, whose the faults are, and which two systems cannot be run together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from harness.domain.errors import ConfigurationError
from harness.domain.requirement import Campaign
from harness.domain.vendor import Driver
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish

Pair = tuple[str, str]
"""A system and its partner, as ids or as they were named; the partner is empty in a run of one."""

EVERYONE = "all"
FOLDER = "parvis"
"""The folder under features/ with the scenarios of two."""

_WITH_PARTNER = re.compile(r"\d{8}T\d{6}-(?P<partner>[a-zæøå][\wæøå-]*?)(?:-\d+)?")


def partners_of(asked: str, systems: Sequence[str], known: Collection[str]) -> list[Pair]:
    """Each of the `systems` with each partner. `asked`: `all` of the `known`, or ids with commas between; empty: no partner.

    A system is never its own partner. Raises ConfigurationError where that leaves nothing.
    """
    if not asked:
        return [(system, "") for system in systems]
    others = list(known) if asked == EVERYONE else list(dict.fromkeys(filter(None, map(str.strip, asked.split(",")))))
    pairs = [(system, other) for system in systems for other in others if other != system]
    if not pairs:
        raise ConfigurationError(
            "--partner skal nævne et andet system end det, der sender: ingen er sin egen partner. Skriv fx --partner xmo."
        )
    return pairs


def campaign_of_pairs(campaigns: Iterable[Campaign]) -> str:
    """The id of the first campaign with scenarios of two. Raises ConfigurationError when there is none."""
    found = next((each.id for each in campaigns if FOLDER in each.features), "")
    if not found:
        raise ConfigurationError(f"--partner: Ingen kampagne har scenarier med to systemer (features: {FOLDER}).")
    return found


def each_system(wishes: Iterable[Wish]) -> list[Wish]:
    """What is asked of each system by itself, the partners too; each system once."""
    own = {each.vendor: replace(each, partner="") for each in wishes}
    others = {
        each.partner: replace(each, vendor=each.partner, partner="", faults=owned_only(each.faults))
        for each in wishes
        if each.partner
    }
    return list({**others, **own}.values())


def systems_in(setups: Iterable[RunSetup]) -> list[str]:
    """The ids of all systems that take part, each once, in an order of their own: whoever locks them all does so alike."""
    return sorted({system for each in setups for system in each.ids if system})


def played_by_us(wishes: Iterable[Wish], setups: Iterable[RunSetup]) -> tuple[list[str], list[str]]:
    """The systems that the reference LPS plays, as they were named: those that send, and those that are partners."""
    senders: dict[str, None] = {}
    partners: dict[str, None] = {}
    for wish, setup in zip(wishes, setups, strict=True):
        if setup.vendor.driver is Driver.REFERENCE:
            senders[wish.vendor] = None
        if setup.partner is not None and setup.partner.vendor.driver is Driver.REFERENCE:
            partners[wish.partner] = None
    return list(senders), list(partners)


def label(system: str, partner: str) -> str:
    """What a run is called among others: by its system, and by its partner where it has one."""
    return f"{system} til {partner}" if partner else system


def partner_named(run: str) -> str:
    """The partner that a run's id names (`20261123T094500-xmo`); empty for a run of one system."""
    found = _WITH_PARTNER.fullmatch(run)
    return found["partner"] if found else ""


def faults_of(system: str, faults: Sequence[str]) -> tuple[str, ...]:
    """The defects that `system` is to have: those that name it, and those that name nobody."""
    return tuple(each.rpartition(":")[2] for each in faults if each.rpartition(":")[0] in ("", system))


def owned_only(faults: Sequence[str]) -> tuple[str, ...]:
    """Those that say whose they are: the others are the run's own system's."""
    return tuple(each for each in faults if ":" in each)


def refuse_strangers(faults: Sequence[str], known: Collection[str]) -> None:
    """Raise ConfigurationError for a fault of a system that nobody knows."""
    strangers = sorted({each.rpartition(":")[0] for each in faults} - {"", *known})
    if strangers:
        raise ConfigurationError(f"--fault: Ukendt system: {', '.join(strangers)}. Kendte systemer: {', '.join(known)}.")


def refuse_unfit(setup: RunSetup, partner: RunSetup) -> None:
    """Raise ConfigurationError, in Danish, for two that cannot be run together."""
    if setup.vendor.id == partner.vendor.id:
        raise ConfigurationError(f"{setup.vendor.product} kan ikke være sin egen partner. Vælg et andet system med --partner.")
    for each in (setup, partner):
        if each.vendor.driver is Driver.REPLAY:
            raise ConfigurationError("--replay kan ikke bruges med --partner: der er ingen partner at spørge.")
        if each.vendor.driver is Driver.ATTENDED:
            raise ConfigurationError(
                f"{each.vendor.product} har driveren attended. Testere kan endnu ikke betjene systemer i en kørsel med partner. "
                "Vælg --driver adapter eller --driver reference, eller udelad --partner."
            )
        if each.vendor.ways and setup.target == "live":
            raise ConfigurationError(
                f"{each.vendor.product} får breve som filer (kanaler i dets fil). Det kan en kørsel med partner endnu ikke."
            )
