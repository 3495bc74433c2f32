"""Runs a schematron the tester has pointed at, in XPath 2 or 3, by Saxon (`pip install "lps-harness[schematron]"`).

A schematron is written as a stylesheet, which Saxon runs; no stylesheet that does so is in a registry. Understood are phases
(all), abstract patterns and rules, `let`, `name`, `value-of`, `include` and `extends` within the folder, and the XSLT functions
and keys a schematron brings. Saxon gets nothing but text that was read as a stranger's XML, and may open no file or address.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from harness.domain.errors import BadInput
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = "http://www.w3.org/1999/XSL/Transform"
MOST_FINDINGS = 200
MOST_FILES = 500

_OPENS = re.compile(r"\b(?:doc|document|doc-available|collection|uri-collection|unparsed-text\S*|json-doc|transform)\s*\(")
_STEP = re.compile(r"/Q\{([^}]*)\}([^/\[]+)\[(\d+)\]")
_S = {"s": SCH}


class NoSaxon(Exception):
    """saxonche is not installed."""


@dataclass(frozen=True, slots=True)
class SchematronFault:
    """One assertion that does not hold: the `element`, the schematron's own `text`, its `id` and `role` as they are written.

    `reported`: it was a `report`, whose text says what is there; the text of an `assert` says what should be.
    """

    element: Element
    text: str
    id: str
    role: str
    reported: bool = False


@dataclass(slots=True)
class Schematron:
    """A schematron that is read. `name` is its file's, `version` what it says of itself.

    `spaces` and `words` tell what it is for: its namespaces, and the quoted values in it, e.g. the templateIds it speaks of.
    """

    name: str
    version: str
    spaces: frozenset[str]
    words: frozenset[str]
    stylesheet: str = field(repr=False)

    def speaks_of(self, document: XmlDocument) -> bool:
        """Whether it is for a document: it knows the root's namespace, and, where that has templateIds, names one of them."""
        root = document.root
        templates = {each.get("root", "") for each in root.iterchildren("{*}templateId")}
        return etree.QName(root).namespace in self.spaces and (not templates or not templates.isdisjoint(self.words))


class Saxon:
    """One Saxon processor, made when it is first needed, and the schematrons it has compiled."""

    def __init__(self) -> None:
        self._compiled: dict[str, Any] = {}

    @cached_property
    def _processor(self) -> Any:
        try:
            saxonche: Any = import_module("saxonche")  # an extra; it has no types
        except ImportError:
            raise NoSaxon from None
        processor = saxonche.PySaxonProcessor(license=False)
        processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "")
        return processor

    def faults(self, schematron: Schematron, document: XmlDocument) -> list[SchematronFault]:
        """Where `document` breaks `schematron`, in order, at most 200. Raises BadInput when it cannot be run, and NoSaxon."""
        processor = self._processor
        try:
            with _quietly():
                if schematron.stylesheet not in self._compiled:
                    compiler = processor.new_xslt30_processor()
                    self._compiled[schematron.stylesheet] = compiler.compile_stylesheet(stylesheet_text=schematron.stylesheet)
                tree = processor.parse_xml(xml_text=etree.tostring(document.root, encoding="unicode"))
                told = self._compiled[schematron.stylesheet].transform_to_string(xdm_node=tree)
        except Exception as error:  # saxonche has one exception of its own, and its base is Exception
            if type(error).__module__.partition(".")[0] not in ("saxoncee", "saxonche"):
                raise
            raise BadInput(f"{schematron.name} kan ikke køres af Saxon: {str(error).strip()[:300]}") from None
        return [
            SchematronFault(
                element=_at(document.root, each.get("path", "")),
                text=text_of(each),
                id=each.get("id", ""),
                role=each.get("role", ""),
                reported=each.get("kind") == "report",
            )
            for each in parse((told or "<none/>").encode(), schematron.name).root.iterchildren("fault")
        ]


def read_schematron(file: Path, folder: Path) -> Schematron:
    """The schematron in `file`, with what it includes below `folder`. Raises BadInput (Danish) when it cannot be used."""
    root = _whole(file.resolve(), folder.resolve(), 0)
    if root.tag != f"{{{SCH}}}schema":
        raise BadInput(f"{file.name} er ikke et skematron i navnerummet {SCH}")
    written = etree.tostring(root, encoding="unicode")
    for each in root.iter("*"):
        for value in each.attrib.values():
            if _OPENS.search(str(value)):
                raise BadInput(f"{file.name} slår op i andre filer ({str(value)[:60]}). Det må et skematron ikke her")
    return Schematron(
        name=file.name,
        version=root.get("schemaVersion", ""),
        spaces=frozenset(str(each.get("uri", "")) for each in root.findall("s:ns", _S)),
        words=frozenset(re.findall(r"'([^'<>]+)'", written)),
        stylesheet=_stylesheet(root),
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """Saxon writes its errors, with what stands in the document, to the process's standard error, and cannot be told not to."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _at(root: Element, path: str) -> Element:
    """The element at the path XPath's `path()` gave (`/Q{…}a[1]/Q{…}b[2]/@c`): the nearest one around an attribute or a text."""
    found = root
    for space, name, number in _STEP.findall(path)[1:]:
        found = found.findall(f"{{{space}}}{name}" if space else name)[int(number) - 1]
    return found


def _whole(path: Path, top: Path, depth: int) -> Element:
    """The tree of a file with its includes in their places."""
    if not path.is_relative_to(top) or not path.is_file():
        raise BadInput(f"skematronet henviser til {path.name}, som ikke er i mappen. Der hentes intet udefra")
    if depth > 20:
        raise BadInput(f"skematronets filer henviser til hinanden i ring ({path.name})")
    try:
        root = parse(path.read_bytes(), path.name).root
    except BadInput as bad:
        raise BadInput(f"{path.name}: {bad.reason}", bad.line, bad.column) from None
    except OSError as error:
        raise BadInput(f"{path.name} kan ikke læses ({error.strerror})") from None
    for each in list(root.iter(f"{{{SCH}}}include", f"{{{SCH}}}extends")):
        href, parent = each.get("href"), each.getparent()
        if href is None or parent is None:
            continue
        other = _whole((path.parent / unquote(href.partition("#")[0])).resolve(), top, depth + 1)
        parts = [other] if local_name(each) == "include" else list(other)
        for part in reversed(parts):
            each.addnext(part)
        parent.remove(each)
    return root


def _stylesheet(schema: Element) -> str:
    """The schematron as a stylesheet that writes a `<fault>` for each assertion that does not hold."""
    sheet = etree.Element(f"{{{XSL}}}stylesheet", {"version": "3.0"}, nsmap={"xsl": XSL, **_prefixes(schema)})
    etree.SubElement(sheet, f"{{{XSL}}}output", {"method": "xml", "indent": "no"})
    for each in schema:
        if isinstance(each.tag, str) and each.tag.startswith(f"{{{XSL}}}"):
            sheet.append(_copy(each))
    _lets(sheet, schema)
    main = etree.SubElement(sheet, f"{{{XSL}}}template", {"match": "/"})
    faults = etree.SubElement(etree.SubElement(main, "faults"), f"{{{XSL}}}variable", {"name": "faults"})
    abstract = {str(each.get("id")): each for each in schema.iter(f"{{{SCH}}}rule") if each.get("abstract") == "true"}
    for number, pattern in enumerate(_patterns(schema)):
        mode = f"pattern-{number}"
        etree.SubElement(faults, f"{{{XSL}}}apply-templates", {"select": "/", "mode": mode})
        _pattern(sheet, pattern, mode, abstract)
    shown = f"subsequence($faults/*, 1, {MOST_FINDINGS})"
    etree.SubElement(main[0], f"{{{XSL}}}copy-of", {"select": shown})
    return etree.tostring(sheet, encoding="unicode")


def _prefixes(schema: Element) -> dict[str, str]:
    given = {str(each.get("prefix")): str(each.get("uri")) for each in schema.findall("s:ns", _S)}
    own = {prefix: space for prefix, space in schema.nsmap.items() if prefix and prefix != "xsl"}
    return own | given


def _copy(element: Element) -> Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _lets(into: Element, holder: Element) -> None:
    """The variables of a schema, a pattern or a rule; a pattern's are worked out from the document, not from the rule's node."""
    for each in holder.findall("s:let", _S):
        variable = etree.SubElement(into, f"{{{XSL}}}variable", {"name": str(each.get("name"))})
        if each.get("value") is not None:
            value = str(each.get("value"))
            variable.set("select", f"root(.) ! ({value})" if local_name(holder) == "pattern" else value)
        else:
            variable.extend([_copy(part) for part in each.iterchildren("*")])


def _patterns(schema: Element) -> Iterator[Element]:
    """The patterns, each instance of an abstract one with its parameters put in."""
    abstract = {str(each.get("id")): each for each in schema.findall("s:pattern", _S) if each.get("abstract") == "true"}
    for each in schema.findall("s:pattern", _S):
        if each.get("abstract") == "true":
            continue
        if each.get("is-a") is None:
            yield each
        elif each.get("is-a") in abstract:
            given = {str(param.get("name")): str(param.get("value")) for param in each.findall("s:param", _S)}
            made = _copy(abstract[str(each.get("is-a"))])
            for inside in made.iter("*"):
                for name, value in inside.attrib.items():
                    inside.set(name, _filled(str(value), given))
                inside.text, inside.tail = _filled(inside.text or "", given), _filled(inside.tail or "", given)
            yield made
        else:
            raise BadInput(f"skematronet bruger mønstret {each.get('is-a')}, som ikke er i det")


def _filled(text: str, given: dict[str, str]) -> str:
    for name in sorted(given, key=len, reverse=True):
        text = text.replace(f"${name}", given[name])
    return text


def _pattern(sheet: Element, pattern: Element, mode: str, abstract: dict[str, Element]) -> None:
    """A mode of its own: of a pattern's rules the first that matches a node counts, so the first has the highest priority."""
    rules = [each for each in pattern.findall("s:rule", _S) if each.get("abstract") != "true"]
    for number, each in enumerate(rules):
        template = etree.SubElement(
            sheet,
            f"{{{XSL}}}template",
            {"match": str(each.get("context")), "mode": mode, "priority": str(len(rules) - number)},
        )
        _lets(template, pattern)
        _checks(template, each, abstract)
        _go_on(template, mode)
    rest = etree.SubElement(sheet, f"{{{XSL}}}template", {"match": "node() | @*", "mode": mode, "priority": "-5"})
    _go_on(rest, mode)
    document = etree.SubElement(sheet, f"{{{XSL}}}template", {"match": "/", "mode": mode, "priority": "-4"})
    _go_on(document, mode)


def _go_on(template: Element, mode: str) -> None:
    etree.SubElement(template, f"{{{XSL}}}apply-templates", {"select": "@* | node()", "mode": mode})


def _checks(template: Element, rule: Element, abstract: dict[str, Element]) -> None:
    _lets(template, rule)
    for each in rule.iterchildren(f"{{{SCH}}}*"):
        match local_name(each):
            case "extends":
                if each.get("rule") not in abstract:
                    raise BadInput(f"skematronet bruger reglen {each.get('rule')}, som ikke er i det")
                _checks(template, abstract[str(each.get("rule"))], abstract)
            case "assert" | "report" as kind:
                test = str(each.get("test"))
                condition = etree.SubElement(template, f"{{{XSL}}}if", {"test": f"not({test})" if kind == "assert" else test})
                names = {"kind": kind, "id": each.get("id", ""), "role": each.get("role", rule.get("role", ""))}
                fault = etree.SubElement(condition, "fault", names)
                etree.SubElement(fault, f"{{{XSL}}}attribute", {"name": "path", "select": "path()"})
                _message(fault, each)


def _message(fault: Element, said: Element) -> None:
    """The text of an assertion, with `value-of` and `name` worked out when it is told."""
    _say(fault, said.text)
    for each in said.iterchildren():
        if isinstance(each.tag, str):
            match local_name(each):
                case "value-of":
                    etree.SubElement(fault, f"{{{XSL}}}value-of", {"select": str(each.get("select"))})
                case "name":
                    etree.SubElement(fault, f"{{{XSL}}}value-of", {"select": f"name({each.get('path', '.')})"})
                case _:
                    _say(fault, "".join(map(str, each.itertext())))
        _say(fault, each.tail)


def _say(fault: Element, text: str | None) -> None:
    if text:
        etree.SubElement(fault, f"{{{XSL}}}text").text = text
