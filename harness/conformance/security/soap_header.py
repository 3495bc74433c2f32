"""A received SOAP message as the rules of its header see it: raw XML. Reads leniently, judges nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from harness.conformance.rule import Breach
from harness.conformance.subject import some
from harness.domain.errors import BadInput
from harness.domain.finding import Location
from harness.domain.identifiers import AuthorisationId, Cpr, Ecpr
from harness.standards.instants import instant
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xml import Element, XmlDocument, local_name, parse

CPR_SOURCE = "HL7 Danmark, dk-core@8322003, CPR og eCPR"
AUTHORISATION_SOURCE = "HL7 Danmark, dk-core@8322003, autorisations-id"

_WRITTEN = {"NCName": re.compile(r"[^\W\d][\w.\-]*"), "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)}


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must be: its Danish name, and the types one of which it must fit."""

    name: str
    kinds: tuple[Callable[[str], object], ...]


CPR_FORM = Form("et CPR-nummer eller eCPR", (Cpr, Ecpr))
AUTHORISATION_FORM = Form("fem tegn: cifre og bogstaver, ingen vokaler", (AuthorisationId,))
Model = tuple[tuple[str, int, int], ...]
"""The children an element may have, in order: name, how many at least, how many at most."""


@dataclass(frozen=True, slots=True)
class Headed:
    """One message. `problem` says why it is no SOAP (then the rest is empty) and `place` where.

    `header` is the Header, or the Envelope when there is none; `body` is the name of what stands in the Body.
    """

    place: Location
    problem: str = ""
    message: XmlDocument | None = None
    header: Element | None = None
    body: str = ""

    def blocks(self, name: str) -> list[Element]:
        """The header blocks called `name`."""
        return [] if self.header is None or local_name(self.header) != "Header" else self.header.findall(name)

    def breach(self, element: Element | None, expected: str, actual: str, attribute: str = "") -> Breach:
        """A breach at an element (or its attribute); at the message when there is none."""
        if self.message is None or element is None:
            return Breach(self.place, expected, actual)
        return Breach(self.message.at(element, attribute), expected, actual)


def read_headed(data: bytes, file: str) -> Headed:
    """The view over `data`; never raises."""
    try:
        message = parse(data, file)
    except BadInput as problem:
        return Headed(Location(file, problem.line, problem.column), problem.reason)
    root = message.root
    namespace = next((each for each in (SOAP, SOAP_12) if root.tag == f"{{{each}}}Envelope"), None)
    if namespace is None:
        return Headed(message.at(root), f"{local_name(root)}, som ikke er en Envelope i SOAP 1.1 eller 1.2")
    header = root.find(f"{{{namespace}}}Header")
    content = root.find(f"{{{namespace}}}Body/*")
    return Headed(message.at(root), "", message, root if header is None else header, "" if content is None else str(content.tag))


def one_block(headed: Headed, name: str) -> tuple[Breach, ...]:
    """Unless the header has exactly one block called `name`: at the second, or where it is missing."""
    found = headed.blocks(name)
    if len(found) == 1:
        return ()
    return (headed.breach(found[1] if found else headed.header, f"netop én {_bare(name)}", str(len(found))),)


def misplaced(headed: Headed, parent: Element, model: Model) -> tuple[Breach, ...]:
    """The first child of `parent` that is not as `model` has it, or what is missing. Other namespaces' children do not count."""
    known = {etree.QName(name).namespace for name, _, _ in model}
    children = [child for child in parent.iterchildren("*") if etree.QName(child).namespace in known]
    order = "rækkefølgen " + ", ".join(_bare(name) for name, _, _ in model)
    here = 0
    for name, least, most in model:
        count = 0
        while here < len(children) and children[here].tag == name and count < most:
            here, count = here + 1, count + 1
        if count < least:
            if any(child.tag == name for child in children[here:]):
                break
            return (headed.breach(parent, _bare(name), "mangler"),)
        if count == most and here < len(children) and children[here].tag == name:
            return (headed.breach(children[here], f"højst {most} {_bare(name)}", "flere"),)
    return tuple(headed.breach(child, order, local_name(child)) for child in children[here : here + 1])


def unlike(headed: Headed, element: Element, attributes: dict[str, str]) -> tuple[Breach, ...]:
    """Each attribute that is missing or not of its type: `dateTime`, `decimal` or `NCName`."""
    return tuple(
        headed.breach(element, _TYPES[kind], element.get(name) or "mangler", name)
        for name, kind in attributes.items()
        if not is_a(kind, element.get(name, ""))
    )


def is_a(kind: str, text: str) -> bool:
    """Whether `text` is of an XML Schema type."""
    if kind == "dateTime":
        return instant(text.strip()) is not None
    return bool(_WRITTEN[kind].fullmatch(text.strip()))


def ill_formed(headed: Headed, attributes: Iterable[Element], forms: Mapping[str, Form]) -> tuple[Breach, ...]:
    """Each attribute that `forms` names and whose value is not of its form. No value is shown: it may be a person's number."""
    return some(
        headed.breach(value, form.name, "noget andet")
        for each in attributes
        if (form := forms.get(each.get("Name", "")))
        for value in values_of(each)
        if not _fits(form, (value.text or "").strip())
    )


def values_of(attribute: Element) -> list[Element]:
    """Its AttributeValues, SAML's or HSUID's as the attribute itself; what another namespace puts beside them is none."""
    return attribute.findall(f"{{{etree.QName(attribute).namespace}}}AttributeValue")


def _fits(form: Form, text: str) -> bool:
    for kind in form.kinds:
        with suppress(ValueError):  # the next kind may fit
            kind(text)
            return True
    return False


_TYPES = {"dateTime": "et tidspunkt (xs:dateTime)", "decimal": "et tal", "NCName": "et navn uden mellemrum og kolon"}


def _bare(name: str) -> str:
    return name.rpartition("}")[2]
