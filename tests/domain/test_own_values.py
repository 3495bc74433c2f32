"""What a tester may type in the place of a scenario's values, and what cannot be used of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.domain.data_set import EVERYWHERE, DataSet, Kind
from harness.domain.own_values import OwnValue, misfits, own_values, typed
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted, mistakes_in
from harness.domain.scenario import Scenario

SHIPPED = Scenario(
    id="DEL-06[Fanø]",
    title="Planer",
    feature="Planer",
    feature_description="",
    file="features/deling/planer.feature",
    line=1,
    tags=frozenset(),
    steps=(
        'Givet at "Elmer" er patient i klinikken',
        'Når lægen laver en plan for KOL til "Elmer" med målet "Gå ture på Fanø"',
        'Og lægen skriver "Skal til kontrol for KOL i klinikken" til "Elmer"',
        'Og "Elmer" har fået målt CAT til 14 for en uge siden',
        'Så står målet "Gå ture på Fanø" i planen',
        'Og kan klinikken finde brevet om "Elmer" ved at søge på ordet "KOL"',
    ),
    parameters={"sted": "Fanø", "mål": "Gå ture på Fanø"},
)
NAMES = frozenset({"Elmer", "Nancy"})
NOTHING = DataSet("", NAMES)
MEDCOM = DataSet("a" * 64, NAMES, persons={"Elmer": "Viggo"}, values={EVERYWHERE: {"Gå ture på Fanø": "Ro på søen ved Sorø"}})


def chosen(given: dict[str, str], data: DataSet = NOTHING) -> list[str]:
    own = own_values(SHIPPED, data)
    fields = {each.name: each.field for each in own}
    return [says for _, says in misfits(own, {fields[name]: text for name, text in given.items()})]


def test_texts_and_numbers_are_offered_once_each_and_persons_are_not() -> None:
    goal, note, score = own_values(SHIPPED, MEDCOM)
    assert (goal.name, goal.stands) == ("Gå ture på Fanø", "Ro på søen ved Sorø")
    assert goal.step == 'Når lægen laver en plan for KOL til "Viggo" med målet "Ro på søen ved Sorø"'
    assert (note.words, score.name) == (("KOL",), "målt CAT til 14")
    assert len({goal.field, note.field, score.field}) == 3


def test_what_was_typed_stands_in_every_step_over_medcoms_and_identity_stays() -> None:
    own = own_values(SHIPPED, MEDCOM)
    values = {own[0].field: " Cykle på Læsø ", own[1].field: "", own[2].field: own[2].stands}
    given = typed(own, values)
    assert given == {"Gå ture på Fanø": "Cykle på Læsø"}
    entered = MEDCOM.with_own(SHIPPED.id, given).scenario(SHIPPED)
    assert entered.id == SHIPPED.id
    assert entered.parameters == {"sted": "Fanø", "mål": "Cykle på Læsø"}
    assert [step for step in entered.steps if "Cykle på Læsø" in step] == [
        'Når lægen laver en plan for KOL til "Viggo" med målet "Cykle på Læsø"',
        'Så står målet "Cykle på Læsø" i planen',
    ]
    assert MEDCOM.with_own(SHIPPED.id, given).scenario(replace(SHIPPED, id="DEL-06[Rømø]")).steps[4].endswith('Sorø" i planen')


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Gå ture på Fanø", "Cykle hver morgen", "Skal have mindst et æ, ø eller å"),
        ("Gå ture på Fanø", "Åå", "Skal være mindst 5 tegn"),
        ("Gå ture på Fanø", 'Læse "højt" hver dag', "citationstegn"),
        (
            "Skal til kontrol for KOL i klinikken",
            "Skal til kontrol i klinikken",
            "Scenariet søger efter ordet KOL. Det skal stå her.",
        ),
        ("målt CAT til 14", "målt CAT til 24", "Tallet må højst ligge 1,4 fra"),
        ("målt CAT til 14", "24", "Tallet må højst ligge 1,4 fra"),
        ("målt CAT til 14", "15,5", "Skal skrives som “målt CAT til 14”"),
        ("målt CAT til 14", "> 15", "Skal skrives som “målt CAT til 14”"),
        ("målt CAT til 14", "femten", "Skal skrives som “målt CAT til 14”"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_value_it_is_about(name: str, text: str, said: str) -> None:
    (found,) = chosen({name: text})
    assert found.startswith(f"{name}: ")
    assert said in found
    assert chosen({name: ""}) == []


@pytest.mark.parametrize("text", ["Ros på søen ved Sorø", "Målt på Læsø i dag"])
def test_a_value_is_held_against_the_shipped_one_also_when_medcoms_stands_there(text: str) -> None:
    assert chosen({"Gå ture på Fanø": text}, MEDCOM) == []
    assert chosen({"Gå ture på Fanø": "Gå ture på Fanø"}, MEDCOM) == [
        "Ro på søen ved Sorø: Er det samme som i det udleverede sæt."
    ]


def test_numbers_do_not_drift_a_step_at_a_time() -> None:
    drifted = DataSet("a" * 64, NAMES, values={EVERYWHERE: {"målt CAT til 14": "målt CAT til 15"}})
    (found,) = chosen({"målt CAT til 14": "målt CAT til 16"}, drifted)
    assert found == "målt CAT til 15: Tallet må højst ligge 1,4 fra det, der erstattes."
    assert chosen({"målt CAT til 14": "målt CAT til 13"}, drifted) == []


@pytest.mark.parametrize(
    ("stands", "text", "entered"),
    [
        ("målt CAT til 14", "15", "målt CAT til 15"),
        ("målt CAT til 14", "målt CAT til 15", "målt CAT til 15"),
        ("målt CAT til 14", "14", None),
        ("målt FEV1 til 1,5", " 1,6 ", "målt FEV1 til 1,6"),
        ("på PROMIS-10 fysisk med scoren til 42", "43", "på PROMIS-10 fysisk med scoren til 43"),
        ("CRP < 10", "9", "CRP < 9"),
        ("CRP < 10", "< 9", "CRP < 9"),
        ("CRP < 10", "> 9", "CRP > 9"),
        ("om 8 uger kl. 10.15", "9", "om 9 uger kl. 10.15"),
        ("om 8 uger kl. 10.15", "om 9 uger kl. 11.00", "om 9 uger kl. 11.00"),
    ],
)
def test_of_a_number_the_number_alone_will_do(stands: str, text: str, entered: str | None) -> None:
    own = (OwnValue("værdi1", Kind.NUMBER, stands, stands, ""),)
    assert typed(own, {"værdi1": text}) == ({stands: entered} if entered else {})
    assert typed((replace(own[0], kind=Kind.TEXT),), {"værdi1": "15"}) == {stands: "15"}


def test_two_values_stay_two() -> None:
    own = (
        OwnValue("værdi1", own_values(SHIPPED, NOTHING)[0].kind, "Tur hver morgen", "Tur hver morgen", ""),
        OwnValue("værdi2", own_values(SHIPPED, NOTHING)[0].kind, "Svøm hver torsdag", "Svøm hver torsdag", ""),
    )
    for same in ({"værdi1": "svøm hver torsdag"}, {"værdi1": "Svøm hver torsdag med Bo"}, {"værdi1": "torsdag"}):
        assert [at for at, says in misfits(own, same) if "Svøm hver torsdag" in says] == ["værdi1"]
    assert [at for at, _ in misfits(own, {"værdi1": "Danser med Bo", "værdi2": "Danser med Bo"})] == ["værdi1", "værdi2"]
    assert list(misfits(own, {"værdi1": "Danser med Bo", "værdi2": "Løber med Ib"})) == []


PROMPT = Prompt(
    "DEL-06/1/0",
    Wanted.CHOOSE,
    0,
    "DEL-06: Planer",
    fields=tuple(Field(each.field, each.stands, "tekst") for each in own_values(SHIPPED, NOTHING)),
    own=own_values(SHIPPED, NOTHING),
)


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (Answer(Outcome.DONE, "Anna"), False),
        (Answer(Outcome.DONE, "Anna", values={PROMPT.own[0].field: None}), False),
        (Answer(Outcome.DONE, "Anna", values={PROMPT.own[0].field: 14}), True),
        (Answer(Outcome.SKIPPED, "Anna", remark="Prøves i morgen"), False),
        (Answer(Outcome.SKIPPED, "Anna"), True),
        (Answer(Outcome.CANNOT, "Anna", remark="Kan ikke"), True),
        (Answer(Outcome.FAULT, "Anna", "F2", "Noget er galt"), True),
        (Answer(Outcome.DONE, "Anna", values={"værdi1": "Kort"}), True),
    ],
)
def test_nothing_has_been_done_yet_that_could_fail(answer: Answer, wrong: bool) -> None:
    assert bool(mistakes_in(PROMPT, answer)) is wrong
