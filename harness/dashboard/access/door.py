"""Who a request is from, told from memory: 500 readers are not 500 questions to the database.

What the database knows is fetched whole, at most `STALE_SECONDS` before anybody is let in by it, by one fetch that all who wait
share. A revocation is in force that soon, also when another process made it. What is not in memory waits for the next fetch, and
fetches are `PAUSE_SECONDS` apart, so that a flood of forged secrets asks the database no more than that. When the database is
away, whoever is in memory goes on, until it expires; nobody else gets in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from harness.dashboard.access.register import NEVER_KEPT, Register, Session, Token
from harness.dashboard.access.secret import Secret
from harness.domain.access import Caller

STALE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 2.0
"""How long a request waits for a database that does not answer."""
_USE_KEPT_SECONDS: Final = 60.0
"""How often it is written down that a session is in use."""


class Away(Exception):
    """The database does not answer, and memory does not know."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody who was let in: by a token, or by the session that a cookie is for. `csrf` is what a session's forms carry."""

    caller: Caller
    token: str
    session: str = ""
    csrf: str = ""


class Door:
    """Lets in whoever shows what `register` knows. `tick` is a clock that only goes forward, as `time.monotonic`."""

    def __init__(self, register: Register, tick: Callable[[], float] = time.monotonic) -> None:
        self.register = register
        self._tick = tick
        self._tokens: dict[str, Token] = {}
        self._sessions: dict[str, Session] = {}
        self._used: dict[str, float] = {}
        self._ended: set[str] = set()
        self._fetched = self._begun = self._failed = float("-inf")
        self._fetching: asyncio.Task[bool] | None = None

    async def by_token(self, shown: Secret) -> Admission | None:
        """Whoever shows this token; None: nobody. Raises Away."""
        await self._fresh()
        if shown.id not in self._tokens:
            await self._fetch_for_unknown()
        token = self._tokens.get(shown.id)
        good = shown.is_kept_as(token.hash if token else NEVER_KEPT)
        return Admission(token.caller, token.id) if token and good and token.holds(self.register.now()) else None

    async def by_cookie(self, shown: Secret) -> Admission | None:
        """Whoever has the browser that shows this cookie; None: nobody. Raises Away."""
        await self._fresh()
        if shown.id not in self._sessions:
            await self._fetch_for_unknown()
        session = self._sessions.get(shown.id)
        if not shown.is_kept_as(session.hash if session else NEVER_KEPT) or session is None or not self._in_force(session):
            return None
        token = self._tokens[session.token]
        self._used[session.id] = self.register.now()
        return Admission(token.caller, token.id, session.id, shown.csrf)

    async def still(self, admission: Admission) -> bool:
        """Whether somebody who was let in would be so now: what a long answer asks before each part of it."""
        await self._fresh()
        session, token = self._sessions.get(admission.session), self._tokens.get(admission.token)
        if admission.session:
            return session is not None and self._in_force(session)
        return token is not None and token.holds(self.register.now())

    def forget(self, session: str) -> None:
        """The session has ended: it lets nobody in from this moment, whatever a fetch that is under way brings."""
        self._ended.add(session)
        self._sessions.pop(session, None)

    def _in_force(self, session: Session) -> bool:
        token, now = self._tokens.get(session.token), self.register.now()
        used = max(session.used, self._used.get(session.id, session.used))
        return token is not None and token.holds(now) and session.holds(now, used)

    async def _fresh(self) -> None:
        await self._fetched_since(self._tick() - STALE_SECONDS)

    async def _fetch_for_unknown(self) -> None:
        if not await self._fetched_since(self._tick()):
            raise Away

    async def _fetched_since(self, asked: float) -> bool:
        """Wait until what the database knew after `asked` is in memory; False when it does not answer.

        The first to ask waits `PATIENCE_SECONDS` for a database that hangs. Those who come after wait for nothing.
        """
        while self._fetched <= asked:
            if self._fetching is None or self._fetching.done():
                if self._tick() - self._failed < STALE_SECONDS:
                    return False
                wait = max(0.0, self._begun + PAUSE_SECONDS - self._tick())
                self._begun = self._tick() + wait
                self._fetching = asyncio.create_task(self._fetch(wait))
            fetching, left = self._fetching, self._begun + PATIENCE_SECONDS - self._tick()
            await asyncio.wait({fetching}, timeout=max(0.0, left))
            if not fetching.done() or not fetching.result():
                return False
        return True

    async def _fetch(self, wait: float) -> bool:
        begun = self._begun
        await asyncio.sleep(wait)  # however many ask
        known = {name: each.used for name, each in self._sessions.items()}
        used = {name: at for name, at in self._used.items() if at - known.get(name, at) > _USE_KEPT_SECONDS}
        try:
            tokens, sessions = await run_in_threadpool(self.register.live, used)
        except SQLAlchemyError:
            self._failed = self._tick()
            return False
        self._tokens = tokens
        self._sessions = {name: each for name, each in sessions.items() if name not in self._ended}
        self._used = {name: at for name, at in self._used.items() if name in self._sessions}
        self._fetched = begun
        return True
