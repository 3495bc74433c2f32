"""The certificates that lie under reports/ and in other folders, and what each of them is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.domain.errors import BadInput
from harness.domain.event import RunStarted
from harness.domain.vendor import Phase
from harness.record.delivery import is_mirror, sent_by_supplier
from harness.record.log import LOG_NAME, first_event
from harness.record.result import Result, read_result
from harness.record.review import review_heads, run_head
from harness.reporting.certificate.content import ROOT, Certificate, read_certificate
from harness.reporting.certificate.files import ALONE, certificate_files
from harness.reporting.certificate.verify import verify_against_run, verify_files

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_OF_MIRROR = "Kørslen er sendt fra en anden maskine, og den får intet certifikat her."
UNTRUSTED = "Underskriften er ikke holdt mod MedComs offentlige nøgle: angiv den med --key."


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate's file; what is wrong with it, in Danish. `certificate` is None where it is none."""

    file: Path
    certificate: Certificate | None
    problems: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether an answer may rest on it."""
        return self.certificate is not None and not self.problems


@dataclass(frozen=True, slots=True)
class Store:
    """What was found. `runs` are the certificeringer of real systems, without those a supplier sent: MedCom has not seen them.

    `told` is what could not be read, and what does not count, in Danish.
    """

    certificates: tuple[Found, ...]
    runs: tuple[Result, ...]
    told: tuple[str, ...]

    @property
    def counted(self) -> tuple[Certificate, ...]:
        """The certificates an answer may rest on."""
        return tuple(each.certificate for each in self.certificates if each.certificate is not None and each.counts)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was found and does not count, in Danish, a line each."""
        uncounted = (f"{each.file}: {' '.join(each.problems)}" for each in self.certificates if not each.counts)
        return (*(f"Certifikatet tæller ikke. {each}" for each in uncounted), *self.told)


def read_store(reports: Path, others: Iterable[Path] = (), trusted: Ed25519PublicKey | None = None) -> Store:
    """The certificates and certificeringer under `reports`, and the certificates in the folders `others`.

    A certificate counts when it is whole, signed with the key `trusted`, and follows from its run where that is here.
    """
    found: list[Found] = []
    runs: list[tuple[Result, Path]] = []
    told: list[str] = []
    rehearsals = sent = 0
    for log in sorted(reports.glob(f"*/*/*/{LOG_NAME}")):
        files = certificate_files(log.parent)
        try:
            first = first_event(log)
            rehearsals += isinstance(first, RunStarted) and first.rehearsal
            if is_mirror(log.parent):
                found += [Found(each, None, (_OF_MIRROR,)) for each in files]
                files = []
            if _is_real(first) and sent_by_supplier(log.parent):
                sent += 1
                continue
            result = read_result(log.parent) if files or _is_real(first) else None
        except BadInput as error:
            told.append(f"Kørslen kan ikke læses: {log}: {error}.")
            found += [Found(each, None, ("Dets kørsel kan ikke læses.",)) for each in files]
            continue
        if result is not None:
            found += [_found(each, trusted, _beside(each, result, log.parent)) for each in files]
        if result is not None and _is_real(first):
            runs.append((result, log.parent))
    if rehearsals:
        told.append(f"Prøvekørsler med referencesystemet tæller ikke: {rehearsals}.")
    if sent:
        told.append(f"Certificeringer, som leverandører har sendt, tæller ikke: {sent}. MedCom har ikke set dem.")
    for file in (each for folder in others for each in _in_store(folder)):
        one = _found(file, trusted)
        own = _run_of(one.certificate, runs) if one.certificate else None
        found.append(replace(one, problems=(*one.problems, *_beside(file, *own))) if own else one)
    return Store(tuple(found), tuple(result for result, _ in runs), tuple(told))


def _run_of(certificate: Certificate, runs: Iterable[tuple[Result, Path]]) -> tuple[Result, Path] | None:
    """The run the certificate says it is of: by its log's last line where several have its id, else any that has it."""
    told = certificate.kørsel
    own = [each for each in runs if (each[0].started.system, each[0].started.run) == (certificate.system.id, told.id)]
    return next((each for each in own if each[0].head == told.hoved), own[0] if own else None)


def _is_real(first: object) -> bool:
    """Whether it is a certificering of a real system; neither a rehearsal nor something recorded before."""
    return (
        isinstance(first, RunStarted) and first.phase == Phase.CERTIFICATION and not first.rehearsal and first.driver != "replay"
    )


def _beside(file: Path, result: Result, run_folder: Path) -> list[str]:
    return verify_against_run(file.read_bytes(), result, run_head(run_folder), review_heads(run_folder))


def _found(file: Path, trusted: Ed25519PublicKey | None, beside: Iterable[str] = ()) -> Found:
    problems = [*verify_files(file, trusted), *beside]
    if trusted is None:
        problems.append(UNTRUSTED)
    try:
        certificate = read_certificate(file.read_bytes()).certifikat
    except BadInput:
        return Found(file, None, tuple(dict.fromkeys(problems)))
    return Found(file, certificate, tuple(problems))


def _in_store(folder: Path) -> Iterator[Path]:
    yield from sorted({*folder.glob("*.json"), *folder.rglob(f"{ALONE}.json"), *folder.rglob(f"{ROOT}/*.json")})
