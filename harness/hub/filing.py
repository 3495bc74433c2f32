"""What a file is: the message it holds, told by its content, and the request the LPS would have sent it as over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from harness.conformance.files.content import Syntax, look
from harness.conformance.files.recognise import not_known, recognised
from harness.domain.errors import BadInput
from harness.domain.exchange import Headers, Request
from harness.domain.way import CONTRACTS, EHMI, VANS, call_named
from harness.services.ehmi import SENDING, STATUS
from harness.services.world import MAX_BODY
from harness.standards.carried import Carried, carried
from harness.standards.json_text import parse_json
from harness.standards.soap import SOAP_12, Version, content_type
from harness.standards.xds.codes import ITI_41
from harness.standards.xml import parse

POSTED: Final = "/vans/afsendelse"

_XML: Final = "application/xml"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Filed:
    """A file as a request to a service. `answered`: the service's answer goes back, as a file of its own."""

    service: str
    request: Request = field(repr=False)
    carried: Carried
    answered: bool = True


def filed(name: str, data: bytes) -> Filed:
    """What the file called `name` is. Raises BadInput, with a Danish sentence, for one that is not to be taken in."""
    if len(data) > MAX_BODY:
        raise BadInput(f"Den er på {len(data)} bytes; grænsen er {MAX_BODY}")
    content = look(data)
    _read_to_its_end(content.syntax, name, data)
    match recognised(content):
        case "vans":
            return Filed(VANS, _post(POSTED, data, _XML), carried(VANS, data), answered=False)
        case "sbdh":
            return Filed(EHMI, _post(SENDING, data, _XML), carried(EHMI, data), answered=False)
        case "eds":
            return Filed(EHMI, _post(STATUS, data, "application/fhir+json"), Carried(("EDS",), receipt=True), answered=False)
        case "plsp":
            return Filed("plsp", _post("/plsp/forloebsplaner", data, _JSON), Carried(("CPD-DK", "plsp-forloebsplaner")))
        case "iti41":
            return Filed("dros", _post("/dros/iti41", data, *_soap(SOAP_12 in content.name)), _DOCUMENT)
        case "mtom":
            return Filed("dros", _post("/dros/iti41", data, _packed(data)), _DOCUMENT)
    path = call_named(name)
    if path and content.syntax is Syntax.JSON:
        contract = next(each for each, paths in CONTRACTS.items() if path in paths)
        return Filed(contract, _post(path, data, _JSON), Carried((contract,)))
    if recognised(content):
        raise BadInput("Den har ingen kuvert eller besked om sig, så den kan ikke sendes videre. Se docs/filer.md")
    raise BadInput(not_known(content))


_DOCUMENT: Final = Carried(("XDS Metadata", "CPD-DK", "APD-DK", "PDC-DK"))


def _read_to_its_end(syntax: Syntax, name: str, data: bytes) -> None:
    """Raise BadInput for what is not whole: it may still be on its way."""
    match syntax:
        case Syntax.EMPTY:
            raise BadInput("Den er tom")
        case Syntax.XML:
            parse(data, name)
        case Syntax.JSON:
            parse_json(data, name)
        case Syntax.PACKED if not data.rstrip().endswith(b"--"):
            raise BadInput("Den er ikke skrevet til ende")
        case _:
            return


def _post(path: str, data: bytes, content: str, *more: tuple[str, str]) -> Request:
    headers: Headers = (("content-type", content), *more)
    return Request("POST", path, headers, data)


def _soap(is_12: bool) -> tuple[str, *tuple[tuple[str, str], ...]]:
    if is_12:
        return (content_type(Version.SOAP_12, ITI_41),)
    return content_type(Version.SOAP_11), ("soapaction", f'"{ITI_41}"')


def _packed(data: bytes) -> str:
    """The head that a packed message has over HTTP, by its first part, which is the envelope."""
    boundary = re.search(rb"^--([^\r\n]+?)\s*$", data, re.M)
    if boundary is None:
        raise BadInput("Den har ingen dele")
    kind = Version.SOAP_12 if SOAP_12.encode() in data else Version.SOAP_11
    start = re.search(rb"^content-id\s*:\s*(<[^>\r\n]+>)", data, re.M | re.I)
    first = f'; start="{start[1].decode("ascii", "replace")}"' if start else ""
    return (
        f'multipart/related; type="application/xop+xml"; boundary="{boundary[1].decode("ascii", "replace")}"{first}; '
        f'start-info="{kind.media_type}"'
    )
