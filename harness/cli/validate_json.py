"""What `lps validate --json` writes: `python -m harness.cli.validate_json` writes its schema to docs/schema/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.domain.finding import Finding
from harness.domain.grade import Grade

Verdict = Literal["ingen fund", "mindre fund", "fund", "ikke bedømt"]


@dataclass(frozen=True, slots=True)
class FindingOut:
    """En brudt regel ét sted."""

    regel: str
    titel: str
    karakter: Grade | None
    """Uden karakter (null) er det en bemærkning: det er ikke kendt, om reglen gælder for den version, filen følger."""
    bemærkning: str
    hører_til: str
    fil: str
    """Filens navn; for det, en kuvert indeholder, med stedet i kuverten efter #."""
    linje: int | None
    kolonne: int | None
    sti: str
    """XPath, JSON-pointer eller segment."""
    forventet: str
    fundet: str
    kilde: str


@dataclass(frozen=True, slots=True)
class NotJudgedOut:
    """En regel, der ikke blev bedømt."""

    regel: str
    titel: str
    fil: str
    """Som i et fund: for det, en kuvert indeholder, med stedet efter #."""
    grund: str
    """Hvad reglen manglede. Tom, hvis en anden regel siger det."""


@dataclass(frozen=True, slots=True)
class NumberOut:
    """Et sted med et CPR-nummer, som ikke er et test-CPR-nummer. Nummeret selv står ingen steder."""

    fil: str
    linje: int
    kolonne: int
    hvor: str


@dataclass(frozen=True, slots=True)
class FileOut:
    """Én fil, med det, den indeholder."""

    fil: str
    format: str
    udfald: Verdict
    fejl: str
    """Hvorfor filen ikke kunne bedømmes; ellers tom."""
    holder: int
    brudt: int
    ikke_bedømt: int
    """Antal regler."""
    fund: tuple[FindingOut, ...]
    ikke_kontrolleret: tuple[str, ...]
    fremmede_cpr_numre: tuple[NumberOut, ...]
    ikke_bedømte_regler: tuple[NotJudgedOut, ...] = ()
    """De regler, som ikke_bedømt tæller, og hvorfor."""


@dataclass(frozen=True, slots=True)
class LeftOutOut:
    """Ét forhold, der ikke blev kontrolleret, og hvorfor."""

    forhold: str
    filer: int
    """Antal filer af formatet, det gælder."""


@dataclass(frozen=True, slots=True)
class NotCheckedOut:
    """Hvad der ikke blev kontrolleret i filer af ét format. Det, en kuvert indeholder, tæller som en fil for sig."""

    format: str
    filer: int
    """Antal filer af formatet."""
    forhold: tuple[LeftOutOut, ...]


@dataclass(frozen=True, slots=True)
class ValidateOut:
    """Svaret fra lps validate --json."""

    harness: str
    """Harnessets version."""
    exitkode: Literal[0, 1, 2]
    """0: intet over F4. 1: noget over F4. 2: en fil kunne ikke bruges."""
    filer: tuple[FileOut, ...]
    af_ukendt_slags: tuple[str, ...]
    """Filer i en mappe, som der ikke er regler for."""
    artefakter: tuple[str, ...]
    """Hvad der var i vejen med de officielle artefakter."""
    ikke_kontrolleret: tuple[NotCheckedOut, ...] = ()
    """Det, der ikke blev kontrolleret, talt op for hvert format."""


def finding_out(finding: Finding) -> FindingOut:
    """The finding as it is written."""
    return FindingOut(
        regel=finding.rule,
        titel=finding.title,
        karakter=finding.grade,
        bemærkning=finding.remark,
        hører_til=str(finding.owner),
        fil=finding.location.file,
        linje=finding.location.line,
        kolonne=finding.location.column,
        sti=finding.location.path,
        forventet=finding.expected,
        fundet=finding.actual,
        kilde=finding.source,
    )


def not_checked(judged: Iterable[tuple[str, Iterable[str]]]) -> tuple[NotCheckedOut, ...]:
    """What was not checked, counted by format, in the order met; `judged` has each file's format and its sentences.

    not_checked([("Brev", ["tider"]), ("Brev", [])]) == (NotCheckedOut("Brev", 2, (LeftOutOut("tider", 1),)),)
    """
    files: Counter[str] = Counter()
    told: dict[str, Counter[str]] = {}
    for name, sentences in judged:
        files[name] += 1
        told.setdefault(name, Counter()).update(tuple(dict.fromkeys(sentences)))
    return tuple(
        NotCheckedOut(name, files[name], tuple(LeftOutOut(sentence, times) for sentence, times in counted.items()))
        for name, counted in told.items()
        if counted
    )


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/validate.schema.json.

    Every field is always written, and there are no others. A field that came after the schema was published has a default, so
    that an answer written before it still keeps the schema.
    """
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to judge a file

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (FindingOut, NotJudgedOut, NumberOut, FileOut, LeftOutOut, NotCheckedOut, ValidateOut):
        with_config(config)(each)
    schema = TypeAdapter(ValidateOut).json_schema()
    schema["$defs"]["Grade"].pop("description")  # the domain's own types are explained in English
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "validate.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
