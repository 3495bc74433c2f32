"""Rules from MedCom's own FHIR packages: one rule a kind of check, each finding with the profile's element. Subject `fhir`.

The profiles come from the packages the tester points at; without them nothing here is judged, and the reason says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from harness.conformance.fhir.fault import Check, Fault, without_consequences
from harness.conformance.fhir.walk import Walk
from harness.conformance.rule import Breach, Judgement, Outcome, Result, Rule, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import Package
from harness.standards.fhir.references import References
from harness.standards.fhir.tree import Tree, read_tree

SUBJECT = "fhir"
SOURCE = "HL7 FHIR R4 (4.0.1) og den profil, ressourcen følger"
NO_PACKAGES = "ikke kontrolleret: der er ikke peget på MedComs FHIR-pakker"


@dataclass(frozen=True, slots=True)
class Held:
    """A message held against its profile: the faults that stand for themselves, and what was not checked."""

    tree: Tree
    faults: tuple[Fault, ...]
    unchecked: tuple[str, ...]


def judge_profile(
    data: bytes, file: str, definitions: Definitions | None, *, profile: str = "", known: frozenset[str] = frozenset()
) -> list[Judgement]:
    """Every kind of check on the resource in `data`, against `profile` and those it declares. Never raises for what it holds.

    `known` names invariants that are judged by rules of their own. What cannot be read is `ikke bedømt` here: whoever asks has a
    rule for that. A judgement that holds says in `reason` what could not be checked.

        judge_profile(body, "svar.json", Definitions(read_packages([folder])), profile=codes.HOME_CARE_OBSERVATION)
    """
    try:
        tree = read_tree(data, file)
    except BadInput as bad:
        return unjudged(f"beskeden kan ikke læses: {bad.reason}")
    return judge_tree(tree, definitions, profile=profile, known=known)


def judge_tree(
    tree: Tree,
    definitions: Definitions | None,
    *,
    profile: str,
    known: frozenset[str],
    told: Iterable[str] = (),
) -> list[Judgement]:
    """The same for a message that is read. `told` are the places (`Location.path`) where rules of the standard have findings."""
    if definitions is None:
        return unjudged(NO_PACKAGES)
    if profile and definitions.profile(profile) is None:
        return unjudged(f"ikke kontrolleret: ingen af pakkerne har profilen {profile}")
    held = hold(tree, definitions, profile=profile, known=known, told=frozenset(told))
    return [_with_sources(each, held) for each in judge(rules_for(SUBJECT), held)]


def hold(
    tree: Tree,
    definitions: Definitions,
    *,
    profile: str = "",
    governing: Package | None = None,
    known: frozenset[str] = frozenset(),
    told: frozenset[str] = frozenset(),
) -> Held:
    """The message held against its profile. One defect gives one fault, none where `told` has it already.

    `governing` is the package whose standard it follows; when not given, the one that has `profile`.
    """
    from harness.conformance.fhir.invariants import Invariants  # FHIRPath takes a tenth of a second to import

    walk = Walk(tree, definitions, References(tree), governing or definitions.origin(profile))
    walk.resource(tree.root, *((profile,) if profile else ()))
    found = walk.faults + Invariants(walk, known).faults()
    own, aside = without_consequences(found, lambda each: tree.at(each.node, each.missing).path, told)
    unchecked = walk.unchecked | {f"invarianten {each.key}, fordi noget andet er galt samme sted" for each in aside}
    return Held(tree, tuple(own), tuple(sorted(unchecked)))


def unjudged(reason: str) -> list[Judgement]:
    """Every kind of check, none of them judged; `reason` is a Danish phrase."""
    return [Judgement(each, Result.NOT_JUDGED, reason=reason) for each in rules_for(SUBJECT)]


def _with_sources(judgement: Judgement, held: Held) -> Judgement:
    """The judgement with each finding's own source; a remark has no grade. The last rule tells what was not checked."""
    faults = _of(held, judgement.rule.id)
    findings = tuple(
        replace(
            finding,
            source=f"{fault.profile}, {fault.element}",
            grade=None if fault.remark else finding.grade,
            remark=fault.remark,
        )
        for finding, fault in zip(judgement.findings, faults, strict=True)
    )
    reason = f"ikke kontrolleret: {'; '.join(held.unchecked)}" if held.unchecked and judgement.rule.id == Check.INVARIANT else ""
    return replace(judgement, findings=findings, reason=reason)


def _of(held: Held, rule_id: str) -> list[Fault]:
    return [each for each in held.faults if each.check == rule_id]


def _profile_rule(check: Check, title: str, grade: Grade) -> Callable[[Callable[[Held], Outcome]], Rule]:
    return rule(check.value, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=SOURCE)


def _breaches(held: Held, check: Check) -> tuple[Breach, ...]:
    return tuple(Breach(held.tree.at(each.node, each.missing), each.expected, each.actual) for each in _of(held, check.value))


@_profile_rule(Check.UNKNOWN, "Beskeden har kun elementer, som profilen kender", Grade.F3)
def known_elements(held: Held) -> Outcome:
    """A name that neither the profile nor its type has."""
    return _breaches(held, Check.UNKNOWN)


@_profile_rule(Check.TYPE, "Hvert element har den rigtige type", Grade.F2)
def types(held: Held) -> Outcome:
    """How a value is written, how long it is, and whether it is a list."""
    return _breaches(held, Check.TYPE)


@_profile_rule(Check.CARDINALITY, "Hvert element er der så mange gange, som profilen siger", Grade.F3)
def cardinality(held: Held) -> Outcome:
    """Too few and too many."""
    return _breaches(held, Check.CARDINALITY)


@_profile_rule(Check.FIXED, "Faste værdier er, som profilen siger", Grade.F3)
def fixed_values(held: Held) -> Outcome:
    """Fixed values and patterns."""
    return _breaches(held, Check.FIXED)


@_profile_rule(Check.BINDING, "Koder er fra profilens værdisæt", Grade.F3)
def bindings(held: Held) -> Outcome:
    """Required value sets grade; extensible ones give a remark."""
    return _breaches(held, Check.BINDING)


@_profile_rule(Check.SLICE, "Lister har de dele, som profilen siger", Grade.F3)
def slices(held: Held) -> Outcome:
    """Each slice so many times, and in a closed slicing nothing else."""
    return _breaches(held, Check.SLICE)


@_profile_rule(Check.REFERENCE, "Referencer peger på den rigtige slags ressource", Grade.F2)
def references(held: Held) -> Outcome:
    """The type and the profile of what is pointed at, and that it is in the message."""
    return _breaches(held, Check.REFERENCE)


@_profile_rule(Check.INVARIANT, "Profilens betingelser (invarianter) holder", Grade.F3)
def invariants(held: Held) -> Outcome:
    """FHIRPath, of the severity error."""
    return _breaches(held, Check.INVARIANT)
