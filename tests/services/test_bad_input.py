"""Bad input through the whole door, services and record: a clear Danish answer, nothing half, and the services go on."""

from __future__ import annotations

import base64
import copy
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from open_world import ELMER, FIRST, OpenWorld, edition, handed_in, submitted

from harness.domain.event import Exchanged, ForeignCpr
from harness.domain.exchange import Response
from harness.record.log import LOG_NAME, read_log
from harness.services.world import MAX_BODY
from harness.standards.cda.build import build_cpd
from harness.standards.soap import SOAP, build_envelope
from harness.standards.xds import codes, read

HONEST = submitted(FIRST)
TEXT = HONEST.decode()
INNER = TEXT.partition("?>")[2]
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
SERVICES = ("/dros/iti41", "/dros/iti42", "/dros/iti57", "/dros/iti61", "/dds/iti18", "/dds/iti43")

BAD_SOAP: dict[str, tuple[bytes, str]] = {
    "tom": (b"", "der er ingen XML"),
    "ikke XML": (b"Hej", "XML'en kan ikke læses"),
    "JSON": (b'{"a": 1}', "XML'en kan ikke læses"),
    "NUL": (HONEST.replace(b"<rim:", b"\0<rim:", 1), "der står et tegn, som ikke må stå her"),
    "kun NUL": (bytes(1000), "XML'en kan ikke læses"),
    "forkert tegnsæt": (TEXT.replace("</soap:Body>", "<!-- æøå --></soap:Body>").encode("iso-8859-1"), "tegnsættet er et andet"),
    "afkortet": (HONEST[:-20], "XML'en kan ikke læses"),
    "to gange": (HONEST + INNER.encode(), "der står noget efter dokumentets sidste element"),
    "XXE": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
    "XXE over nettet": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', "DOCTYPE"),
    "latterbombe": (f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]><a>&a11;</a>'.encode(), "DOCTYPE"),
    "dyb": (b"<a>" * 100_000, "indlejret dybere end 256"),
    "dyb og hel": (b"<a>" * 300 + b"</a>" * 300, "indlejret dybere end 256"),
    "en anden SOAP": (HONEST.replace(SOAP.encode(), b"http://www.w3.org/2099/soap-envelope"), "SOAP 1.1 eller SOAP 1.2"),
    "en anden besked": (build_envelope(etree.Element("noget")), "Body skal have"),
    "en fejl": (build_envelope(etree.Element(f"{{{SOAP}}}Fault")), "SOAP-fejl"),
    "tom Body": (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode(), "netop ét element"),
    "dokument uden Base64": (re.sub(rb"(<[^<>]*Document id=[^<>]*>)[^<]{9}", rb"\1%%%%%%%%%", HONEST), "ikke gyldig base64"),
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path) as world:
        yield world


def fault_in(response: Response) -> str:
    """The text of the fault, which blames the sender."""
    assert response.status == 500
    fault = etree.fromstring(response.body).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert fault.findtext("faultcode") == "soap:Client"
    return fault.findtext("faultstring") or ""


def goes_on(world: OpenWorld) -> None:
    """Nothing was stored, and honest plans are taken in afterwards, by both ways."""
    assert world.held() == []
    assert world.shared() == ()
    assert read.read_registry_answer(world.share(HONEST).body).succeeded
    assert world.hand_in(edition(1, set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00fe", document_id=FIRST.set_id)).status == 201
    world.wait(0)
    assert [held.document_id for held in world.shared()] == [FIRST.document_id, FIRST.set_id]
    assert [plan["registrering"] for plan in world.held()] == ["registreret"]
    assert [event for event in world.events if isinstance(event, ForeignCpr)] == []


@pytest.mark.parametrize("name", BAD_SOAP)
def test_a_bad_soap_message_gets_a_danish_fault(world: OpenWorld, name: str) -> None:
    body, reason = BAD_SOAP[name]
    assert reason in fault_in(world.share(body))
    [event] = [event for event in world.events if isinstance(event, Exchanged)]
    assert (event.status, event.request.size) == (500, len(body))
    goes_on(world)


@pytest.mark.parametrize("path", SERVICES)
@pytest.mark.parametrize("name", ["tom", "JSON", "XXE", "dyb", "forkert tegnsæt", "en anden besked", "en fejl"])
def test_every_soap_service_refuses_it(world: OpenWorld, path: str, name: str) -> None:
    body, reason = BAD_SOAP[name]
    assert reason in fault_in(world.post(path, body, ("content-type", "text/xml")))
    goes_on(world)


@pytest.mark.parametrize("action", ["urn:findes:ikke", codes.ITI_57, "æøå\u2028", "x" * 10_000])
def test_an_action_that_does_not_belong_is_a_fault(world: OpenWorld, action: str) -> None:
    assert "hører ikke til her. /dros/iti41 har urn:ihe:iti:2007" in fault_in(world.share(HONEST, action))
    goes_on(world)


def test_the_place_of_the_mistake_is_said(world: OpenWorld) -> None:
    text = fault_in(world.share(b"<a>\n  <b></a>"))
    assert text == (
        "XML'en kan ikke læses: et element bliver lukket med et andet navn, end det blev åbnet med (linje 2, kolonne 8)"
    )


def test_a_plan_that_is_broken_inside_a_whole_message_is_judged_and_not_swallowed(world: OpenWorld) -> None:
    """The envelope is whole, so the message is taken in; what is wrong with the plan is noticed."""
    body = re.sub(rb"(<[^<>]*Document id=[^<>]*>)[^<]*", rb"\1" + base64.b64encode(b"<a>"), HONEST)
    body = re.sub(rb'<rim:Slot name="(hash|size)">.*?</rim:Slot>', b"", body, flags=re.S)
    answer = read.read_registry_answer(world.share(body).body)
    assert answer.succeeded
    assert any(each.startswith("Dokumentet kan ikke læses") for each in world.observations)


BAD_JSON: dict[str, tuple[bytes, int]] = {
    "tom": (b"", 400),
    "ikke JSON": (b"Hej", 400),
    "XML": (HONEST, 400),
    "NUL": (b'{"patient": "\0"}', 400),
    "kun NUL": (bytes(1000), 400),
    "ISO-8859-1": ('{"patient": "æøå"}'.encode("iso-8859-1"), 400),
    "liste": (b"[1, 2]", 400),
    "tal": (b"7", 400),
    "null": (b"null", 400),
    "NaN": (b"NaN", 400),
    "NaN som patient": (b'{"patient": NaN, "cpdVersion": Infinity, "dokument": -Infinity}', 422),
    "100.000 lister": (b"[" * 100_000 + b"]" * 100_000, 400),
    "100.000 objekter": (b'{"patient":' * 100_000, 400),
    "lister i et felt": (b'{"patient": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "uendeligt tal": (b'{"patient": ' + b"9" * 100_000 + b"}", 400),
    "stor eksponent": (b'{"patient": 1e999999}', 422),
    "forkerte typer": (b'{"patient": ["a"], "cpdVersion": {}, "dokument": 7}', 422),
    "tomme felter": (b'{"patient": "", "cpdVersion": "", "dokument": ""}', 422),
    "halvt bogstav": (b'{"patient": "\\ud800", "cpdVersion": "\\udfff", "dokument": "YQ=="}', 422),
    "halvt bogstav i dokumentet": (handed_in(build_cpd(FIRST), dokument="\ud800"), 422),
    "halvt bogstav i mærket": (handed_in(build_cpd(FIRST), forloebslabel="\ud800"), 422),
    "NUL i mærket": (handed_in(build_cpd(FIRST), forloebslabel="AL\0"), 422),
    "Base64-affald": (handed_in(b"", dokument="!!!!"), 422),
    "Base64 af affald": (handed_in(bytes(range(256))), 422),
    "latterbombe i dokumentet": (handed_in(BAD_SOAP["latterbombe"][0]), 422),
    "XXE i dokumentet": (handed_in(BAD_SOAP["XXE"][0]), 422),
    "dybt dokument": (handed_in(BAD_SOAP["dyb"][0]), 422),
    "dokument i forkert tegnsæt": (handed_in(build_cpd(FIRST).decode().encode("iso-8859-1")), 422),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_bad_json_gets_a_danish_answer(world: OpenWorld, name: str) -> None:
    body, status = BAD_JSON[name]
    answer = world.post("/plsp/forloebsplaner", body)
    assert answer.status == status
    assert re.match(r"Beskeden (er|mangler)|Dokumentet |forloebslabel skal", json.loads(answer.body)["fejl"])
    goes_on(world)


@pytest.mark.parametrize("path", ["/plsp/soegning", "/plsp/tilbagetraekning"])
@pytest.mark.parametrize("name", ["tom", "liste", "100.000 lister", "forkerte typer", "halvt bogstav", "NUL"])
def test_every_call_of_plsp_survives_it(world: OpenWorld, path: str, name: str) -> None:
    answer = world.post(path, BAD_JSON[name][0])
    assert answer.status in (200, 400, 422)
    goes_on(world)


def test_the_last_of_two_fields_with_one_name_counts(world: OpenWorld) -> None:
    """As most readers of JSON have it; the guard looks at both."""
    body = handed_in(build_cpd(FIRST)).replace(b'{"patient":', b'{"patient": "2512489996", "patient":')
    assert world.post("/plsp/forloebsplaner", body).status == 201
    assert world.exchanges[0].facts["patient"] == str(ELMER.cpr)
    foreign = body.replace(b"2512489996", b"3212489996")
    assert world.post("/plsp/forloebsplaner", foreign).status == 403


@pytest.mark.parametrize("path", [*SERVICES, "/plsp/forloebsplaner", "/plsp/soegning", "/findes/ikke"])
def test_a_body_of_200_mb_is_refused_everywhere_and_leaves_no_evidence(world: OpenWorld, path: str) -> None:
    answer = world.post(path, bytes(2 * MAX_BODY))
    assert (answer.status, "Beskeden er for stor" in answer.body.decode()) == (413, True)
    assert world.evidence == {}
    assert len(world.observations) == 1
    goes_on(world)
    assert max(world.evidence.values()) < 100_000


@given(body=st.one_of(st.binary(max_size=200), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_body_brings_a_service_down(tmp_path_factory: pytest.TempPathFactory, body: object) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with OpenWorld(tmp_path_factory.mktemp("verden")) as world:
        for path in (*SERVICES, "/plsp/forloebsplaner", "/plsp/soegning", "/plsp/tilbagetraekning"):
            assert 400 <= world.post(path, data).status <= 500
        goes_on(world)


@given(
    fields=st.fixed_dictionaries(
        {"patient": st.just(str(ELMER.cpr)) | st.text(), "cpdVersion": st.just("2.0") | st.text()},
        optional={"forloebslabel": st.text() | st.integers() | st.none(), "dokument": st.text()},
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_fields_bring_plsp_down(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, object]) -> None:
    whole = json.loads(handed_in(build_cpd(FIRST)))
    with OpenWorld(tmp_path_factory.mktemp("verden")) as world:
        status = world.post("/plsp/forloebsplaner", json.dumps(whole | fields).encode()).status
        assert status in (201, 422)
        assert len(world.held()) == (status == 201)
        world.wait(0)
        assert len(world.shared()) == (status == 201)


WORDS = st.sampled_from(
    ["", " ", "æøå", "x" * 5000, "urn:uuid:", "20261399", "-1", "1e999", "2509479989", "\u202e", "urn:findes:ikke"]
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["fjern", "gentag", "tekst", "attribut", "navn", "flyt"]), WORDS), min_size=1
)


def changed(message: bytes, changes: list[tuple[int, str, str]]) -> bytes:
    """An honest message in which elements are taken away, said twice, moved, or say something else."""
    root = etree.fromstring(message)
    for number, change, word in changes:
        below = list(root.iterdescendants(etree.Element))
        if not below:
            break
        here = below[number % len(below)]
        parent = here.getparent()
        assert parent is not None
        match change:
            case "fjern":
                parent.remove(here)
            case "gentag":
                parent.append(copy.deepcopy(here))
            case "tekst":
                here.text = word
            case "attribut" if here.attrib:
                here.set(sorted(map(str, here.attrib))[number % len(here.attrib)], word)
            case "navn":
                here.tag = "andet"
            case _:
                root.append(here)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


@given(changes=CHANGES)
@settings(max_examples=400 if "LPS_ALL" in os.environ else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_change_in_an_honest_message_brings_a_soap_service_down(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("verden")
    body = changed(HONEST, changes)
    with OpenWorld(folder) as world:
        for path in SERVICES:
            answer = world.post(path, body, ("content-type", "text/xml"))
            assert answer.status == 200 or fault_in(answer)
        assert world.hand_in(edition(1, set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00fe", document_id=FIRST.set_id)).status == 201
    assert len([entry for entry in read_log(folder / LOG_NAME) if isinstance(entry.event, Exchanged)]) > len(SERVICES)
