"""The worklist as monitors use it: the longest wait is first, one has an item at a time, and no verdict is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from visiting import Hall, Visitor
from waiting_wall import FINDING, PLANTED_FINDING, Fake, Tried, a_worklist

from harness.dashboard.worklist.desk import Desk
from harness.domain.access import Right
from harness.domain.grade import Grade
from harness.domain.worklist import Alarmed, TakenBack, Verified
from harness.record.worklist import WORKLIST_NAME, WorklistLog

OLD = "/arbejdsliste/punkt/dagen/novax/r1/DEL-01%5BKOL%5D/1"
NEW = "/arbejdsliste/punkt/dagen/xmo/r2/DEL-02/1"


@pytest.fixture
def wall() -> Fake:
    made = Fake()
    made.add("r1", Tried("DEL-01[KOL]", "F3", "Blev F3", findings=(FINDING,)), Tried("DEL-09"))
    made.add("r2", Tried("DEL-02", "kunne ikke testes", "Ingen svarede"), system="xmo", minutes=10)
    made.add("r3", Tried("DEL-03", "F2"), system="xmo", rehearsal=True)
    return made


@pytest.fixture
def hall(tmp_path: Path, wall: Fake) -> Iterator[Hall]:
    with a_worklist(tmp_path, wall) as (hall, _):
        yield hall


def monitor(hall: Hall, name: str, right: Right = Right.MONITOR) -> Visitor:
    visitor = hall.visitor()
    visitor.log_in(hall.token(right, name))
    return visitor


def act(visitor: Visitor, address: str, **form: str) -> tuple[int, str]:
    """Press a button on an item's page, with what stands in its form."""
    text = visitor.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(csrf|set)" value="([^"]*)"', text))
    answer = visitor.post(address, {**hidden, **form})
    return answer.status_code, answer.text


def titles(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', text)


def acts(folder: Path) -> list[object]:
    return [work.act for handled in WorklistLog(folder).read().handled.values() for work in handled.said]


def test_who_has_waited_longest_is_first_and_rehearsals_by_themselves(hall: Hall) -> None:
    text = monitor(hall, "Bo Dal").get("/arbejdsliste").text
    assert titles(text) == [f"Lægen deler en plan ({each})" for each in ("DEL-01[KOL]", "DEL-02", "DEL-03")]
    real, rehearsed = text.split('id="proever"')
    assert "DEL-03" not in real
    assert "De siger intet om leverandørernes egne systemer" in rehearsed


def test_what_is_critical_comes_before_all(hall: Hall, tmp_path: Path) -> None:
    bo = monitor(hall, "Bo Dal")
    assert act(bo, NEW, handling="kritisk", tekst="Forkert patient")[0] == 303
    text = bo.get("/arbejdsliste").text
    assert titles(text)[0] == "Lægen deler en plan (DEL-02)"
    assert "Kritisk" in text
    assert "Forkert patient" in bo.get(NEW).text
    assert act(bo, NEW, handling="tag-tilbage", hvad="kritisk", tekst="Det var den rigtige")[0] == 303
    assert titles(bo.get("/arbejdsliste").text)[0] == "Lægen deler en plan (DEL-01[KOL])"
    assert acts(tmp_path) == [Alarmed("Forkert patient"), TakenBack("kritisk", "Det var den rigtige")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("system=novax", ["DEL-01[KOL]"]),
        ("slags=kunne+ikke+testes", ["DEL-02"]),
        ("søg=del-02", ["DEL-02"]),
        ("vis=ledige", ["DEL-02", "DEL-03"]),
        ("vis=færdige", []),
        ("vis=forældede", []),
        ("vis=vrøvl&system=", ["DEL-01[KOL]", "DEL-02", "DEL-03"]),
    ],
)
def test_the_list_is_filtered_by_its_address(hall: Hall, asked: str, found: list[str]) -> None:
    bo = monitor(hall, "Bo Dal")
    act(bo, OLD, handling="tag")
    assert titles(bo.get(f"/arbejdsliste?{asked}").text) == [f"Lægen deler en plan ({each})" for each in found]


def test_systems_are_called_what_people_call_them(hall: Hall, wall: Fake) -> None:
    name = wall.add("r4-xmo", Tried("PAR-01", "F2", folder="parvis"), partner="xmo", minutes=5)
    item = f"/arbejdsliste/punkt/{name}/PAR-01/1"
    bo = monitor(hall, "Bo Dal")
    act(bo, item, handling="tag")
    text = bo.get("/arbejdsliste?vis=alle").text
    systems = re.findall(r'<td data-label="System">([^<]*)</td>', text)
    assert set(systems) == {"Novax", "CGM XMO", "Novax og CGM XMO"}
    assert '<option value="xmo">CGM XMO</option>' in text
    assert "Novax sammen med CGM XMO" in bo.get(item).text
    assert "Novax og CGM XMO" in bo.get("/arbejdsliste/udskrift").text
    for asked in ("system=xmo", "søg=cgm"):
        found = titles(bo.get(f"/arbejdsliste?vis=alle&{asked}").text)
        assert "Lægen deler en plan (PAR-01)" in found
        assert "Lægen deler en plan (DEL-01[KOL])" not in found


def test_one_has_it_and_the_other_is_told(hall: Hall) -> None:
    anna, bo = monitor(hall, "Anna Bek"), monitor(hall, "Bo Dal")
    assert "Tag punktet" in anna.get(OLD).text
    assert act(bo, OLD, handling="tag")[0] == 303
    status, text = act(anna, OLD, handling="tag")
    assert (status, "Bo Dal har taget punktet imens. Vælg et andet." in text) == (409, True)
    assert act(anna, OLD, handling="slip")[0] == 409
    assert act(anna, OLD, handling="verificer", enig="ja")[0] == 409
    assert titles(bo.get("/arbejdsliste/mine").text) == ["Lægen deler en plan (DEL-01[KOL])"]
    assert titles(anna.get("/arbejdsliste/mine").text) == []
    assert act(monitor(hall, "Carl Eg", Right.ADMINISTRATOR), OLD, handling="slip")[0] == 303
    assert act(anna, OLD, handling="tag")[0] == 303


def test_an_item_is_verified_by_who_has_it(hall: Hall, tmp_path: Path) -> None:
    bo = monitor(hall, "Bo Dal")
    assert act(bo, OLD, handling="verificer", enig="ja")[0] == 409
    act(bo, OLD, handling="tag")
    status, text = act(bo, OLD, handling="verificer", enig="nej", karakter="F4", tekst="")
    assert (status, "skrive hvorfor" in text) == (409, True)
    assert 'value="nej" checked' in text, "what was filled in stays"
    assert act(bo, OLD, handling="verificer", enig="nej", karakter="F4", tekst="Kun en stavefejl")[0] == 303
    text = bo.get(OLD).text
    assert "Verificeret af Bo Dal" in text
    assert "uenig: F4 i stedet for F3" in text
    assert "<strong>F3</strong>" in text, "the proposal stands"
    assert titles(bo.get("/arbejdsliste/mine").text) == []
    assert "DEL-01" not in "".join(titles(bo.get("/arbejdsliste").text))
    assert "DEL-01" in "".join(titles(bo.get("/arbejdsliste?vis=færdige").text))
    assert act(bo, OLD, handling="tag-tilbage", hvad="verificering", tekst="Set forkert")[0] == 303
    assert "DEL-01" in "".join(titles(bo.get("/arbejdsliste").text))
    assert acts(tmp_path) == [
        Verified(False, "F3", Grade.F4, "Kun en stavefejl"),
        TakenBack("verificering", "Set forkert"),
    ]


def test_who_has_not_seen_what_was_said_says_nothing(hall: Hall, tmp_path: Path) -> None:
    anna, bo = monitor(hall, "Anna Bek"), monitor(hall, "Bo Dal")
    csrf = anna.csrf()
    act(bo, OLD, handling="note", tekst="Jeg ser på det")
    answer = anna.post(OLD, {"csrf": csrf, "set": "0", "handling": "note", "tekst": "Mig også"})
    assert answer.status_code == 409
    assert "Mig også" in answer.text, "what was written stays"
    assert len(acts(tmp_path)) == 1


@pytest.mark.parametrize("text", ["Patienten er 010180-1234", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz"])
def test_nothing_private_is_kept(hall: Hall, tmp_path: Path, text: str) -> None:
    assert act(monitor(hall, "Bo Dal"), OLD, handling="note", tekst=text)[0] == 409
    assert not (tmp_path / WORKLIST_NAME).exists()


@pytest.mark.parametrize("form", [{"handling": "dans"}, {}, {"handling": "verificer"}, {"handling": "note", "tekst": "  "}])
def test_what_no_page_sends_is_refused(hall: Hall, form: dict[str, str]) -> None:
    assert act(monitor(hall, "Bo Dal"), OLD, **form)[0] == 409


def test_what_people_write_is_text(hall: Hall) -> None:
    bo = monitor(hall, "Bo Dal")
    act(bo, OLD, handling="note", tekst="<script>alert(1)</script>")
    assert "<script>alert" not in bo.get(OLD).text


def test_a_later_run_makes_an_item_forældet(hall: Hall, wall: Fake) -> None:
    bo = monitor(hall, "Bo Dal")
    act(bo, OLD, handling="tag")
    wall.add("r9", Tried("DEL-01[KOL]", "F2"), minutes=60)
    assert "er prøvet igen" in bo.get(OLD).text
    assert "/dagen/novax/r9/" in bo.get(OLD).text
    assert act(bo, OLD, handling="verificer", enig="ja")[0] == 409
    assert titles(bo.get("/arbejdsliste?system=novax").text) == ["Lægen deler en plan (DEL-01[KOL])"]
    assert "forældet" in bo.get("/arbejdsliste/mine").text
    assert act(bo, OLD, handling="slip")[0] == 303


def test_a_later_attempt_of_the_run_leads_on(hall: Hall, wall: Fake) -> None:
    wall.add("r1", Tried("DEL-01[KOL]", "F3", attempt=2), minutes=30)
    answer = monitor(hall, "Bo Dal").get(OLD)
    assert answer.status_code == 404
    assert 'href="/arbejdsliste/punkt/dagen/novax/r1/DEL-01%5BKOL%5D/2"' in answer.text


def test_the_sheet_has_what_each_has_taken(hall: Hall) -> None:
    anna, bo = monitor(hall, "Anna Bek"), monitor(hall, "Bo Dal")
    act(anna, NEW, handling="tag")
    act(bo, OLD, handling="tag")
    text = anna.get("/arbejdsliste/udskrift").text
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", text) == ["Anna Bek: 1 punkt", "Bo Dal: 1 punkt"]
    own = anna.get("/arbejdsliste/udskrift?monitor=Bo Dal").text
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", own) == ["Bo Dal: 1 punkt"]
    assert PLANTED_FINDING in own


def test_what_is_the_same_is_not_sent_again(hall: Hall) -> None:
    bo = monitor(hall, "Bo Dal")
    first = bo.get("/arbejdsliste")
    again = {"if-none-match": first.headers["etag"]}
    assert bo.get("/arbejdsliste", **again).status_code == 304
    act(bo, OLD, handling="note", tekst="Set")
    assert bo.get("/arbejdsliste", **again).status_code == 200


def test_without_the_database_nobody_is_told_who_has_what(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    bo = monitor(hall, "Bo Dal")
    assert bo.get("/arbejdsliste").status_code == 200

    def away(*_: object) -> object:
        raise OperationalError("SELECT", None, Exception("væk"))

    engine = hall.register.engine
    monkeypatch.setattr(engine, "connect", away)
    for path in ("/arbejdsliste", OLD, "/arbejdsliste/udskrift"):
        answer = bo.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert PLANTED_FINDING not in answer.text


def test_unknown_items_are_not_there(hall: Hall) -> None:
    bo = monitor(hall, "Bo Dal")
    unknown = "/arbejdsliste/punkt/dagen/novax/r1/FINDES-IKKE/1"
    assert bo.get(unknown).status_code == 404
    assert bo.post(unknown, {"csrf": bo.csrf(), "handling": "tag"}).status_code == 404


def test_desk_asks_for_no_review_it_has_not(tmp_path: Path, wall: Fake) -> None:
    with a_worklist(tmp_path, wall) as (hall, desk):
        assert isinstance(desk, Desk)
        bo = monitor(hall, "Bo Dal")
        act(bo, OLD, handling="tag")
        status, text = act(bo, OLD, handling="verificer", enig="ja", også="ja")
        assert (status, "kan ikke gennemgås herfra" in text) == (409, True)
        assert not (tmp_path / WORKLIST_NAME).exists()


@pytest.mark.parametrize("written", ["Se 231114-3995", "Se 231114 3995", "kode: Zeppelin7", "Bearer Zeppelin7Q4wZeppelin7"])
@pytest.mark.parametrize(
    "form",
    [
        {"handling": "verificer", "enig": "nej", "karakter": "F4"},
        {"handling": "note"},
        {"handling": "kritisk"},
        {"handling": "tag-tilbage", "hvad": "kritisk"},
    ],
    ids=lambda form: form["handling"],
)
def test_no_foreign_number_and_no_secret_is_kept(hall: Hall, tmp_path: Path, form: dict[str, str], written: str) -> None:
    bo = monitor(hall, "Bo Dal")
    act(bo, OLD, handling="tag")
    act(bo, OLD, handling="kritisk", tekst="Forkert patient")
    status, text = act(bo, OLD, **form, tekst=written.replace("kode:", "adgangskode:"))
    assert (status, "Intet er gemt." in text) == (409, True)
    assert acts(tmp_path) == [Alarmed("Forkert patient")]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [each for each in (b"3995", b"Zeppelin7") if each in kept]
