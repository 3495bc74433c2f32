"""A system that sends foreign CPR numbers and secrets by every way there is, and where they may be found afterwards.

`TYPED` stands where a person's number stands, `LOOSE` in text, `SECRET` where secrets do. Both numbers are national test numbers
that the run is not told of: no other number stands in this repository.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from harness.domain.clock import Clock
from harness.lps.contract import own_contract
from harness.lps.reference.system import Setup
from harness.record.evidence import EVIDENCE_NAME

TYPED: Final = "2311143995"
LOOSE: Final = "0505059996"
SECRET: Final = "Zeppelin7Q4w"
KEY: Final = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"
OID: Final = "1.2.208.176.1.2"

BODIES: Final = {
    "CDA": f'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="{OID}" extension="{TYPED}"/></ClinicalDocument>',
    "XDS": f"<Value>{TYPED}^^^&amp;{OID}&amp;ISO</Value>",
    "DGWS": f'<a:Attribute Name="medcom:UserCivilRegistrationNumber"><a:AttributeValue>{TYPED}</a:AttributeValue></a:Attribute>',
    "JSON": f'{{"cpr": "{TYPED}", "patient": "{TYPED}"}}',
    "FHIR": f'{{"resourceType":"Patient","identifier":[{{"system":"urn:oid:{OID}","value":"{TYPED}"}}]}}',
    "FHIR i XML": f'<Patient><identifier><system value="urn:oid:{OID}"/><value value="{TYPED}"/></identifier></Patient>',
    "EDIFACT": f"UNB+UNOC:3'UNH+1+MEDRPT:D:93A:UN'PNA+PAT+{TYPED}:::CPR:IM+++SU:Hansen'",
    "OIOXML": f"<Emessage><CivilRegistrationNumber>{TYPED[:6]}-{TYPED[6:]}</CivilRegistrationNumber></Emessage>",
    "SBDH": f"<s:Scope><s:Type>PATIENTID</s:Type><s:InstanceIdentifier>{TYPED}</s:InstanceIdentifier></s:Scope>",
}
"""A message of each format, with the number where a person's stands."""


def _zipped(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("brev.xml", data)
    return made.getvalue()


def _coded(code: str) -> Callable[[bytes], bytes]:
    digits = {each: code.format(each).encode() for each in b"0123456789"}
    return lambda data: b"".join(digits.get(each, bytes((each,))) for each in data)


def _in_envelope(data: bytes) -> bytes:
    return b'<soap:Envelope><Document id="d1">' + base64.b64encode(data) + b"</Document></soap:Envelope>"


WAYS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "som det er": bytes,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "Base64 i SOAP": _in_envelope,
    "Base64 i linjer i Base64": lambda data: base64.b64encode(b'{"bilag": "' + base64.encodebytes(data) + b'"}'),
    "MTOM": lambda data: (
        b"--u\r\nContent-Type: application/xop+xml\r\n\r\n<s:Envelope/>\r\n--u\r\nContent-ID: <d>\r\n\r\n" + data
    ),
    "gzip": gzip.compress,
    "gzip i Base64": lambda data: _in_envelope(gzip.compress(data)),
    "zip": _zipped,
    "tegnkoder i XML": _coded("&#{};"),
    "tegnkoder i JSON": _coded("\\u{:04x}"),
    "tegnkoder i en adresse": _coded("%{:02x}"),
    "dobbelte tegnkoder": _coded("%25{:02x}"),
}

HIDDEN_HEADERS: Final = {
    "Authorization": f"Bearer {SECRET}",
    "Proxy-Authorization": f"Basic {SECRET}",
    "Cookie": f"session={SECRET}; a=b",
    "X-Api-Key": SECRET,
    "X-Access-Token": SECRET,
    "X-Pin": SECRET,
    "Referer": f"https://bruger:{SECRET}@lps.example/",
    "X-Note": f"Ring {LOOSE}, Bearer {SECRET}",
}
HIDDEN_BODIES: Final = {
    "wsse:Password": f"<wsse:Password>{SECRET}</wsse:Password>",
    "Password i UTF-16": f"\ufeff<Password>{SECRET}</Password>",
    "felter": json.dumps({"password": SECRET, "access_token": SECRET, "client_secret": SECRET, "a": f"Bearer {SECRET}"}),
    "formular": f"grant_type=password&password={SECRET}&client_secret={SECRET}",
    "privat nøgle": f"<a>{KEY}</a>",
    "adresse": f"<a href='https://bruger:{SECRET}@lps.example'/>",
}

Sent = tuple[str, str, int]
"""What was sent, to which entrance, and the status of the answer."""


class Planter:
    """A system that, asked for anything, sends everything to every entrance once, and answers with what was planted."""

    sent: Final[list[Sent]] = []
    entrances: tuple[str, ...] = ()

    def __init__(self, setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> None:
        del clock, new_id
        self._client = client
        self._services = setup.services

    def __call__(self, request: httpx.Request) -> httpx.Response:
        contract = own_contract()
        if request.url.path == "/egenskaber":
            has = {"handlinger": [*contract.acts], "visninger": [*contract.views]}
            return httpx.Response(200, json={"system": f"Bearer {SECRET}", "version": "1", "graenseflade": "1.0", **has})
        if not Planter.sent:
            for entrance in Planter.entrances:
                Planter.sent.extend((what, entrance, self._send(entrance, *how)) for what, how in carriers())
        name = request.url.path.rpartition("/")[2]
        operation = contract.acts.get(name) or contract.views.get(name)
        if operation is None:
            return httpx.Response(409, json={"fejl": f"Nancy {LOOSE} cpr={TYPED} password: {SECRET} {KEY}"})
        told = f"Nancy {LOOSE}, {TYPED[:6]} {TYPED[6:]}, password={SECRET}"
        return httpx.Response(200, json={each.name: _of(each.kind, told) for each in operation.shown})

    def _send(self, entrance: str, query: str, headers: dict[str, str], body: bytes) -> int:
        address = f"{self._services}/{entrance}/x{query}"
        return self._client.post(address, content=body, headers={"content-type": "text/xml", **headers}).status_code


def _of(kind: str, told: str) -> Any:
    others = {"liste": [told], "ja-nej": True, "tal": int(TYPED), "felter": {}, "rækker": [], "valg": told, "dato": told}
    return others.get(kind, told)


def carriers() -> Iterator[tuple[str, tuple[str, dict[str, str], bytes]]]:
    """Every way something is planted: what it is, and the query or rest of the path, headers and body of the request."""
    for name, body in BODIES.items():
        ways = WAYS if name in ("CDA", "JSON") else {"som det er": bytes}
        yield from ((f"typed {name}, {way}", ("", {}, wrap(body.encode()))) for way, wrap in ways.items())
    yield "typed i adressen", (f"?a=1&cpr={TYPED}", {}, b"<a/>")
    yield "typed i adressen, med tegnkoder", (f"?cpr={''.join(f'%{ord(each):02x}' for each in TYPED)}", {}, b"<a/>")
    yield "typed i en header", ("", {"X-Query": f"?cpr={TYPED}"}, b"<a/>")
    yield "løst i stien", (f"/{LOOSE}/{LOOSE[:6]}-{LOOSE[6:]}", {}, b"<a/>")
    yield "løst i adressen", (f"?navn={LOOSE}&noegle={quote(f'Bearer {SECRET}')}&access_token={SECRET}", {}, b"<a/>")
    yield "løst i teksten", ("", {}, f"<text>Nancy {LOOSE}</text>".encode())
    yield from ((f"header {name}", ("", {name: value}, b"<a/>")) for name, value in HIDDEN_HEADERS.items())
    for name, text in HIDDEN_BODIES.items():
        yield f"hemmelighed, {name}", ("", {}, text.encode("utf-16-le" if text.startswith("\ufeff") else "utf-8"))


def left_by(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder with its name, and of a zip file what is in it; what is evidence is called so."""
    evidence = {path.name for path in (folder / EVIDENCE_NAME).glob("*")}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        for name, data in _with_members(path.relative_to(folder).as_posix(), path.read_bytes()):
            kept = hashlib.sha256(data).hexdigest() in evidence
            yield (f"bilag: {name}" if kept else name), data


def _with_members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield name, data
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for each in packed.namelist():
                yield from _with_members(f"{name}/{each}", packed.read(each))
