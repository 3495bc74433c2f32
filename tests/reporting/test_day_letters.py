"""The suppliers' letters: each has its own systems' results and not a word of another's, in words a supplier can use."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from made_day import SYSTEMS, VENDORS, Try, day, finding_of, run, secret
from markdown_it import MarkdownIt
from test_day import some_runs

from harness.domain.grade import Grade
from harness.domain.vendor import Phase
from harness.record.pair import undecidable
from harness.reporting.day.blocks import Command, Facts, Heading, Points, Text, markdown
from harness.reporting.day.files import letter_names
from harness.reporting.day.letter import NO_APPROVAL, letter_of
from harness.reporting.day.letter_pdf import pdf_of
from harness.reporting.day.runs import DayRun
from harness.reporting.summary import REHEARSAL

SUPPLIERS = tuple(dict.fromkeys(each.supplier for each in VENDORS.values()))


def letter(supplier: str, *runs: DayRun, rehearsal: bool = False) -> str:
    return markdown(letter_of(day(*runs, rehearsal=rehearsal), supplier))


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_no_letter_tells_anything_of_another_suppliers_system(runs: list[DayRun]) -> None:
    for rehearsal in (False, True):
        found = day(*runs, rehearsal=rehearsal)
        for supplier in SUPPLIERS:
            text = markdown(letter_of(found, supplier))
            others = [each for each in SYSTEMS if VENDORS[each].supplier != supplier]
            assert not [each for each in others if secret(each) in text]


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_a_letter_has_a_section_for_each_of_its_systems_and_every_finding_of_theirs(runs: list[DayRun]) -> None:
    found = day(*runs)
    for supplier in SUPPLIERS:
        blocks = letter_of(found, supplier)
        named = [each.text for each in blocks if isinstance(each, Heading) and each.level == 2]
        for system in found.suppliers[supplier]:
            assert system.vendor.product in named
            broken = any(each.state and any(one.grade != Grade.F4 for one in each.state.findings) for each in system.entries)
            if broken:
                assert any(isinstance(each, Facts) and f"REGEL-{system.vendor.id}" in each.title for each in blocks)


def test_a_supplier_is_told_what_went_well_what_to_mend_and_the_command() -> None:
    tried = {"DEL-01[KOL]": Try("OK"), "DEL-02": Try("OK"), "HENV-01": Try("F2")}
    text = letter("Novax", run("novax", tried))
    for wanted in (
        NO_APPROVAL,
        "3 af 3 scenarier kom til et resultat: 2 gik godt, 1 har fund, og 0 er ikke afgjort. Ingen mangler.",
        "- Egenskaben i deling: begge scenarier er uden fund",
        "- Sammen med PLSP: begge scenarier er uden fund",
        "**F2 Alvorlig · REGEL-novax:",
        f"- Forventet: ventet {secret('novax')}",
        f"- Fundet: fundet {secret('novax')}",
        "- Set i: HENV-01",
        "```text\nlps run --vendor novax --campaign connectathon-kol-lrs --phase connectathon --target live "
        '--tag "id:HENV-01"\n```',
        "De to systemer har ingen kørsel sammen.",
        "som afsender til XMO",
        "lps run --vendor novax --partner ",
        "--partner novax --campaign epj-obligatoriske --phase connectathon --target live --tag",
    ):
        assert wanted in text, wanted
    assert REHEARSAL not in text


def test_of_the_other_side_stands_the_rule_and_nothing_more() -> None:
    wrong = run("xmo", {"PAR-01": Try("F2")}, partner="novax")
    text = letter("Novax", wrong)
    assert (
        "PAR-01, som modtager fra XMO: kunne ikke testes. Modparten holdt ikke reglen REGEL-xmo. Det er ikke jeres fejl." in text
    )
    assert "PAR-01, som afsender til Novax: F2 Alvorlig" in letter("CGM", wrong)
    partner = letter("CGM", run("xmo", {"PAR-01": Try("OK", on_partner=True)}, partner="novax"))
    assert "PAR-01, som afsender til Novax: OK. Modparten holdt ikke reglen REGEL-novax. Det er ikke jeres fejl." in partner


def test_where_nobody_can_tell_the_sender_does_not_read_what_the_other_showed() -> None:
    reason = undecidable("XMO", "Systemet viser brevet", "besked b2 har sit eget.")
    text = letter("Novax", run("novax", {"PAR-01": Try("kunne ikke testes", reason=reason)}, partner="xmo"))
    assert "Systemet viser brevet" not in text
    assert "kunne ikke testes. Det, modparten viste, kan ikke bedømmes: besked b2 har sit eget. Hvem der er årsagen" in text


def test_what_could_not_be_tested_says_whose_cause_it_was_and_what_waits_says_who_answers() -> None:
    text = letter("Novax", run("novax", {"DEL-02": Try("kunne ikke testes"), "HENV-01": Try("afventer")}))
    assert f"Kunne ikke testes. Grunden er {secret('novax')} Det kunne ikke udføres i systemet. 1 scenarie: DEL-02." in text
    assert "Hvilke koder giver adgang? Besvares af Sundhedsstyrelsen (HENV-01)" in text
    assert 'HENV-01"' not in text, "det, der venter på andre, skal ingen køre igen"


def test_a_system_without_a_run_has_its_own_section_and_its_command() -> None:
    text = letter("EG", run("eg-clinea", {"DEL-02": Try()}))
    section = text[text.index("## EG WinPLC") :]
    assert "EG WinPLC har ikke kørt i denne fase" in section
    paired = letter("EG", run("eg-winplc", {"PAR-01": Try()}, partner="novax"))
    assert "EG WinPLC har kun kørt sammen med andre systemer i denne fase" in paired
    assert "3 scenarier: DEL-01\\[KOL\\], DEL-02, HENV-01." in section
    assert "lps run --vendor eg-winplc --campaign connectathon-kol-lrs --phase connectathon --target live" in section


def test_a_letter_of_rehearsals_says_so_first() -> None:
    rehearsed = run("novax", {"DEL-02": Try("F1")}, rehearsal=True)
    assert letter("Novax", rehearsed, rehearsal=True).split("\n\n")[1] == f"> **{REHEARSAL}**"
    real = letter("Novax", rehearsed)
    assert "REGEL-novax" not in real
    assert "De siger intet om jeres system og tæller ikke." in real


def test_what_is_in_a_text_is_no_markdown() -> None:
    nasty = "1. *fed* <script>alert(1)</script> [link](http://x) # - `kode` ```"
    blocks = (
        Heading(1, nasty),
        Text(nasty),
        Points((nasty, "- a", "+ b", "12) c")),
        Facts(nasty, ((nasty, nasty),)),
        Command("a ``` b"),
    )
    tokens = MarkdownIt().parse(markdown(blocks))
    kinds = {each.type for each in tokens} | {own.type for each in tokens for own in each.children or ()}
    assert kinds <= {
        *("heading_open", "heading_close", "inline", "text", "softbreak", "paragraph_open", "paragraph_close", "fence"),
        *(
            "bullet_list_open",
            "bullet_list_close",
            "list_item_open",
            "list_item_close",
            "strong_open",
            "strong_close",
            "text_special",
        ),
    }
    assert "".join(own.content for own in tokens[1].children or ()) == nasty


def test_the_pdf_is_the_same_bytes_and_long_words_do_not_matter() -> None:
    found = day(run("novax", {"DEL-02": Try("F1")}), run("novax", {"DEL-02": Try("OK")}, phase=Phase.PRE_TEST))
    blocks = (*letter_of(found, "Novax"), Text("/ClinicalDocument" * 20), Points(("én",)))
    made = [pdf_of(blocks, "#fod $x$ *", found.dated) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-")


def test_two_suppliers_never_share_a_letter() -> None:
    named = letter_names(["Ærø A/S", "aeroe a s", "Ærø, A.S.", "???", "Novax"])
    assert len(set(named.values())) == 5
    assert all(re.fullmatch(r"breve/[a-z0-9-]+", each) for each in named.values())


def test_a_reason_that_may_quote_the_others_message_is_not_told() -> None:
    paired = run("novax", {"PAR-01": Try("kunne ikke testes", on_partner=True)}, partner="xmo")
    paired.result.state.scenarios["PAR-01"].on_partner[0] = replace(finding_of("xmo", side="xmo"), grade=None)
    assert secret("xmo") not in letter("Novax", paired)
    assert "PAR-01, som afsender til XMO: kunne ikke testes." in letter("Novax", paired)


def test_a_rule_broken_with_several_others_is_told_once_with_one_command() -> None:
    wrong = [run("xmo", {"PAR-01": Try("F2")}, partner=other) for other in ("novax", "multimed", "eg-clinea")]
    text = letter("CGM", *wrong)
    assert text.count("REGEL-xmo:") == 1
    commands = [each.split() for each in text.splitlines() if each.startswith("lps run --vendor xmo --partner ")]
    assert set(commands[0][5].split(",")) == {"novax", "multimed", "eg-clinea"}
    assert set(commands[1][5].split(",")) == set(SYSTEMS) - {"xmo"}, "det, der mangler sammen med andre"
    assert "Set i: PAR-01, som afsender til" in text
