from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from at_the_desk import DO, JUDGE, TELL

from harness.domain.errors import BadInput
from harness.domain.exchange import Request
from harness.domain.prompt import Field, Outcome, Prompt, Wanted
from harness.house import find_house
from harness.hub.pages.forms import EMPTY, OTHER, Input, Sent, inputs, read_answer, read_form
from harness.lps.contract import load_contract

READ = {
    "henvisninger.0.plan": "Plan 1 (Nancy)",
    "henvisninger.0.modtager": "kommune",
    "henvisninger.0.dato": "2027-03-01",
    "henvisninger.0.haster": "nej",
    "henvisninger.0.linjer.0": "først",
    "henvisninger.0.linjer.3": "så",
    "henvisninger.0.linjer.4": " ",
    "henvisninger.2.plan": OTHER,
    "henvisninger.2.modtager": "privat klinik",
    "henvisninger.2.dato": "",
    "henvisninger.2.haster": "ja",
    "henvisninger.5.plan": "",
    "henvisninger.5.modtager": "",
    "henvisninger.5.dato": "",
    "udgave": "-3",
    "taget": "2027-03-01T08:05",
    "fra.navn": "Anna",
    "fra.niveau": "2",
}


def answered(prompt: Prompt, texts: dict[str, str], files: dict[str, list[tuple[str, bytes]]] | None = None) -> Any:
    return read_answer(prompt, Sent(dict(texts), files or {}), "Anna Bek")


def mistakes(prompt: Prompt, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(each.at, each.says) for each in answered(prompt, texts)[2]]


def test_every_kind_of_field_is_read_as_the_test_interface_writes_it() -> None:
    given = ("svar.pdf", b"%PDF-1.7")
    answer, files, wrong = answered(TELL, {**READ, "_svar": "udført"}, {"bilag": [given], "_filer": [("b.png", b"x"), ("", b"")]})
    assert wrong == []
    assert files == [("b.png", b"x"), given]
    assert answer.by == "Anna Bek"
    assert answer.values == {
        "henvisninger": [
            {"plan": "Plan 1 (Nancy)", "modtager": "kommune", "dato": "2027-03-01", "haster": False, "linjer": ["først", "så"]},
            {"plan": "", "modtager": "privat klinik", "haster": True, "linjer": []},
        ],
        "udgave": -3,
        "taget": "2027-03-01T08:05",
        "fra": {"navn": "Anna", "niveau": 2},
        "bilag": base64.b64encode(b"%PDF-1.7").decode(),
    }


def test_what_was_left_blank_is_no_row_and_what_may_be_left_out_is_not_there() -> None:
    answer, _, wrong = answered(
        TELL, {"_svar": "udført", "henvisninger.0.plan": "", "udgave": "1", "fra.navn": "", "fra.niveau": ""}
    )
    assert (answer.values, wrong) == ({"henvisninger": [], "udgave": 1}, [])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("udgave", "tre", "Udgave: Skriv et helt tal. Fundet: tre"),
        ("udgave", "9" * 30, f"Udgave: Skriv et helt tal. Fundet: {'9' * 30}"),
        ("udgave", "", "Udgave mangler."),
        ("taget", "i går", "Prøven er taget: Skriv et tidspunkt som ÅÅÅÅ-MM-DDTTT:MM. Fundet: i går"),
        ("fra.niveau", "3", "Fra: Niveau: Vælg en af mulighederne. Fundet: 3"),
        ("henvisninger.2.haster", "", "Henvisninger, række 2: Haster mangler."),
        ("henvisninger.2.haster", "måske", "Henvisninger, række 2: Haster: Vælg ja eller nej. Fundet: måske"),
        ("henvisninger.0.dato", "1/3-27", "Henvisninger, række 1: Dato: Skriv en dato som ÅÅÅÅ-MM-DD. Fundet: 1/3-27"),
        ("henvisninger.2.plan", "", "Henvisninger, række 2: Plan mangler."),
    ],
)
def test_a_mistake_is_told_once_at_its_field(name: str, text: str, said: str) -> None:
    assert mistakes(TELL, {**READ, "_svar": "udført", name: text}) == [(name, said)]


@pytest.mark.parametrize("outcome", ["fejl", "kan ikke udføres", "sprunget over"])
def test_what_could_not_be_done_needs_no_values_but_a_reason(outcome: str) -> None:
    texts = {"_svar": outcome, "_karakter": "F3", "udgave": "tre"}
    assert mistakes(TELL, texts) == [("_bemærkning", "Skriv hvorfor.")]
    answer, _, wrong = answered(TELL, {**texts, "_bemærkning": " Knappen mangler. "})
    assert (answer.outcome, answer.grade, answer.remark, answer.values) == (
        outcome,
        "F3" if outcome == "fejl" else "",
        "Knappen mangler.",
        {},
    )
    assert wrong == []


def test_a_choice_may_be_that_nothing_stands_there() -> None:
    prompt = replace(TELL, fields=(Field("status", "Status", "valg", required=True, choices=("aktiv", "")),))
    assert inputs(prompt.fields, Sent(), {})[0].options == ("aktiv", EMPTY)
    assert answered(prompt, {"_svar": "udført", "status": EMPTY})[0].values == {"status": ""}
    assert mistakes(prompt, {"_svar": "udført", "status": ""}) == [("status", "Status mangler.")]


def test_that_nothing_stands_on_the_screen_is_said_not_forgotten() -> None:
    prompt = replace(TELL, fields=(Field("besked", "Besked", "tekst", required=True), Field("note", "Note", "tekst")))
    wrong = [("besked", "Besked mangler. Står der intet på skærmen, så sæt kryds ved det.")]
    assert mistakes(prompt, {"_svar": "udført", "besked": " ", "note": ""}) == wrong
    assert answered(prompt, {"_svar": "udført", "besked": "", "besked._tom": "ja"})[0].values == {"besked": ""}
    assert answered(prompt, {"_svar": "udført", "besked": "x", "besked._tom": "ja"})[0].values == {"besked": "x"}
    assert [each.empty for each in inputs(prompt.fields, Sent(), {})] == [True, False]


def test_what_is_judged_carries_its_grade_as_the_answer() -> None:
    answer, _, wrong = answered(JUDGE, {"_svar": "OK", "_karakter": "F1"})
    assert (answer.outcome, answer.grade, wrong) == (Outcome.JUDGED, "OK", [])
    assert mistakes(JUDGE, {"_svar": "F2"}) == [("_bemærkning", "Skriv hvorfor.")]


@pytest.mark.parametrize(
    ("prompt", "texts", "at"),
    [
        (DO, {}, "_svar"),
        (DO, {"_svar": "OK"}, "_svar"),
        (JUDGE, {"_svar": "udført"}, "_svar"),
        (DO, {"_svar": "fejl", "_bemærkning": "x"}, "_karakter"),
        (DO, {"_svar": "fejl", "_bemærkning": "x", "_karakter": "IR"}, "_karakter"),
    ],
)
def test_an_answer_that_does_not_fit_what_is_asked_is_none(prompt: Prompt, texts: dict[str, str], at: str) -> None:
    assert [place for place, _ in mistakes(prompt, texts)] == [at]


def test_rows_are_added_and_taken_away_without_a_script_too() -> None:
    sent = Sent({"henvisninger.0.dato": "x", "henvisninger.0.linjer.0": "a", "henvisninger.1.dato": "y"})
    sent.change_rows("+henvisninger")
    sent.change_rows("+henvisninger.0.linjer")
    sent.change_rows("-henvisninger.1")
    assert sent.rows("henvisninger") == [0, 2]
    assert sent.rows("henvisninger.0.linjer") == [0, 1]
    sent.change_rows("+tom")
    assert sent.rows("tom") == [0, 1]


def test_inputs_show_what_was_sent_and_a_blank_row_to_make_more_of() -> None:
    [listed, number, *_] = inputs(TELL.fields, Sent({"henvisninger.7.dato": "x", "udgave": " 3"}), {"plan": ("Plan 1 (Nancy)",)})
    assert [row.path for row in listed.rows] == ["henvisninger.7"]
    assert [(each.path, each.text) for each in listed.rows[0].inputs[:3]] == [
        ("henvisninger.7.plan", ""),
        ("henvisninger.7.modtager", ""),
        ("henvisninger.7.dato", "x"),
    ]
    assert listed.rows[0].inputs[0].options == ("Plan 1 (Nancy)",)
    assert listed.blank is not None
    assert [each.path for each in listed.blank.inputs][-1] == "henvisninger.*.linjer"
    assert number.text == " 3"


CONTRACT = load_contract(find_house(None).home / "docs" / "lps-testgraenseflade.openapi.yaml")
FILLED: Any = {
    "tekst": "ord",
    "tal": "3",
    "ja-nej": "ja",
    "dato": "2027-03-01",
    "tidspunkt": "2027-03-01T08:05",
}


def filled(given: tuple[Input, ...]) -> Iterator[tuple[str, str]]:
    """A text for each input that is not for files, as a tester fills them in."""
    for each in given:
        yield from filled(each.parts)
        for row in each.rows:
            yield from filled(row.inputs)
        if each.field.kind == "valg" or (each.field.key and each.options):
            yield each.path, each.options[-1]
        elif each.field.kind in FILLED and not each.field.key:
            yield each.path, FILLED[each.field.kind]


def plain(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """`fields` without those for files."""
    return tuple(replace(each, fields=plain(each.fields)) for each in fields if each.kind != "fil")


@pytest.mark.parametrize("name", sorted(CONTRACT.views))
def test_whatever_a_view_shows_can_be_told(name: str) -> None:
    prompt = Prompt("p", Wanted.TELL, 0, "", fields=plain(CONTRACT.views[name].shown))
    form = inputs(prompt.fields, Sent(), {})
    answer, _, wrong = answered(prompt, {**dict(filled(form)), "_svar": "udført"})
    assert wrong == []
    assert list(answer.values) == [each.name for each in prompt.fields]
    assert all(value not in ([], {}, [[]]) for value in answer.values.values() if any(filled(form)))


def posted(**form: Any) -> Request:
    made = httpx.Request("POST", "http://hub", **form)
    return Request("POST", "/", (("content-type", made.headers["content-type"]),), made.read())


def test_both_kinds_of_forms_are_read() -> None:
    assert read_form(posted(data={"navn": "Åse", "b": "1"})).texts == {"navn": "Åse", "b": "1"}
    big = b"x" * 300_000
    sent = read_form(
        posted(data={"_bemærkning": "a\r\nb", "tom": ""}, files=[("_filer", ("å.xml", big)), ("_filer", ("b", b""))])
    )
    assert sent.texts == {"_bemærkning": "a\nb", "tom": ""}
    assert sent.files == {"_filer": [("å.xml", big), ("b", b"")]}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", "{}"),
        ("", "a=b"),
        ("multipart/form-data", "--x"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhalv"),
        ("application/x-www-form-urlencoded", "a=%ff\xff"),
        ("multipart/form-data; boundary=x; charset=klingon", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--"),
    ],
)
def test_what_is_no_form_is_refused(kind: str, body: str) -> None:
    with pytest.raises(BadInput, match="ikke en hel formular"):
        read_form(Request("POST", "/", (("content-type", kind),), body.encode("latin-1")))
