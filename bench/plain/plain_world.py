"""A scenario's story in a mock world with a plain record: exchanges stay in memory, judgements are counted, no file is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial

import httpx

from harness.conformance.rule import Judgement
from harness.domain.clock import VirtualClock
from harness.domain.exchange import Exchange, Request
from harness.domain.finding import Finding
from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Patient
from harness.domain.profile import Fact, Profile
from harness.lps.adapter import AdapterDriver
from harness.lps.reference.system import HOST as LPS_HOST
from harness.lps.reference.system import HTTP_TIMEOUT, ReferenceLps, Setup
from harness.record.attempt import Attempt
from harness.record.inbox import Inbox
from harness.services.document_sharing import DocumentSharing
from harness.services.door import MockDoor
from harness.services.plsp import Plsp
from harness.services.world import World, fresh_ids
from harness.steps.reader import DdsReader, PlspReader
from harness.steps.story import Story, mark_of

# Written here, not read from fixtures/: checking YAML is the harness's own work.
ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)
PETER = Patient("Peter", Ecpr("0703921VJ5"), ("Peter",), "Hansen", date(1992, 3, 7), female=False)
NANCY = Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), female=True)
PATTERNS = {"niveau-kodning": "Niveau {niveau}", "opfølgning-kodning": "Næste opfølgning: {dato}"}
FACTS = {
    name: Fact(name, {"mønster": pattern}, decided=True, source="")  # decided: what is found has a grade, and stops the test
    for name, pattern in PATTERNS.items()
}
PROFILES = {"deling": Profile("deling", FACTS), "cpd-2.0": Profile("cpd-2.0", {})}


class PlainRecord:
    """Lets everything in, and keeps it in the inbox."""

    def __init__(self, inbox: Inbox, counted: Counter[str]) -> None:
        self._inbox = inbox
        self._counted = counted

    def admit(self, _sender: str, _request: Request) -> bool:
        """Everything may be taken in."""
        return True

    def keep(self, exchange: Exchange) -> None:
        """One more."""
        self._counted["exchanges"] += 1
        self._inbox.record(exchange)

    def forward(self, _exchange: Exchange) -> None:
        """Nothing is made of it."""

    def note(self, _event: object) -> None:
        """Nothing is made of it."""

    def observe(self, _text: str) -> None:
        """Nothing is made of it."""


class PlainAttempt(Attempt):
    """Counts judgements and collects findings."""

    def __init__(self, inbox: Inbox, counted: Counter[str]) -> None:
        # Attempt's own start is left out: it asks for a log and a guard, and here there is neither.
        self.inbox = inbox
        self.partner = ""
        self.findings = []
        self.judged = set()
        self._counted = counted

    def judge(
        self, subject: str, judgements: Iterable[Judgement], exchange: Exchange | None = None, side: str = ""
    ) -> list[Finding]:
        """Count; the findings among them. Raises AssertionError when one is graded worse than F4."""
        done = list(judgements)
        found = [replace(finding, side=side) for judgement in done for finding in judgement.findings]
        self._counted["judgements"] += len(done)
        self.findings += found
        if exchange:
            self.judged.add(exchange.id)
        assert self.grade.approved, "\n".join([subject, *map(str, found)])
        return found


def plain_story(rute: str, seed: str, counted: Counter[str]) -> Story:
    """A fresh world with a fresh reference LPS in it; exchanges and judgements are added to `counted`.

    `seed` must be this test's own: the same ids and marks make the same bytes, and what was read once is remembered.
    """
    clock = VirtualClock()
    inbox = Inbox(clock)
    ids = fresh_ids(seed)
    world = World((DocumentSharing(), Plsp()), clock, PlainRecord(inbox, counted), ids)
    door = MockDoor(world, clock, "lps", "reference")
    client = httpx.Client(transport=httpx.MockTransport(door), timeout=HTTP_TIMEOUT)
    lps_setup = Setup("Referencesystemet", "0.1", rute, "2.0", door.address, profiles=PROFILES)
    lps = ReferenceLps(lps_setup, client, clock, fresh_ids(f"lps {seed}"))
    ask = partial(world.receive, "harness")
    receiver, reader = ("plsp", PlspReader) if rute == "plsp" else ("dokumentdeling", DdsReader)
    return Story(
        patients={"Elmer": ELMER, "Nancy": NANCY, "Peter": PETER},
        profiles=PROFILES,
        driver=AdapterDriver(httpx.Client(transport=httpx.MockTransport(lps), base_url=f"http://{LPS_HOST}"), ids),
        services=world,
        time=clock,
        reader=reader(ask),
        ask=ask,
        attempt=PlainAttempt(inbox, counted),
        receiver=receiver,
        mark=mark_of(seed),
    )
