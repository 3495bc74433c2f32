"""Judges a file: finds its format by what it contains, runs that format's rules, and does the same with what it carries.

Only the rules that are needed are imported. A new format is a line in `FORMATS`, and one in `recognise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from harness.conformance.files.case import Case, Judged
from harness.conformance.files.content import Syntax, look
from harness.conformance.files.recognise import not_known, recognised, unreadable
from harness.conformance.rule import Judgement, Result
from harness.domain.errors import BadInput
from harness.domain.finding import Finding

if TYPE_CHECKING:
    from harness.conformance.files.official import Official

DEEPEST = 4
"""How many envelopes inside one another are opened."""

NO_SCHEMA = "officielt XML-skema og skematron: der er ikke peget på nogen (lps artefacts add MAPPE)"
_PREFIX = "ikke kontrolleret: "  # how a judgement says that something was not looked at


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one file, or in one part of it (`file` is then `kuvert.xml#Data`).

    `format` is Danish; it is empty when there are no rules for the file, and `problem` then says what it is, or where it cannot
    be read when it is `broken` before it says what it is. `unchecked` says in Danish what was not checked. `data` is what lines
    and columns count in.
    """

    file: str
    format: str
    data: bytes = field(repr=False)
    judgements: tuple[Judgement, ...] = ()
    unchecked: tuple[str, ...] = ()
    problem: str = ""
    broken: bool = False
    parts: tuple[Report, ...] = ()

    def every(self) -> Iterator[Report]:
        """This report and those of its parts, outermost first."""
        yield self
        for part in self.parts:
            yield from part.every()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, those of the parts too."""
        return tuple(finding for each in self.every() for judgement in each.judgements for finding in judgement.findings)


@dataclass(frozen=True, slots=True)
class Format:
    """A format there are rules for. `schema` says what an XML schema speaks of: `root`, or `body`, what stands in a SOAP Body."""

    danish: str
    judge: Callable[[Case], Judged]
    schema: str = ""


def judge_file(
    data: bytes,
    file: str,
    profile: str = "",
    *,
    official: Official | None = None,
    confirmed: Callable[[], frozenset[str]] = frozenset,
    sts: tuple[bytes, ...] = (),
    level: Callable[[], str] = str,
) -> Report:
    """Everything the rules say of `data`; `file` is its name in findings. Never raises for what `data` holds.

    `profile` is one of `FORMATS`, or the address of a FHIR profile, and says what the file is meant to be; without it the
    content says so. `official` are the tester's artefacts. `confirmed` gives the rules known to hold for CPD-DK 2.0.
    `sts` are the token service's certificates, as `signature.read_certificates` gives them; without, no signature is checked.
    `level` gives the least level of an ID card that is demanded; empty: no level is checked.
    Raises BadInput when there is no such profile.

        judge_file(path.read_bytes(), "plan.xml").findings
    """
    is_address = profile.startswith(("http://", "https://"))
    if profile and profile not in FORMATS and not is_address:
        raise BadInput(f"Profilen {profile} kendes ikke. Kan være: {', '.join(FORMATS)}, eller en FHIR-profils adresse")
    case = Case(data, file, look(data), confirmed, official, sts, level)
    return _by_profile(case, profile) if is_address else _judge(case, profile, 1)


def _judge(case: Case, profile: str, depth: int) -> Report:
    name = profile or recognised(case.content)
    if not name or case.content.syntax is Syntax.EMPTY:
        bad = unreadable(case)
        return Report(case.file, "", case.data, problem=bad or not_known(case.content), broken=bool(bad))
    if name == "fhir" and not _has_profile(case):
        return Report(case.file, "", case.data, problem=not_known(case.content, packages=case.definitions is not None))
    judged = FORMATS[name].judge(case)
    judgements, unchecked = list(judged.judgements), [*judged.unchecked]
    if FORMATS[name].schema and not judged.unreadable:
        officially, not_done = _officially(case, FORMATS[name].schema)
        judgements += officially
        unchecked += not_done
    parts: list[Report] = []
    for payload in judged.payloads:
        if depth == DEEPEST:
            unchecked.append(f"{payload.name}: flere end {DEEPEST} kuverter i hinanden bliver ikke åbnet")
            break
        place = f"{payload.name}{len(parts) + 1}" if parts else payload.name  # of several each has a name of its own
        inner = replace(case, data=payload.data, file=f"{case.file}#{place}", content=look(payload.data))
        parts.append(_judge(inner, payload.profile, depth + 1))
        if parts[-1].problem:
            unchecked.append(f"indholdet ({place}): {parts[-1].problem}")
    return Report(
        case.file, FORMATS[name].danish, case.data, tuple(judgements), _sentences(unchecked, judgements), parts=tuple(parts)
    )


def _has_profile(case: Case) -> bool:
    """Whether the packages define what the resource says it is, or its type: without, nothing of it would be judged."""
    definitions = case.definitions
    if definitions is None:
        return False
    from harness.standards.fhir.definitions import CORE

    base = f"{CORE}{case.content.name.rpartition('}')[2]}"
    return any(definitions.structure(each) is not None for each in (base, *case.content.profiles))


def _by_profile(case: Case, profile: str) -> Report:
    """A FHIR resource against one profile, whatever it says of itself."""
    from harness.conformance.fhir.profile import judge_profile

    judgements = judge_profile(case.data, case.file, case.definitions, profile=profile)
    if all(each.result is Result.NOT_JUDGED for each in judgements):
        return Report(case.file, "", case.data, problem=f"Profilen kan ikke bruges: {judgements[0].reason.removeprefix(_PREFIX)}")
    return Report(case.file, f"FHIR ({profile})", case.data, tuple(judgements), _sentences([], judgements))


def _sentences(unchecked: list[str], judgements: list[Judgement]) -> tuple[str, ...]:
    """What was not checked, each once: what the format says, and what single judgements say."""
    said = (each.reason.removeprefix(_PREFIX) for each in judgements if each.reason.startswith(_PREFIX))
    return tuple(dict.fromkeys((*unchecked, *said)))


def _officially(case: Case, schema: str) -> tuple[list[Judgement], list[str]]:
    if case.official is None:
        return [], [NO_SCHEMA]
    from harness.conformance.files.official import judge_officially

    document = case.document()
    if document is None:
        return [], []
    body = document.root.find("{*}Body/*") if schema == "body" else None
    return judge_officially(document, document.root if body is None else body, case.official)


def _by(place: str, *unchecked: str) -> Callable[[Case], Judged]:
    """The format's `judge_…`, imported when it is called: `cda.apd:judge_apd`."""

    def judged(case: Case) -> Judged:
        return Judged(_function(place)(case.data, case.file), unchecked)

    return judged


def _with_packages(place: str) -> Callable[[Case], Judged]:
    """The same for FHIR, whose profiles come from the tester's packages."""
    return lambda case: Judged(_function(place)(case.data, case.file, case.definitions))


def _carrier(place: str) -> Callable[[Case], Judged]:
    """What carries something else, in `envelopes`."""

    def judged(case: Case) -> Judged:
        found: Judged = _function(f"files.envelopes:{place}")(case)
        return found

    return judged


def _cpd(version: str, *unchecked: str) -> Callable[[Case], Judged]:
    def judged(case: Case) -> Judged:
        from harness.conformance.cda.cpd import judge_cpd
        from harness.conformance.cda.cpd_label import judge_label

        confirmed = case.confirmed() if version == "2.0" else frozenset()
        plan = Judged(judge_cpd(case.data, case.file, declared=f"CPD-DK {version}", confirmed=confirmed), unchecked)
        return plan if plan.unreadable else Judged(plan.judgements + judge_label(case.data, case.file), unchecked)

    return judged


def _function(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"harness.conformance.{module}"), name)


_CODES = "om koderne findes i deres kodesystemer"
_ORDER = "rækkefølge, længder og tider: det er der ingen offentlig kilde til"
_ASSUMED = "om planen er CPD-DK 2.0: filen siger det ikke selv og er bedømt som 1.0.1 (ellers: --profile cpd-2.0)"

FORMATS: dict[str, Format] = {
    "cpd-1.0.1": Format("Behandlingsplan (CPD-DK)", _cpd("1.0.1", _CODES, _ASSUMED), "root"),
    "cpd-2.0": Format("Behandlingsplan (CPD-DK 2.0)", _cpd("2.0", _CODES), "root"),
    "qfdd": Format("Spørgeskema (QFDD-DK)", _by("cda.qfdd:judge_qfdd", _CODES), "root"),
    "qrd": Format("Svar på spørgeskema (QRD-DK)", _by("cda.qrd:judge_qrd", _CODES), "root"),
    "apd": Format("Aftale (APD-DK)", _by("cda.apd:judge_apd", _CODES), "root"),
    "pdc": Format("Stamkort (PDC-DK)", _by("cda.pdc:judge_pdc", _CODES), "root"),
    "cda": Format("CDA-dokument", _by("cda.header:judge_header", "kroppen: her er kun regler for headeren"), "root"),
    "iti41": Format("Aflevering til dokumentdeling (ITI-41)", _carrier("iti41"), "body"),
    "mtom": Format("Pakket SOAP-besked (MTOM)", _carrier("mtom")),
    "soap": Format("SOAP-besked", _carrier("soap"), "body"),
    "dgws": Format("SOAP-besked (DGWS)", _carrier("dgws"), "body"),
    "hsuid": Format("SOAP-besked (HSUID)", _carrier("hsuid"), "body"),
    "plsp": Format("Aflevering til PLSP", _carrier("plsp")),
    "documentreference": Format("Metadata (DocumentReference)", _carrier("document_reference")),
    "vans": Format("Kuvert (VANSEnvelope)", _carrier("vans"), "root"),
    "oioxml": Format("MedCom-brev (OIOXML)", _by("oioxml.letters:judge_oioxml", _ORDER), "root"),
    "xrpt": Format("Laboratoriesvar (XRPT01)", _by("oioxml.xrpt:judge_xrpt", _CODES, _ORDER), "root"),
    "medrpt": Format("Laboratoriesvar (MEDRPT)", _by("medrpt:judge_medrpt", _CODES, _ORDER)),
    "edi-brev": Format("Brev eller fil i EDIFACT (DIS91, BIN01)", _by("edi_letter:judge_edi_letter", _CODES, _ORDER)),
    "sbdh": Format("Transportkuvert (SBDH)", _carrier("sbdh"), "root"),
    "eds": Format("Leveringsstatus (EDS)", _by("transport.eds:judge_eds", "FHIR's egne regler for AuditEvent")),
    "conditionlist": Format("Diagnosekort (ConditionList)", _with_packages("fhir.condition_list:judge_condition_list")),
    "homecareobservation": Format(
        "Kommunalt prøvesvar (HomeCareObservation)", _with_packages("fhir.home_care_observation:judge_home_care_observation")
    ),
    "acknowledgement": Format("Kvittering (Acknowledgement)", _with_packages("fhir.acknowledgement:judge_acknowledgement")),
    "carecommunication": Format(
        "Korrespondance (CareCommunication)", _with_packages("fhir.care_communication:judge_care_communication")
    ),
    "fhir": Format("FHIR-ressource", _with_packages("fhir.profile:judge_profile")),
}
"""By the name `--profile` gives them."""
