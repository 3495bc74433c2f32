"""The messages in a HAR file: what a browser or a proxy wrote down of HTTP (HAR 1.2)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from harness.domain.errors import BadInput


def is_har(name: str, data: bytes) -> bool:
    """Whether a file is a HAR file, by its name or by how it begins."""
    return name.lower().endswith(".har") or data[:200].lstrip(b"\xef\xbb\xbf \r\n\t{").startswith(b'"log"')


def messages_in(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Every request that carries something: its number from 1, its Content-Type, and its body. Raises BadInput.

    What a request carries in parts (MTOM) begins with its Content-Type, as it stood on the line, for the parts are told by that.
    """
    try:
        entries = json.loads(data.removeprefix(b"\xef\xbb\xbf"))["log"]["entries"]
        if not isinstance(entries, list):
            raise TypeError("entries")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(f"HAR-filen kan ikke læses: {type(error).__name__} ({error}).") from None
    for number, entry in enumerate(entries, 1):
        request = entry.get("request") if isinstance(entry, dict) else None
        posted = request.get("postData") if isinstance(request, dict) else None
        if isinstance(posted, dict) and isinstance(posted.get("text"), str) and posted["text"]:
            kind = posted["mimeType"] if isinstance(posted.get("mimeType"), str) else ""
            body = _body(posted, number)
            yield number, kind, f"Content-Type: {kind}\r\n\r\n".encode() + body if kind.startswith("multipart/") else body


def _body(posted: dict[str, Any], number: int) -> bytes:
    text: str = posted["text"]
    if posted.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"HAR-filens besked nummer {number} siger, at den er base64, men er det ikke.") from None
