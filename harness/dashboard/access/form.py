"""A form as browsers send it: fields by name, each once."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message, Receive, Scope

Form = dict[str, str]
FORM_BYTES: Final = 65_536
_MOST_FIELDS: Final = 100
_TYPE: Final = "application/x-www-form-urlencoded"


async def read_form(scope: Scope, receive: Receive) -> tuple[Form, Receive]:
    """The form of a request, empty where it is none, and what gives its body once more. Of two fields the last counts."""
    request = Request(scope, receive)
    body = await request.body()

    async def again() -> Message:
        if given:
            return await receive()
        given.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    given: list[bool] = []
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        return {}, again
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")), again
    except ValueError:  # no text, or more fields than any page of ours has
        return {}, again


async def form_of(request: Request) -> Form:
    """The form a request has sent; empty where it sent none."""
    form, _ = await read_form(request.scope, request.receive)
    return form
