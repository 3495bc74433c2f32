"""FHIR in JSON and in XML becomes the same tree, and each node knows where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import BadInput
from harness.standards.fhir import codes
from harness.standards.fhir.references import References
from harness.standards.fhir.spellings import in_medcoms_spelling
from harness.standards.fhir.tree import Node, read_tree

IN_JSON = b"""{
  "resourceType": "Patient",
  "id": "p1",
  "contained": [
    {"resourceType": "Organization", "id": "o1", "name": "Skovly"}
  ],
  "active": true,
  "name": [
    {"family": "Hansen", "given": ["Elmer", null], "_given": [null, {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}]}
  ],
  "_birthDate": {"id": "b", "extension": [{"url": "urn:y", "valueBoolean": false}]},
  "managingOrganization": {"reference": "#o1"}
}"""
IN_XML = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<Patient xmlns="http://hl7.org/fhir">
  <id value="p1"/>
  <contained>
    <Organization>
      <id value="o1"/>
      <name value="Skovly"/>
    </Organization>
  </contained>
  <active value="true"/>
  <name>
    <family value="Hansen"/>
    <given value="Elmer"/>
    <given><extension url="urn:x"><valueCode value="unknown"/></extension></given>
  </name>
  <birthDate id="b"><extension url="urn:y"><valueBoolean value="false"/></extension></birthDate>
  <managingOrganization><reference value="#o1"/></managingOrganization>
</Patient>"""


def said(node: Node) -> dict[str, Any]:
    return {
        "type": node.resource_type,
        "text": node.text,
        **{name: [said(each) for each in group] for name, group in sorted(node.children.items())},
    }


def test_json_and_xml_say_the_same() -> None:
    assert said(read_tree(IN_JSON, "p.json").root) == said(read_tree(IN_XML, "p.xml").root)


@pytest.mark.parametrize(
    ("path", "pointer", "line", "xpath", "xml_line"),
    [
        (("active",), "/active", 7, "/Patient/active", 10),
        (("contained", "name"), "/contained/0/name", 5, "/Patient/contained/Organization/name", 7),
        (("name", "given", "extension", "valueCode"), "/name/0/given/1/extension/0/valueCode", 9, "/valueCode", 14),
        (("birthDate", "extension", "url"), "/birthDate/extension/0/url", 11, "/Patient/birthDate/extension/@url", 16),
    ],
)
def test_each_node_knows_its_place(path: tuple[str, ...], pointer: str, line: int, xpath: str, xml_line: int) -> None:
    in_json, in_xml = read_tree(IN_JSON, "p.json"), read_tree(IN_XML, "p.xml")
    node, element = in_json.root.one(*path), in_xml.root.one(*path)
    assert node is not None
    assert element is not None
    assert node.pointer == pointer
    assert in_json.at(node).path == pointer
    place = in_xml.at(element)
    assert (place.path.endswith(xpath), place.line) == (True, xml_line)
    if not path[0].startswith(("birth", "name")):
        assert in_json.at(node).line == line


def test_what_is_missing_stands_where_it_should_have_been() -> None:
    for data, path, line in ((IN_JSON, "/gender", 1), (IN_XML, "/Patient/gender", 2)):
        tree = read_tree(data, "p")
        assert (tree.at(tree.root, "gender").path, tree.at(tree.root, "gender").line) == (path, line)


def test_a_reference_is_followed_inside_the_message() -> None:
    bundle = b"""{"resourceType": "Bundle", "entry": [
      {"fullUrl": "https://x.invalid/fhir/Patient/1", "resource": {"resourceType": "Patient", "id": "1"}},
      {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Basic", "id": "2", "subject": {"reference": "Patient/1"},
        "author": {"reference": "urn:uuid:2"}, "code": {"reference": "Basic/2"}}}]}"""
    tree = read_tree(bundle, "b.json")
    follow = References(tree)
    basic = tree.entries()[1]
    assert follow.resolve(basic.all("subject")[0]) is tree.entries()[0]
    assert follow.resolve(basic.all("author")[0]) is basic
    assert follow.resolve(basic.all("code")[0]) is None  # a relative reference finds no urn:uuid
    inside = read_tree(IN_JSON, "p.json")
    assert References(inside).resolve(inside.root.all("managingOrganization")[0]) is inside.root.all("contained")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"[1]",
        b"{}",
        b'{"resourceType": 7}',
        b"<Patient/>",
        b'<Patient xmlns="http://hl7.org/fhir"><x xmlns="urn:x"/></Patient>',
        b"<",
    ],
    ids=["list", "no type", "number", "no namespace", "foreign namespace", "cut off"],
)
def test_what_is_no_resource_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_tree(data, "p")
    assert refused.value.line == 1


def test_odd_json_is_a_tree_all_the_same() -> None:
    odd = b'{"resourceType": "Patient", "a": [[1]], "_b": 7, "_c": [null], "d": null, "_d": {"id": "x"}, "e": []}'
    root = read_tree(odd, "p.json").root
    assert root.empty_lists == ("e",)
    assert [each.kind.name for each in root.all("d")] == ["BARE"]
    assert sum(1 for _ in root.walk()) > 3


def test_the_hand_written_results_are_read_from_xml() -> None:
    file = Path(__file__).parents[1] / "examples" / "fhir_proevesvar_haandskrevet.xml"
    tree = read_tree(file.read_bytes(), file.name)
    assert [each.resource_type for each in tree.entries()][:3] == ["MessageHeader", "Patient", "DiagnosticReport"]


def test_comments_and_xsi_are_nothing_and_what_else_is_astray_is_known() -> None:
    text = b"""<Bundle xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">
<!-- x --><entry><?x y?><resource><!-- x --><Patient foo="y"><!-- x --><active value="true"><!-- x --></active>hej</Patient>
<!-- x --></resource></entry></Bundle>"""
    root = read_tree(text, "x.xml").root
    (patient,) = root.all("entry", "resource")
    assert (patient.resource_type, patient.strays, root.strays) == ("Patient", ("attributten foo", "tekst"), ())
    assert patient.value("active") == "true"
    assert [name for name in root.children if "schema" in name] == []


def test_a_system_in_another_known_spelling_becomes_medcoms() -> None:
    tree = read_tree(b'{"resourceType": "Basic", "code": {"coding": [{"system": "http://npu-terminology.org"}]}}', "x.json")
    (spelled,) = in_medcoms_spelling(tree)
    assert spelled.written == "http://npu-terminology.org"
    assert tree.root.value("code", "coding", "system") == codes.NPU
    assert in_medcoms_spelling(tree) == []
