"""The catalogue of faults as it is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.domain.errors import YamlError
from harness.domain.fault import FirstTry
from harness.house import House, find_house
from harness.suite.faults import load_faults

ENTRY = """\
id: blinde
{written}
fejl:
  blind-et-eksempel:
    beskrivelse: Noget går galt.
    krav: [KP-10]
    hvor: systemets adfærd
    karakter: F2
    fanges: [{{ regel: [DELING-01], scenarier: [DEL-01] }}]
    {first}
"""


def written_as(home: Path, written: str, first: str) -> House:
    house = House(home)
    house.faults.mkdir(parents=True)
    shutil.copytree(find_house().requirements, house.requirements)
    shutil.copytree(find_house().vendors, house.vendors)
    house.faults.joinpath("blinde.yaml").write_text(ENTRY.format(written=written, first=first), encoding="utf-8", newline="\n")
    return house


def test_the_blind_part_is_known_apart(tmp_path: Path) -> None:
    house = written_as(tmp_path, "skrevet: ud fra kilderne", "første: fanget af en anden")
    fault = load_faults(house)["blind-et-eksempel"]
    assert (fault.blind, fault.first) == (True, FirstTry.BY_ANOTHER)


def test_what_is_not_said_to_be_blind_is_not(tmp_path: Path) -> None:
    fault = load_faults(written_as(tmp_path, "", ""))["blind-et-eksempel"]
    assert (fault.blind, fault.first) == (False, None)


def test_only_a_blind_fault_has_a_first_outcome(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r"fejl\.blind-et-eksempel\.første\n.*skrevet: ud fra kilderne"):
        load_faults(written_as(tmp_path, "", "første: fanget"))
