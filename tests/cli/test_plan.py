"""`lps plan`: the order for one system, and how everybody stands afterwards."""

from __future__ import annotations

import re

import pytest

from harness.cli.main import main
from harness.house import find_house
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders

HOUSE = find_house()


def test_the_order_for_one_system(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--vendor", "novax"]) == 0
    out = capsys.readouterr().out
    order, _, after = out.partition("\nBagefter kan alle personer bruges igen:\n")
    head = re.match(r"Novax: (\d+) scenarier, (\d+) ikke relevante\n\n", order)
    assert head
    placed = re.findall(r"^ *(\d+)  ([A-ZÆØÅ]+-\d+\S*)", order, flags=re.MULTILINE)
    assert [int(number) for number, _ in placed] == list(range(1, int(head[1]) + 1))
    assert int(head[1]) + int(head[2]) == len(read_folders(HOUSE.features, load_campaign(HOUSE, "kol-lrs-2027").features))
    assert re.search(r"DEL-06 +Elmer.* · Nancy.*  To patienters planer bliver aldrig blandet sammen\n", order)
    assert re.search(r"^  Elmer  .*plan for KOL: har", after, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["--vendor", "nova"],
            '--vendor skal være en af: eg-clinea, eg-winplc, multimed, myclinic, novax, xmo. Fundet: "nova".\n',
        ),
        ([], "--vendor: Der mangler en værdi.\nSe lps plan --help\n"),
    ],
)
def test_a_system_that_is_not_there(capsys: pytest.CaptureFixture[str], arguments: list[str], text: str) -> None:
    assert main(["plan", *arguments]) == 2
    assert capsys.readouterr() == ("", text)
