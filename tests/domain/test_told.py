"""What a tester answered is told by the fields' titles and as people write, and a file is never its base64."""

from __future__ import annotations

import base64
import hashlib

from harness.domain.data_set import Kind
from harness.domain.own_values import OwnValue
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted
from harness.domain.told import said, told

PDF = base64.b64encode(b"%PDF-1.7").decode("ascii")
SHA256 = hashlib.sha256(b"%PDF-1.7").hexdigest()
FIELDS = (
    Field("oprettet", "Oprettet", "ja-nej"),
    Field("udgave", "Udgave", "tal"),
    Field("dato", "Dato", "dato"),
    Field("taget", "Prøven er taget", "tidspunkt"),
    Field("dage", "Dage", "liste", fields=(Field("", "", "dato"),)),
    Field("filer", "Filer", "liste", fields=(Field("", "", "fil"),)),
    Field("breve", "Breve", "rækker", fields=(Field("haster", "Haster", "ja-nej"), Field("bilag", "Bilag", "fil"))),
    Field("fra", "Fra", "felter", fields=(Field("navn", "Navn", "tekst"),)),
    Field("besked", "Besked", "tekst"),
)


def lines(**values: object) -> list[str]:
    return list(said(Prompt("DEL-01/1/1", Wanted.TELL, 0, "Læs", fields=FIELDS), Answer(Outcome.DONE, "Anna", values=values)))


def test_what_was_read_off_is_told_by_title_and_as_people_write() -> None:
    assert lines(oprettet=True, udgave=3) == ["Oprettet: ja", "Udgave: 3"]
    assert lines(dato="2026-10-05", taget="2026-10-05T08:15") == ["Dato: 05-10-2026", "Prøven er taget: 05-10-2026 kl. 08.15"]
    assert lines(dage=["2026-10-05", "2026-10-06"]) == ["Dage: 05-10-2026", "Dage: 06-10-2026"]
    assert lines(breve=[{"haster": True}, {"haster": False}]) == ["Breve: Haster: ja", "Breve: Haster: nej"]
    assert lines(fra={"navn": "Bo"}) == ["Fra: Navn: Bo"]
    assert lines(breve=[], besked="", fra=None) == ["Breve: ingen", "Besked: (tom)", "Fra: ingen"]
    assert lines(besked="20261005", ukendt="2") == ["Besked: 20261005", "ukendt: 2"]


def test_a_file_is_told_by_its_size_and_hash() -> None:
    shown = f"en fil på 8 bytes (SHA-256 {SHA256[:12]}…)"
    assert lines(filer=[PDF], breve=[{"bilag": PDF}]) == [f"Filer: {shown}", f"Breve: Bilag: {shown}"]
    assert list(told(FIELDS, {"filer": [PDF]}, file=str)) == [("Filer", PDF)]


def test_what_was_chosen_is_told_by_what_it_stands_for() -> None:
    own = (
        OwnValue("værdi1", Kind.TEXT, "Gå ture på Fanø", "Ro på søen ved Sorø", ""),
        OwnValue("værdi2", Kind.NUMBER, "målt CAT til 14", "målt CAT til 14", ""),
        OwnValue("værdi3", Kind.TEXT, "Bor alene", "Bor alene", ""),
    )
    prompt = Prompt("DEL-01/1/0", Wanted.CHOOSE, 0, "DEL-01", own=own)
    values = {"værdi1": "Cykle på Læsø", "værdi2": "15", "værdi3": ""}
    assert list(said(prompt, Answer(Outcome.DONE, "Anna", values=values))) == [
        "Ro på søen ved Sorø: erstattet af “Cykle på Læsø”",
        "målt CAT til 14: erstattet af “målt CAT til 15”",
        "Bor alene: som det står",
    ]
    assert list(said(prompt, Answer(Outcome.SKIPPED, "Anna", remark="I morgen", values=values))) == []
