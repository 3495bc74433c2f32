"""Keeps what is known of each run in a database, beside whatever else happens: nobody waits for it, and it may be away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from harness.dashboard.database import METADATA
from harness.dashboard.index.rows import changed_rows, known_of, run_row, tried_of
from harness.dashboard.index.tables import RESULTS, RUNS
from harness.dashboard.standing.reading import Known
from harness.dashboard.standing.summary import Tried

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 1.0
"""Seconds between two tries at a database that is away: everything is right within two seconds of its return."""
_PLACE: Final = itemgetter(0, 1)
"""Run and scenario. They are ordered here: servers order letters each in its own way."""
AT_ONCE: Final = 400
"""How many names are asked of in one statement."""


class Index:
    """Keeps runs in the tables of the index. One thread writes; what comes while it does is written next, in one transaction.

    `tell` is called once when the database goes away, and once when it is back. A run is written whole or not at all; one that a
    failed transaction was about is written anew from what is known, so that nothing is lost or doubled.
    """

    def __init__(self, engine: Engine, tell: Callable[[str], object]) -> None:
        self._engine, self._tell = engine, tell
        self._due: dict[str, Known | None] = {}
        self._written: dict[str, tuple[Tried, ...]] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._busy = False
        self._away = ""
        self._writer = threading.Thread(target=self._write, name="index", daemon=True)

    @property
    def trouble(self) -> str:
        """What is wrong, in Danish; empty when nothing is."""
        if self._writer.ident is not None and not self._writer.is_alive() and not self._stopping:
            return "Tavlens database bliver ikke skrevet længere: en fejl i testharnesset. Start tavlen igen; intet er gået tabt."
        return self._away

    def load(self) -> list[Known]:
        """All that is kept. A run that another edition of the harness wrote is left out: its log is read again.

        Raises SQLAlchemyError.
        """
        with self._engine.connect() as connection:
            runs = connection.execute(select(RUNS)).all()
            found = connection.execute(select(RESULTS)).all()
        tried = {run: list(own) for run, own in groupby(sorted(found, key=_PLACE), key=itemgetter(0))}
        known = []
        for row in runs:
            try:
                known.append(known_of(row, tuple(map(tried_of, tried.get(row.name, ())))))
            except ValueError:
                continue
        self._written = {each.run.name: each.tried for each in known}
        return known

    def clear(self) -> None:
        """Forget every run. What other rooms keep in the database stays. Raises SQLAlchemyError."""
        with self._engine.begin() as connection:
            connection.execute(delete(RESULTS))
            connection.execute(delete(RUNS))
        self._written = {}

    def start(self) -> None:
        """Begin to write."""
        self._writer.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Write what is due, for as long as that takes but `seconds` at most, and end. What is not written is in the logs."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._writer.is_alive():
            self._writer.join(seconds)
        self._engine.dispose()

    def keep(self, known: Known) -> None:
        """As `Keeper.keep`."""
        self._put(known.run.name, known)

    def drop(self, run: str) -> None:
        """As `Keeper.drop`."""
        self._put(run, None)

    def _put(self, run: str, known: Known | None) -> None:
        with self._changed:
            self._due[run] = known
            self._changed.notify_all()

    def written(self, seconds: float) -> bool:
        """Wait until everything so far is in the database, `seconds` at most; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._busy, seconds)

    def _write(self) -> None:
        wait = FIRST_WAIT
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._due or self._stopping)
                if not self._due:
                    return
                batch, self._due, self._busy = self._due, {}, True
            try:
                self._commit(batch)
            except SQLAlchemyError as error:
                if not self._put_back(batch, wait, error):
                    return
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                wait = FIRST_WAIT
                self._back()

    def _commit(self, batch: dict[str, Known | None]) -> None:
        if self._away:
            METADATA.create_all(self._engine)  # what came back may be another one
        with self._engine.begin() as connection:
            _replace(connection, batch, self._written)
        for run, known in batch.items():
            if known is None:
                self._written.pop(run, None)
            else:
                self._written[run] = known.tried

    def _put_back(self, batch: dict[str, Known | None], wait: float, error: SQLAlchemyError) -> bool:
        """Keep what could not be written until it can be; False when there is no more time."""
        for run in batch:
            self._written.pop(run, None)  # nobody knows how much of it is there
        if not self._away:
            when = f"{datetime.now().astimezone():%H.%M}"
            self._away = f"Databasen har ikke svaret siden kl. {when}. Tavlen går videre, og intet går tabt."
            self._tell(f"{self._away} Årsag: {_reason(error)}")
        with self._changed:
            self._due = batch | self._due
            self._busy = False
            if self._stopping:
                return False
            self._changed.wait_for(lambda: self._stopping, wait)
            return True

    def _back(self) -> None:
        if self._away:
            self._away = ""
            self._tell("Databasen svarer igen. Alt er skrevet.")
        with self._changed:
            self._busy = False
            self._changed.notify_all()


def _replace(connection: Connection, batch: dict[str, Known | None], written: dict[str, tuple[Tried, ...]]) -> None:
    for some in _slices(list(batch)):
        connection.execute(delete(RUNS).where(RUNS.c.name.in_(some)))
    for some in _slices([run for run, known in batch.items() if known is None or run not in written]):
        connection.execute(delete(RESULTS).where(RESULTS.c.run.in_(some)))
    rows = []
    for run, known in batch.items():
        if known is None:
            continue
        changed = changed_rows(run, known.tried, written.get(run, ()))
        if run in written:
            gone = {each.scenario for each in written[run]} - {each.scenario for each in known.tried}
            for some in _slices([*(each["scenario"] for each in changed), *sorted(gone)]):
                connection.execute(delete(RESULTS).where(RESULTS.c.run == run, RESULTS.c.scenario.in_(some)))
        rows += changed
    kept = [run_row(known) for known in batch.values() if known is not None]
    if kept:
        connection.execute(insert(RUNS), kept)
    if rows:
        connection.execute(insert(RESULTS), rows)


def _slices(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def _reason(error: SQLAlchemyError) -> str:
    """What the driver said, on one line, without the statement and its values."""
    return " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
