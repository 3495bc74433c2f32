"""What a tester reads when a YAML file is wrong: the exact text, for the mistakes people make."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.errors import YamlError
from harness.house import find_house
from harness.suite import yaml_file
from harness.suite.model import Strict, read_as
from harness.suite.vendors import VendorFile, load_vendor
from harness.suite.yaml_file import load_yaml

GOOD = """\
id: novax
produkt: Novax
leverandør: Novax
version: ukendt
driver: reference
rute: { værdi: plsp, status: afventer, kilde: MedCom }
pladser: { dros: simulator }
godkendelsesliste: { kilde: MedCom, dato: 2026-07-09, system: Novax }
godkendelser:
  - { standard: CPD-DK, version: "2.0", kanal: Sende, status: Godkendt }
"""

FIELDS = ", ".join(VendorFile.model_fields)

MISTAKES = [
    pytest.param(
        "driver: reference",
        "driver: telepati",
        '5:9  driver\n    Skal være en af: reference, adapter, attended, replay. Fundet: "telepati".',
        id="unknown driver",
    ),
    pytest.param(
        "driver: reference",
        f"driver: reference\nklientcertifikat: sha256:{'ab' * 20}",
        "6:19  klientcertifikat\n    Skal være sha256: og certifikatets fingeraftryk, 64 hextal. Et på 40 hextal er SHA-1."
        f' Fundet: "sha256:{"ab" * 20}".',
        id="SHA-1",
    ),
    pytest.param("produkt: Novax\n", "", "1:1  produkt\n    Feltet mangler.", id="missing field"),
    pytest.param("kanal: Sende, ", "", "10:5  godkendelser[1].kanal\n    Feltet mangler.", id="missing field in a list"),
    pytest.param(
        "driver: reference",
        "driver: reference\nfarve: blå",
        f"6:1  farve\n    Feltet kendes ikke. Kan være: {FIELDS}.",
        id="unknown field",
    ),
    pytest.param(
        "Godkendt }",
        "Godkendt, standart: x }",
        '10:73  godkendelser[1].standart\n    Feltet kendes ikke. Mente du "standard"?',
        id="misspelt field",
    ),
    pytest.param(
        "kilde: MedCom }",
        "kilde: MedCom, kilder: x }",
        '6:55  rute.kilder\n    Feltet kendes ikke. Mente du "kilde"?',
        id="misspelt field in a group",
    ),
    pytest.param(
        "version: ukendt\n",
        "version: ukendt\nkanaler: [{ format: XREF15, retning: Sende, vej: mappe }]\n",
        "5:11  kanaler[1]\n    Mappen skal stå der, når vejen er mappe, og kun da. Fundet: felter.",
        id="a folder without a path",
    ),
    pytest.param(
        "version: ukendt\n",
        "version: ukendt\nkanaler: [{ format: XREF15, retning: Sende, vej: side, mappe: ud }]\n",
        '5:63  kanaler[1].mappe\n    Mappen skal stå der, når vejen er mappe, og kun da. Fundet: "ud".',
        id="a path that is not used",
    ),
    pytest.param(
        "version: ukendt\n",
        "version: ukendt\nkanaler:\n"
        "  - { format: XREF15, retning: Sende, vej: mappe, mappe: ud }\n"
        "  - { format: XDIS15, retning: Modtage, vej: mappe, mappe: ud }\n",
        '7:60  kanaler[2].mappe\n    Skal være en anden mappe end den, systemet lægger sine egne filer i. Fundet: "ud".',
        id="one folder both ways",
    ),
    pytest.param(
        "version: ukendt\n",
        "version: ukendt\nkanaler: [{ format: XREF15, retning: Sende }, { format: XREF15, retning: Sende, vej: side }]\n",
        '5:57  kanaler[2].format\n    Har allerede en vej i den retning. Fundet: "XREF15".',
        id="two ways for one format",
    ),
    pytest.param(
        "pladser: { dros: simulator }",
        "pladser: [dros]",
        "7:10  pladser\n    Skal være felter (navn: værdi). Fundet: en liste.",
        id="list for fields",
    ),
    pytest.param(
        "rute: { værdi: plsp, status: afventer, kilde: MedCom }",
        "rute: plsp",
        '6:7  rute\n    Skal være felter (navn: værdi). Fundet: "plsp".',
        id="text for fields",
    ),
    pytest.param("version: ukendt", "version:", "4:9  version\n    Skal være tekst. Fundet: ingenting.", id="nothing for text"),
    pytest.param(
        "version: ukendt", 'version: ""', '4:10  version\n    Skal være tekst på mindst 1 tegn. Fundet: "".', id="empty text"
    ),
    pytest.param(
        "version: ukendt",
        "version: ukendt\nversion: nyeste",
        "5:1  version\n    Feltet må kun stå én gang. Fundet: også i linje 4.",
        id="duplicate key",
    ),
    pytest.param(
        "version: ukendt",
        "version:\tukendt",
        "4:9\n    YAML'en kan ikke læses: der står et tabulatortegn. Brug mellemrum.",
        id="tab",
    ),
    pytest.param(
        "version: ukendt",
        "version: 2.0",
        '4:10  version\n    Skal være tekst. Fundet: "2.0". Skriv det i citationstegn.',
        id="version as a number",
    ),
    pytest.param(
        "version: ukendt",
        "version: 2026-07-09",
        '4:10  version\n    Skal være tekst. Fundet: "2026-07-09". Skriv det i citationstegn.',
        id="version as a date",
    ),
    pytest.param(
        "version: ukendt",
        "version: NO",
        '4:10  version\n    YAML læser "NO" som falsk. Er det tekst, så skriv det i citationstegn.',
        id="NO",
    ),
    pytest.param(
        "version: ukendt",
        "version: 010",
        '4:10  version\n    YAML læser "010" som tallet 8. Er det tekst, så skriv det i citationstegn.',
        id="octal",
    ),
    pytest.param(
        "version: ukendt",
        "version: 12:30",
        '4:10  version\n    YAML læser "12:30" som tallet 750. Er det tekst, så skriv det i citationstegn.',
        id="base 60",
    ),
    pytest.param(
        "dato: 2026-07-09",
        "dato: 9. juli",
        '8:43  godkendelsesliste.dato\n    Skal være en dato, skrevet ÅÅÅÅ-MM-DD. Fundet: "9. juli".',
        id="date in words",
    ),
    pytest.param(
        "dato: 2026-07-09",
        "dato: 2026-02-31",
        '8:43  godkendelsesliste.dato\n    Skal være en dato, der findes. Fundet: "2026-02-31".',
        id="31 February",
    ),
    pytest.param(
        "version: ukendt",
        "version: ${LPS_IKKE_SAT}",
        "4:10  version\n    Miljøvariablen LPS_IKKE_SAT er ikke sat. Sæt den, før du starter lps.",
        id="unset variable",
    ),
    pytest.param(
        "version: ukendt",
        "version: ${lps version}",
        '4:10  version\n    Skal være ${NAVN} med bogstaver, tal og understregning. Fundet: "${lps version}".',
        id="bad variable name",
    ),
    pytest.param(
        "værdi: plsp",
        "værdi: brevdue",
        '6:16  rute.værdi\n    Skal være en af: plsp, direkte. Fundet: "brevdue".',
        id="unknown rute",
    ),
    pytest.param(
        "dros: simulator",
        "dros: simulatr",
        '7:18  pladser.dros\n    Skal være en af: simulator, gennemstilling, aflæsning, fil, attest. Fundet: "simulatr".',
        id="unknown seat",
    ),
    pytest.param(
        "id: novax", "id: xmo", '1:5  id\n    Skal være det samme som filens navn, "novax". Fundet: "xmo".', id="id and file"
    ),
    pytest.param(
        "version: ukendt",
        "version: *seneste",
        "4:10\n    YAML'en kan ikke læses: henvisninger (*navn) kan ikke bruges her. Skriv indholdet ud.",
        id="alias",
    ),
    pytest.param(
        "version: ukendt",
        "version: !!python/name:os.system ''",
        '4:10  version\n    Mærket "tag:yaml.org,2002:python/name:os.system" kan ikke bruges her. Skriv værdien uden det.',
        id="tag that runs code",
    ),
    pytest.param(
        "version: ukendt",
        "version ukendt",
        "5:1\n    YAML'en kan ikke læses: der mangler et kolon efter feltets navn i linjen før.",
        id="missing colon",
    ),
    pytest.param(
        "version: ukendt",
        "version: \x07",
        "4:10\n    Her står et usynligt tegn (U+0007), som ikke må stå i YAML.",
        id="control character",
    ),
    pytest.param(
        "driver: reference",
        "driver: '2512489996'",
        '5:9  driver\n    Skal være en af: reference, adapter, attended, replay. Fundet: "251248-****".',
        id="a CPR number is never shown whole",
    ),
]


@pytest.fixture
def novax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LPS_IKKE_SAT", raising=False)
    folder = tmp_path / "fixtures" / "vendors"
    folder.mkdir(parents=True)
    return folder / "novax.yaml"


def refused(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(YamlError) as caught:
        load_vendor(path)
    return str(caught.value)


@pytest.mark.parametrize(("right", "wrong", "text"), MISTAKES)
def test_each_mistake_says_where_and_what(novax: Path, right: str, wrong: str, text: str) -> None:
    assert right in GOOD
    assert refused(novax, GOOD.replace(right, wrong)) == f"fixtures/vendors/novax.yaml:{text}"


def test_the_good_file_is_read(novax: Path) -> None:
    novax.write_text(GOOD, encoding="utf-8")
    system = load_vendor(novax)
    assert (system.id, system.driver, system.sends("CPD-DK")) == ("novax", "reference", ("2.0",))


@pytest.mark.parametrize("written", ["AB:" * 31 + "AB", "ab" * 32])
def test_a_fingerprint_may_be_written_as_openssl_writes_it(novax: Path, written: str) -> None:
    novax.write_text(f"{GOOD}klientcertifikat: sha256:{written}\n", encoding="utf-8")
    assert load_vendor(novax).client_certificate == f"sha256:{'ab' * 32}"


def test_a_folder_lies_beside_the_file_that_names_it_and_an_unknown_format_is_refused(novax: Path) -> None:
    ways = "kanaler: [{ format: XREF15, retning: Sende, vej: mappe, mappe: ud }]\n"
    novax.write_text(GOOD + ways, encoding="utf-8")
    [way] = load_vendor(novax).ways
    assert (way.format, way.sent, way.by, way.folder) == ("XREF15", True, "mappe", (novax.parent / "ud").resolve())
    assert "kanaler[1].format\n    Skal være en af: VANSEnvelope, BIN01" in refused(
        novax, GOOD + ways.replace("XREF15", "XREF51")
    )


def test_all_mistakes_of_a_file_come_at_once_in_its_order(novax: Path) -> None:
    wrong = GOOD.replace("version: ukendt", "version: ${LPS_IKKE_SAT}").replace("driver: reference", "drver: x\nprodukt: y")
    assert refused(novax, wrong) == (
        "fixtures/vendors/novax.yaml:1:1  driver\n    Feltet mangler.\n"
        "fixtures/vendors/novax.yaml:4:10  version\n    Miljøvariablen LPS_IKKE_SAT er ikke sat. Sæt den, før du starter lps.\n"
        'fixtures/vendors/novax.yaml:5:1  drver\n    Feltet kendes ikke. Mente du "driver"?\n'
        "fixtures/vendors/novax.yaml:6:1  produkt\n    Feltet må kun stå én gang. Fundet: også i linje 2."
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"", ":1:1\n    Filen er tom.", id="empty"),
        pytest.param(b"- a\n", ":1:1\n    Skal være felter (navn: værdi). Fundet: en liste.", id="list"),
        pytest.param(
            GOOD.encode("latin-1"), ":3:9\n    Skal være gemt som UTF-8. Her står et tegn i et andet tegnsæt.", id="latin-1"
        ),
        pytest.param(
            b"a: b\n---\nc: d\n", ":2:1\n    YAML'en kan ikke læses: filen har mere end ét dokument (---).", id="two documents"
        ),
    ],
)
def test_a_file_that_is_no_system_at_all(novax: Path, content: bytes, text: str) -> None:
    assert refused(novax, content) == f"fixtures/vendors/novax.yaml{text}"


def test_an_id_that_cannot_stand_in_an_address(novax: Path) -> None:
    text = refused(novax.with_name("Novax ny.yaml"), GOOD.replace("id: novax", "id: Novax ny"))
    assert text == (
        "fixtures/vendors/Novax ny.yaml:1:5  id\n"
        '    Må kun have små bogstaver (a–z), tal, punktum og bindestreg. Fundet: "Novax ny".'
    )


def test_a_missing_file(novax: Path) -> None:
    with pytest.raises(YamlError) as caught:
        load_vendor(novax)
    assert str(caught.value) == "fixtures/vendors/novax.yaml\n    Filen findes ikke."


@pytest.mark.parametrize("name", ["password", "kodeord", "adgangskode", "API-token", "privat_nøgle", "client_secret", "tokens"])
def test_a_secret_written_out_is_refused_and_never_shown(novax: Path, name: str) -> None:
    text = refused(novax, f"{GOOD}{name}: hunter2\n")
    assert f"fixtures/vendors/novax.yaml:11:{len(name) + 3}  {name}\n    En hemmelighed må ikke stå i filen." in text
    assert "hunter2" not in text


class Access(Strict):
    token: str
    antal: int = 1
    slået_til: bool = True


def test_a_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "adgang.yaml"
    path.write_text("token: ${LPS_PRØVE}\n".replace("Ø", "OE"), encoding="utf-8")
    for said in ("hunter2", "hunter3"):
        monkeypatch.setenv("LPS_PROEVE", said)
        assert read_as(Access, path).token == said


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "adgang.yaml"
    for said in ("env:EN", "env:TO", "env:EN"):
        path.write_text(f"token: {said}\n", encoding="utf-8")
        assert read_as(Access, path).token == said


def test_a_value_from_the_environment_is_not_shown_when_it_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LPS_PROEVE", "hunter2")
    path = tmp_path / "adgang.yaml"
    path.write_text("token: ${LPS_PROEVE}\nantal: ${LPS_PROEVE}\nslået_til: ${LPS_PROEVE}\n", encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        read_as(Access, path)
    assert str(caught.value) == (
        'adgang.yaml:2:8  antal\n    Skal være et helt tal. Fundet: "${LPS_PROEVE}".\n'
        'adgang.yaml:3:12  slået_til\n    Skal være true eller false. Fundet: "${LPS_PROEVE}".'
    )


def test_a_kind_of_error_without_its_own_words_still_says_where_and_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Share(Strict):
        andel: complex

    monkeypatch.chdir(tmp_path)
    (tmp_path / "andel.yaml").write_text("andel: halvdelen\n", encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        read_as(Share, tmp_path / "andel.yaml")
    assert str(caught.value).startswith("andel.yaml:1:8  andel\n    Kan ikke bruges her (")
    assert str(caught.value).endswith('). Fundet: "halvdelen".')


def test_places_count_what_the_editor_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeffæøå: [1, {b: 'c'}]\r\nd: a\u030a\r\n".encode())
    marked = load_yaml(path)
    assert marked.data == {"æøå": [1, {"b": "c"}], "d": "å"}
    assert marked.values["æøå", 1, "b"] == (1, 14)
    assert marked.keys["d",] == (2, 1)


def test_our_files_read_alike_by_libyaml_and_by_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted((find_house().fixtures / "vendors").glob("*.yaml"))
    quick = [load_yaml(each) for each in files]
    monkeypatch.setattr(yaml_file, "_Quick", yaml_file._Loader)
    assert quick == [load_yaml(each) for each in files]


@pytest.mark.parametrize("text", ["a: {b:\tc}", "a: {b\ufeff: c}", "a: [b: , c]", "[? ]"])
def test_what_libyaml_reads_otherwise_is_read_as_pyyaml_does(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8", newline="\n")
    quick = as_read(tmp_path / "x.yaml")
    monkeypatch.setattr(yaml_file, "_Quick", yaml_file._Loader)
    assert quick == as_read(tmp_path / "x.yaml")


def as_read(path: Path) -> object:
    try:
        return load_yaml(path)
    except YamlError as error:
        return str(error)


def test_a_file_elsewhere_is_shown_with_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "her").mkdir()
    monkeypatch.chdir(tmp_path / "her")
    with pytest.raises(YamlError) as caught:
        load_yaml(tmp_path / "x.yaml")
    assert str(caught.value) == f"{(tmp_path / 'x.yaml').resolve().as_posix()}\n    Filen findes ikke."
