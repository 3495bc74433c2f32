"""What one run is asked to be, as given on a command line, and what it therefore stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from harness.domain.data_set import DataSet
from harness.domain.errors import ConfigurationError
from harness.domain.patient import Patient
from harness.domain.profile import Profile
from harness.domain.requirement import Campaign, Participation
from harness.domain.vendor import Driver, Phase, Rute, Vendor
from harness.house import House, find_house
from harness.lps.reference.capabilities import ALL_FAULTS
from harness.suite.campaigns import EVERY, asked_for, load_campaigns
from harness.suite.data_set import Entered, load_data, still_shipped
from harness.suite.fingerprint import fingerprint
from harness.suite.gherkin import read_folders
from harness.suite.patients import allowed_cprs, load_patients
from harness.suite.profiles import load_profiles
from harness.suite.vendors import load_vendor, load_vendors, vendor_file

DEFAULT_CAMPAIGN = "kol-lrs-2027"
REFERENCE = "reference"
RUTER = ("plsp", "direkte")
TARGETS = ("mock", "live")
USABLE = (Driver.REFERENCE, Driver.ATTENDED)

_Choice = TypeVar("_Choice", Driver, Phase)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for. `vendor` empty: the reference system with every capability. `rute` empty: as its file says.

    `cpd`, `faults` and `tempo` are for rehearsals: the CPD-DK version the reference LPS declares, the defects it is to have, and
    how many times as fast time runs. Live only: `hub` is the hub's control file, `lps` where the systems' test interfaces are.
    `campaign` is one or more ids with commas between, or `all`. `tag` chooses scenarios. `resume`: go on with the run whose
    log is there. `ca`: the authority behind the hub's certificate. `sts`: the token service's certificates (DER). `data`: the
    folder with MedCom's withheld set; None: the shipped one, or the campaign's in certificering.
    """

    home: Path | None = None
    vendor: str = ""
    campaign: str = EVERY
    phase: str = Phase.SELF_TEST
    target: str = "mock"
    driver: str = ""
    rute: str = ""
    cpd: str = ""
    faults: tuple[str, ...] = ()
    hub: Path | None = None
    lps: str = ""
    tempo: float = 1.0
    tag: str = ""
    resume: bool = False
    ca: Path | None = None
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class RunSetup:
    """Everything one run of one system stands on.

    `campaigns` are those of the `asked` ones that the system is in. `cpd_version` is the one the reference LPS declares; `cpd`
    the one it was told to, empty when none was wished. `data` is MedCom's withheld set; None for the shipped one.
    """

    house: House
    vendor: Vendor
    campaigns: tuple[Campaign, ...]
    asked: str
    phase: Phase
    target: str
    rute: Rute
    cpd_version: str
    faults: frozenset[str]
    patients: dict[str, Patient]
    allowed_cprs: frozenset[str]
    profiles: dict[str, Profile]
    fingerprint: dict[str, str] = field(repr=False)
    hub: Path = Path()
    lps: str = ""
    tempo: float = 1.0
    resume: bool = False
    cpd: str = ""
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    data: DataSet | None = field(default=None, repr=False)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders under features/ that its campaigns have, each once."""
        return tuple(dict.fromkeys(folder for each in self.campaigns for folder in each.features))

    @property
    def rehearsal(self) -> bool:
        """True when the LPS is the reference system: nothing that comes of it says anything about a vendor's product."""
        return self.vendor.driver is Driver.REFERENCE

    @property
    def undecided_bindings(self) -> dict[str, str]:
        """What this system's connection rests on that nobody has decided, with why."""
        bindings = {name: why for each in self.campaigns for name, why in each.bindings.items()}
        if "rute" in bindings:
            bindings["rute"] = self.rute.source
        unused = {"rute"} if self.rute.decided else set()
        if self.rute.value != "plsp":
            unused.add("plsp-snitflade")
        return {name: why for name, why in bindings.items() if name not in unused}


def prepare(wish: Wish, *, started: bool = True) -> RunSetup:
    """What `wish` comes to. Raises ConfigurationError, in Danish, for what does not exist or does not fit.

    `started`: hub and reference LPS are there in live, and the wish says where.
    """
    house = find_house(wish.home)
    vendor, file = _vendor(house, wish.vendor)
    if wish.driver:
        vendor = replace(vendor, driver=_one_of(Driver, wish.driver, "--driver"))
    if vendor.driver not in USABLE:
        raise ConfigurationError(f"Driveren “{vendor.driver}” kan ikke bruges endnu. Brug en af: {', '.join(USABLE)}.")
    if wish.target not in TARGETS:
        raise ConfigurationError(f"--target skal være en af: {', '.join(TARGETS)}. Fundet: “{wish.target}”.")
    if vendor.driver is not Driver.REFERENCE and wish.target != "live":
        raise ConfigurationError(
            f"{vendor.product} har driveren “{vendor.driver}” og kan kun testes i rigtig tid. Skriv --target live."
        )
    if started and wish.target == "live" and (wish.hub is None or (vendor.driver is Driver.REFERENCE and not wish.lps)):
        raise ConfigurationError("--target live skal vide, hvor hub og system er: --hub og --lps.")
    unknown = sorted(set(wish.faults) - set(ALL_FAULTS))
    if unknown:
        raise ConfigurationError(f"Ukendt fejl: {', '.join(unknown)}. Kendte fejl: {', '.join(ALL_FAULTS)}.")
    campaigns = _campaigns_of(vendor, load_campaigns(house, wish.campaign))
    named = {name for each in campaigns for name in each.profiles}
    phase = _one_of(Phase, wish.phase, "--phase")
    data, patients = chosen_data(house, wish, campaigns), load_patients(house)
    if phase is Phase.CERTIFICATION and vendor.driver is not Driver.REFERENCE:
        _refuse_shipped(house, data, campaigns, patients)
    return RunSetup(
        house=house,
        vendor=vendor,
        campaigns=campaigns,
        asked=asked_for(wish.campaign),
        phase=phase,
        target=wish.target,
        rute=_rute(vendor.rute, wish.rute),
        cpd_version=_cpd_version(vendor, wish.cpd),
        faults=frozenset(wish.faults),
        patients={**patients, **{each.alias: each for each in data.own}} if data else patients,
        allowed_cprs=allowed_cprs(house).union(str(each.cpr) for each in data.own) if data else allowed_cprs(house),
        profiles={name: profile for name, profile in load_profiles(house).items() if name in named},
        fingerprint=fingerprint(house, campaigns, file),
        hub=wish.hub or Path(),
        lps=wish.lps,
        tempo=wish.tempo if wish.target == "live" else 1.0,
        resume=wish.resume,
        cpd=wish.cpd,
        sts=wish.sts,
        data=data,
    )


def chosen_data(house: House, wish: Wish, campaigns: Sequence[Campaign] | None = None) -> DataSet | None:
    """MedCom's withheld set, where the wish names its folder, or where the campaigns do and the phase is certificering.

    Raises ConfigurationError for a set that cannot be used, and for campaigns that name different ones.
    """
    if wish.data is None and wish.phase != Phase.CERTIFICATION:
        return None
    named = campaigns if campaigns is not None else load_campaigns(house, wish.campaign)
    folders = {wish.data} if wish.data else {Path(each.data) for each in named if each.data}
    if len(folders) > 1:
        raise ConfigurationError("Kampagnerne bruger hver sit sæt livetest-data. Kør dem hver for sig, eller vælg ét med --data.")
    return load_data(house, folders.pop()) if folders else None


def _refuse_shipped(house: House, data: DataSet | None, campaigns: Sequence[Campaign], patients: dict[str, Patient]) -> None:
    """In certificering nothing counts that vendors have seen beforehand: better told before the hours of work."""
    if data is None:
        raise ConfigurationError(
            "Certificering tæller ikke på det udleverede sæt, som leverandøren kender. Vælg MedComs eget sæt: --data MAPPE."
        )
    scenarios = read_folders(house.features, dict.fromkeys(folder for each in campaigns for folder in each.features))
    if kept := still_shipped(data, scenarios, patients):
        first = ", ".join(map(_told, kept[:3]))
        raise ConfigurationError(
            f"MedComs eget sæt lader {len(kept)} af det udleverede sæts personer og tekster stå, fx {first}. "
            "Certificering tæller ikke på dem. Se dem alle med: lps data tjek MAPPE."
        )


def _told(entered: Entered) -> str:
    return f"“{entered.name}” i {entered.scenarios[0]}"


def _vendor(house: House, name: str) -> tuple[Vendor, Path]:
    if not name or name == REFERENCE:
        return load_vendor(house.reference), house.reference
    if name.endswith((".yaml", ".yml")):
        return load_vendor(Path(name)), Path(name)
    vendors = load_vendors(house)
    if name not in vendors:
        raise ConfigurationError(f"Ukendt system: “{name}”. Kendte systemer: {', '.join(vendors)}.")
    return vendors[name], vendor_file(house, name)


def _campaigns_of(vendor: Vendor, asked: list[Campaign]) -> tuple[Campaign, ...]:
    own = tuple(each for each in asked if each.participation(vendor.id) is not Participation.OUTSIDE)
    if not own:
        raise ConfigurationError(f"{vendor.product} er ikke med i {', '.join(each.id for each in asked)}.")
    if not any(each.features for each in own):
        raise ConfigurationError(f"{', '.join(each.id for each in own)} har ingen scenarier endnu: kravgrundlaget afventer.")
    return own


def _rute(declared: Rute, wished: str) -> Rute:
    if not wished or wished == declared.value:
        return declared
    if wished not in RUTER:
        raise ConfigurationError(f"--rute skal være en af: {', '.join(RUTER)}. Fundet: “{wished}”.")
    value: Literal["plsp", "direkte"] = "plsp" if wished == "plsp" else "direkte"
    return Rute(value, decided=False, source=f"Valgt til prøvekørslen; systemets fil siger {declared.value}")


def _cpd_version(vendor: Vendor, wished: str) -> str:
    versions = vendor.sends("CPD-DK")
    if wished in ("1.0.1", "2.0"):
        return wished
    if wished:
        raise ConfigurationError(f"--cpd skal være en af: 1.0.1, 2.0. Fundet: “{wished}”.")
    if not versions:
        raise ConfigurationError(f"{vendor.product} er ikke godkendt til at sende CPD-DK og kan derfor ikke dele planer.")
    return versions[-1]


def _one_of(kind: type[_Choice], text: str, option: str) -> _Choice:
    try:
        return kind(text)
    except ValueError:
        raise ConfigurationError(f"{option} skal være en af: {', '.join(kind)}. Fundet: “{text}”.") from None
