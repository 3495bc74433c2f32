"""Stands where an LPS stood when a run was recorded: its acts are done already, and what it showed nobody can see again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from harness.domain.errors import HarnessError
from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps, SharingStatus
from harness.lps.driver import Act, CannotAct, NewPlan, Shown, View

KEYS: Final = frozenset({"aftale", "besked", "bestilling", "diagnose", "forloebsplan", "henvisning", "svar"})
"""What an act answers that only names a thing to the next act. Nothing is judged by it, so a name of ours does as well."""

TOLD: Final = frozenset({"del-stamkort", "flyt-tid", "giv-tid", "skriv-besked"})
"""Acts that an LPS may tell its user that it could not do, when what they send is refused: a scenario goes by that."""


class NotSeen(HarnessError):
    """What a step asks for is not in what was recorded: the step is *ikke kontrolleret*, and grades nobody.

    It is no CannotAct, which a step may take as the LPS telling its user that it could not.
    """


class RecordingEnds(NotSeen):
    """The recording goes no further: neither does the scenario."""


class Unseen(Shown):
    """What an LPS showed, or answered, when nobody wrote it down. Raises NotSeen when it is read.

    `what` is that in Danish; `name` stands for what an act made.
    """

    def __init__(self, what: str, name: str = "") -> None:
        object.__setattr__(self, "what", what)
        object.__setattr__(self, "name", name)

    what: str
    name: str

    @property
    def content(self) -> Mapping[str, Any]:
        """Raises NotSeen."""
        raise NotSeen(f"{self.what} kan ikke ses i en optagelse.")

    def text(self, name: str, default: str | None = None) -> str:
        """A name for what an act made; else raises NotSeen."""
        return self.name if self.name and name in KEYS else Shown.text(self, name, default)


class ReplayDriver:
    """A Driver over a recording. What it is asked to do was done then; the messages that came of it are on the tape.

    `refused` says whether a service refused something in this step: then nobody knows what the user was told of it.
    """

    def __init__(self, refused: Callable[[], bool]) -> None:
        self._refused = refused
        self._numbers = itertools.count(1)
        self._plans: dict[str, PlanInLps] = {}

    def admit_patient(self, patient: Patient) -> None:
        """The patient belonged to the clinic."""

    def create_plan(self, plan: NewPlan) -> PlanInLps:  # noqa: ARG002  # the seam's signature
        """The doctor made a plan; what the LPS then showed in it nobody can see again."""
        return self._made(f"plan {next(self._numbers)}", 1)

    def change_goal(self, key: str, goal: str) -> PlanInLps:  # noqa: ARG002  # the seam's signature
        """The doctor replaced the plan's goals."""
        return self._made(key, self._plans[key].version + 1)

    def share(self, key: str) -> PlanInLps:
        """The doctor shared the plan."""
        return self._plans[key]

    def resend(self, key: str) -> PlanInLps:
        """The user asked for what waited to be sent again."""
        return self._plans[key]

    def plan(self, key: str, read_off: bool = False) -> PlanInLps:  # noqa: ARG002  # the seam's signature
        """Raises NotSeen."""
        raise NotSeen("Det, systemet viste om planen, kan ikke ses i en optagelse.")

    def do(self, act: Act) -> Shown:
        """A user did something. Raises NotSeen where it may have failed before the user's eyes."""
        if act.name in TOLD and self._refused():
            raise NotSeen(f"Hvad brugeren fik at vide, da {act.name} ikke lykkedes for systemet, kan ikke ses i en optagelse.")
        return Unseen(f"Det, systemet svarede på {act.name},", f"{act.name} {next(self._numbers)}")

    def show(self, view: View) -> Shown:
        """A user looked at something."""
        return Unseen(f"Skærmbilledet {view.name}")

    def account(self) -> str:
        """Raises NotSeen."""
        raise NotSeen("Leverandørens redegørelse kan ikke ses i en optagelse.")

    def attest(self, blind: str) -> NoReturn:
        """Raises CannotAct: no tester is there."""
        raise CannotAct(f"{blind} Der er ingen tester med.")

    def _made(self, key: str, version: int) -> PlanInLps:
        self._plans[key] = PlanInLps(key, version, (), SharingStatus.SHARED, "")
        return self._plans[key]
