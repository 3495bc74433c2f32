"""From end to end by the commands: a second `lps serve` in the real service's place, and a run whose hub relays to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_live import COMPLAINT, Command, by_process, states

from harness.domain.event import Exchanged
from harness.domain.grade import Grade
from harness.house import find_house
from harness.record.log import LOG_NAME, read_log

SIMULATED = "pladser: { dros: simulator, dds: simulator, plsp: simulator }"


@pytest.fixture
def lps() -> Iterator[Command]:
    command = Command()
    yield command
    command.end()


@by_process
def test_a_run_relays_to_a_second_hub_and_comes_to_a_verdict(lps: Command, tmp_path: Path) -> None:
    far = lps.start("serve", "--port=0", f"--reports={tmp_path / 'fjern'}")
    assert far.stdout is not None
    line = far.stdout.readline()
    address = re.search(r"(http://\S+)/<system>", line)
    assert address, line
    seats = ", ".join(f"{door}: {{ hvem: gennemstilling, adresse: {address[1]}/novax/{door} }}" for door in ("dros", "dds"))
    vendor = (find_house().vendors / "novax.yaml").read_text("utf-8")
    assert SIMULATED in vendor
    (tmp_path / "novax.yaml").write_text(vendor.replace(SIMULATED, f"pladser: {{ {seats} }}"), "utf-8")
    code, out, err = lps.run(
        "run", f"--vendor={tmp_path / 'novax.yaml'}", "--target=live", "--tempo=10", "--rute=direkte", "--tag=id:DEL-07",
        f"--reports={tmp_path / 'nær'}",
    )  # fmt: skip
    assert not COMPLAINT.search(err), err
    assert code == 0, out
    state = states(tmp_path / "nær")["novax"]
    assert [each.standing for each in state.scenarios.values()] == [Grade.OK]
    assert state.started is not None
    assert state.started.seats["dros"] == f"gennemstilling ({address[1]}/novax/dros)"
    near, there = (
        [entry.event for entry in read_log(log) if isinstance(entry.event, Exchanged)]
        for folder in ("nær", "fjern")
        for log in (tmp_path / folder).rglob(LOG_NAME)
    )
    assert [(each.path, each.request) for each in near] == [(each.path, each.request) for each in there]
    assert {each.seat for each in near} == {"gennemstilling"}
