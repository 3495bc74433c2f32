"""Rules over what an ITI-41 says of the plan: its forløbslabel, and how an edition follows the one before it."""

from __future__ import annotations

import re

from harness.conformance.cda.cpd_label import diseases_of as diseases_of
from harness.conformance.cda.plan_diagnoses import KOL_SOURCE, diagnoses_of, is_clear
from harness.conformance.rule import Breach, NotJudged, Outcome
from harness.conformance.xds.message import EXAMPLES, VALUES
from harness.conformance.xds.submitted import (
    Entry,
    Submitted,
    breach,
    each_entry,
    each_plan,
    instance,
    object_id,
    scheme_of,
    submission_rule,
    unless,
)
from harness.conformance.xds.values import code_said
from harness.domain.careplan import Disease
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xml import Element

EDITIONS = f"MedCom, CPD-DK 1.0.1, eksemplerne (relatedDocument RPLC); {EXAMPLES}"
_LRS = frozenset({"L02", "L03", "L84", "L86"})  # ICPC-2-DK of back and low back; no label for them is public
_LABEL = re.compile(r"ALAL\d\d")
_REPLACEMENTS = frozenset({codes.RPLC, codes.XFRM_RPLC})


@submission_rule("XDSM-27", "Forløbslabel er en kendt kode i SKS", Grade.F3, VALUES, ("XDSM-03",))
def label(submitted: Submitted) -> Outcome:
    """Not judged for an ALAL code on a plan for back pain: which one it gets is not public."""

    def check(entry: Entry) -> list[Breach] | None:
        waits = bool(_LRS & _diagnoses(entry))
        given = [each for each in _labels(entry) if not (waits and _unknown_label(each))]
        wanted = f"{', '.join(codes.FORLOEBSLABELS)} ({oids.SKS})"
        wrong = [
            each for each in given if each.get("nodeRepresentation") not in codes.FORLOEBSLABELS or scheme_of(each) != oids.SKS
        ]
        return [breach(submitted, each, wanted, code_said(each)) for each in wrong] if given else None

    return each_plan(submitted, "ingen forløbslabel, eller en ny til lænderyg, som ikke er offentlig", check)


@submission_rule("XDSM-28", "Forløbslabel er den, der hører til planens sygdom", Grade.F3, KOL_SOURCE, ("XDSM-27",))
def label_of_the_disease(submitted: Submitted) -> Outcome:
    """ALAL21 on KOL, ALAL22 on type 2 diabetes, ALAL02 on ischaemic heart disease, as CPD-L02. Other labels are not judged.

    ALAL21 is for KOL alone, whatever the diagnosis; the others are judged on diagnoses whose label is known. No label is wrong
    where a diagnosis has not the form of its system: CPD-K04 tells of that.
    """
    owners = {each.forloebslabel: each for each in Disease if each.forloebslabel}

    def check(entry: Entry) -> list[Breach] | None:
        own = _diagnoses(entry)
        diseases = diseases_of(entry.cda) if entry.cda else set()
        labels = [(each, owners[code]) for each in _labels(entry) if (code := each.get("nodeRepresentation", "")) in owners]
        judged = [(each, disease) for each, disease in labels if diseases or (own and disease is Disease.KOL)]
        said = f"{{}} på en plan med diagnose {', '.join(sorted(own))}"
        wanted = ", ".join(sorted(each.forloebslabel for each in diseases if each.forloebslabel)) or "ingen af de kendte"
        wrong = [each for each, disease in judged if disease not in diseases]
        if wrong and entry.cda and not is_clear(entry.cda):
            return None
        return (
            [breach(submitted, each, wanted, said.format(each.get("nodeRepresentation"))) for each in wrong] if judged else None
        )

    return each_plan(submitted, "ingen forløbslabel, hvis sygdom er kendt, eller planens diagnose er ikke kendt", check)


@submission_rule("XDSM-29", "En udgave, der afløser en anden, har relationen RPLC", Grade.F2, EDITIONS, ("XDSM-03",))
def replacement(submitted: Submitted) -> Outcome:
    """Without it both editions are current. Of one that starts elsewhere than at an entry XDSM-36 tells."""
    astray = any(_is_astray(submitted, each) for each in _replacing(submitted))

    def check(entry: Entry) -> list[Breach] | None:
        replaced, targets = _replaced(entry), _targets(submitted, entry)
        if not replaced or (astray and not targets):
            return None
        others = [each for each in _from(submitted, entry) if each.get("associationType") not in _REPLACEMENTS]
        if not targets and others:
            said = others[0].get("associationType") or "mangler"
            return [breach(submitted, others[0], codes.RPLC, said, "associationType")]
        if not targets and submitted.known.keys().isdisjoint(replaced):
            return None  # what it says it replaces was never registered, so no association can name it
        return unless(submitted, bool(targets), entry.element, f"en Association {codes.RPLC}", "mangler")

    return each_entry(submitted, "dokumentet afløser ikke et andet, eller det vides ikke, om det andet er registreret", check)


@submission_rule(
    "XDSM-36",
    "RPLC går fra det nye dokument til en registreret udgave, og ikke til noget i anmodningen selv",
    Grade.F2,
    EXAMPLES,
    ("XDSM-01",),
)
def registered_target(submitted: Submitted) -> Outcome:
    """`sourceObject` is an entry of the request, `targetObject` the entryUUID that the registry gave the edition. Where the
    source is wrong the target is not asked.
    """
    own = {object_id(element) for element in (*(entry.element for entry in submitted.entries), *submitted.sets)}
    relations = _replacing(submitted)
    if not relations:
        return NotJudged("ingen Association RPLC")
    found: list[Breach] = []
    for each in relations:
        name = object_id(each, "targetObject")
        if _is_astray(submitted, each):
            expected, attribute = "det nye dokuments id i anmodningen", "sourceObject"
        elif name in own or not name.startswith(codes.UUID):
            expected, attribute = "den afløste udgaves entryUUID (urn:uuid:…)", "targetObject"
        else:
            continue
        found.append(breach(submitted, each, expected, each.get(attribute) or "mangler", attribute))
    return tuple(found)


@submission_rule(
    "XDSM-30", "RPLC peger på den udgave, som dokumentet siger, at det afløser", Grade.F2, EDITIONS, ("XDSM-29", "XDSM-36")
)
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
    """What is coded in SKS, or is written as a label."""
    return [
        each
        for each in entry.classifications(codes.EVENT_CODE)
        if scheme_of(each) == oids.SKS or _LABEL.fullmatch(each.get("nodeRepresentation", ""))
    ]


def _unknown_label(classification: Element) -> bool:
    code = classification.get("nodeRepresentation", "")
    return code not in codes.FORLOEBSLABELS and _LABEL.fullmatch(code) is not None


def _diagnoses(entry: Entry) -> set[str]:
    return diagnoses_of(entry.cda) if entry.cda else set()


def _replaced(entry: Entry) -> list[str]:
    """The uniqueIds of the documents that this one says it replaces."""
    return [instance(each) for each in entry.in_cda("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument/cda:id")]


def _targets(submitted: Submitted, entry: Entry) -> list[Element]:
    """The replacing associations that start at the entry."""
    return [each for each in _from(submitted, entry) if each.get("associationType") in _REPLACEMENTS]


def _replacing(submitted: Submitted) -> list[Element]:
    return [each for each in submitted.associations if each.get("associationType") in _REPLACEMENTS]


def _is_astray(submitted: Submitted, association: Element) -> bool:
    """Whether it starts at nothing that is an entry of the request."""
    return object_id(association, "sourceObject") not in {entry.id for entry in submitted.entries}


def _from(submitted: Submitted, entry: Entry) -> list[Element]:
    return [each for each in submitted.associations if object_id(each, "sourceObject") == entry.id]


def _uuid(text: str) -> str:
    return text.strip().lower().removeprefix(codes.UUID)
