"""The line to a system's test interface: the reference LPS of a rehearsal, or the system's own, as its file says."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from harness.hub.proxy import proxy_towards
from harness.hub.tls import client_context
from harness.runner.setup import RunSetup
from harness.suite.secret import read_secret


def interface_of(
    setup: RunSetup, seconds: float, through: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda transport: transport
) -> httpx.Client:
    """A client to the interface, which may take `seconds` over an answer. The token is read here and stays in the client.

    `through` makes of the client's transport what its requests go through.

    Raises ConfigurationError when the token or the authority's certificate is not where the file says.
    """
    access = setup.own_access
    if access is None:
        address = f"{setup.lps}/{setup.vendor.id}"
        return httpx.Client(base_url=address, transport=through(httpx.HTTPTransport()), timeout=seconds)
    headers = {"Authorization": f"Bearer {read_secret(access.key)}"} if access.key else {}
    trusted = client_context(access.ca) if access.ca else ssl.create_default_context()  # those the machine knows, not httpx's own
    transport = through(httpx.HTTPTransport(verify=trusted, proxy=proxy_towards(access.address)))
    return httpx.Client(base_url=access.address, headers=headers, transport=transport, timeout=seconds)
