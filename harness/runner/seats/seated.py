"""What a scenario may do where a real service has a seat: be judged at all, tell simulators, read what is real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.domain.errors import EnvironmentFault
from harness.domain.exchange import Answer, Request, Response
from harness.domain.scenario import Scenario, only_account
from harness.domain.seat import SIMULATED, Seat, Seating, Seats
from harness.lps.driver import CannotAct
from harness.services.relayed import refusal_in
from harness.services.service import Order
from harness.services.world import entrance_of
from harness.standards.mtom import inlined
from harness.steps.reader import Ask
from harness.steps.surroundings import Services

SEEN: Final = (Seat.RELAY, Seat.READ_BACK)
"""The seats of real services that the harness can look into."""

_PLANS: Final = frozenset({"dros", "dds"})
_LETTERS: Final = frozenset({"vans", "dnhf", "kommune"})
_READS: Final = frozenset({"/dds/iti18", "/dds/iti43", "/plsp/soegning"})

USED: Final[dict[str, frozenset[str]]] = {
    "behandlingsplan": _PLANS,
    "behovsvurdering": _PLANS,
    "cockpit": _PLANS | {"cockpit"},
    "cockpit/overblik": frozenset({"cockpit"}),
    "cockpit/profiler": frozenset({"cockpit"}),
    "deling": _PLANS,
    "diagnosekort": frozenset({"plsp-diagnosekort"}),
    "drift": _PLANS,
    "epj-obligatoriske": _PLANS | _LETTERS,
    "epj-obligatoriske/akutfunktion": _LETTERS,
    "epj-obligatoriske/korrespondance": _LETTERS,
    "forloeb": _PLANS | _LETTERS | {"web-patient"},
    "forloebsplan": frozenset({"flp"}),
    "henvisning": _PLANS | _LETTERS,
    "henvisning/forebyggelsestilbud": _LETTERS,
    "henvisning/henvis_til_kommunen": _LETTERS,
    "henvisning/kvittering": _LETTERS,
    "henvisning/tilbagemelding": _LETTERS,
    "inklusion": frozenset({"cockpit", "vans"}),
    "intelligent-indbakke": frozenset({"laboratorium", "vans"}),
    "kommunal-henvisning-flp": _LETTERS | {"flp"},
    "kommunale-proevesvar": frozenset({"ehmi", "eoj", "vans"}),
    "laboratorie-trin-1": frozenset({"health-hub", "laba", "miba", "vans"}),
    "laboratorie-trin-2": frozenset({"health-hub", "laba", "miba", "laboratoriesvarportalen", "min-laege", "sundhed-dk"}),
    "minplan": _PLANS | {"minplan", "sundhedsmappe"},
    "minplan/patientens_egne_aktiviteter": frozenset({"minplan", "sundhedsmappe"}),
    "monitorering": _PLANS,
    "pakkeforloeb": _PLANS | _LETTERS | {"cockpit", "flp", "minplan", "web-patient"},
    "parvis": frozenset({"vans"}),
    "patientlister": frozenset({"cockpit"}),
    "pro": frozenset({"web-patient", "vans"}),
}
"""The entrances that the scenarios of each folder under features/ need, or of a file in it that needs fewer.

A post box that is only looked into does not count.
"""

READ_BACK_FOLDERS: Final = frozenset({"deling"})
"""Where what a scenario asks of the LPS's messages can be seen in the documents they brought."""

ENTRANCES: Final = frozenset({"plsp"}).union(*USED.values())


def out_of_sight(seats: Seats, rute: str, scenario: Scenario, attended: bool = False) -> str:
    """Why a scenario cannot be judged with these seats, in Danish; empty when it can be tried.

    Where it is `attended`, a tester can vouch for what comes of it at a seat that is `attest`.
    """
    if not any(each.is_real for each in seats.values()) or only_account(scenario.tags):
        return ""
    for entrance in used_in(scenario.file, rute):
        who = seats.get(entrance, SIMULATED).who
        if who is Seat.FILE or (who is Seat.ATTEST and not attended):
            return f"Ingen kan se ind i {entrance}: pladsen er sat til {who}."
        if who is Seat.READ_BACK and Path(scenario.file).parent.name not in READ_BACK_FOLDERS:
            return f"Scenariet bygger på systemets egne beskeder, og dem ser ingen: pladsen {entrance} er sat til {who}."
    return ""


def letters_leave(seats: Seats) -> str:
    """Why letters cannot go from one system under test to another with these seats, in Danish; empty when they can."""
    who = seats.get("vans", SIMULATED).who
    if who is Seat.SIMULATOR:
        return ""
    return f"Breve mellem to systemer skal gennem simulatoren, så det kan ses, hvis de er. Pladsen vans er sat til {who}."


def blind_seats(seats: Seats, rute: str, scenario: str) -> tuple[str, ...]:
    """The seats used in the feature file `scenario` stands in that a tester must vouch for; none where all can be seen."""
    return tuple(each for each in used_in(scenario, rute) if seats.get(each, SIMULATED).who is Seat.ATTEST)


def used_in(scenario: str, rute: str) -> list[str]:
    """The entrances that the scenarios of the feature file `scenario` (its path) need, by this rute."""
    path = Path(scenario)
    used = USED.get(f"{path.parent.name}/{path.stem}") or USED.get(path.parent.name, ENTRANCES)
    return sorted(used | {"plsp"} if used & _PLANS and rute == "plsp" else used)


ASKED_OF_PEOPLE: Final = frozenset(
    {("dnhf", "notat"), ("dnhf", "tilbud"), ("minplan", "registrer-aktivitet"), ("web-patient", "svar"), ("web-patient", "skema")}
)
"""What a simulator is told to do that a real party's people can do as well: service and order. Nothing is answered to it.

Whatever makes a service misbehave, or needs a message made byte by byte, nobody is asked for.
"""

AskOwner = Callable[[Seating, Order], None]
"""Has people ask the owner of a seat to do what a simulator would have been told. Raises CannotAct when they do not."""


@dataclass(frozen=True, slots=True)
class SeatedServices:
    """What a scenario may tell the services: simulators only. `entrances` are those of each service, by its name.

    Where there are people, `ask_owner` has what they can do done by whoever has the seat.
    """

    services: Services
    seats: Seats
    entrances: Mapping[str, tuple[str, ...]]
    ask_owner: AskOwner | None = None

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a simulator to be or do something. Raises CannotAct when a real service has its seat, and nobody can be asked."""
        for entrance in self.entrances.get(service, ()):
            seating = self.seats.get(entrance, SIMULATED)
            if seating.is_real and self.ask_owner is not None and (service, order.name) in ASKED_OF_PEOPLE:
                self.ask_owner(seating, order)
                return {}
            if seating.is_real:
                raise CannotAct(f"Pladsen {entrance} spilles af den rigtige løsning, og harnesset kan ikke bestemme over den.")
        return self.services.order(service, order)


def seated(ask: Ask, seats: Seats) -> Ask:
    """`ask`, but a real service is only read, and what it does not answer raises EnvironmentFault; else CannotAct."""

    def asked(request: Request) -> Answer:
        entrance = entrance_of(request)
        seating = seats.get(entrance, SIMULATED)
        if not seating.is_real:
            return ask(request)
        if request.path not in _READS:
            raise CannotAct(f"Pladsen {entrance} spilles af den rigtige løsning, og harnesset skriver ikke i den.")
        if seating.who not in SEEN:
            raise CannotAct(f"Ingen kan se ind i {entrance}: pladsen er sat til {seating.who}.")
        answer = ask(request)
        assert isinstance(answer, Response), "a real service has answered, or the hub has for it"
        refused = refusal_in(request.path, answer)
        if refused:
            raise EnvironmentFault(f"{request.path} kunne ikke læses hos den rigtige løsning: {refused}")
        if not request.path.startswith("/dds/"):
            return answer
        return replace(answer, body=inlined(answer.body, answer.headers), headers=())

    return asked
