"""Ways around the wall's doors that somebody may try: none of them leads to what they may not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from planted_day import Day, a_planted_day, run_of, seen_by
from visiting import PLANTED

from harness.dashboard.taking_home import EXPORT_ADDRESS as EXPORT
from harness.domain.access import Right


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with a_planted_day(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/-/filer/../html/base.html", {}),
        ("/-/filer/..%2f..%2fhall.py", {}),
        ("/-/filer/%2e%2e/%2e%2e/hall.py", {}),
        ("/-/filer//etc/passwd", {}),
        ("/koersel/..%2f..%2f/x/y", {}),
        ("/koersel/dagen/novax/%2e%2e", {}),
        (f"/koersel/dagen/novax/..%2fxmo%2f{run_of('xmo').rpartition('/')[2]}", {}),
        (f"/system/{quote('ø' * 50)}", {}),
        ("/system/%ff%fe", {}),
        ("/system/%00", {}),
        (f"{EXPORT}/..%2fdagen/koersler.zip", {}),
        (f"{EXPORT}/dagen/..%2fkoersler.zip", {}),
        ("/kampagne/dagen/par/novax/novax", {}),
        (run_of("xmo"), {"x-original-url": f"/koersel/{run_of('xmo')}", "x-rewrite-url": "/arbejdsliste"}),
    ],
)
def test_no_way_around_the_addresses(day: Day, path: str, headers: dict[str, str]) -> None:
    for visitor in (day.hall.visitor(), seen_by(day, "novax")):
        answer = visitor.ask("GET", path if path.startswith("/") else f"/{path}", {"accept": "text/html", **headers})
        assert answer.status_code in (401, 403, 404), answer.text
        assert PLANTED["xmo"] not in answer.text


def test_other_methods_are_no_way_in(day: Day) -> None:
    novax = seen_by(day, "novax")
    for path in ("/arbejdsliste", EXPORT, f"/koersel/{run_of('xmo')}", "/haendelser?kampagne=dagen"):
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
            answer = novax.ask(method, path, {"origin": novax.base})
            assert answer.status_code in (401, 403, 404, 405), f"{method} {path}: {answer.status_code}"
            assert PLANTED["xmo"] not in f"{answer.text}{answer.headers}"
    told = {"x-http-method-override": "POST", "x-method-override": "POST"}
    administrator = seen_by(day, right=Right.ADMINISTRATOR)
    assert administrator.get("/ud?_method=POST", **told).status_code == 200
    assert "Log ud" in administrator.get("/", **told).text, "nobody was logged out by it"


def test_what_says_who_somebody_is_is_believed_nowhere_else(day: Day) -> None:
    run = f"/koersel/{run_of('xmo')}"
    headers = {"x-forwarded-user": "Ada", "x-hvem": "administrator", "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "ond"}
    assert day.hall.visitor().get(run, **headers).status_code == 404
    many = "; ".join(f"c{number}={'x' * 20}" for number in range(500))
    assert day.hall.visitor().get("/", cookie=many).status_code == 200
    assert "ond" not in html.document_fromstring(day.hall.visitor().get("/qr", **headers).text).xpath("string(//main)").split()
