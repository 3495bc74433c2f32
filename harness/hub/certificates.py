"""Certificates: what a client's says of whose it is, and a throw-away authority for a hub that has none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.hub.tls import CHAIN, KEY

AUTHORITY: Final = "ca.crt"
"""The file that everybody who is to trust the hub imports; PEM, with the ending that Windows opens."""
VALID_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client's certificate: its `subject` as RFC 4514 writes it, and its `fingerprint`, `sha256:` and 64 hex digits."""

    subject: str
    fingerprint: str

    @property
    def facts(self) -> dict[str, str]:
        """What an exchange's facts say of it."""
        return {"client_certificate": self.fingerprint, "client_subject": self.subject}


def read_certificate(der: bytes) -> Certificate:
    """The certificate in `der`, as TLS has accepted it."""
    from cryptography import x509  # only a hub that asks for certificates needs it

    return Certificate(x509.load_der_x509_certificate(der).subject.rfc4514_string(), f"sha256:{hashlib.sha256(der).hexdigest()}")


def new_authority(folder: Path, names: Sequence[str]) -> str:
    """Write a certificate for `names`, its key and the authority behind it to `folder`; what people must do then, in Danish.

    The authority's own key is kept nowhere, so nothing else can ever be issued by it. Raises ConfigurationError when the folder
    has a certificate already: everybody would have to import the new one. Raises EnvironmentFault when it cannot be written.
    """
    import trustme

    there = next((name for name in (CHAIN, KEY, AUTHORITY) if (folder / name).exists()), None)
    if there:
        raise ConfigurationError(f"{folder / there}: Filen findes allerede. Brug den uden --ny-ca, eller vælg en anden mappe.")
    ends = datetime.now(UTC) + timedelta(days=VALID_DAYS)
    authority = trustme.CA(organization_name="LPS-harness", organization_unit_name="Midlertidig CA")
    issued = authority.issue_cert(*names, common_name="LPS-harness", organization_name="LPS-harness", not_after=ends)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / KEY, issued.private_key_pem.bytes(), 0o600)
        _write(folder / CHAIN, b"".join(each.bytes() for each in issued.cert_chain_pems), 0o644)
        _write(folder / AUTHORITY, authority.cert_pem.bytes(), 0o644)
    except OSError as error:
        raise EnvironmentFault(f"Certifikatet kan ikke skrives i {folder}: {error.strerror}.") from None
    return _HOW_TO.format(
        folder=folder, names=", ".join(names), ends=f"{ends.day}.{ends.month}.{ends.year}", authority=folder / AUTHORITY, key=KEY
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


_HOW_TO = """\
Der er lavet et midlertidigt certifikat i {folder}. Det gælder for {names} til {ends}.
Den maskine, systemet sender fra, skal stole på {authority}. Giv kun den fil videre, aldrig {key}.
  Windows, PowerShell som administrator:
    Import-Certificate -FilePath ca.crt -CertStoreLocation Cert:\\LocalMachine\\Root
  Java:
    keytool -importcert -noprompt -alias lps-harness -file ca.crt -keystore cacerts
  Debian og Ubuntu:
    sudo cp ca.crt /usr/local/share/ca-certificates/lps-harness.crt && sudo update-ca-certificates
  macOS:
    sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.crt
Fjern det igen efter testen. I Windows:
    Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object Subject -like "*LPS-harness*" | Remove-Item"""
