"""One file to be judged, and what comes of running its format's rules on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.conformance.files.content import Content
from harness.conformance.rule import Judgement, Result
from harness.domain.errors import BadInput

if TYPE_CHECKING:
    from harness.conformance.files.official import Official
    from harness.standards.fhir.definitions import Definitions
    from harness.standards.xml import XmlDocument


@dataclass(frozen=True, slots=True)
class Case:
    """One file, what its content says it is, and what it is judged with. `confirmed` is asked for plans of CPD-DK 2.0 only.

    `sts` are the token service's certificates (DER), for the signature of an ID card; `level` is asked for its least level.
    """

    data: bytes = field(repr=False)
    file: str
    content: Content
    confirmed: Callable[[], frozenset[str]] = frozenset
    official: Official | None = None
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    level: Callable[[], str] = str

    @property
    def definitions(self) -> Definitions | None:
        """The FHIR packages the tester has pointed at."""
        return self.official.definitions() if self.official else None

    def document(self) -> XmlDocument | None:
        """The file as XML; None when it cannot be read, of which the format's own rules speak."""
        from harness.standards.xml import parse

        try:
            return parse(self.data, self.file)
        except BadInput:
            return None


@dataclass(frozen=True, slots=True)
class Payload:
    """What a file carries: `name` is its place in it, `profile` what the file says that it is."""

    name: str
    data: bytes = field(repr=False)
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A format's judgements, in Danish what was not checked, and what is carried inside."""

    judgements: list[Judgement]
    unchecked: Iterable[str] = ()
    payloads: Iterable[Payload] = ()

    @property
    def unreadable(self) -> bool:
        """Whether the format's first rule is broken: the file is not what it should be, and the rest stands on that."""
        return bool(self.judgements) and self.judgements[0].result is Result.BROKEN
