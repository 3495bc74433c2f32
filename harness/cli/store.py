"""The wall's database as the command line opens it: what is wrong with it is told without what its address may hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.domain.errors import ConfigurationError, EnvironmentFault

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.exc import SQLAlchemyError


@contextmanager
def opened(store: str, reports: Path) -> Iterator[Engine]:
    """The database at the address `store`, else the file beside the `reports`.

    Raises ConfigurationError for an address that is none, and EnvironmentFault when the database cannot be reached or written,
    also in what is done with it.
    """
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from harness.dashboard.database import address_in, open_database

    try:
        reports.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"{reports} kan ikke laves: {error.strerror or error}"
        raise EnvironmentFault(f"Rapportmappen {why}. Vælg en anden med --reports.") from None
    try:
        engine = open_database(store or address_in(reports))
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigurationError(
            f"--store: Adressen kan ikke bruges ({type(error).__name__}). Fx sqlite:///tavle.db eller postgresql+psycopg://…"
        ) from None
    except SQLAlchemyError as error:
        raise _unreachable(error) from None
    try:
        yield engine
    except SQLAlchemyError as error:
        raise _unreachable(error) from None
    finally:
        engine.dispose()


def _unreachable(error: SQLAlchemyError) -> EnvironmentFault:
    """The statement and its values stay out of what is told: they say nothing to people, and an address may hold a password."""
    said = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
    return EnvironmentFault(f"Tavlens database kan ikke bruges: {said}. Se efter, om den kører, og om --store er rigtig.")
