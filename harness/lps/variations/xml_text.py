"""An XML document as text: how the same document may be spelled. What is said stays the same (W3C, XML 1.0, fifth edition)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+", re.DOTALL)
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?\?>\s*")
_SAID = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)")
_ATTRIBUTE = re.compile(r"\s+([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_NAME = re.compile(r"</?([\w:.-]+)")
_XMLNS = re.compile(r"xmlns(?::([\w.-]+))?")
_REFERENCE = re.compile(r"[^\x00-\x7f]")
_BASE64 = re.compile(r"[\sA-Za-z0-9+/=]{100,}")

SOAP_NAMESPACES: Final = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")


@dataclass(frozen=True, slots=True)
class XmlText:
    """A document: its `declaration` up to the root (empty when it has none), its `body`, and how both become bytes."""

    declaration: str
    body: str
    encoding: str = "UTF-8"
    mark: bytes = b""

    @property
    def is_soap(self) -> bool:
        """Whether it is a SOAP message, in which not all of XML is allowed."""
        return any(f'"{each}"' in self.body[:400] or f"'{each}'" in self.body[:400] for each in SOAP_NAMESPACES)

    @property
    def data(self) -> bytes:
        """The bytes. What the encoding has no character for is written as a reference."""
        return self.mark + (self.declaration + self.body).encode(self.encoding, "xmlcharrefreplace")


def read_text(data: bytes) -> XmlText:
    """The document in `data`, which is in the encoding that it says, UTF-8 when it says none."""
    found = _DECLARATION.match(data)
    declaration = found[0] if found else b""
    said = _SAID.search(declaration)
    encoding = said[1].decode("ascii") if said else "UTF-8"
    return XmlText(declaration.decode("ascii"), data[len(declaration) :].decode(encoding), encoding)


def tokens(body: str) -> Iterator[str]:
    """Its tags, texts, comments, instructions and CDATA, which together are `body`."""
    return (found[0] for found in _TOKEN.finditer(body))


def _is_tag(token: str) -> bool:
    return token.startswith("<") and not token.startswith(("<!", "<?"))


def _is_start(token: str) -> bool:
    return _is_tag(token) and not token.startswith("</")


def in_tags(change: Callable[[str, list[tuple[str, str]], str], str]) -> Callable[[XmlText], XmlText]:
    """`change` gets each start tag as its name, its attributes with their quoted values, and its end (`>` or `/>`)."""

    def changed(token: str) -> str:
        name = _NAME.match(token)
        if not _is_start(token) or name is None:
            return token
        return change(name[1], _ATTRIBUTE.findall(token), "/>" if token.endswith("/>") else ">")

    return lambda text: replace(text, body="".join(map(changed, tokens(text.body))))


def in_texts(change: Callable[[str], str]) -> Callable[[XmlText], XmlText]:
    """`change` gets each text that says something and is not packed bytes."""

    def changed(token: str) -> str:
        return token if token.startswith("<") or not token.strip() or _BASE64.fullmatch(token) else change(token)

    return lambda text: replace(text, body="".join(map(changed, tokens(text.body))))


def _tag(name: str, attributes: list[tuple[str, str]], end: str) -> str:
    return f"<{name}{''.join(f' {each}={value}' for each, value in attributes)}{end}"


def _single_quoted(name: str, attributes: list[tuple[str, str]], end: str) -> str:
    return _tag(name, [(each, value if "'" in value else f"'{value[1:-1]}'") for each, value in attributes], end)


def _reversed(name: str, attributes: list[tuple[str, str]], end: str) -> str:
    return _tag(name, attributes[::-1], end)


def _airy(name: str, attributes: list[tuple[str, str]], end: str) -> str:
    return f"<{name}" + "".join(f"\n  {each} = {value}" for each, value in attributes) + f" {end}"


def _never_empty(name: str, attributes: list[tuple[str, str]], end: str) -> str:
    return _tag(name, attributes, ">") + (f"</{name}>" if end == "/>" else "")


def _as_cdata(text: str) -> str:
    plain = unescape(text)
    return text if "]]>" in plain else f"<![CDATA[{plain}]]>"


def _commented(text: XmlText) -> XmlText:
    """A comment where one tag follows the other, in every third place."""
    out: list[str] = []
    before = ""
    for number, token in enumerate(tokens(text.body)):
        if _is_start(before) and _is_start(token) and number % 3 == 1:
            out.append("<!-- skrevet af systemet -->")
        out.append(token)
        before = token
    return replace(text, body="".join(out))


def _comment_in_text(text: str) -> str:
    start, space, rest = text.partition(" ")
    return f"{start}{space}<!-- her -->{rest}" if rest.strip() else text


def _instructed(text: XmlText) -> XmlText:
    if text.is_soap:
        return text
    return replace(text, body=f'<?xml-stylesheet type="text/xsl" href="vis.xsl"?>\n{text.body}')


def _references(form: str) -> Callable[[XmlText], XmlText]:
    def written(token: str) -> str:
        if token.startswith(("<!", "<?")):
            return token
        return _REFERENCE.sub(lambda found: form.format(ord(found[0])), token)

    return lambda text: replace(text, body="".join(map(written, tokens(text.body))))


def _spelled(encoding: str, *, said: str = "", mark: bytes = b"", soap: bool = False) -> Callable[[XmlText], XmlText]:
    def changed(text: XmlText) -> XmlText:
        if text.is_soap and not soap:
            return text
        return replace(text, declaration=f'<?xml version="1.0" encoding="{said or encoding}"?>\n', encoding=encoding, mark=mark)

    return changed


def _declared(form: str) -> Callable[[XmlText], XmlText]:
    return lambda text: replace(text, declaration=form.format(text.encoding))


def _undeclared(text: XmlText) -> XmlText:
    return replace(text, declaration="") if text.encoding.upper() in ("UTF-8", "US-ASCII") else text


def _marked(text: XmlText) -> XmlText:
    return replace(text, mark=codecs.BOM_UTF8) if text.encoding.upper() == "UTF-8" else text


def _prefixed(text: XmlText) -> XmlText:
    """What is in a default namespace gets a prefix of its own; the declarations stay, since values of xsi:type may need them."""
    names: dict[str, str] = {}
    stack: list[str] = [""]

    def changed(token: str) -> str:
        name = _NAME.match(token)
        if not _is_tag(token) or name is None:
            return token
        if token.startswith("</"):
            own = stack.pop()
            return token if not own or ":" in name[1] else f"</{own}:{name[1]}>"
        attributes, end = _ATTRIBUTE.findall(token), "/>" if token.endswith("/>") else ">"
        declared = dict(attributes).get("xmlns")
        own = stack[-1]
        if declared is not None:
            own = names.setdefault(declared, f"n{len(names) + 1}") if declared[1:-1] else ""
            attributes += [(f"xmlns:{own}", declared)] if own else []
        if end == ">":
            stack.append(own)
        return _tag(f"{own}:{name[1]}" if own and ":" not in name[1] else name[1], attributes, end)

    return replace(text, body="".join(map(changed, tokens(text.body))))


def _other_prefixes(text: XmlText) -> XmlText:
    """Every prefix gets another name, in tags, attributes, declarations, and where xsi:type names one."""

    def other(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"x{prefix}:{local}" if colon and prefix not in ("xml", "xmlns") else name

    def attribute(name: str, value: str) -> tuple[str, str]:
        found = _XMLNS.fullmatch(name)
        if found:
            return (f"xmlns:x{found[1]}" if found[1] else name), value
        qualified = name == "xsi:type" and ":" in value
        return other(name), f'"{other(value[1:-1])}"' if qualified else value

    def changed(token: str) -> str:
        name = _NAME.match(token)
        if not _is_tag(token) or name is None:
            return token
        if token.startswith("</"):
            return f"</{other(name[1])}>"
        end = "/>" if token.endswith("/>") else ">"
        return _tag(other(name[1]), [attribute(*each) for each in _ATTRIBUTE.findall(token)], end)

    return replace(text, body="".join(map(changed, tokens(text.body))))


def _at_root(more: str) -> Callable[[XmlText], XmlText]:
    def changed(text: XmlText) -> XmlText:
        start = re.compile(r"<([\w:.-]+)").search(text.body)
        assert start is not None, "a document has a root"
        return replace(text, body=f"{text.body[: start.end()]} {more}{text.body[start.end() :]}")

    return changed


def _with_schema(text: XmlText) -> XmlText:
    own = "" if "xmlns:xsi" in text.body[:2000] else ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return _at_root(f'xsi:schemaLocation="urn:x-lps skema.xsd"{own}')(text)


TEXTS: Final[Mapping[str, Callable[[XmlText], XmlText]]] = {
    "xml-præfiks-i-stedet-for-standardnavnerum": _prefixed,
    "xml-andre-præfikser": _other_prefixes,
    "xml-navnerum-som-ikke-bruges": _at_root('xmlns:ubrugt="urn:x-lps:ubrugt"'),
    "xml-henvisning-til-skema": _with_schema,
    "xml-attributter-i-omvendt-rækkefølge": in_tags(_reversed),
    "xml-luft-i-tags": in_tags(_airy),
    "xml-tomme-elementer-med-sluttag": in_tags(_never_empty),
    "xml-attributter-i-enkelte-anførselstegn": in_tags(_single_quoted),
    "xml-cdata": in_texts(_as_cdata),
    "xml-kommentar-inde-i-tekst": in_texts(_comment_in_text),
    "xml-kommentarer": _commented,
    "xml-behandlingsinstruktion": _instructed,
    "xml-tegnreferencer": _references("&#{};"),
    "xml-hexadecimale-tegnreferencer": _references("&#x{:X};"),
    "xml-linjer-slutter-med-crlf": lambda text: replace(text, body=text.body.replace("\n", "\r\n")),
    "xml-luft-efter-roden": lambda text: replace(text, body=f"{text.body}\n \n"),
    "xml-utf-16": _spelled("UTF-16", soap=True),
    "xml-iso-8859-1": _spelled("ISO-8859-1"),
    "xml-ascii": _spelled("US-ASCII"),
    "xml-bom": _marked,
    "xml-uden-erklæring": _undeclared,
    "xml-erklæring-i-enkelte-anførselstegn": _declared("<?xml version='1.0' encoding='{}'?>\n"),
    "xml-erklæring-i-dobbelte-anførselstegn": _declared('<?xml version="1.0" encoding="{}"?>'),
    "xml-erklæring-standalone": _declared('<?xml version="1.0" encoding="{}" standalone="yes"?>\n'),
    "xml-tegnsæt-med-små-bogstaver": lambda text: replace(text, declaration=text.declaration.replace("UTF-8", "utf-8")),
}
"""By the variation's id, in the order they are made: how it is spelled comes after what is spelled."""
