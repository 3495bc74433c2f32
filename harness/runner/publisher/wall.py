"""The wall, seen from a run's machine: where it is, what opens it, and its answers (docs/tavle.openapi.yaml)."""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from harness.domain.errors import ConfigurationError
from harness.hub.proxy import proxy_towards
from harness.hub.tls import client_context
from harness.record.delivery import LARGEST, LINES_TYPE, Reach, RunName
from harness.suite.secret import read_secret

if TYPE_CHECKING:
    import httpx

TOKEN: Final = "LPS_PUBLISH_TOKEN"  # noqa: S105  # the name of the variable
_CONNECT_SECONDS: Final = 3.0
_ANSWER_SECONDS: Final = 10.0
_LONGEST_TOLD: Final = 300
_LONGEST_LABEL: Final = 63
"""Characters between two dots of a name (RFC 1035, 2.3.4)."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class Unreachable(Exception):
    """The wall did not answer as a wall that can take lines now. It may later. The text says why, in Danish."""


class Unwanted(Exception):
    """The wall does not take this run, and will not later. The text says why, in Danish."""


class NotAdmitted(Unwanted):
    """The token opens nothing."""


class Elsewhere(Exception):
    """The wall has come another place than what was sent follows: ask it how far it is."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Where the wall is, and what opens it. `ca`: who issued its certificate, where the machine does not know."""

    address: str
    token: str = field(repr=False)
    ca: Path | None = None

    def client(self) -> httpx.Client:
        """A client that keeps its connection. Raises OSError where `ca` cannot be read any more."""
        import httpx

        return httpx.Client(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self.token}"},
            verify=_trusted(self.ca),
            proxy=proxy_towards(self.address) if self.address.startswith("https:") else None,  # else it is our own machine
            trust_env=False,
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
        )


def read_wall(address: str, ca: Path | None = None) -> Wall:
    """The wall at `address`, with the token in the environment's LPS_PUBLISH_TOKEN.

    Raises ConfigurationError for an address that cannot be the wall's, without a token, and for a file that is no certificate.
    """
    import httpx

    found = f"Fundet: “{address}”."
    try:
        httpx.URL(address)
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except (ValueError, httpx.InvalidURL):
        parts, host, port = urlsplit(""), "", 0
    is_name = max(map(len, host.split("."))) <= _LONGEST_LABEL and not any(map(str.isspace, address))
    if parts.scheme not in ("https", "http") or not host or port == 0 or not is_name:
        raise ConfigurationError(f"--publish skal være tavlens adresse, fx https://tavle.example:8443. {found}")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"--publish må ikke have navn eller adgangskode i adressen. Sæt adgangsnøglen i {TOKEN}.")
    if parts.query or parts.fragment:
        raise ConfigurationError(f"--publish skal være tavlens adresse uden “?” og “#”. {found}")
    if parts.scheme == "http" and not _is_own_machine(host):
        raise ConfigurationError(f"--publish skal begynde med https://: adgangsnøglen må ikke sendes uden kryptering. {found}")
    if ca is not None:
        client_context(ca)  # one that cannot be used is told now, not when the run has begun
    return Wall(address.rstrip("/"), read_secret(f"env:{TOKEN}"), ca)


@cache
def _trusted(ca: Path | None) -> ssl.SSLContext:
    """Trusts whom the machine trusts, not httpx's own list, and `ca` besides. One for all runs: it takes a tenth of a second."""
    context = ssl.create_default_context()
    if ca is not None:
        context.load_verify_locations(ca)
    return context


def _is_own_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Line:
    """The line to the wall for one of a run's chains; `below` is what its address has after the run's."""

    def __init__(self, client: httpx.Client, name: RunName, below: str = "") -> None:
        self._client = client
        self._path = f"/api/koersler/{name}{below}"

    def reach(self) -> Reach:
        """How far the wall has the chain. Raises Unreachable, Unwanted and Elsewhere."""
        return self._asked("GET", self._path)

    def send(self, since: int, lines: bytes) -> Reach:
        """Send `lines`, of which the first is number `since`; how far the wall is then. Raises as `reach` does."""
        if len(lines) > LARGEST:
            raise Unwanted(f"Linje {since + 1} fylder {len(lines)} bytes. Tavlen tager højst {LARGEST} ad gangen.")
        return self._asked("POST", f"{self._path}/linjer?fra={since}", lines)

    def _asked(self, method: str, path: str, lines: bytes | None = None) -> Reach:
        import httpx

        headers = {"Content-Type": LINES_TYPE} if lines is not None else {}
        try:
            response = self._client.request(method, path, content=lines, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(_why(error)) from None
        said = _json_of(response)
        match response.status_code:
            case 200 if isinstance(said.get("linjer"), int) and _HASH.fullmatch(str(said.get("hoved"))):
                return Reach(said["linjer"], said["hoved"])
            case 409 if "linjer" in said:
                raise Elsewhere(_told(said))
            case 401:
                raise NotAdmitted(f"Adgangsnøglen i {TOKEN} er ikke gyldig. Få en ny af den, der har tavlen.")
            case 400 | 403 | 409 | 413 | 415 if "fejl" in said:
                raise Unwanted(_told(said))
            case 429 | 503 if "fejl" in said:
                raise Unreachable(_told(said))
            case status:
                raise Unreachable(f"Der svares {status}, men ikke som en tavle. Er adressen den rigtige?")


def _json_of(response: httpx.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _told(said: dict[str, Any]) -> str:
    """What the other machine said, as it may be shown in a terminal."""
    return "".join(each if each.isprintable() else " " for each in str(said.get("fejl", "")))[:_LONGEST_TOLD]


def _why(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "Tavlens certifikat kan ikke godkendes. Peg på udstederens certifikat med --publish-ca FIL."
    return f"Der kommer intet svar ({str(error) or type(error).__name__})."
