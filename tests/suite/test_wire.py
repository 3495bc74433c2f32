"""What is said of the parts nobody misses is read with its patterns, and speaks of what it should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.domain.wire import How, Listed, Standing, WireChange
from harness.house import find_house
from harness.suite.wire import load_listed
from harness.suite.yaml_file import YamlError

HOUSE = find_house()
ID = WireChange("vans/afsendelse XREF15", "VANSEnvelope/Message/Data/Emessage/Letter/Identifier", How.ALTERED)
ENTRY = Listed(Standing.NOT_REQUIRED, ("vans/afsendelse *",), ("*/Letter/Identifier",), None, "hvorfor", "kilde", "sted")


@pytest.mark.parametrize(
    ("entry", "covers"),
    [
        (ENTRY, True),
        (replace(ENTRY, how=How.ALTERED), True),
        (replace(ENTRY, how=How.REMOVED), False),
        (replace(ENTRY, kinds=("ehmi/*",)), False),
        (replace(ENTRY, kinds=("ehmi/*", "vans/*")), True),
        (replace(ENTRY, paths=("*/Letter",)), False),
        (replace(ENTRY, paths=("*/Letter*",)), True),
        (replace(ENTRY, paths=("*/Letter/Identifie.",)), False),
    ],
)
def test_an_entry_speaks_of_the_messages_parts_and_changes_it_names(entry: Listed, covers: bool) -> None:
    assert entry.covers(ID) is covers


def test_brackets_in_a_path_are_themselves() -> None:
    change = WireChange("dros/iti41", "Envelope/Slot[hash]/@name", How.REMOVED)
    assert replace(ENTRY, kinds=("dros/iti41",), paths=("*/Slot[hash]/@name",)).covers(change)
    assert not replace(ENTRY, kinds=("dros/iti41",), paths=("*/Slot[size]/@name",)).covers(change)


def test_every_entry_says_why_in_whole_sentences_and_from_where() -> None:
    listed = load_listed(HOUSE)
    assert [each.place for each in listed if each.standing is not Standing.NOT_REQUIRED] == []  # no hole is known
    assert [each.place for each in listed if not each.why.endswith(".") or not each.source] == []
    assert len({each.place for each in listed}) == len(listed)


def test_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "fixtures" / "wire").mkdir(parents=True)
    (tmp_path / "features").mkdir()
    text = "id: egen\nhuller:\n  - { beskeder: [x], steder: [y], ændring: slettet, hvorfor: Fordi., kilde: z }\n"
    (tmp_path / "fixtures" / "wire" / "egen.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(YamlError, match=r"egen\.yaml:3:\d+  huller\[0\]\.ændring|egen\.yaml:3"):
        load_listed(find_house(tmp_path))
