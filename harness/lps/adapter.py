"""Drives an LPS through its test interface (docs/lps-testgraenseflade.openapi.yaml), over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps, SharingStatus
from harness.lps.driver import Act, CannotAct, NewPlan, NotThere, Shown, View, patient_as_entered, plan_as_entered


class AdapterDriver:
    """A Driver over the test interface at `client.base_url`. `new_key()` gives each act its `Idempotency-Key`."""

    def __init__(self, client: httpx.Client, new_key: Callable[[], str]) -> None:
        self._client = client
        self._new_key = new_key

    def admit_patient(self, patient: Patient) -> None:
        """The patient belongs to the clinic."""
        self._act("/patienter", patient_as_entered(patient))

    def create_plan(self, plan: NewPlan) -> PlanInLps:
        """The doctor makes a plan; it is not shared yet."""
        return _plan(self._act("/planer", plan_as_entered(plan)))

    def change_goal(self, key: str, goal: str) -> PlanInLps:
        """The doctor replaces the plan's goals with `goal`: a new edition, not shared yet."""
        return _plan(self._act(f"/planer/{key}/maal", {"maal": [goal]}))

    def share(self, key: str) -> PlanInLps:
        """The doctor shares the plan's newest edition."""
        return _plan(self._act(f"/planer/{key}/deling", {}))

    def resend(self, key: str) -> PlanInLps:
        """The user asks for what has not been shared yet to be sent again."""
        return _plan(self._act(f"/planer/{key}/gensendelse", {}))

    def plan(self, key: str) -> PlanInLps:
        """The plan as the LPS shows it now."""
        return _plan(self._answered(self._client.build_request("GET", f"/planer/{key}")))

    def do(self, act: Act) -> Shown:
        """A user does something else in the LPS; what the LPS shows them of it."""
        return Shown(self._act(f"/handlinger/{act.name}", act.entered))

    def show(self, view: View) -> Shown:
        """A user looks at something else in the LPS."""
        return Shown(self._answered(self._client.build_request("POST", f"/visninger/{view.name}", json=dict(view.asked))))

    def _act(self, path: str, wish: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": self._new_key()}
        return self._answered(self._client.build_request("POST", path, json=dict(wish), headers=headers))

    def _answered(self, request: httpx.Request) -> dict[str, Any]:
        what = f"Systemets testgrænseflade ({request.method} {request.url.path})"
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise CannotAct(f"{what} svarede ikke: {error}.") from error
        if not response.is_success:
            kind = NotThere if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.NOT_IMPLEMENTED) else CannotAct
            raise kind(f"{what} svarede {response.status_code}: {response.text[:300]}")
        try:
            answer = response.json()
        except ValueError:
            raise CannotAct(f"{what} svarede ikke med JSON: {response.text[:300]}") from None
        if not isinstance(answer, dict):
            raise CannotAct(f"{what} svarede ikke med et JSON-objekt.")
        return answer


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
