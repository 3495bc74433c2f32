"""What stands in a system's file and in what a run of it is asked for, before anything is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from harness.domain.errors import ConfigurationError, FeatureError, YamlError
from harness.domain.patient import Patient
from harness.domain.requirement import Campaign, Participation
from harness.domain.seat import Seat
from harness.domain.vendor import Driver, Phase
from harness.house import House
from harness.lps.own_api import load_own_api
from harness.runner.options import REFERENCE, is_file, prepare
from harness.runner.preflight.far_end import FarEnd
from harness.runner.preflight.line import Check, Line, Spot, good, told_of, unchecked, wrong
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns
from harness.suite.connections import SeatFile
from harness.suite.gherkin import read_folders
from harness.suite.model import read_with_places
from harness.suite.patients import load_patients
from harness.suite.vendors import VendorFile, vendor_file
from harness.suite.yaml_file import Marked, Where, field_name

TEST_INTERFACE = "Testgrænsefladen"
FAR_SEATS = (Seat.RELAY, Seat.READ_BACK)
"""The seats in which somebody else's service is spoken with."""


@dataclass(slots=True)
class SystemFile:
    """A system's file as read, with the place of everything in it."""

    path: Path
    content: VendorFile
    marked: Marked

    def spot(self, *where: str | int) -> Spot:
        """Where a field stands; of one that is left out, where the nearest above it does."""
        there: Where = where
        while there not in self.marked.values:
            there = there[:-1]
        return Spot(field_name(where), self.marked.file, *self.marked.values[there])

    def file(self, named: str) -> Path:
        """The file that a path in it means: from where the file lies."""
        return self.path.parent / named


@dataclass(slots=True)
class Case:
    """One system in one run that is asked for. `whole` is the thorough look of `lps doctor`; `chosen` whether the user named
    the campaign.
    """

    house: House
    wish: Wish
    whole: bool
    chosen: bool
    _read: SystemFile | None = None
    campaigns: list[Campaign] = field(default_factory=list)
    persons: Mapping[str, Patient] = field(default_factory=dict)

    @property
    def system(self) -> SystemFile:
        """The file; asked for only by checks that need it whole."""
        assert self._read is not None, "a check that reads the file needs the check of it"
        return self._read

    @property
    def read(self) -> bool:
        """Whether the file could be read."""
        return self._read is not None

    @property
    def driver(self) -> Driver:
        """How the system is driven in this run."""
        return Driver(self.wish.driver) if self.wish.driver in list(Driver) else self.system.content.driver

    @property
    def target(self) -> str:
        """Where it is run; where nothing is asked, a real system live."""
        return self.wish.target or ("live" if self.driver in (Driver.ADAPTER, Driver.ATTENDED) else "mock")

    @property
    def connected(self) -> bool:
        """Whether the run reaches a real system, and not one of our own making."""
        return self.driver in (Driver.ADAPTER, Driver.ATTENDED) and self.target == "live"


def _file(case: Case) -> Iterator[Line]:
    name = case.wish.vendor
    if is_file(name):
        path = Path(name)
    else:
        path = vendor_file(case.house, name or REFERENCE)
        if not path.exists():
            known = sorted(each.stem for each in case.house.vendors.glob("*.yaml"))
            near = get_close_matches(name, known, 1)
            new = name if name.replace("-", "").isalnum() else "ID"
            todo = f'Mente du "{near[0]}"?' if near else f"Kendte systemer: {', '.join(known)}. Et nyt: lps new vendor {new}"
            yield wrong(f'"{name}"', "Et systems id, eller dets fil (.yaml).", todo, Spot("SYSTEM"))
            return
    try:
        case._read = SystemFile(path, *read_with_places(VendorFile, path))
    except YamlError as error:
        yield from told_of(error)
    else:
        yield good(case.system.marked.file)


def _campaign(case: Case) -> Iterator[Line]:
    try:
        case.campaigns = load_campaigns(case.house, case.wish.campaign)
    except ConfigurationError as error:
        yield from told_of(error, Spot("--campaign"))
    else:
        yield good(", ".join(each.id for each in case.campaigns))


def _phase(case: Case) -> Iterator[Line]:
    phases = [gate.phase for each in case.campaigns for gate in each.gates]
    if case.wish.phase in phases:
        yield good(case.wish.phase)
    elif case.wish.phase not in list(Phase):
        yield wrong(f'"{case.wish.phase}"', f"En af: {', '.join(Phase)}.", "Ret fasen.", Spot("--phase"))
    else:
        wanted = f"En af kampagnens faser: {', '.join(dict.fromkeys(phases))}."
        todo = "Vælg en anden fase, eller skriv fasen i kampagnens fil."
        yield wrong(f"Kampagnen har ikke fasen {case.wish.phase}.", wanted, todo, Spot("--phase"))


def _participation(case: Case) -> Iterator[Line]:
    name = case.system.content.id
    parts = {each.id: each.participation(name) for each in case.campaigns}
    inside = [f"{campaign}: {part}" for campaign, part in parts.items() if part is not Participation.OUTSIDE]
    todo = f"Vælg en anden kampagne, eller skriv {name} under deltagere i kampagnens fil, når MedCom har sagt god for det."
    if inside or name == REFERENCE:
        yield good(", ".join(inside) or "Referencesystemet kan køre alt.")
    elif case.chosen:
        spot = Spot(f"deltagere.{name}", (case.house.campaigns / f"{case.campaigns[0].id}.yaml").as_posix())
        yield wrong(f"{name} er ikke med i {', '.join(parts)}.", "Et system, der er med.", todo, spot)
    else:
        yield unchecked(f"{name} er ikke med i {', '.join(parts)}.", todo)


def _driver(case: Case) -> Iterator[Line]:
    wished, content = case.wish.driver, case.system.content
    if wished and wished not in list(Driver):
        yield wrong(f'"{wished}"', f"En af: {', '.join(Driver)}.", "Ret driveren.", Spot("--driver"))
    elif case.target not in ("mock", "live"):
        yield wrong(f'"{case.target}"', "mock eller live", "Ret målet.", Spot("--target"))
    elif case.driver in (Driver.ADAPTER, Driver.ATTENDED) and case.target == "mock":
        todo = "Kør mod det med --target live, eller prøvekør med --driver reference."
        yield wrong(f"{case.driver} i mock.", "live: systemet er ikke i testharnessets egen proces.", todo, Spot("--target"))
    elif case.driver is Driver.ADAPTER and content.adgang is None:
        todo = "Skriv adgang: { adresse: …, nøgle: env:NAVN } i systemets fil."
        yield wrong("--driver er adapter, men filen har ingen adgang.", "Feltet adgang.", todo, case.system.spot("adgang"))
    else:
        yield good(f"{case.driver}, {case.target}")


def _asked(case: Case) -> Iterator[Line]:
    """What is left is found by the very function a run begins with."""
    if case.connected or not any(
        each.participation(case.system.content.id) is not Participation.OUTSIDE for each in case.campaigns
    ):
        return
    if not case.system.content.godkendelser:
        yield unchecked("Filen har ingen godkendelser endnu.", "Skriv dem af efter MedComs liste over godkendte systemer.")
        return
    try:
        prepare(replace(case.wish, target="mock", driver=Driver.REFERENCE))
    except ConfigurationError as error:
        yield from told_of(error, case.system.spot("godkendelser") if "CPD-DK" in str(error) else Spot("--campaign"))
    else:
        yield good("Kampagne, fase, rute og fejl kan køres sammen.")


def _scenarios(case: Case) -> Iterator[Line]:
    if not case.whole and not case.connected:
        return
    try:
        scenarios = read_folders(case.house.features, [name for each in case.campaigns for name in each.features])
        persons = load_patients(case.house)
    except YamlError as error:
        yield from told_of(error)
        return
    except FeatureError as error:
        for told in str(error).splitlines():
            place = re.match(r"(.+?):(\d+): (.*)", told)
            assert place, "every reason begins with its place"
            yield wrong(place[3], "Et scenarie, der kan køres, som det læses.", "Ret linjen.", Spot("", place[1], int(place[2])))
        return
    texts = "\n".join(step for each in scenarios for step in each.steps)
    case.persons = {name: each for name, each in persons.items() if f'"{name}"' in texts}
    yield good(f"{len(scenarios)} scenarier.")


def _channels(case: Case) -> Iterator[Line]:
    folders = {number: each.mappe for number, each in enumerate(case.system.content.kanaler) if each.mappe}
    lacking = {number: case.system.file(named) for number, named in folders.items() if not case.system.file(named).is_dir()}
    for number, folder in lacking.items():
        spot = case.system.spot("kanaler", number, "mappe")
        yield wrong(f"{folder.as_posix()} findes ikke.", "En mappe.", "Ret stien, eller lav mappen.", spot)
    if folders and not lacking:
        yield good(f"{len(folders)} mapper er der.")


def _seats(case: Case) -> Iterator[Line]:
    from harness.runner.mock import services

    known = {name for each in services() for name in (each.name, *each.entrances)} | {"dros", "dds"}
    lines = []
    for name, each in case.system.content.pladser.items():
        who, address = (each.hvem, each.adresse) if isinstance(each, SeatFile) else (each, None)
        if name not in known:
            near = get_close_matches(name, sorted(known), 1)
            todo = f'Mente du "{near[0]}"?' if near else f"Kendte løsninger: {', '.join(sorted(known))}."
            spot = case.system.spot("pladser", name)
            lines.append(wrong(f'"{name}"', "En national løsning, som testharnesset kender.", todo, spot))
        elif who in FAR_SEATS and not address:
            todo = f"Skriv {name}: {{ hvem: …, adresse: … }} med den rigtige løsnings adresse."
            spot = case.system.spot("pladser", name, "adresse")
            lines.append(wrong("Der er ingen adresse.", "Den rigtige løsnings adresse.", todo, spot))
    yield from lines or [good(f"{len(case.system.content.pladser)} løsninger.")]


def _mapping(case: Case) -> Iterator[Line]:
    access = case.system.content.adgang
    if access is None or not access.kort:
        return
    file = case.system.file(access.kort)
    if not file.is_file():
        yield wrong(f"{file.as_posix()} findes ikke.", "En fil.", "Ret stien.", case.system.spot("adgang", "kort"))
        return
    try:
        load_own_api(file)
    except YamlError as error:
        yield from told_of(error)
    else:
        yield good(file.as_posix())


def far_ends(case: Case) -> Iterator[tuple[str, FarEnd]]:
    """What a live run would speak with over the network, by name: a real system's test interface, and real services' seats."""
    file = case.system
    names = ("adresse", "ca", "klientcertifikat", "nøgle")
    access = file.content.adgang
    if access is not None and case.connected:
        spots = {name: file.spot("adgang", name) for name in ("adresse", "ca", "nøgle")}
        path = "" if access.kort else "/egenskaber"
        yield TEST_INTERFACE, FarEnd(access.adresse, spots, file.path.parent, access.ca, token=access.nøgle, path=path)
    for name, each in file.content.pladser.items():
        if isinstance(each, SeatFile) and each.adresse:
            spots = {part: file.spot("pladser", name, part) for part in names}
            yield f"Plads {name}", FarEnd(each.adresse, spots, file.path.parent, each.ca, each.klientcertifikat, each.nøgle)
    yield from _lent_seats(case, names)


def _lent_seats(case: Case, names: Sequence[str]) -> Iterator[tuple[str, FarEnd]]:
    """The seats that parties of the campaigns bring their own systems to."""
    for campaign in case.campaigns:
        folder = case.house.campaigns
        for party in campaign.partners:
            for name, each in party.seats.items():
                field = f"partnere.{party.id}.pladser.{name}"
                spots = {part: Spot(f"{field}.{part}", (folder / f"{campaign.id}.yaml").as_posix()) for part in names}
                ca, certificate, key = (str(path) if path else None for path in (each.ca, each.certificate, each.key))
                if each.address:
                    yield f"Plads {name}", FarEnd(each.address, spots, folder, ca, certificate, f"fil:{key}" if key else None)


CHECKS: tuple[Check[Case], ...] = (
    Check("system", "Systemets fil", _file),
    Check("kampagne", "Kampagnen", _campaign),
    Check("fase", "Fasen", _phase, ("kampagne",)),
    Check("deltagelse", "Deltagelsen", _participation, ("system", "kampagne")),
    Check("driver", "Driver og mål", _driver, ("system",)),
    Check("kørsel", "Kørslen", _asked, ("system", "kampagne", "fase", "deltagelse", "driver")),
    Check("scenarier", "Scenarierne", _scenarios, ("kampagne",)),
    Check("pladser", "Pladserne", _seats, ("system",)),
    Check("kanaler", "Kanalerne", _channels, ("system",)),
    Check("kort", "Kortet over systemets API", _mapping, ("system",)),
)
