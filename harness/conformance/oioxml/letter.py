"""A received MedCom letter (OIOXML) as the rules see it: the raw XML and which letter it is. Reads leniently, judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from harness.conformance.rule import Breach
from harness.domain.errors import BadInput
from harness.domain.finding import Location
from harness.standards.oioxml.kinds import BY_ELEMENT, BY_VERSION, Kind
from harness.standards.xml import Element, XmlDocument, local_name, parse


@dataclass(frozen=True, slots=True)
class Received:
    """One Emessage. `problem` says why it is none (then the rest is empty), and `place` where.

    `letters` are its elements besides Envelope; `kind` is told by the first one's name, else by its VersionCode, and is None for
    a letter the harness does not know.
    """

    place: Location
    problem: str = ""
    document: XmlDocument | None = None
    letters: tuple[Element, ...] = ()
    kind: Kind | None = None

    @property
    def root(self) -> Element:
        """Emessage. Only for rules that stand on its being one."""
        assert self.document, "a rule that asks for the root stands on OIO-01"
        return self.document.root

    @property
    def letter(self) -> Element:
        """The letter's own element."""
        return self.letters[0]

    def all(self, parent: Element, path: str) -> list[Element]:
        """What `path` (names with `/` between, in Emessage's namespace; `.//` in front for any depth) finds under `parent`."""
        deep, names = path.startswith(".//"), path.removeprefix(".//").split("/")
        namespace = etree.QName(self.root).namespace
        qualified = "/".join(f"{{{namespace}}}{name}" if namespace else name for name in names)
        return parent.findall(f".//{qualified}" if deep else qualified)

    def texts(self, parent: Element, path: str) -> list[str]:
        """The texts of what `path` finds, white space around them left out, the empty ones too."""
        return [text for each in self.all(parent, path) if (text := text_in(each))]

    def breach(self, element: Element, expected: str, actual: str) -> Breach:
        """A breach at `element`."""
        assert self.document, "a breach is of a message that could be read"
        return Breach(self.document.at(element), expected, actual)

    def lacking(self, parent: Element, *paths: str) -> list[Breach]:
        """A breach at `parent` for each of `paths` that finds no text under it."""
        return [self.breach(parent, path, "mangler") for path in paths if not self.texts(parent, path)]


def text_in(element: Element) -> str:
    """All text of the element, without white space around it."""
    return str(element.xpath("string()")).strip()


def receive(data: bytes, file: str) -> Received:
    """The Emessage in `data`; `file` is its name in findings. Never raises for what the bytes contain."""
    try:
        document = parse(data, file)
    except BadInput as problem:
        return Received(Location(file, problem.line, problem.column), problem.reason)
    place = document.at(document.root)
    if local_name(document.root) != "Emessage":
        return Received(place, local_name(document.root))
    letters = tuple(each for each in document.root.iterchildren("*") if local_name(each) != "Envelope")
    return Received(place, document=document, letters=letters, kind=_kind(letters[0]) if letters else None)


def _kind(letter: Element) -> Kind | None:
    versions = (text_in(each) for each in letter.iterfind("{*}Letter/{*}VersionCode"))
    said = (BY_VERSION[version] for version in versions if version in BY_VERSION)
    return BY_ELEMENT.get(local_name(letter)) or next(said, None)
