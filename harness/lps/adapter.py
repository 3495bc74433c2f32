"""Drives an LPS over HTTP: through its test interface (docs/lps-testgraenseflade.openapi.yaml), or its own API by a mapping."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Final, NoReturn

import httpx

from harness.domain.call import Call, fill
from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps, SharingStatus
from harness.lps.driver import Act, CannotAct, NewPlan, NotThere, Shown, View, patient_as_entered, plan_as_entered

INTERFACE: Final = "1"
"""The first number of the contract's version: what a system must follow for us to understand each other."""

_MISSING: Final = (httpx.codes.NOT_FOUND, httpx.codes.NOT_IMPLEMENTED)
_PLANS: Final = {
    "opret-patient": Call("POST", "/patienter", body="{}"),
    "opret-plan": Call("POST", "/planer", body="{}"),
    "ret-maal": Call("POST", "/planer/{plan}/maal", body={"maal": "{maal}"}, missing=_MISSING),
    "del-plan": Call("POST", "/planer/{plan}/deling", body={}, missing=_MISSING),
    "gensend-plan": Call("POST", "/planer/{plan}/gensendelse", body={}, missing=_MISSING),
    "plan": Call("GET", "/planer/{plan}", missing=_MISSING),
}
"""What has an address of its own in the contract."""
LARGEST: Final = 100_000_000
"""Bytes of the largest answer that is read, unpacked: MedCom's limit for a message."""
_REFUSED: Final = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


class AdapterDriver:
    """A Driver over `client`, whose base_url is where the system's interface is.

    `new_key()` gives each act its `Idempotency-Key`. `own` is how acts and views are asked of an API of the system's own, by
    their names; None when it follows the contract.
    """

    def __init__(self, client: httpx.Client, new_key: Callable[[], str], own: Mapping[str, Call] | None = None) -> None:
        self._client = client
        self._new_key = new_key
        self._own = own
        self._said: frozenset[str] | None = None

    def can(self, name: str) -> bool:
        """Whether the system has the act or view called `name` in the contract: `can("del-plan")`, `can("interne-noter")`.

        Its /egenskaber says, or the mapping. Raises CannotAct when it cannot be asked, or follows another contract than ours.
        """
        if self._own is not None:
            return name in self._own
        if self._said is None:
            self._said = self._capabilities()
        return name in self._said

    def admit_patient(self, patient: Patient) -> None:
        """The patient belongs to the clinic."""
        self._act("opret-patient", patient_as_entered(patient))

    def create_plan(self, plan: NewPlan) -> PlanInLps:
        """The doctor makes a plan; it is not shared yet."""
        return _plan(self._act("opret-plan", plan_as_entered(plan)))

    def change_goal(self, key: str, goal: str) -> PlanInLps:
        """The doctor replaces the plan's goals with `goal`: a new edition, not shared yet."""
        return _plan(self._act("ret-maal", {"plan": key, "maal": [goal]}))

    def share(self, key: str) -> PlanInLps:
        """The doctor shares the plan's newest edition."""
        return _plan(self._act("del-plan", {"plan": key}))

    def resend(self, key: str) -> PlanInLps:
        """The user asks for what has not been shared yet to be sent again."""
        return _plan(self._act("gensend-plan", {"plan": key}))

    def plan(self, key: str, read_off: bool = False) -> PlanInLps:  # noqa: ARG002  # nobody judges what it says
        """The plan as the LPS shows it now."""
        return _plan(self._asked("plan", {"plan": key}, "visninger", {}))

    def do(self, act: Act) -> Shown:
        """A user does something else in the LPS; what the LPS shows them of it."""
        return Shown(self._act(act.name, act.entered))

    def show(self, view: View) -> Shown:
        """A user looks at something else in the LPS."""
        return Shown(self._asked(view.name, view.asked, "visninger", {}))

    def account(self) -> str:
        """A test interface gives no account of anything."""
        return ""

    def attest(self, blind: str) -> NoReturn:
        """Raises CannotAct: no tester is there."""
        raise CannotAct(f"{blind} Der er ingen tester med.")

    def _act(self, name: str, entered: Mapping[str, Any]) -> dict[str, Any]:
        return self._asked(name, entered, "handlinger", {"Idempotency-Key": self._new_key()})

    def _asked(self, name: str, entered: Mapping[str, Any], kind: str, headers: Mapping[str, str]) -> dict[str, Any]:
        if not self.can(name):
            where = "/egenskaber" if self._own is None else "adgang.kort"
            raise NotThere(f"Systemets testgrænseflade har ikke {name} ({where}).")
        if self._own is not None:
            call = self._own[name]
        else:
            call = _PLANS.get(name) or Call("POST", f"/{kind}/{name}", body="{}", missing=_MISSING)
        try:
            address, query = call.address(entered), fill(call.query, entered)
            body = None if call.body is None else fill(call.body, dict(entered))
            headers = {**call.head(entered), **headers}
        except LookupError as error:
            raise CannotAct(f"adgang.kort kan ikke bruges til {name}: {error}") from None
        answer = self._answered(self._client.build_request(call.method, address, params=query, json=body, headers=headers), call)
        try:
            shown = fill(call.shown, answer)
        except LookupError as error:
            raise CannotAct(f"adgang.kort kan ikke bruges til svaret på {name}: {error}") from None
        return _object(shown, address)

    def _capabilities(self) -> frozenset[str]:
        said = self._answered(self._client.build_request("GET", "/egenskaber"), Call("GET", "/egenskaber"))
        answer = Shown(_object(said, "/egenskaber"))
        version = answer.text("graenseflade")
        if version.partition(".")[0] != INTERFACE:
            raise CannotAct(
                f"Systemets testgrænseflade følger version {version} af kontrakten. Harnesset kan tale med {INTERFACE}.x.x."
            )
        return frozenset((*answer.texts("handlinger"), *answer.texts("visninger")))

    def _answered(self, request: httpx.Request, call: Call) -> Any:
        what = f"Systemets testgrænseflade ({request.method} {request.url.path})"
        try:
            response = self._whole(request, what)
        except httpx.TransportError as error:
            raise CannotAct(f"{what} svarede ikke: {error}.") from error
        except httpx.DecodingError as error:
            raise CannotAct(f"{what} svarede med noget, der ikke kan pakkes ud: {error}.") from error
        if not response.is_success:
            kind = NotThere if response.status_code in call.missing else CannotAct
            advice = " Se adgang.nøgle i systemets fil." if response.status_code in _REFUSED else ""
            raise kind(f"{what} svarede {response.status_code}: {response.text[:300]}{advice}")
        try:
            return response.json() if response.content else {}
        except ValueError:
            raise CannotAct(f"{what} svarede ikke med JSON: {response.text[:300]}") from None

    def _whole(self, request: httpx.Request, what: str) -> httpx.Response:
        """The answer, read to its end. Raises CannotAct for one that has none in sight, or is packed to be far larger."""
        response = self._client.send(request, stream=True)
        try:
            body, ends = bytearray(), time.monotonic() + (self._client.timeout.read or inf)
            for part in response.iter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise CannotAct(f"{what} svarede med mere end {LARGEST // 1_000_000} MB, som er grænsen.")
                if time.monotonic() > ends:  # a client's own limit is for each part of an answer
                    raise CannotAct(
                        f"{what} begyndte at svare og blev ikke færdig inden for {self._client.timeout.read:.0f} sekunder."
                    )
        finally:
            response.close()
        unpacked = [each for each in response.headers.raw if each[0].lower() != b"content-encoding"]
        return httpx.Response(response.status_code, headers=unpacked, content=bytes(body))


def _object(said: Any, address: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise CannotAct(f"Systemets testgrænseflade ({address}) svarede ikke med et JSON-objekt.")
    return said


def _plan(answer: dict[str, Any]) -> PlanInLps:
    try:
        return PlanInLps(
            key=str(answer["plan"]),
            version=int(answer["udgave"]),
            goals=tuple(answer["maal"]),
            status=SharingStatus(answer["status"]),
            message=str(answer["besked"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CannotAct(f"Systemets testgrænseflade gav et svar, der ikke følger kontrakten: {error!r}.") from None
