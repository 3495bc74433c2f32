"""What is no part of a message changes nothing: processing instructions, and extensions in namespaces of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result

EXAMPLES = Path(__file__).parents[1] / "examples"
CLOSED = ("fhir", "vans", "xctl", "xdis", "xref", "xrpt")
"""Their standards let nothing of another namespace in (FHIR R4, XML; MedCom's schemas)."""


def results(data: bytes) -> list[tuple[str, str, Result]]:
    """What came of every rule of the file, and of what it carries."""
    judged = [(each.file, judgement) for each in judge_file(data, "fil.xml").every() for judgement in each.judgements]
    return [(file, each.rule.id, each.result) for file, each in judged]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_processing_instructions_are_no_part_of_a_message(path: Path) -> None:
    """XML 1.0, 2.6: they may stand between any two elements."""
    text = path.read_bytes().decode("iso-8859-1")  # whichever it is, each byte comes back as it was
    told = re.sub(r"(?<![?-])>(?=\s*<)", '><?andet code="ALAL99"?>', text)
    assert results(told.encode("iso-8859-1")) == results(path.read_bytes())


OPEN = [each for each in sorted(EXAMPLES.glob("*.xml")) if not each.name.startswith(CLOSED)]


@pytest.mark.parametrize("value", ["", "andet"], ids=["alike", "with other values"])
@pytest.mark.parametrize("path", OPEN, ids=lambda path: path.stem)
def test_an_element_of_another_namespace_is_not_taken_for_one_of_the_messages(path: Path, value: str) -> None:
    """Each has a twin before it with the same name (CDA R2, 1.4, Extensibility; SOAP 1.2 Part 1, 5.2 and 5.3)."""
    root = etree.fromstring(path.read_bytes())
    for each in root.xpath("//*[parent::*][not(parent::*[local-name() = 'Body'])]"):
        said = {name: value or text for name, text in each.attrib.items()}
        twin = etree.Element(f"{{urn:andet}}{etree.QName(each).localname}", said)
        twin.text = None if len(each) else value or each.text
        each.addprevious(twin)
    assert results(etree.tostring(root)) == results(path.read_bytes())
