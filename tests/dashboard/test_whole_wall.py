"""The whole wall, every route × every caller: a supplier reads its own systems alone, and the public the matrix alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from day_of_runs import NINE, attempt, read_all, started, write
from lxml import html
from planted_day import Day, a_planted_day, pair_of, planted, run_of, seen_by, send_from_elsewhere
from visiting import HOST, PLANTED, bearer
from who_may import Row, everybody, monitors, of, wrongly_answered

from harness.dashboard.access.secret import new_secret
from harness.dashboard.pages.look import every_sign, every_standing
from harness.domain.access import Caller, Right
from harness.record.delivery import LINES_TYPE
from harness.record.pair import undecidable

ITEM = "/arbejdsliste/punkt/{campaign}/{system}/{run}/{scenario:path}/{attempt:int}"
RUN = "/koersel/{folder}/{system}/{run}"
API = "/api/koersler/{campaign}/{system}/{run}"
EXPORT = "/dagens-resultater"
FILE = EXPORT + "/{campaign}/{which}.zip"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with a_planted_day(tmp_path) as made:
        yield made


def administrators(caller: Caller) -> bool:
    return caller.administers


def publishers(system: str) -> Callable[[Caller], bool]:
    return lambda caller: caller.publishes(system)


def rows(used_link: str) -> Iterator[Row]:
    """A row, at the least, for each route of the wall."""
    for path in ("/ind", f"/ind/{used_link}", "/ind/a.b"):
        route = "/ind" if path == "/ind" else "/ind/{link}"
        form = {"kode": "forkert"} if path == "/ind" else {}
        yield Row(route, path, everybody, answers=(200,) if path == "/ind" else (401,))
        yield Row(route, path, everybody, "POST", form=form, answers=(401, 429))
    yield Row("/ud", "/ud", everybody)
    yield Row("/ud", "/ud", everybody, "POST")
    for path in ("/arbejdsliste", "/arbejdsliste/mine", "/arbejdsliste/udskrift"):
        yield Row(path, path, monitors, answers=(200,))
    yield Row(EXPORT, EXPORT, administrators, answers=(200,))
    yield Row(EXPORT, EXPORT, administrators, "POST", form={"kampagne": "dagen", "prøvekørsler": "ja"}, answers=(303,))
    yield Row(FILE, f"{EXPORT}/dagen/koersler.zip", administrators, system="novax", tells=True, answers=(200,))
    yield Row(FILE, f"{EXPORT}/dagen/proevekoersler.zip", administrators, answers=(404,))
    yield Row(FILE, f"{EXPORT}/%2e%2e/koersler.zip", administrators, answers=(404,))
    for path in ("/", "/?visning=vaeg", "/?visning=vaeg&gitter=par&side=1", "/qr", "/qr?kampagne=dagen"):
        yield Row("/qr" if path.startswith("/qr") else "/", path, everybody, answers=(200,))
    yield Row("/", "/?kampagne=findes-ikke", everybody, answers=(404,))
    for text in PLANTED.values():
        yield Row("/celler", f"/celler?kampagne={text}&c={text}/{text}/{text}", everybody, answers=(200,))
    for grid in ("partnere", "kapabiliteter", "par"):
        yield Row("/", f"/?gitter={grid}", everybody, answers=(200,))
        cells = "&".join(f"c={grid}/{one}/{other}" for one in PLANTED for other in (*PLANTED, "flp", "deling"))
        yield Row("/celler", f"/celler?kampagne=dagen&{cells}", everybody, answers=(200,))
    for system in PLANTED:
        yield from about(system)


def about(system: str) -> Iterator[Row]:
    """The rows of one system: its page, its runs and what they rest on, its items, and its lines from elsewhere."""
    other = next(each for each in PLANTED if each != system)
    own, two = run_of(system), pair_of(system)
    yield Row("/system/{system}", f"/system/{system}", everybody, answers=(200,))
    yield Row("/system/{system}/qr.svg", f"/system/{system}/qr.svg", everybody, answers=(200,))
    for query in (f"q=DEL&system={system}", f"q={system}-99", "q=PAR-01&gitter=par", "q=PLANTET&gitter=kapabiliteter"):
        yield Row("/", f"/?{query}", everybody, answers=(200,))
    for place in ("partnere/{}/flp", "kapabiliteter/{}/deling", f"par/{{}}/{other}"):
        path = f"/kampagne/dagen/{place.format(system)}"
        yield Row("/kampagne/{campaign}/{grid}/{row}/{column}", path, of(system), answers=(200,))
    for run, scenario, requirement in ((own, "DEL-01", "KP-06"), (two, "PAR-01", "KP-06")):
        one = f"/koersel/{run}/scenarie/{scenario}"
        yield Row(RUN, f"/koersel/{run}", of(system), answers=(200,))
        yield Row(RUN + "/krav/{requirement}", f"/koersel/{run}/krav/{requirement}", of(system), answers=(404,))
        yield Row(RUN + "/scenarie/{scenario}", one, of(system), system=system, tells=True, answers=(200,))
        yield Row(RUN + "/scenarie/{scenario}/besked/{message}", f"{one}/besked/b1", of(system), answers=(200,))
        finding = RUN + "/scenarie/{scenario}/fund/{number:int}"
        yield Row(finding, f"{one}/fund/1", of(system), system=system, tells=True, answers=(200,))
        yield Row(ITEM, f"/arbejdsliste/punkt/{run}/{scenario}/1", monitors, answers=(200,))
        for act in ("tag", "kritisk", "note", "verificer", "slip"):
            form = {"handling": act, "tekst": PLANTED[system], "set": "0"}
            yield Row(ITEM, f"/arbejdsliste/punkt/{run}/{scenario}/1", monitors, "POST", form=form, answers=(303, 409))
    laid = f"/koersel/{two}/scenarie/PAR-01"
    both = lambda caller: caller.reads(system) and caller.reads(other)  # noqa: E731
    yield Row(RUN + "/scenarie/{scenario}/fund/{number:int}", f"{laid}/fund/2", of(other), system=other, tells=True)
    yield Row(RUN + "/scenarie/{scenario}/besked/{message}", f"{laid}/besked/b2", both, system=other, tells=True)
    for tail in ("", "/gennemgang"):
        yield Row(API + tail, f"/api/koersler/{own}{tail}", publishers(system), answers=(200, 409))
        lines = API + tail + "/linjer"
        yield Row(lines, f"/api/koersler/{own}{tail}/linjer?fra=0", publishers(system), "POST", answers=(415,))


def test_nobody_sees_what_is_not_theirs(day: Day) -> None:
    register = day.hall.register
    for system in PLANTED:
        sender = register.issue(Right.SUPPLIER, f"Afsender {PLANTED[system]}", systems=[system])[1]
        send_from_elsewhere(day, day.hall.visitor(), system, bearer(sender))
    link = register.new_link(register.issue(Right.READER, "Brugt")[0].id)
    assert day.hall.visitor().post(f"/ind/{link.shown}").status_code == 303
    found = wrongly_answered(day.hall.app, day.hall.runner, register, list(rows(link.shown)), PLANTED, without=("/haendelser",))
    assert found == []


def test_the_table_looks_where_something_is(day: Day) -> None:
    """Each system's own supplier is told what is planted, in all the ways there are to it."""
    for system, text in PLANTED.items():
        visitor, secret = day.hall.visitor(), day.hall.token(Right.SUPPLIER, system, system)
        visitor.log_in(secret)
        run, two = run_of(system), pair_of(system)
        for path in (
            f"/koersel/{run}",
            f"/koersel/{run}/scenarie/DEL-01",
            f"/koersel/{run}/scenarie/DEL-01/besked/b1",
            f"/koersel/{two}/scenarie/PAR-01",
            f"/system/{system}",
            "/?q=Regel PLANTET",
        ):
            assert text in visitor.get(path).text, path


def test_in_a_run_of_two_each_reads_its_own_side(day: Day) -> None:
    page = f"/koersel/{pair_of('novax')}/scenarie/PAR-01"
    own = seen_by(day, "novax")
    told = own.get(page).text
    assert "Modparten holdt ikke reglen XMO-99." in told
    assert "Modpartens besked" in told
    assert f"{page}/besked/b2" not in told
    assert own.get(f"{page}/besked/b2").text == own.get("/koersel/dagen/xmo/findes-ikke").text, "as what is not there"
    assert own.get(f"{page}/fund/2").status_code == 404

    other = seen_by(day, "xmo")
    assert other.get(page).status_code == 404
    laid = html.document_fromstring(other.get(f"{page}/fund/2").text)
    assert not [each for each in laid.xpath("//main//a/@href") if each.startswith("/koersel")], "it leads nowhere else in the run"
    assert planted("xmo").rule in laid.text_content()
    listed = html.document_fromstring(other.get("/system/xmo").text)
    [row] = [each for each in listed.xpath("//tbody/tr") if "får fra novax" in each.text_content()]
    assert not row.xpath(".//th//a")
    assert "står hos modparten" in row.text_content()
    assert "kunne ikke testes" not in row.text_content()

    both = seen_by(day, right=Right.READER)
    assert PLANTED["xmo"] in both.get(page).text
    assert PLANTED["xmo"] in both.get(f"{page}/besked/b2").text


def test_where_nobody_can_tell_the_sender_reads_why_and_not_the_others_screen(day: Day) -> None:
    reason = undecidable("Xmo", PLANTED["xmo"], "besked b1, b2 har samme kuvert-id.")
    run = "20270412T140000-xmo"
    [begun, ended] = attempt("PAR-01", "kunne ikke testes")
    name = write(
        day.reports,
        [started("novax", run, partner="xmo", planned=("PAR-01",)), begun, type(ended)("PAR-01", 1, "kunne ikke testes", reason)],  # type: ignore[call-arg]  # a ScenarioEnded
    )
    read_all(day.wall, day.reports, name)
    told = seen_by(day, "novax").get(f"/koersel/{name}/scenarie/PAR-01").text
    assert PLANTED["xmo"] not in told
    assert "Det, modparten viste, kan ikke bedømmes: besked b1, b2 har samme kuvert-id." in told
    assert PLANTED["xmo"] in seen_by(day, right=Right.MONITOR).get(f"/koersel/{name}/scenarie/PAR-01").text


def test_whatever_the_other_cannot_be_made_to_do_is_the_others(day: Day) -> None:
    reason = f"Hos partneren Xmo: {PLANTED['xmo']} svarede ikke."
    run = "20270412T130000-xmo"
    [begun, ended] = attempt("PAR-01", "kunne ikke testes")
    name = write(
        day.reports,
        [started("novax", run, partner="xmo", planned=("PAR-01",)), begun, type(ended)("PAR-01", 1, "kunne ikke testes", reason)],  # type: ignore[call-arg]  # a ScenarioEnded
    )
    read_all(day.wall, day.reports, name)
    assert PLANTED["xmo"] not in seen_by(day, "novax").get(f"/koersel/{name}/scenarie/PAR-01").text
    assert PLANTED["xmo"] in seen_by(day, right=Right.MONITOR).get(f"/koersel/{name}/scenarie/PAR-01").text


def test_what_is_not_there_and_what_may_not_be_read_look_alike(day: Day) -> None:
    visitor = seen_by(day, "novax")
    unknown = visitor.get("/koersel/dagen/xmo/20200101T000000")
    run = run_of("xmo")
    for path in (
        f"/koersel/{run}",
        f"/koersel/{run}/krav/KP-06",
        f"/koersel/{run}/scenarie/DEL-01",
        f"/koersel/{run}/scenarie/DEL-01/besked/b1",
        f"/koersel/{run}/scenarie/DEL-01/fund/1",
        f"/koersel/{pair_of('xmo')}/scenarie/PAR-01",
        "/kampagne/dagen/kapabiliteter/xmo/deling",
        "/kampagne/dagen/par/xmo/novax",
        "/findes-ikke",
    ):
        answer = visitor.get(path)
        assert (answer.status_code, answer.text, answer.headers) == (404, unknown.text, unknown.headers), path


def test_the_public_sees_standings_and_signs_only(day: Day) -> None:
    words = {word for each in (*every_standing(), *every_sign()) for word in (each.code, each.word, each.short)}
    words |= {"indtil nu", *(f"{each.code} …" for each in every_standing())}
    public = day.hall.visitor()
    for path in ("/", "/?gitter=kapabiliteter", "/?gitter=par", "/?visning=vaeg", "/system/novax", "/?q=DEL-01"):
        page = html.document_fromstring(public.get(path).text)
        cells = page.xpath("//*[contains(concat(' ', @class, ' '), ' celle ')]")
        assert cells, path
        assert {each.strip() for cell in cells for each in cell.xpath(".//text()")} - {""} <= words, path
        assert not [each for each in page.xpath("//a/@href") if each.startswith(("/koersel", "/kampagne", "/arbejdsliste"))], path
        text = page.text_content()
        for told in (
            "KP-06",
            "-99",
            "20270412T",
            "mangler",
            "Ikke godkendt",
            "Vejen til hver port",
            "Kørsler",
            "Dagen indtil nu",
        ):
            assert told not in text, f"{path}: {told}"
    answer = public.get("/celler?kampagne=dagen&c=kapabiliteter/novax/deling&c=par/novax/xmo").json()
    assert len(answer) == 2
    assert not [text for _, text in answer.values() if "<a " in text or "antal" in text]


def frames(day: Day, headers: dict[str, str], act: Callable[[], object]) -> tuple[int, bytes]:
    """What somebody hears of the wall's stream from before `act` until the first frame after it; then they leave."""

    async def listen() -> tuple[int, bytes]:
        status, heard, leave = [0], bytearray(), asyncio.Event()
        begun = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                heard.extend(str(message["headers"]).encode())
            heard.extend(message.get("body", b""))
            begun.set()
            if b"event: felter" in heard:
                leave.set()

        said = {"host": HOST, **headers}
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": "/haendelser", "raw_path": b"/haendelser",
            "query_string": f"kampagne=dagen&fra={day.wall.newest}".encode(), "root_path": "", "scheme": "http",
            "server": (HOST, 80), "client": ("192.0.2.7", 40_000),
            "headers": [(name.encode(), value.encode()) for name, value in said.items()],
        }  # fmt: skip
        async with day.hall.app.router.lifespan_context(day.hall.app):
            asked = asyncio.create_task(day.hall.app(scope, receive, send))  # type: ignore[arg-type]
            await begun.wait()
            act()
            await asyncio.wait_for(asked, 20)
        return status[0], bytes(heard)

    return day.hall.runner.run(listen())


@pytest.mark.parametrize("who", ["public", "supplier", "reader", "monitor"])
def test_the_stream_tells_everybody_what_the_public_sees(day: Day, who: str) -> None:
    rights = {"supplier": Right.SUPPLIER, "reader": Right.READER, "monitor": Right.MONITOR}
    headers = bearer(day.hall.token(rights[who], "Nogen", *(["novax"] if who == "supplier" else []))) if who in rights else {}

    def changes() -> None:
        for number, system in enumerate(PLANTED):
            name = write(
                day.reports,
                [started(system, f"20270412T14000{number}"), *attempt("DEL-01", "F1", planted(system))],
                NINE.replace(hour=14),
            )
            read_all(day.wall, day.reports, name)

    status, heard = frames(day, headers, changes)
    assert status == 200
    [told] = [json.loads(line[6:]) for line in heard.decode().split("\n") if line.startswith("data: {")]
    assert {each["n"].split("/")[1] for each in told["felter"]} == set(PLANTED)
    assert not [text for text in PLANTED.values() if text.encode() in heard]
    assert b"-99" not in heard
    assert b"<a " not in heard


@pytest.mark.parametrize(
    "shown", [f"Bearer {new_secret().shown}", "Bearer x", "Basic eDp5"], ids=["of nobody's", "no secret", "basic"]
)
def test_the_stream_is_not_for_those_who_show_what_does_not_hold(day: Day, shown: str) -> None:
    status, heard = frames(day, {"authorization": shown}, lambda: None)
    assert status == 401
    assert b"event" not in heard


def test_a_run_of_two_is_received_from_elsewhere(day: Day) -> None:
    """Its name ends with its partner; a supplier that is the partner may not send it."""
    name = "dagen/novax/20270412T150000-xmo"
    for right, status in (("novax", 415), ("xmo", 403)):
        secret = day.hall.token(Right.SUPPLIER, right, right)
        answer = day.hall.visitor().ask("POST", f"/api/koersler/{name}/linjer?fra=0", bearer(secret), content=b"x\n")
        assert answer.status_code == status, answer.text
    secret = day.hall.token(Right.SUPPLIER, "novax igen", "novax")
    said = bearer(secret) | {"content-type": LINES_TYPE}
    assert "hver linje" not in day.hall.visitor().ask("POST", f"/api/koersler/{name}/linjer?fra=0", said, content=b"{}\n").text
