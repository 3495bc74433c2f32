"""How often somebody may try to log in within a minute, and why nobody can keep another out by trying.

A secret has 256 random bits, so nobody guesses one; the limit keeps the register from being busy with those who try. A hall may
have one address for everybody. Therefore whoever shows the id of a token or link that is there is counted by that id, and only
the others by their address, and all together.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table, delete, func, insert, select

from harness.dashboard.access.register import Register
from harness.dashboard.access.secret import Secret
from harness.dashboard.access.tables import ATTEMPTS

WINDOW_SECONDS: Final = 60
FOR_ONE: Final = 10
FOR_UNKNOWN: Final = 100
"""Attempts with what nobody has, from all addresses together."""


class TooMany(Exception):
    """Too many have tried; `seconds` from now there is room again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, -int(-seconds // 1))


def begin_attempt(register: Register, address: str, shown: Secret | None, kept: Table) -> int:
    """Write down that somebody at `address` shows what should be in `kept`; the attempt's number. Raises TooMany."""
    now = register.now()
    with register.engine.begin() as connection:
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at <= now - WINDOW_SECONDS))
        known = shown is not None and connection.execute(select(kept.c.id).where(kept.c.id == shown.id)).first() is not None
        who = f"{kept.name} {shown.id}" if shown is not None and known else address
        limits = [(FOR_ONE, ATTEMPTS.c.who == who)]
        if not known:
            limits.append((FOR_UNKNOWN, ATTEMPTS.c.known.is_(False)))
        for limit, which in limits:
            count, oldest = connection.execute(select(func.count(), func.min(ATTEMPTS.c.at)).where(which)).one()
            if count >= limit:
                raise TooMany(oldest + WINDOW_SECONDS - now)
        made = insert(ATTEMPTS).values(who=who, known=known, at=now).returning(ATTEMPTS.c.number)
        return int(connection.execute(made).scalar_one())


def succeeded(register: Register, attempt: int) -> None:
    """It was somebody who may be let in: the attempt does not count."""
    with register.engine.begin() as connection:
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.number == attempt))
