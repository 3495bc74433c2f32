"""How the rules of a laboratory report (XRPT01) look at it: paths into the raw XML, and what is often asked of an element."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from harness.conformance.rule import Breach, Outcome, Rule, rule
from harness.conformance.subject import some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln, Sor, Yder
from harness.standards.xml import Element, XmlDocument, local_name, text_of

SUBJECT = "xrpt"
OIO = "http://rep.oio.dk/medcom.dk/xml/schemas/2014/10/08/"
MAPPING = "MedComs stilark fra MEDRPT R0131K til LaboratoryReport XR0131K (navnerum 2014/10/08)"

_NAMESPACES = {"m": OIO}


def xrpt_rule(
    number: int, title: str, grade: Grade, *needs: str, source: str = MAPPING, remark: str = ""
) -> Callable[[Callable[..., Outcome]], Rule]:
    """The decorator of the rule with this number: it stands on the report having its parts, in its namespace."""
    return rule(
        f"XRPT-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("XRPT-XML", *(("XRPT-01",) if number > 1 else ()), *(("XRPT-18",) if number not in (1, 18) else ()), *needs),
        remark=remark,
    )


def first_ten(*breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """The first ten: enough to mend a message by, and where an element stands is dear to find in a huge one."""
    return some(chain.from_iterable(breaches), 10)


def at(message: XmlDocument, paths: str) -> list[Element]:
    """The elements at one or more paths from the root, in the order of the paths."""
    return [each for path in paths.split("|") for each in message.root.findall(path, _NAMESPACES)]


def named(parent: Element, name: str) -> list[Element]:
    """The children of that name, in the report's namespace."""
    return parent.findall(f"{{{OIO}}}{name}")


def missing(message: XmlDocument, parent: Element, name: str, expected: str) -> Breach:
    """The child `name` should stand in `parent`, and does not."""
    place = message.at(parent)
    return Breach(replace(place, path=f"{place.path}/{name}"), expected, "mangler")


def once(message: XmlDocument, parents: Iterable[Element], *names: str) -> Iterator[Breach]:
    """Each name once in each parent."""
    for parent in parents:
        for name in names:
            found = named(parent, name)
            if not found:
                yield missing(message, parent, name, name)
            elif len(found) > 1:
                yield Breach(message.at(found[1]), f"{name} netop én gang", f"{len(found)} gange")


def said(message: XmlDocument, parents: Iterable[Element], *names: str) -> Iterator[Breach]:
    """Each name once, with a text."""
    parents = list(parents)
    yield from once(message, parents, *names)
    for each in (found for parent in parents for name in names for found in named(parent, name)[:1]):
        if not text_of(each):
            yield Breach(message.at(each), f"{local_name(each)} med indhold", "tom")


def word(message: XmlDocument, parents: Iterable[Element], name: str, *words: str, required: bool = False) -> Iterator[Breach]:
    """`name` at most once in each parent (once, when `required`), and one of `words`."""
    expected = " eller ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    for parent in parents:
        found = named(parent, name)
        if not found and required:
            yield missing(message, parent, name, expected)
        elif len(found) > 1:
            yield Breach(message.at(found[1]), f"{name} én gang", f"{len(found)} gange")
        elif found and text_of(found[0]) not in words:
            yield Breach(message.at(found[0]), expected, text_of(found[0]) or "tom")


Number = type[Cpr] | type[Gln] | type[Sor] | type[Yder]
_NUMBERS: dict[Number, str] = {
    Cpr: "ti cifre, der begynder med en dato (DDMMÅÅ)",
    Gln: "et lokationsnummer: 13 cifre med rigtigt kontrolciffer",
    Sor: "en SOR-kode: mindst 11 cifre",
    Yder: "et ydernummer: seks cifre, med nuller foran",
}


def valid(message: XmlDocument, parents: Iterable[Element], name: str, kind: Number, shown: str = "") -> Iterator[Breach]:
    """Each child `name` is a number of that `kind`; `shown` stands for what is there, where that must not be seen."""
    for each in (found for parent in parents for found in named(parent, name)):
        try:
            kind(text_of(each))
        except ValueError as wrong:
            yield Breach(message.at(each), _NUMBERS[kind], shown or f"{text_of(each) or 'tom'} ({wrong})")
