"""What people read in a resource's text (text.div), and whether it says any of what the resource's own fields say."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from harness.conformance.fhir.message import Message, Standard
from harness.conformance.rule import Breach, Outcome
from harness.domain.grade import Grade
from harness.standards.fhir.tree import Node

SOURCE: Final = "HL7 FHIR R4 (4.0.1), Narrative"
GENERATED: Final = f"{SOURCE}.status: generated er lavet af felterne"
FREE_WORDS: Final = "hvilke ord teksten bruger, er frit"

_TAG: Final = re.compile(r"<[^>]*>")
_ABOUT: Final = {"PractitionerRole": "practitioner", "Communication": "subject"}
"""Where a resource says whom it is about: to name the person is enough."""


def narrative_rule(standard: Standard, number: int, *needs: int) -> None:
    """Register the rule of what the texts say, of every resource that has one."""

    @standard.rule(
        number,
        "Teksten til mennesker siger, hvad ressourcen handler om",
        Grade.F4,
        source=GENERATED,
        needs=(1, *needs),
        remark=FREE_WORDS,
    )
    def texts_name_it(message: Message) -> Outcome:
        """A person's or organisation's name or number, a role's, topic's or category's code or text, or a text of the letter.
        A MessageHeader and a Provenance have no words of their own.
        """
        return nameless(message, message.tree.entries())


def read(resource: Node) -> str:
    """What people read in its text."""
    return html.unescape(_TAG.sub(" ", resource.value("text", "div")))


def nameless(message: Message, resources: Iterable[Node]) -> tuple[Breach, ...]:
    """A breach for each text that says nothing of what its resource's fields say. Neither is shown. One without is let be."""
    return tuple(
        message.wrong(each.all("text", "div")[0], "noget af det, felterne siger", "noget andet")
        for each in resources
        if each.value("text", "div")
        if (names := _names(message, each)) and not any(_words(name) <= _words(read(each)) for name in names)
    )


def _names(message: Message, resource: Node) -> list[str]:
    """What the resource is known by; nothing of one whose fields have no words for people."""
    about = resource.one(_ABOUT.get(resource.resource_type, "-"))
    person = None if about is None else message.references.resolve(about)
    names = [*_own_names(resource), *(_own_names(person) if person else ())]
    return [name for name in names if _words(name)]


def _own_names(resource: Node) -> list[str]:
    numbers = [each.value("value") for each in resource.all("identifier")]
    match resource.resource_type:
        case "Patient" | "Practitioner":
            return [*map(_person, resource.all("name")), *numbers]
        case "Organization" | "CareTeam":
            return [resource.value("name"), *numbers]
        case "Condition" | "PractitionerRole":
            return _concept(resource, "code")
        case "Communication":
            texts = [each.text or "" for each in resource.all("payload", "contentString")]
            return [*_concept(resource, "topic"), *_concept(resource, "category"), *texts]
        case _:
            return []


def _person(name: Node) -> str:
    """The family name, or the given names where there is none: which of them a text has, is free."""
    return " ".join(each.text or "" for each in name.all("family") or name.all("given")) or name.value("text")


def _concept(resource: Node, name: str) -> list[str]:
    codings = resource.all(name, "coding")
    texts = [each.text or "" for each in resource.all(name, "text")]
    return [*texts, *(each.value(part) for each in codings for part in ("code", "display"))]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
