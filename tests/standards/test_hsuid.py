"""The HSUID header: built, read, and held against its schema."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harness.conformance.rule import Result
from harness.conformance.security.hsuid import judge_hsuid
from harness.domain.errors import BadInput
from harness.standards import soap
from harness.standards.hsuid import Hsuid, hsuid_block, read_hsuid
from harness.standards.instants import instant, written
from harness.standards.soap import EITHER, Version
from harness.standards.xds import build
from harness.standards.xds.metadata import DocumentRequest

EXAMPLE = (Path(__file__).parents[1] / "examples" / "hsuid_haandskrevet.xml").read_bytes()
SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk" / "hsuid-1_1.xsd"
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
FULL = Hsuid(
    issuer="EtLaegepraksissystem",
    issued=NOW,
    user_type="nsi:HealthcareProfessional",
    acting_cpr="2509479989",
    responsible_cpr="2512489996",
    responsible_authorisation="BC2F4",
    organisation="091034",
    organisation_format="nsi:ynumber",
    consent_override="false",
    system_owner="En leverandør",
    system_name="Et lægepraksissystem",
    system_version="2026.3",
    organisation_name="Lægerne på Ærø",
)
FETCH = build.retrieve([DocumentRequest("2.25.7", "2.25.18", "")])


def message(hsuid: Hsuid, version: Version = Version.SOAP_11) -> bytes:
    return soap.rewrapped(FETCH, version, [hsuid_block(hsuid)])


def test_the_handwritten_header_is_read() -> None:
    assert read_hsuid(soap.read_envelope(EXAMPLE)) == FULL
    assert "2509479989" not in repr(FULL)
    assert "2512489996" not in repr(FULL)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
MOMENT = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.builds(Hsuid, TEXT, MOMENT, TEXT, TEXT, TEXT, TEXT, TEXT.filter(bool), *[TEXT] * 8),
    st.sampled_from(Version),
)
def test_build_read_build_gives_the_same_bytes(hsuid: Hsuid, version: Version) -> None:
    built = message(hsuid, version)
    found = read_hsuid(soap.read_envelope(built, speaks=EITHER))
    assert found == hsuid
    assert message(found, version) == built


def test_what_is_built_holds_by_the_rules() -> None:
    for version in Version:
        judgements = judge_hsuid(message(FULL, version), "besked.xml", clinic=(FULL.organisation,))
        assert [each.rule.id for each in judgements if each.result is not Result.HOLDS] == []


@pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk/hsuid-1_1.xsd")
def test_the_schema_misses_nothing_but_nameformat() -> None:
    """Which the schema wants on every attribute, and in use only nsi:OrgUsingID has."""
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    for envelope in (soap.read_envelope(message(FULL)), soap.read_envelope(EXAMPLE)):
        assert envelope.header is not None
        block = etree.fromstring(etree.tostring(envelope.header[0]))
        assert not schema.validate(block)
        wrong = [error.message for error in list(schema.error_log)]  # type: ignore[call-overload]
        assert [text for text in wrong if "attribute 'NameFormat' is required" not in text] == []
        for attribute in block.iter("{*}Attribute"):
            attribute.set("NameFormat", "nsi:ynumber")
        schema.assertValid(block)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"HsuidHeader", b"Header", "HsuidHeader mangler i Header"),
        (b"<Assertion ", b"<Assertion xmlns='urn:eksempel' ", "Assertion mangler i HsuidHeader"),
        (b"08:15:00Z", b"08:15", "IssueInstant er ikke et tidspunkt"),
    ],
    ids=["HsuidHeader", "Assertion", "IssueInstant"],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: bytes, new: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refusal:
        read_hsuid(soap.read_envelope(EXAMPLE.replace(old, new)))
    assert refusal.value.line
    assert refusal.value.column


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-05T10:15:00+02:00", NOW),
        ("2026-10-05T08:15:00.0000000Z", NOW),
        ("2026-10-04T24:00:00Z", datetime(2026, 10, 5, tzinfo=UTC)),
        ("2026-10-05T08:15:00", NOW.replace(tzinfo=None)),
        ("2026-10-05", None),
        ("2026-02-29T00:00:00Z", None),
        ("2026-10-05T08:15:60Z", None),
        ("2026-10-05T08:15:00z", None),
        ("9999-12-31T24:00:00Z", None),
        ("20261005T081500Z", None),
        ("٢٠٢٦-10-05T08:15:00Z", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert instant(text) == moment


@given(MOMENT)
def test_a_moment_reads_back(moment: datetime) -> None:
    assert instant(written(moment)) == moment
    assert instant(written(moment + timedelta(microseconds=1))) == moment + timedelta(microseconds=1)
