"""What can be wrong with who plays the national services: configuration or environment, found before any scenario."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from harness.domain.seat import SIMULATED, Seat, Seating, Seats
from harness.hub.proxy import proxy_towards
from harness.runner.seats.seated import ENTRANCES, SEEN
from harness.services.relayed import RELAYED


@dataclass(frozen=True, slots=True)
class SeatProblem:
    """One thing that is wrong: `what` names the field, the rest are Danish phrases."""

    what: str
    found: str
    wanted: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: Fundet: {self.found}. Skal være {self.wanted}. {self.remedy}"


def seat_problems(seats: Seats, rute: str) -> list[SeatProblem]:
    """Why a system cannot be tested with these `seats`, as far as its file and the files it names tell."""
    return [problem for entrance, seating in sorted(seats.items()) for problem in _problems(entrance, seating)] + [
        *_apart(seats, rute)
    ]


def _problems(entrance: str, seating: Seating) -> Iterator[SeatProblem]:
    what = f"pladser.{entrance}"
    if entrance not in ENTRANCES:
        yield SeatProblem(what, entrance, f"en af {', '.join(sorted(ENTRANCES))}", "Ret navnet.")
        return
    if seating.who not in SEEN:
        return
    if entrance not in RELAYED:
        wanted = "simulator, fil eller attest"
        yield SeatProblem(what, str(seating.who), wanted, f"Harnesset kan kun læse {', '.join(sorted(RELAYED))} hos den rigtige.")
        return
    address = urlsplit(seating.address)
    needed = seating.who is Seat.RELAY or entrance == "dds"
    if (needed or seating.address) and not (address.scheme in ("http", "https") and address.hostname):
        remedy = "Skriv den rigtige løsnings adresse i testmiljøet."
        yield SeatProblem(f"{what}.adresse", seating.address or "ingenting", "en adresse, der begynder med https://", remedy)
    files = {"ca": seating.ca, "klientcertifikat": seating.certificate, "nøgle": seating.key}
    missing = {name: path for name, path in files.items() if path is not None and not path.is_file()}
    for name, path in missing.items():
        yield SeatProblem(f"{what}.{name}", f"ingen fil {path}", "en fil (PEM), der findes", "Ret stien, eller læg filen der.")
    if (seating.certificate is None) is not (seating.key is None):
        lacking = "klientcertifikat" if seating.certificate is None else "nøgle"
        yield SeatProblem(f"{what}.{lacking}", "ingenting", "både klientcertifikat og nøgle, eller ingen af dem", "Skriv begge.")
    elif not missing:
        yield from _unusable(what, seating)


def _unusable(what: str, seating: Seating) -> Iterator[SeatProblem]:
    from harness.hub.relay import tls_towards  # and asyncio with it, which few runs need

    try:
        tls_towards(seating)
    except (ssl.SSLError, OSError) as error:
        remedy = "Kontrollér, at filerne er PEM, og at nøglen hører til certifikatet."
        yield SeatProblem(
            what, f"filer, der ikke kan bruges ({error})", "ca, klientcertifikat og nøgle, der passer sammen", remedy
        )


def _apart(seats: Seats, rute: str) -> Iterator[SeatProblem]:
    """Plans that go in at one door come out at another: both are played by simulators, or both are real."""
    doors = ["dros", "dds", *(["plsp"] if rute == "plsp" else [])]
    real = [door for door in doors if seats.get(door, SIMULATED).is_real]
    if not real or len(real) == len(doors):
        return
    told = ", ".join(f"{door}: {seats.get(door, SIMULATED).who}" for door in doors)
    remedy = "En plan, der bliver afleveret til den rigtige løsning, kan ikke læses i simulatoren, eller omvendt."
    yield SeatProblem("pladser", told, f"simulator for alle af {', '.join(doors)} eller for ingen", remedy)


def seat_trouble(entrance: str, seating: Seating) -> SeatProblem | None:
    """Why the real service cannot be reached as `seating` says; None when it answers, whatever it answers.

    Asks it once, with GET. Only where `seat_problems` finds nothing.
    """
    import httpx

    from harness.hub.relay import REACH_SECONDS, tls_towards

    what = f"pladser.{entrance}"
    try:
        tls, proxy = tls_towards(seating), proxy_towards(seating.address)
        with httpx.Client(verify=tls, timeout=REACH_SECONDS, proxy=proxy, trust_env=False) as client:
            client.get(seating.address)
    except httpx.TransportError as error:
        told = str(error) or type(error).__name__
        if seating.certificate is None and any(sign in told.upper().replace(" ", "_") for sign in _WANTS_CERTIFICATE):
            remedy = (
                "Systemets eget klientcertifikat kan ikke gå gennem harnesset: forbindelsen slutter her. Skaf et til harnesset, "
                "eller lad systemet sende selv, og vælg aflæsning."
            )
            return SeatProblem(
                f"{what}.klientcertifikat",
                f"ingenting, og {seating.address} kræver et",
                "harnessets eget klientcertifikat",
                remedy,
            )
        if "CERTIFICATE_VERIFY_FAILED" in told:
            remedy = "Angiv udstederen i ca."
            return SeatProblem(
                f"{what}.ca", f"et certifikat hos {seating.address}, der ikke kan kendes ({told})", "kendt", remedy
            )
        remedy = "Kontrollér adressen, netværket og en eventuel proxy."
        return SeatProblem(f"{what}.adresse", f"intet svar fra {seating.address} ({told})", "en løsning, der svarer", remedy)
    return None


_WANTS_CERTIFICATE: Final = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "BAD_CERTIFICATE")
