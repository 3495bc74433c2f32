"""What a bundle holds, file by file, and what it is of: canonical JSON (RFC 8785), signed where somebody gave a key.

The form is the project's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Literal

from harness.domain.errors import BadInput
from harness.record.result import Result
from harness.record.signing import is_signed, public_hex, sign
from harness.reporting.summary import REHEARSAL

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pydantic import TypeAdapter

MANIFEST_NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileOut:
    """En fil i pakken."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SignatureOut:
    """Ed25519 over manifestet uden underskriften, som kanonisk JSON (RFC 8785)."""

    offentlig_nøgle: str
    """32 byte som hextal."""
    underskrift: str
    """64 byte som hextal."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Det, en pakke er af, og det, der er i den. Den er ingen godkendelse: det er kun et certifikat."""

    skema: Literal["lps-manifest-1"]
    harness: str
    """Den udgave af testharnesset, der skrev pakken."""
    kørsel: str
    system: str
    kampagne: str
    fase: str
    grundlag: str
    """referencesystemet for en prøvekørsel, ellers leverandørens system."""
    forbehold: str
    """For en prøvekørsel: at den intet siger om leverandørernes egne systemer. Ellers tom."""
    resultat: str
    loggens_hoved: str
    """SHA-256 af loggens sidste linje."""
    gennemgangens_hoved: str
    """SHA-256 af gennemgangens sidste linje; loggens hoved, når der ingen gennemgang er."""
    filer: dict[str, FileOut]
    mangler: tuple[str, ...]
    """Det af grundlaget, der ikke er med, fordi filen er ændret eller væk siden kørslen."""
    kontrolsum: str = ""
    """SHA-256 af manifestet uden kontrolsum og underskrift: den viser et uheld, ikke en forfalskning."""
    underskrift: SignatureOut | None = None

    @property
    def unsigned(self) -> bytes:
        """What is signed."""
        return written(replace(self, underskrift=None))

    @property
    def intact(self) -> bool:
        """Whether it is as it was written: by its sum, and by its signature where it has one."""
        return self.kontrolsum == _sum_of(self) and (self.underskrift is None or self.is_signed)

    @property
    def is_signed(self) -> bool:
        """Whether the signature belongs to what it stands under."""
        own = self.underskrift
        return own is not None and is_signed(self.unsigned, own.underskrift, own.offentlig_nøgle)


def manifest_of(result: Result, files: Mapping[str, FileOut], lacking: tuple[str, ...]) -> Manifest:
    """The manifest of a run and these files, unsigned. Raises BadInput for a log without a run."""
    started = result.started
    manifest = Manifest(
        skema="lps-manifest-1",
        harness=own_version(),
        kørsel=started.run,
        system=started.system,
        kampagne=started.campaign,
        fase=started.phase,
        grundlag=started.grundlag,
        forbehold=REHEARSAL if result.rehearsal else "",
        resultat=result.verdict,
        loggens_hoved=result.head,
        gennemgangens_hoved=result.review.head or result.head,
        filer=dict(files),
        mangler=lacking,
    )
    return replace(manifest, kontrolsum=_sum_of(manifest))


def own_version() -> str:
    """This edition of the harness."""
    return version("lps-harness")


def _sum_of(manifest: Manifest) -> str:
    return hashlib.sha256(written(replace(manifest, kontrolsum="", underskrift=None))).hexdigest()


def signed(manifest: Manifest, key: Ed25519PrivateKey) -> Manifest:
    """The manifest under `key`: the same ones give the same signature."""
    return replace(manifest, underskrift=SignatureOut(public_hex(key), sign(manifest.unsigned, key)))


def written(manifest: Manifest) -> bytes:
    """The manifest's file."""
    import rfc8785

    return rfc8785.dumps(asdict(manifest))


def told_of(data: bytes) -> FileOut:
    """What a manifest says of a file with these bytes."""
    return FileOut(hashlib.sha256(data).hexdigest(), len(data))


def read_manifest(data: bytes) -> Manifest:
    """The manifest in a file's bytes. Raises BadInput, naming each field that is wrong."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(json.loads(data))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValidationError):
            where = ", ".join(dict.fromkeys(".".join(map(str, each["loc"])) or "det hele" for each in error.errors()))
            raise BadInput(f"Det er intet manifest: forkert eller mangler: {where}.") from None
        raise BadInput("Det er intet manifest: filen er ikke JSON.") from None


@cache
def _adapter() -> TypeAdapter[Manifest]:
    from pydantic import ConfigDict, TypeAdapter, with_config

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (FileOut, SignatureOut, Manifest):
        with_config(config)(each)
    return TypeAdapter(Manifest)


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/manifest.schema.json."""
    return json.dumps(_adapter().json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    from harness.house import find_house

    file = find_house().home / "docs" / "schema" / "manifest.schema.json"
    file.write_text(schema_text(), encoding="utf-8", newline="\n")
