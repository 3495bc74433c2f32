"""One look at a run's folder: log, review, evidence, manifest and ground, and every artefact made again and compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.domain.errors import BadInput
from harness.domain.event import MeasuredAgainst
from harness.house import House
from harness.record.delivery import sent_by_supplier
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import FIRST, LOG_NAME, read_whole_lines
from harness.record.result import Result, result_of
from harness.record.review import REVIEW_NAME, read_said
from harness.record.signing import public_hex
from harness.reporting.allure.own_page import HISTORY_NAME, PAGE_NAME
from harness.reporting.allure.results import RESULTS_NAME
from harness.reporting.bundle.grounds import GROUNDS, changed_grounds, differing_line, ground_file, shown_names
from harness.reporting.bundle.manifest import (
    MANIFEST_NAME,
    FileOut,
    Manifest,
    manifest_of,
    own_version,
    read_manifest,
    told_of,
    written,
)
from harness.reporting.bundle.pack import BUNDLE_NAME, files_of
from harness.reporting.verify.again import Moment, earlier, made_again
from harness.reporting.verify.chain import bytes_at, chain_lines, changed_lines, forms_of, head_of, is_text, plain
from harness.reporting.verify.changes import Verified
from harness.reporting.verify.zipped import changed_beside, member
from harness.suite.fingerprint import text_digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNSIGNED: Final = "Ikke underskrevet: det viser, at intet er ændret ved et uheld, ikke at ingen har forfalsket det."
OWN_KEY: Final = "Nøglen står i manifestet selv. Om den er den rigtige, vises kun med --key."
_TOLD: Final = (
    *("kørsel", "system", "kampagne", "fase", "grundlag", "forbehold", "resultat", "loggens_hoved", "gennemgangens_hoved"),
)
"""What a manifest says of its run."""
_FOLLOWS_NOT: Final = "følger ikke af log og gennemgang: filen er ændret, eller lavet før noget nyt blev skrevet"
_EVIDENCE: Final = re.compile(rb'"sha256":"([0-9a-f]{64})"')


@dataclass
class RunCheck:
    """One look at a folder; `bundled`: it has the run's ground with it, and nothing is asked of the house's."""

    folder: Path
    house: House
    trusted: Ed25519PublicKey | None
    bundled: bool = False
    found: Verified = field(default_factory=Verified)
    good: set[str] = field(default_factory=set)
    """What was found to be as it was, whatever a manifest says of it."""
    result: Result | None = None
    head: str = ""
    then: Moment | None = None
    """When the manifest was written, where the review has grown since."""

    def whole(self) -> Verified:
        """Look at everything."""
        found = self.found
        restored = self._evidence()
        manifest = self._manifest()
        result, head = self._chains(manifest)
        if result is not None and result.state.started is not None:
            started = result.started
            found.run, found.system = started.run, started.system
            found.rehearsal, found.verdict = result.rehearsal, result.verdict
            self._missing_evidence()
            said = b"".join(chain_lines(bytes_at(self.folder / REVIEW_NAME)))
            if manifest is not None and manifest.intact and not self.bundled:
                self.then = earlier(result, chain_lines(said), manifest.gennemgangens_hoved)
            if self.then:
                found.notes.append(self.then.told)
            if not any(each.file.startswith(f"{EVIDENCE_NAME}/") for each in found.changes):
                self._follows(Moment(result, said), self.then, restored)
            else:
                found.notes.append("Om rapporterne følger af loggen, er ikke kontrolleret: bilagene er ikke, som de var.")
            if result.state.basis is not None:
                self._grounds(result.state.basis)
        else:
            found.notes.append("Resultatet og rapporterne er ikke kontrolleret: loggen er ikke, som den blev skrevet.")
        self.result, self.head = result, head
        if manifest is not None:
            self._against(manifest, result)
        if manifest is not None and not self.bundled:
            for what in changed_beside(self.folder, manifest):
                found.add(BUNDLE_NAME, what)
            if strange := list(self._strange(manifest)):
                found.notes.append(f"Ikke en del af kørslen, og ikke kontrolleret: {', '.join(strange)}.")
        return found

    def _strange(self, manifest: Manifest) -> Iterator[str]:
        """The files in the run's folder that nothing says anything of."""
        named = {*files_of(self.folder), *manifest.filer, MANIFEST_NAME, BUNDLE_NAME, PAGE_NAME, HISTORY_NAME}
        for path in sorted(filter(Path.is_file, self.folder.rglob("*"))):
            name = path.relative_to(self.folder).as_posix()
            if name not in named and not name.startswith(f"{RESULTS_NAME}/") and not re.fullmatch(r"\.[a-z.]*lock", name):
                yield name

    def _evidence(self) -> dict[str, bytes]:
        """Evidence is named by its hash. What came through with other line endings, as it was."""
        restored = {}
        for path in sorted((self.folder / EVIDENCE_NAME).glob("*")):
            name = f"{EVIDENCE_NAME}/{path.name}"
            if not path.is_file():
                self.found.add(name, "der er en mappe, hvor kun bilag skal være")
                continue
            if path.suffix:
                continue
            data = path.read_bytes()
            own = next((each for each in forms_of(data) if hashlib.sha256(each).hexdigest() == path.name), None)
            if own is None:
                self.found.add(name, "bilaget er ændret: dets SHA-256 er ikke den, det hedder")
                continue
            self.good.add(name)
            if own != data:
                restored[path.name] = own
        return restored

    def _missing_evidence(self) -> None:
        there = {path.name for path in (self.folder / EVIDENCE_NAME).glob("*") if path.is_file()}
        named = {sha.decode() for sha in _EVIDENCE.findall(bytes_at(self.folder / LOG_NAME))}
        for name in sorted(named - there):
            self.found.add(f"{EVIDENCE_NAME}/{name}", "bilaget mangler: loggen peger på det")

    def _manifest(self) -> Manifest | None:
        path = self.folder / MANIFEST_NAME
        if not path.is_file():
            if self.bundled:
                self.found.add(MANIFEST_NAME, "filen mangler")
            self.found.notes.append(f"Der er ingen {MANIFEST_NAME}. {UNSIGNED}")
            return None
        data = path.read_bytes()
        try:
            manifest = read_manifest(data)
        except BadInput as error:
            self.found.add(MANIFEST_NAME, str(error))
            return None
        if data.rstrip(b"\r\n") != written(manifest):
            self.found.add(
                MANIFEST_NAME, "filen er ikke skrevet, som lps skriver den: noget er flyttet, gentaget eller føjet til"
            )
        if not manifest.intact and not manifest.underskrift:
            self.found.add(MANIFEST_NAME, "kontrolsummen passer ikke: manifestet er ændret, efter at det blev skrevet")
        if manifest.harness != own_version():
            told = f"Pakken er skrevet af testharnesset {manifest.harness}, og dette er {own_version()}."
            self.found.notes.append(f"{told} Rapporter kan være andre af den grund.")
        self._signature(manifest)
        return manifest

    def _signature(self, manifest: Manifest) -> None:
        found, own = self.found, manifest.underskrift
        if own is None:
            found.notes.append(UNSIGNED)
            if self.trusted is not None:
                found.add(MANIFEST_NAME, "den er ikke underskrevet. Ventet: en underskrift med den givne nøgle")
            return
        found.signer = own.offentlig_nøgle
        if not manifest.is_signed:
            found.add(MANIFEST_NAME, "underskriften passer ikke: manifestet er ændret, efter at det blev underskrevet")
        elif self.trusted is None:
            found.notes.append(OWN_KEY)
        elif public_hex(self.trusted) != own.offentlig_nøgle:
            given = public_hex(self.trusted)
            found.add(MANIFEST_NAME, f"underskrevet med nøglen {own.offentlig_nøgle[:12]}…. Ventet: {given[:12]}…")

    def _chains(self, manifest: Manifest | None) -> tuple[Result | None, str]:
        """The run's result, when log and review are as they were written; and the log's head."""
        lines = chain_lines(bytes_at(self.folder / LOG_NAME))
        cut = bool(lines) and not lines[-1].endswith(b"\n")
        if cut:
            self.found.notes.append("Loggens sidste linje er ikke skrevet til ende: kørslen blev afbrudt.")
        if self._broken(LOG_NAME, lines[:-1] if cut else lines, FIRST):
            return None, ""
        head = head_of(lines, FIRST)
        said = chain_lines(bytes_at(self.folder / REVIEW_NAME))
        if manifest is not None and manifest.intact and head != manifest.loggens_hoved:
            self.found.add(
                LOG_NAME, "linjen er ændret, eller linjer efter den er fjernet: manifestet har et andet hoved", len(lines)
            )
        if self._broken(REVIEW_NAME, said, head):
            return None, head
        try:
            review = read_said(b"".join(said), head, approves=not sent_by_supplier(self.folder))
            result = result_of(read_whole_lines(b"".join(lines), LOG_NAME), review, head)
        except BadInput as error:
            file = REVIEW_NAME if str(error).startswith(REVIEW_NAME) else LOG_NAME
            self.found.add(file, f"kan ikke læses af denne udgave af testharnesset: {error}")
            return None, head
        self.good |= {LOG_NAME, REVIEW_NAME} if manifest and manifest.loggens_hoved == head else set()
        return result, head

    def _broken(self, name: str, lines: list[bytes], first: str) -> bool:
        changed = list(changed_lines(lines, first))
        if name == REVIEW_NAME and changed and changed[0][0] == 1:
            self.found.add(name, f"linjen følger ikke den sidste linje i {LOG_NAME}: en af de to er ændret", 1)
        for number, what in changed:
            self.found.add(name, what, number)
        return bool(changed)

    def _follows(self, now: Moment, then: Moment | None, restored: dict[str, bytes]) -> None:
        """Every artefact made again from log, review and evidence, and compared; one made before the review grew is as it was."""
        for name, there, made in made_again(self.folder, [then, now] if then else [now], restored):
            first = next(made)
            if any(there == each or (is_text(each) and plain(there) == plain(each)) for each in chain([first], made)):
                self.good.add(name)
                continue
            line = differing_line(there, first) if is_text(first) else 0
            self.found.add(name, _FOLLOWS_NOT, line)

    def _grounds(self, basis: MeasuredAgainst) -> None:
        if not self.bundled:
            for name, path in changed_grounds(basis, self.house):
                if path is None and "/" not in name:
                    self.found.notes.append(f"{name} er ikke kontrolleret: systemets egen fil er ikke her.")
                    continue
                original = self._original(name, basis.files[name])
                line = differing_line(path.read_bytes(), original) if path and original is not None else 0
                self.found.add(name, "ændret siden kørslen" if path else "findes ikke her mere", line)
            return
        for path in sorted(each for each in (self.folder / GROUNDS).rglob("*") if each.is_file()):
            name = path.relative_to(self.folder / GROUNDS).as_posix()
            data, digest = path.read_bytes(), basis.files.get(name)
            if digest is None:
                self.found.add(f"{GROUNDS}/{name}", "kørslen er ikke målt med den")
            elif text_digest(data) == digest:
                self.good.add(f"{GROUNDS}/{name}")
            else:
                own = bytes_at(ground_file(name, self.house))
                line = differing_line(data, own) if text_digest(own) == digest else 0
                self.found.add(f"{GROUNDS}/{name}", "er en anden end den, kørslen er målt med", line)

    def _original(self, name: str, digest: str) -> bytes | None:
        """The file as it was, where the bundle beside has it."""
        data = member(self.folder / BUNDLE_NAME, f"{GROUNDS}/{name}")
        return data if data is not None and text_digest(data) == digest else None  # else it is named without a line

    def _against(self, manifest: Manifest, result: Result | None) -> None:
        """What the manifest says, held against what is there."""
        there = set(files_of(self.folder))
        if self.bundled:
            there |= {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}
            there -= {MANIFEST_NAME}
        unlisted = {name: told_of(bytes_at(self.folder / name)) for name in sorted(there - set(manifest.filer))}
        for name, told in manifest.filer.items():
            renamed = next((each for each, own in unlisted.items() if own == told), "")
            if name in there:
                self._file(name, told, manifest)
            elif renamed:
                del unlisted[renamed]
                self.found.add(MANIFEST_NAME, f"{renamed} står som {name}")
            elif self.bundled or not name.startswith(f"{GROUNDS}/"):
                self.found.add(name, "filen mangler")
        for name in unlisted:
            if not (self.then and not self.then.review and name == REVIEW_NAME):
                self.found.add(name, f"filen står ikke i {MANIFEST_NAME}")
        if result is None or result.state.started is None:
            return
        if result.state.basis is not None:
            self._grounds_told(manifest, result.state.basis)
        meant = manifest_of(self.then.result if self.then else result, manifest.filer, manifest.mangler)
        for name in _TOLD:
            said, expected = getattr(manifest, name), getattr(meant, name)
            if said != expected and not (self.found.named(LOG_NAME) and name.endswith("hoved")):
                self.found.add(MANIFEST_NAME, f"{name}: manifestet siger {said}, log og gennemgang siger {expected}")

    def _grounds_told(self, manifest: Manifest, basis: MeasuredAgainst) -> None:
        """What the manifest says of the ground is what the log says; its files are looked at where they are with it."""
        told = {name.removeprefix(f"{GROUNDS}/"): each for name, each in manifest.filer.items() if name.startswith(f"{GROUNDS}/")}
        if sorted([*told, *manifest.mangler]) != shown_names(basis):
            self.found.add(MANIFEST_NAME, "det, der står om grundlaget, er andre filer, end kørslen er målt med")
        for name in told.keys() & basis.files.keys() if not self.bundled else ():
            own = bytes_at(ground_file(name, self.house))
            if text_digest(own) == basis.files[name] and not _is_told(own, told[name]):
                self.found.add(MANIFEST_NAME, f"det, der står om {GROUNDS}/{name}, er en anden fil, end kørslen er målt med")

    def _file(self, name: str, told: FileOut, manifest: Manifest) -> None:
        data = bytes_at(self.folder / name)
        if _is_told(data, told) or (self.then and name == REVIEW_NAME and _is_told(self.then.review, told)):
            return
        same = any(hashlib.sha256(each).hexdigest() == told.sha256 for each in forms_of(data))
        if same or (name in self.good and not manifest.intact):
            self.found.add(MANIFEST_NAME, f"det, der står om {name}, passer ikke med filen, som er, hvad den skal være")
        elif not self.found.named(name):
            self.found.add(name, f"filen er ændret: dens SHA-256 er en anden end i {MANIFEST_NAME}")


def _is_told(data: bytes, told: FileOut) -> bool:
    """Whether a manifest says this of these bytes, whatever became of their line endings on the way."""
    return any(told_of(each) == told for each in forms_of(data))
