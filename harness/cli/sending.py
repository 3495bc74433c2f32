"""`--publish`: what a command does to have its runs on the wall."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.outcome import shown
from harness.domain.errors import ConfigurationError
from harness.runner.fleet import Told

if TYPE_CHECKING:
    from harness.runner.publisher.publishing import Publishing
    from harness.runner.publisher.wall import Wall


def wall_of(address: str, ca: Path | None) -> Wall | None:
    """The wall to send to; None when no `address` was given. Raises ConfigurationError for what cannot be used."""
    if not address:
        if ca is not None:
            raise ConfigurationError("--publish-ca er til --publish URL. Skriv, hvor tavlen er, eller udelad --publish-ca.")
        return None
    from harness.runner.publisher.wall import read_wall

    return read_wall(address, ca)


def sent_to(wall: Wall | None, folders: Sequence[Path]) -> Callable[[Told], Told]:
    """Send the runs in `folders` to the wall until the command is over, and wait then for what is left.

    What is given back is put around whoever hears what the workers tell: a scenario that has ended is sent at once.
    """
    if wall is None:
        return lambda told: told
    return click.get_current_context().with_resource(publishing(wall, folders)).through


def publishing(wall: Wall, folders: Sequence[Path]) -> Publishing:
    """To be opened: then it sends the runs in `folders`."""
    from harness.runner.publisher.publishing import Publishing

    return Publishing(wall, folders, partial(_again, wall), lambda text: print(text, file=sys.stderr, flush=True))


def _again(wall: Wall, left: Sequence[Path]) -> str:
    ca = ["--publish-ca", str(wall.ca)] if wall.ca else []
    return shlex.join(["lps", "send", *map(shown, left), "--publish", wall.address, *ca])
