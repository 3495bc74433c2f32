"""How a system is connected, as its file says: test interface, client certificate, ways of files, and who plays the services."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Discriminator, Tag, model_validator

from harness.domain.organisations import CLINIC
from harness.domain.seat import Seat, Seating
from harness.domain.vendor import Access, Channel
from harness.domain.way import FORMATS, By, Way
from harness.suite.model import Strict, Text, broken
from harness.suite.secret import SecretSource, beside


def _fingerprint(value: str) -> str:
    if not re.fullmatch(r"sha256:[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}", value):
        raise broken("Skal være sha256: og certifikatets fingeraftryk, 64 hextal. Et på 40 hextal er SHA-1.")
    return f"sha256:{value.removeprefix('sha256:').replace(':', '').lower()}"


Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
"""As openssl writes it, with colons, or without."""


def _address(value: str) -> str:
    parts = urlsplit(value)
    named = parts.username is not None or parts.password is not None
    if parts.scheme not in ("http", "https") or not parts.hostname or named or parts.query or parts.fragment:
        raise broken("Skal være en adresse, fx https://lps.leverandør.dk/test, uden brugernavn og kodeord.")
    return value.rstrip("/")


class AccessFile(Strict):
    """Hvor systemets egen testgrænseflade er. Bruges af driveren adapter."""

    adresse: Annotated[Text, AfterValidator(_address)]
    """Adressen, som stierne i docs/lps-testgraenseflade.openapi.yaml kommer efter."""
    nøgle: SecretSource | None = None
    """Hvor adgangsnøglen er: env:NAVN (en miljøvariabel) eller fil:STI. Den sendes som Authorization: Bearer."""
    ca: Text | None = None
    """Certifikater (PEM), som adressens https skal kendes på. Uden: dem, maskinen kender."""
    kort: Text | None = None
    """Filen, der siger, hvordan systemets eget API svarer til testgrænsefladen. Uden: systemet følger den."""


def _comes_as_file(value: str) -> str:
    if value not in FORMATS:
        raise broken(f"Skal være en af: {', '.join(FORMATS)}.")
    return value


class WayFile(Strict):
    """Hvordan ét format kommer frem i én retning."""

    format: Annotated[Text, AfterValidator(_comes_as_file)]
    """Navnet i MedComs godkendelsesliste, fx XREF15, eller navnet på en af vores egne kontrakter i docs/, fx web-patient."""
    retning: Channel
    """Sende: fra systemet. Modtage: til systemet."""
    vej: By = By.HTTP
    """http: over nettet. mappe: som filer i en mappe. side: som filer på hubbens side."""
    mappe: Text = ""
    """Mappen, når vejen er mappe. En sti uden drev og rod regnes fra den mappe, denne fil ligger i."""

    @model_validator(mode="after")
    def _has_a_folder_when_that_is_its_way(self) -> WayFile:
        if (self.vej is By.FOLDER) != bool(self.mappe):
            raise broken("Mappen skal stå der, når vejen er mappe, og kun da.", ("mappe",))
        return self


def _names_file(value: str) -> str:
    if value.removeprefix("fil:") in ("", value):
        raise broken("Skal være fil: og derefter stien til filen.")
    return value


def _is_sor(value: str) -> str:
    if not value.isdecimal():
        raise broken("Skal være en SOR-kode: kun cifre.")
    return value


class SeatFile(Strict):
    """Hvem der spiller en national løsning, når det ikke er simulatoren, og hvordan harnesset når den rigtige."""

    hvem: Seat
    adresse: str = ""
    """Den rigtige løsnings adresse, fx https://test.example/dros. Resten af stien (/iti41) kommer efter den."""
    ca: str = ""
    """Fil (PEM) med dem, der har udstedt løsningens certifikat. Ellers dem, maskinen kender."""
    klientcertifikat: str = ""
    """Fil (PEM) med harnessets eget certifikat over for løsningen, hvis den kræver et."""
    nøgle: Annotated[str, AfterValidator(_names_file)] = ""
    """Hvor nøglen til klientcertifikatet ligger, fx fil:/home/mig/harness.key. Nøglen selv må ikke stå her."""
    sor: Annotated[str, AfterValidator(_is_sor)] = CLINIC.sor
    """SOR-koden på den klinik, systemet er sat op til; kun dens dokumenter bliver læst. Den skrives ved dros eller plsp, hvor
    systemet afleverer planer."""


_SHORT, _LONG = "kort", "lang"


def _form(value: Any) -> str:
    return _SHORT if isinstance(value, str) else _LONG


SeatEntry = Annotated[Annotated[Seat, Tag(_SHORT)] | Annotated[SeatFile, Tag(_LONG)], Discriminator(_form)]
"""`dros: simulator`, or who and how to reach them."""


def access_of(file: AccessFile, folder: Path) -> Access:
    """Where the test interface is. Files are named from where the system's file lies, in `folder`."""
    return Access(
        address=file.adresse,
        key=beside(file.nøgle, folder) if file.nøgle else "",
        ca=folder / file.ca if file.ca else None,
        mapping=folder / file.kort if file.kort else None,
    )


def way_of(file: WayFile, folder: Path) -> Way:
    """How one format comes. The folder is named from where the system's file lies."""
    return Way(file.format, file.retning is Channel.SEND, file.vej, (folder / file.mappe).resolve() if file.mappe else None)


def seating_of(entry: Seat | SeatFile, folder: Path, owner: str = "") -> Seating:
    """Files are named from where the system's file, or the campaign's, lies. `owner` is who has the seat, where that is known."""
    if isinstance(entry, Seat):
        return Seating(entry, owner=owner)
    ca, certificate, key = (
        folder / name if name else None for name in (entry.ca, entry.klientcertifikat, entry.nøgle.removeprefix("fil:"))
    )
    return Seating(entry.hvem, entry.adresse.rstrip("/"), ca, certificate, key, entry.sor, owner)
