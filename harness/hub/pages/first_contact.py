"""What came from a system, in the words of whoever tests it; never what a message says."""

from __future__ import annotations

from harness.conformance.files.formats import FORMATS


def in_words(kind: str) -> str:
    """What a person calls what came, by what it was recognised as. `in_words("vans") == "Kuvert (VANSEnvelope)"`."""
    if kind in FORMATS:
        return FORMATS[kind].danish
    return f"ikke genkendt ({kind})" if kind else "intet indhold"
