"""Rules over what an ITI-41 says of the plan: its forløbslabel, and how an edition follows the one before it."""

from __future__ import annotations

import re

from harness.conformance.cda.plan_diagnoses import KOL_SOURCE, diagnoses_of, is_kol
from harness.conformance.rule import Breach, Outcome
from harness.conformance.xds.message import EXAMPLES, VALUES
from harness.conformance.xds.submitted import (
    Entry,
    Submitted,
    breach,
    each_entry,
    instance,
    object_id,
    scheme_of,
    submission_rule,
    unless,
)
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xml import Element

EDITIONS = f"MedCom, CPD-DK 1.0.1, eksemplerne (relatedDocument RPLC); {EXAMPLES}"
_LRS = frozenset({"L02", "L03", "L84", "L86"})  # ICPC-2-DK of back and low back; no label for them is public
_REPLACEMENTS = frozenset({codes.RPLC, codes.XFRM_RPLC})


@submission_rule("XDSM-27", "Forløbslabel er en kendt kode i SKS", Grade.F3, VALUES, ("XDSM-03",))
def label(submitted: Submitted) -> Outcome:
    """Not judged for an ALAL code on a plan for back pain: which one it gets is not public."""

    def check(entry: Entry) -> list[Breach] | None:
        waits = bool(_LRS & _diagnoses(entry))
        given = [each for each in _labels(entry) if not (waits and _unknown_label(each))]
        wanted = f"{', '.join(codes.FORLOEBSLABELS)} ({oids.SKS})"
        wrong = [each for each in given if each.get("nodeRepresentation") not in codes.FORLOEBSLABELS]
        return [breach(submitted, each, wanted, each.get("nodeRepresentation", "")) for each in wrong] if given else None

    return each_entry(submitted, "ingen forløbslabel, eller en ny til lænderyg, som ikke er offentlig", check)


@submission_rule("XDSM-28", "Forløbslabel ALAL21 (KOL) står kun på en plan for KOL", Grade.F3, KOL_SOURCE, ("XDSM-03",))
def label_of_kol(submitted: Submitted) -> Outcome:
    """The same rule as PLSP-02, by the other rute."""

    def check(entry: Entry) -> list[Breach] | None:
        given = [each for each in _labels(entry) if each.get("nodeRepresentation") == codes.LABEL_KOL]
        own = _diagnoses(entry)
        if not given or not own:
            return None
        wanted, said = "en plan med KOL (R95, DJ43, DJ44)", f"diagnose {', '.join(sorted(own))}"
        return unless(submitted, is_kol(own), given[0], wanted, said)

    return each_entry(submitted, "ingen forløbslabel for KOL, eller planens diagnose kan ikke læses", check)


@submission_rule("XDSM-29", "En udgave, der afløser en anden, har relationen RPLC", Grade.F2, EDITIONS, ("XDSM-03",))
def replacement(submitted: Submitted) -> Outcome:
    """Without it both editions are current."""

    def check(entry: Entry) -> list[Breach] | None:
        replaced, targets = _replaced(entry), _targets(submitted, entry)
        if not replaced or (not targets and submitted.known.keys().isdisjoint(replaced)):
            return None  # what it says it replaces was never registered, so no association can name it
        return unless(submitted, bool(targets), entry.element, f"en Association {codes.RPLC}", "mangler")

    return each_entry(submitted, "dokumentet afløser ikke et andet", check)


@submission_rule("XDSM-30", "RPLC peger på den udgave, som dokumentet siger, at det afløser", Grade.F2, EDITIONS, ("XDSM-29",))
def replaced_edition(submitted: Submitted) -> Outcome:
    """By the entryUUID that the replaced document is registered with, where the caller knows it."""

    def check(entry: Entry) -> list[Breach] | None:
        wanted = {_uuid(submitted.known[name]) for name in _replaced(entry) if name in submitted.known}
        if not wanted:
            return None
        wrong = [each for each in _targets(submitted, entry) if _uuid(each.get("targetObject", "")) not in wanted]
        expected = f"{codes.UUID}{min(wanted)}"
        return [breach(submitted, each, expected, each.get("targetObject", ""), "targetObject") for each in wrong]

    return each_entry(submitted, "dokumentet afløser ikke et andet, eller det er ikke set registreret", check)


def _labels(entry: Entry) -> list[Element]:
    return [each for each in entry.classifications(codes.EVENT_CODE) if scheme_of(each) == oids.SKS]


def _unknown_label(classification: Element) -> bool:
    code = classification.get("nodeRepresentation", "")
    return code not in codes.FORLOEBSLABELS and re.fullmatch(r"ALAL\d\d", code) is not None


def _diagnoses(entry: Entry) -> set[str]:
    return diagnoses_of(entry.cda) if entry.cda else set()


def _replaced(entry: Entry) -> list[str]:
    """The uniqueIds of the documents that this one says it replaces."""
    return [instance(each) for each in entry.in_cda("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument/cda:id")]


def _targets(submitted: Submitted, entry: Entry) -> list[Element]:
    """The replacing associations that start at the entry."""
    return [
        each
        for each in submitted.associations
        if each.get("associationType") in _REPLACEMENTS and object_id(each, "sourceObject") == entry.id
    ]


def _uuid(text: str) -> str:
    return text.strip().lower().removeprefix(codes.UUID)
