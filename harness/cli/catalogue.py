"""The catalogues of steps and rules: `python -m harness.cli.catalogue` writes docs/trin.md and docs/regler.md."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from harness.house import find_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.conformance.rule import Rule

_MADE = "<!-- Skrevet af: python -m harness.cli.catalogue. Ret i koden, ikke her. -->"
_STEP_TYPES = {"given": "Givet", "when": "Når", "then": "Så"}
_SUBJECTS = {
    "cpd": "Planen som dokument (CPD-DK)",
    "cpd-edition": "En ny udgave mod den forrige",
    "cpd-label": "Planens forløbslabel i headeren",
    "cpd-patient": "Planens oplysninger om patienten",
    "cpd-koder": "Planens koder for diagnoser og resultater",
    "cda-header": "Headeren, som danske CDA-dokumenter har fælles",
    "qfdd": "Spørgeskemaer (QFDD-DK)",
    "qrd": "Svar på spørgeskemaer (QRD-DK)",
    "apd": "Aftaler (APD-DK)",
    "pdc": "Stamkort (PDC-DK)",
    "iti41": "Afleveringen til dokumentdelingen (ITI-41)",
    "documentreference": "Metadata som FHIR DocumentReference mod dokumentet",
    "mtom": "Pakkede beskeder (MTOM)",
    "plsp": "Afleveringen til PLSP",
    "dgws": "Sikkerhedsheaderen (DGWS) med ID-kort",
    "hsuid": "Headeren om, hvem der slår op (HSUID)",
    "deling": "Det, modtageren har, og det, brugeren ser",
    "behovsvurdering": "Behovsvurderingen",
    "inklusion": "Hvem et pakkeforløb omfatter, og vejen ind i det",
    "cockpit": "Populationslister og deres profiler",
    "patientlister": "Patientlister, der ikke er for et pakkeforløb",
    "behandlingsplan": "Behandlingsplanens indhold og liv",
    "henvisning": "Henvisninger og det, der kommer tilbage",
    "pro": "Spørgeskemaer og patientens svar (PRO)",
    "minplan": "Det, patienten og andre ser af planen",
    "monitorering": "Tællinger af planer og forløb",
    "forloebsplan": "Planer i Digitale Forløbsplaner (FLP)",
    "flp-henvisning": "Henvisninger lavet fra en forløbsplan",
    "indbakke": "Klinikkens indbakke til laboratoriesvar",
    "laboratoriesvar": "Klinikkens egne laboratoriesvar og deling af dem",
    "epj": "De obligatoriske breve og dokumenter",
    "diagnosekort": "Diagnosekortet, som det bliver delt og vist",
    "kommunale-proevesvar": "Kommunale prøvesvar og beskeder til akutteamet",
    "anden-patient": "Alle andre patienter end den, det handler om",
    "vans": "Kuverten (VANSEnvelope)",
    "vans-dokument": "Det, kuverten siger om brevet i den",
    "vans-afsendt": "Kuverten, som den kommer til nettet",
    "oioxml": "Breve i OIOXML: kuvert, afsender, modtager og patient",
    "xref": "Henvisninger til kommunen (XREF15)",
    "xdis": "Notater fra kommunen (XDIS15)",
    "xctl": "Kvitteringer (XCTL02 og XCTL03)",
    "forsendelse": "Forsendelse, kvittering og genfremsendelse over tid",
    "soap-http": "SOAP-beskeder på vej med HTTP",
    "svar": "Det, tjenesterne svarer på systemets beskeder",
    "officiel": "Officielle skemaer og skematroner, som testeren peger på",
    "cpr": "CPR-numre",
    "medrpt": "Laboratoriesvar i EDIFACT (MEDRPT R0131K)",
    "edi-brev": "Breve og filer i EDIFACT (DIS91 og BIN01)",
    "xrpt": "Laboratoriesvar i OIOXML (XRPT01)",
    "sbdh": "EHMI's kuvert og kvitteringer (SBDH)",
    "eds": "EHMI's forsendelsesstatus (EDS)",
    "fhir-diagnosekort": "Diagnosekort (ConditionList)",
    "fhir-proevesvar": "Kommunale prøvesvar (HomeCareObservation)",
    "fhir-korrespondance": "Korrespondancemeddelelser (CareCommunication)",
    "fhir-kvittering": "Kvitteringer i FHIR (Acknowledgement)",
    "fhir-indhold": "Numre, koder og skrivemåder i alle FHIR-beskeder",
    "fhir": "FHIR-beskeder mod MedComs egne pakker",
}
_RULE_COLUMNS = ("Id", "Regel", "Karakter", "Hører til", "Kendt fra", "Bygger på", "Afventer", "Kilde")


def steps_markdown() -> str:
    """The step catalogue: each step a scenario can be written with, in every form it has, and its docstring.

    A step stands under the first of Givet, Når and Så that it is written with.
    """
    from pytest_bdd.steps import step_function_context_registry

    from harness.steps import MODULES

    modules = [import_module(name) for name in MODULES]
    own = {module.__name__ for module in modules}
    forms: dict[Callable[..., object], dict[str, list[str]]] = {}
    for each in step_function_context_registry.values():
        step = inspect.unwrap(each.step_func)  # a run puts something around it
        if step.__module__ in own:
            forms.setdefault(step, {}).setdefault(str(each.type), []).append(_pattern(each.parser.name))
    intro = f"De {len(forms)} trin, et scenarie kan skrives med. Det, der står i `{{}}`, er en værdi."
    lines = [_MADE, "# Trin", "", f"{intro} Et trin kan have flere former."]
    first = {step: next(type_ for type_ in _STEP_TYPES if type_ in written) for step, written in forms.items()}
    for type_, word in _STEP_TYPES.items():
        lines += ["", f"## {word}"]
        for step in (each for each in forms if first[each] == type_):
            said = [f"**{_STEP_TYPES[each]} {text}**" for each in _STEP_TYPES for text in forms[step].get(each, ())]
            lines += ["", "  \n".join(said), "", " ".join((step.__doc__ or "").split())]
    return "\n".join(lines) + "\n"


def rules_markdown() -> str:
    """The rule catalogue: every rule there is, by what it speaks of and by id; then what has none."""
    import pkgutil

    from harness import conformance
    from harness.conformance.rule import REGISTRY

    for module in pkgutil.walk_packages(conformance.__path__, f"{conformance.__name__}."):
        import_module(module.name)
    by_subject: dict[str, list[Rule]] = {subject: [] for subject in _SUBJECTS}
    for _, rule in sorted(REGISTRY.items()):
        by_subject[rule.subject].append(rule)
    lines = [_MADE, "# Regler", "", *_RULES_SAY]
    for subject, rules in by_subject.items():
        lines += ["", f"## {_SUBJECTS[subject]}", "", _row(_RULE_COLUMNS), _row("---" for _ in _RULE_COLUMNS)]
        lines += [_row(_cells(each)) for each in rules]
    return "\n".join(lines) + "\n" + not_checked_markdown()


def not_checked_markdown() -> str:
    """What is not checked of each format, and why: what `lps validate` says of the hand-written examples, without artefacts."""
    from harness.conformance.files.formats import FORMATS, judge_file
    from harness.conformance.oioxml.letters import not_public
    from harness.standards.oioxml.kinds import KINDS

    told: dict[str, dict[str, None]] = {each.danish: {} for each in FORMATS.values()}
    folder = find_house().home / "tests" / "examples"
    for file, profile in [*((each.name, "") for each in sorted(folder.glob("*_haandskrevet.*"))), *_AS]:
        report = judge_file((folder / file).read_bytes().replace(b"\r\n", b"\n"), file, profile)
        for each in report.every():
            told.get(each.format, {}).update(dict.fromkeys(each.unchecked))
        if profile and report.problem:
            told[FORMATS[profile].danish][report.problem] = None
    told[FORMATS["oioxml"].danish] |= dict.fromkeys(sentence for kind in KINDS if (sentence := not_public(kind)))
    lines = ["", "## Det, der ikke bliver kontrolleret", "", _NOT_CHECKED_SAYS]
    for name, sentences in told.items():
        lines += ["", f"### {name}", "", *(f"- {sentence}" for sentence in sentences or (_ALL_CHECKED,))]
    return "\n".join(lines) + "\n"


_AS = (
    ("cpd_haandskrevet.xml", "cpd-2.0"),
    ("pdc_haandskrevet.xml", "cda"),
    ("dgws_haandskrevet.xml", "dgws"),
    ("hsuid_haandskrevet.xml", "hsuid"),
    ("cpd_haandskrevet.xml", "plsp"),
    ("fhir_diagnosekort_haandskrevet.json", "fhir"),
)
"""What no example is recognised as, and one that is judged as it."""
_ALL_CHECKED = "intet: det, der ligger i den, bliver bedømt for sig"
_NOT_CHECKED_SAYS = (
    "For hvert format det, `lps validate` siger om de håndskrevne eksempler i `tests/examples/`, når der ikke er peget på "
    "officielle artefakter. Noget af det gælder kun for nogle filer. Det, der ikke er offentlig kilde til, bliver der ikke "
    "lavet regler om. Sidst i svaret fra `lps validate` er det talt op for de filer, der blev bedømt."
)


def _cells(rule: Rule) -> tuple[str, ...]:
    grade = "bemærkning" if rule.remark else str(rule.grade)
    return (rule.id, rule.title, grade, str(rule.owner), rule.since, ", ".join(rule.needs), rule.fact, rule.source)


_RULES_SAY = (
    "Karakteren er den, en brudt regel giver, på MedComs skala; hvilken regel der giver hvilken karakter, er projektets "
    "konvention. *Kendt fra* er den version, reglen har kilde i: på en anden version giver den kun en bemærkning, indtil "
    "MedCom har bekræftet den. *Bygger på* er regler, der skal holde, før denne bliver bedømt. *Afventer* er en værdi, som "
    "ikke nødvendigvis er besluttet (`fixtures/profiles/`).",
)


def write_catalogues(folder: Path) -> None:
    """Write both catalogues to `folder`."""
    for name, text in (("trin.md", steps_markdown()), ("regler.md", rules_markdown())):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _pattern(written: str) -> str:
    """A step's pattern as people read it: `{level:d}` is `{level}`, choices stand with `/` between, and what may be left out in
    brackets."""
    text = re.sub(r"\{(\w+):\w+\}", r"{\1}", written)
    while group := _INNERMOST.search(text):
        text = text[: group.start()] + _read_group(group) + text[group.end() :]
    text = re.sub(r"(\w)\?", r"(\1)", text)
    return text.replace("\\", "").translate(_BACK)


def _read_group(group: re.Match[str]) -> str:
    """One group that has none in it: a value by its name, or the choices there are. Its brackets are no longer a pattern's."""
    name, inner = group["name"], group["inner"]
    plain = _PLAIN.fullmatch(inner.translate(_BACK))
    shown = " / ".join(inner.split("|")) if plain else str(name)
    said = f"\x02{shown}\x03" if "|" in inner or not plain else shown
    return f"\x04{said}\x05" if group["optional"] else said


_INNERMOST = re.compile(r"\((?:\?P<(?P<name>\w+)>|\?:)(?P<inner>(?:[^()\\]|\\.)*)\)(?P<optional>\??)")
_PLAIN = re.compile(r'[\w ,.:/|{}()"-]+')
_BACK = {2: "{", 3: "}", 4: "(", 5: ")"}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    write_catalogues(find_house().home / "docs")
