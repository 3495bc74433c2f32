"""A bundle as a zip file: laid out in a folder, and whatever in it another reader could take for something else.

The zip is read by its directory, which stands last. Others read from its start, take the first of two that have one name, or show
what stands before it as a page: so nothing may be in the file but the members, each once, and their directory.
"""

from __future__ import annotations

import hashlib
import os
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from harness.domain.errors import EnvironmentFault
from harness.record.packed import UNREADABLE
from harness.reporting.bundle.manifest import MANIFEST_NAME, Manifest
from harness.reporting.bundle.pack import BUNDLE_NAME
from harness.reporting.verify.chain import bytes_at
from harness.reporting.verify.changes import Change

_END_SIZE: Final = 22
_HEADER: Final = struct.Struct("<4s22x2H")
_LONGEST: Final = 120
"""No name in a bundle is as long, and every file system has room for it."""
_SUM_FOLLOWS: Final = 0x08
_SUM_SIZES: Final = (12, 16, 20, 24)
MOST: Final = 2_000_000_000
"""Bytes a bundle may come to when it is laid out: a small file can be packed so that it fills a disk."""
_TWICE: Final = "navnet står flere gange i pakken: andre programmer viser en anden af filerne end den, der er kontrolleret"
_OUTSIDE: Final = "navnet peger uden for pakken eller er skrevet, som ingen fil i den er: filen er ikke pakket ud"
_NOT_READ: Final = "filen kan ikke læses: dens bytes i pakken er ændret"
_NO_PLACE: Final = "filen kan ikke pakkes ud: der er en fil og en mappe af samme navn"


def lay_out(path: Path, folder: Path) -> list[Change]:
    """Write what is in the bundle to `folder`, never outside it; what was changed in it as a zip file.

    Raises EnvironmentFault for one that cannot be read at all, or comes to more than `MOST` bytes.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            size = sum(each.file_size for each in bundle.infolist())  # no more than this is ever read of it
            if size > MOST:
                raise EnvironmentFault(f"{path} fylder {size:,} bytes udpakket. Grænsen er {MOST:,}.".replace(",", "."))
            found = list(_odd(path, bundle))
            for entry in bundle.infolist():
                what = _laid(bundle, entry, folder)
                if what and entry.filename not in {each.file for each in found}:
                    found.append(Change(entry.filename, 0, what))
    except UNREADABLE as error:
        raise EnvironmentFault(f"{path} kan ikke læses som zip-fil: {error}.") from None
    return found


def member(path: Path, name: str) -> bytes | None:
    """The bytes of one member of the zip at `path`; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return bundle.read(name)
    except (KeyError, *UNREADABLE):
        return None


def changed_beside(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Where the bundle in a run's own folder holds anything but what the manifest beside it says, in Danish."""
    path = folder / BUNDLE_NAME
    if not path.is_file():
        return
    try:
        with zipfile.ZipFile(path) as bundle:
            yield from (str(each) for each in _odd(path, bundle))
            if bundle.read(MANIFEST_NAME).rstrip(b"\r\n") != bytes_at(folder / MANIFEST_NAME).rstrip(b"\r\n"):
                yield f"dens {MANIFEST_NAME} er en anden end den ved siden af"
            for name, told in manifest.filer.items():
                if hashlib.sha256(bundle.read(name)).hexdigest() != told.sha256:
                    yield f"{name} i pakken er en anden end i {MANIFEST_NAME}"
    except (KeyError, *UNREADABLE) as error:
        yield f"pakken er ikke hel ({error})"


def _laid(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> str:
    """Write one member; what is wrong with it, in Danish, empty when nothing is."""
    if not _is_inside(entry):
        return _OUTSIDE
    target = folder / entry.filename
    try:
        data = bundle.read(entry)
    except UNREADABLE:
        return _NOT_READ
    if entry.is_dir():
        return _NOT_READ if data else ""
    if target.is_dir() or any(each.is_file() for each in target.parents):
        return _NO_PLACE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return ""


def _is_inside(entry: zipfile.ZipInfo) -> bool:
    """Whether its name is written as lps writes names: below the bundle, in one way only, on every machine."""
    name = entry.orig_filename
    path = PurePosixPath(name)
    plain = path.as_posix() == name.removesuffix("/") and name == entry.filename and name.isprintable() and len(name) < _LONGEST
    return plain and not (path.is_absolute() or ".." in path.parts or set(name) & set("\\:") or PureWindowsPath(name).drive)


def _odd(path: Path, bundle: zipfile.ZipFile) -> Iterator[Change]:
    """What is in the file beside the members and their directory, and each name that stands there twice."""
    names = Counter(_key(each) for each in bundle.infolist())
    told = {_key(each): each.filename for each in bundle.infolist()}
    yield from (Change(told[key], 0, _TWICE) for key, count in names.items() if count > 1)
    if between := list(_between(path, bundle)):
        yield Change(path.name, 0, f"der er bytes i filen, som ikke er pakkens: {', '.join(between)}")


def _key(entry: zipfile.ZipInfo) -> str:
    """Where a file of this name would lie, also where upper and lower case are one."""
    name = PurePosixPath(entry.orig_filename.partition("\0")[0].replace("\\", "/")).as_posix()
    return unicodedata.normalize("NFC", name).casefold()


def _between(path: Path, bundle: zipfile.ZipFile) -> Iterator[str]:
    """Where there are bytes that belong to nothing: before the first member, between two, before the directory, after the end."""
    at = 0
    sums: tuple[int, ...] = ()
    with path.open("rb") as file:
        for entry in sorted(bundle.infolist(), key=lambda each: each.header_offset):
            if entry.header_offset - at not in (0, *sums):
                yield f"før {entry.filename}" if at else "før pakkens begyndelse"
            file.seek(entry.header_offset)
            _, name, extra = _HEADER.unpack(file.read(_HEADER.size))
            at = entry.header_offset + _HEADER.size + name + extra + entry.compress_size
            sums = _SUM_SIZES if entry.flag_bits & _SUM_FOLLOWS else ()
        if bundle.start_dir - at not in (0, *sums):
            yield "før pakkens indholdsfortegnelse"
        file.seek(-_END_SIZE, os.SEEK_END)
        end = file.read()
    if end[:4] != b"PK\5\6" or end[-2:] != b"\0\0":
        yield "efter pakkens slutning"
