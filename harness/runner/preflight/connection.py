"""Whether a far end answers: its name, port, TLS and clock, and whether it takes what it is shown."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harness.hub.proxy import proxy_towards
from harness.runner.preflight.far_end import OWN, FarEnd
from harness.runner.preflight.line import Check, Line, carried_out, failing, good, unchecked, wrong

SECONDS = 5.0
"""How long a check waits for an answer."""

SOON_DAYS = 30
CLOCK_SECONDS = 60.0
"""How far two clocks may be apart. The project's convention; an HTTP date has whole seconds."""

_EXPIRED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
"""X509_V_ERR_CERT_HAS_EXPIRED, …_NOT_YET_VALID, …_HOSTNAME_MISMATCH and …_IP_ADDRESS_MISMATCH of OpenSSL."""

_WANTS_OURS = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "UNKNOWN_CA",
    "BAD_CERTIFICATE",
    "CERTIFICATE_UNKNOWN",
    "CERTIFICATE_EXPIRED",
)
"""The alerts by which the far end refuses the certificate it was shown, or misses one."""


def _by_proxy(end: FarEnd) -> Iterator[Line]:
    """A line where the machine reaches the address by a proxy, as a run does too: then only the whole way can be tried."""
    if proxy_towards(end.address):
        yield unchecked("Går gennem maskinens proxy, så kun svaret kan ses.", "Uden proxy: sæt NO_PROXY til navnet.")


def _name(end: FarEnd) -> Iterator[Line]:
    if via := list(_by_proxy(end)):
        yield from via
        return
    host = end.url.hostname or ""
    try:
        found = socket.getaddrinfo(host, end.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # of which a label that is too long is the latter
        todo = "Se efter en slåfejl i adressen. Er den rigtig, så spørg, hvilket net eller VPN maskinen skal være på."
        yield failing(f"Navnet {host} kendes ikke.", "Et navn, som maskinen kan slå op.", todo, end.spot("adresse"))
    else:
        yield good(f"{host} er {found[0][4][0]}.")


def _port(end: FarEnd) -> Iterator[Line]:
    if any(_by_proxy(end)):
        return
    where = f"{end.url.hostname}:{end.port}"
    try:
        socket.create_connection((end.url.hostname or "", end.port), timeout=SECONDS).close()
    except OSError as error:
        why = f"Intet svar i {SECONDS:.0f} sekunder" if isinstance(error, TimeoutError) else "Forbindelsen blev afvist"
        todo = "Er systemet startet, og er porten den rigtige? Ellers står en firewall imellem."
        yield failing(f"{why} på {where}.", "En port, der svarer.", todo, end.spot("adresse"))
    else:
        yield good(f"{where} svarer.")


def _tls(end: FarEnd) -> Iterator[Line]:
    if end.context is None or any(_by_proxy(end)):
        return
    host = end.url.hostname or ""
    try:
        with (
            socket.create_connection((host, end.port), timeout=SECONDS) as plain,
            end.context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        yield _refused(end, error)
    except ssl.SSLError as error:
        if _wants_ours(error):
            yield _ours_refused(end, error)
        else:
            wanted, todo = (
                "TLS 1.2 eller nyere.",
                "Er porten rigtig? Svarer systemet uden TLS, skal adressen begynde med http://.",
            )
            yield wrong(f"Der tales ikke TLS på porten. (OpenSSL: {error.reason})", wanted, todo, end.spot("adresse"))
    except OSError as error:
        todo = "Prøv igen, og spørg leverandøren, hvis det bliver ved."
        yield failing(f"Forbindelsen blev afbrudt ({error}).", "Et svar på TLS.", todo, end.spot("adresse"))
    else:
        until = ssl.cert_time_to_seconds(str(shown["notAfter"]))
        soon = until - time.time() < SOON_DAYS * 86_400
        told = f"Certifikatet gælder til {datetime.fromtimestamp(until, UTC):%d-%m-%Y}."
        yield good(told, "Bed om et nyt certifikat i tide." if soon else "")


def _refused(end: FarEnd, error: ssl.SSLCertVerificationError) -> Line:
    host = end.url.hostname
    if error.verify_code == _EXPIRED:
        wanted, todo = "Et certifikat, der gælder i dag.", "Bed den, der driver systemet, om et nyt certifikat."
        return failing("Certifikatet er udløbet.", wanted, todo, end.spot("adresse"))
    if error.verify_code == _NOT_YET:
        wanted, todo = "Et certifikat, der gælder nu.", "Se på maskinens ur, og spørg så, hvornår certifikatet gælder fra."
        return failing("Certifikatet er ikke trådt i kraft.", wanted, todo, end.spot("adresse"))
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        todo = "Skriv adressen med det navn, certifikatet er udstedt til, eller bed om et certifikat til dette navn."
        return wrong(f"Certifikatet er ikke udstedt til {host}.", f"Et certifikat til {host}.", todo, end.spot("adresse"))
    todo = "Skriv udstederens certifikat i feltet ca (PEM), som leverandøren har oplyst det."
    return wrong(
        f"Certifikatets udsteder kendes ikke. (OpenSSL: {error.verify_message})",
        "En udsteder, der er tillid til.",
        todo,
        end.spot("ca"),
    )


def _wants_ours(error: BaseException) -> bool:
    return any(each in str(error) for each in _WANTS_OURS)


def _ours_refused(end: FarEnd, error: BaseException) -> Line:
    found = "Det klientcertifikat, vi viste, blev afvist" if end.certificate else "Der blev krævet et klientcertifikat"
    todo = "Skriv klientcertifikat og nøgle, som er udstedt til formålet."
    if "klientcertifikat" not in end.spots:
        todo = "Testgrænsefladen bruger adgangsnøgle. Bed leverandøren slå kravet om klientcertifikat fra."
    spot = end.spots.get("klientcertifikat", end.spot("adresse"))
    return wrong(f"{found}. ({str(error)[:120]})", "Et klientcertifikat, den anden ende tager imod.", todo, spot)


def _answer(end: FarEnd) -> Iterator[Line]:
    import httpx

    headers = {"Authorization": f"Bearer {end.secret}"} if end.secret else {}
    method = "GET" if end.path else "HEAD"
    try:
        tls, proxy = end.context or False, proxy_towards(end.address)
        with httpx.Client(verify=tls, timeout=SECONDS, proxy=proxy, trust_env=False) as client:
            response = client.request(method, end.address.rstrip("/") + end.path, headers=headers)
    except httpx.InvalidURL:
        yield wrong(f'"{end.address}"', "En adresse.", "Ret adressen.", end.spot("adresse"))
    except httpx.HTTPError as error:
        if refused := _certificate_error(error):
            yield _refused(end, refused)
        elif _wants_ours(error):
            yield _ours_refused(end, error)
        else:
            todo = "Er det den rigtige port? Svarer systemet på https, skal adressen begynde med https://."
            yield failing(
                f"Intet svar på {method} {end.path or '/'} ({error or type(error).__name__}).",
                "Et HTTP-svar.",
                todo,
                end.spot("adresse"),
            )
    else:
        end.status, end.body, end.date = response.status_code, response.content, response.headers.get("date", "")
        yield good(f"{method} {end.path or '/'} svarede {end.status}.")


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """What OpenSSL said of the far end's certificate, below what httpx made of it."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _clock(end: FarEnd) -> Iterator[Line]:
    there = None
    with suppress(ValueError):  # a date that cannot be read says nothing
        there = parsedate_to_datetime(end.date)
    if there is None:
        yield unchecked("Svaret har intet klokkeslæt (Date).")
        return
    apart = (there.replace(tzinfo=there.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    if abs(apart) > CLOCK_SECONDS:
        which = "foran" if apart > 0 else "bagud"
        todo = "Stil begge maskiners ure efter en tidsserver (NTP)."
        yield failing(
            f"Uret er {abs(apart):.0f} sekunder {which}.",
            f"Højst {CLOCK_SECONDS:.0f} sekunders forskel.",
            todo,
            end.spot("adresse"),
        )
    else:
        yield good("Urene går ens.")


CHECKS: tuple[Check[FarEnd], ...] = (
    *OWN,
    Check("navn", "Navnet", _name, ("adresse",)),
    Check("port", "Porten", _port, ("navn",)),
    Check("tls", "TLS", _tls, ("port", "ca", "klientcertifikat")),
    Check("svar", "Svaret", _answer, ("tls", "port", "nøgle")),
    Check("ur", "Uret", _clock, ("svar",)),
)


def reached(end: FarEnd, of: str) -> list[Line]:
    """Everything that can be seen of `end`, from its address to its clock."""
    return carried_out(CHECKS, end, of)
