"""ITI-42: a repository registers metadata of documents that it keeps itself."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from harness.domain.errors import BadInput
from harness.standards import soap
from harness.standards.dgws import Dgws, MedcomHeader, header_blocks, read_dgws
from harness.standards.soap import EITHER, Version
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import entry_from_cpd, submission_of

DOCUMENT = (Path(__file__).parents[1] / "examples" / "cpd_haandskrevet.xml").read_bytes()
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
ENTRY = replace(entry_from_cpd(DOCUMENT, "urn:uuid:0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e02", "2.0"), repository_id="2.25.7")
WHOLE = submission_of(ENTRY, DOCUMENT, set_uuid="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01", source_id="2.25.1", now=NOW)
REGISTERED = replace(WHOLE, documents={})
SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk" / "XDS.xsd"


def test_the_metadata_travel_and_the_documents_do_not() -> None:
    message = build.register_document_set(WHOLE)
    assert read.read_register(soap.read_envelope(message)) == REGISTERED
    assert build.register_document_set(read.read_register(soap.read_envelope(message))) == message
    [entry] = REGISTERED.entries
    assert (entry.repository_id, entry.size) == ("2.25.7", str(len(DOCUMENT)))


def test_it_is_a_transaction_of_its_own() -> None:
    assert codes.ITI_42 == "urn:ihe:iti:2007:RegisterDocumentSet-b"
    with pytest.raises(BadInput, match="Body skal have SubmitObjectsRequest") as refusal:
        read.read_register(soap.read_envelope(build.provide_and_register(WHOLE)))
    assert refusal.value.line


@pytest.mark.parametrize("version", Version)
def test_with_a_dgws_header(version: Version) -> None:
    dgws = Dgws(NOW, MedcomHeader("besked-1"))
    message = soap.rewrapped(build.register_document_set(WHOLE), version, header_blocks(dgws))
    envelope = soap.read_envelope(message, speaks=EITHER)
    assert (envelope.version, read_dgws(envelope), read.read_register(envelope)) == (version, dgws, REGISTERED)


@pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk/XDS.xsd")
def test_it_is_valid_by_the_schema() -> None:
    body = soap.read_envelope(build.register_document_set(WHOLE)).body
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(etree.fromstring(etree.tostring(body)))
