"""What the header of EHMI's envelope says: its version, who sends and receives, and what the envelope is."""

from __future__ import annotations

from collections.abc import Iterator

from harness.conformance.rule import Breach, Outcome
from harness.conformance.transport.sbdh_envelope import (
    RECEIPTS,
    SOURCE,
    child_valid,
    children,
    header_of,
    identification_of,
    missing,
    moment_in,
    once,
    sbdh_rule,
    text_is,
    valid,
)
from harness.domain.grade import Grade
from harness.domain.identifiers import Gln, parse_uuid
from harness.standards.xml import XmlDocument, text_of


@sbdh_rule(1, "Hovedets version er 1.0", Grade.F3)
def header_version(envelope: XmlDocument) -> Outcome:
    """HeaderVersion."""
    return text_is(envelope, header_of(envelope), "HeaderVersion", "1.0")


@sbdh_rule(2, "Afsender og modtager er adresseret med et gyldigt lokationsnummer", Grade.F2, source=f"{SOURCE}; GS1, GLN")
def addresses(envelope: XmlDocument) -> Outcome:
    """Sender and Receiver: `0088:` and a GLN, with iso6523-actorid-upis as Authority."""
    return tuple(breach for role in ("Sender", "Receiver") for breach in _address(envelope, role))


def _address(envelope: XmlDocument, role: str) -> Iterator[Breach]:
    header = header_of(envelope)
    identifiers = [each for party in children(header, role) for each in children(party, "Identifier")]
    if len(identifiers) != 1:
        yield missing(envelope, header, f"{role}/Identifier", f"{role}/Identifier netop én gang", f"{len(identifiers)} gange")
        return
    identifier, found = identifiers[0], text_of(identifiers[0])
    if identifier.get("Authority") != "iso6523-actorid-upis":
        authority = identifier.get("Authority") or "mangler"
        yield Breach(envelope.at(identifier, "Authority"), "iso6523-actorid-upis", authority)
    if not found.startswith("0088:"):
        yield Breach(envelope.at(identifier), "0088: og et lokationsnummer", found or "tom")
    else:
        yield from valid(envelope, identifier, Gln, found.removeprefix("0088:"), shown=found)


@sbdh_rule(3, "Kuverten har et UUID, et tidspunkt med tidszone og ét indhold", Grade.F2)
def identification(envelope: XmlDocument) -> Outcome:
    """DocumentIdentification: InstanceIdentifier, CreationDateAndTime, and MultipleType `false`."""
    names = identification_of(envelope)
    id_missing = once(envelope, names, "InstanceIdentifier")
    time_missing = once(envelope, names, "CreationDateAndTime")
    return (
        *(id_missing or child_valid(envelope, names, "InstanceIdentifier", parse_uuid)),
        *(time_missing or child_valid(envelope, names, "CreationDateAndTime", moment_in)),
        *text_is(envelope, names, "MultipleType", "false"),
    )


@sbdh_rule(
    4, "Kuverten er om en Bundle eller en kvittering for modtagelse", Grade.F2, source=f"{SOURCE}; OASIS, ebBP Signals 2.0"
)
def kind(envelope: XmlDocument) -> Outcome:
    """DocumentIdentification/Type. AcceptanceAcknowledgement is not used."""
    return text_is(envelope, identification_of(envelope), "Type", "Bundle", *RECEIPTS)
