"""A run's bundle and folder: what is changed in them is named, and nothing else is."""

from __future__ import annotations

import io
import json
import shutil
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from certified_run import SUBMITTED, by_medcom, say, write_run
from certified_run import events as certified_events
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from example_run import PLAN, START, events

from harness.cli.main import main as lps
from harness.cli.verify_json import schema_text as verify_schema
from harness.domain.event import MeasuredAgainst
from harness.domain.review import Act, Approved, Commented, Deployed, Refused, Role, Said
from harness.house import House, find_house
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.log import FIRST, LOG_NAME, encode
from harness.record.result import Result, read_result
from harness.record.review import REVIEW_NAME, append_act, read_review, run_head
from harness.reporting import artefacts
from harness.reporting.allure.results import write_allure
from harness.reporting.bundle.grounds import ground_file
from harness.reporting.bundle.manifest import MANIFEST_NAME
from harness.reporting.bundle.manifest import schema_text as manifest_schema
from harness.reporting.bundle.pack import BUNDLE_NAME, write_bundle
from harness.reporting.certificate.content import signed as certified
from harness.reporting.certificate.files import write_certificates
from harness.reporting.certificate.issue import certificates_of
from harness.reporting.verify.verify import verify
from harness.suite.campaigns import load_campaigns
from harness.suite.fingerprint import measured_files, text_digest

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
FEATURE = "features/deling/deling.feature"
SCHEMAS = find_house().home / "docs" / "schema"


def told(result: Result, evidence: Path) -> bytes:
    """An artefact for these tests: what the run came to, and what it rests on."""
    return f"Resultat: {result.verdict}\nBilag: {len(list(evidence.iterdir()))}\n".encode()


@pytest.fixture
def house(tmp_path: Path) -> House:
    home = House(tmp_path / "hjem", tmp_path / "reports")
    for name in (FEATURE, "fixtures/campaigns/kol-lrs-2027.yaml", "fixtures/vendors/novax.yaml"):
        (home.home / name).parent.mkdir(parents=True, exist_ok=True)
        (home.home / name).write_text(f"# {name}\nanden linje\ntredje linje\n", encoding="utf-8", newline="\n")
    return home


@pytest.fixture
def run(tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder with a review and a bundle, unsigned."""
    for name in list(artefacts.ARTEFACTS):  # they have tests of their own, and each look at a run makes them all again
        monkeypatch.delitem(artefacts.ARTEFACTS, name)
    monkeypatch.setitem(artefacts.ARTEFACTS, "prøve.txt", f"{__name__}:told")
    folder = house.reports / "kol-lrs-2027" / "novax" / "2026-10-05T081500"
    folder.mkdir(parents=True)
    began, *rest = events(Evidence(folder))
    files = {FEATURE: FEATURE, "fixtures/campaigns/kol-lrs-2027.yaml": "", "novax.yaml": "fixtures/vendors/novax.yaml"}
    basis = MeasuredAgainst((), files={name: text_digest((house.home / (at or name)).read_bytes()) for name, at in files.items()})
    previous, lines = FIRST, []
    for number, event in enumerate((began, basis, *rest)):
        lines.append(encode(event, number, START, previous))
        previous = text_digest(lines[-1])
    (folder / LOG_NAME).write_bytes(b"".join(lines))
    said = Said("Nancy Berggren", Role.SUPPLIER, datetime(2026, 10, 6, tzinfo=UTC).isoformat(), Commented("Set."))
    review = append_act(folder, said, run_head(folder))
    append_act(folder, said, review.head)
    left(folder, house)
    return folder


def left(folder: Path, house: House, key: Ed25519PrivateKey | None = None) -> None:
    result = read_result(folder)
    artefacts.write_artefacts(folder, result)
    write_bundle(folder, result, house, key)


def changed(path: Path, house: House) -> list[tuple[str, int]]:
    return [(each.file, each.line) for each in verify(path, house).changes]


def one_byte(path: Path, at: int = 30) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def in_bundle(bundle: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Write the bundle anew, as anybody may, with one file changed."""
    with zipfile.ZipFile(bundle) as old:
        files = {each: old.read(each) for each in old.namelist()}
    assert change(files[name]) != files[name]
    with zipfile.ZipFile(bundle, "w") as new:
        for each, data in files.items():
            new.writestr(each, change(data) if each == name else data)


def last_byte(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def test_nothing_is_changed_in_what_was_just_written(run: Path, house: House) -> None:
    for path in (run, run / LOG_NAME, run / MANIFEST_NAME, run / BUNDLE_NAME):
        found = verify(path, house)
        assert found.changes == []
        assert found.rehearsal
        assert found.verdict == "prøvekørsel med fund"
    with zipfile.ZipFile(run / BUNDLE_NAME) as bundle:
        assert f"grundlag/{FEATURE}" in bundle.namelist()
        assert not [name for name in bundle.namelist() if "novax.yaml" in name]
        manifest = json.loads(bundle.read(MANIFEST_NAME))
    assert "Prøvekørsel" in manifest["forbehold"]
    assert manifest["grundlag"] == "referencesystem"


def test_every_file_of_a_bundle_is_named_when_a_byte_of_it_is_changed(run: Path, house: House, tmp_path: Path) -> None:
    with zipfile.ZipFile(run / BUNDLE_NAME) as bundle:
        names = bundle.namelist()
    assert {LOG_NAME, REVIEW_NAME, MANIFEST_NAME, "prøve.txt", f"grundlag/{FEATURE}"} < set(names)
    for name in names:
        copy = Path(shutil.copy(run / BUNDLE_NAME, tmp_path))
        in_bundle(copy, name, last_byte)
        assert name in {file for file, _ in changed(copy, house)}, name


def test_any_byte_of_the_manifest_is_named_though_nobody_signed_it(run: Path, house: House) -> None:
    path = run / MANIFEST_NAME
    whole = path.read_bytes()
    for at in range(0, len(whole), 41):
        one_byte(path, at)
        assert MANIFEST_NAME in {file for file, _ in changed(run, house)}, whole[at - 20 : at + 20]
        path.write_bytes(whole)


@pytest.mark.parametrize("number", [1, 2, 7, 40])
def test_the_line_of_the_log_is_named(run: Path, house: House, number: int) -> None:
    log = run / LOG_NAME
    lines = log.read_bytes().splitlines(keepends=True)
    lines[number - 1] = lines[number - 1].replace(b'"at":"2026', b'"at":"2027')
    log.write_bytes(b"".join(lines))
    assert (LOG_NAME, number) in changed(run, house)
    assert [each for each in changed(run, house) if each[0] == LOG_NAME] == [(LOG_NAME, number)]


def test_the_last_line_of_the_log_and_a_line_of_the_review_are_named(run: Path, house: House) -> None:
    log, review = run / LOG_NAME, run / REVIEW_NAME
    lines, acts = log.read_bytes().splitlines(keepends=True), review.read_bytes()
    log.write_bytes(b"".join([*lines[:-1], lines[-1].replace(b"8.4", b"8.5")]))
    assert (REVIEW_NAME, 1) in changed(run, house)
    review.unlink()
    assert LOG_NAME in {file for file, _ in changed(run, house)}
    log.write_bytes(b"".join(lines))
    review.write_bytes(acts.replace(b"Set.", b"Ser.", 1))
    assert (REVIEW_NAME, 1) in changed(run, house)


def test_a_feature_of_the_house_that_was_changed_since_is_named_with_its_line(run: Path, house: House) -> None:
    path = house.home / FEATURE
    path.write_bytes(path.read_bytes().replace(b"anden", b"Anden"))
    [found] = verify(run, house).changes
    assert (found.file, found.line, found.what) == (FEATURE, 2, "ændret siden kørslen")
    assert changed(run / BUNDLE_NAME, house) == []
    path.unlink()
    assert changed(run, house) == [(FEATURE, 0)]


def test_evidence_that_is_changed_or_gone_is_named(run: Path, house: House) -> None:
    name = next(path.name for path in (run / EVIDENCE_NAME).iterdir() if path.read_bytes() == PLAN)
    one_byte(run / EVIDENCE_NAME / name)
    assert changed(run, house) == [(f"{EVIDENCE_NAME}/{name}", 0)]
    (run / EVIDENCE_NAME / name).unlink()
    assert changed(run, house) == [(f"{EVIDENCE_NAME}/{name}", 0)]


def test_a_line_ending_changed_on_the_way_is_no_change(run: Path, house: House) -> None:
    texts = [LOG_NAME, REVIEW_NAME, MANIFEST_NAME, "prøve.txt"]
    texts += [f"{EVIDENCE_NAME}/{path.name}" for path in (run / EVIDENCE_NAME).iterdir() if path.read_bytes() == PLAN]
    for path in [*(run / name for name in texts), house.home / FEATURE]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (run / MANIFEST_NAME).write_bytes((run / MANIFEST_NAME).read_bytes() + b"\r\n")
    assert changed(run, house) == []
    with zipfile.ZipFile(run / BUNDLE_NAME) as bundle:
        names = [each for each in bundle.namelist() if b"\0" not in bundle.read(each) and b"\n" in bundle.read(each)]
    for name in names:
        if not name.startswith(EVIDENCE_NAME):
            in_bundle(run / BUNDLE_NAME, name, lambda data: data.replace(b"\n", b"\r\n"))
    assert changed(run / BUNDLE_NAME, house) == []


def test_a_signature_shows_who_and_that_nothing_was_forged(run: Path, house: House) -> None:
    left(run, house, KEY)
    bundle, other = run / BUNDLE_NAME, Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    assert verify(bundle, house, KEY.public_key()).changes == []
    assert verify(bundle, house).signer == KEY.public_key().public_bytes_raw().hex()
    assert [each.file for each in verify(bundle, house, other.public_key()).changes] == [MANIFEST_NAME]
    in_bundle(bundle, MANIFEST_NAME, lambda data: data.replace(b'"novax"', b'"xmo"'))
    assert "underskriften passer ikke" in " ".join(map(str, verify(bundle, house).changes))
    left(run, house)
    assert [each.file for each in verify(bundle, house, KEY.public_key()).changes] == [MANIFEST_NAME]


def test_the_command_says_it_in_words_and_in_json(run: Path, house: House, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["verify", str(run / BUNDLE_NAME), "--home", str(house.home)]
    assert lps(asked) == 0
    out = capsys.readouterr().out
    assert out.startswith("Prøvekørsel med referencesystemet")
    assert "ikke at ingen har forfalsket det" in out
    in_bundle(run / BUNDLE_NAME, "prøve.txt", last_byte)
    assert lps(asked) == 1
    assert "Ændret: prøve.txt, linje 2:" in capsys.readouterr().out
    assert lps([*asked, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["uændret"], said["grundlag"], said["ændringer"][0]["fil"]) == (False, "referencesystemet", "prøve.txt")
    assert said.keys() == json.loads(verify_schema())["properties"].keys()


def test_the_published_schemas_are_up_to_date() -> None:
    assert (SCHEMAS / "verify.schema.json").read_text("utf-8") == verify_schema(), "kør: python -m harness.cli.verify_json"
    assert (SCHEMAS / "manifest.schema.json").read_text("utf-8") == manifest_schema(), "kør: … harness.reporting.bundle.manifest"


def test_a_certificate_in_a_bundle_is_held_against_its_signature_and_its_run(tmp_path: Path) -> None:
    run = write_run(tmp_path, certified_events())
    result = read_result(run)
    write_certificates(run, [certified(each, KEY) for each in certificates_of(result, result.head).certificates])
    left(run, find_house(), KEY)
    bundle, key = run / BUNDLE_NAME, KEY.public_key()
    with zipfile.ZipFile(bundle) as packed:
        names = [name for name in packed.namelist() if name.startswith("certifikat")]
    assert len(names) == 4
    assert verify(bundle, find_house(), key).changes == []
    for name in names:
        copy = Path(shutil.copy(bundle, tmp_path))
        in_bundle(copy, name, last_byte)
        assert name in {file for file, _ in changed(copy, find_house())}
    path = run / next(name for name in names if name.endswith(".json"))
    assert verify(path, find_house(), key).changes == []
    path.write_bytes(path.read_bytes().replace(b'"godkendt":"2026', b'"godkendt":"2027'))
    assert [each.file for each in verify(path, find_house(), key).changes] == [path.name]


def appended(bundle: Path, name: str, data: bytes = b"<h1>Godkendt</h1>") -> None:
    with zipfile.ZipFile(bundle, "a") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name that is there twice
        packed.writestr(name, data)


def put_first(bundle: Path, name: str, data: bytes) -> None:
    """Write the bundle anew with a file of a name it has already before all others."""
    with zipfile.ZipFile(bundle) as old:
        files = [(name, data), *((each, old.read(each)) for each in old.namelist())]
    bundle.unlink()
    for each, content in files:
        appended(bundle, each, content)


@pytest.mark.parametrize("name", [MANIFEST_NAME, "prøve.txt", "PRØVE.txt", f"./{REVIEW_NAME}"])
def test_a_name_that_is_in_the_bundle_twice_is_named(run: Path, house: House, name: str) -> None:
    left(run, house, KEY)
    put_first(run / BUNDLE_NAME, name, b"en anden")
    twice = [each.file for each in verify(run / BUNDLE_NAME, house, KEY.public_key()).changes if "flere gange" in each.what]
    assert [each.casefold() for each in twice] == [Path(name).as_posix().casefold()]


@pytest.mark.parametrize("name", ["../x.html", "/abs.html", "C:x.html", "a\\x.html", "./x.html", "a//x.html", "x" * 300, "../x/"])
def test_a_file_that_is_not_laid_out_is_named(run: Path, house: House, tmp_path: Path, name: str) -> None:
    bundle = Path(shutil.copy(run / BUNDLE_NAME, tmp_path))
    appended(bundle, name)
    before = set(tmp_path.rglob("*"))
    assert changed(bundle, house) == [(name, 0)]
    assert set(tmp_path.rglob("*")) == before


def test_bytes_that_are_no_members_are_named_wherever_they_stand(run: Path, house: House) -> None:
    bundle = run / BUNDLE_NAME
    whole = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as packed:
        directory, second = packed.start_dir, packed.infolist()[1].header_offset
    page = b"<h1>Godkendt</h1>"
    comment = whole[:-2] + len(page).to_bytes(2, "little") + page
    for forged in (
        page + whole,
        whole + page,
        comment,
        whole[:directory] + page + whole[directory:],
        shifted(whole, second, page),
    ):
        bundle.write_bytes(forged)
        assert [each.file for each in verify(bundle, house).changes if "bytes i filen" in each.what] == [BUNDLE_NAME]
        assert "pakkens" in " ".join(each.what for each in verify(run, house).changes if each.file == BUNDLE_NAME)


def shifted(whole: bytes, at: int, put_in: bytes) -> bytes:
    """The zip with `put_in` at `at`, and its directory told where everything is now."""
    bundle = zipfile.ZipFile(io.BytesIO(whole))
    data = bytearray(whole[:at] + put_in + whole[at:])
    place = bundle.start_dir + len(put_in)
    for entry in bundle.infolist():
        if entry.header_offset >= at:
            data[place + 42 : place + 46] = (entry.header_offset + len(put_in)).to_bytes(4, "little")
        place += 46 + sum(int.from_bytes(data[place + field : place + field + 2], "little") for field in (28, 30, 32))
    data[-6:-2] = (bundle.start_dir + len(put_in)).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("damage", ["lzma", "bzip2", "encrypted", "sum"])
def test_a_member_that_cannot_be_read_is_named(run: Path, house: House, damage: str) -> None:
    bundle = run / BUNDLE_NAME
    packing = {"lzma": zipfile.ZIP_LZMA, "bzip2": zipfile.ZIP_BZIP2}.get(damage, zipfile.ZIP_STORED)
    with zipfile.ZipFile(bundle, "a") as packed:
        packed.writestr("x.txt", b"hej" * 100, packing)
        entry, directory = packed.getinfo("x.txt"), packed.start_dir
    data = bytearray(bundle.read_bytes())
    if damage == "encrypted":
        data[data.rindex(b"PK\1\2", directory) + 8] |= 1
        data[entry.header_offset + 6] |= 1
    else:
        at = entry.header_offset + 30 + len("x.txt") + 9  # where LZMA's stream begins
        data[at : at + 12] = b"\xff" * 12
    bundle.write_bytes(data)
    assert changed(bundle, house) == [("x.txt", 0)]
    assert lps(["verify", str(bundle), "--home", str(house.home)]) == 1


def test_a_comment_after_the_reports_were_made_changes_nothing(run: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(artefacts.ARTEFACTS, "sagt.txt", f"{__name__}:spoken")
    left(run, house, KEY)
    write_allure(run)
    said = Said("Nancy Berggren", Role.SUPPLIER, datetime(2026, 10, 7, tzinfo=UTC).isoformat(), Commented("Og en til."))
    review = append_act(run, said, read_review(run).head)
    found = verify(run, house, KEY.public_key())
    assert (found.changes, [each for each in found.notes if "1 linje kom til i gennemgangen" in each]) == ([], found.notes[:1])
    append_act(run, said, review.head)
    assert "Rapporterne er lavet, før 2 linjer kom til i gennemgangen. Lav dem igen med lps report." in verify(run, house).notes
    one_byte(run / "sagt.txt", 3)
    assert changed(run, house) == [("sagt.txt", 1)]
    left(run, house, KEY)
    write_allure(run)
    assert verify(run, house, KEY.public_key()).notes == []
    in_bundle(run / BUNDLE_NAME, REVIEW_NAME, lambda data: b"".join(data.splitlines(keepends=True)[:-1]))
    assert (REVIEW_NAME, 0) in changed(run / BUNDLE_NAME, house)


def test_the_first_comment_after_the_reports_were_made_changes_nothing(run: Path, house: House) -> None:
    (run / REVIEW_NAME).unlink()
    left(run, house)
    said = Said("Nancy Berggren", Role.SUPPLIER, datetime(2026, 10, 7, tzinfo=UTC).isoformat(), Commented("Set."))
    append_act(run, said, run_head(run))
    found = verify(run, house)
    assert (found.changes, "før 1 linje kom til" in " ".join(found.notes)) == ([], True)


@pytest.mark.parametrize("act", [Approved(), Refused("Nej"), Deployed("2026-10-07")])
def test_what_was_judged_after_the_manifest_was_signed_is_named(tmp_path: Path, act: Act) -> None:
    folder = write_run(tmp_path, certified_events(), [SUBMITTED])
    write_bundle(folder, read_result(folder), find_house(), KEY)
    say(folder, by_medcom(act, "2026-11-22"))
    assert {MANIFEST_NAME, REVIEW_NAME} <= {file for file, _ in changed(folder, find_house())}


def spoken(result: Result, evidence: Path) -> bytes:
    """An artefact that is another after each act."""
    return f"Sagt: {len(result.review.said)}\n".encode()


def test_files_in_a_runs_folder_that_nobody_made_are_told(run: Path, house: House) -> None:
    (run / "allure-report").mkdir()
    for name in ("allure-report/index.html", "allure-history.jsonl"):  # the house's own
        (run / name).write_bytes(b"hej")
    assert not [each for each in verify(run, house).notes if "Ikke en del af kørslen" in each]
    for name in ("godkendelse.html", f"{EVIDENCE_NAME}/billede.png", "allure-report/godkendt.html", ".skjult.html"):
        (run / name).write_bytes(b"hej")
    told = "Ikke en del af kørslen, og ikke kontrolleret: .skjult.html, allure-report/godkendt.html, evidence/billede.png, "
    found = verify(run, house)
    assert f"{told}godkendelse.html." in found.notes
    assert [each.file for each in found.changes] == ["prøve.txt"]  # which counts the evidence


def test_a_folder_in_the_place_of_evidence_is_named(run: Path, house: House) -> None:
    place = f"{EVIDENCE_NAME}/{'0' * 64}"
    appended(run / BUNDLE_NAME, f"{place}/x")
    assert (place, 0) in changed(run / BUNDLE_NAME, house)
    (run / place).mkdir()
    (run / EVIDENCE_NAME / "en.mappe").mkdir()
    assert {(place, 0), (f"{EVIDENCE_NAME}/en.mappe", 0)} <= set(changed(run, house))
    name = next(path for path in (run / EVIDENCE_NAME).iterdir() if path.is_file())
    name.unlink()
    appended(run / BUNDLE_NAME, f"{EVIDENCE_NAME}/{name.name}/x")
    assert f"{EVIDENCE_NAME}/{name.name}/x" in {file for file, _ in changed(run / BUNDLE_NAME, house)}
    name.mkdir()
    assert (f"{EVIDENCE_NAME}/{name.name}", 0) in changed(run, house)


def test_every_file_a_run_is_measured_with_is_found_where_it_lies() -> None:
    house = find_house()
    files = measured_files(house, load_campaigns(house, "kommunale-proevesvar"), house.vendors / "novax.yaml")
    for part in ("features", "regler", "profiler", "kampagne", "patienter", "kodelister"):
        assert {name for name in files[part] if not ground_file(name, house).is_file()} == set(), part
