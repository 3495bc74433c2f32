"""Who has which item: in the database alone, where one key an item lets no two monitors hold the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Double, Engine, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from harness.dashboard.database import METADATA

CLAIMS: Final = Table(
    "worklist_claims",
    METADATA,
    Column("item", String(400), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("at", Double, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that `holder` has taken, `at` seconds since 1970 (UTC)."""

    item: str
    holder: str
    at: float


class Claims:
    """The claims in one database. Each call waits for it, and raises sqlalchemy.exc.SQLAlchemyError when it does not answer."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now

    def held(self) -> dict[str, Claim]:
        """Every claim there is, by item."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(CLAIMS.c.item, CLAIMS.c.holder, CLAIMS.c.at))
            return {item: Claim(item, holder, at) for item, holder, at in rows}

    def take(self, item: str, holder: str) -> str:
        """Take an item; who has it now, which is somebody else where they were first."""
        for _ in range(3):
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(CLAIMS).values(item=item, holder=holder, at=self._now()))
                return holder
            except IntegrityError:
                if other := self.holder(item):
                    return other
        return self.holder(item)

    def holder(self, item: str) -> str:
        """Who has it; empty when nobody does."""
        with self._engine.connect() as connection:
            found: str | None = connection.execute(select(CLAIMS.c.holder).where(CLAIMS.c.item == item)).scalar()
        return found or ""

    def release(self, item: str, holder: str) -> bool:
        """Let go of an item that `holder` has; whether they had it."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(CLAIMS).where(CLAIMS.c.item == item, CLAIMS.c.holder == holder))
        return gone.rowcount == 1
