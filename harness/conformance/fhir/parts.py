"""Rules of the parts that MedCom's FHIR messages share: what entries, organisations, resources and the history must have.

Each is made once for a standard, with a number of its own: `entry_rule(STANDARD, 18)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from harness.conformance.fhir.hl7_invariants import OWN
from harness.conformance.fhir.message import Message, Standard
from harness.conformance.rule import HOLDS, Breach, Outcome
from harness.domain.grade import Grade
from harness.standards.fhir import codes
from harness.standards.fhir.tree import Node

ENTRIES = "HL7 FHIR R4 (4.0.1), Bundle, 2.36.4, Resource URL & Uniqueness rules in a bundle"
ORGANIZATION = "MedCom, medcom.fhir.dk.messaging 4.0.2, medcom-messaging-organization"
HEADER = "MedCom, medcom.fhir.dk.messaging 4.0.2, medcom-messaging-messageHeader"
PROVENANCE = "MedCom, medcom.fhir.dk.messaging 4.0.2, medcom-messaging-provenance"
CORE = "MedCom, medcom.fhir.dk.core 4.0.0"
_NUMBERS = (codes.SOR, codes.GLN)
_CLOCKS_DIFFER = timedelta(minutes=30)
_CORE_IDS = ("Patient", "Practitioner", "PractitionerRole")
_CORE_TEXTS = (*_CORE_IDS, "Organization")


def entry_rule(standard: Standard, number: int) -> None:
    """Register the rule of every entry's address: by it the others point at what is in it."""

    @standard.rule(number, "Hver ressource i beskeden har sin egen adresse (fullUrl)", Grade.F3, source=ENTRIES)
    def addresses(message: Message) -> Outcome:
        """Bundle.entry.fullUrl, except of what has no resource."""
        entries = [each for each in message.tree.root.all("entry") if "resource" in each.children]
        return tuple(message.missing(each, "fullUrl") for each in entries if not each.value("fullUrl"))


def profile_rule(standard: Standard, number: int, profiles: Mapping[str, str]) -> None:
    """Register the rule of the profiles that resources must say they follow: `profiles` gives the address by resource type."""

    @standard.rule(number, f"{' og '.join(profiles)} siger, hvilken profil de følger (meta.profile)", Grade.F3)
    def profiles_are_told(message: Message) -> Outcome:
        """meta.profile begins with the profile's address; a version may follow."""
        return tuple(
            message.missing(each, "meta", address) if not said else message.wrong(said[0], address)
            for type_, address in profiles.items()
            for each in message.of_type(type_)
            for said in [each.all("meta", "profile")]
            if not any((one.text or "").startswith(address) for one in said)
        )


def organization_rule(standard: Standard, number: int) -> None:
    """Register the rule of sender's and receiver's numbers: stands on the standard's rules 3 and 4."""

    @standard.rule(number, "Afsender og modtager har SOR-kode og lokationsnummer", Grade.F3, source=ORGANIZATION, needs=(1, 3, 4))
    def ends_are_known(message: Message) -> Outcome:
        """identifier:SOR-ID 1..1 and identifier:EAN-ID 1..1; identifier:Ydernummer 0..1 has a value."""
        found = [breach for each in _ends(message).values() for system in _NUMBERS for breach in _numbered(message, each, system)]
        given = (number for each in _ends(message).values() for number in each.all("identifier"))
        empty = (each for each in given if each.value("system") == codes.YDERNUMMER and not each.value("value"))
        return (*found, *(message.missing(each, "value", "ydernummeret") for each in empty))


def _numbered(message: Message, organization: Node, system: str) -> Iterator[Breach]:
    found = [each for each in organization.all("identifier") if each.value("system") == system]
    if len(found) != 1 or not found[0].value("value"):
        told = "mangler" if not found or not found[0].value("value") else f"{len(found)}"
        yield Breach(message.tree.at(organization, "identifier"), f"netop ét nummer i {system}", told)


def _ends(message: Message) -> dict[str, Node]:
    """The sender and the primary receiver, by the name of the element with their endpoint."""
    header = message.header
    sender, destination = header.one("sender"), header.one("destination")
    receiver = destination.one("receiver") if destination is not None else None
    found = {"source": sender, "destination": receiver}
    return {name: there for name, each in found.items() if each is not None and (there := message.references.resolve(each))}


def endpoint_rule(standard: Standard, number: int) -> None:
    """Register the rule of where the message comes from and goes to; stands on the rule of who they are."""

    @standard.rule(number, "Beskeden har afsenderens og modtagerens endepunkter", Grade.F3, source=HEADER, needs=(1, 3, 4))
    def endpoints_are_there(message: Message) -> Outcome:
        """source.endpoint and destination.endpoint 1..1."""
        return tuple(
            message.missing(message.header, f"{name}/endpoint") if holder is None else message.missing(holder, "endpoint")
            for name in _ends(message)
            for holder in [message.header.one(name)]
            if not message.header.value(name, "endpoint")
        )


def address_rule(standard: Standard, number: int, *needs: int) -> None:
    """Register the rule of whose the endpoints are."""

    @standard.rule(
        number,
        "Endepunkterne er afsenderens og modtagerens egne",
        Grade.F4,
        source=HEADER,
        needs=(1, 3, 4, *needs),
        remark="et af MedComs egne eksempler har en andens",
    )
    def endpoints_are_their_own(message: Message) -> Outcome:
        """An endpoint that is an address in SOR is that of the organisation."""
        wrong: list[Breach] = []
        for name, organization in _ends(message).items():
            sor = next((each.value("value") for each in organization.all("identifier") if each.value("system") == codes.SOR), "")
            for endpoint in message.header.all(name, "endpoint"):
                said = endpoint.text or ""
                if sor and said.startswith(codes.SOR_ADDRESS) and said != f"{codes.SOR_ADDRESS}{sor}":
                    wrong.append(message.wrong(endpoint, f"{codes.SOR_ADDRESS}{sor}"))
        return tuple(wrong)


def history_rule(standard: Standard, number: int, needs: Collection[int] = (1, 5)) -> None:
    """Register the rule of what each step of the history says, and that one of them is the message's own."""

    @standard.rule(
        number, "Beskedens historik (Provenance) siger hvad, hvornår og hvem", Grade.F3, source=PROVENANCE, needs=tuple(needs)
    )
    def history(message: Message) -> Outcome:
        """Provenance.target, occurred, recorded and agent.who 1..1; it is recorded when it has occurred. One Provenance has the
        message's header as its target.
        """
        steps = message.of_type("Provenance")
        wrong = [breach for each in steps for breach in _step(message, each)]
        targets = [target for each in steps for target in each.all("target")]
        own = any(message.references.resolve(each) is message.header for each in targets)
        if not wrong and not own:
            place = targets[-1].one("reference") or targets[-1]
            wrong.append(message.wrong(place, "en Provenance, der peger på beskedens MessageHeader"))
        return tuple(wrong)


def _step(message: Message, provenance: Node) -> Iterator[Breach]:
    for name in ("target", "recorded", "agent"):
        if name not in provenance.children or (name == "recorded" and not provenance.value(name)):
            yield message.missing(provenance, name)
    said = next((name for name in provenance.children if name.startswith("occurred")), "")
    if not said or (said == "occurredDateTime" and not provenance.value(said)):
        yield message.missing(provenance, "occurredDateTime")
    recorded, occurred = provenance.one("recorded"), provenance.one("occurredDateTime")
    if recorded is not None and occurred is not None and _before(recorded, occurred):
        yield message.wrong(recorded, f"ikke før {occurred.text}")
    for agent in provenance.all("agent"):
        who = agent.one("who")
        if who is None:
            yield message.missing(agent, "who")
        elif "reference" not in who.children and "identifier" not in who.children:
            yield message.missing(who, "reference")
        elif "reference" in who.children and message.references.resolve(who) is None:
            yield message.wrong(who.children["reference"][0], "en reference til noget i beskeden")


def _before(one: Node, other: Node) -> bool:
    """Whether one instant is before the other; False where they cannot be compared: FHIR's own rules say why."""
    try:
        return datetime.fromisoformat(one.text or "") + _CLOCKS_DIFFER < datetime.fromisoformat(other.text or "")
    except (ValueError, TypeError):
        return False


def text_rule(standard: Standard, number: int, *needs: int) -> None:
    """Register the rule of ids and texts for people; F4: no receiver needs them to show the message."""

    @standard.rule(
        number,
        "Ressourcerne har det id og den tekst, profilerne kræver",
        Grade.F4,
        source=f"{CORE}; HL7 FHIR R4 (4.0.1), Narrative",
        needs=(1, *needs),
    )
    def ids_and_texts(message: Message) -> Outcome:
        """id and text 1..1 of MedCom's core profiles; of any text status and div 1..1, and the status is one of FHIR's."""
        return tuple(breach for each in message.tree.entries() for breach in _text(message, each))


_STATUSES = ("generated", "extensions", "additional", "empty")


def _text(message: Message, resource: Node) -> Iterator[Breach]:
    if resource.resource_type in _CORE_IDS and not resource.value("id"):
        yield message.missing(resource, "id")
    text = resource.one("text")
    if text is None:
        if resource.resource_type in _CORE_TEXTS:
            yield message.missing(resource, "text", "en tekst (text.div)")
        return
    yield from message.text(text, "status", _STATUSES)
    div = text.one("div")
    if div is None:
        yield message.missing(text, "div", "en tekst (text.div)")
    elif not OWN["txt-1"](div):
        yield message.wrong(div, "en <div> med tekst (txt-1 og txt-2)", "intet eller noget andet")


def name_rule(standard: Standard, number: int, *needs: int) -> None:
    """Register the rule of the patient's official name."""

    @standard.rule(
        number, "Patienten har sit officielle navn", Grade.F3, source=f"{CORE}, medcom-core-patient", needs=(1, *needs)
    )
    def official_name(message: Message) -> Outcome:
        """Patient.name:official 1..1, with family 1..1. The name is never shown."""
        wrong: list[Breach] = []
        for patient in message.of_type("Patient"):
            official = [each for each in patient.all("name") if each.value("use") == "official"]
            if len(official) != 1:
                wrong.append(Breach(message.tree.at(patient, "name"), "netop ét navn med use official", f"{len(official)}"))
            elif not official[0].value("family"):
                wrong.append(message.missing(official[0], "family", "et efternavn"))
        return tuple(wrong) or HOLDS
