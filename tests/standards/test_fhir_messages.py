"""The FHIR messages the harness builds: what is built is read back, in JSON and in XML, and says the same."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_acknowledgement, build_condition_list, build_home_care_observation
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.messages import (
    Acknowledgement,
    Attachment,
    Author,
    CareCommunication,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
    Person,
    Segment,
    Turn,
)
from harness.standards.fhir.packages import read_packages
from harness.standards.fhir.read import (
    read_acknowledgement,
    read_care_communication,
    read_condition_list,
    read_home_care_observation,
)
from harness.standards.fhir.tree import read_tree
from harness.standards.fhir.write import Part, as_json, as_xml

ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "")

EXAMPLES = Path(__file__).parents[1] / "examples"
LETTER_ID = "c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e"
WRITERS: list[Callable[[Part], bytes]] = [as_json, as_xml]

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXT = st.text(CHARACTERS, min_size=1, max_size=20).filter(str.strip)
MAYBE = st.just("") | TEXT
IDS = st.uuids(version=4).map(str)
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2999, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=at.hour % 12)))
)
DAYS = st.dates(date(1901, 1, 1), date(2999, 1, 1))
CPR = st.sampled_from(["2509479989", "2512489996", "0505239996"])
PERSONS = st.builds(
    Person, cpr=CPR, given=MAYBE, family=TEXT, gender=st.sampled_from(["", "male", "female"]), born=st.none() | DAYS
)
PARTIES = st.builds(Party, name=TEXT, sor=TEXT, gln=MAYBE, ydernummer=MAYBE, producer=MAYBE, initials=MAYBE)
NUMBERS = st.decimals(-(10**6), 10**6, places=3)
RESULTS = st.builds(Measurement, code=TEXT, value=TEXT, at=TIMES, display=MAYBE, note=MAYBE, system=TEXT) | st.builds(
    Measurement, code=TEXT, value=NUMBERS, at=TIMES, unit=MAYBE, comparator=st.sampled_from(["", "<", ">"]), note=MAYBE
)
MESSAGES = st.builds(
    HomeCareObservation,
    id=IDS,
    at=TIMES,
    patient=PERSONS,
    sender=PARTIES.map(lambda party: Party(party.name, party.sor, party.gln, party.ydernummer, party.producer)),
    receiver=PARTIES,
    author=st.builds(Author, given=MAYBE, family=TEXT, phone=TEXT, role=TEXT),
    results=st.lists(RESULTS, max_size=4).map(tuple),
    conclusion=MAYBE,
    refused_consent=st.booleans(),
) | st.builds(
    HomeCareObservation,
    id=IDS,
    at=TIMES,
    patient=PERSONS,
    sender=st.just(Party("Skovly", "1267041000016006")),
    receiver=PARTIES,
    author=st.builds(Author, given=MAYBE, family=TEXT, phone=TEXT, role=TEXT),
    results=st.just(()),
    activity=st.sampled_from([codes.MODIFIED, codes.RETRACT]),
    earlier=IDS,
)
RECEIPTS = st.builds(Acknowledgement, id=IDS, at=TIMES, original=IDS, sender=PARTIES, receiver=PARTIES) | st.builds(
    Acknowledgement,
    id=IDS,
    at=TIMES,
    original=IDS,
    sender=PARTIES,
    receiver=PARTIES,
    answer=st.sampled_from(["fatal-error", "transient-error"]),
    error=st.sampled_from(codes.ERRORS),
    explanation=MAYBE,
)
DIAGNOSES = st.builds(
    Diagnosis,
    icpc=MAYBE,
    icd=MAYBE,
    text=TEXT,
    recorded=DAYS,
    began=st.none() | DAYS,
    ended=st.none() | DAYS,
    status=TEXT,
    type=TEXT,
)
LISTS = st.builds(
    ConditionList,
    id=IDS,
    identifier=IDS,
    patient=PERSONS,
    clinic=PARTIES,
    changed=TIMES,
    assembled=TIMES,
    diagnoses=st.lists(DIAGNOSES, min_size=1, max_size=4).map(tuple),
)

AUTHORS = st.builds(Author, given=MAYBE, family=TEXT, phone=MAYBE, role=MAYBE)
LONG = st.text(CHARACTERS, min_size=1, max_size=3000).filter(str.strip)
ATTACHMENTS = st.builds(
    Attachment, title=TEXT, type=st.just("application/pdf"), data=st.binary(min_size=1), made=st.none() | TIMES
) | st.builds(Attachment, title=TEXT, url=TEXT)
SEGMENTS = st.builds(Segment, id=IDS, at=TIMES, party=PARTIES, author=AUTHORS, content=TEXT | LONG | ATTACHMENTS) | st.builds(
    Segment, id=IDS, at=TIMES, party=PARTIES, author=st.none(), content=ATTACHMENTS
)
EARLIER = IDS | st.just("B300720181623#5790000121526")
TURNS = st.builds(
    Turn,
    header=IDS,
    at=TIMES,
    party=PARTIES,
    segments=st.lists(IDS, max_size=3).map(tuple),
    activity=st.sampled_from(codes.CARE_COMMUNICATION_ACTIVITIES),
    earlier=st.just("") | EARLIER,
)
PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = st.builds(
    CareCommunication,
    id=IDS,
    at=TIMES,
    identifier=IDS,
    patient=PERSONS,
    sender=PARTIES,
    receiver=PARTIES,
    category=st.sampled_from(codes.CATEGORIES),
    segments=st.lists(SEGMENTS, max_size=4).map(tuple),
    topic=MAYBE,
    priority=st.sampled_from(["", "routine", "asap"]),
    activity=st.sampled_from(codes.CARE_COMMUNICATION_ACTIVITIES),
    earlier=st.just("") | EARLIER,
    history=st.lists(TURNS, max_size=3, unique_by=lambda turn: turn.header).map(tuple),
)


@pytest.mark.parametrize("write", WRITERS)
@given(message=LETTERS)
@PATIENTLY
def test_letters_are_read_as_they_were_built(write: Callable[[Part], bytes], message: CareCommunication) -> None:
    data = build_care_communication(message, write)
    assert read_care_communication(data, "brev") == message
    assert build_care_communication(read_care_communication(data, "brev"), write) == data


@pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med MedComs FHIR-pakker")
@pytest.mark.parametrize("write", WRITERS)
def test_medcoms_own_letters_are_read_and_say_the_same_when_we_write_them(write: Callable[[Part], bytes]) -> None:
    (package,) = read_packages(sorted(Path(ARTEFACTS).rglob("medcom.fhir.dk.carecommunication.tgz")))
    seen = 0
    for name, data in package.examples:
        if name.startswith("Bundle-"):
            # An id of our own, since not all theirs are UUIDs.
            letter = replace(read_care_communication(data, name), id="22222222-2222-4222-8222-222222222222")
            assert read_care_communication(build_care_communication(letter, write), "brev") == letter
            resources = [entry["resource"] for entry in json.loads(data)["entry"]]
            (written,) = [each["payload"] for each in resources if each["resourceType"] == "Communication"]
            texts = [each["contentString"] for each in written if "contentString" in each]
            assert [each.content for each in letter.segments if isinstance(each.content, str)] == texts
            assert len(letter.segments) == len(written)
            assert len(letter.history) + 1 == sum(each["resourceType"] == "Provenance" for each in resources)
            seen += 1
    assert seen == 8


@pytest.mark.parametrize("write", WRITERS)
@given(message=MESSAGES)
@PATIENTLY
def test_results_are_read_as_they_were_built(write: Callable[[Part], bytes], message: HomeCareObservation) -> None:
    data = build_home_care_observation(message, write)
    assert read_home_care_observation(data, "svar") == message
    assert build_home_care_observation(read_home_care_observation(data, "svar"), write) == data


@pytest.mark.parametrize("write", WRITERS)
@given(message=RECEIPTS)
@PATIENTLY
def test_receipts_are_read_as_they_were_built(write: Callable[[Part], bytes], message: Acknowledgement) -> None:
    data = build_acknowledgement(message, write)
    assert read_acknowledgement(data, "kvittering") == message
    assert build_acknowledgement(read_acknowledgement(data, "kvittering"), write) == data


@pytest.mark.parametrize("write", WRITERS)
@given(document=LISTS)
@PATIENTLY
def test_diagnoses_are_read_as_they_were_built(write: Callable[[Part], bytes], document: ConditionList) -> None:
    data = build_condition_list(document, write)
    assert read_condition_list(data, "kort") == document
    assert build_condition_list(read_condition_list(data, "kort"), write) == data


def test_what_was_written_by_hand_is_understood() -> None:
    results = read_home_care_observation((EXAMPLES / "fhir_proevesvar_haandskrevet.xml").read_bytes(), "svar.xml")
    assert results.results[0] == Measurement("NPU19748", Decimal("4.0"), datetime(2026, 10, 5, 9, 30, tzinfo=UTC), "mg/L", "<")
    assert (results.activity, results.refused_consent, results.receiver.initials) == ("modified-message", True, "")
    receipt = read_acknowledgement((EXAMPLES / "fhir_kvittering_haandskrevet.json").read_bytes(), "kvittering.json")
    assert (receipt.answer, receipt.error) == ("fatal-error", "MSG_Receiver_Identifier_UNKNOWN")
    answer = read_care_communication((EXAMPLES / "fhir_korrespondance_svar_haandskrevet.xml").read_bytes(), "svar.xml")
    clinic = Party("Agerskov lægepraksis", "73091000016008", "5790000147465")
    asked = Segment(
        LETTER_ID + "11",
        datetime(2026, 10, 5, 12, 58, tzinfo=timezone(timedelta(hours=2))),
        clinic,
        Author("Åse", "Test", "12345678", "sygeplejerske"),
        "Kan Nancy begynde på holdet i næste uge? Hilsen Åse",
    )
    assert (answer.segments[0], answer.receiver, answer.identifier) == (asked, clinic, LETTER_ID + "10")
    assert (answer.activity, answer.earlier, answer.category) == ("reply-message", LETTER_ID + "02", "training")
    made = datetime(2026, 10, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    assert answer.segments[2].content == Attachment("Plan for holdet", "application/pdf", b"%PDF-1.7\n", made=made)
    assert answer.segments[2].author is None
    at = datetime(2026, 10, 5, 13, 0, tzinfo=timezone(timedelta(hours=2)))
    assert answer.history == (Turn(LETTER_ID + "02", at, clinic, (asked.id,)),)
    diagnoses = read_condition_list((EXAMPLES / "fhir_diagnosekort_haandskrevet.json").read_bytes(), "kort.json").diagnoses
    assert diagnoses[1] == Diagnosis(
        "L84", "", "Rygsyndrom uden udstråling", date(2025, 1, 3), codes.RESOLVED, "encounter-diagnosis",
        date(2025, 1, 2), date(2025, 6, 1),
    )  # fmt: skip


def test_an_xml_element_stands_before_the_resource_it_names() -> None:
    root = read_tree(
        b'<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Patient><id value="1"/></Patient></resource></entry></Bundle>',
        "b",
    ).root
    assert [(each.resource_type, each.pointer) for each in root.all("entry", "resource")] == [("Patient", "/entry/resource")]


OTHERS = {
    "another message": (read_acknowledgement, "fhir_korrespondance_haandskrevet.json", "", ""),
    "no letter": (read_care_communication, "fhir_kvittering_haandskrevet.json", "", ""),
    "no communication": (
        read_care_communication,
        "fhir_korrespondance_haandskrevet.json",
        '{"reference": "Communication/',
        '{"reference": "Communication/x',
    ),
    "no base64": (
        read_care_communication,
        "fhir_korrespondance_svar_haandskrevet.xml",
        "JVBERi0xLjcK",
        "JVBERi0xLjc",
    ),
    "no time of a segment": (
        read_care_communication,
        "fhir_korrespondance_haandskrevet.json",
        '"valueDateTime"',
        '"valueDate"',
    ),
    "no document": (read_condition_list, "fhir_kvittering_haandskrevet.json", "", ""),
    "no report": (read_home_care_observation, "fhir_proevesvar_haandskrevet.xml", "<focus>", "<reason>"),
    "no number": (read_home_care_observation, "fhir_proevesvar_haandskrevet.xml", '<value value="4.0"/>', '<value value="x"/>'),
    "no time": (
        read_acknowledgement,
        "fhir_kvittering_haandskrevet.json",
        '2026-10-05T12:05:00+02:00",\n  "entry',
        'x",\n  "entry',
    ),
    "no zone": (read_acknowledgement, "fhir_kvittering_haandskrevet.json", '+02:00",\n  "entry', '",\n  "entry'),
    "no date": (
        read_condition_list,
        "fhir_diagnosekort_haandskrevet.json",
        '"recordedDate": "2025-01-03"',
        '"recordedDate": "i går"',
    ),
    "nothing recorded": (read_condition_list, "fhir_diagnosekort_haandskrevet.json", '"recordedDate": "2025-01-03"', '"x": 1'),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_says_something_else_is_refused(name: str) -> None:
    read, file, old, new = OTHERS[name]
    text = (
        (EXAMPLES / file).read_text(encoding="utf-8").replace(old, new) if old else (EXAMPLES / file).read_text(encoding="utf-8")
    )
    if name == "no report":
        text = text.replace("</focus>", "</reason>")
    with pytest.raises(BadInput):
        read(text.encode("utf-8"), file)
