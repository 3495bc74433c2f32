"""Commands that speak Danish: click's help, usage line and errors in the words of the tester."""

from __future__ import annotations

import re
from functools import partial

import click


class Command(click.Command):
    """A command whose help is Danish."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The parts of the usage line after the command's name."""
        return [_USAGE.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write `Brug: lps vendors [TILVALG]`."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Brug: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under `Tilvalg`."""
        records = (each.get_help_record(ctx) for each in self.get_params(ctx) if isinstance(each, click.Option))
        with formatter.section("Tilvalg"):
            formatter.write_dl([(names, _danish_help(text)) for names, text in filter(None, records)])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Danish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Vis denne hjælp."
        return option


class Group(Command, click.Group):
    """A group whose help is Danish."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the subcommands under `Kommandoer`."""
        super().format_options(ctx, formatter)
        with formatter.section("Kommandoer"):
            formatter.write_dl([(name, each.get_short_help_str(200)) for name, each in self.commands.items()])


command = partial(click.command, cls=Command)
"""The decorator of a subcommand: `@command()`. The function's docstring is its help: Danish, with an example.

A command that returns a number sets the exit code.
"""


def _danish_help(text: str) -> str:
    """What click adds of an option's limits and of what it is otherwise, in Danish."""
    return re.sub(
        r"\[(?:default: )?(?=[^\]]*\]$)",
        lambda found: "[ellers: " if "default" in found[0] else "[",
        _RANGE.sub(r"fra \1 til \2", text.replace("[required]", "(skal udfyldes)")),
    )


_RANGE = re.compile(r"([\d.]+)<=x<=([\d.]+)")

_USAGE = {"[OPTIONS]": "[TILVALG]", "COMMAND [ARGS]...": "KOMMANDO …"}


def in_danish(error: click.ClickException) -> str:
    """What is wrong with the command line, in Danish. A text click does not write itself is passed on as it is."""
    if isinstance(error, click.NoSuchOption):
        return f'Tilvalget kendes ikke. Fundet: "{error.option_name}".{_nearest(error.possibilities)}'
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f'Kommandoen kendes ikke. Fundet: "{error.command_name}".{_nearest(error.possibilities)}'
    if isinstance(error, click.MissingParameter):
        return f"{_name(error)}: Der mangler en værdi."
    text = error.message
    for english, danish in _DANISH:
        text = re.sub(english, danish, text)
    return f"{_name(error)}: {text}" if isinstance(error, click.BadParameter) else text


def _name(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx).replace("'", "") if error.param else "Værdien"


def _nearest(possibilities: list[str] | None) -> str:
    return f' Mente du "{possibilities[0]}"?' if possibilities else ""


_DANISH = (
    (r"^Got unexpected extra arguments? \((.*)\)$", r"Der står noget for meget. Fundet: \1."),
    (r"^'(.*)' is not one of (.*)\.$", r'Skal være en af: \2. Fundet: "\1".'),
    (r"^'(.*)' is not a valid integer(?: range)?\.$", r'Skal være et helt tal. Fundet: "\1".'),
    (r"^'(.*)' is not a valid float(?: range)?\.$", r'Skal være et tal. Fundet: "\1".'),
    (r"^(.*) is not in the range (.*)<=x<=(.*)\.$", r"Skal være fra \2 til \3. Fundet: \1."),
    (r"^\w+ '(.*)' does not exist\.$", r'Findes ikke: "\1".'),
    (r"^\w+ '(.*)' is a (?:file|directory)\.$", r'Er ikke af den rigtige slags (fil eller mappe): "\1".'),
    (r"^Option '(.*)' does not take a value\.$", r"\1: Tilvalget skal stå uden værdi."),
    (r"^Option '(.*)' requires .*\.$", r"\1: Der mangler en værdi."),
    (r"^Missing command\.$", "Der mangler en kommando."),
)
