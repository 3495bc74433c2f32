"""What a person or a machine shows to be let in: a name that is looked up, and a secret that is only ever kept as its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

SECRET_BYTES: Final = 32
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Secret:
    """A token, a link or a cookie, as it is shown: `<id>.<256 random bits>`. Its repr has the id alone."""

    id: str
    value: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The whole of it: what is told once, and never kept."""
        return f"{self.id}.{self.value}"

    @property
    def hash(self) -> str:
        """What is kept: SHA-256 of the secret, in hex. It has 256 random bits, so that no slow hash is needed."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    @property
    def csrf(self) -> str:
        """What a form must carry to come from a page of this session's: it follows from the cookie, and tells nothing of it."""
        return hmac.new(self.value.encode(), b"csrf", "sha256").hexdigest()

    def is_kept_as(self, hash: str) -> bool:
        """Whether `hash` is its own. It takes as long whatever is wrong."""
        return hmac.compare_digest(self.hash, hash)


def new_secret() -> Secret:
    """One that nobody has seen."""
    return Secret(secrets.token_hex(4), secrets.token_urlsafe(SECRET_BYTES))


def read_secret(shown: str) -> Secret | None:
    """What somebody shows, taken apart; None when it cannot be one of ours."""
    name, dot, value = shown.strip().partition(".")
    good = dot and value and len(shown) <= _LONGEST and shown.isascii()
    return Secret(name, value) if good else None


def same(one: str, other: str) -> bool:
    """Whether two texts are the same. It takes as long whatever differs."""
    return hmac.compare_digest(one.encode(), other.encode())
