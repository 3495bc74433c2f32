"""`lps keys`: the keys that certificates are signed with. None is made but by `lps keys new`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.cli.danish import Command
from harness.record.signing import new_private_key


class Keys(Command, click.Group):
    """A group whose help is Danish."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the subcommands under `Kommandoer`."""
        super().format_options(ctx, formatter)
        with formatter.section("Kommandoer"):
            formatter.write_dl([(name, each.get_short_help_str(200)) for name, each in self.commands.items()])


@click.group(cls=Keys)
def keys() -> None:
    """Nøgler til at underskrive certifikater med.

    Eksempel: lps keys new medcom.pem > medcom.pub.pem
    """


@keys.command(cls=Command, name="new")
@click.argument("file", metavar="FIL", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Lav en privat nøgle i FIL, og skriv den offentlige ud.

    Kun den, der ejer FIL, kan læse den. Den skal blive hos MedCom og aldrig sendes. Den offentlige er til dem,
    der skal kontrollere certifikater.

    Eksempel: lps keys new medcom.pem > medcom.pub.pem
    """
    print(new_private_key(file), end="")
    print(f"Den private nøgle ligger i {file}. Pas på den: den, der har den, kan udstede certifikater.", file=sys.stderr)
