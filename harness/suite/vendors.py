"""The systems under test, read from fixtures/vendors/ and fixtures/reference.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Tag

from harness.domain.organisations import CLINIC
from harness.domain.seat import Seat, Seating
from harness.domain.vendor import Approval, ApprovalStatus, Channel, Driver, NoEntry, Rute, Vendor
from harness.house import House
from harness.suite.model import FileId, Strict, Text, broken, read_as


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
    pladser: dict[str, SeatEntry]
    """Hvem der spiller hver af de nationale løsninger. En, der ikke er nævnt, bliver spillet af simulatoren."""
    godkendelsesliste: RegistryFile
    godkendelser: tuple[ApprovalFile, ...]
    uden_opslag: tuple[NoEntryFile, ...] = ()


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
    return Vendor(
        id=file.id,
        product=file.produkt,
        supplier=file.leverandør,
        version=file.version,
        driver=file.driver,
        rute=Rute(file.rute.værdi, file.rute.status == "besluttet", file.rute.kilde),
        seats={entrance: _seating(each, folder) for entrance, each in file.pladser.items()},
        approvals=tuple(Approval(each.standard, each.version, each.kanal, each.status) for each in file.godkendelser),
        source=file.godkendelsesliste.kilde,
        source_date=file.godkendelsesliste.dato,
        registered_as=file.godkendelsesliste.system,
        no_entry=tuple(NoEntry(each.standard, each.version, each.kanal) for each in file.uden_opslag),
    )


def _seating(entry: Seat | SeatFile, folder: Path) -> Seating:
    """Files are named from where the system's file lies."""
    if isinstance(entry, Seat):
        return Seating(entry)
    ca, certificate, key = (
        folder / name if name else None for name in (entry.ca, entry.klientcertifikat, entry.nøgle.removeprefix("fil:"))
    )
    return Seating(entry.hvem, entry.adresse.rstrip("/"), ca, certificate, key, entry.sor)
