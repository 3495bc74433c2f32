"""The systems under test, read from fixtures/vendors/ and fixtures/reference.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Tag, model_validator

from harness.domain.vendor import Approval, ApprovalStatus, Channel, Driver, NoEntry, Rute, Seat, Vendor
from harness.house import House
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


def _elsewhere(value: str) -> str:
    if value.partition(":")[0] not in ("env", "fil") or not value.partition(":")[2]:
        raise broken("Skal være env:NAVN (en miljøvariabel) eller fil:STI.")
    return value


Elsewhere = Annotated[str, AfterValidator(_elsewhere)]
"""A secret, which never stands in the file: `env:NAVN` names an environment variable, `fil:STI` a file."""


class AccessFile(Strict):
    """Vejen til systemets egen testgrænseflade (docs/lps-testgraenseflade.openapi.yaml)."""

    adresse: Text
    """Fx https://test.leverandør.dk/lps."""
    nøgle: Elsewhere | None = None
    """Adgangsnøglen: env:NAVN eller fil:STI. Udelades, når grænsefladen er åben."""
    ca: Text | None = None
    """Udstederen af grænsefladens certifikat (PEM). Udelades, når maskinen selv kender den."""
    kort: Text | None = None
    """Filen, der oversætter til systemets egen API. Udelades, når systemet har testgrænsefladen selv."""


class ChannelFile(Strict):
    """Hvordan beskeder i ét format kommer til eller fra systemet."""

    format: Text
    """Som i godkendelserne, fx XREF15."""
    retning: Channel
    vej: Literal["http", "mappe", "side"]
    mappe: Text | None = None
    """Kun ved vej: mappe."""


class SeatFile(Strict):
    """Hvem der spiller en national løsning, og hvor den er."""

    hvem: Seat
    adresse: Text | None = None
    """Den rigtige løsnings adresse, ved gennemstilling og aflæsning."""
    ca: Text | None = None
    """Udstederen af dens certifikat (PEM)."""
    klientcertifikat: Text | None = None
    """Det certifikat, testharnesset viser den (PEM)."""
    nøgle: Elsewhere | None = None
    """Klientcertifikatets nøgle: fil:STI."""


def _form(value: Any) -> str:
    return "felter" if isinstance(value, dict | SeatFile) else "ord"


SeatForm = Annotated[Annotated[Seat, Tag("ord")] | Annotated[SeatFile, Tag("felter")], Discriminator(_form)]
"""A seat in one word where nothing more needs saying, `simulator`, or with fields."""


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
    pladser: dict[str, SeatForm]
    """Hvem der spiller hver af de nationale løsninger."""
    godkendelsesliste: RegistryFile
    godkendelser: tuple[ApprovalFile, ...]
    uden_opslag: tuple[NoEntryFile, ...] = ()
    adgang: AccessFile | None = None
    kanaler: tuple[ChannelFile, ...] = ()
    """Udelades for de formater, der går over http."""
    testbrugere: tuple[NationalCpr, ...] = ()
    """Testpersoner i systemet ud over MedComs nationale. Aldrig et rigtigt menneskes nummer."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> VendorFile:
        if self.driver is Driver.ADAPTER and self.adgang is None:
            raise broken("Driveren adapter skal have adgang: {adresse: …} i filen.", ("driver",))
        known = [each.standard for each in self.godkendelser] + [each.standard for each in self.uden_opslag]
        watched = {each.mappe for each in self.kanaler if each.retning is Channel.SEND} - {None}
        for number, each in enumerate(self.kanaler):
            if each.format not in known:
                raise broken("Skal være en standard, som står i filens godkendelser.", ("kanaler", number, "format"))
            if (each.vej == "mappe") != bool(each.mappe):
                raise broken("Skal være en mappe, når vejen er mappe, og ellers ikke skrevet.", ("kanaler", number, "mappe"))
            if each.retning is Channel.RECEIVE and each.mappe in watched:
                raise broken("Skal være en anden mappe end den, systemet lægger sine egne filer i.", ("kanaler", number, "mappe"))
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
    return {each.id: _vendor(each) for each in read_vendors(house).systemer}


def load_vendor(path: Path) -> Vendor:
    """The system in one file, e.g. `load_vendor(house.reference)`. Raises YamlError."""
    return _vendor(read_as(VendorFile, path))


def _vendor(file: VendorFile) -> Vendor:
    return Vendor(
        id=file.id,
        product=file.produkt,
        supplier=file.leverandør,
        version=file.version,
        driver=file.driver,
        rute=Rute(file.rute.værdi, file.rute.status == "besluttet", file.rute.kilde),
        seats={name: each.hvem if isinstance(each, SeatFile) else each for name, each in file.pladser.items()},
        approvals=tuple(Approval(each.standard, each.version, each.kanal, each.status) for each in file.godkendelser),
        source=file.godkendelsesliste.kilde,
        source_date=file.godkendelsesliste.dato,
        registered_as=file.godkendelsesliste.system,
        no_entry=tuple(NoEntry(each.standard, each.version, each.kanal) for each in file.uden_opslag),
    )
