"""What the harness is to speak with over the network, as a system's file says it: address, certificates and keys."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from harness.domain.errors import ConfigurationError
from harness.runner.preflight.line import Check, Line, Spot, good, wrong


@dataclass(slots=True)
class FarEnd:
    """One address of a system's file, with what belongs to it; `spots` has the place of each of its fields.

    `base` is the folder that relative paths are read from, `path` what is asked for below the address. What stands after it is
    learnt on the way, by one check for the next: the secret, how TLS is to be spoken, and what came back.
    """

    address: str
    spots: dict[str, Spot]
    base: Path
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None
    token: str | None = None
    path: str = ""
    url: SplitResult = field(default_factory=lambda: urlsplit(""))
    secret: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    status: int = 0
    body: bytes = b""
    date: str = ""

    @property
    def port(self) -> int:
        """The port the address means."""
        return self.url.port or (443 if self.url.scheme == "https" else 80)

    def spot(self, name: str) -> Spot:
        """Where a field stands, or would stand."""
        return self.spots[name]

    def file(self, named: str) -> Path:
        """The file that `named` means, with or without `fil:` before it."""
        return self.base / named.removeprefix("fil:")


def _address(end: FarEnd) -> Iterator[Line]:
    wanted, todo = "https://navn, evt. med port og sti", "Skriv adressen, som leverandøren har oplyst den."
    try:
        end.url = urlsplit(end.address)
        usable = end.url.scheme in ("http", "https") and end.url.hostname and end.port > 0
    except ValueError:
        usable = False
    if "@" in end.address or "?" in end.address:  # not shown: it may hold a secret
        todo = "Skriv nøglen i feltet nøgle i stedet."
        yield wrong("En adresse med brugernavn, adgangskode eller parametre.", wanted, todo, end.spot("adresse"))
    elif not usable:
        yield wrong(f'"{end.address}"', wanted, todo, end.spot("adresse"))
    else:
        yield good(end.address)


def _key(end: FarEnd) -> Iterator[Line]:
    if not end.token:
        return
    kind, _, name = end.token.partition(":")
    if kind == "env":
        end.secret = os.environ.get(name, "")
        if not end.secret:
            todo = f"Sæt {name}, før du starter lps."
            yield wrong(f"Miljøvariablen {name} er ikke sat.", "Miljøvariablen med adgangsnøglen.", todo, end.spot("nøgle"))
            return
    else:
        try:
            end.secret = end.file(name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            yield _unreadable(end.file(name), error, end.spot("nøgle"))
            return
        if not end.secret:
            yield wrong(f"{name} er tom.", "En fil med adgangsnøglen.", "Læg adgangsnøglen i filen.", end.spot("nøgle"))
            return
    yield good("Nøglen er der. Den bliver ikke vist.")


def _authority(end: FarEnd) -> Iterator[Line]:
    from harness.hub.tls import client_context

    secure = end.url.scheme == "https"
    if not end.authority:
        end.context = ssl.create_default_context() if secure else None
        return
    file = end.file(end.authority)
    try:
        file.read_bytes()
        context = client_context(file)
    except OSError as error:
        yield _unreadable(file, error, end.spot("ca"))
    except ConfigurationError:
        todo = "Bed leverandøren om udstederens certifikat som PEM."
        yield wrong(f"{file.as_posix()} har intet læsbart certifikat.", "Et certifikat (PEM).", todo, end.spot("ca"))
    else:
        if not secure:
            yield wrong(
                "ca er sat, men adressen er http.", "En adresse med https.", "Ret adressen, eller fjern ca.", end.spot("adresse")
            )
        else:
            end.context = context
            yield good(file.as_posix())


def _own_certificate(end: FarEnd) -> Iterator[Line]:
    if not end.certificate and not end.key:
        return
    for name, value, other in (("klientcertifikat", end.certificate, "nøgle"), ("nøgle", end.key, "klientcertifikat")):
        if not value:
            yield wrong(f"{other} er sat, men ikke {name}.", "Både klientcertifikat og nøgle.", f"Skriv {name}.", end.spot(name))
            return
        if value.startswith("env:"):
            yield wrong(f'"{value}"', "fil:STI", "Læg nøglen i en fil.", end.spot(name))
            return
        try:
            end.file(value).read_bytes()
        except OSError as error:
            yield _unreadable(end.file(value), error, end.spot(name))
            return
    assert end.certificate, "both are there by now"
    assert end.key, "both are there by now"
    yield from _pair(end, end.file(end.certificate), end.file(end.key))


def _pair(end: FarEnd, certificate: Path, key: Path) -> Iterator[Line]:
    from cryptography import x509

    locked = False

    def no_password() -> bytes:
        nonlocal locked
        locked = True
        return b""

    try:
        ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except ValueError:
        todo = "Få certifikatet som PEM."
        yield wrong(
            f"{certificate.as_posix()} har intet læsbart certifikat.", "Et certifikat (PEM).", todo, end.spot("klientcertifikat")
        )
        return
    try:
        (end.context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)).load_cert_chain(certificate, key, no_password)
    except ssl.SSLError as error:
        why = "Nøglen er låst med en adgangskode." if locked else "Nøglen kan ikke læses."
        if error.reason == "KEY_VALUES_MISMATCH":
            why = "Nøglen hører til et andet certifikat."
        yield wrong(
            why, f"Nøglen til {certificate.as_posix()}, uden adgangskode.", "Peg på den rigtige nøgle.", end.spot("nøgle")
        )
        return
    if ends <= datetime.now(UTC):
        todo = "Få et nyt certifikat af den, der har udstedt det."
        yield wrong(f"Udløbet {ends:%d-%m-%Y}.", "Et certifikat, der gælder i dag.", todo, end.spot("klientcertifikat"))
    else:
        yield good(f"Certifikat og nøgle passer sammen. Udløber {ends:%d-%m-%Y}.")


def _unreadable(file: Path, error: Exception, spot: Spot) -> Line:
    why = "findes ikke" if isinstance(error, FileNotFoundError) else "kan ikke læses"
    return wrong(f"{file.as_posix()} {why}.", "En fil, der kan læses.", "Ret stien, eller læg filen der.", spot)


OWN: tuple[Check[FarEnd], ...] = (
    Check("adresse", "Adressen", _address),
    Check("nøgle", "Adgangsnøglen", _key),
    Check("ca", "Udstederens certifikat", _authority, ("adresse",)),
    Check("klientcertifikat", "Vores certifikat og nøgle", _own_certificate),
)
