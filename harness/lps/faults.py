"""The deliberate defects the reference LPS can be told to have. What each means for people stands in `fixtures/faults/`.

A fault is an id and one small hook: a change to the plan before it is written, to the document, to the submission or
to its packed parts; or a behaviour that the outbox, a route or the wire asks about by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from harness.domain.careplan import CarePlan
from harness.domain.patient import Practitioner
from harness.standards import oids
from harness.standards.mtom import Package
from harness.standards.xds import codes
from harness.standards.xds.metadata import Code, Submission

_GHOST: Final = "00000000-0000-4000-8000-000000000000"

NEVER_SENDS: Final = "deler-ikke"
SENDS_TWICE: Final = "plan-sendt-to-gange"
LOSES_WHEN_BUSY: Final = "plan-tabt-når-modtageren-er-optaget"
COPIES_LATER: Final = "kopi-sendes-senere"
LOSES_IN_BACKGROUND: Final = "plan-tabt-ved-afsendelse-i-baggrunden"
HIDES_RESENT: Final = "viser-ikke-delt-efter-gensendelse"
CLAIMS_SHARED: Final = "siger-delt-uden-at-være-det"
HIDES_SHARED: Final = "viser-ikke-at-planen-er-delt"
RESENDS_AS_NEW: Final = "gensender-som-ny-plan"
MIXES_PATIENTS: Final = "blander-patienter"
CARRIES_GOALS_OVER: Final = "mål-fra-en-anden-patient"
ADDRESSES_FIRST_PATIENT: Final = "plsp-forkert-patient-i-beskeden"
DROPS_LETTERS: Final = "plsp-erstatnings-cpr-uden-bogstaver"
WRONG_LABEL: Final = "kol-mærke-på-anden-sygdom"
UNKNOWN_LABEL: Final = "ukendt-mærke-for-sygdommen"
EXPIRED_CARD: Final = "dgws-udløbet-id-kort"
NO_MESSAGE_ID: Final = "dgws-uden-messageid"
LONG_CARD: Final = "dgws-id-kort-gælder-en-uge"
NUMBERLESS_CARD: Final = "dgws-id-kort-uden-sit-id"
CHANGED_LINE_ENDS: Final = "mtom-ændrede-linjeskift"
SECURITY: Final = (EXPIRED_CARD, NO_MESSAGE_ID, LONG_CARD, NUMBERLESS_CARD)
PACKING_FAULTS: Final = frozenset({CHANGED_LINE_ENDS})
"""Faults of an LPS that packs its documents (MTOM)."""
BEHAVIOURS: Final = (
    NEVER_SENDS,
    SENDS_TWICE,
    COPIES_LATER,
    LOSES_IN_BACKGROUND,
    HIDES_RESENT,
    LOSES_WHEN_BUSY,
    CLAIMS_SHARED,
    HIDES_SHARED,
    RESENDS_AS_NEW,
    MIXES_PATIENTS,
    CARRIES_GOALS_OVER,
    ADDRESSES_FIRST_PATIENT,
    DROPS_LETTERS,
    WRONG_LABEL,
    UNKNOWN_LABEL,
)


def _without(pattern: bytes) -> Callable[[bytes], bytes]:
    def change(document: bytes) -> bytes:
        changed, count = re.subn(pattern, b"", document, count=1, flags=re.S)
        assert count == 1, f"the document has nothing that looks like {pattern!r}"
        return changed

    return change


def _with(pattern: bytes, other: bytes) -> Callable[[bytes], bytes]:
    def change(document: bytes) -> bytes:
        changed, count = re.subn(pattern, other, document, count=1, flags=re.S)
        assert count == 1, f"the document has nothing that looks like {pattern!r}"
        return changed

    return change


def _another_disease(pattern: str) -> Callable[[bytes], bytes]:
    """The name of a disease, which `pattern` finds after what stands before it, is another's."""

    def other(found: re.Match[str]) -> str:
        return f"{found[1]}{'KOL' if 'iabetes' in found[2] else 'Type 2-diabetes'}"

    def change(document: bytes) -> bytes:
        changed, count = re.subn(pattern, other, document.decode("utf-8"), count=1)
        assert count == 1, f"the document has nothing that looks like {pattern!r}"
        return changed.encode("utf-8")

    return change


def _winter_time(document: bytes) -> bytes:
    return document.replace(b"+0200", b"+0100")


def _ecpr_as_cpr(document: bytes) -> bytes:
    return document.replace(f'"{oids.X_ECPR}"'.encode(), f'"{oids.CPR}"'.encode())


def _without_words(start: str) -> Callable[[CarePlan], CarePlan]:
    def change(plan: CarePlan) -> CarePlan:
        return replace(plan, interventions=tuple(text for text in plan.interventions if not text.startswith(start)))

    return change


def _letters_lost(plan: CarePlan) -> CarePlan:
    return replace(plan, goals=tuple(goal.encode("ascii", "replace").decode("ascii") for goal in plan.goals))


def _goal_forgotten(plan: CarePlan) -> CarePlan:
    return replace(plan, goals=("Mål aftales ved næste besøg",))


def _version_stands_still(plan: CarePlan) -> CarePlan:
    return replace(plan, version=1)


def _document_id_kept(plan: CarePlan) -> CarePlan:
    return replace(plan, document_id=plan.replaces or plan.document_id)


def _without_predecessor(plan: CarePlan) -> CarePlan:
    return replace(plan, replaces=None)


def _first_replaces_a_ghost(plan: CarePlan) -> CarePlan:
    return replace(plan, replaces=plan.replaces or _GHOST)


def _another_persons_data(plan: CarePlan) -> CarePlan:
    return replace(plan, patient=replace(plan.patient, given=("Anden",), family="Person"))


def _written_by_the_patient(plan: CarePlan) -> CarePlan:
    return replace(plan, author=Practitioner(" ".join(plan.patient.given), plan.patient.family))


def _another_diagnosis(plan: CarePlan) -> CarePlan:
    return replace(plan, diagnosis=replace(plan.diagnosis, code="K77", display="Hjertesvigt"))


def _without_interventions(plan: CarePlan) -> CarePlan:
    return replace(plan, interventions=plan.interventions[1:])


def _goals_twice(plan: CarePlan) -> CarePlan:
    return replace(plan, goals=(*plan.goals, *plan.goals))


def _interventions_twice(plan: CarePlan) -> CarePlan:
    return replace(plan, interventions=(*plan.interventions, *plan.interventions))


def _with_a_goal_of_its_own(plan: CarePlan) -> CarePlan:
    return replace(plan, goals=(*plan.goals, "Tab dig 20 kg"))


def _with_a_treatment_of_its_own(plan: CarePlan) -> CarePlan:
    return replace(plan, interventions=(*plan.interventions, "Start prednisolon 50 mg"))


def _with_a_result_of_its_own(plan: CarePlan) -> CarePlan:
    return replace(plan, results=(*plan.results, "HIV-test positiv"))


def _made_long_ago(plan: CarePlan) -> CarePlan:
    return replace(plan, created=plan.created.replace(year=1999))


def _made_the_day_before(plan: CarePlan) -> CarePlan:
    return replace(plan, created=plan.created - timedelta(days=1))


def _diagnosed_a_year_before(plan: CarePlan) -> CarePlan:
    return replace(plan, diagnosis=replace(plan.diagnosis, since=plan.diagnosis.since - timedelta(days=365)))


def _replaces_another(submission: Submission) -> Submission:
    return replace(
        submission,
        associations=tuple(
            replace(each, target=f"{codes.UUID}{_GHOST}") if each.type == codes.RPLC else each for each in submission.associations
        ),
    )


def _counts_letters(submission: Submission) -> Submission:
    sizes = {entry.id: str(len(submission.documents[entry.id].decode())) for entry in submission.entries}
    return replace(submission, entries=tuple(replace(entry, size=sizes[entry.id]) for entry in submission.entries))


def _wrong_hash(submission: Submission) -> Submission:
    return replace(submission, entries=tuple(replace(entry, hash="0" * 40) for entry in submission.entries))


def _ecpr_registered_as_cpr(submission: Submission) -> Submission:
    return replace(
        submission,
        entries=tuple(
            replace(entry, patient_id=entry.patient_id.replace(f"&{oids.X_ECPR}&", f"&{oids.CPR}&"))
            for entry in submission.entries
        ),
    )


def _another_author(submission: Submission) -> Submission:
    someone = tuple(replace(each, person=f"^Læge^Anden^^^^^^&{oids.SOR}&ISO") for each in submission.entries[0].authors)
    return replace(submission, entries=tuple(replace(entry, authors=someone) for entry in submission.entries))


def _without_rplc(submission: Submission) -> Submission:
    return replace(submission, associations=tuple(each for each in submission.associations if each.type != codes.RPLC))


def _local_time(submission: Submission) -> Submission:
    def shifted(time: str) -> str:
        return f"{time[:8]}{(int(time[8:10]) + 2) % 24:02d}{time[10:]}"

    return replace(
        submission, entries=tuple(replace(entry, creation_time=shifted(entry.creation_time)) for entry in submission.entries)
    )


PLAN: Final[Mapping[str, Callable[[CarePlan], CarePlan]]] = {
    "danske-bogstaver-tabt": _letters_lost,
    "mål-mangler": _goal_forgotten,
    "niveau-mangler": _without_words("Niveau"),
    "opfølgning-mangler": _without_words("Næste opfølgning"),
    "udgave-står-stille": _version_stands_still,
    "ny-udgave-med-samme-id": _document_id_kept,
    "afløser-ikke-i-dokumentet": _without_predecessor,
    "første-udgave-afløser-en-ukendt": _first_replaces_a_ghost,
    "en-anden-persons-data": _another_persons_data,
    "skrevet-i-patientens-navn": _written_by_the_patient,
    "forkert-diagnose": _another_diagnosis,
    "indsatser-mangler": _without_interventions,
    "mål-står-to-gange": _goals_twice,
    "indsatser-står-to-gange": _interventions_twice,
    "mål-ingen-har-skrevet": _with_a_goal_of_its_own,
    "indsats-ingen-har-aftalt": _with_a_treatment_of_its_own,
    "resultat-ingen-har-skrevet": _with_a_result_of_its_own,
    "gammelt-tidspunkt": _made_long_ago,
    "tidspunkt-fra-dagen-før": _made_the_day_before,
    "diagnosen-et-år-for-tidligt": _diagnosed_a_year_before,
}
DOCUMENT: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "cpd-uden-kode-for-helbredsproblemer": _without(rb"<code[^>]*\"75310-3\"[^>]*/>"),
    "cpd-uden-sor-i-custodian": _without(
        rb"(?<=<representedCustodianOrganization>)\s*<id [^>]*/>(?=.*</representedCustodianOrganization>)"
    ),
    "erstatnings-cpr-som-cpr": _ecpr_as_cpr,
    "cpd-forfatter-fra-en-anden-klinik": _with(rb"(<assignedAuthor>\s*<id [^>]*extension=\")\d+", rb"\g<1>61741000016007"),
    "cpd-forfatterens-tid-fra-dagen-før": _with(rb"(<time value=\"\d{6})\d\d", rb"\g<1>01"),
    "cpd-diagnose-uden-skabelon": _without(rb"<templateId root=\"1\.2\.208\.184\.15\.1\.10\.20\.1\.21\"[^>]*/>"),
    "cpd-ukendt-slags-post": _with(rb"(<act[^>]*classCode=\")ACT", rb"\g<1>NOTAT"),
    "cpd-forfatter-uden-oid": _with(rb"(<assignedAuthor>\s*<id) root=\"[^\"]*\"", rb"\g<1>"),
    "cpd-tom-periode": _without(rb"<serviceEvent.*?</serviceEvent>"),
    "cpd-diagnose-uden-type": _with(rb"<value xsi:type=\"CD\" code", rb"<value code"),
    "cpd-titel-om-en-anden-sygdom": _another_disease(r"(<title>Min forløbsplan for )([^<]*)"),
    "cpd-diagnosen-kaldt-en-anden-sygdom": _another_disease(r'(<value [^>]*displayName=")([^"]*)'),
    "cpd-teksten-nævner-en-anden-sygdom": _another_disease(r"(<td>[A-Z]\d\d</td>\s*<td>)([^<]*)"),
    "cpd-en-anden-diagnose-i-teksten": _with(rb"<td>.*?</td>", b"<td>A04</td>"),
    "cpd-henvisning-til-ingenting": _with(rb"value=\"#Goal1\"", b'value="#Goal1x"'),
    "cpd-mål-fra-før-planen": _with(rb"(moodCode=\"GOL\">.*?<effectiveTime value=\")\d{8}[^\"]*", rb"\g<1>19990101"),
    "cpd-tomt-sluttidspunkt": _with(rb"<high nullFlavor=\"NI\"/>", rb"<high/>"),
    "blind-vintertid-om-sommeren": _winter_time,
}
SUBMISSION: Final[Mapping[str, Callable[[Submission], Submission]]] = {
    "iti41-forkert-hash": _wrong_hash,
    "blind-stoerrelse-talt-i-tegn": _counts_letters,
    "iti41-uden-rplc": _without_rplc,
    "iti41-rplc-til-en-ukendt": _replaces_another,
    "iti41-lokal-tid": _local_time,
    "iti41-en-anden-forfatter": _another_author,
    "iti41-erstatnings-cpr-som-cpr": _ecpr_registered_as_cpr,
}
ALL: Final = (*PLAN, *DOCUMENT, *SUBMISSION, *sorted(PACKING_FAULTS), *SECURITY, *BEHAVIOURS)

KOL_LABEL: Final = Code("ALAL21", oids.SKS, "KOL")


def faulty_plan(plan: CarePlan, faults: frozenset[str]) -> CarePlan:
    """`plan` with the defects among `faults` that are in what the clinic writes."""
    for fault in faults & PLAN.keys():
        plan = PLAN[fault](plan)
    return plan


def faulty_document(document: bytes, faults: frozenset[str]) -> bytes:
    """`document` with the defects among `faults` that are in the document itself."""
    for fault in faults & DOCUMENT.keys():
        document = DOCUMENT[fault](document)
    return document


def faulty_submission(submission: Submission, faults: frozenset[str]) -> Submission:
    """`submission` with the defects among `faults` that are in how it is handed in."""
    for fault in faults & SUBMISSION.keys():
        submission = SUBMISSION[fault](submission)
    return submission


def faulty_parts(package: Package, faults: frozenset[str]) -> Package:
    """`package` with the defects among `faults` that come of packing: documents treated as text, with a mail's line ends."""
    if CHANGED_LINE_ENDS not in faults:
        return package
    changed = tuple(replace(part, content=bytes(part.content).replace(b"\n", b"\r\n")) for part in package.parts)
    assert changed != package.parts, "the document has a line end"
    return replace(package, parts=changed)
