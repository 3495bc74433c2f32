from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.hub import arrivals
from harness.hub.arrivals import ARRIVALS_FILE, REMEMBERED, UNKNOWN_FILE, Arrival, Arrivals, format_of, shown

NOW = datetime(2027, 3, 1, 8, 15, tzinfo=UTC)


def arrival(number: int, **more: str) -> Arrival:
    return Arrival(NOW + timedelta(seconds=number), "10.0.0.1", "POST", f"/novax/{number}", number, **more)


def test_the_last_of_each_system_are_remembered_and_found_by_the_next_hub(tmp_path: Path) -> None:
    known = Arrivals(tmp_path)
    for number in range(REMEMBERED + 10):
        known.came("novax", arrival(number, kind="cpd-2.0", run="k1"))
    known.came("xmo", arrival(7, certificate="CN=Ærø"))
    with (tmp_path / ARRIVALS_FILE).open("ab") as file:
        file.write(b'{"system": "xmo", "at": "2027')
    for each in (known, Arrivals(tmp_path)):
        assert [one.size for one in each.of("novax")] == list(range(REMEMBERED + 9, 9, -1))
        assert each.of("xmo") == (arrival(7, certificate="CN=Ærø"),)
        assert each.of("ukendt") == ()


def test_neither_list_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "LIST_BYTES", 20_000)
    known = Arrivals(tmp_path)
    for number in range(300):
        known.came("novax", arrival(number))
        known.came_from_unknown(arrival(number, why="derfor"))
    assert max((tmp_path / name).stat().st_size for name in (ARRIVALS_FILE, UNKNOWN_FILE)) < 20_500
    assert Arrivals(tmp_path).of("novax") == known.of("novax")


def test_a_path_is_shown_short_and_names_nobody() -> None:
    assert shown(Arrival(NOW, "", "GET", f"/plan/251248-9996/{'a' * 300}", 0)).path == f"/plan/[skjult]/{'a' * 300}"[:200]


@pytest.mark.parametrize("written", ["251248-9996", "251248%209996", "%32%35%31%32%34%38%39%39%39%36", "token=Zeppelin7"])
def test_neither_path_nor_certificate_tells_who_it_was_about_or_what_opens_a_door(written: str) -> None:
    told = shown(Arrival(NOW, "", "GET", f"/plan/{written}", 0, f"CN=Ærø {written}"))
    assert (told.path, told.certificate) == tuple(
        before + ("token=" if "token" in written else "") + "[skjult]" for before in ("/plan/", "CN=Ærø ")
    )
    assert shown(Arrival(NOW, "", "GET", "/plan/a%20b", 0)).path == "/plan/a%20b"


@pytest.mark.parametrize(
    ("body", "kind"), [("", ""), ('{"a": 1}', "JSON"), ("<a/>", "XML"), ("hej", "noget andet end XML, JSON og EDIFACT")]
)
def test_content_without_rules_is_known_by_how_it_is_written(body: str, kind: str) -> None:
    assert format_of(body.encode()) == kind
