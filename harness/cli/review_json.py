"""What `lps review show --json` and `list --json` write: `python -m harness.cli.review_json` writes their schemas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.domain.review import Reviewing, Role
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CampaignOut:
    """Hvad kørslen er blevet til i én kampagne."""

    id: str
    titel: str
    verdict: Verdict
    mangler: tuple[str, ...]
    """Det, der skal gøres, før fasen er forbi."""


@dataclass(frozen=True, slots=True)
class ResultOut:
    """Ét scenarie: testharnessets forslag, og MedComs vurdering ved siden af."""

    scenarie: str
    titel: str
    forslag: str
    grund: str
    indsendt: bool
    fund: tuple[str, ...]
    vurdering: str
    """Tom, når MedCom ikke har vurderet det for sig."""
    vurderet_af: str
    vurderet_fordi: str


@dataclass(frozen=True, slots=True)
class ActOut:
    """Én handling i gennemgangen."""

    tid: str
    af: str
    rolle: Role
    handling: str
    tekst: str


@dataclass(frozen=True, slots=True)
class RuleOut:
    """En kampagnes regel for, hvad der bliver prøvet igen ud over det, der ikke er godkendt."""

    kampagne: str
    også: tuple[str, ...]
    status: str
    """besluttet eller afventer."""
    kilde: str


@dataclass(frozen=True, slots=True)
class RetestOut:
    """Det, der skal prøves igen."""

    scenarier: tuple[str, ...]
    tag: str
    """Til lps run --tag; tom, når intet skal prøves igen."""
    regler: tuple[RuleOut, ...]


@dataclass(frozen=True, slots=True)
class NumberOut:
    """Et sted i et bevis, hvor der står noget, der ligner et fremmed CPR-nummer, og som ingen har frigivet."""

    sha256: str
    fra: int
    til: int
    sted: str


@dataclass(frozen=True, slots=True)
class ReviewOut:
    """Svaret fra lps review show --json."""

    kørsel: str
    mappe: str
    system: str
    produkt: str
    version: str
    fase: Phase
    grundlag: str
    """referencesystem for en prøvekørsel, ellers leverandørens system."""
    verdict: Verdict
    gennemgang: Reviewing
    hos: str
    """Den tester, der har gennemgangen; tom, når ingen har den."""
    forældet: bool
    """Scenarier, regler eller data er ændret siden, og ingen har bekræftet, at kørslen stadig gælder."""
    kampagner: tuple[CampaignOut, ...]
    resultater: tuple[ResultOut, ...]
    handlinger: tuple[ActOut, ...]
    genprøve: RetestOut
    ligner_cpr: tuple[NumberOut, ...]


@dataclass(frozen=True, slots=True)
class RunOut:
    """En kørsel i listen."""

    mappe: str
    kørsel: str
    system: str
    produkt: str
    version: str
    fase: Phase
    grundlag: str
    slut: bool
    gennemgang: Reviewing
    hos: str
    indsendt: str
    """Hvornår den sidst blev indsendt; tom, når den ikke er."""


@dataclass(frozen=True, slots=True)
class ReviewsOut:
    """Svaret fra lps review list --json."""

    kørsler: tuple[RunOut, ...]


SCHEMAS: dict[str, type] = {"review": ReviewOut, "review-list": ReviewsOut}


def schema_text(answer: type) -> str:
    """The JSON Schema of `answer` as it stands in docs/schema/: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (CampaignOut, ResultOut, ActOut, RuleOut, RetestOut, NumberOut, ReviewOut, RunOut, ReviewsOut):
        with_config(config)(each)
    schema = TypeAdapter(answer).json_schema()
    for definition in schema["$defs"].values():
        if "enum" in definition:  # the domain's own types are explained in English
            definition.pop("description")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> None:
    """Write the schemas to `folder`."""
    for name, answer in SCHEMAS.items():
        (folder / f"{name}.schema.json").write_text(schema_text(answer), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schemas(find_house().home / "docs" / "schema")
