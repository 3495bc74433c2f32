"""What can be known of a message that a real service answered, in the words the simulators note.

A fresh simulator reads the request; only what it reads counts. Whether the message was taken in, the real service's answer says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from harness.domain.errors import BadInput
from harness.domain.exchange import Request, Response
from harness.services.document_sharing import DocumentSharing
from harness.services.plsp import Plsp
from harness.services.service import Context, Service
from harness.standards.mtom import read_message
from harness.standards.soap import EITHER
from harness.standards.xds.read import read_provide_and_register, read_query_answer, read_registry_answer, read_retrieve_answer

_READERS: Final[dict[str, Callable[[], Service]]] = {"dros": DocumentSharing, "dds": DocumentSharing, "plsp": Plsp}
RELAYED: Final = frozenset(_READERS)
"""The entrances whose messages can be passed on: those whose requests and answers are understood."""

_HANDS_IN: Final = frozenset({"/dros/iti41", "/dros/iti42", "/dros/iti61", "/plsp/forloebsplaner"})


def facts_of(request: Request, answer: Response | None) -> dict[str, str]:
    """The facts of `Exchange.facts`. `answer` is the real service's, without content coding; None when there was none.

    `taken` and `entry` are there when the real service took a document in, `refused` when it did not do as it was asked.
    """
    context = Context(datetime.now(UTC), lambda: "00000000-0000-4000-8000-000000000000")
    _READERS[request.path.split("/")[1]]().handle(request, context)
    facts = {name: value for name, value in context.facts.items() if name not in ("taken", "entry")}
    if answer is None or request.method != "POST":  # a WSDL that is fetched is nothing handed in
        return facts
    refusal = refusal_in(request.path, answer)
    if refusal:
        facts["refused"] = refusal
    elif request.path in _HANDS_IN:
        facts |= {"taken": "ja"} | _entry(request)
    return facts


def refusal_in(path: str, answer: Response) -> str:
    """What a service said at `path` where it did not do as it was asked; empty when it did."""
    try:
        match path.split("/"):
            case ["", "dros", *_]:
                result = read_registry_answer(answer.body, answer.headers)
            case ["", "dds", "iti18"]:
                result = read_query_answer(answer.body, answer.headers).answer
            case ["", "dds", "iti43"]:
                result = read_retrieve_answer(answer.body, answer.headers).answer
            case _:
                return "" if answer.status < 400 else f"HTTP {answer.status}"
    except BadInput as error:
        return f"HTTP {answer.status}: {error}"
    if result.succeeded:
        return ""
    return ", ".join(f"{each.code}: {each.context}" for each in result.errors) or result.status


def _entry(request: Request) -> dict[str, str]:
    """The entryUUID that the first document is registered under; a name of the sender's own is no entryUUID (ITI TF-3, 4.2)."""
    if request.path != "/dros/iti41":
        return {}
    try:
        entries = read_provide_and_register(read_message(request.body, request.headers, speaks=EITHER)).entries
    except BadInput:
        return {}  # the real service could read what we cannot; the rules of the message speak of it
    return {"entry": entries[0].id} if entries and entries[0].id.startswith("urn:uuid:") else {}
