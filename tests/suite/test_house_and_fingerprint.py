"""Where the suite is found, and that its fingerprint changes with what it is made of and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.domain.errors import ConfigurationError
from harness.house import House, find_house
from harness.suite.campaigns import load_campaign
from harness.suite.fingerprint import fingerprint
from harness.suite.vendors import vendor_file

HOUSE = find_house()


@pytest.fixture
def copy(tmp_path: Path) -> House:
    shutil.copytree(HOUSE.fixtures, tmp_path / "fixtures")
    for folder in HOUSE.features.iterdir():  # a campaign names them
        (tmp_path / "features" / folder.name).mkdir(parents=True)
    (tmp_path / "features" / "deling" / "a.feature").write_bytes("# language: da\nEgenskab: æ\n".encode())
    return find_house(tmp_path)


def prints(house: House, system: str = "novax") -> dict[str, str]:
    return fingerprint(house, [load_campaign(house, "kol-lrs-2027")], vendor_file(house, system))


def test_the_checkout_is_found_and_reports_go_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    house = find_house()
    assert house.home == Path(__file__).parents[2]
    assert house.reports == Path.cwd() / "reports"


def test_an_argument_goes_before_lps_home(copy: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPS_HOME", str(tmp_path))
    assert find_house().home == tmp_path
    assert find_house(HOUSE.home).home == HOUSE.home


def test_a_home_without_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fixtures").mkdir()
    monkeypatch.setenv("LPS_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError) as caught:
        find_house()
    assert str(caught.value) == f"LPS_HOME peger på {tmp_path.as_posix()}, men der mangler features/."


def test_line_endings_and_byte_order_marks_do_not_count(copy: House) -> None:
    before = prints(copy)
    for path in [*copy.fixtures.rglob("*.yaml"), *copy.features.rglob("*.feature")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert prints(copy) == before


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("features/deling/a.feature", "features"),
        ("fixtures/profiles/deling.yaml", "profiler"),
        ("fixtures/campaigns/kol-lrs-2027.yaml", "kampagne"),
        ("fixtures/requirements/kp.yaml", "kampagne"),
        ("fixtures/patients/nationale-testpatienter.yaml", "patienter"),
        ("fixtures/terminology/icpc-2.yaml", "kodelister"),
        ("fixtures/vendors/novax.yaml", "system"),
    ],
)
def test_a_change_shows_in_its_own_part_only(copy: House, file: str, part: str) -> None:
    before = prints(copy)
    with (copy.home / file).open("ab") as changed:
        changed.write(b"# x\n")
    after = prints(copy)
    assert list(after) == ["features", "regler", "profiler", "kampagne", "patienter", "kodelister", "system"]
    assert [name for name in after if after[name] != before[name]] == [part]


def test_a_changed_code_changes_the_code_lists_and_nothing_else(copy: House) -> None:
    before = prints(copy)
    path = copy.fixtures / "terminology" / "mcs.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("MCS88015:") == 1
    path.write_text(text.replace("MCS88015:", "MCS88099:"), encoding="utf-8", newline="\n")
    assert {name for name, print_ in prints(copy).items() if print_ != before[name]} == {"kodelister"}


def test_a_renamed_feature_and_another_system_are_other_fingerprints(copy: House) -> None:
    before = prints(copy)
    (copy.features / "deling" / "a.feature").rename(copy.features / "deling" / "b.feature")
    assert prints(copy)["features"] != before["features"]
    assert prints(copy, "reference")["system"] != before["system"]
