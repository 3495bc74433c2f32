"""A connection's bytes, in the clear or by TLS, and the certificate the hub shows."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from harness.domain.errors import ConfigurationError

P = ParamSpec("P")
T = TypeVar("T")

CHAIN, KEY = "server.pem", "server.key"
"""The files in a folder of TLS: the server's certificate with those above it, and its key, both PEM."""

_DISTRUST = "Systemet stoler ikke på hubbens certifikat. Importér CA-filen på den maskine, systemet sender fra."
_NO_HANDSHAKE = {
    "TLSV1_ALERT_UNKNOWN_CA": _DISTRUST,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _DISTRUST,
    "SSLV3_ALERT_BAD_CERTIFICATE": _DISTRUST,
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "Systemet viste intet klientcertifikat.",
    "CERTIFICATE_VERIFY_FAILED": "Systemets klientcertifikat er udløbet, eller dets CA står ikke i filen fra --klient-ca.",
    "UNSUPPORTED_PROTOCOL": "Systemet taler en for gammel TLS. Der skal bruges 1.2 eller nyere.",
    "UNEXPECTED_EOF_WHILE_READING": (
        "Systemet afbrød, før TLS var aftalt. Det gør nogle, når de ikke stoler på hubbens certifikat: Er CA-filen importeret?"
    ),
}

_CHUNK = 65_536
_EXPIRED, _NOT_YET = 10, 9
"""X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL."""


class Stream:
    """One connection's bytes. What is read and sent is in the clear until `secure`, and encrypted from then on.

    TLS goes through memory, not through asyncio's own transport: so the door's limits hold for a handshake too, and a client
    that speaks plain HTTP can be told so. Every method raises OSError (of which ssl.SSLError is one) when the connection fails.
    `entrance` is whose own port it came to; empty when the port is everybody's.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entrance: str = "") -> None:
        self.entrance = entrance
        self._reader = reader
        self._writer = writer
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self.begun = False
        """Whether the client has begun to speak TLS."""
        # What is sent has left us when `send` returns: a client that does not read is found out there and then.
        writer.transport.set_write_buffer_limits(0)

    @property
    def own_address(self) -> str:
        """The address of ours that the client reached."""
        return str(self._writer.get_extra_info("sockname")[0])

    @property
    def peer(self) -> str:
        """The client's address; empty when it has left already."""
        name = self._writer.get_extra_info("peername")
        return str(name[0]) if name else ""

    @property
    def certificate(self) -> bytes:
        """The client's certificate (DER), which TLS has held against the authorities; empty when it showed none."""
        return (self._tls.getpeercert(binary_form=True) or b"") if self._tls else b""

    async def secure(self, context: ssl.SSLContext) -> None:
        """Shake hands as a server. After an SSLError what is sent goes in the clear, as it did before."""
        tls = context.wrap_bio(self._came, self._goes, server_side=True)
        await self._through(tls.do_handshake)
        self._tls = tls

    async def read(self) -> bytes:
        """What has come, at least a byte; empty when nothing more comes."""
        return await (self._reader.read(_CHUNK) if self._tls is None else self._through(self._tls.read, _CHUNK))

    async def send(self, data: bytes) -> None:
        """Send `data`; returns when the machine has taken it."""
        if self._tls is None:
            self._writer.write(data)
            await self._writer.drain()
        else:
            left = memoryview(data)
            while left:
                left = left[await self._through(self._tls.write, left[:_CHUNK]) :]

    async def end(self) -> None:
        """Say that nothing more comes."""
        if self._tls is not None:
            with suppress(ssl.SSLWantReadError):  # ours is said; the client's own goodbye is not waited for
                self._tls.unwrap()
            await self._flush()
        if self._writer.can_write_eof():
            self._writer.write_eof()

    async def until_gone(self, seconds: float) -> None:
        """Read and forget until the client is gone. Raises TimeoutError when it is still there after `seconds`."""
        async with asyncio.timeout(seconds):
            while await self._reader.read(_CHUNK):
                pass

    async def close(self) -> None:
        """End the connection when what was sent has left."""
        await self.end()
        self._writer.close()
        await self._writer.wait_closed()

    def abort(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()

    async def _through(self, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """`act` of the TLS object, fed from the connection for as long as it asks for more."""
        while True:
            try:
                done = act(*arguments, **named)
            except ssl.SSLWantReadError:
                await self._flush()
                if data := await self._reader.read(_CHUNK):
                    self.begun = True
                    self._came.write(data)
                else:
                    self._came.write_eof()
            except ssl.SSLError as error:
                if error.reason != "HTTP_REQUEST":
                    await self._flush()  # the alert that tells the client why
                raise
            else:
                await self._flush()
                return done

    async def _flush(self) -> None:
        if data := self._goes.read():
            self._writer.write(data)
            await self._writer.drain()


def server_context(folder: Path, clients: Path | None = None, *, required: bool = False) -> ssl.SSLContext:
    """TLS 1.2 or newer with the certificate and key in `folder`.

    `clients` are the authorities (PEM) whose client certificates are accepted; such a one is asked for then, and where it is
    `required` nobody is let in without.

    Raises ConfigurationError naming the file when one is missing or cannot be read, the certificate is expired, not valid yet
    or not for a server, or the key is not the certificate's.
    """
    chain, key = folder / CHAIN, folder / KEY
    client = client_context(chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION

    def no_password() -> str:
        raise ConfigurationError(f"{key}: Nøglen er låst med en adgangskode. Hubben skal bruge en nøgle uden.")

    try:
        key.read_bytes()
        context.load_cert_chain(chain, key, no_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigurationError(f"{key}: Nøglen passer ikke til certifikatet i {CHAIN}.") from None
        raise ConfigurationError(f"{key}: Nøglen kan ikke bruges sammen med {CHAIN}.{_told(error)}") from None
    except OSError as error:
        raise _unreadable(key, error) from None
    # The rest is asked as a client will ask it: does one that knows this certificate accept it?
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        _shake_hands(context, client)
    except ssl.SSLCertVerificationError as error:
        why = {_EXPIRED: "Certifikatet er udløbet.", _NOT_YET: "Certifikatet er ikke trådt i kraft endnu."}
        other = f"Certifikatet kan ikke bruges af en server. (OpenSSL: {error.verify_message})"
        raise ConfigurationError(f"{chain}: {why.get(error.verify_code, other)}") from None
    if clients is not None:
        client_context(clients)  # tells what is wrong with the file
        context.load_verify_locations(clients)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a tester may have the issuer's certificate, and not the root's
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    return context


def why_no_handshake(error: ssl.SSLError) -> str:
    """Why TLS could not be agreed with a client, in Danish, with what to do where that is known."""
    return _NO_HANDSHAKE.get(error.reason, f"TLS kunne ikke aftales (OpenSSL: {error.reason}).")


def client_context(authorities: Path) -> ssl.SSLContext:
    """What a client needs that trusts the certificates in `authorities` (PEM), and no others.

    Raises ConfigurationError naming the file when it is missing or holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(authorities)
    except ssl.SSLError as error:
        raise ConfigurationError(f"{authorities}: Filen indeholder ikke et læsbart certifikat (PEM).{_told(error)}") from None
    except OSError as error:
        raise _unreadable(authorities, error) from None
    return context


def _unreadable(file: Path, error: OSError) -> ConfigurationError:
    missing = isinstance(error, FileNotFoundError)
    return ConfigurationError(f"{file}: {'Filen findes ikke.' if missing else f'Filen kan ikke læses: {error.strerror}.'}")


def _told(error: ssl.SSLError) -> str:
    return f" (OpenSSL: {error.reason})" if error.reason else ""


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """In memory. Raises SSLCertVerificationError when the client refuses the server's certificate."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)
    waiting = True
    while waiting:
        waiting = False
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                waiting = True
