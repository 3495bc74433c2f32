"""The wall's pages as a browser asks for them: what is on them, what each caller is let see, and what stands in the address."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import segno
from lxml import html
from made_wall import CALLERS, CAMPAIGN, FINDING, POLICY, SYSTEMS, LetIn, MadeWall, a_day, log_of, run_name
from starlette.middleware import Middleware

from harness.dashboard.app import dashboard_app
from harness.dashboard.pages.front_page import frame_text
from harness.dashboard.pages.rendering import Entry
from harness.dashboard.wall import Cell, Sign
from harness.domain.grade import Grade

WALL = "http://tavle"
NOVAX = f"/koersel/{run_name('novax')}"
UNKNOWN = "/koersel/ingen/novax/kørsel"
SECRET = "Hemmeligt for andre"


def ask(*addresses: str, who: str = "", wall: MadeWall | None = None, reports: Path | None = None) -> list[httpx.Response]:
    """What these addresses answer `who`."""
    menu = [Entry("/arbejdsliste", "Arbejdsliste", lambda caller: caller.monitors)]
    app = dashboard_app(wall or a_day(), middleware=[Middleware(LetIn)], menu=menu, reports=reports)

    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=WALL, headers={"x-hvem": who.encode()}) as client:
            return [await client.get(each) for each in addresses]

    return asyncio.run(all_of_them())


@cache
def crawl(who: str) -> Mapping[str, str]:
    """Every page that `who` comes to by following links from the first: its text, by address."""
    wall = a_day()
    seen: dict[str, str] = {}
    waiting = ["/", *(f"/?gitter={each.id}" for each in wall.grids(CAMPAIGN.id)), "/?visning=vaeg"]
    while waiting:
        for address, answer in zip(waiting, ask(*waiting, who=who, wall=wall), strict=True):
            assert answer.status_code == 200, address
            seen[address] = answer.text
        found = {urljoin(WALL, link) for text in seen.values() for link in _links(text)}
        inside = {each.removeprefix(WALL).partition("#")[0] for each in found if each.startswith(f"{WALL}/")}
        waiting = sorted(each for each in inside - set(seen) if urlsplit(each).path not in ("/ind", "/ud", "/arbejdsliste"))
    return seen


def _links(text: str) -> list[str]:
    if not text.startswith("<!doctype html>"):
        return []
    page = html.document_fromstring(text)
    return [*page.xpath("//a/@href"), *page.xpath("//img/@src"), *page.xpath("//link/@href"), *page.xpath("//script/@src")]


def test_every_page_that_is_linked_is_there_and_carries_nothing_the_policy_forbids() -> None:
    seen = crawl("monitor")
    for part in (
        "/system/novax",
        "/kampagne/",
        "/krav/KP-06",
        "/scenarie/DEL-01",
        "/besked/besked-1",
        "/fund/1",
        "/qr",
        "/-/filer/",
    ):
        assert any(part in each for each in seen), part
    for address, text in seen.items():
        if text.startswith("<!doctype html>"):
            page = html.document_fromstring(text)
            assert not page.xpath("//*[@style] | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"), address
            assert page.xpath("//html/@lang") == ["da"]
            assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1, address
            assert not any(each.startswith("http") for each in _links(text)), address
            assert len(page.xpath("//*[@id]/@id")) == len(set(page.xpath("//*[@id]/@id"))), address
    assert ask("/")[0].headers["content-security-policy"] == POLICY


def test_the_public_comes_to_the_matrix_alone() -> None:
    seen = crawl("")
    assert {urlsplit(each).path.split("/")[1] for each in seen} == {"", "system", "qr", "-"}
    for address, text in seen.items():
        if address.startswith("/-/filer/"):
            continue
        for secret in (
            FINDING.title,
            "CPD-C04",
            SECRET,
            "20270301T0715",
            "mangler",
            "Kørsler",
            "/kampagne/",
            "Dagen indtil nu",
            "KP-0",
        ):
            assert secret not in text, (address, secret)
    assert {each.id for each in SYSTEMS} == {
        urlsplit(each).path.rpartition("/")[2] for each in seen if re.fullmatch(r"/system/[^/]+", urlsplit(each).path)
    }


def test_what_a_systems_note_says_beside_its_supplier_is_for_those_who_read_it() -> None:
    wall = a_day()
    noted = tuple(replace(each, note=f"{each.note} · 3 fund uden for scenarierne") for each in SYSTEMS)
    wall.shown[CAMPAIGN.id] = [
        replace(each, rows=noted, columns=noted if each.id == "par" else each.columns) for each in wall.shown[CAMPAIGN.id]
    ]
    for address in ("/", "/?gitter=par", "/?gitter=kapabiliteter", "/?leverandoer=EG A/S", "/?visning=vaeg", "/system/xmo"):
        public, supplier = (ask(address, who=who, wall=wall)[0].text for who in ("", "novax"))
        assert "3 fund" not in public, address
        assert supplier.count("3 fund") <= 1, address
    assert "3 fund" in ask("/system/novax", who="novax", wall=wall)[0].text


def test_a_supplier_reads_its_own_systems_and_of_others_what_the_public_reads() -> None:
    addresses = [each for each in crawl("monitor") if urlsplit(each).path.startswith(("/koersel/", "/kampagne/"))]
    assert len(addresses) > 100
    unknown = ask(UNKNOWN, who="novax")[0]
    assert unknown.status_code == 404
    allowed = 0
    for address, answer in zip(addresses, ask(*addresses, who="novax"), strict=True):
        whose = urlsplit(address).path.split("/")[3 if address.startswith("/koersel/") else 4]
        if whose == "novax" and not address.endswith("/fund/2"):
            allowed += 1
            assert answer.status_code == 200, address
            assert SECRET not in answer.text
        else:
            assert (answer.status_code, answer.text) == (404, unknown.text), address
    assert allowed > 20
    (nothing,) = ask(UNKNOWN)
    for address, answer in zip(addresses, ask(*addresses), strict=True):
        assert (answer.status_code, answer.text) == (404, nothing.text), address


def test_a_finding_that_is_laid_on_the_other_lps_is_its_suppliers_to_read() -> None:
    own, scenario, system, there, not_there = ask(
        "/system/novax", f"{NOVAX}/scenarie/DEL-01", "/system/xmo", f"{NOVAX}/scenarie/DEL-01/fund/2", f"{NOVAX}/scenarie/DEL-01",
        who="xmo",
    )  # fmt: skip
    assert SECRET not in own.text
    assert scenario.status_code == not_there.status_code == 404
    assert f'href="{NOVAX}/scenarie/DEL-01/fund/2"' in system.text
    assert SECRET in there.text
    assert f'href="{NOVAX}"' not in there.text
    assert "1 fund er lagt på det andet system, xmo." in ask(f"{NOVAX}/scenarie/DEL-01", who="novax")[0].text
    assert ask(f"{NOVAX}/scenarie/DEL-01/fund/1", who="xmo")[0].status_code == 404
    assert ask(f"{NOVAX}/scenarie/DEL-01/fund/2")[0].status_code == 404


def test_cells_that_changed_are_fetched_as_the_caller_may_see_them() -> None:
    address = f"/celler?kampagne={CAMPAIGN.id}&c=partnere/novax/dnhf&c=partnere/xmo/dnhf&c=partnere/nej/dnhf&c=x"
    public, supplier = (each.json() for each in (*ask(address), *ask(address, who="novax")))
    assert sorted(public) == sorted(supplier) == ["partnere/novax/dnhf", "partnere/xmo/dnhf"]
    assert public["partnere/xmo/dnhf"] == supplier["partnere/xmo/dnhf"]
    assert "mangler" not in str(public)
    assert f"/kampagne/{CAMPAIGN.id}/partnere/novax/dnhf" in supplier["partnere/novax/dnhf"][1]
    assert ask("/celler?kampagne=nej&c=partnere/novax/dnhf")[0].json() == {}


def test_what_is_told_of_a_change_is_what_the_public_sees() -> None:
    wall = a_day()
    before = wall.newest
    cell = Cell("novax", "dnhf", Grade.F2, {"F2": 3}, 16, frozenset({Sign.CRITICAL}), "xmo", run_name("novax"))
    wall.put(CAMPAIGN.id, "partnere", cell)
    wall.put(CAMPAIGN.id, "partnere", cell)
    text = frame_text(wall, CAMPAIGN.id, wall.since(before) or ())
    assert text is not None
    (told,) = json.loads(text)["felter"]
    assert "\n" not in text
    assert (told["n"], told["k"], told["s"]) == ("partnere/novax/dnhf", "k-f2 haster", "Novax, DNHF og EOJ: F2 alvorlig, kritisk")
    assert not re.search(r"<a |/kampagne/|mangler|hos |xmo|20270301", text)
    page = html.document_fromstring(ask("/", wall=wall)[0].text)
    (there,) = page.xpath("//td[@data-celle='partnere/novax/dnhf']//span[@class='offentligt']")
    assert html.fromstring(f"<span>{told['h']}</span>").text_content().split() == there.text_content().split()
    changes = [replace(each, column="nyt") for each in wall.since(before) or ()]
    assert frame_text(wall, CAMPAIGN.id, changes) is None


def test_what_is_shown_stands_in_the_address() -> None:
    def rows(query: str, who: str = "monitor") -> list[str]:
        page = html.document_fromstring(ask(f"/?{query}", who=who)[0].text)
        return page.xpath("//table[contains(@class, 'matrix')]/tbody/tr/th/a/text()")

    assert rows("") == [each.title for each in SYSTEMS]
    assert rows("system=novax") == ["Novax"]
    assert rows("leverandoer=EG A/S") == ["EG Clinea", "EG WinPLC"]
    page = html.document_fromstring(ask("/?standing=F3", who="monitor")[0].text)
    strong = page.xpath("//td[contains(@class, 'celle') and not(contains(@class, 'svagt'))]//b[@class='lang']/text()")
    assert set(strong) == {"F3"}
    assert page.xpath("//option[@selected]/@value") == ["F3"]
    assert [
        each.status_code
        for each in ask("/?kampagne=nej", "/?gitter=nej", "/nej", "/system/nej", "/qr?kampagne=nej", "/system/nej/qr.svg")
    ] == [404] * 6


def test_words_are_found_in_requirements_scenarios_and_rules_of_what_may_be_read() -> None:
    def found(words: str, who: str) -> list[str]:
        page = html.document_fromstring(ask(f"/?q={words}", who=who)[0].text)
        return page.xpath("//section[@aria-labelledby='fundet']//tbody/tr/th/a/@href")

    assert found("cpd-c04", "novax") == [f"{NOVAX}/scenarie/DEL-01"]
    assert len(found("KP-06", "monitor")) == 18
    assert found("plan nummer 2", "xmo") == [f"/koersel/{run_name('xmo')}/scenarie/DEL-02"]
    assert found("CPD-C09", "novax") == []
    assert found("KP-06", "") == []


def test_a_cell_leads_to_its_own_scenarios() -> None:
    capability, partner, pair = ask(
        *(f"/kampagne/{CAMPAIGN.id}/{each}" for each in ("kapabiliteter/xmo/deling", "partnere/xmo/dnhf", "par/xmo/novax")),
        who="monitor",
    )
    for page, names in ((capability, ["DEL-01"]), (partner, ["DEL-01"]), (pair, ["DEL-01", "DEL-02", "DEL-03"])):
        assert html.document_fromstring(page.text).xpath("//ul[contains(@class, 'scenarier')]//a/b/text()") == names
    assert "Prøvekørsel" in capability.text


def test_a_finding_says_everything_and_how_to_try_again(tmp_path: Path) -> None:
    address = f"{NOVAX}/scenarie/DEL-01/fund/1"
    (without,) = ask(address, who="novax")
    for told in (
        FINDING.title,
        FINDING.rule,
        FINDING.expected,
        FINDING.actual,
        FINDING.source,
        FINDING.location.path,
        "LPS&#39;et",
    ):
        assert told in without.text
    text = html.document_fromstring(without.text).text_content()
    assert "besked-1.xml:2:3" in text
    command = "lps run --vendor novax --campaign connectathon-kol-lrs --phase connectathon --partner xmo --target live"
    assert f'{command} --tag "id:DEL-01"' in text
    assert "Beskedens indhold ligger ikke her" in text

    sent = b"<ClinicalDocument>\n  <code code='75310-4'/>\n</ClinicalDocument>"
    folder = tmp_path / run_name("novax") / "evidence"
    folder.mkdir(parents=True)
    (folder / "b1").write_bytes(sent)
    wall = a_day()
    wall.add_run(log_of("novax", partner="xmo", evidence="b1"))
    (shown,) = ask(address, who="novax", wall=wall, reports=tmp_path)
    assert html.document_fromstring(shown.text).xpath("//mark")[0].text_content().strip() == "2   <code code='75310-4'/>"
    (folder / "b1").unlink()
    assert "Beskedens indhold ligger ikke her" in ask(address, who="novax", wall=wall, reports=tmp_path)[0].text


def test_a_systems_page_tells_what_each_gate_lacks_and_lists_its_runs() -> None:
    mine, others = ask("/system/novax", "/system/xmo", who="novax")
    assert "Ikke prøvet: KP-07, KP-11." in mine.text
    assert "Porten er passeret" in mine.text
    assert f'href="{NOVAX}"' in mine.text
    assert "Vejen til hver port" not in others.text
    assert "Her står kun det, alle må se." in others.text
    gates = [
        html.document_fromstring(ask("/", who=who)[0].text).xpath("//section[@aria-labelledby='porte']//tbody/tr/th/a/text()")
        for who in ("", "novax", "monitor")
    ]
    assert gates == [[], ["Novax"], [each.title for each in SYSTEMS]]


def test_the_code_leads_to_the_systems_page() -> None:
    (code,) = ask("/system/novax/qr.svg")
    drawn = BytesIO()
    segno.make(f"{WALL}/system/novax?kampagne={CAMPAIGN.id}", error="m", micro=False).save(
        drawn, kind="svg", border=4, dark="#000", light="#fff", scale=8, omitsize=True
    )
    assert code.content == drawn.getvalue()
    assert code.headers["content-type"].startswith("image/svg+xml")
    sheet = html.document_fromstring(ask("/qr", who="monitor")[0].text)
    assert sheet.xpath("//h2/text()") == [each.title for each in SYSTEMS]


def test_the_wall_mode_turns_only_when_it_is_asked_to() -> None:
    still, turning, second, last = ask(
        "/?visning=vaeg&gitter=partnere",
        "/?visning=vaeg&skift=20&lys=1",
        "/?visning=vaeg&skift=20&lys=1&side=2",
        "/?visning=vaeg&side=99",
    )
    assert "data-skift" not in still.text
    page = html.document_fromstring(turning.text)
    assert page.xpath("//*[@id='levende']/@data-skift") == ["20"]
    assert page.xpath("//*[@id='levende']/@data-næste") == ["/?visning=vaeg&skift=20&lys=1&side=2"]
    assert page.xpath("/html/@data-lys") == ["lys"]
    assert html.document_fromstring(second.text).xpath("//h1/text()")[0].strip() == "LPS til LPS"
    assert "2/2" in last.text
    assert "<a " not in html.tostring(page.xpath("//table")[0]).decode()


def test_an_empty_wall_says_so_and_a_stranger_name_is_only_text() -> None:
    (empty,) = ask("/", wall=MadeWall())
    assert (empty.status_code, "Tavlen er tom" in empty.text) == (200, True)
    (strange,) = ask('/?q="><script>x</script>', who="monitor")
    assert "<script>x" not in strange.text


def test_a_rehearsal_says_so_on_every_page_of_its_run() -> None:
    run = f"/koersel/{run_name('xmo')}"
    pages = ask(
        run,
        f"{run}/krav/KP-06",
        f"{run}/scenarie/DEL-01",
        f"{run}/scenarie/DEL-01/besked/besked-1",
        f"{run}/scenarie/DEL-01/fund/1",
        who="xmo",
    )
    assert all("Prøvekørsel" in each.text for each in pages)
    wall = a_day(rehearsals=[each.id for each in SYSTEMS])
    assert "Alt her er kørt" in ask("/", wall=wall)[0].text
    wall.put(CAMPAIGN.id, "partnere", Cell("novax", "dnhf", Grade.OK, signs=frozenset({Sign.RUNNING})))
    assert "De skraverede felter er kørt" in ask("/", wall=wall)[0].text


def test_callers_have_what_their_rights_give() -> None:
    assert "Arbejdsliste" in ask("/", who="monitor")[0].text
    assert "Arbejdsliste" not in ask("/", who="novax")[0].text
    assert sorted(CALLERS) == sorted(["", "læser", "novax", "xmo", "monitor", "administrator"])
    assert len(crawl("læser")) == len(crawl("administrator"))


def test_what_is_wrong_with_the_wall_is_told_to_those_who_are_logged_in() -> None:
    wall = a_day()
    wall.trouble = "Tavlens database svarer ikke. Intet går tabt."
    for who, told in (("", 0), ("læser", 1), ("novax", 1), ("monitor", 1)):
        for path in ("/", "/system/novax", "/findes-ikke"):
            page = html.document_fromstring(ask(path, who=who, wall=wall)[0].text)
            assert len(page.xpath("//main//*[@role='status'][contains(., 'Intet går tabt')]")) == told, f"{who} {path}"
    assert "Intet går tabt" not in ask("/", who="læser")[0].text
