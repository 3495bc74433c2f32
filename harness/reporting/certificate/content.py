"""What a certificate says, and how it is written: canonical JSON (RFC 8785) with an Ed25519 signature over its content.

Where a certificate is found says what it is for: `/certifikater/novax/HomeCareObservation/1.2/modtage`, each part
percent-encoded, so that the path is ASCII and can be read back. The form is the project's: MedCom has published none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote, unquote

from harness.domain.clock import copenhagen
from harness.domain.errors import BadInput
from harness.record.signing import public_hex, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pydantic import TypeAdapter

ROOT: Final = "certifikater"
CAMPAIGN: Final = "kampagne"
EDITION_LENGTH: Final = 12

NO_END: Final = "Ingen gyldighedsperiode: MedCom har ikke offentliggjort, hvor længe en godkendelse gælder."
FORM: Final = "Certifikatets form er testharnessets egen: MedCom har ikke offentliggjort en."


@dataclass(frozen=True, slots=True)
class CertifiedSystem:
    """Det system, der er godkendt, i den version, der blev prøvet."""

    id: str
    produkt: str
    leverandør: str
    version: str


@dataclass(frozen=True, slots=True)
class RestsOn:
    """Noget, godkendelsen hviler på ud over sin egen kørsel: en godkendt egentest eller en anden standard."""

    hvad: str
    kørsel: str
    gennemgangens_hoved: str
    systemversion: str
    standard: str


@dataclass(frozen=True, slots=True)
class RunOut:
    """Kørslen, og hvem der godkendte den. Et hoved er SHA-256 af den sidste linje i loggen eller gennemgangen."""

    id: str
    hoved: str
    gennemgangens_hoved: str
    fase: Literal["certificering"]
    grundlag: Literal["leverandørens system"]
    data: str
    """SHA-256 af MedComs eget sæt personer og værdier."""


@dataclass(frozen=True, slots=True)
class SeenOut:
    """Hvor mange krav der er set hvor. Et krav, der er set flere steder, tæller hvert sted."""

    krav: int
    snitflade: int
    skærm: int
    testgrænseflade: int
    redegørelse: int
    """MedCom har bedømt en tekst fra leverandøren."""
    attesteret: int
    """Ingen andre end en tester, eller MedComs vurdering, siger det."""
    ikke_relevante: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Et certifikat: for et system, og for en standard i én version og retning eller for en kampagne."""

    skema: Literal["lps-certifikat-1"]
    sti: str
    """Hvor certifikatet hører hjemme, fx /certifikater/novax/HomeCareObservation/1.2/modtage."""
    slags: Literal["standard", "kampagne"]
    navn: str
    """Standarden, fx HomeCareObservation, eller kampagnens id."""
    titel: str
    version: str
    """Standardens version, eller kampagnens udgave: 12 tegn af SHA-256 over fingeraftrykket uden systemets egne filer."""
    kanal: Literal["Sende", "Modtage", ""]
    """Tom for en kampagne."""
    system: CertifiedSystem
    kampagne: str
    godkendt: str
    """Hvornår MedComs tester godkendte (ISO 8601)."""
    godkendt_af: str
    kørsel: RunOut
    hviler_på: tuple[RestsOn, ...]
    set: SeenOut
    fingeraftryk: dict[str, str]
    """SHA-256 af det, kørslen er målt med."""
    gyldighed: str
    form: str

    @property
    def approved_at(self) -> datetime:
        """When MedCom's tester approved, in Danish time."""
        return copenhagen(datetime.fromisoformat(self.godkendt))

    @property
    def name(self) -> str:
        """What it is for, in a line: `HomeCareObservation 1.2, Modtage`."""
        return f"{self.navn} {self.version}{f', {self.kanal}' if self.kanal else ''}"


@dataclass(frozen=True, slots=True)
class Signed:
    """Et certifikat med sin underskrift: Ed25519 over certifikatet som kanonisk JSON (RFC 8785)."""

    certifikat: Certificate
    offentlig_nøgle: str
    """32 byte som hextal."""
    underskrift: str
    """64 byte som hextal."""


def path_of(system: str, kind: str, name: str, version: str, channel: str) -> str:
    """Where a certificate belongs. `path_of("novax", "standard", "XDS Metadata", "0.96", "Sende")`."""
    parts = [ROOT, system, *((CAMPAIGN, name, version) if kind == CAMPAIGN else (name, version, channel.lower()))]
    return "".join(f"/{quote(each, safe='')}" for each in parts)


def parts_of(path: str) -> tuple[str, ...]:
    """The parts a path was made of, without the first."""
    return tuple(unquote(each) for each in path.split("/")[2:])


def edition_of(fingerprint: dict[str, str]) -> str:
    """The suite's edition: the same for every system, whose own files do not count."""
    import rfc8785

    suite: dict[str, Any] = {part: sha for part, sha in fingerprint.items() if part not in ("system", "kort")}
    return hashlib.sha256(rfc8785.dumps(suite)).hexdigest()[:EDITION_LENGTH]


def content_bytes(certificate: Certificate) -> bytes:
    """What is signed: the certificate as canonical JSON."""
    import rfc8785

    return rfc8785.dumps(asdict(certificate))


def signed(certificate: Certificate, key: Ed25519PrivateKey) -> Signed:
    """The certificate under `key`. The same certificate and key give the same signature."""
    return Signed(certificate, public_hex(key), sign(content_bytes(certificate), key))


def written(certificate: Signed) -> bytes:
    """The certificate's file."""
    import rfc8785

    return rfc8785.dumps(asdict(certificate))


def read_certificate(data: bytes) -> Signed:
    """The certificate in a file's bytes. Raises BadInput, naming each field that is wrong."""
    from pydantic import ValidationError

    try:
        return adapter().validate_python(json.loads(data))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValidationError):
            where = ", ".join(dict.fromkeys(".".join(map(str, each["loc"])) or "det hele" for each in error.errors()))
            raise BadInput(f"Filen er intet certifikat: forkert eller mangler: {where}.") from None
        raise BadInput("Filen er intet certifikat: den er ikke JSON.") from None


@cache
def adapter() -> TypeAdapter[Signed]:
    """Reads and describes what `written` writes: every field, and no other."""
    from pydantic import ConfigDict, TypeAdapter, with_config

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (CertifiedSystem, RestsOn, RunOut, SeenOut, Certificate, Signed):
        with_config(config)(each)
    return TypeAdapter(Signed)


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/certificate.schema.json."""
    return json.dumps(adapter().json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    from harness.house import find_house

    file = find_house().home / "docs" / "schema" / "certificate.schema.json"
    file.write_text(schema_text(), encoding="utf-8", newline="\n")
