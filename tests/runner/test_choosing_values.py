"""What a tester is asked before an attempt, and the set that is made of the answer."""

from __future__ import annotations

from harness.domain.prompt import Answer, Outcome, Prompt
from harness.domain.scenario import Scenario
from harness.runner.attended.own_values import choose
from harness.runner.options import prepare
from harness.runner.wish import Wish

STEPS = ('Når lægen skriver "Skal til kontrol i klinikken" til "Elmer"', 'Og "Elmer" har fået målt CAT til 14 for en uge siden')
SHIPPED = Scenario("PRV-01", "Prøve", "Prøve", "", "prøve.feature", 1, frozenset(), STEPS)


def test_a_number_is_asked_for_by_itself_and_entered_whole() -> None:
    asked: list[Prompt] = []

    def ask(prompt: Prompt) -> Answer:
        asked.append(prompt)
        return Answer(Outcome.DONE, "Anna", values={prompt.fields[1].name: "15"})

    data = choose(ask, SHIPPED, prepare(Wish(vendor="novax")), 1)
    text, number = asked[0].fields
    assert number.hint == f"{STEPS[1]}. Tallet alene er nok."
    assert text.hint == f"{STEPS[0]}."
    assert data is not None
    assert data.scenario(SHIPPED).steps == (STEPS[0], STEPS[1].replace("14", "15"))
