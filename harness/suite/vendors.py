"""The systems under test, read from fixtures/vendors/ and fixtures/reference.yaml."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator

from harness.domain.vendor import Access, Approval, ApprovalStatus, Channel, Driver, NoEntry, Rute, Seat, Vendor
from harness.house import House
from harness.suite.model import FileId, Strict, Text, broken, read_as
from harness.suite.secret import SecretSource, beside


def _fingerprint(value: str) -> str:
    if not re.fullmatch(r"sha256:[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}", value):
        raise broken("Skal være sha256: og certifikatets fingeraftryk, 64 hextal. Et på 40 hextal er SHA-1.")
    return f"sha256:{value.removeprefix('sha256:').replace(':', '').lower()}"


Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
"""As openssl writes it, with colons, or without."""


class RuteFile(Strict):
    """Hvordan planen kommer fra systemet til dokumentdelingen."""

    værdi: Literal["plsp", "direkte"]
    """plsp: systemet sender til PLSP, som registrerer planen. direkte: systemet sender selv ITI-41."""
    status: Literal["besluttet", "afventer"]
    kilde: Text


class RegistryFile(Strict):
    """Den godkendelsesliste, som systemets godkendelser er skrevet af efter."""

    kilde: Text
    dato: date
    """Listens egen dato."""
    system: Text
    """Systemets navn i listen."""


class ApprovalFile(Strict):
    """En linje i godkendelseslisten."""

    standard: Text
    version: Text
    kanal: Channel
    status: ApprovalStatus


class NoEntryFile(Strict):
    """En standard, som listen har for andre systemer i samme retning, men ikke for dette."""

    standard: Text
    version: Text
    kanal: Channel


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
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


class VendorFile(Strict):
    """Et system, der kan testes."""

    id: FileId
    """Det samme som filens navn: små bogstaver, tal, punktum og bindestreg."""
    produkt: Text
    leverandør: Text
    version: Text
    """Den version, der testes."""
    driver: Driver
    """Hvordan systemet bliver betjent."""
    rute: RuteFile
    pladser: dict[str, Seat]
    """Hvem der spiller hver af de nationale løsninger."""
    godkendelsesliste: RegistryFile
    godkendelser: tuple[ApprovalFile, ...]
    uden_opslag: tuple[NoEntryFile, ...] = ()
    adgang: AccessFile | None = None
    klientcertifikat: Fingerprint = ""
    """Fingeraftrykket (SHA-256) af det klientcertifikat, systemet viser, når hubben beder om et: sha256: og 64 hextal."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> VendorFile:
        if self.driver is Driver.ADAPTER and self.adgang is None:
            raise broken("Driveren adapter skal have adgang: {adresse: …} i filen.", ("driver",))
        return self


class VendorList(Strict):
    """Det, `lps vendors --json` skriver: systemernes filer, i rækkefølge efter id."""

    systemer: tuple[VendorFile, ...]


def vendor_file(house: House, id: str) -> Path:
    """Where the file of system `id` lies, whether it exists or not. `vendor_file(house, "novax")`."""
    return house.reference if id == house.reference.stem else house.vendors / f"{id}.yaml"


def read_vendors(house: House) -> VendorList:
    """The files of the systems to be certified, in order of id. Raises YamlError for the first file with mistakes."""
    return VendorList(systemer=tuple(read_as(VendorFile, path) for path in sorted(house.vendors.glob("*.yaml"))))


def load_vendors(house: House) -> dict[str, Vendor]:
    """The systems to be certified by id; the reference system is not one of them. Raises YamlError.

    Example: `load_vendors(find_house())["novax"].sends("CPD-DK")`.
    """
    return {each.id: _vendor(each, house.vendors) for each in read_vendors(house).systemer}


def load_vendor(path: Path) -> Vendor:
    """The system in one file, e.g. `load_vendor(house.reference)`. Raises YamlError."""
    return _vendor(read_as(VendorFile, path), path.parent)


def _vendor(file: VendorFile, folder: Path) -> Vendor:
    access = None
    if file.adgang is not None:
        access = Access(
            address=file.adgang.adresse,
            key=beside(file.adgang.nøgle, folder) if file.adgang.nøgle else "",
            ca=folder / file.adgang.ca if file.adgang.ca else None,
            mapping=folder / file.adgang.kort if file.adgang.kort else None,
        )
    return Vendor(
        id=file.id,
        product=file.produkt,
        supplier=file.leverandør,
        version=file.version,
        driver=file.driver,
        rute=Rute(file.rute.værdi, file.rute.status == "besluttet", file.rute.kilde),
        seats=dict(file.pladser),
        approvals=tuple(Approval(each.standard, each.version, each.kanal, each.status) for each in file.godkendelser),
        source=file.godkendelsesliste.kilde,
        source_date=file.godkendelsesliste.dato,
        registered_as=file.godkendelsesliste.system,
        no_entry=tuple(NoEntry(each.standard, each.version, each.kanal) for each in file.uden_opslag),
        access=access,
        client_certificate=file.klientcertifikat,
    )
