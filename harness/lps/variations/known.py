"""The ids of every variation that the reference LPS can have. What each means for people stands in fixtures/variations/."""

from __future__ import annotations

from typing import Final

from harness.lps.variations import cda_ways, edifact_ways, envelope_ways, http_ways, json_ways, layout, packing, soap_ways, tcp
from harness.lps.variations.behaviour import BEHAVIOUR
from harness.lps.variations.line import PATIENT
from harness.lps.variations.xml_text import TEXTS

ALL_VARIATIONS: Final[tuple[str, ...]] = (
    *layout.LAYOUTS,
    *TEXTS,
    *cda_ways.CDA,
    *soap_ways.SOAP_WAYS,
    *envelope_ways.VANS,
    *envelope_ways.SBDH,
    *json_ways.FHIR_PARTS,
    json_ways.AS_XML,
    *json_ways.JSON_OBJECTS,
    *json_ways.JSON_TEXTS,
    *edifact_ways.EDIFACT,
    *http_ways.HTTP,
    *packing.FORMS,
    *packing.PACKING,
    *tcp.ALL,
    *BEHAVIOUR,
    PATIENT,
)
