"""Small slips in how a letter and its envelope are written, each by its fault: nothing else of the letter is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.domain.organisations import CLINIC
from harness.standards.fhir import codes
from harness.standards.vans import Document, Message, MetaInformation, Transport

_OTHER_YDER: Final = "045862"
_Bundle = dict[str, Any]


def _in_text(name: str, pattern: bytes, new: bytes) -> Callable[[Message], Message]:
    """In the EDIFACT or the XML of the letter with this name."""

    def slipped(message: Message) -> Message:
        if message.meta.document.name != name:
            return message
        return with_data(message, re.sub(pattern, new, message.data, count=1))

    return slipped


def _fhir(change: Callable[[_Bundle], object]) -> Callable[[Message], Message]:
    """In the Bundle of a FHIR message."""

    def slipped(message: Message) -> Message:
        if message.meta.document.format != "HL7":
            return message
        bundle = json.loads(message.data)
        change(bundle)
        return with_data(message, json.dumps(bundle, ensure_ascii=False, indent=2).encode())

    return slipped


def _of(type_: str, change: Callable[[_Bundle], object]) -> Callable[[Message], Message]:
    """In each resource of one type."""

    def changed(bundle: _Bundle) -> None:
        for each in bundle["entry"]:
            if each["resource"]["resourceType"] == type_:
                change(each["resource"])

    return _fhir(changed)


def _said(**changes: Any) -> Callable[[Message], Message]:
    """In what the envelope says of the document of a letter, not of a file or a receipt."""

    def slipped(message: Message) -> Message:
        return message if message.meta.document.name in ("BIN01", "XCTL03") else _meta(message, changes)

    return slipped


def _meta(message: Message, changes: Mapping[str, Any]) -> Message:
    document = {key: value for key, value in changes.items() if key in Document.__slots__}
    meta = {key: value for key, value in changes.items() if key not in document}
    return replace(message, meta=replace(message.meta, document=replace(message.meta.document, **document), **meta))


def _as_xml(message: Message) -> Message:
    return _meta(message, {"format": "XML"}) if message.meta.document.name == "DIS91" else message


def _unreliable(message: Message) -> Message:
    return _meta(message, {"transport": Transport(type="unreliable")}) if message.meta.document.format == "HL7" else message


def _media(message: Message) -> Message:
    tags = (("MCM:MIME", "application/fhir+xml"),)
    return _meta(message, {"transport": Transport(tags=tags)}) if message.meta.document.format == "HL7" else message


def with_data(message: Message, data: bytes) -> Message:
    """The message with other bytes, whose size its envelope tells."""
    meta: MetaInformation = message.meta
    return Message(replace(meta, document=replace(meta.document, size=len(data))), data)


def _without_sor(resource: _Bundle) -> None:
    resource["identifier"] = [
        each for each in resource["identifier"] if (each["system"], each["value"]) != (codes.SOR, CLINIC.sor)
    ]


def _wrong_yder(resource: _Bundle) -> None:
    for each in resource["identifier"]:
        if each["value"] == CLINIC.yder:
            each["value"] = _OTHER_YDER


SLIPS: Final[Mapping[str, Callable[[Message], Message]]] = {
    "korrespondancebrev-ukendt-tegnsæt": _in_text("DIS91", rb"UNB\+UNOC", b"UNB+ISO1"),
    "korrespondancebrev-lavet-før-det-blev-skrevet": _in_text("DIS91", rb"(:14\+\d{13}:14\+)\d\d", rb"\g<1>19"),
    "korrespondancebrev-i-et-andet-katalog": _in_text("DIS91", rb":D:93A:", b":D:96A:"),
    "korrespondancebrev-patienten-i-et-forkert-afsnit": _in_text("DIS91", rb"S07\+07", b"S06+06"),
    "korrespondancebrev-uden-afsenderens-navn": _in_text("DIS91", rb"(NAD\+SSP\+[^+]*\+\+)[^:]+", rb"\1"),
    "korrespondancebrev-med-et-andet-ydernummer": _in_text("DIS91", rb"\d{6}:YNR", f"{_OTHER_YDER}:YNR".encode()),
    "korrespondancebrev-godkendt-uden-klokkeslæt": _in_text("DIS91", rb"DTM\+182:(\d{8})\d{4}:203", rb"DTM+182:\1:102"),
    "korrespondancebrev-med-to-numre": _in_text("DIS91", rb"RFF\+SRI:[0-9a-f]+", b"RFF+SRI:1"),
    "korrespondancebrev-ukendt-kode-for-forløbet": _in_text("DIS91", rb"PAS\+POT", b"PAS+IND"),
    "korrespondancebrev-efternavn-mærket-som-fornavn": _in_text("DIS91", rb"\+SU:", b"+FO:"),
    "korrespondancebrev-forkert-filstørrelse": _in_text("DIS91", rb"(FTX\+BIN\+.*?TXT:TXT:)", rb"\g<1>1"),
    "korrespondancebrev-fil-uden-beskrivelse": _in_text("DIS91", rb"(FTX\+BIN\+P00\+\+)BIN", rb"\1"),
    "fil-andet-nummer-efter-indholdet": _in_text("BIN01", rb"(UNP\+\d+\+)1", rb"\g<1>2"),
    "akuthenvisning-mærket-som-rettelse": _in_text("XREF22", rb"StatusCode>nytbrev", b"StatusCode>rettetbrev"),
    "akuthenvisning-godkendt-før-den-blev-skrevet": _in_text("XREF22", rb"(Authorisation>\s*<Date>)\d{4}", rb"\g<1>2019"),
    "korrespondancemeddelelse-del-uden-adresse": _fhir(lambda bundle: bundle["entry"][-1].pop("fullUrl")),
    "korrespondancemeddelelse-uden-profil": _of("MessageHeader", lambda header: header.pop("meta")),
    "korrespondancemeddelelse-uden-sor-kode": _of("Organization", _without_sor),
    "korrespondancemeddelelse-uden-endepunkt": _of("MessageHeader", lambda header: header.pop("source")),
    "korrespondancemeddelelse-historik-uden-tidspunkt": _of("Provenance", lambda each: each.pop("recorded")),
    "korrespondancemeddelelse-forfatter-uden-stilling": _of("PractitionerRole", lambda role: role.pop("code")),
    "korrespondancemeddelelse-historik-uden-tekster": _of("Provenance", lambda each: each.pop("entity")),
    "korrespondancemeddelelse-uden-tekst-til-mennesker": _of("Practitioner", lambda person: person.pop("text")),
    "korrespondancemeddelelse-navn-ikke-officielt": _of("Patient", lambda patient: patient["name"][0].pop("use")),
    "korrespondancemeddelelse-forfatter-uden-fornavn": _of("Practitioner", lambda person: person["name"][0].pop("given")),
    "korrespondancemeddelelse-forkert-fødselsdato": _of("Patient", lambda patient: patient.update(birthDate="1950-01-01")),
    "korrespondancemeddelelse-med-et-andet-ydernummer": _of("Organization", _wrong_yder),
    "kuvert-forkert-format": _as_xml,
    "kuvert-forkert-navn": _said(name="DIS01"),
    "kuvert-forkert-version": _said(version="D9133L"),
    "kuvert-forkert-størrelse": _said(size=1),
    "kuvert-forkert-medietype": _media,
    "kuvert-uden-krav-om-kvittering": _unreliable,
}
"""By the fault's id; what is no letter of that kind stays as it is."""


def slipped(message: Message, faults: frozenset[str]) -> Message:
    """The message with the slips among `faults`."""
    for each in sorted(faults & SLIPS.keys()):
        message = SLIPS[each](message)
    return message
