"""Takes secrets out of what is kept: passwords, tokens, private keys, and the headers that carry them.

Documents, ID cards and signatures stay as they came.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from harness.domain.exchange import Headers

HIDDEN = "[skjult]"

_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_FIELD = rb"(?:access|refresh|id|auth)_?token|client_?secret|pass(?:word|wd|phrase)|adgangskode|api[_-]?key|otp|pinkode"
_FIELD_WORDS = (b"token", b"secret", b"password", b"passwd", b"passphrase", b"adgangskode", b"key", b"otp", b"pinkode")
_SECRETS = (
    # What kind it is; words of which one is in every such secret, in small letters; and it, between what is left standing.
    (
        "en adgangskode",
        (b"password",),
        re.compile(rb"(<(?:\w+:)?(?i:Password)\b[^<>]*(?<!/)>)(?:[^<]|<!\[CDATA\[.*?(?:\]\]>|\Z))++()", re.S),
    ),
    (
        "et adgangsbevis",
        (b"bearer", b"dpop", b"authorization"),
        re.compile(
            rb"(\b(?:Bearer|DPoP)\s+)[\w\-.~+/]+=*()"
            rb"|((?i:\bbearer\s+))[\w\-.~+/]{16,}=*()"
            rb"|((?i:\bAuthorization\\?[\"']?\s*[:=]\s*\\?[\"']?\s*(?:Basic\s+)?))(?!(?:Bearer|DPoP|Basic)\b)[\w\-.~+/]{6,}=*()"
        ),
    ),
    ("et adgangsbevis", (b"eyj",), re.compile(rb"()\beyJ[\w\-]{8,}\.eyJ[\w\-]{8,}\.[\w\-]*()")),  # a JSON Web Token (RFC 7519)
    (
        "en privat nøgle",
        (b"private key",),
        re.compile(rb"(-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----).*?(-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|\Z)", re.S),
    ),
    ("en adgangskode i en adresse", (b"@",), re.compile(rb"(://[^/\s:@\"'<>\\]{0,200}:)[^/\s@\"'<>\\]{1,200}(@)")),
    (
        "en hemmelighed i et felt",
        tuple(word + end for word in _FIELD_WORDS for end in (b'"', b"\\", b"=")),
        re.compile(
            rb"(\"(?i:" + _FIELD + rb")\"\s*:\s*\")(?!\[skjult\])(?:[^\"\\]|\\.)+()"
            rb"|((?<![\w\-])(?i:" + _FIELD + rb")=)(?![\[\"'])[^&\s\"'<>]+()"
        ),
    ),
)

_SIGNS = (
    *(b"@", b"assw", b"earer", b"eyj", b"dpop", b"horization", b"ivate key", b"ecret", b"oken", b"phrase", b"gangskode"),
    *(b"key", b"otp", b"pinkode"),
)
"""Of every one of those words a part. Most texts have none of them, and this is the quickest question of all."""

_SECRET_WORDS = frozenset(
    (
        *("auth", "authentication", "authorization", "cookie", "credential", "credentials", "dpop", "jwt", "token", "secret"),
        *("otp", "pin", "pincode", "passcode", "passphrase", "passwd", "password", "pwd", "apikey"),
        *("adgangskode", "engangskode", "kodeord", "pinkode"),
    )
)
"""Words in the name of a header that carries a secret."""
_KEYS = frozenset(("access", "api", "auth", "client", "private", "secret", "session", "signing", "subscription"))
"""What comes before `key` in the name of a header whose key is a secret. `Idempotency-Key` has none."""


def redact_headers(headers: Headers) -> Headers:
    """`headers` with the values of those that carry secrets hidden, and secrets hidden in the others."""
    return tuple((name, HIDDEN if _is_secret(name) else redact(value.encode()).decode()) for name, value in headers)


@cache
def _is_secret(header: str) -> bool:
    """Whether a header of this name carries a secret: `X-Pin` and `Api-Key` do, `X-Monkey-Id` does not."""
    words = re.split(r"[^a-z0-9]+", header.lower())
    keys = any(word == "key" and before in _KEYS for before, word in pairwise(words))
    return keys or not _SECRET_WORDS.isdisjoint(words)


def redact(body: bytes) -> bytes:
    """`body` without passwords, tokens and private keys. Documents, ID cards and signatures stay as they came."""
    wide = _WIDE.get(body[:2])
    if wide:
        plain = body.decode(wide, "replace").encode()
        hidden = redact(plain)
        return body if hidden == plain else hidden.decode().encode(wide)
    for _, pattern in _looked_for(body):
        body = pattern.sub(_hidden, body)
    return body


def secrets_in(body: bytes) -> Iterator[tuple[str, int]]:
    """Each secret in `body` that is not hidden: what kind it is, in Danish, and the byte it begins at."""
    for kind, pattern in _looked_for(body):
        for match in pattern.finditer(body):
            if _hidden(match) != match[0]:
                yield kind, match.start()


def may_hold_a_secret(text: bytes) -> bool:
    """Whether a closer look is needed: quick, and never False of a text with a secret in it."""
    return next(_looked_for(text), None) is not None


def _looked_for(body: bytes) -> Iterator[tuple[str, re.Pattern[bytes]]]:
    """What may be in `body`: most bodies and headers have none of the words, and this is by far the quicker question."""
    small = body.lower()
    for sign in _SIGNS:
        if sign in small:
            break
    else:
        return iter(())
    return ((kind, pattern) for kind, words, pattern in _SECRETS if any(word in small for word in words))


def _hidden(match: re.Match[bytes]) -> bytes:
    before, *_, after = (group for group in match.groups() if group is not None)
    return bytes(before + HIDDEN.encode() + after)
