"""The parts of a CDA header and the types of its elements, each as POCD_MT000040_SDTC.xsd has it."""

from __future__ import annotations

import pytest

from harness.conformance.cda.header_parts import fixed_types, order_of_parts, schema_parts
from harness.conformance.rule import HOLDS, Breach
from harness.standards.xml import XmlDocument, parse

ORDER = [
    "realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode",
    "setId", "versionNumber", "copyTime", "recordTarget", "author", "dataEnterer", "informant", "custodian",
    "informationRecipient", "legalAuthenticator", "authenticator", "participant", "inFulfillmentOf", "documentationOf",
    "relatedDocument", "authorization", "componentOf", "component",
]  # fmt: skip
ONCE = [
    "typeId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId", "versionNumber",
    "custodian", "component",
]  # fmt: skip
TYPES = {
    "realmCode": "CS", "templateId": "II", "id": "II", "setId": "II", "versionNumber": "INT", "languageCode": "CS",
    "statusCode": "CS", "title": "ST", "birthTime": "TS", "addr": "AD", "telecom": "TEL", "effectiveTime": "TS",
    "author/time": "TS", "serviceEvent/effectiveTime": "IVL_TS", "act/effectiveTime": "IVL_TS",
    "encounter/effectiveTime": "IVL_TS", "observation/effectiveTime": "IVL_TS", "patient/name": "PN",
    "assignedPerson/name": "PN", "providerOrganization/name": "ON", "representedOrganization/name": "ON",
    "representedCustodianOrganization/name": "ON",
}  # fmt: skip


def document(*parts: str) -> XmlDocument:
    """A document with these parts, one on each line from the second on."""
    names = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return parse("\n".join([f"<ClinicalDocument {names}>", *parts, "</ClinicalDocument>"]).encode(), "dokument.xml")


def parts(names: list[str]) -> XmlDocument:
    return document(*(f"<{each}/>" for each in names))


def test_all_parts_in_the_schemas_order_hold() -> None:
    assert order_of_parts.check(parts(ORDER)) == HOLDS


@pytest.mark.parametrize("place", range(len(ORDER) - 1), ids=ORDER[:-1])
def test_a_part_after_the_next_is_told(place: int) -> None:
    one, two = ORDER[place : place + 2]
    (found,) = order_of_parts.check(parts([*ORDER[:place], two, one, *ORDER[place + 2 :]]))
    assert (found.location.line, found.expected, found.actual) == (place + 3, f"{one} før {two}", f"{one} efter {two}")


@pytest.mark.parametrize("name", ORDER)
def test_a_part_may_stand_twice_where_the_schema_says_so(name: str) -> None:
    def told(names: list[str]) -> list[Breach]:
        return [each for each in schema_parts(parts(names)) if each.expected.endswith("højst én gang")]

    assert told(ORDER) == []
    twice = [each for each in ORDER for _ in range(2 if each == name else 1)]
    found = [(each.expected, each.location.line) for each in told(twice)]
    assert found == ([(f"{name} højst én gang", ORDER.index(name) + 3)] if name in ONCE else [])


@pytest.mark.parametrize(("path", "kind"), TYPES.items())
def test_an_element_has_the_schemas_type_and_no_other(path: str, kind: str) -> None:
    *around, name = path.split("/")

    def typed(kind: str) -> XmlDocument:
        inside = f'<{name} xsi:type="{kind}"/>'
        return document(*(f"<{each}>{inside}</{each}>" for each in around) if around else (inside,))

    assert fixed_types(typed(kind)) == HOLDS
    (found,) = fixed_types(typed("CD"))
    assert (found.expected, found.actual) == (kind, "CD")
    assert found.location.path.endswith(f"{path}/@type")


@pytest.mark.parametrize("path", ["name", "time", "section/effectiveTime", "code", "value"])
def test_an_element_that_a_profile_may_narrow_has_any_type(path: str) -> None:
    *around, name = path.split("/")
    inside = f'<{name} xsi:type="IVL_TS"/>'
    assert fixed_types(document(f"<{around[0]}>{inside}</{around[0]}>" if around else inside)) == HOLDS
