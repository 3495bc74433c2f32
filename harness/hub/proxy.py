"""Whether the machine has a proxy between the harness and an address."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_OWN_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


def proxy_towards(address: str) -> str | None:
    """The proxy's address, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, or the settings of Windows and macOS where none is set.

    None for a straight way: there is no proxy, it is not for this address, or the address is this machine's own. The doctor and
    a run ask here, so that they go the same way; httpx by itself does not know what Windows excepts.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    proxy = getproxies().get(parts.scheme)
    if not proxy or host in _OWN_MACHINE or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
