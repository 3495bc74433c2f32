"""APD-DK written and read: valid by the schema, kept by its rules, and the same again from what is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cda_header import (
    BARE,
    CLINIC,
    HEADER,
    HEADERS_OF_ANY_KIND,
    MOMENTS,
    ORGANISATIONS,
    TEXTS,
    assert_valid,
    hand_written,
    needs_schemas,
)

from harness.conformance.cda.apd import judge_apd
from harness.conformance.rule import Result
from harness.domain.errors import BadInput
from harness.standards import xml
from harness.standards.cda import codes
from harness.standards.cda.apd import Appointment, build_apd, read_apd

START, END = datetime(2026, 11, 2, 8, 30, tzinfo=UTC), datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
APPOINTMENTS = {
    **{kind: Appointment(HEADER, kind, "Årskontrol", START, END, CLINIC) for kind in codes.APPOINTMENT_KINDS},
    "open, the other code": Appointment(BARE, "PractitionerAppointment", "", START, None, CLINIC, code="39290-2"),
}


@needs_schemas
@pytest.mark.parametrize("appointment", APPOINTMENTS.values(), ids=APPOINTMENTS)
def test_a_built_appointment_is_valid_by_the_schema(appointment: Appointment) -> None:
    assert_valid(build_apd(appointment))


@pytest.mark.parametrize("appointment", APPOINTMENTS.values(), ids=APPOINTMENTS)
def test_a_built_appointment_breaks_no_rule(appointment: Appointment) -> None:
    broken = {each.rule.id for each in judge_apd(build_apd(appointment), "aftale.xml") if each.result is Result.BROKEN}
    assert broken == set()


@given(
    st.builds(
        Appointment,
        HEADERS_OF_ANY_KIND,
        st.sampled_from(codes.APPOINTMENT_KINDS) | TEXTS,
        TEXTS,
        MOMENTS,
        st.none() | MOMENTS,
        ORGANISATIONS,
        code=st.sampled_from(codes.APD.codes),
    )
)
def test_what_is_read_is_written_again_with_the_same_bytes(appointment: Appointment) -> None:
    data = build_apd(appointment)
    again = read_apd(xml.parse(data, "aftale.xml"))
    assert (again.kind, again.reason, again.place, again.code) == (
        appointment.kind,
        appointment.reason,
        appointment.place,
        appointment.code,
    )
    assert build_apd(again) == data


def test_the_hand_written_appointment_is_read() -> None:
    found = read_apd(xml.parse(hand_written("apd"), "aftale.xml"))
    assert (found.kind, found.reason, found.start, found.end) == ("PractitionerAppointment", "Årskontrol af KOL", START, END)
    assert (found.place.name, found.code) == ("Agerskov lægepraksis", "39289-4")


def test_a_document_without_the_appointment_is_bad_input_at_the_body() -> None:
    data = build_apd(APPOINTMENTS["PractitionerAppointment"]).replace(b"14.11.2", b"14.11.9")
    with pytest.raises(BadInput, match="Aftalen") as error:
        read_apd(xml.parse(data, "aftale.xml"))
    assert error.value.line == data[: data.index(b"<component>")].count(b"\n") + 1
