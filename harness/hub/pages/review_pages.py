"""The pages of reviews: what waits for MedCom, a run with its results, and one result with its evidence.

/medcom/                             what waits for review, longest first, and every other run
/SYSTEM/gennemgang                   the system's own runs
…/gennemgang/CAMPAIGN/SYSTEM/RUN     a run; with ?scenarie=ID one result of it. POST: an act, `handling` says which
…/gennemgang/…/RUN/bevis/SHA256      a message or a file, to be saved
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.exchange import Response
from harness.domain.grade import Grade
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Claimed,
    Commented,
    Escalated,
    Paused,
    Reconfirmed,
    Refused,
    Released,
    Resumed,
    Returned,
    Role,
    Submitted,
)
from harness.domain.told import act_told
from harness.hub.pages.access import MEDCOM, Tester
from harness.hub.pages.forms import Sent
from harness.hub.pages.rendering import SAFE, not_found, page, see
from harness.record.evidence import EVIDENCE_NAME
from harness.record.fold import ScenarioState
from harness.record.objection import can_be, is_undecided
from harness.record.result import Result
from harness.record.reviewing import Reviewed, Reviews

ROOM: Final = "gennemgang"
_ACTS: Final[dict[str, type[Act]]] = {
    "indsend": Submitted,
    "tag": Claimed,
    "slip": Released,
    "bemærk": Commented,
    "vurdér": Assessed,
    "returnér": Returned,
    "afvis": Refused,
    "godkend": Approved,
    "bekræft": Reconfirmed,
    "pause": Paused,
    "kritisk": Escalated,
    "genoptag": Resumed,
}
_DECIDING: Final = frozenset({"indsend", "vurdér", "returnér", "afvis", "godkend"})
"""What is decided on what stands on the page: nothing may have been written since it was shown."""


class ReviewPages:
    """Shows the reviews of the runs of `systems`, and does to them what forms ask for."""

    def __init__(self, reviews: Reviews, systems: Sequence[str]) -> None:
        self._reviews = reviews
        self._systems = systems

    async def show(self, tester: Tester, what: str, query: str) -> Response | None:
        """The page at `what` below the tester's; None when it is no page of these."""
        if (tester.system == MEDCOM and what == "") or (tester.role is Role.SUPPLIER and what == ROOM):
            return await asyncio.to_thread(self._list, tester)
        room, _, rest = unquote(what).partition("/")
        if room != ROOM or not self._is_here(tester):
            return None
        name, _, sha256 = rest.partition("/bevis/")
        if sha256:
            return await asyncio.to_thread(self._evidence, tester, name, sha256)
        return await asyncio.to_thread(self._run, tester, name, parse_qs(query).get("scenarie", [""])[0])

    def acting_on(self, what: str) -> Callable[[Tester, Sent], Awaitable[Response]] | None:
        """What does to the run at `what` as a form asks; None when that is no run."""
        room, _, name = unquote(what).partition("/")
        if room != ROOM or not name:
            return None
        return lambda tester, form: asyncio.to_thread(self._do, tester, name, form)

    def _is_here(self, tester: Tester) -> bool:
        """MedCom's testers have one place for reviews, beside the systems' pages."""
        return tester.role is Role.SUPPLIER or tester.system == MEDCOM

    def _list(self, tester: Tester) -> Response:
        runs = list(reversed(list(self._reviews.runs())))
        if tester.role is Role.SUPPLIER:
            own = [each for each in runs if each.started.system == tester.system]
            return page("gennemgange.html", tester=tester, waiting=[], others=own, systems=())
        waiting = self._reviews.waiting()
        named = {each.name for each in waiting}
        others = [each for each in runs if each.name not in named and _concerns_medcom(each)]
        return page("gennemgange.html", tester=tester, waiting=waiting, others=others, systems=self._systems)

    def _found(self, tester: Tester, name: str) -> tuple[Path, Result] | None:
        """The run called `name`, where the tester may see it."""
        folder = self._reviews.folder(name) if self._is_here(tester) else None
        if folder is None:
            return None
        result = self._reviews.result(folder)
        return (folder, result) if tester.role is Role.MEDCOM or result.started.system == tester.system else None

    def _run(self, tester: Tester, name: str, scenario: str, form: Sent | None = None, mistake: str = "") -> Response:
        try:
            found = self._found(tester, name)
        except ConfigurationError as error:
            return page("besked.html", 409, title="Kørslen kan ikke læses", says=str(error))
        if found is None or (scenario and scenario not in found[1].state.scenarios):
            return not_found()
        result = found[1]
        shown: dict[str, Any] = {
            "tester": tester,
            "result": result,
            "review": result.review,
            "place": f"{tester.home}{ROOM}/{quote(name)}",
            "may": {word: can_be(result, kind, tester.role, tester.by) for word, kind in _ACTS.items()},
            "said": [(each, *act_told(each.act)) for each in reversed(result.review.said)],
            "form": form or Sent(),
            "mistake": mistake,
        }
        status = 422 if mistake else 200
        if scenario:
            state = result.state.scenarios[scenario]
            decided = not is_undecided(result, state)
            return page("gennemgang-resultat.html", status, **shown, scenario=state, grades=list(Grade), decided=decided)
        every = list(result.state.scenarios.values())
        special = [each for each in every if _is_special(result, each)]
        plain = [each for each in every if not _is_special(result, each)]
        outdated = result.outdated(self._reviews.suite(result))
        return page("gennemgang.html", status, **shown, special=special, plain=plain, outdated=outdated)

    def _do(self, tester: Tester, name: str, form: Sent) -> Response:
        word, scenario = form.text("handling"), form.text("scenarie")
        back = scenario if word in ("vurdér", "bemærk") else ""
        try:
            found = self._found(tester, name)
            if found is None:
                return not_found()
            since = form.text("_set") if word in _DECIDING else ""
            act = self._act(word, form, found[1])
            if word in _DECIDING and not since:
                raise ConfigurationError("Siden siger ikke, hvad der er set. Hent den igen, og gør det så om.")
            self._reviews.do(found[0], tester.by, tester.role, act, since)
        except (ConfigurationError, EnvironmentFault) as error:
            return self._run(tester, name, back, form, str(error))
        return see(f"{tester.home}{ROOM}/{quote(name)}{f'?scenarie={quote(back)}' if back else ''}")

    def _act(self, word: str, form: Sent, result: Result) -> Act:
        text = form.text("tekst")
        match word:
            case "indsend":
                chosen = tuple(each.removeprefix("valgt.") for each in form.texts if each.startswith("valgt."))
                return Submitted(chosen if form.text("udvalgte") else tuple(result.state.scenarios))
            case "bemærk":
                return Commented(text, form.text("scenarie"))
            case "vurdér":
                if form.text("karakter") not in Grade.__members__:
                    raise ConfigurationError("Vælg en karakter.")
                return Assessed(form.text("scenarie"), Grade(form.text("karakter")), "", text)
            case "bekræft":
                return Reconfirmed(dict(self._reviews.suite(result)), text)
            case "tag":
                return Claimed()
            case "godkend":
                return Approved()
            case "genoptag":
                return Resumed()
            case "slip":
                return Released(text)
            case "returnér":
                return Returned(text)
            case "afvis":
                return Refused(text)
            case "pause":
                return Paused(text)
            case "kritisk":
                return Escalated(text)
        raise ConfigurationError("Vælg, hvad der skal ske.")

    def _evidence(self, tester: Tester, name: str, sha256: str) -> Response:
        """A file of the run's evidence to be saved, never shown as a page of ours; what may be a foreign CPR number is masked."""
        found = self._found(tester, name)
        path = found[0] / EVIDENCE_NAME / sha256 if found and re.fullmatch(r"[0-9a-f]{64}", sha256) else None
        if found is None or path is None or not path.is_file():
            return not_found()
        data = bytearray(path.read_bytes())
        cleared = {(each.sha256, each.start, each.end) for each in found[1].review.cleared}
        for each in found[1].state.foreign_cprs:
            if each.sha256 == sha256 and (sha256, each.start, each.end) not in cleared:
                data[each.start : each.end] = b"x" * (each.end - each.start)
        kind = (("content-type", "application/octet-stream"), ("content-security-policy", "sandbox"))
        return Response(200, bytes(data), (*kind, ("content-disposition", f'attachment; filename="{sha256[:16]}"'), *SAFE))


def _concerns_medcom(run: Reviewed) -> bool:
    """Whether MedCom's list shows it: what was submitted or spoken of, and no rehearsal."""
    return bool(run.review.said) and not run.rehearsal


def _is_special(result: Result, scenario: ScenarioState) -> bool:
    assessed = scenario.started.scenario in result.review.assessed
    return scenario.standing is not Grade.OK or bool(scenario.findings) or assessed
