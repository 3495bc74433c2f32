"""What a replay is asked to go through again, and what it cannot be asked for."""

from __future__ import annotations

import base64

from harness.domain.errors import ConfigurationError
from harness.domain.event import RunStarted
from harness.domain.vendor import Driver, Phase, Vendor
from harness.runner.wish import Wish


def replayed_run(wish: Wish, vendor: Vendor) -> RunStarted | None:
    """The run that is gone through again; None for files that were laid down, and where nothing is replayed."""
    if vendor.driver is not Driver.REPLAY:
        if wish.replay:
            raise ConfigurationError(f"--replay hører til driveren replay. Fundet: --driver {vendor.driver}.")
        return None
    if wish.resume:
        raise ConfigurationError("En kørsel med --replay kan ikke genoptages. Kør den igen: det tager sekunder.")
    if not wish.replay:
        raise ConfigurationError(
            "Driveren replay skal vide, hvad den skal bedømme: --replay MAPPE (eller en zip, HAR-fil eller besked)."
        )
    if wish.phase != Phase.SELF_TEST:
        raise ConfigurationError(f"Optagelser tæller kun i egentest. Fundet: --phase {wish.phase}.")
    if wish.target != "mock":
        raise ConfigurationError("--target live kan ikke vælges sammen med --replay: der er ingen at tale med.")
    if wish.faults:
        raise ConfigurationError("--fault kan ikke vælges sammen med --replay: fejl er noget, referencesystemet har.")
    from harness.runner.replay.source import recorded_run

    recorded = recorded_run(wish.replay)
    if recorded is None:
        return None
    if recorded.system != vendor.id:
        raise ConfigurationError(f"Optagelsen er af {recorded.system}, ikke af {vendor.id}. Skriv: --vendor {recorded.system}.")
    for option, asked, was in (("--rute", wish.rute, recorded.rute), ("--cpd", wish.cpd, recorded.cpd)):
        if asked and asked != was:
            raise ConfigurationError(f"{option} {asked} passer ikke med optagelsen, der er lavet med: {was or 'systemets egen'}.")
    return recorded


def sts_of(recorded: RunStarted) -> tuple[bytes, ...]:
    """The token service's certificates (DER) that a recorded run was held against."""
    return tuple(map(base64.b64decode, recorded.sts.values()))
