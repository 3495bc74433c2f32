"""Takes secrets out of what is kept: passwords, tokens, private keys, and the headers that carry them.

Documents, ID cards and signatures stay as they came.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from harness.domain.exchange import Headers

HIDDEN = "[skjult]"
_REMEMBERED = 100_000
"""Bytes of the largest body that is remembered with what it is without secrets."""

_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PASSWORD = rb"pass(?:word|wd|phrase)|pwd|adgangskode|kodeord|pinkode"
_FIELD = rb"(?:access|refresh|id|auth)_?token|client_?secret|api[_-]?key|otp|" + _PASSWORD
_TOLD_FIELD = (
    rb"(?:access|refresh|id|auth)[_-]?token|client[_-]?secret|otp|" + _PASSWORD + rb"|"
    rb"(?:access|api|auth|client|functions?|private|secret|session|signing|subscription)[_-]?key"
)
_PASSWORD_WORDS = (b"password", b"passwd", b"passphrase", b"pwd", b"adgangskode", b"kodeord", b"pinkode")
_FIELD_WORDS = (b"token", b"secret", b"key", b"otp", *_PASSWORD_WORDS)
_SCHEME = rb"(?:Basic|Bearer|DPoP|Negotiate|NTLM|Token|ApiKey)"
_IS = rb"\\*[\"']?\s*[:=]\s*(?:b(?=[\"']))?"
"""Between a field's name and its value in JSON, in what Python writes, and in a line of headers."""
_FROM_HERE = rb"(?:(?<![A-Za-z0-9])|(?<=[a-z0-9])(?=[A-Z]))"
"""A word begins, also within a name: `db_password`, `dbPassword`."""
_NEW_LINE = rb"(?:\A|[\r\n]|\\[rn]|&#(?:1[03]|x[AaDd]);)[ \t]*"
_NOT_HIDDEN = rb"(?!\[skjult\])"

_Secret = tuple[str, tuple[bytes, ...], re.Pattern[bytes]]
"""What kind it is; words of which one is in every such secret, in small letters; and it, between what is left standing."""
_SECRETS: tuple[_Secret, ...] = (
    (
        "en adgangskode",
        _PASSWORD_WORDS,
        re.compile(
            rb"(<(?:\w+:)?(?i:"
            + _PASSWORD
            + rb")\b[^<>]*(?<!/)>)(?=\s*(?:[^<\s]|<!\[CDATA\[))(?:[^<]|<!\[CDATA\[.*?(?:\]\]>|\Z))++()"
            rb"|((?<![\w\-.])(?i:" + _PASSWORD + rb")\s*=\s*(\\?[\"']))" + _NOT_HIDDEN + rb"(?:(?!\4)[^<>])+()"
            rb"|(&lt;(?:\w+:)?(?i:" + _PASSWORD + rb")\b[^<>&]{0,200}(?<!/)&gt;)" + _NOT_HIDDEN + rb"[^&<]*[^&<\s][^&<]*()",
            re.S,
        ),
    ),
    (
        "et adgangsbevis",
        (b"bearer", b"dpop", b"authorization"),
        re.compile(
            rb"(\b(?:Bearer|DPoP)\s+)[\w\-.~+/]+=*()"
            rb"|((?i:\bbearer\s+))[\w\-.~+/]{16,}=*()"
            rb"|((?i:\bAuthorization" + _IS + rb"\\*[\"']?\s*" + _SCHEME + rb"\s+))[\w\-.~+/]+=*()"
            rb"|((?i:\bAuthorization" + _IS + rb"\\*[\"']?\s*Digest\s++))" + _NOT_HIDDEN + rb"[^\r\n<>]+()"
            rb"|((?i:\bAuthorization" + _IS + rb"\\*[\"']?\s*))(?!(?i:" + _SCHEME + rb"|Digest)\b)[\w\-.~+/]{6,}=*()"
            rb"|(\(b?[\"'](?i:(?:Proxy-)?Authorization)[\"'],\s*b?[\"'](?:(?i:"
            + _SCHEME
            + rb")\s+)?+)"
            + _NOT_HIDDEN
            + rb"[^\"']+()"
        ),
    ),
    ("et adgangsbevis", (b"eyj",), re.compile(rb"()\beyJ[\w\-]{8,}\.eyJ[\w\-]{8,}\.[\w\-]*()")),  # a JSON Web Token (RFC 7519)
    (
        "en privat nøgle",
        (b"private key",),
        re.compile(rb"(?i)(-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----).*?(-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|\Z)", re.S),
    ),
    (
        "en adgangskode i en adresse",
        (b"@",),
        # Up to the host's `@`; then one with what stands in no address unwritten, where no port stands in its place.
        re.compile(
            rb"(:(?://|\\/\\/)[^/\s:\"'<>\\]{0,200}:)(?:[^/\s\"'<>\\]{1,200}"
            rb"|(?!\d{1,5}(?:[/?#']|\\/))[^\s\"<>\\@]{1,200}(?:@[^/\s\"'<>\\@]{1,200})*)(@)"
        ),
    ),
    (
        "en hemmelighed i et felt",
        tuple(word + end for word in _FIELD_WORDS for end in (b'"', b"\\", b"=", b"'")),
        re.compile(
            rb"(\"(?i:" + _FIELD + rb")\"\s*:\s*\")(?!\[skjult\])(?:[^\"\\]|\\.)+()"
            rb"|('(?i:" + _FIELD + rb")'\s*:\s*')(?!\[skjult\])(?:[^'\\]|\\.)+()"
            rb"|((?<![\w\-])(?i:" + _FIELD + rb")=)(?![\[\"'])[^&\s\"'<>]+()"
        ),
    ),
    (
        "en hemmelighed i en header",
        (b"api-key", b"functions-key", b"subscription-key", b"auth-token", b"cookie"),
        re.compile(
            rb"("
            + _NEW_LINE
            + rb"(?i:X-Api-Key|X-Functions-Key|Ocp-Apim-Subscription-Key|X-Auth-Token)[ \t]*:[ \t]*+)"
            + _NOT_HIDDEN
            + rb"[^\s\"'<>\\&]+()"
            rb"|(" + _NEW_LINE + rb"(?i:(?:Set-)?Cookie)[ \t]*:[ \t]*)[^\s=;:\"'<>\\\[]+=[^\r\n\"<>\\]+()"
        ),
    ),
)
_TOLD: tuple[_Secret, ...] = (
    (
        "en hemmelighed i et felt",
        (
            *(b"token", b"secret", b"cookie", *_PASSWORD_WORDS),
            *(word + end for word in (b"key", b"otp") for end in (b'"', b"\\", b"=", b"'", b":", b" ", b"\t", b"\n")),
        ),
        re.compile(
            rb"("
            + _FROM_HERE
            + rb"(?i:"
            + _TOLD_FIELD
            + rb"|token|secret|cookie)"
            + _IS
            + rb"\\*([\"']))"
            + _NOT_HIDDEN
            + rb"(?:(?!\\{0,8}\2).)+()"
            rb"|(" + _FROM_HERE + rb"(?i:" + _TOLD_FIELD + rb")\s*[:=]\s*+)" + _NOT_HIDDEN + rb"[^\s\"'<>&;,)}\]]+()"
            rb"|(\(b?[\"'][\w\-]{0,40}?(?i:"
            + _TOLD_FIELD
            + rb"|token|secret|cookie)[\"'],\s*b?([\"']))"
            + _NOT_HIDDEN
            + rb"(?:(?!\\{0,8}\7).)+()"
            rb"|(" + _FROM_HERE + rb"(?i:token|secret)(?:=|\s*:\s++))" + _NOT_HIDDEN + rb"[^\s\"'<>&;,)}\]]+()"
            rb"|(" + _FROM_HERE + rb"(?i:(?:Set-)?Cookie)\s*:\s*+)" + _NOT_HIDDEN + rb"[^\r\n\"'<>]+()",
            re.S,
        ),
    ),
    ("en adgangsnøgle i en adresse", (b"@",), re.compile(rb"(://)" + _NOT_HIDDEN + rb"[^/\s:@?#\"'<>\\]{1,200}(:?@)")),
)
"""What is hidden too in what the harness itself tells, where nothing is judged by it."""
_ALL = (*_SECRETS, *_TOLD)

_IN_A_FIELD = next(pattern for kind, _, pattern in _SECRETS if kind == "en hemmelighed i et felt")
_A_FIELD = re.compile(rb"\"(?i:" + _FIELD + rb")\"|'(?i:" + _FIELD + rb")'|(?i:" + _FIELD + rb")=")
"""What that one begins with, where nothing is known of what stands beside the name's quotation marks."""
_IN_ADDRESSES = frozenset(pattern for _, words, pattern in _ALL if words == (b"@",))
_ESCAPED = (b"\\u", b"\\\\")
"""What these find holds nothing that JSON writes in another way than it is, but for control characters and backslashes."""

_SIGNS = (
    *(b"@", b"pass", b"kode", b"earer", b"eyj", b"dpop", b"horization", b"ecret", b"oken", b"ookie"),
    *(b"key", b"otp", b"pwd"),
)
"""Of every one of those words a part. Most texts have none of them, and this is the quickest question of all."""
_IN_ADDRESS = re.compile(rb":\\*/\\*/[^\s\"@]*@")
"""What every address with a password or a key in it has, in JSON too; most texts with an `@` have not."""
_PART = {word: next(sign for sign in _SIGNS if sign in word) for _, words, _ in _ALL for word in words}

_SECRET_WORDS = frozenset(
    (
        *("auth", "authentication", "authorization", "cookie", "credential", "credentials", "dpop", "jwt", "token", "secret"),
        *("otp", "pin", "pincode", "passcode", "passphrase", "passwd", "password", "pwd", "apikey"),
        *("adgangskode", "engangskode", "kodeord", "pinkode"),
    )
)
"""Words in the name of a header that carries a secret."""
_SECRET_ENDS = ("token", "secret", "password", "passwd", "apikey", "sessionid", "cookie")
"""What a word of such a name ends with, where the words are written together: `accesstoken`."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_KEYS = frozenset(
    ("access", "api", "auth", "client", "function", "functions", "private", "secret", "session", "signing", "subscription")
)
"""What comes before `key` in the name of a header whose key is a secret. `Idempotency-Key` has none."""


@lru_cache(maxsize=512)  # most systems send the same headers with every message, and each is looked at several times
def redact_headers(headers: Headers) -> Headers:
    """`headers` with the values of those that carry secrets hidden, and secrets hidden in the others."""
    return tuple((name, HIDDEN if _is_secret(name) else redact(value.encode()).decode()) for name, value in headers)


@cache
def _is_secret(header: str) -> bool:
    """Whether a header of this name carries a secret: `X-Pin` and `Api-Key` do, `X-Monkey-Id` does not."""
    words = re.split(r"[^a-z0-9]+", f"{header} {_HUMP.sub('-', header)}".lower())
    keys = any((word == "key" and before in _KEYS) or (before, word) == ("session", "id") for before, word in pairwise(words))
    return keys or not _SECRET_WORDS.isdisjoint(words) or any(word.endswith(_SECRET_ENDS) for word in words)


def redact(body: bytes) -> bytes:
    """`body` without passwords, tokens and private keys. Documents, ID cards and signatures stay as they came."""
    return _redacted_before(body) if len(body) <= _REMEMBERED else _redacted(body)


def _redacted(body: bytes) -> bytes:
    wide = _WIDE.get(body[:2])
    if wide:
        plain = body.decode(wide, "replace").encode()
        hidden = _redacted(plain)
        return body if hidden == plain else hidden.decode().encode(wide)
    return _without(body, _SECRETS)


_redacted_before = lru_cache(maxsize=64)(_redacted)  # a plan that one service passes on to the next, and readers fetch


def may_be_redacted(pieces: bytes) -> bool:
    """Whether `redact` may change a body with one of these pieces in it: quick, and never False where it does."""
    return any(pattern is not _IN_A_FIELD or _A_FIELD.search(pieces) for _, pattern in _looked_for(pieces, _SECRETS))


def redact_told(text: bytes) -> bytes:
    """`text`, which the harness tells in a log, without secrets: stricter than `redact`, since nothing is judged by it."""
    return _without(text, _ALL)


def secrets_in(body: bytes, *, told: bool = False) -> Iterator[tuple[str, int]]:
    """Each secret in `body` that is not hidden: what kind it is, in Danish, and the byte it begins at.

    `told`: the harness's own text, in which more is one (`redact_told`).
    """
    for kind, pattern in _looked_for(body, _ALL if told else _SECRETS):
        for match in pattern.finditer(body):
            if _hidden(match) != match[0]:
                yield kind, match.start()


def may_hold_a_secret(text: bytes) -> bool:
    """Whether a closer look is needed: quick, and never False of a text with a secret in it, a told one either.

    Nor is it of a line of JSON with such texts. An `@` is in many a source and version, and in few addresses with a password.
    """
    return any(
        pattern not in _IN_ADDRESSES or any(each in text for each in _ESCAPED) or pattern.search(text)
        for _, pattern in _looked_for(text, _ALL)
    )


def _without(text: bytes, secrets: tuple[_Secret, ...]) -> bytes:
    for _, pattern in _looked_for(text, secrets):
        text = pattern.sub(_hidden, text)
    return text


def _looked_for(body: bytes, secrets: tuple[_Secret, ...]) -> Iterator[tuple[str, re.Pattern[bytes]]]:
    """What may be in `body`: most bodies and headers have none of the words, and this is by far the quicker question."""
    small = body.lower()
    there = [sign for sign in _SIGNS if sign in small]
    if b"@" in there and not _IN_ADDRESS.search(small):
        there.remove(b"@")
    if not there:
        return iter(())
    return ((kind, pattern) for kind, words, pattern in secrets if any(_PART[word] in there and word in small for word in words))


def _hidden(match: re.Match[bytes]) -> bytes:
    before, *_, after = (group for group in match.groups() if group is not None)
    return bytes(before + HIDDEN.encode() + after)
