"""A system whose API has another shape is driven by a mapping, and comes to the same verdicts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.call import Call, fill
from harness.domain.errors import YamlError
from harness.domain.event import ScenarioEnded, ScenarioStarted
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import Act, CannotAct, NotThere, View
from harness.lps.own_api import load_own_api
from harness.runner import mock
from harness.runner.wish import Wish
from harness.services.world import fresh_ids

EXAMPLE = HOUSE.home / "docs" / "kort-eksempel.yaml"
STATES = {"kladde": "DRAFT", "delt": "SHARED", "venter": "QUEUED", "afvist": "REJECTED"}
OPERATIONS = {"retarget": "maal", "share": "deling", "resend": "gensendelse"}


def other_shape(lps: httpx.Client) -> Callable[[httpx.Request], httpx.Response]:
    """A system with an API of its own shape, over the same LPS."""

    def careplan(answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            return httpx.Response(409, json={"problem": answer.text})
        shown = answer.json()
        plan = {"id": shown["plan"], "revision": shown["udgave"], "targets": [{"text": each} for each in shown["maal"]]}
        return httpx.Response(
            200, json={"careplan": plan, "sharing": {"state": STATES[shown["status"]], "text": shown["besked"]}}
        )

    def answer(request: httpx.Request) -> httpx.Response:
        said: dict[str, Any] = json.loads(request.content or b"{}")
        key = {"Idempotency-Key": request.headers.get("Idempotency-Key", "")}
        path = request.url.path
        assert request.headers["X-Tenant-Id"] == "klinik-7"
        assert said.get("op") != "share" or (request.headers["If-Match"], request.headers["X-Plan"]) == ("*", path.split("/")[-1])
        if found := re.fullmatch(r"/api/persons/(\d+)", path):
            assert request.method == "PUT"
            person = {"cpr": found[1], "fornavne": said["name"]["given"], "efternavn": said["name"]["family"]}
            made = lps.post("/patienter", json={**person, "koen": said["sex"], "foedt": said["birth"]}, headers=key)
            return httpx.Response(204 if made.is_success else 409)
        if found := re.fullmatch(r"/api/persons/(\d+)/careplans", path):
            problem = said["problem"]
            wish = {
                "cpr": found[1],
                "sygdom": said["programme"],
                "diagnose": {"icpc": problem["icpc2"], "tekst": problem["label"], "dato": problem["since"]},
                "maal": [each["text"] for each in said["targets"]],
                "indsatser": said["measures"],
            }
            wish |= {name: said[its] for name, its in (("niveau", "tier"), ("naesteOpfoelgning", "review")) if its in said}
            return careplan(lps.post("/planer", json=wish, headers=key))
        if request.method == "GET":
            return careplan(lps.get(f"/planer/{request.url.params['id']}"))
        body = {"maal": [each["text"] for each in said["targets"]]} if "targets" in said else {}
        return careplan(lps.post(f"/planer/{path.rpartition('/')[2]}/{OPERATIONS[said['op']]}", json=body, headers=key))

    return answer


def verdicts(folder: Path, *faults: str) -> list[object]:
    chosen = [each for each in scenarios() if each.id in ("DEL-01", "DEL-02", "DEL-04", "DEL-07", "DEL-09")]
    events = rehearse(folder, Wish(faults=faults), chosen)
    ended = [(each.scenario, each.standing) for each in events if isinstance(each, ScenarioEnded)]
    assert len(ended) == sum(isinstance(each, ScenarioStarted) for each in events) > 3
    return [*ended, sorted({found.rule for each in events for found in getattr(each, "findings", ())})]


@pytest.mark.parametrize("faults", [(), ("plan-sendt-to-gange",)])
def test_the_same_verdicts_as_direct(faults: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    direct = verdicts(tmp_path / "direkte", *faults)
    own = load_own_api(EXAMPLE)

    def through_the_mapping(client: httpx.Client, new_key: Callable[[], str]) -> AdapterDriver:
        its = httpx.Client(transport=httpx.MockTransport(other_shape(client)), base_url="http://leverandør.test")
        return AdapterDriver(its, new_key, own)

    monkeypatch.setattr(mock, "AdapterDriver", through_the_mapping)
    assert verdicts(tmp_path / "kort", *faults) == direct
    assert bool(direct[-1]) == bool(faults)


def driver(answer: httpx.Response, **calls: Call) -> tuple[AdapterDriver, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    client = httpx.Client(transport=httpx.MockTransport(handle), base_url="https://lps.test/base")
    return AdapterDriver(client, fresh_ids("n"), {name.replace("_", "-"): call for name, call in calls.items()}), asked


def test_what_the_mapping_does_not_have_is_not_there() -> None:
    system, asked = driver(httpx.Response(404), interne_noter=Call("GET", "/notes/{cpr}", missing=(404,)))
    assert system.can("interne-noter")
    assert not system.can("skriv-intern-note")
    with pytest.raises(NotThere, match=r"har ikke skriv-intern-note \(adgang.kort\)"):
        system.do(Act("skriv-intern-note", {"cpr": "2509479989", "tekst": "x"}))
    assert asked == []
    with pytest.raises(NotThere):
        system.show(View("interne-noter", {"cpr": "2509479989"}))


def test_a_status_that_says_nothing_of_it_only_cannot_be_carried_out() -> None:
    system, _ = driver(httpx.Response(404), interne_noter=Call("GET", "/notes/{cpr}"))
    with pytest.raises(CannotAct) as caught:
        system.show(View("interne-noter", {"cpr": "2509479989"}))
    assert not isinstance(caught.value, NotThere)


def test_a_value_is_made_fit_for_the_address_and_rows_are_read() -> None:
    answer = httpx.Response(200, json={"hits": [{"body": {"text": "a"}}, {"body": {"text": "b"}}]})
    shown = {"noter": {"hver": "hits", "som": "{body/text}"}}
    system, asked = driver(answer, interne_noter=Call("GET", "/notes/{cpr}", query={"of": "{cpr}"}, shown=shown))
    assert system.show(View("interne-noter", {"cpr": "a/b?c"})).texts("noter") == ("a", "b")
    assert str(asked[0].url) == "https://lps.test/base/notes/a%2Fb%3Fc?of=a%2Fb%3Fc"
    assert "Idempotency-Key" not in asked[0].headers


def test_headers_are_filled_and_never_take_the_place_of_ours() -> None:
    headers = {"X-Tenant": "7", "X-Diagnose": "icpc {diagnose/icpc}", "X-Udeladt": "{tekst}", "X-Tom": "{niveau}"}
    system, asked = driver(httpx.Response(204), opret_plan=Call("POST", "/plans", headers=headers))
    system.do(Act("opret-plan", {"diagnose": {"icpc": "R95"}, "niveau": None}))
    sent = asked[0].headers
    assert (sent["X-Tenant"], sent["X-Diagnose"]) == ("7", "icpc R95")
    assert not {"X-Udeladt", "X-Tom"} & set(sent)
    assert sent["Idempotency-Key"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("på dansk", "kan ikke stå i en header: kun ASCII-tegn"),
        ("to\r\nX-Andet: linjer", "kan ikke stå i en header: kun ASCII-tegn"),
        ("", "er tom og kan ikke stå i en header"),
    ],
)
def test_a_value_that_cannot_stand_in_a_header_is_not_sent_and_not_shown(text: str, why: str) -> None:
    system, asked = driver(httpx.Response(204), skriv_intern_note=Call("POST", "/notes", headers={"X-Note": "{tekst}"}))
    with pytest.raises(CannotAct, match=f"Værdien til X-Note {why}") as caught:
        system.do(Act("skriv-intern-note", {"cpr": "2509479989", "tekst": text}))
    assert asked == []
    assert text not in str(caught.value) or not text


def test_a_calls_own_header_goes_before_the_files(tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    text = "headere: { X-Tenant-Id: a, X-Fast: b }\nhandlinger:\n  skriv-intern-note:\n    sti: /n\n"
    path.write_text(f"{text}    headere: {{ x-tenant-id: '{{cpr}}' }}\n", encoding="utf-8")
    assert load_own_api(path)["skriv-intern-note"].headers == {"X-Fast": "b", "x-tenant-id": "{cpr}"}


SECRETS = [
    *("Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "apikey"),
    *("X_AUTH", "X-Access-Token", "Client-Secret", "Secret-Id", "X-AccessKey", "X-SubscriptionKey", "X-AuthKey", "X-OAuth"),
    *("X-JWT", "X-Pwd", "X-Pass-Phrase", "X-Adgangskode", "X-Kodeord", "X-Noegle", "X-SAML-Assertion", "Authorisation"),
]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["hemmeligt", "env:HEMMELIGT"])
@pytest.mark.parametrize(("place", "line"), [("headere", 1), ("handlinger.skriv-intern-note.headere", 4)])
def test_a_header_that_may_carry_a_secret_is_refused_and_its_value_not_shown(
    name: str, value: str, place: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "kort.yaml"
    call = "handlinger:\n  skriv-intern-note:\n    sti: /n\n"
    header = f"headere: {{ {name}: '{value}' }}\n"
    path.write_text(header + call if line == 1 else f"{call}    {header}", encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_own_api(path)
    told = str(caught.value)
    assert re.search(rf":{line}:\d+  {place}.{name}\n    (Kan bære en|En) hemmelighed .*må ikke stå i (en fil|filen)\.", told)
    assert value == "hemmeligt" or "Adgangsnøglen kommer fra adgang.nøgle." in told
    assert value not in told


@pytest.mark.parametrize("value", ["Bearer hemmeligt", "basic aGVtbWVsaWd0", " Bearer hemmeligt"])
def test_a_value_that_carries_a_secret_is_refused_and_not_shown(value: str, tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    path.write_text(f"headere: {{ X-Tenant: '{value}' }}\n", encoding="utf-8")
    with pytest.raises(YamlError, match="Bærer en hemmelighed og må ikke stå i en fil") as caught:
        load_own_api(path)
    assert value.split()[1] not in str(caught.value)


@pytest.mark.parametrize("name", ["X-Tenant-Id", "X-Author-Id", "X-Authority", "X-Passage", "If-Match"])
def test_a_header_that_carries_no_secret_may_stand(name: str, tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    call = "handlinger:\n  skriv-intern-note:\n    sti: /n\n"
    path.write_text(f"headere: {{ {name}: 'Basicilikum' }}\n{call}", encoding="utf-8")
    assert load_own_api(path)["skriv-intern-note"].headers == {name: "Basicilikum"}


def test_a_word_the_mapping_does_not_know_is_never_guessed() -> None:
    shown = {"status": {"værdi": "{state}", "oversæt": {"OPEN": "kladde"}}}
    system, _ = driver(httpx.Response(200, json={"state": "ODD"}), plan=Call("GET", "/plans/{plan}", shown=shown))
    with pytest.raises(CannotAct, match="Kortet har ingen oversættelse af 'ODD'"):
        system.plan("p1")


@pytest.mark.parametrize(
    ("template", "source", "filled"),
    [
        ("{a/b}", {"a": {"b": 7}}, 7),
        ("nr. {a/1}!", {"a": ["x", True]}, "nr. true!"),
        ("{}", [1], [1]),
        ({"x": "{a}", "y": "{b}", "z": "nr. {b}", "c": 1}, {"a": None}, {"x": None, "c": 1}),
        ({"hver": "a", "som": {"t": "{}"}}, {"a": ["x"]}, [{"t": "x"}]),
        ({"l": {"hver": "a", "som": "{}"}}, {}, {}),
        (["{a}", "{b}"], {"b": 2}, [2]),
        ({"værdi": "{a}", "oversæt": {"true": "ja"}}, {"a": True}, "ja"),
        ("{a~1b}", {"a/b": 1}, 1),
    ],
)
def test_what_a_template_becomes(template: object, source: object, filled: object) -> None:
    assert fill(template, source) == filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("handlinger:\n  del-planen:\n    sti: /x\n", '2:3  handlinger.del-planen\n    Skal være en af: opret-patient, '),
        ("visninger:\n  plan:\n    sti: x\n", "3:10  visninger.plan.sti\n    Skal begynde med en skråstreg"),
        (
            "visninger:\n  interne-noter:\n    sti: /n/{crp}\n    svar: { noter: '{n}' }\n",
            "3:10  visninger.interne-noter.sti\n    {crp} kendes ikke. Kan være: cpr.",
        ),
        (
            "visninger:\n  interne-noter:\n    sti: /n\n    svar: { noter: '{n}', note: '{n}' }\n",
            "visninger.interne-noter.svar.note\n    Kontrakten har ikke det felt. Kan være: noter.",
        ),
        ("visninger:\n  interne-noter:\n    sti: /n\n", "3:5  visninger.interne-noter\n    svar skal også have: noter."),
        ("visninger:\n  plan:\n    sti: /x\n    metod: GET\n", 'plan.metod\n    Feltet kendes ikke. Mente du "metode"?'),
        (
            "handlinger:\n  skriv-intern-note:\n    sti: /n\n    krop:\n      a:\n        - '{tekts}'\n",
            "6:11  handlinger.skriv-intern-note.krop.a[1]\n    {tekts} kendes ikke.",
        ),
        ("headere: { Idempotency-Key: a }\n", "headere.Idempotency-Key\n    Den header sætter testharnesset selv."),
        ("headere: { Content-Type: a }\n", "headere.Content-Type\n    Den header sætter testharnesset selv."),
        ("headere: { expect: a }\n", "headere.expect\n    Den header sætter testharnesset selv."),
        ("headere: { Upgrade: a }\n", "headere.Upgrade\n    Den header sætter testharnesset selv."),
        ("headere: { X-Tenant: '' }\n", "headere.X-Tenant\n    Må ikke være tom."),
        ("headere: { X-Tenant: 'på' }\n", "headere.X-Tenant\n    Skal være ASCII-tegn på én linje"),
        ("headere: { X-Tenant: a, x-tenant: b }\n", "headere.x-tenant\n    Står der to gange"),
        ("headere: { 'X Tenant': a }\n", "headere.X Tenant\n    Er ikke navnet på en header"),
        ("headere: { X-Cpr: '{cpr}' }\n", "headere.X-Cpr\n    Skal være fast, når det gælder alle kald."),
        (
            "visninger:\n  interne-noter:\n    sti: /n\n    headere: { If-Match: '{udgave}' }\n    svar: { noter: '{n}' }\n",
            "4:26  visninger.interne-noter.headere.If-Match\n    {udgave} kendes ikke. Kan være: cpr.",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_own_api(path)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        "headere: 'Authorization: Bearer ABCDEF'",
        "headere: { X-Plan: 'ABCDEFæ' }",
        "headere: { 'Bearer ABCDEF': x }",
        "headere: { X-Plan: [ABCDEF] }",
        "handlinger: { skriv-intern-note: { sti: /n, headere: 'Bearer ABCDEF' } }",
    ],
)
def test_nothing_that_stands_among_the_headers_is_shown(tmp_path: Path, said: str) -> None:
    path = tmp_path / "kort.yaml"
    path.write_text(f"{said}\n", encoding="utf-8")
    with pytest.raises(YamlError) as refused:
        load_own_api(path)
    assert "ABCDEF" not in str(refused.value)
