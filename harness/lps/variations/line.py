"""The line between the LPS and the national services, on which what it sends is written as its variations say."""

from __future__ import annotations

import codecs
import re

import httpx

from harness.lps.reference.system import HTTP_TIMEOUT
from harness.lps.variations.http_ways import HTTP
from harness.lps.variations.packing import packed_otherwise
from harness.lps.variations.rewriting import Names, written_otherwise

PATIENT = "venter-to-minutter-på-svar"
"""Its user is told that nobody answers after two minutes, not after half a minute."""


def line_of(inner: httpx.BaseTransport, names: Names) -> httpx.BaseTransport:
    """The line of an LPS with these variations; `inner` itself where it has none."""
    return OtherwiseLine(inner, names) if names else inner


def http_timeout(names: Names) -> float:
    """Seconds it waits for an answer."""
    return 120.0 if PATIENT in names else HTTP_TIMEOUT


class OtherwiseLine(httpx.BaseTransport):
    """Sends each request by `inner`, in the way that `names` say."""

    def __init__(self, inner: httpx.BaseTransport, names: Names) -> None:
        self._inner = inner
        self._names = names

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and give the answer as it came."""
        body, headers = request.read(), dict(request.headers.items())
        before = body, dict(headers)
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/related"):
            body, headers["content-type"] = packed_otherwise(body, kind, self._names)
        elif body:
            body = written_otherwise(body, self._names)
            if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and kind:
                headers["content-type"] = re.sub(r"charset=[\w-]+", "charset=utf-16", kind)
        for name, change in HTTP.items():
            if name in self._names:
                change(headers)
        if (body, headers) == before:
            return self._inner.handle_request(request)
        headers.pop("content-length", None)
        sent = httpx.Request(request.method, request.url, headers=headers, content=body, extensions=request.extensions)
        return self._inner.handle_request(sent)

    def close(self) -> None:
        """Close what it sends by."""
        self._inner.close()
