"""EHMI's delivery status: written and read, and refused where it cannot be understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.rule import Result
from harness.conformance.transport.eds import judge_eds
from harness.domain.errors import BadInput
from harness.standards.eds import DeliveryStatus, Message, Organisation, Station, Step, build_eds, read_eds

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "eds_haandskrevet.json").read_text(encoding="utf-8")
STATUS = DeliveryStatus(
    step=Step.SENT,
    recorded=datetime.fromisoformat("2026-10-05T10:15:01.250+02:00"),
    sender=Organisation("Odense Kommune", "1144561000016002", "5790000123117"),
    receiver=Organisation("Lægepraksissen Skæringen", "52581000016005", "5790000127092"),
    message=Message("489de4f2-0d8d-4de2-a7ce-ccb93568799f", "homecareobservation-message", "1.1"),
    device="LPS-EUA",
    envelope="401cbc36-db1e-4fe0-bf90-6df331dde179",
    patient="2509479989",
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)))
SOME = TEXT.filter(bool)


@given(
    st.builds(
        DeliveryStatus,
        st.sampled_from(Step),
        st.datetimes(timezones=st.timezones()).map(lambda moment: datetime.fromisoformat(moment.isoformat())),
        st.builds(Organisation, TEXT, SOME, TEXT),
        st.builds(Organisation, TEXT, SOME, TEXT),
        st.builds(Message, SOME, TEXT, TEXT),
        TEXT,
        st.sampled_from(Station),
        st.booleans(),
        TEXT,
        TEXT,
        TEXT,
    )
)
@settings(deadline=None)
def test_any_status_comes_back(status: DeliveryStatus) -> None:
    data = build_eds(status)
    assert read_eds(data) == status
    assert build_eds(read_eds(data)) == data


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("patient", ["", "2509479989"], ids=["basic", "patient"])
def test_a_built_status_keeps_every_rule(step: Step, patient: str) -> None:
    data = build_eds(replace(STATUS, step=step, patient=patient))
    results = {each.rule.id: each.result for each in judge_eds(data, "status.json")}
    assert {rule for rule, result in results.items() if result is not Result.HOLDS} == (set() if patient else {"EDS-11"})


def test_a_status_of_a_message_alone_has_too_few_entities() -> None:
    data = build_eds(replace(STATUS, envelope="", transport="", patient=""))
    assert {each.rule.id for each in judge_eds(data, "status.json") if each.result is Result.BROKEN} == {"EDS-09"}


def test_the_hand_written_status_is_read() -> None:
    found = read_eds(HAND_WRITTEN.encode("utf-8"))
    assert (found.step, found.succeeded, found.station) == (Step.RECEIVED, True, Station.EUA)
    assert found.sender == Organisation("Odense Kommune", "1144561000016002", "5790000123117")
    assert found.receiver == Organisation("Lægepraksissen Skæringen", "52581000016005")
    assert found.message == STATUS.message
    assert found.patient == "2509479989"


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('"AuditEvent"', '"Bundle"', "{"),
        ('"ehmiSender"', '"ehmiDevice"', '"agent"'),
        ('"ehmiMessage"', '"x"', '"entity"'),
        ('"ehmiMessageVersion"', '"x"', '"entity": [\n    {'),
        ('"msg-received"', '"modtaget"', '"modtaget"'),
        ('"2026-10-05T10:16:00+02:00"', '"i går"', '"recorded"'),
        ('"2026-10-05T10:16:00+02:00"', '"2026-10-05T10:16:00"', '"recorded"'),
        ('"1144561000016002"', "1144561000016002", "1144561000016002"),
        ('"code": "EUA"', '"code": "LPS"', '"code": "LPS"'),
    ],
    ids=["root", "no sender", "no message", "no version", "step", "no time", "no time zone", "a number", "station"],
)
def test_what_cannot_be_understood_is_refused_at_its_line(old: str, new: str, at: str) -> None:
    assert HAND_WRITTEN.count(old) == 1
    text = HAND_WRITTEN.replace(old, new)
    with pytest.raises(BadInput) as refused:
        read_eds(text.encode("utf-8"))
    assert refused.value.line is not None
    line = text[: text.index(at)].count("\n") + at.count("\n") + 1
    assert refused.value.line == line


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000], ids=["empty", "list", "cut off", "bytes", "deep"])
def test_what_is_no_status_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_eds(data)
