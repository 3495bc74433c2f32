"""MedCom letters in OIOXML written and read: the same bytes from the same letter, in both encodings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.oioxml.letters import judge_oioxml
from harness.conformance.rule import Result
from harness.domain.errors import BadInput
from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Patient
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import (
    EMERGENCY,
    GGOP,
    KINDS,
    NO_RECEIPT,
    REFUSE_CODES,
    XCTL02,
    XCTL03,
    XDIS01,
    XDIS15,
    XDIS22,
    XDIS91,
    XREF01,
    XREF15,
    XREF22,
    Kind,
)
from harness.standards.oioxml.letter import (
    CodedDiagnosis,
    Letter,
    LetterPatient,
    LetterReceipt,
    Note,
    OriginalLetter,
    Party,
    Referral,
    Signed,
    receipt_for,
)
from harness.standards.oioxml.read import read_letter
from harness.standards.xml import parse

EXAMPLES = Path(__file__).parents[1] / "examples"
ENCODINGS: tuple[Encoding, ...] = ("UTF-8", "ISO-8859-1")
CLINIC = Party("5790000147465", "045861", "ydernummer", "Agerskov lægepraksis")
TOWN = Party("5790000121441", "461", "kommunenummer", "Odense Kommune", "Sundhed")
REFERRAL = Letter(
    kind=XREF15,
    sent=datetime(2026, 10, 5, 10, 15),  # noqa: DTZ001 - a letter's times are the Danish wall clock
    envelope="LPS26100500001",
    identifier="HENV0000000042",
    sender=CLINIC,
    receiver=TOWN,
    content=Referral((CodedDiagnosis("DM545", "Lændesmerter UNS"),), anamnesis="Ondt i lænden < ½ år & ømhed"),
    patient=LetterPatient(Cpr("2509479989"), "Hansen", "Elmer Test"),
    authorised=datetime(2026, 10, 5, 10, 14),  # noqa: DTZ001
)


def allowed(min_size: int, max_size: int = 60) -> st.SearchStrategy[str]:
    """Text that XML can hold and that white space does not begin or end."""
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")
    return st.text(letters | st.sampled_from("æøåÆØÅ🫐"), min_size=min_size, max_size=max_size)


ids, texts = allowed(1), allowed(0, 3500) | st.just("to\nlinjer\tog  mellemrum ")
moments = st.datetimes(datetime(1900, 1, 1)).map(lambda moment: moment.replace(second=0, microsecond=0))  # noqa: DTZ001
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
parties = st.builds(Party, ids, texts.map(str.strip), texts.map(str.strip), texts, texts)
cprs = st.sampled_from(["2509479989", "2512489996", "2311143995"]).map(Cpr)
patients = st.builds(LetterPatient, st.none() | cprs, texts, texts, texts.map(str.strip))
diagnoses = st.builds(CodedDiagnosis, ids, texts, ids | st.just(""), st.just(""), st.none() | moments)
described = st.builds(CodedDiagnosis, ids, texts, st.just(""), ids, st.none() | moments)
plain, additional = st.lists(diagnoses, max_size=3).map(tuple), st.lists(diagnoses | described, max_size=3).map(tuple)
referrals = st.builds(Referral, plain, additional, texts, st.lists(st.tuples(ids, texts), max_size=2).map(tuple))
signed = st.none() | st.builds(Signed, st.dates(date(1900, 1, 1)), st.none() | times, texts, texts)
notes = st.builds(Note, texts, plain, additional, st.none() | moments, st.none() | moments, signed)
originals = st.builds(OriginalLetter, ids, ids, st.sampled_from(["", *REFUSE_CODES]), texts)
receipts = st.builds(LetterReceipt, ids, ids, ids, st.lists(originals, max_size=3).map(tuple), ids | st.just(""), texts)


def letters(kinds: list[Kind], contents: st.SearchStrategy[Referral | Note | LetterReceipt]) -> st.SearchStrategy[Letter]:
    """Letters of these kinds; one whose namespace is not public brings it."""
    return st.builds(
        lambda kind, **parts: Letter(kind=kind, namespace="" if kind.namespace else EMERGENCY, **parts),
        kind=st.sampled_from(kinds),
        sent=moments,
        envelope=ids,
        identifier=ids,
        sender=parties,
        receiver=parties,
        content=contents,
        patient=st.none() | patients,
        authorised=st.none() | moments,
        acknowledgement=ids | st.just(""),
        status=ids | st.just(""),
    )


some_letters = (
    letters([XREF15, XREF22], referrals) | letters([XDIS15, XDIS22, XDIS91, XDIS01], notes) | letters([XCTL02, XCTL03], receipts)
)


def test_a_patient_is_named_by_the_cpr_number_or_by_the_ecpr_as_the_alternative() -> None:
    peter = Patient("Peter", Ecpr("0703921VJ5"), ("Peter", "Test"), "Hansen", date(1992, 3, 7), female=False)
    assert LetterPatient.of(replace(peter, cpr=Cpr("2509479989"))) == LetterPatient(Cpr("2509479989"), "Hansen", "Peter Test")
    assert LetterPatient.of(peter) == LetterPatient(None, "Hansen", "Peter Test", "0703921VJ5")


@settings(deadline=None)
@given(some_letters, st.sampled_from(ENCODINGS))
def test_a_letter_is_read_back_and_written_the_same(letter: Letter, encoding: Encoding) -> None:
    written = build_letter(letter, encoding)
    read = read_letter(written)
    again = build_letter(read, encoding)
    if letter.kind is not XDIS01:  # an epikrise has its diagnoses in two groups, so their order may change once
        assert read == letter
        assert again == written
    assert build_letter(read_letter(again), encoding) == again
    assert sorted(again.splitlines()) == sorted(written.splitlines())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_built_referral_keeps_every_rule(encoding: Encoding) -> None:
    data = build_letter(REFERRAL, encoding)
    assert data.startswith(f'<?xml version="1.0" encoding="{encoding}"?>'.encode())
    assert "Lændesmerter".encode(encoding) in data
    assert {each.result for each in judge_oioxml(data, "henvisning.xml")} == {Result.HOLDS}


def test_a_built_note_keeps_every_rule() -> None:
    signed = Signed(date(2026, 11, 30), by="Åse", title="Fysioterapeut")
    note = Note("Færdig", (CodedDiagnosis("DM545", "Lændesmerter UNS"),), (), REFERRAL.sent, REFERRAL.authorised, signed)
    data = build_letter(replace(REFERRAL, kind=XDIS15, sender=TOWN, receiver=CLINIC, content=note))
    assert {each.result for each in judge_oioxml(data, "notat.xml")} == {Result.HOLDS}


@pytest.mark.parametrize(("code", "kind"), [("", XCTL03), ("syntaksfejl", XCTL02)])
def test_a_receipt_answers_the_letter_and_keeps_every_rule(code: str, kind: Kind) -> None:
    receipt = receipt_for(REFERRAL, datetime(2026, 10, 5, 10, 20), "K1", "Q1", code, "Kan ikke læses" if code else "")  # noqa: DTZ001
    assert (receipt.kind, receipt.acknowledgement, receipt.sender.ean) == (kind, NO_RECEIPT, TOWN.ean)
    assert isinstance(receipt.content, LetterReceipt)
    assert receipt.content.envelope == REFERRAL.envelope
    assert receipt.content.letters[0].identifier == REFERRAL.identifier
    judgements = judge_oioxml(build_letter(receipt), "kvittering.xml")
    assert [each.rule.id for each in judgements if each.result is Result.BROKEN] == []
    with pytest.raises(ValueError, match="en kvittering bliver aldrig kvitteret"):
        receipt_for(receipt, REFERRAL.sent, "K2", "Q2")


def test_what_is_not_public_is_not_written() -> None:
    with pytest.raises(ValueError, match="XREF22 kan ikke skrives: brevets navnerum er ikke offentligt"):
        build_letter(replace(REFERRAL, kind=XREF22))
    with pytest.raises(ValueError, match="GGOP kan ikke skrives: brevets indhold er ikke offentligt"):
        build_letter(replace(REFERRAL, kind=GGOP, content=None, namespace="urn:prøve"))


@pytest.mark.parametrize("kind", [XREF01, GGOP], ids=["XREF01", "GGOP"])
def test_of_a_letter_whose_content_is_not_public_the_head_is_read(kind: Kind) -> None:
    data = build_letter(REFERRAL).replace(b"MunicipalityReferral", kind.element.encode())
    read = read_letter(data)
    assert (read.kind, read.content, read.patient) == (kind, None, REFERRAL.patient)


def test_the_hand_written_referral_is_read() -> None:
    letter = read_letter(parse((EXAMPLES / "xref15_haandskrevet.xml").read_bytes(), "henvisning.xml"))
    assert letter.patient == REFERRAL.patient
    assert letter.authorised == datetime(2026, 10, 5, 10, 14, 30)  # noqa: DTZ001
    assert isinstance(letter.content, Referral)
    assert [each.code for each in (*letter.content.main, *letter.content.additional)] == ["DM545", "T90"]
    assert "Differentieringsniveau 2" in letter.content.anamnesis


def test_the_hand_written_note_is_read_from_latin_1() -> None:
    letter = read_letter((EXAMPLES / "xdis15_haandskrevet.xml").read_bytes())
    assert isinstance(letter.content, Note)
    assert letter.content.signed == Signed(date(2026, 11, 30), None, "Åse Ærø Østergård", "Fysioterapeut")
    assert letter.content.discharge == datetime(2026, 11, 30, 15, 0)  # noqa: DTZ001


def test_an_epikrise_tells_of_a_diagnosis_made_elsewhere() -> None:
    letter = read_letter((EXAMPLES / "xdis01_haandskrevet.xml").read_bytes())
    assert isinstance(letter.content, Note)
    assert [each.code for each in (*letter.content.main, *letter.content.additional)] == ["DJ441", "DE119"]
    assert letter.content.signed == Signed(date(2026, 10, 6), time(11, 30))
    assert "omfattet af et pakkeforløb" in letter.content.text


def test_nobodys_number_is_in_a_repr() -> None:
    assert "9989" not in repr(REFERRAL)


def test_marked_up_text_is_read_without_its_marks_and_comments() -> None:
    data = build_letter(REFERRAL).replace(b"Ondt i", b"Ondt<!-- meget --> <Bold>i</Bold>")
    assert read_letter(data).content == REFERRAL.content


WHOLE = (EXAMPLES / "xref15_haandskrevet.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason", "line"),
    [
        ("m:Emessage", "m:Message", "det er ikke et MedCom-brev i OIOXML (Emessage), men Message", 3),
        ("MunicipalityReferral>", "DentistLetter>", "der skal være netop ét kendt brev i Emessage, men der er 0", 3),
        ("<m:Identifier>LPS26100500001</m:Identifier>", "", "Identifier mangler i Envelope", 4),
        ("HENV0000000042", " ", "Identifier er tom", 14),
        ("<m:Time>10:15</m:Time>", "<m:Time>kvart over ti</m:Time>", "Time er ikke et klokkeslæt (TT:MM)", 7),
        (
            "2026-10-05</m:Date>\n\t\t\t<m:Time>10:15",
            "2026-02-30</m:Date>\n\t\t\t<m:Time>10:15",
            "Date er ikke en dato (ÅÅÅÅ-MM-DD)",
            6,
        ),
        ("2509479989", "hemmeligt", "et CPR-nummer er ti cifre og begynder med en dato (DDMMÅÅ)", 38),
        ("<m:EANIdentifier>5790000121441</m:EANIdentifier>", "", "EANIdentifier mangler i Receiver", 30),
    ],
)
def test_what_is_missing_or_unreadable_is_told_with_its_line(old: str, new: str, reason: str, line: int) -> None:
    assert old in WHOLE
    with pytest.raises(BadInput) as caught:
        read_letter(WHOLE.replace(old, new).encode())
    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert caught.value.column


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"UNA:+.? '",
        WHOLE.encode()[:900],
        WHOLE.encode("iso-8859-1"),
        WHOLE.encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"<Emessage>" * 100_000,
        b"<Emessage>" + b"<GGOP/>" * 1_000_001 + b"</Emessage>",
        b"<Emessage>" + b"<DischargeLetter/>" * 900_000 + b"</Emessage>",
    ],
    ids=["empty", "edifact", "cut off", "latin-1", "utf-16", "doctype", "deep", "too many", "many"],
)
def test_hostile_bytes_are_bad_input(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_letter(data)


def test_every_kind_has_a_name_a_version_and_an_element_of_its_own() -> None:
    for part in ("name", "version", "element"):
        assert len({getattr(kind, part) for kind in KINDS}) == len(KINDS)
