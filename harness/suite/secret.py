"""Secrets: a file says where one is, `env:NAVN` or `fil:STI`, and it is read only when it is used."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from harness.domain.errors import ConfigurationError
from harness.suite.model import broken

_SOURCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|fil:\S.*")


def _is_source(value: str) -> str:
    if not _SOURCE.fullmatch(value):
        raise broken("Skal sige, hvor hemmeligheden er: env:NAVN (en miljøvariabel) eller fil:STI.")
    return value


SecretSource = Annotated[str, AfterValidator(_is_source)]
"""A field that says where a secret is."""


def beside(source: str, folder: Path) -> str:
    """`source` with the path of a `fil:` taken from `folder`, where the file that names it lies."""
    kind, _, name = source.partition(":")
    return f"fil:{folder / name}" if kind == "fil" else source


def read_secret(source: str) -> str:
    """The secret that `source` points at, without white space around it. Raises ConfigurationError, which never tells it."""
    kind, _, name = source.partition(":")
    secret = os.environ.get(name, "").strip() if kind == "env" else _in_file(name)
    what = f"Miljøvariablen {name}" if kind == "env" else f"{name}: Filen med hemmeligheden"
    if not secret:
        raise ConfigurationError(f"{what} {'er ikke sat. Sæt den, før du starter lps' if kind == 'env' else 'er tom'}.")
    if not (secret.isascii() and secret.isprintable()):  # it goes in a header
        raise ConfigurationError(f"{what} skal være én linje uden æ, ø, å og andre særlige tegn.")
    return secret


def _in_file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise ConfigurationError(f"{name}: Filen med hemmeligheden findes ikke.") from None
    except OSError as error:
        raise ConfigurationError(f"{name}: Filen med hemmeligheden kan ikke læses: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name}: Filen med hemmeligheden skal være tekst (UTF-8).") from None
