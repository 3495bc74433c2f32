"""The shared header of Danish CDA documents, read and refused; and what the tests of each kind stand on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import strategies as st
from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.identifiers import Cpr, person_number
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.standards import xml
from harness.standards.cda import codes
from harness.standards.cda.apd import read_apd
from harness.standards.cda.header import Header, Recipient, moment_of, read_header
from harness.standards.cda.pdc import Stamkort, build_pdc, read_pdc
from harness.standards.cda.qfdd import read_qfdd
from harness.standards.cda.qrd import read_qrd

EXAMPLES = Path(__file__).parents[1] / "examples"
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")
needs_schemas = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med CDA-skemaerne")

ELMER = Patient("", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)
CLINIC = Organisation("Lægerne Åen", "325381000016008")
HEADER = Header(
    document_id="2b0c6a54-7c9e-4a53-9d52-4b6f0f2e1a02",
    title="Blåbær & <grød> 🫐",
    created=datetime(2026, 10, 5, 8, 15, tzinfo=UTC),
    patient=ELMER,
    clinic=CLINIC,
    author=Practitioner("Søren", "Testesen"),
    set_id="2b0c6a54-7c9e-4a53-9d52-4b6f0f2e1aff",
    version=2,
    replaces="2b0c6a54-7c9e-4a53-9d52-4b6f0f2e1a01",
    recipient=Recipient("045861", Organisation("Agerskov lægepraksis", "73091000016008")),
)
BARE = Header(HEADER.document_id, "Brev", HEADER.created, ELMER, CLINIC)
HEADERS = {"full": HEADER, "bare": BARE}

TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff") | st.sampled_from("æøåÆØÅ\n\t🫐")
)
IDS = st.uuids().map(str)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  bounds of naive ones
ORGANISATIONS = st.builds(Organisation, TEXTS, st.from_regex(r"[0-9]{11,18}", fullmatch=True))
PATIENTS = st.builds(
    Patient,
    st.just(""),
    st.sampled_from(["2509479989", "2512489996", "3001749995", "2311143995", "0505239996", "0703921VJ5", "0703920VJ5"]).map(
        person_number
    ),
    st.lists(TEXTS, max_size=4).map(tuple),
    TEXTS,
    st.dates(date(1900, 1, 1)),
    female=st.booleans(),
)
HEADERS_OF_ANY_KIND = st.builds(
    Header,
    IDS,
    TEXTS,
    MOMENTS,
    PATIENTS,
    ORGANISATIONS,
    author=st.none() | st.builds(Practitioner, TEXTS, TEXTS),
    set_id=st.just("") | IDS,
    version=st.none() | st.integers(1, 10**9),
    replaces=st.none() | IDS,
    recipient=st.none() | st.builds(Recipient, st.from_regex(r"[0-9]{6}", fullmatch=True), ORGANISATIONS),
)

READERS: dict[str, Callable[[xml.XmlDocument], object]] = {"qfdd": read_qfdd, "qrd": read_qrd, "apd": read_apd, "pdc": read_pdc}


def assert_valid(data: bytes) -> None:
    """The document is valid by CDA's schema, with SDTC's extensions."""
    schema = etree.XMLSchema(etree.parse(Path(ARTEFACTS or "") / "xsd" / "cda" / "infrastructure" / "cda" / "CDA_SDTC.xsd"))
    schema.assertValid(etree.fromstring(data))


def hand_written(kind: str) -> bytes:
    """The hand-written document of this kind."""
    return (EXAMPLES / f"{kind}_haandskrevet.xml").read_bytes()


@needs_schemas
@pytest.mark.parametrize("kind", [*READERS, "cpd_diabetes", "cpd_hjerte"])
def test_a_hand_written_document_is_valid_by_the_schema(kind: str) -> None:
    assert_valid(hand_written(kind))


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_is_read_back_as_it_was(header: Header) -> None:
    assert read_header(xml.parse(build_pdc(Stamkort(header, ())), "stamkort.xml"), codes.PDC) == header


def test_a_patient_who_is_the_author_has_the_code_self() -> None:
    document = build_pdc(Stamkort(BARE, ()))
    assert document.count(b'<code code="SELF" codeSystem="2.16.840.1.113883.5.111"/>') == 1


def test_a_hand_written_header_is_read() -> None:
    header = read_header(xml.parse(hand_written("qrd"), "svar.xml"), codes.QRD)
    assert (header.author, header.version, header.title) == (None, 2, "Spørgsmål om KOL")
    assert header.recipient == Recipient("091034", Organisation("Agerskov lægepraksis", "73091000016008"))
    assert header.patient == ELMER


@pytest.mark.parametrize("kind", READERS)
def test_a_document_in_latin_1_says_the_same(kind: str) -> None:
    text = hand_written(kind).decode("utf-8").replace("–", "-")
    latin = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1")
    assert READERS[kind](xml.parse(latin, "1.xml")) == READERS[kind](xml.parse(text.encode("utf-8"), "2.xml"))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ('extension="2509479989" assigningAuthorityName', 'extension="x" assigningAuthorityName', 'extension="2509479989" a'),
        (
            'extension="2509479989" assigningAuthorityName',
            'extension="0703921VJ5" assigningAuthorityName',
            'extension="2509479989" a',
        ),
        ('value="20261005101500+0200"', 'value="i går"', '<c:effectiveTime value="2026100510'),
        ('<c:birthTime value="1947', '<c:birthTime value="x', "<c:birthTime"),
        ('GenderCode code="M"', 'GenderCode code="?"', 'GenderCode code="M"'),
        ("c:recordTarget>", "c:informant>", "<c:ClinicalDocument"),
        ("c:custodian>", "c:participant>", "<c:ClinicalDocument"),
        ("c:administrativeGenderCode", "c:raceCode", "<c:patient>"),
        ('<c:templateId root="1.2.208.184.1', '<c:templateId root="1.2.208.185.1', "<c:ClinicalDocument"),
        ('xmlns:c="urn:hl7-org:v3"', 'xmlns:c="urn:hl7-org:v2"', "<c:ClinicalDocument"),
        ("<c:title>", "<c:titel>", "</c:title>"),
    ],
    ids=[
        "CPR",
        "eCPR as CPR",
        "time",
        "birth",
        "gender",
        "no patient",
        "no custodian",
        "no gender",
        "another kind",
        "namespace",
        "cut",
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(kind: str, old: str, new: str, mark: str) -> None:
    text = hand_written(kind).decode("utf-8")
    assert old in text
    with pytest.raises(BadInput) as error:
        READERS[kind](xml.parse(text.replace(old, new).encode("utf-8"), "dokument.xml"))
    assert error.value.line == text[: text.index(mark)].count("\n") + 1
    assert "2509479989" not in error.value.reason


@pytest.mark.parametrize("kind", READERS)
def test_a_document_with_any_part_taken_away_raises_nothing_but_bad_input(kind: str) -> None:
    whole = etree.fromstring(hand_written(kind))
    outcomes: list[int | None] = []
    for number in range(1, len(list(whole.iter("*")))):
        root = etree.fromstring(hand_written(kind))
        element = list(root.iter("*"))[number]
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
        try:
            READERS[kind](xml.parse(etree.tostring(root), "dokument.xml"))
            outcomes.append(0)
        except BadInput as bad:
            outcomes.append(bad.line)
    assert 0 in outcomes
    assert None not in outcomes


@pytest.mark.parametrize(
    "data",
    [b"", b"<a>", b"\xff\xfe\x00", b"<!DOCTYPE a><a/>", b"<a>" * 300, b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>"],
    ids=["empty", "cut off", "bytes", "doctype", "deep", "bare"],
)
@pytest.mark.parametrize("kind", READERS)
def test_hostile_input_is_bad_input(kind: str, data: bytes) -> None:
    with pytest.raises(BadInput):
        READERS[kind](xml.parse(data, "dokument.xml"))


def test_text_that_xml_cannot_hold_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="XML"):
        build_pdc(Stamkort(BARE, ("\x00",)))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("20261005101500+0200", datetime(2026, 10, 5, 8, 15, tzinfo=UTC)),
        ("20261005101500.25+0200", datetime(2026, 10, 5, 8, 15, tzinfo=UTC)),
        ("202610051015", datetime(2026, 10, 5, 8, 15, tzinfo=UTC)),
        ("20261105", datetime(2026, 11, 4, 23, 0, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 23, 0, tzinfo=UTC)),
        ("20261305", None),
        ("20261005101500+9999", None),
        ("0000", None),
        ("", None),
    ],
)
def test_a_time_is_a_moment_or_none(value: str, moment: datetime | None) -> None:
    assert moment_of(value) == moment
