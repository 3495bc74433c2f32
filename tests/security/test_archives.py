"""What is packed: nothing is written outside its place or unpacked without a limit, and every place that unpacks is here."""

from __future__ import annotations

import ast
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import pytest

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.lps import adapter
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import CannotAct
from harness.record import packed, publishing
from harness.record.guard import Guard
from harness.reporting.verify import zipped
from harness.reporting.verify.zipped import lay_out
from harness.runner.replay import source
from harness.runner.replay.source import read_source
from harness.standards.fhir import packages
from harness.standards.fhir.packages import read_package
from harness.steps.laboratory import laboratory_traces

HARNESS: Final = Path(__file__).parents[2] / "harness"
UNPACKS: Final = {"bz2", "gzip", "lzma", "tarfile", "zipfile", "zlib"}
READERS: Final = {
    "lps/adapter.py": "the answers of a system's test interface",
    "record/packed.py": "what a system has packed in a message",
    "record/publishing.py": "what is to leave the house",
    "reporting/verify/zipped.py": "a bundle somebody hands over",
    "runner/replay/source.py": "the files a supplier lays down",
    "standards/fhir/packages.py": "MedCom's FHIR packages",
}
"""Each place that unpacks what others have made. Every one has a bomb of its own below."""
WRITERS: Final = {
    "reporting/bundle/pack.py",
    "reporting/day/export.py",
    "reporting/machine/gitb.py",
    "reporting/protocol/word.py",
}
"""What packs our own files, or packs them once more."""
ASKS: Final = {"reporting/verify/verify.py"}
"""What asks whether a file is a zip, and leaves it to another."""
ZEROS: Final = b"\0" * 3_000_000
SMALL: Final = 1_000_000


def imported(name: str) -> set[str]:
    """The modules of `UNPACKS` that this one of ours imports."""
    text = (HARNESS / name).read_text("utf-8")
    if not any(each in text for each in UNPACKS):
        return set()
    nodes = list(ast.walk(ast.parse(text)))
    found = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    return UNPACKS & (found | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)})


def test_every_place_that_unpacks_is_known() -> None:
    there = {name for path in HARNESS.rglob("*.py") if imported(name := path.relative_to(HARNESS).as_posix())}
    assert there == (READERS.keys() - {"lps/adapter.py"}) | WRITERS | ASKS, "a new one needs a limit, and a bomb here"


def test_nothing_is_unpacked_by_the_names_in_an_archive() -> None:
    unpacking = re.compile(r"\.(extract|extractall|unpack_archive)\(")
    assert [path.name for path in HARNESS.rglob("*.py") if unpacking.search(path.read_text("utf-8"))] == []


def a_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


OUTSIDE: Final = (
    "../ud.txt",
    "a/../../ud.txt",
    "/ud.txt",
    "..\\ud.txt",
    "C:/ud.txt",
    "\\\\vært\\ud.txt",
    "./ud.txt",
    "a//ud.txt",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_bundle_writes_nothing_outside_its_place(tmp_path: Path, name: str) -> None:
    place = tmp_path / "inde" / "pakke"
    place.mkdir(parents=True)
    bundle = a_zip(tmp_path / "bundle.zip", {name: b"x"})
    assert [each.what for each in lay_out(bundle, place) if "ikke pakket ud" in each.what]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"bundle.zip"}


def test_a_link_in_a_bundle_becomes_a_file_with_the_links_text(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    place = tmp_path / "pakke"
    place.mkdir()
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("link/inde.txt", b"x")
    lay_out(tmp_path / "bundle.zip", place)
    assert not (place / "link").is_symlink()
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"bundle.zip", "link"}


@pytest.mark.parametrize("name", OUTSIDE[:4])
def test_a_name_that_points_out_of_a_recording_is_not_read(tmp_path: Path, name: str) -> None:
    found = read_source([a_zip(tmp_path / "post.zip", {name: b"<a/>"})])
    assert (found.messages, len(found.refused)) == ((), 1)


# Bombs: a few bytes that would fill a disk, or never end


def test_a_bundle_that_would_fill_the_disk_is_not_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MOST", SMALL)
    place = tmp_path / "pakke"
    place.mkdir()
    with pytest.raises(EnvironmentFault, match=r"fylder 3\.000\.000 bytes udpakket\. Grænsen er 1\.000\.000\."):
        lay_out(a_zip(tmp_path / "bundle.zip", {"a": ZEROS}), place)
    assert list(place.iterdir()) == []


def test_a_member_larger_than_the_zip_says_is_not_read_further(tmp_path: Path) -> None:
    """The limit above stands on what the zip says; what it does not say is not read."""
    path = a_zip(tmp_path / "bundle.zip", {"a": ZEROS})
    whole = path.read_bytes()
    path.write_bytes(whole.replace(len(ZEROS).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    place = tmp_path / "pakke"
    place.mkdir()
    assert lay_out(path, place)
    assert sum(each.stat().st_size for each in place.iterdir()) <= 10


def test_a_recording_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_FILE", SMALL)
    monkeypatch.setattr(source, "MAX_TOTAL", 2 * SMALL)
    monkeypatch.setattr(source, "MAX_FILES", 3)
    [(_, why)] = read_source([a_zip(tmp_path / "stor.zip", {"a": ZEROS})]).refused
    assert "større end 1 MB" in why
    many = read_source([a_zip(tmp_path / "flere.zip", {"a": ZEROS[:SMALL], "b": ZEROS[:SMALL], "c": ZEROS[:SMALL]})])
    assert [why for _, why in many.refused] == ["Filerne fylder tilsammen mere end 2 MB, som er grænsen."]
    with pytest.raises(ConfigurationError, match="Der er 4 filer"):
        read_source([a_zip(tmp_path / "mange.zip", dict.fromkeys("abcd", b"x"))])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["deflate", "lzma", "bzip2"])
def test_a_damaged_recording_is_told_and_stops_nothing(tmp_path: Path, method: int) -> None:
    content = bytes(number * number % 251 for number in range(5000))
    path = a_zip(tmp_path / "post.zip", {"a.xml": content, "b.xml": b"<b/>"}, method)
    whole = bytearray(path.read_bytes())
    whole[60:90] = bytes(255 - each for each in whole[60:90])
    path.write_bytes(whole)
    found = read_source([path])
    assert [each.name for each in found.messages] == ["post.zip/b.xml"]
    assert [name for name, _ in found.refused] == ["post.zip/a.xml"]
    assert publishing.leaks_in("post.zip", bytes(whole), Guard(frozenset()))


def test_what_is_to_leave_the_house_is_looked_through_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zips in zips in zips, sixteen in each: a few thousand bytes that would take days."""
    monkeypatch.setattr(publishing, "_MOST", 5 * SMALL)
    inner = ZEROS[:SMALL]
    for _ in range(5):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as made:
            for number in range(16):
                made.writestr(f"{number}.zip", inner)
        inner = outer.getvalue()
    assert len(inner) < 100_000
    assert any("pakket for tæt" in each.what for each in publishing.leaks_in("a.zip", inner, Guard(frozenset())))


def test_gzip_is_read_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_LARGEST", SMALL)
    [leak] = publishing.leaks_in("a.gz", gzip.compress(ZEROS), Guard(frozenset()))
    assert "for stor" in leak.what


def tarred(member: tarfile.TarInfo, content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def a_member(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    return member


def test_a_package_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_BYTES", SMALL)
    with pytest.raises(BadInput, match="fylder mere end 1 MB"):
        read_package(gzip.compress(tarred(a_member("package/package.json", len(ZEROS)), ZEROS)), "p.tgz")


def test_a_sparse_file_that_claims_what_is_not_there_is_refused() -> None:
    """GNU tar's old form: the header says a terabyte, and nothing of it is in the archive."""
    header = bytearray(a_member("package/package.json", 0, tarfile.GNUTYPE_SPARSE).tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"\x80" + (10**12).to_bytes(11, "big")  # the size it will have (tar's `realsize`)
    header[386:410] = b"00000000000\x0000000000000\x00"  # one piece: at 0, of no bytes
    header[148:156] = b"%06o\0 " % (sum(header) - sum(header[148:156]) + 8 * 32)
    with pytest.raises(BadInput, match="større end pakken selv"):
        read_package(gzip.compress(bytes(header) + b"\0" * 1024), "p.tgz")


@pytest.mark.parametrize("name", ["../package.json", "/package.json", "package/../../package.json"])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE], ids=["file", "symlink", "link"])
def test_a_package_writes_nothing_and_follows_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    member = a_member(name, 2 if kind == tarfile.REGTYPE else 0, kind)
    member.linkname = "/etc/passwd"
    with pytest.raises(BadInput):
        read_package(gzip.compress(tarred(member, b"{}")), "p.tgz")
    assert list(tmp_path.iterdir()) == []


PACKED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": lambda data: _zip_in_memory(data),
}


def _zip_in_memory(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", data)
    return made.getvalue()


@pytest.mark.parametrize("how", PACKED)
def test_what_a_system_packs_in_a_message_is_read_to_a_limit(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_LARGEST", SMALL)
    laboratory_traces.readings.cache_clear()
    read = laboratory_traces.readings(PACKED[how](b"x" * 3 * SMALL))
    assert 0 < max(map(len, read)) <= SMALL
    laboratory_traces.readings.cache_clear()


def test_what_stands_after_what_was_packed_is_read_too() -> None:
    for after in (gzip.compress(b"det skjulte"), b"det skjulte"):
        assert laboratory_traces.holds(gzip.compress(b"foran") + after, ["det skjulte"])


@pytest.mark.parametrize("headers", [{}, {"content-encoding": "gzip"}], ids=["as it is", "packed"])
def test_an_adapters_answer_is_read_to_a_limit(headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LARGEST", SMALL)
    answer = httpx.Response(200, headers=headers, content=gzip.compress(ZEROS) if headers else ZEROS)
    client = httpx.Client(transport=httpx.MockTransport(lambda _: answer), base_url="http://lps")
    with pytest.raises(CannotAct, match="svarede med mere end 1 MB, som er grænsen"):
        AdapterDriver(client, lambda: "k").can("del-plan")


def test_an_adapters_answer_that_is_packed_is_unpacked_and_one_that_cannot_be_is_told() -> None:
    said = b'{"graenseflade": "1.0", "handlinger": ["del-plan"], "visninger": []}'
    for content, can in ((gzip.compress(said), True), (said, None)):
        answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(content))
        transport = httpx.MockTransport(lambda _, answer=answer: answer)
        driver = AdapterDriver(httpx.Client(transport=transport, base_url="http://lps"), lambda: "k")
        if can:
            assert driver.can("del-plan")
        else:
            with pytest.raises(CannotAct, match="ikke kan pakkes ud"):
                driver.can("del-plan")
