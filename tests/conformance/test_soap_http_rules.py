"""A SOAP message says in HTTP that it is one, and in SOAP 1.1 what it asks for."""

from __future__ import annotations

import pytest

from harness.conformance.rule import rules_for
from harness.conformance.transport.soap_http import Travelling, judge_travelling
from harness.domain.exchange import Headers
from harness.domain.finding import Location
from harness.standards.soap import SOAP, SOAP_12

ACTION = ("soapaction", '"urn:ihe:iti:2007:RegistryStoredQuery"')
XML = ("content-type", "text/xml; charset=utf-8")
BREAKS: list[tuple[str, str, Headers]] = [
    ("SOAP-01", SOAP, (ACTION,)),
    ("SOAP-01", SOAP, (("content-type", "application/json"), ACTION)),
    ("SOAP-01", SOAP, (("content-type", "application/soap+xml"), ACTION)),
    ("SOAP-01", SOAP_12, (XML,)),
    ("SOAP-02", SOAP, (XML,)),
]
HOLDS: list[tuple[str, Headers]] = [
    (SOAP, (XML, ACTION)),
    (SOAP, (("content-type", "TEXT/XML"), ("soapaction", '""'))),
    (SOAP, (("content-type", 'multipart/related; type="application/xop+xml"; start-info="text/xml"'),)),
    (SOAP_12, (("content-type", 'application/soap+xml; action="urn:x"'),)),
]


def broken(namespace: str, headers: Headers) -> list[str]:
    travelling = Travelling(Location("b1.xml"), headers, namespace)
    return [finding.rule for each in judge_travelling(travelling) for finding in each.findings]


@pytest.mark.parametrize(("rule", "namespace", "headers"), BREAKS)
def test_one_defect_gives_one_finding(rule: str, namespace: str, headers: Headers) -> None:
    assert broken(namespace, headers) == [rule]


@pytest.mark.parametrize(("namespace", "headers"), HOLDS)
def test_what_soap_allows_is_none(namespace: str, headers: Headers) -> None:
    assert broken(namespace, headers) == []


def test_every_rule_has_an_example() -> None:
    assert {row[0] for row in BREAKS} == {each.id for each in rules_for("soap-http")}
