"""The wall's database: an index that logs can make anew, and beside it claims, tokens and sessions, which live here alone.

Each room of the dashboard that keeps something declares its own tables on `METADATA`, and stands in `ROOMS`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, MetaData, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

METADATA: Final = MetaData()
STORE_NAME: Final = "tavle.db"
ROOMS: Final = ("harness.dashboard.access.tables", "harness.dashboard.index.tables", "harness.dashboard.worklist.claims")
"""The rooms that declare tables on `METADATA`."""


def address_in(reports: Path) -> str:
    """The address of the database that is used where no other is named: a file in the folder of reports."""
    return f"sqlite:///{(reports / STORE_NAME).absolute().as_posix()}"


def open_database(address: str) -> Engine:
    """The database at `address`: `sqlite:///fil.db` or `postgresql+psycopg://…`; tables that are not there are made.

    Raises sqlalchemy.exc.SQLAlchemyError when it cannot be reached or written.
    """
    for room in ROOMS:
        import_module(room)  # declares its tables, or they would be missing for whoever opens the database before the room
    engine = create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        _made_for_this_user(engine.url.database or "")
        event.listen(engine, "connect", _many_readers_one_writer)
    _make_tables(engine)
    return engine


def _make_tables(engine: Engine) -> None:
    """Make those that are not there. Another wall that starts in the same moment may make one after it was looked for."""
    missing = _missing(engine)
    while missing:
        try:
            METADATA.create_all(engine)
        except DBAPIError:
            before, missing = missing, _missing(engine)
            if missing == before:  # nobody made any of them, so that was not it
                raise
        else:
            return


def _missing(engine: Engine) -> set[str]:
    return set(METADATA.tables) - set(inspect(engine).get_table_names())


def _made_for_this_user(file: str) -> None:
    """A new file that only this user may read: sessions are in it. What SQLite lays beside it gets the same rights."""
    if file and not file.startswith((":", "file:")):
        with suppress(OSError):  # it is there already; or it cannot be made, which the database itself tells
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _many_readers_one_writer(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=5000")  # first: also the next may find another at work
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
