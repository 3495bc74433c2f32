"""The systems under test, read from fixtures/vendors/ and fixtures/reference.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from harness.domain.vendor import Approval, ApprovalStatus, Channel, Driver, NoEntry, Rute, Vendor
from harness.house import House
from harness.suite.connections import AccessFile, Fingerprint, SeatEntry, WayFile, access_of, seating_of, way_of
from harness.suite.model import FileId, Strict, Text, broken, read_as
from harness.suite.patients import NationalCpr


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
    adgang: AccessFile | None = None
    klientcertifikat: Fingerprint = ""
    """Fingeraftrykket (SHA-256) af det klientcertifikat, systemet viser, når hubben beder om et: sha256: og 64 hextal."""
    kanaler: tuple[WayFile, ...] = ()
    """Det, der ikke kommer over http: hvilke formater der kommer som filer, og hvor. Se docs/filer.md."""
    testbrugere: tuple[NationalCpr, ...] = ()
    """Testpersoner i systemet ud over MedComs nationale. Aldrig et rigtigt menneskes nummer."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> VendorFile:
        if self.driver is Driver.ADAPTER and self.adgang is None:
            raise broken("Driveren adapter skal have adgang: {adresse: …} i filen.", ("driver",))
        return self

    @model_validator(mode="after")
    def _has_one_way_for_each(self) -> VendorFile:
        seen: set[tuple[str, Channel]] = set()
        watched = {each.mappe for each in self.kanaler if each.retning is Channel.SEND} - {""}
        for number, each in enumerate(self.kanaler):
            if (each.format, each.retning) in seen:
                raise broken("Har allerede en vej i den retning.", ("kanaler", number, "format"))
            seen.add((each.format, each.retning))
            if each.retning is Channel.RECEIVE and each.mappe in watched:
                raise broken("Skal være en anden mappe end den, systemet lægger sine egne filer i.", ("kanaler", number, "mappe"))
        return self


class VendorList(Strict):
    """Det, `lps vendors --json` skriver: systemernes filer, i rækkefølge efter id."""

    systemer: tuple[VendorFile, ...]


def vendor_file(house: House, id: str) -> Path:
    """Where the file of system `id` lies, whether it exists or not. `vendor_file(house, "novax")`."""
    return house.reference if id == house.reference.stem else house.vendors / f"{id}.yaml"


def vendor_ids(house: House) -> tuple[str, ...]:
    """The ids of the systems to be certified, in order: a system's file is named by its id."""
    return tuple(sorted(path.stem for path in house.vendors.glob("*.yaml")))


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
        seats={entrance: seating_of(each, folder) for entrance, each in file.pladser.items()},
        approvals=tuple(Approval(each.standard, each.version, each.kanal, each.status) for each in file.godkendelser),
        source=file.godkendelsesliste.kilde,
        source_date=file.godkendelsesliste.dato,
        registered_as=file.godkendelsesliste.system,
        no_entry=tuple(NoEntry(each.standard, each.version, each.kanal) for each in file.uden_opslag),
        access=access_of(file.adgang, folder) if file.adgang else None,
        client_certificate=file.klientcertifikat,
        ways=tuple(way_of(each, folder) for each in file.kanaler),
    )
