"""Puts one attempt's world together in mock: one process, no socket, a virtual clock, everything new for each attempt."""

from __future__ import annotations

import httpx
import respx

from harness.domain.clock import VirtualClock
from harness.lps.adapter import AdapterDriver
from harness.lps.reference.system import HOST as LPS_HOST
from harness.lps.reference.system import HTTP_TIMEOUT, ReferenceLps, Setup
from harness.record.attempt import Attempt
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import Intake
from harness.record.log import LogWriter
from harness.runner.options import RunSetup
from harness.services.document_sharing import DocumentSharing
from harness.services.door import HOST as SERVICES_HOST
from harness.services.door import MockDoor
from harness.services.plsp import Plsp
from harness.services.world import World, fresh_ids
from harness.steps.reader import DdsReader, PlspReader, Reader
from harness.steps.story import Story, mark_of


def mock_story(setup: RunSetup, log: LogWriter, evidence: Evidence, guard: Guard, seed: str) -> Story:
    """A fresh world with a fresh reference LPS in it, as a story's beginning. `seed` makes ids and mark this attempt's own."""
    clock = VirtualClock()
    inbox = Inbox(clock)
    attempt = Attempt(log, guard, inbox)
    intake = Intake(log, evidence, guard, arrived=inbox.record, found=attempt.judge)
    ids = fresh_ids(seed)
    world = World((DocumentSharing(), Plsp()), clock, intake, ids)
    router = respx.Router(assert_all_called=False)
    transport = httpx.MockTransport(router.handler)
    door = MockDoor(world, clock, "lps", setup.vendor.id)
    lps_ids = fresh_ids(f"lps {seed}")
    lps = ReferenceLps(_lps_setup(setup, door.address), httpx.Client(transport=transport, timeout=HTTP_TIMEOUT), clock, lps_ids)
    router.route(host=SERVICES_HOST).mock(side_effect=door)
    router.route(host=LPS_HOST).mock(side_effect=lps)
    reader: Reader
    if setup.rute.value == "plsp":
        receiver, reader = "plsp", PlspReader(lambda request: world.receive("harness", request))
    else:
        receiver, reader = "dokumentdeling", DdsReader(lambda request: world.receive("harness", request))
    return Story(
        patients=setup.patients,
        profiles=setup.profiles,
        driver=AdapterDriver(httpx.Client(transport=transport, base_url=f"http://{LPS_HOST}"), ids),
        services=world,
        time=clock,
        reader=reader,
        attempt=attempt,
        receiver=receiver,
        mark=mark_of(seed),
    )


def _lps_setup(setup: RunSetup, services: str) -> Setup:
    patterns = {}
    for fact in ("niveau-kodning", "opfølgning-kodning"):
        value = setup.profiles["deling"].facts[fact].value
        assert isinstance(value, dict), f"the fact {fact} has no pattern"
        patterns[fact] = value["mønster"]
    return Setup(
        product=setup.vendor.product,
        version=setup.vendor.version,
        rute=setup.rute.value,
        cpd_version=setup.cpd_version,
        services=services,
        level_text=patterns["niveau-kodning"],
        follow_up_text=patterns["opfølgning-kodning"],
        faults=setup.faults,
    )
