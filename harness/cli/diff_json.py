"""What `lps diff --json` writes: `python -m harness.cli.diff_json` writes its schema to docs/schema/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.record.result import Result
from harness.reporting.diff.diff import Diff, Pair, RuleDiff, ScenarioDiff


@dataclass(frozen=True, slots=True)
class RunOut:
    """Den ene kørsel."""

    kørsel: str
    system: str
    produkt: str
    version: str
    kampagne: str
    fase: str
    prøvekørsel: bool
    """En prøvekørsel med referencesystemet siger intet om leverandørens eget system."""
    dom: str


@dataclass(frozen=True, slots=True)
class PairOut:
    """Noget, der ikke er ens i de to kørsler. Tomt, hvor den ene ikke har det."""

    navn: str
    første: str
    anden: str


@dataclass(frozen=True, slots=True)
class ScenarioOut:
    """Et scenarie i de to kørsler: en karakter eller et ord ved siden af skalaen. Tomt, hvor kørslen ikke har det."""

    scenarie: str
    titel: str
    ændring: str
    første: str
    anden: str
    begrundelse: str
    """Den anden kørsels, hvor resultatet ikke er det samme."""
    værre: bool
    forældet: tuple[str, ...]
    """De dele af testsættet, som de to resultater er målt med hver sin udgave af."""


@dataclass(frozen=True, slots=True)
class RuleOut:
    """En regel, der kun er brudt i den ene kørsel."""

    regel: str
    titel: str
    karakter: str
    hører_til: str
    scenarier: tuple[str, ...]
    """Tomt: uden for scenarierne."""
    prøvet: bool
    """Om mindst ét af scenarierne er gennemført i den anden kørsel. Ellers ved ingen, om reglen holder der."""
    ventet: str
    """Hvad der var ventet det første sted, reglen er brudt."""
    fundet: str


@dataclass(frozen=True, slots=True)
class DiffOut:
    """Svaret fra lps diff --json. Exitkoden er 1, når noget er værre, ellers 0."""

    første: RunOut
    anden: RunOut
    værre: bool
    forskelle: tuple[PairOut, ...]
    """Hvad der blev prøvet, og hvordan."""
    testsæt: tuple[str, ...]
    """De dele af testsættet, som kørslerne er målt med hver sin udgave af."""
    domme: tuple[PairOut, ...]
    krav: tuple[PairOut, ...]
    scenarier: tuple[ScenarioOut, ...]
    """Alle scenarier i de to kørsler, det vigtigste først."""
    nye_regelbrud: tuple[RuleOut, ...]
    """Regler, der kun er brudt i den anden kørsel."""
    væk: tuple[RuleOut, ...]
    """Regler, der kun er brudt i den første kørsel."""


def diff_out(found: Diff) -> DiffOut:
    """`found` as it is written."""
    return DiffOut(
        første=_run(found.before),
        anden=_run(found.after),
        værre=found.worse,
        forskelle=_pairs(found.facts),
        testsæt=found.suite,
        domme=_pairs(found.verdicts),
        krav=_pairs(found.requirements),
        scenarier=tuple(map(_scenario, found.scenarios)),
        nye_regelbrud=tuple(map(_rule, found.broken)),
        væk=tuple(map(_rule, found.gone)),
    )


def _run(result: Result) -> RunOut:
    run = result.started
    return RunOut(
        run.run, run.system, run.product, run.sut_version, run.campaign, run.phase, result.rehearsal, str(result.verdict)
    )


def _pairs(pairs: tuple[Pair, ...]) -> tuple[PairOut, ...]:
    return tuple(PairOut(each.name, each.before, each.after) for each in pairs)


def _scenario(each: ScenarioDiff) -> ScenarioOut:
    before, after = str(each.before or ""), str(each.after or "")
    return ScenarioOut(each.scenario, each.title, str(each.change), before, after, each.reason, each.worse, each.outdated)


def _rule(each: RuleDiff) -> RuleOut:
    return RuleOut(each.rule, each.title, str(each.grade), each.owner, each.scenarios, each.tried, each.expected, each.actual)


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/diff.schema.json: every field is always written, and no other."""
    import json

    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write an answer

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (RunOut, PairOut, ScenarioOut, RuleOut, DiffOut):
        with_config(config)(each)
    return json.dumps(TypeAdapter(DiffOut).json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Write the schema to `folder`."""
    (folder / "diff.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from harness.house import find_house

    write_schema(find_house().home / "docs" / "schema")
