"""What the rules of all MedCom's FHIR standards share: the message as a subject, how to say what is wrong, and one way to judge.

The rules that hold for every MedCom message (eventCoding, receiver, sender, Provenance) are made once for each standard here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from harness.conformance.fhir.everywhere import judge_content
from harness.conformance.fhir.pattern import shown
from harness.conformance.fhir.profile import judge_tree, unjudged
from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr
from harness.standards import oids
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.references import References
from harness.standards.fhir.spellings import in_medcoms_spelling
from harness.standards.fhir.tree import Node, Tree, read_tree

MESSAGING = "MedCom, medcom.fhir.dk.messaging 4.0.2"
PATIENT = "dk-core (hl7dk/dk-core@8322003), CPR, X-eCPR og D-eCPR"
PATIENT_NUMBERS = (*Cpr.SYSTEMS, *Ecpr.SYSTEMS)
_NATIONAL = dict.fromkeys((f"urn:oid:{each}" for each in oids.REGIONAL_D_ECPR), f"urn:oid:{oids.D_ECPR}")


@dataclass(frozen=True, slots=True)
class Message:
    """A Bundle that is read. `header` is the first entry's resource."""

    tree: Tree
    references: References

    @property
    def header(self) -> Node:
        """The first resource: MessageHeader of a message, Composition of a document. The first rule has seen that it is there."""
        return self.tree.entries()[0]

    def of_type(self, name: str) -> list[Node]:
        """The resources of one type, in order."""
        return [each for each in self.tree.entries() if each.resource_type == name]

    def missing(self, node: Node, name: str, expected: str = "") -> Breach:
        """The element `name` should stand in `node`, and does not."""
        return Breach(self.tree.at(node, name), expected or name, "mangler")

    def wrong(self, node: Node, expected: str, actual: str = "") -> Breach:
        """`node` is not as it should be."""
        return Breach(self.tree.at(node), expected, actual or shown(node))

    def text(self, node: Node, name: str, wanted: Collection[str]) -> tuple[Breach, ...]:
        """One breach when the element `name` is missing or has none of the `wanted` values."""
        found = node.one(name)
        expected = f"{name} {' eller '.join(sorted(wanted))}" if len(wanted) < 5 else f"{name} fra MedComs liste"
        if found is None:
            return (self.missing(node, name, expected),)
        return HOLDS if found.text in wanted else (self.wrong(found, expected),)

    def coding(self, node: Node, path: tuple[str, ...], system: str, wanted: Collection[str]) -> tuple[Breach, ...]:
        """One breach when no Coding at `path` has one of the `wanted` codes in `system`; it points at what differs."""
        told = " eller ".join(sorted(wanted)) if len(wanted) < 5 else "en kode fra MedComs liste"
        expected = f"{told} ({system})"
        found = node.all(*path)
        if any(each.value("system") == system and each.value("code") in wanted for each in found):
            return HOLDS
        if not found:
            there = node
            for number, name in enumerate(path):
                if name not in there.children:
                    return (self.missing(there, "/".join(path[number:]), expected),)
                there = there.children[name][0]
        for name, right in (("system", found[0].value("system") == system), ("code", found[0].value("code") in wanted)):
            if name not in found[0].children:
                return (self.missing(found[0], name, expected),)
            if not right:
                return (self.wrong(found[0].children[name][0], expected),)
        return HOLDS

    def known_by(self, patient: Node, systems: Collection[str]) -> tuple[Breach, ...]:
        """One breach when no identifier of `patient` is in one of `systems`; a region's own for eCPR stands for the national."""
        expected = f"et nummer med systemet {' eller '.join(systems)}"
        numbers = patient.all("identifier")
        named = [(_NATIONAL.get(system := each.value("system"), system), each.value("value")) for each in numbers]
        if any(system in systems and value for system, value in named):
            return HOLDS
        if not numbers:
            return (self.missing(patient, "identifier", expected),)
        for name in ("system", "value"):
            place = numbers[0].one(name)
            if place is None:
                return (self.missing(numbers[0], name, expected),)
            if name == "value" or place.text not in systems:
                return (self.wrong(place, expected, "noget andet" if name == "value" else ""),)
        return HOLDS

    def target(self, node: Node, type_: str) -> tuple[Breach, ...]:
        """One breach when the Reference `node` does not point at a `type_` in the message."""
        found = self.references.resolve(node)
        expected = f"en reference til en {type_} i beskeden"
        place = node.one("reference")
        if place is None:
            return (self.missing(node, "reference", expected),)
        if found is None or found.resource_type != type_:
            return (self.wrong(place, expected),)
        return HOLDS


@dataclass(frozen=True, slots=True)
class Standard:
    """One of MedCom's standards: its rules' subject and the beginning of their ids, its profile and its sourced version.

    `judges` says which of the profile's invariants a rule of ours judges, by the rule's id.
    """

    subject: str
    prefix: str
    profile: str
    source: str
    judges: dict[str, tuple[str, ...]]

    def rule(
        self, number: int, title: str, grade: Grade, *, source: str = "", needs: tuple[int, ...] = (1,), remark: str = ""
    ) -> Callable[..., Rule]:
        """The decorator of the standard's rule `number`. All but the first stand on the first."""
        return rule(
            self.id(number),
            subject=self.subject,
            title=title,
            grade=grade,
            owner=Owner.SENDER,
            source=source or self.source,
            needs=tuple(self.id(each) for each in needs) if number > 1 else (),
            remark=remark,
        )

    def id(self, number: int) -> str:
        """The id of a rule."""
        return f"{self.prefix}-{number:02}"

    def judge(self, data: bytes, file: str, definitions: Definitions | None) -> list[Judgement]:
        """Every rule of the standard and of its content, then every check of its profile. Never raises for what `data` holds."""
        tree = readable(lambda: read_tree(data, file), file)
        if isinstance(tree, Unreadable):
            return judge(rules_for(self.subject), tree) + unjudged(f"bygger på {self.id(1)}, der er brudt")
        spelled = in_medcoms_spelling(tree)
        own = judge(rules_for(self.subject), Message(tree, References(tree)))
        if any(each.rule.id == self.id(1) and each.findings for each in own):
            return own + unjudged(f"bygger på {self.id(1)}, der er brudt")
        own += judge_content(tree, spelled)
        known = frozenset(key for keys in self.judges.values() for key in keys)
        told = [finding.location.path for each in own for finding in each.findings if finding.grade is not None]
        return own + judge_tree(tree, definitions, profile=self.profile, known=known, told=told)


def is_bundle(message: Message | Unreadable, kind: str, first: str) -> Outcome:
    """The body of each standard's first rule: FHIR, a Bundle of the type `kind`, with a `first` as its first entry."""
    if isinstance(message, Unreadable):
        return (Breach(message.location, "FHIR i JSON eller XML", message.reason),)
    root = message.tree.root
    if root.resource_type != "Bundle":
        return (message.wrong(root, "en Bundle", f"en {root.resource_type}"),)
    broken = message.text(root, "type", (kind,))
    if broken:
        return broken
    entries = root.all("entry")
    if not entries:
        return (message.missing(root, "entry", f"en {first} først"),)
    resource = entries[0].one("resource")
    if resource is None:
        return (message.missing(entries[0], "resource", f"en {first} først"),)
    return (
        HOLDS
        if resource.resource_type == first
        else (message.wrong(resource, f"en {first} først", f"en {resource.resource_type}"),)
    )


def messaging_rules(standard: Standard, event: str, activities: Collection[str]) -> None:
    """Register rules 1 to 5 of a standard that is a message; its own begin at 6."""

    @standard.rule(1, "Beskeden er en FHIR-besked: en Bundle med en MessageHeader først", Grade.F2)
    def is_message(message: Message | Unreadable) -> Outcome:
        """Bundle.type message (medcom-messaging-message), and bdl-12."""
        return is_bundle(message, "message", "MessageHeader")

    @standard.rule(2, f"Hændelsen (eventCoding) er {event}", Grade.F2)
    def event_code(message: Message) -> Outcome:
        """By it the receiver knows what it got."""
        return message.coding(message.header, ("eventCoding",), codes.EVENT_CODES, (event,))

    @standard.rule(3, "Beskeden har netop én primær modtager og ingen kopimodtager", Grade.F2)
    def one_receiver(message: Message) -> Outcome:
        """destination:primary 1..1, destination:cc 0..0, receiver 1..1 in the message."""
        header = message.header
        primary: list[Node] = []
        for destination in header.all("destination"):
            uses = [each for each in destination.all("extension") if each.value("url") == codes.USE_EXTENSION]
            if not uses:
                return (message.missing(destination, "extension", f"{codes.USE_EXTENSION} med primary"),)
            broken = message.coding(uses[0], ("valueCoding",), codes.DESTINATION_USE, ("primary",))
            if broken:
                return broken
            primary.append(destination)
        if len(primary) != 1:
            place = message.missing(header, "destination") if not primary else message.wrong(primary[1], "én modtager", "to")
            return (place,)
        receiver = primary[0].one("receiver")
        if receiver is None:
            return (message.missing(primary[0], "receiver"),)
        return message.target(receiver, "Organization")

    @standard.rule(4, "Afsenderen er en organisation i beskeden", Grade.F2)
    def sender(message: Message) -> Outcome:
        """sender 1..1, a medcom-messaging-organization in the Bundle."""
        found = message.header.one("sender")
        return (message.missing(message.header, "sender"),) if found is None else message.target(found, "Organization")

    @standard.rule(5, "Beskedens historik (Provenance) har en aktivitet fra MedComs liste", Grade.F3)
    def activity(message: Message) -> Outcome:
        """medcom-messaging-2, and Provenance.activity 1..1 with one coding."""
        found = message.of_type("Provenance")
        if not found:
            return (message.missing(message.tree.root, "entry/resource/Provenance", "en Provenance"),)
        return tuple(
            breach for each in found for breach in message.coding(each, ("activity", "coding"), codes.ACTIVITY_CODES, activities)
        )


def patient_rule(standard: Standard, number: int, *needs: int) -> None:
    """Register the rule of who the patient is: a CPR number, or what stands for it. FHIR-CPR and FHIR-ECPR judge the number."""

    @standard.rule(
        number, "Patienten har et CPR-nummer eller et erstatningsnummer (eCPR)", Grade.F1, source=PATIENT, needs=(1, *needs)
    )
    def patient_is_known(message: Message) -> Outcome:
        """Patient.identifier in the system of CPR, X-eCPR or D-eCPR (its regional ones too). The number is never shown."""
        return tuple(breach for each in message.of_type("Patient") for breach in message.known_by(each, PATIENT_NUMBERS))


def definition_rule(standard: Standard, number: int, address: str, version: str) -> None:
    """Register the rule of which definition a message says it follows; any minor version counts."""

    @standard.rule(number, "Beskeden siger, hvilken version af standarden den følger (definition)", Grade.F3)
    def definition(message: Message) -> Outcome:
        """MessageHeader.definition 1..1; the profile asks for the address and the major version."""
        found = message.header.one("definition")
        expected = f"{address}|{version}.x"
        if found is None:
            return (message.missing(message.header, "definition", expected),)
        start, _, minor = (found.text or "").rpartition(".")
        return (
            HOLDS if start == f"{address}|{version}" and minor.isdigit() and len(minor) < 3 else (message.wrong(found, expected),)
        )
