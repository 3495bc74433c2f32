"""`lps access`: who may see and do what on the wall. A secret is told once, on stdout, and kept nowhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.cli.danish import Command, Group
from harness.cli.options import home_option, reports_option
from harness.cli.store import opened
from harness.domain.access import Right
from harness.domain.clock import day_and_hour
from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.tester import tester_name
from harness.house import House

if TYPE_CHECKING:
    from harness.dashboard.access.register import Register, Token

F = TypeVar("F", bound=Callable[..., Any])
_RIGHTS = [str(each) for each in Right if each is not Right.PUBLIC]


@click.group(cls=Group)
def access() -> None:
    """Giv adgang til tavlen, og tag den tilbage.

    Uden adgang ser man kun den offentlige tavle. Koden vises kun denne ene gang; i databasen ligger kun et aftryk af den.

    Eksempel: lps access new --right leverandør --supplier EG
    """


def _at_the_register(name: str) -> Callable[[F], click.Command]:
    """A subcommand that works on the register: it takes `--store`, `--reports` and `--home`."""

    def made(act: F) -> click.Command:
        store = click.option(
            "--store", "store", default="", metavar="ADRESSE", help="Tavlens database. Ellers tavle.db hos rapporterne."
        )
        found: Any = act
        for each in (home_option, reports_option, store):
            found = each(found)
        return access.command(cls=Command, name=name)(found)

    return made


@_at_the_register("new")
@click.option("--right", type=click.Choice(_RIGHTS), required=True, help="Hvad man må.")
@click.option("--supplier", default="", metavar="NAVN", help="Leverandøren, når det er en leverandør: dens systemer følger med.")
@click.option(
    "--name", default="", metavar="NAVN", help="Hvem adgangen er til. Skal udfyldes for en monitor og en administrator."
)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, metavar="DAGE", help="Hvor længe den gælder.")
def new(right: str, supplier: str, name: str, days: int, store: str, reports: Path | None, house: House) -> None:
    """Lav en ny adgang, og skriv dens kode ud.

    En læser ser alle systemers resultater, en leverandør kun sine egne, en monitor arbejder også med arbejdslisten,
    og en administrator må det hele. Koden er både til at logge ind med og til lps run --publish.

    Eksempel: lps access new --right monitor --name "Bo Dal" --days 2
    """
    given = Right(right)
    whose, systems = _supplier(house, supplier, given)
    try:
        called = tester_name(name or whose or ("Læser" if given is Right.READER else ""))
    except BadInput as error:
        raise ConfigurationError(f"--name: {error}") from None
    with _register(store, reports, house) as register:
        token, secret = register.issue(given, called, supplier=whose, systems=systems, days=days)
    print(secret.shown)
    print(f"{_told(token)}\nKoden ovenfor vises ikke igen. Giv den kun til den, den er til.", file=sys.stderr)


@_at_the_register("list")
def list_(store: str, reports: Path | None, house: House) -> None:
    """Vis alle adgange, også dem, der ikke gælder mere. Koderne kan ikke vises.

    Eksempel: lps access list
    """
    with _register(store, reports, house) as register:
        found, now = register.tokens(), register.now()
    for token in found:
        state = "gælder" if token.holds(now) else "trukket tilbage" if token.revoked else "udløbet"
        print(f"{_told(token)} · {state}")
    if not found:
        print("Der er ingen adgange endnu. Lav en: lps access new", file=sys.stderr)


@_at_the_register("revoke")
@click.argument("id", metavar="ID")
def revoke(id: str, store: str, reports: Path | None, house: House) -> None:
    """Træk en adgang tilbage. Den, der er logget ind med den, er ude inden for et par sekunder.

    Eksempel: lps access revoke 3f9a1c07
    """
    with _register(store, reports, house) as register:
        token = register.revoke(id)
    print(f"{_told(token)} · trukket tilbage")


@_at_the_register("link")
@click.argument("id", metavar="ID")
@click.option("--address", default="", metavar="ADRESSE", help="Tavlens adresse. Den kommer til at stå forrest i linket.")
def link(id: str, address: str, store: str, reports: Path | None, house: House) -> None:
    """Lav et link, som logger én browser ind, én gang, inden for et døgn.

    Eksempel: lps access link 3f9a1c07 --address https://tavle.example
    """
    with _register(store, reports, house) as register:
        secret = register.new_link(id)
    print(f"{address.rstrip('/')}/ind/{secret.shown}")
    if not address:
        print("Sæt tavlens adresse foran, eller giv den med --address, så er linket helt.", file=sys.stderr)


def _supplier(house: House, supplier: str, right: Right) -> tuple[str, list[str]]:
    """The supplier as its systems' files call it, and those systems."""
    if (right is Right.SUPPLIER) is not bool(supplier):
        raise ConfigurationError("--supplier hører til --right leverandør, og kun til den. Fx: --right leverandør --supplier EG")
    if not supplier:
        return "", []
    from harness.suite.vendors import load_vendors

    owned: dict[str, list[str]] = {}
    for each in load_vendors(house).values():
        owned.setdefault(each.supplier, []).append(each.id)
    found = next((each for each in owned if each.casefold() == supplier.strip().casefold()), None)
    if found is None:
        raise ConfigurationError(f'--supplier: Leverandøren kendes ikke. Fundet: "{supplier}". Kan være: {", ".join(owned)}.')
    return found, owned[found]


@contextmanager
def _register(store: str, reports: Path | None, house: House) -> Iterator[Register]:
    """The register in the wall's database. Raises as `opened` does."""
    from harness.dashboard.access.register import Register

    with opened(store, reports or house.reports) as engine:
        yield Register(engine)


def _told(token: Token) -> str:
    systems = f" · {', '.join(sorted(token.systems))}" if token.systems else ""
    until = day_and_hour(datetime.fromtimestamp(token.expires, UTC))
    return f"{token.id} · {token.right} · {token.name}{systems} · til {until}"
