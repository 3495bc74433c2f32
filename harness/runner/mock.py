"""Puts one attempt's world together in mock: no socket, a virtual clock, everything new."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import httpx

from harness.domain.clock import VirtualClock
from harness.domain.organisations import CLINIC, PARTNER_CLINIC
from harness.domain.patient import Organisation
from harness.domain.seat import SIMULATED, Seat
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import Driver
from harness.lps.reference.system import HOST as LPS_HOST
from harness.lps.reference.system import ReferenceLps, Setup
from harness.lps.variations.line import http_timeout, line_of
from harness.lps.variations.made import varied
from harness.lps.variations.packing import form_of
from harness.record.attempt import Attempt
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import Intake
from harness.record.log import Log
from harness.runner.hosts import PARTNER_HOST, Hosts
from harness.runner.setup import RunSetup
from harness.services.cockpit import Cockpit
from harness.services.diagnosis_cards import DiagnosisCards
from harness.services.dnhf import Dnhf
from harness.services.document_sharing import DocumentSharing
from harness.services.door import MockDoor
from harness.services.ehmi import Ehmi
from harness.services.eoj import Eoj
from harness.services.flp import Flp
from harness.services.health_hub import HealthHub
from harness.services.lab_readers import lab_readers
from harness.services.laboratory import Laboratory
from harness.services.min_plan import MinPlan
from harness.services.plsp import Plsp
from harness.services.service import LPS, PARTNER, Service
from harness.services.vans import Vans
from harness.services.web_patient import WebPatient
from harness.services.world import World, fresh_ids
from harness.standards.xds.metadata import DocumentEntry
from harness.steps.reader import Ask, DdsReader, PlspReader, Reader, everyones
from harness.steps.story import Partner, Story, mark_of


def story_in(setup: RunSetup, log: Log, evidence: Evidence, guard: Guard, hosts: Hosts, seed: str) -> Story:
    """A fresh world with a fresh reference LPS in it, which `hosts` lead to. `seed` makes ids and marks this attempt's own."""
    clock = VirtualClock()
    inbox = Inbox(clock)
    attempt = Attempt(log, guard, inbox, partner_id(setup))
    intake = Intake(
        log,
        evidence,
        guard,
        arrived=inbox.record,
        found=attempt.judge,
        on_partner=partial(attempt.judge, side=attempt.partner),
    )
    ids = fresh_ids(seed)
    world = World(services(), clock, intake, ids)
    transport = hosts.line()
    door = MockDoor(world, clock, LPS, setup.vendor.id, *((setup.wire,) if setup.wire else ()))
    client = httpx.Client(transport=line_of(transport, setup.variations), timeout=http_timeout(setup.variations))
    lps = varied(ReferenceLps, setup.variations)(lps_setup(setup, door.address), client, clock, fresh_ids(f"lps {seed}"))
    partner = None
    if setup.partner is not None:
        its_door = MockDoor(world, clock, PARTNER, setup.partner.vendor.id)
        its_setup = lps_setup(setup.partner, its_door.address, PARTNER_CLINIC)
        its_lps = varied(ReferenceLps, setup.partner.variations)(its_setup, client, clock, fresh_ids(f"partner {seed}"))
        hosts.partner_services.answer, hosts.partner.answer = its_door, its_lps
        its_client = httpx.Client(transport=transport, base_url=f"http://{PARTNER_HOST}")
        partner = partner_in(setup, AdapterDriver(its_client, fresh_ids(f"hos partneren {seed}")), remembers=False)
    hosts.services.answer, hosts.lps.answer = door, lps
    ask = partial(world.receive, "harness")
    receiver, reader = receiver_and_reader(setup, ask)
    return Story(
        patients=setup.patients,
        profiles=setup.profiles,
        driver=AdapterDriver(httpx.Client(transport=transport, base_url=f"http://{LPS_HOST}"), ids),
        services=world,
        time=clock,
        reader=reader,
        ask=ask,
        attempt=attempt,
        receiver=receiver,
        mark=mark_of(seed),
        sts=setup.sts,
        files=setup.data.files if setup.data else {},
        partner=partner,
    )


def partner_id(setup: RunSetup) -> str:
    """The id of the other LPS of a run of two; empty in every other run."""
    return setup.partner.vendor.id if setup.partner else ""


def partner_in(setup: RunSetup, driver: Driver, *, remembers: bool) -> Partner:
    """The other LPS of a run of two as an attempt knows it, made to act by `driver`; not a new one if it `remembers`."""
    assert setup.partner is not None, "the run has two"
    return Partner(setup.partner.vendor.id, setup.partner.vendor.product, driver, setup.vendor.product, remembers)


def lps_setup(setup: RunSetup, services: str, clinic: Organisation = CLINIC) -> Setup:
    """What the reference LPS takes on in this run; `services` is where it finds the national services, `clinic` who has it."""
    return Setup(
        product=setup.vendor.product,
        version=setup.vendor.version,
        rute=setup.rute.value,
        cpd_version=setup.cpd_version,
        services=services,
        faults=setup.faults,
        variations=setup.variations,
        form=form_of(setup.variations),
        profiles=setup.profiles,
        clinic=clinic,
    )


def services() -> tuple[Service, ...]:
    """The national services of a fresh world."""
    return (
        DocumentSharing(),
        Plsp(),
        Vans(),
        Dnhf(),
        Cockpit(),
        WebPatient(),
        MinPlan(),
        Flp(),
        Laboratory(),
        HealthHub(),
        *lab_readers(),
        DiagnosisCards(),
        Ehmi(),
        Eoj(),
    )


def clinic_of(setup: RunSetup) -> str:
    """The SOR code of the clinic that the system is set up as, at the service that takes its plans."""
    return setup.vendor.seats.get("plsp" if setup.rute.value == "plsp" else "dros", SIMULATED).sor


def receiver_and_reader(setup: RunSetup, ask: Ask, ours: Callable[[DocumentEntry], bool] = everyones) -> tuple[str, Reader]:
    """The service that takes plans by this system's rute, and how it is read: PLSP that is read back, by what it registered."""
    if setup.rute.value != "plsp":
        return "dokumentdeling", DdsReader(ask, ours)
    read_back = setup.vendor.seats.get("plsp", SIMULATED).who is Seat.READ_BACK
    return "plsp", DdsReader(ask, ours) if read_back else PlspReader(ask)
