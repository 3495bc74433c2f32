"""Systems that want to be approved without doing what they are asked. Each answers the test interface as a supplier's own would.

They stand where the reference LPS stands: made of a setup, a client to the services, a clock and a source of ids, and called with
each request to the test interface.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from harness.domain.clock import Clock
from harness.domain.patient import Patient
from harness.domain.prompt import Field
from harness.lps.contract import own_contract
from harness.lps.driver import patient_as_entered
from harness.lps.reference.system import ReferenceLps, Setup

Lps = Callable[[httpx.Request], httpx.Response]


Maker = Callable[[Setup, httpx.Client, Clock, Callable[[], str]], Lps]
"""Makes one system for one attempt."""


# An earlier run, known by heart


@dataclass(slots=True)
class Act:
    """One request to the test interface in an earlier run: what was sent to the services meanwhile, and what was answered."""

    asked: str
    sent: list[httpx.Request] = field(default_factory=list)
    answer: httpx.Response | None = None


@dataclass(slots=True)
class EarlierRun:
    """What an honest system did in an earlier run, one list of acts for each attempt, in order."""

    attempts: list[list[Act]] = field(default_factory=list)

    def recorded(self, setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> Lps:
        """The honest system, which is listened to."""
        acts: list[Act] = []
        self.attempts.append(acts)

        def send(request: httpx.Request) -> httpx.Response:
            if acts:
                acts[-1].sent.append(request)
            return client.send(request)

        honest = ReferenceLps(setup, httpx.Client(transport=httpx.MockTransport(send)), clock, new_id)

        def answer(request: httpx.Request) -> httpx.Response:
            acts.append(Act(_asked(request)))
            acts[-1].answer = honest(request)
            return acts[-1].answer

        return answer

    def replies(self, _setup: Setup, _client: httpx.Client, _clock: Clock, _new_id: Callable[[], str]) -> Lps:
        """A system with canned replies: it says what was said then, and sends nothing."""
        return _Player(self._next, lambda _: None)

    def replayed(self, _setup: Setup, client: httpx.Client, _clock: Clock, _new_id: Callable[[], str]) -> Lps:
        """A system that plays the whole run again: it says what was said then, and sends what was sent then."""
        return _Player(self._next, client.send)

    @property
    def _next(self) -> list[Act]:
        return self.attempts.pop(0)


class _Player:
    def __init__(self, acts: Iterable[Act], send: Callable[[httpx.Request], object]) -> None:
        self._acts = list(acts)
        self._send = send

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = _asked(request)
        found = next((each for each in self._acts if each.asked == asked), None)
        if found is None:  # it is asked for something that was not asked then
            return httpx.Response(404, json={"fejl": "Findes ikke."})
        self._acts.remove(found)
        for each in found.sent:
            self._send(httpx.Request(each.method, each.url, headers=each.headers, content=each.read()))
        assert found.answer is not None
        return httpx.Response(found.answer.status_code, content=found.answer.content, headers=_JSON)


_JSON: Final = {"content-type": "application/json"}
_PLAN: Final = re.compile(r"/planer/[^/]+")


def _asked(request: httpx.Request) -> str:
    """What a request is for, whichever plan it is of."""
    return f"{request.method} {_PLAN.sub('/planer/*', request.url.path)}"


# One that always agrees


def always_agrees(_setup: Setup, _client: httpx.Client, clock: Clock, _new_id: Callable[[], str]) -> Lps:
    """A system that has everything, does nothing, and says yes."""
    return AlwaysAgrees(clock)


class AlwaysAgrees:
    """Answers as whoever asks would like: with what was entered last, and with yes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entered: dict[str, Any] = {"status": "delt", "plan": "p1", "udgave": 0}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        contract = own_contract()
        if request.url.path == "/egenskaber":
            has = {"handlinger": [*contract.acts], "visninger": [*contract.views]}
            return httpx.Response(200, json={"system": "Ja", "version": "1", "graenseflade": contract.version, **has})
        self._entered |= json.loads(request.read() or b"{}")
        name = _name_of(request)
        if name in ("opret-plan", "ret-maal"):
            self._entered["udgave"] += 1
        operation = contract.acts.get(name) or contract.views[name]
        return httpx.Response(200, json={each.name: self._agreeable(each) for each in operation.shown})

    def _agreeable(self, asked: Field) -> Any:
        told = self._entered.get(asked.name)
        match asked.kind:
            case "liste":
                return told if isinstance(told, list) else [self._agreeable(asked.fields[0])] if told else []
            case "rækker":
                return [{each.name: self._agreeable(each) for each in asked.fields}]
            case "felter":
                return {each.name: self._agreeable(each) for each in asked.fields}
            case "ja-nej":
                return True
            case "tal":
                return told if isinstance(told, int) else 1
            case "valg":
                return told if told in asked.choices else asked.choices[0]
            case "dato":
                return told if isinstance(told, str) else f"{self._clock.now():%Y-%m-%d}"
            case "tidspunkt":
                return told if isinstance(told, str) else f"{self._clock.now():%Y-%m-%dT%H:%M}"
            case _:
                return told if isinstance(told, str) else next(self._texts(self._entered), "Ja")

    def _texts(self, said: Any) -> Iterator[str]:
        yield from (each for each in said.values() if isinstance(each, str) and " " in each)


_OWN_ADDRESS: Final = {
    "POST /patienter": "opret-patient",
    "POST /planer": "opret-plan",
    "POST /planer/*/maal": "ret-maal",
    "POST /planer/*/deling": "del-plan",
    "POST /planer/*/gensendelse": "gensend-plan",
    "GET /planer/*": "plan",
}


def _name_of(request: httpx.Request) -> str:
    asked = _asked(request)
    return _OWN_ADDRESS.get(asked, asked.rpartition("/")[2])


# The right document for the wrong patient


def for_another(patients: Iterable[Patient]) -> Maker:
    """A system that does everything it is asked, for another patient, and tells on its screen that it was for the right one."""
    known = sorted({str(each.cpr): each for each in patients}.items())

    def made(setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> Lps:
        honest = ReferenceLps(setup, client, clock, new_id)
        instead: dict[str, Patient] = {}

        def answer(request: httpx.Request) -> httpx.Response:
            wish = json.loads(request.read() or b"{}")
            if _name_of(request) == "opret-patient" and wish["cpr"] not in instead:
                taken = {str(each.cpr) for each in instead.values()}
                other = next(each for cpr, each in known if cpr != wish["cpr"] and cpr not in taken)
                instead[wish["cpr"]] = other
                wish = patient_as_entered(other)
            text = json.dumps(wish)
            for cpr, other in instead.items():
                text = text.replace(cpr, str(other.cpr))
            said = honest(httpx.Request(request.method, request.url, headers=_key(request), content=text))
            shown = said.text
            for cpr, other in instead.items():
                shown = shown.replace(str(other.cpr), cpr)
            return httpx.Response(said.status_code, text=shown, headers=_JSON)

        return answer

    return made


def _key(request: httpx.Request) -> dict[str, str]:
    return {"Idempotency-Key": request.headers.get("Idempotency-Key", "")}


# Sent, but not kept


def sends_and_forgets(setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> Lps:
    """A system that shares a plan and keeps nothing of it: the next edition is a new plan, and its screen tells another story."""
    honest = ReferenceLps(setup, client, clock, new_id)
    made: dict[str, dict[str, Any]] = {}
    goes_by: dict[str, str] = {}
    edition: dict[str, int] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        name, key = _name_of(request), request.url.path.split("/")[2] if "/planer/" in request.url.path else ""
        wish = json.loads(request.read() or b"{}")
        own = request
        if name == "ret-maal" and key in made:
            made[key] |= {"maal": wish["maal"]}
            edition[key] += 1
            own = httpx.Request("POST", request.url.copy_with(path="/planer"), headers=_key(request), json=made[key])
        elif key in goes_by:
            path = request.url.path.replace(key, goes_by[key])
            own = httpx.Request(request.method, request.url.copy_with(path=path), headers=_key(request), content=request.read())
        said = honest(own)
        if not said.is_success or name not in _OWN_ADDRESS.values() or name == "opret-patient":
            return said
        shown = said.json()
        if name == "opret-plan":
            key = shown["plan"]
            made[key], edition[key] = wish, 1
        goes_by[key] = shown["plan"]
        return httpx.Response(said.status_code, json={**shown, "plan": key, "udgave": edition[key]})

    return answer
