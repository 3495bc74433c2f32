"""Passes a request on to the real service and its answer back, both unchanged.

Method, path below the entrance, query, body and headers go on as they came, but for what belongs to one connection only
(RFC 9110, section 7.6.1), `Host` and `Content-Length`.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

import httpx

from harness.domain.exchange import Headers, Request, Response, header
from harness.domain.seat import Seating
from harness.hub.proxy import proxy_towards
from harness.services.json_http import problem
from harness.services.world import MAX_BODY
from harness.standards.soap import Version, fault_response

REACH_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 60.0
"""How long a real service may take over one request, of real time: less than any client of ours waits."""

_OF_ONE_CONNECTION: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OURS: Final = frozenset({"host", "content-length", "expect"})


class Relay:
    """The way to the real services of one run."""

    def __init__(self) -> None:
        self._clients: dict[Seating, httpx.AsyncClient] = {}

    async def forward(self, seating: Seating, request: Request) -> tuple[Response, str]:
        """The real service's answer; or ours, with why in Danish, when there came none in time: HTTP 502 or 504."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._sent(seating, request), ""
        except (TimeoutError, httpx.ReadTimeout):
            return self._failed(request, 504, seating, f"svarede ikke inden for {ANSWER_SECONDS:.0f} sekunder")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, _TooBig) as error:
            return self._failed(request, 502, seating, f"kunne ikke nås ({type(error).__name__}: {error})")

    async def close(self) -> None:
        """End every connection."""
        for client in self._clients.values():
            await client.aclose()

    @staticmethod
    def plain(answer: Response) -> Response:
        """`answer` without content coding, as it is to be read; what cannot be decoded is left as it is."""
        if not header(answer.headers, "content-encoding"):
            return answer
        try:
            body = httpx.Response(answer.status, headers=list(answer.headers), content=answer.body).content
        except httpx.DecodingError:
            return answer
        return Response(answer.status, body, tuple(each for each in answer.headers if each[0] != "content-encoding"))

    async def _sent(self, seating: Seating, request: Request) -> Response:
        client = await self._client(seating)
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in passed_on(request.headers, _OURS)]
        asked = httpx.Request(request.method, url_of(seating, request), headers=headers, content=request.body)
        answer = await client.send(asked, stream=True)
        try:
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > MAX_BODY:
                    raise _TooBig(f"svaret er større end {MAX_BODY} bytes")
        finally:
            await answer.aclose()
        came = tuple((name.decode("ascii").lower(), value.decode("latin-1")) for name, value in answer.headers.raw)
        return Response(answer.status_code, bytes(body), passed_on(came, frozenset({"content-length"})))

    async def _client(self, seating: Seating) -> httpx.AsyncClient:
        if seating not in self._clients:
            # Reading certificates takes its time, and others wait for this thread.
            tls = await asyncio.to_thread(tls_towards, seating) if seating.address.startswith("https:") else False
            if seating not in self._clients:  # else another request was as quick
                # A connection each: one that was kept open may have been closed by the other end just as it is used again.
                limits = httpx.Limits(max_keepalive_connections=0)
                timeout = httpx.Timeout(ANSWER_SECONDS, connect=REACH_SECONDS)
                proxy = proxy_towards(seating.address)
                self._clients[seating] = httpx.AsyncClient(
                    verify=tls, limits=limits, timeout=timeout, proxy=proxy, trust_env=False
                )
        return self._clients[seating]

    def _failed(self, request: Request, status: int, seating: Seating, what: str) -> tuple[Response, str]:
        whose = f" hos {seating.owner}" if seating.owner else ""
        why = f"Den rigtige løsning{whose} på {seating.address} {what}"
        return refusal(request, status, f"{why}. Det er ikke systemets fejl."), why


class _TooBig(Exception):
    """More than anybody may send."""


def passed_on(headers: Headers, left_out: frozenset[str]) -> Headers:
    """What of `headers` goes on to the next: not what belongs to one connection, nor those `left_out`."""
    named = {each.strip().lower() for name, value in headers if name == "connection" for each in value.split(",")}
    return tuple(each for each in headers if each[0] not in _OF_ONE_CONNECTION | named | left_out)


def url_of(seating: Seating, request: Request) -> httpx.URL:
    """Where the request goes: the path below its entrance stands below the address. Raises httpx.InvalidURL."""
    _, _, below = request.path.removeprefix("/").partition("/")
    if any(part in (".", "..") for part in below.lower().replace("%2e", ".").split("/")):
        raise httpx.InvalidURL(f"stien {request.path} fører ud af adressen")
    query = f"?{request.query}" if request.query else ""
    return httpx.URL(f"{seating.address}{'/' if below else ''}{below}{query}")


def tls_towards(seating: Seating) -> ssl.SSLContext:
    """How the real service is known, and how the harness shows itself to it. Raises OSError and ssl.SSLError."""
    context = ssl.create_default_context(cafile=seating.ca)
    if seating.certificate is not None:
        context.load_cert_chain(seating.certificate, seating.key)
    return context


def refusal(request: Request, status: int, sentence: str) -> Response:
    """`sentence` in the request's own form: a SOAP fault to SOAP, else JSON."""
    kind = request.header("content-type").lower()
    if "xml" not in kind:
        return problem(status, sentence)
    version = Version.SOAP_12 if Version.SOAP_12.media_type in kind else Version.SOAP_11
    return fault_response(sentence, server=True, status=status, version=version)
