"""What people write in a review or on the worklist is kept for good: what may not stand in it is told before anything is kept."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain.errors import ConfigurationError
from harness.record.guard import Guard
from harness.record.redaction import redact_told


def refuse_private(guard: Guard, texts: Iterable[str]) -> None:
    """Raises ConfigurationError, in Danish, when a foreign CPR number or a secret stands in any of `texts`."""
    for text in texts:
        if guard.in_prose(text):
            raise ConfigurationError("Teksten indeholder et CPR-nummer, som ikke er et test-CPR-nummer. Ret den. Intet er gemt.")
        if redact_told(text.encode()) != text.encode():
            raise ConfigurationError("Teksten indeholder noget, der ligner en adgangsnøgle. Ret den. Intet er gemt.")
