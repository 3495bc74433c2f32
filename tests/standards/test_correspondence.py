"""A letter in each of its standards: it breaks no rule of its format, and is read again as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from uuid import NAMESPACE_OID, uuid5

import pytest

from harness.conformance.files.formats import judge_file
from harness.domain.clock import wall_clock
from harness.domain.correspondence import Sort
from harness.domain.errors import BadInput
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.domain.patient import Organisation
from harness.house import find_house
from harness.standards.correspondence import Written, messages_of, read_told
from harness.standards.oioxml.kinds import EMERGENCY, NEW_LETTER
from harness.standards.vans import EndPoint, Envelope, build_envelope
from harness.suite.patients import load_patients

PEOPLE = load_patients(find_house())
AT = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
TEXT = "Ånder frit & går på trapper\n\nBlodtryk < 140 kl. 8:30 + 'fin'"
PARTIES = {Sort.ACUTE_REFERRAL: (CLINIC, MUNICIPALITY), Sort.ACUTE_NOTE: (MUNICIPALITY, CLINIC)}


def written(sort: Sort, person: str = "Elmer") -> Written:
    sender, receiver = PARTIES.get(sort, (CLINIC, HOSPITAL))
    return Written(sort, PEOPLE[person], sender, receiver, AT, "Kontrol", TEXT, namespace=EMERGENCY)


def ids() -> Callable[[], str]:
    numbers = count()
    return lambda: str(uuid5(NAMESPACE_OID, f"brev {next(numbers)}"))


@pytest.mark.parametrize(
    ("sort", "person"),
    [*((sort, "Elmer") for sort in Sort), *((sort, "Peter") for sort in Sort if sort is not Sort.MESSAGE)],  # Peter has an eCPR
)
def test_it_breaks_no_rule_and_is_read_as_it_was(sort: Sort, person: str) -> None:
    letter = written(sort, person)
    (message,) = messages_of(letter, ids())
    envelope = Envelope(EndPoint(letter.sender.gln), EndPoint(letter.receiver.gln), ids()(), AT, message)
    report = judge_file(build_envelope(envelope), "kuvert.xml")
    assert [str(each) for each in report.findings] == []
    assert [bool(each.format) for each in report.every()] == [True, True]
    told = read_told(message)
    assert (told.sort, told.cpr, told.sender) == (sort, str(letter.patient.cpr), letter.sender.name)
    assert " ".join(TEXT.split()) in " ".join(told.text.split())


def test_a_file_goes_in_a_message_of_its_own_that_the_letter_refers_to() -> None:
    letter, file = messages_of(replace(written(Sort.LETTER), file=b"Skema \xe6\r\n"), ids())
    assert [each.meta.document.name for each in (letter, file)] == ["DIS91", "BIN01"]
    told, carried = read_told(letter), read_told(file)
    assert carried.sort is None
    assert [(each.identifier, each.size) for each in told.files] == [(each.identifier, each.size) for each in carried.files]
    assert [each.data for each in carried.files] == [b"Skema \xe6\r\n"]
    assert told.identifier != carried.identifier


def test_a_letter_in_oioxml_says_when_it_was_approved_and_that_it_is_new() -> None:
    (message,) = messages_of(written(Sort.ACUTE_REFERRAL), ids())
    told = read_told(message)
    assert (told.other, told.status) == ((wall_clock(AT),), NEW_LETTER)
    unsaid = re.sub(rb"<Authorisation>.*?</Authorisation>|<StatusCode>.*?</StatusCode>", b"", message.data, flags=re.S)
    told = read_told(replace(message, data=unsaid))
    assert (told.other, told.status) == ((), "")


def test_an_older_system_writes_in_an_older_character_set() -> None:
    (message,) = messages_of(replace(written(Sort.ACUTE_NOTE), encoding="ISO-8859-1"), ids())
    assert b"ISO-8859-1" in message.data[:60]
    assert "Ånder" in read_told(message).text


@pytest.mark.parametrize("data", [b"UNB+x", b"<Emessage/>", b""], ids=["EDIFACT", "XML", "intet"])
def test_what_is_no_such_letter_is_refused(data: bytes) -> None:
    (message,) = messages_of(written(Sort.LETTER), ids())
    with pytest.raises(BadInput):
        read_told(replace(message, data=data))


def test_an_organisation_without_ydernummer_is_known_by_its_lokationsnummer() -> None:
    sender = Organisation("Odense Kommune", "", gln=MUNICIPALITY.gln)
    (message,) = messages_of(replace(written(Sort.LETTER), sender=sender), ids())
    assert f"NAD+SSP+{MUNICIPALITY.gln}::9++Odense Kommune".encode() in message.data
