"""Settles what one run stands on, by what was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from harness.domain.call import Call
from harness.domain.errors import ConfigurationError
from harness.domain.requirement import Campaign, Participation
from harness.domain.vendor import Driver, Phase, Rute, Vendor
from harness.house import House, find_house
from harness.runner.pairs import faults_of, owned_only, refuse_strangers, refuse_unfit
from harness.runner.replay.wished import replayed_run, sts_of
from harness.runner.seats.problems import SeatProblem, seat_problems
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.runner.withheld import chosen_data, refuse_shipped
from harness.suite.campaigns import asked_for, load_campaigns
from harness.suite.fingerprint import measured_files
from harness.suite.patients import allowed_cprs, load_patients
from harness.suite.profiles import load_profiles
from harness.suite.secret import read_secret
from harness.suite.vendors import load_vendor, load_vendors, vendor_file, vendor_ids

DEFAULT_CAMPAIGN = "kol-lrs-2027"
REFERENCE = "reference"
RUTER = ("plsp", "direkte")
TARGETS = ("mock", "live")
USABLE = (Driver.REFERENCE, Driver.ATTENDED)

_Choice = TypeVar("_Choice", Driver, Phase)


def prepare(wish: Wish) -> RunSetup:
    """What `wish` comes to. Raises ConfigurationError, in Danish, for what does not exist or does not fit."""
    setup, partner = _prepare_one(wish), None
    if wish.partner:
        its_own = replace(wish, vendor=wish.partner, partner="", lps=wish.partner_lps, faults=owned_only(wish.faults))
        partner = _prepare_one(its_own)
        refuse_unfit(setup, partner)
        setup = replace(setup, partner=partner, files={**setup.files, "partner": partner.files["system"]})
    if owned_only(wish.faults):
        refuse_strangers(wish.faults, [each.vendor.id for each in (setup, partner) if each] + list(load_vendors(setup.house)))
    return setup


def _prepare_one(wish: Wish) -> RunSetup:
    house = find_house(wish.home)
    vendor, file = _vendor(house, wish.vendor)
    rehearsal = vendor.driver is Driver.REFERENCE
    if wish.driver or wish.replay:
        vendor = replace(vendor, driver=_one_of(Driver, wish.driver or Driver.REPLAY, "--driver"))
        rehearsal = rehearsal or vendor.driver is Driver.REFERENCE
    recorded = replayed_run(wish, vendor)
    faults = faults_of(vendor.id, wish.faults)
    if recorded is not None and recorded.partner:
        raise ConfigurationError(f"Kørslen {recorded.run} er af to systemer. Den kan endnu ikke bedømmes igen med --replay.")
    if recorded is not None:
        wish = replace(wish, rute=recorded.rute, cpd=recorded.cpd, sts=wish.sts or sts_of(recorded))
    if wish.target not in TARGETS:
        raise ConfigurationError(f"--target skal være en af: {', '.join(TARGETS)}. Fundet: “{wish.target}”.")
    if vendor.driver is Driver.REPLAY:
        rehearsal = recorded is not None and recorded.rehearsal
    elif vendor.driver is not Driver.REFERENCE:
        _refuse_what_cannot_be(vendor, wish)
        if not rehearsal:
            _refuse_what_is_for_rehearsals(vendor, replace(wish, faults=faults))
    if wish.own_values and vendor.driver is not Driver.ATTENDED:
        raise ConfigurationError(
            f"--own-values er til en tester, som skriver værdierne i systemet. {vendor.product} har driveren “{vendor.driver}”. "
            "Vælg --driver attended, eller udelad --own-values."
        )
    if wish.faults:
        _refuse_unknown(wish.faults)
    rute = _rute(vendor.rute, wish.rute)
    campaigns = _campaigns_of(vendor, load_campaigns(house, wish.campaign))
    lent = {
        entrance: (f"{each.id}.yaml", seating)
        for each in campaigns
        for party in each.partners
        for entrance, seating in party.seats.items()
    }
    vendor = replace(vendor, seats={**vendor.seats, **{entrance: seating for entrance, (_, seating) in lent.items()}})
    problems = seat_problems(vendor.seats, rute.value)
    if problems:
        where = {f"pladser.{entrance}": named for entrance, (named, _) in lent.items()}
        raise ConfigurationError("\n".join(f"{where.get(_of_seat(each), file.name)}  {each}" for each in problems))
    access = vendor.access if vendor.driver is not Driver.REFERENCE else None
    if access is not None and access.key:
        read_secret(access.key)  # that it is not there is told before anything is started
    mapping = access.mapping if access is not None else None
    own_api = _own_api(mapping) if mapping else None
    named = {name for each in campaigns for name in each.profiles}
    phase = _one_of(Phase, wish.phase, "--phase")
    data, patients = chosen_data(house, wish, campaigns), load_patients(house)
    if phase is Phase.CERTIFICATION and vendor.driver is not Driver.REFERENCE:
        refuse_shipped(house, data, campaigns, patients)
    return RunSetup(
        house=house,
        vendor=vendor,
        rehearsal=rehearsal,
        campaigns=campaigns,
        asked=asked_for(wish.campaign),
        phase=phase,
        target=recorded.target if recorded else wish.target,
        rute=rute,
        cpd_version=_cpd_version(vendor, wish.cpd),
        faults=frozenset(faults),
        patients={**patients, **{each.alias: each for each in data.own}} if data else patients,
        allowed_cprs=allowed_cprs(house).union(str(each.cpr) for each in data.own) if data else allowed_cprs(house),
        profiles={name: profile for name, profile in load_profiles(house).items() if name in named},
        files=measured_files(house, campaigns, file, mapping),
        hub=wish.hub or Path(),
        lps=wish.lps,
        tempo=wish.tempo if wish.target == "live" else 1.0,
        resume=wish.resume,
        cpd=wish.cpd,
        sts=wish.sts,
        own_api=own_api,
        replay=wish.replay,
        recorded=recorded,
        data=data,
        own_values=wish.own_values,
    )


def _own_api(mapping: Path) -> dict[str, Call]:
    from harness.lps.own_api import load_own_api

    return load_own_api(mapping)


def _of_seat(problem: SeatProblem) -> str:
    """The seat a problem is of: `pladser.dds` of `pladser.dds.adresse`."""
    return ".".join(problem.what.split(".")[:2])


def _refuse_what_cannot_be(vendor: Vendor, wish: Wish) -> None:
    """Raise ConfigurationError for what a driver needs and has not got."""
    if wish.target != "live":
        raise ConfigurationError(
            f"{vendor.product} har driveren “{vendor.driver}” og kan kun testes live: skriv --target live. "
            "En prøvekørsel med referencesystemet er --driver reference."
        )
    if vendor.driver is Driver.ADAPTER and vendor.access is None:
        raise ConfigurationError(
            f"{vendor.product}: Driveren “{vendor.driver}” skal have adgang: {{adresse: …}} i systemets fil."
        )


def _refuse_what_is_for_rehearsals(vendor: Vendor, wish: Wish) -> None:
    """Raise ConfigurationError for what would give false findings against a supplier's own system."""
    asked = {
        "--rute": wish.rute not in ("", vendor.rute.value),
        "--cpd": bool(wish.cpd),
        "--fault": bool(wish.faults),
        "--tempo": wish.tempo != 1.0,
    }
    given = [option for option, there in asked.items() if there]
    if given:
        raise ConfigurationError(f"{', '.join(given)} kan kun bruges i en prøvekørsel. {vendor.product} er leverandørens system.")


def _refuse_unknown(faults: tuple[str, ...]) -> None:
    from harness.lps.reference.capabilities import ALL_FAULTS

    unknown = sorted({each.rpartition(":")[2] for each in faults} - set(ALL_FAULTS))
    if unknown:
        raise ConfigurationError(f"Ukendt fejl: {', '.join(unknown)}. Kendte fejl: {', '.join(ALL_FAULTS)}.")


def is_file(system: str) -> bool:
    """Whether what `--vendor` names is a system's own file, and not the id of one in fixtures/vendors/."""
    return system.endswith((".yaml", ".yml"))


def _vendor(house: House, name: str) -> tuple[Vendor, Path]:
    if not name or name == REFERENCE:
        return load_vendor(house.reference), house.reference
    if is_file(name):
        return load_vendor(Path(name)), Path(name)
    known = vendor_ids(house)
    if name not in known:
        raise ConfigurationError(f"Ukendt system: “{name}”. Kendte systemer: {', '.join(known)}.")
    file = vendor_file(house, name)  # this one alone: a run of many would else read all of them for each
    return load_vendor(file), file


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
