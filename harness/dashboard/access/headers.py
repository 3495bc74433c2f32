"""What every answer carries, so that a browser keeps to what the wall is; and which names the wall may be called by."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_HOST: Final = re.compile(r"(\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[^\s:@/\\?#\[\]]+))(:\d{0,5})?", re.ASCII)

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HSTS_SECONDS: Final = 86_400
"""A day: the name of a machine in a hall may be another's, without TLS, the week after."""

ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: with that a browser says `Origin: null` of its own forms (Fetch, "append a request Origin header").
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
UNLESS_SAID: Final = {"cache-control": "no-store"}
"""An answer that says otherwise itself keeps its own."""


def security_headers(secure: bool) -> dict[str, str]:
    """The headers of every answer; `secure`: it is given over TLS."""
    return ALWAYS | ({"strict-transport-security": f"max-age={HSTS_SECONDS}"} if secure else {})


def host_name(host: str) -> str:
    """The name in a Host header or an address's place, without its port, in small letters. `[::1]:8000` gives `::1`; what has
    anything but a port after the name (`tavle:80@ond.example`) gives nothing, since addresses are made of it.
    """
    found = _HOST.fullmatch(host.strip().lower())
    if found:
        return found["six"] or found["name"]
    try:
        return str(ipaddress.IPv6Address(host.strip()))
    except ValueError:
        return ""
