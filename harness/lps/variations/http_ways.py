"""What an HTTP request may say otherwise in its headers (RFC 9110; SOAP 1.1, 6.1; RFC 3902)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

Headers = dict[str, str]


def _content_type(change: Callable[[str], str]) -> Callable[[Headers], None]:
    def changed(headers: Headers) -> None:
        if "content-type" in headers:
            headers["content-type"] = change(headers["content-type"])

    return changed


def _unquoted_action(headers: Headers) -> None:
    if "soapaction" in headers:
        headers["soapaction"] = headers["soapaction"].strip('"')


def _action_in_both(headers: Headers) -> None:
    """SOAP 1.1 with the action in its own header and in Content-Type, as many tools write it."""
    if "soapaction" in headers and "action=" not in headers["content-type"]:
        headers["content-type"] += f"; action={headers['soapaction']}"


def _action_only_in_type(headers: Headers) -> None:
    """SOAP 1.2 with an empty SOAPAction beside the action in Content-Type."""
    if headers.get("content-type", "").startswith("application/soap+xml"):
        headers["soapaction"] = '""'


def _upper_type(text: str) -> str:
    kind, semicolon, rest = text.partition(";")
    return f"{kind.title()}{semicolon}{rest}"


def _with_charset(text: str) -> str:
    return text if "charset" in text or "multipart" in text.lower() else f"{text}; charset=utf-8"


def _more(headers: Headers) -> None:
    headers |= {"x-lps-version": "7.3", "accept-language": "da", "accept-encoding": "gzip", "x-request-id": "42", "dnt": "1"}


HTTP: Final[Mapping[str, Callable[[Headers], None]]] = {
    "http-soapaction-uden-anførselstegn": _unquoted_action,
    "http-action-også-i-content-type": _action_in_both,
    "http-tom-soapaction-ved-soap-1.2": _action_only_in_type,
    "http-charset-i-anførselstegn": _content_type(lambda text: re.sub(r"charset=([\w-]+)", r'charset="\1"', text)),
    "http-charset-med-store-bogstaver": _content_type(lambda text: re.sub(r"charset=([\w-]+)", lambda it: it[0].upper(), text)),
    "http-charset-på-json": _content_type(_with_charset),
    "http-uden-luft-i-content-type": _content_type(lambda text: text.replace("; ", ";")),
    "http-medietype-med-store-bogstaver": _content_type(_upper_type),
    "http-flere-headere": _more,
}
"""By the variation's id; the headers, by name in lower case, are changed."""
