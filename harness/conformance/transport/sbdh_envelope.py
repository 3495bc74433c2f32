"""EHMI's transport envelope as its rules see it: the raw XML, how they read it, and how they tell what they found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from harness.conformance.rule import HOLDS, Breach, Outcome, Rule, rule
from harness.conformance.subject import Unreadable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.xml import Element, XmlDocument, text_of

SUBJECT = "sbdh"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
SOURCE = "MedCom, EHMI SBDH, medcomdk/dk-ehmi-sbdh@38082f8, eksemplerne fra 2025"

RECEIPTS = ("ReceiptAcknowledgement", "ReceiptException")
NAMESPACES = {"s": SBDH}
IDENTIFICATION = "s:StandardBusinessDocumentHeader/s:DocumentIdentification"
SCOPES = "s:StandardBusinessDocumentHeader/s:BusinessScope/s:Scope"


@rule(
    "SBDH-XML",
    subject=SUBJECT,
    title="Kuverten er et StandardBusinessDocument i XML med en header",
    grade=Grade.F2,
    owner=Owner.SENDER,
    source=SOURCE,
)
def is_envelope(envelope: XmlDocument | Unreadable) -> Outcome:
    """XML, the root in SBDH's namespace, one header with one DocumentIdentification and one BusinessScope."""
    expected = f"StandardBusinessDocument i navnerummet {SBDH}"
    if isinstance(envelope, Unreadable):
        return (Breach(envelope.location, expected, envelope.reason),)
    root = envelope.root
    if root.tag != f"{{{SBDH}}}StandardBusinessDocument":
        return (Breach(envelope.at(root), expected, str(root.tag)),)
    headers = children(root, "StandardBusinessDocumentHeader")
    if len(headers) != 1:
        return once(envelope, root, "StandardBusinessDocumentHeader")
    return (*once(envelope, headers[0], "DocumentIdentification"), *once(envelope, headers[0], "BusinessScope"))


def sbdh_rule(
    number: int, title: str, grade: Grade, *needs: str, source: str = SOURCE
) -> Callable[[Callable[..., Outcome]], Rule]:
    """Rule `SBDH-{number}` of the envelope, whose sender it belongs to; it stands on `SBDH-XML` and `needs`."""
    return rule(
        f"SBDH-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("SBDH-XML", *needs),
    )


def header_of(envelope: XmlDocument) -> Element:
    """The envelope's header; ask only where SBDH-XML holds."""
    return children(envelope.root, "StandardBusinessDocumentHeader")[0]


def identification_of(envelope: XmlDocument) -> Element:
    """The header's DocumentIdentification; ask only where SBDH-XML holds."""
    return envelope.root.findall(IDENTIFICATION, NAMESPACES)[0]


def scopes_in(envelope: XmlDocument) -> list[tuple[str, Element]]:
    """Each Scope with its Type, empty when it has none."""
    found = envelope.root.findall(SCOPES, NAMESPACES)
    return [(text_of(names[0]) if (names := children(each, "Type")) else "", each) for each in found]


def instances_of(envelope: XmlDocument, name: str) -> list[Element]:
    """The InstanceIdentifiers of every Scope of the Type `name`."""
    return [each for found, scope in scopes_in(envelope) if found == name for each in children(scope, "InstanceIdentifier")]


def is_receipt(envelope: XmlDocument) -> bool:
    """Whether the envelope says that it is round a receipt."""
    return any(text_of(each) in RECEIPTS for each in children(identification_of(envelope), "Type"))


def moment_in(text: str) -> datetime:
    """A date and a time with a time zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError
    return moment


def children(parent: Element, name: str) -> list[Element]:
    """The child elements called `name`, in SBDH's namespace."""
    return parent.findall(f"{{{SBDH}}}{name}")


def missing(envelope: XmlDocument, parent: Element, path: str, expected: str, actual: str = "mangler") -> Breach:
    """`path` (local names) should stand in `parent`, and does not."""
    place = envelope.at(parent)
    return Breach(replace(place, path=f"{place.path}/{path}"), expected, actual)


def once(envelope: XmlDocument, parent: Element, name: str) -> tuple[Breach, ...]:
    """One breach unless `parent` has exactly one child `name`."""
    found = children(parent, name)
    if len(found) > 1:
        return (Breach(envelope.at(found[1]), f"{name} netop én gang", f"{len(found)} gange"),)
    return HOLDS if found else (missing(envelope, parent, name, name),)


def text_is(envelope: XmlDocument, parent: Element, name: str, *texts: str) -> tuple[Breach, ...]:
    """One breach unless `parent` has exactly one child `name`, and it says one of `texts`."""
    return once(envelope, parent, name) or all_say(envelope, children(parent, name), texts)


def instance_is(envelope: XmlDocument, name: str, *texts: str) -> tuple[Breach, ...]:
    """A breach for each InstanceIdentifier of Scope `name` that says none of `texts`."""
    return all_say(envelope, instances_of(envelope, name), texts)


def all_say(envelope: XmlDocument, elements: list[Element], texts: tuple[str, ...]) -> tuple[Breach, ...]:
    """A breach for each of `elements` that says none of `texts`."""
    expected = " eller ".join(texts)
    wrong = [each for each in elements if text_of(each) not in texts]
    return tuple(Breach(envelope.at(each), expected, text_of(each) or "tom") for each in wrong)


def child_valid(envelope: XmlDocument, parent: Element, name: str, kind: Callable[[str], object]) -> tuple[Breach, ...]:
    """As `valid`, for each child `name`."""
    return tuple(breach for each in children(parent, name) for breach in valid(envelope, each, kind))


def valid(
    envelope: XmlDocument, element: Element, kind: Callable[[str], object], text: str | None = None, shown: str = ""
) -> tuple[Breach, ...]:
    """One breach where `kind` refuses the element's text, or `text`, by a ValueError. `shown` stands for what may not be seen."""
    found = text_of(element) if text is None else text
    try:
        kind(found)
    except ValueError as wrong:
        expected = "dato, klokkeslæt og tidszone" if kind is moment_in else str(wrong)
        return (Breach(envelope.at(element), expected, shown or found or "tom"),)
    return HOLDS
