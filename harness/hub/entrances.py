"""Whose message? By the port it came to, else by how its path begins, never by its content; a named certificate must agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from harness.domain.exchange import Request, Response
from harness.hub.certificates import Certificate
from harness.standards.mtom import MULTIPART, version_said
from harness.standards.soap import Version, fault_response

_SOAP = frozenset({*(version.media_type for version in Version), MULTIPART})


class NobodysMessage(Exception):
    """A message that cannot be tied to a system. The text says why, in Danish; `status` is the answer's."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Entrances:
    """How systems are known: their names, and the fingerprint of the client certificate of each that has named its own."""

    systems: tuple[str, ...]
    certificates: Mapping[str, str] = field(default_factory=dict)

    def whose(self, path: str, port_of: str, certificate: Certificate | None, others: Collection[str] = ()) -> tuple[str, str]:
        """The system that a request to `path` is from, and its path at the services.

        `port_of` is the system whose own port it came to, else empty; `others` are systems that only run now. A client that shows
        no certificate is known by port and path alone: where certificates are demanded, TLS has not let it in. Raises
        NobodysMessage.
        """
        first, _, rest = path.removeprefix("/").partition("/")
        named = first if path.startswith("/") and (first in self.systems or first in others) else ""
        if port_of and named not in ("", port_of):
            raise NobodysMessage(f"Porten hører til {port_of}, men adressen begynder med {named}.", 403)
        system = port_of or named
        if not system:
            raise NobodysMessage(f"Adressen skal begynde med systemets navn: {', '.join(self.systems)}.", 404)
        if certificate is not None:
            self._agree(system, certificate)
        return system, f"/{rest}" if named else path

    def _agree(self, system: str, certificate: Certificate) -> None:
        owners = [each for each, own in self.certificates.items() if own == certificate.fingerprint]
        if owners and system not in owners:  # one leverandør may show the same for two systems
            raise NobodysMessage(f"Klientcertifikatet hører til {owners[0]}, men adressen til {system}.", 403)
        if not owners and system in self.certificates:
            raise NobodysMessage(f"Klientcertifikatet er ikke det, der står under klientcertifikat i filen for {system}.", 403)


def refused(request: Request, why: str, status: int) -> Response:
    """What the sender of nobody's message hears: a SOAP fault where it speaks SOAP, else `status` and the sentence."""
    media_type = request.header("content-type").partition(";")[0].strip().lower()
    if media_type in _SOAP or request.header("soapaction"):
        return fault_response(why, version=version_said(request.headers))
    return Response(status, why.encode(), (("content-type", "text/plain; charset=utf-8"),))
