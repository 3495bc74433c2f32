"""What a person who tests or reviews is called: by a name, and never by a number."""

from __future__ import annotations

import re
from typing import Final

from harness.domain.errors import BadInput

LONGEST_NAME: Final = 80


def tester_name(by: str) -> str:
    """`by` as a tester is called. Raises BadInput, in Danish, when it is no name."""
    name = " ".join(by.split())
    if not name:
        raise BadInput("Skriv dit navn.")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"Navnet er for langt. Det må højst være på {LONGEST_NAME} tegn.")
    if re.search(r"\d", name) or not name.isprintable():
        raise BadInput("Skriv dit navn uden tal.")
    return name
