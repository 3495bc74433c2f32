"""A document registry with its repository, as pure state: what is stored, and what is refused.

A submission is checked whole before anything is stored, so a refused one leaves no trace. An identical resend, where every
uniqueId is registered with the same hash and patient, is accepted and changes nothing: IHE calls it a normal condition (IHE
wiki, XDS Implementation Notes, Duplicate Metadata: the answer may have been lost), but a second entry would be a second
current document, so none is made, and a replaced edition does not come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.standards.xds import codes
from harness.standards.xds.codes import ErrorCode
from harness.standards.xds.metadata import (
    Association,
    Code,
    DocumentEntry,
    DocumentRequest,
    RegistryError,
    Submission,
    SubmissionSet,
)

_RELATIONS = frozenset({codes.RPLC, codes.APND, codes.XFRM, codes.XFRM_RPLC})
_REPLACEMENTS = frozenset({codes.RPLC, codes.XFRM_RPLC})
_NO_SET = RegistryError(ErrorCode.METADATA, "Anmodningen skal have netop ét submission set")


@dataclass(slots=True)
class Registry:
    """Entries by entryUUID, documents by uniqueId, associations and sets. `repository_id` is the OID of its repository."""

    repository_id: str
    entries: dict[str, DocumentEntry] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)
    associations: list[Association] = field(default_factory=list)
    sets: dict[str, SubmissionSet] = field(default_factory=dict)
    _by_unique_id: dict[str, str] = field(default_factory=dict)

    def submit(self, submission: Submission, new_id: Callable[[], str]) -> list[RegistryError]:
        """Take in an ITI-41, or say why not. `new_id` gives UUIDs; none is used when the submission is refused."""
        return self._take(submission, new_id, [*_document_errors(submission), *_type_errors(submission, codes.STABLE)])

    def register(self, submission: Submission, new_id: Callable[[], str]) -> list[RegistryError]:
        """Take in an ITI-42: metadata of documents that another repository keeps, or say why not."""
        return self._take(submission, new_id, [*_keeper_errors(submission), *_type_errors(submission, codes.STABLE)])

    def register_on_demand(self, submission: Submission, new_id: Callable[[], str]) -> list[RegistryError]:
        """Take in an ITI-61: metadata of documents that their repository makes when they are asked for, or say why not."""
        return self._take(submission, new_id, [*_keeper_errors(submission), *_type_errors(submission, codes.ON_DEMAND)])

    def _take(
        self, submission: Submission, new_id: Callable[[], str], kind_errors: Sequence[RegistryError]
    ) -> list[RegistryError]:
        """Store it whole, unless something is wrong. `kind_errors` is what is wrong for this transaction in particular."""
        if not submission.set:
            return [_NO_SET]
        errors = [*_set_errors(submission.set), *_message_errors(submission, submission.set), *kind_errors]
        entries: list[DocumentEntry] = []
        known: set[str] = set()
        for entry in submission.entries:
            whole, faults = self._measured(entry, submission.documents.get(entry.id))
            stored = self.by_unique_id(entry.unique_id)
            if stored:
                faults += _differences(whole, stored)
                known.add(entry.id)
            else:
                entries.append(whole)
            errors += faults
        fresh = [each for each in submission.associations if not known & {each.source, each.target}]
        errors += self._association_errors(fresh, entries, submission.set.id)
        if not errors and (entries or not known):
            self._store(submission.set, entries, fresh, submission.documents, new_id)
        return errors

    def update(self, submission: Submission, new_id: Callable[[], str]) -> list[RegistryError]:
        """Carry out an ITI-57 that changes the status of entries, or say why not."""
        if not submission.set:
            return [_NO_SET]
        errors = _set_errors(submission.set)
        changes = [each for each in submission.associations if each.type == codes.UPDATE_STATUS]
        if submission.entries or len(changes) != len(submission.associations) or not changes:
            errors.append(_error(ErrorCode.UPDATE, "Her kan kun status på registrerede dokumenter ændres"))
        for change in changes:
            errors += self._change_errors(change, submission.set)
        if not errors:
            self._store(submission.set, [], changes, {}, new_id)
            for change in changes:
                self._set_status(change.target, change.slot("NewStatus"))
        return errors

    def by_unique_id(self, unique_id: str) -> DocumentEntry | None:
        """The entry of a document, or None."""
        return self.entries.get(self._by_unique_id.get(unique_id, ""))

    def select(self, *, uuids: Collection[str] = (), unique_ids: Collection[str] = ()) -> list[DocumentEntry]:
        """Entries by entryUUID or by uniqueId, in the order they were registered."""
        return [each for each in self.entries.values() if each.id in uuids or each.unique_id in unique_ids]

    def find(
        self,
        patient_id: str,
        statuses: Collection[str],
        entry_types: Collection[str] = (codes.STABLE,),
        coded: Iterable[tuple[Callable[[DocumentEntry], Sequence[Code | None]], Sequence[Collection[str]]]] = (),
    ) -> list[DocumentEntry]:
        """The patient's entries. Each of `coded` reads codes of an entry, of which one must be in every given collection.

        A code is written `code^^scheme`, as in a stored query.
        """
        return [
            entry
            for entry in self.entries.values()
            if entry.patient_id == patient_id
            and entry.status in statuses
            and entry.object_type in entry_types
            and all(_has(read(entry), wanted) for read, groups in coded for wanted in groups)
        ]

    def related(self, uuids: Collection[str]) -> list[Association]:
        """The associations that start or end at one of these."""
        return [each for each in self.associations if each.source in uuids or each.target in uuids]

    def fetch(self, request: DocumentRequest) -> tuple[DocumentEntry, bytes] | RegistryError:
        """A document with its entry, or why there is none."""
        if request.repository_id != self.repository_id:
            reason = f"Her er repository {self.repository_id}, ikke {request.repository_id or '(intet)'}"
            return _error(ErrorCode.UNKNOWN_REPOSITORY, reason, request.repository_id)
        entry = self.by_unique_id(request.unique_id)
        if not entry or entry.unique_id not in self.documents:
            reason = f"Der er intet dokument med uniqueId {request.unique_id or '(intet)'}"
            return _error(ErrorCode.UNKNOWN_DOCUMENT, reason, request.unique_id)
        return entry, self.documents[entry.unique_id]

    def _measured(self, entry: DocumentEntry, document: bytes | None) -> tuple[DocumentEntry, list[RegistryError]]:
        """The entry with hash, size and repository filled in, and what is wrong with those it came with."""
        if document is None:
            return entry, []
        measured = replace(
            entry,
            hash=hashlib.sha1(document, usedforsecurity=False).hexdigest(),
            size=str(len(document)),
            repository_id=self.repository_id,
        )
        errors = []
        if entry.hash and entry.hash.lower() != measured.hash:
            reason = f"hash er {entry.hash}, men dokumentets SHA-1 er {measured.hash}"
            errors.append(_error(ErrorCode.OTHER_HASH, reason, entry.unique_id))
        if entry.size and entry.size != measured.size:
            reason = f"size er {entry.size}, men dokumentet fylder {measured.size} byte"
            errors.append(_error(ErrorCode.OTHER_SIZE, reason, entry.unique_id))
        return measured, errors

    def _association_errors(
        self, associations: Sequence[Association], entries: Sequence[DocumentEntry], package: str
    ) -> list[RegistryError]:
        errors: list[RegistryError] = []
        own = {entry.id: entry for entry in entries}
        replaced: set[str] = set()
        for each in associations:
            if each.type == codes.HAS_MEMBER:
                if each.source != package or (each.target not in own and each.target not in self.entries):
                    errors.append(_error(ErrorCode.UNRESOLVED, "HasMember skal gå fra sættet til et dokument", each.target))
            elif each.type not in _RELATIONS:
                errors.append(_error(ErrorCode.METADATA, f"Ukendt associationType {each.type}", each.id))
            elif each.source not in own:
                errors.append(_error(ErrorCode.UNRESOLVED, "Relationen udgår ikke fra et dokument i anmodningen", each.source))
            elif each.target not in self.entries:
                errors.append(_error(ErrorCode.UNRESOLVED, "Relationen peger på et ukendt dokument", each.target))
            else:
                target = self.entries[each.target]
                if target.status != codes.APPROVED or each.target in replaced:
                    errors.append(_error(ErrorCode.DEPRECATED, "Relationen peger på et dokument, der er udgået", each.target))
                elif target.patient_id != own[each.source].patient_id:
                    errors.append(_error(ErrorCode.PATIENT, "Relationen peger på en anden patients dokument", each.target))
                if each.type in _REPLACEMENTS:
                    replaced.add(each.target)
        members = {each.target for each in associations if each.type == codes.HAS_MEMBER}
        errors += [
            _error(ErrorCode.METADATA, "Dokumentet er ikke medlem af sættet: HasMember mangler", entry.id)
            for entry in entries
            if entry.id not in members
        ]
        for entry in entries:
            if entry.id in self.entries:
                errors.append(_error(ErrorCode.METADATA, "entryUUID er i brug til et andet dokument", entry.id))
        return errors

    def _change_errors(self, change: Association, submission_set: SubmissionSet) -> list[RegistryError]:
        entry = self.entries.get(change.target)
        if not entry:
            return [_error(ErrorCode.UPDATE, "Dokumentet er ikke registreret", change.target)]
        if submission_set.patient_id != entry.patient_id:
            return [_error(ErrorCode.PATIENT, "Sættets patient er en anden end dokumentets", change.target)]
        if change.slot("OriginalStatus") != entry.status:
            return [_error(ErrorCode.UPDATE, f"Dokumentet har ikke status {change.slot('OriginalStatus')}", change.target)]
        if change.slot("NewStatus") not in (codes.APPROVED, codes.DEPRECATED):
            return [_error(ErrorCode.UPDATE, f"Status kan ikke blive {change.slot('NewStatus') or '(intet)'}", change.target)]
        return []

    def _store(
        self,
        submission_set: SubmissionSet,
        entries: Sequence[DocumentEntry],
        associations: Sequence[Association],
        documents: Mapping[str, bytes],
        new_id: Callable[[], str],
    ) -> None:
        names = {given: _registered(given, new_id) for given in (submission_set.id, *(entry.id for entry in entries))}
        self.sets[names[submission_set.id]] = replace(submission_set, id=names[submission_set.id])
        for entry in entries:
            self.entries[names[entry.id]] = replace(entry, id=names[entry.id], status=codes.APPROVED)
            if entry.id in documents:
                self.documents[entry.unique_id] = documents[entry.id]
            self._by_unique_id[entry.unique_id] = names[entry.id]
        for each in associations:
            source, target = names.get(each.source, each.source), names.get(each.target, each.target)
            self.associations.append(replace(each, id=_registered(each.id, new_id), source=source, target=target))
            if each.type in _REPLACEMENTS:
                self._set_status(target, codes.DEPRECATED)

    def _set_status(self, uuid: str, status: str) -> None:
        self.entries[uuid] = replace(self.entries[uuid], status=status)


def _set_errors(submission_set: SubmissionSet) -> list[RegistryError]:
    given = {
        "XDSSubmissionSet.patientId": submission_set.patient_id,
        "XDSSubmissionSet.uniqueId": submission_set.unique_id,
        "XDSSubmissionSet.sourceId": submission_set.source_id,
    }
    return [_error(ErrorCode.METADATA, f"{name} mangler", name) for name, value in given.items() if not value]


def _message_errors(submission: Submission, submission_set: SubmissionSet) -> list[RegistryError]:
    """What is wrong with the entries as they stand beside each other, before the registry is asked."""
    errors = []
    seen: set[str] = set()
    for entry in submission.entries:
        if not entry.unique_id:
            errors.append(_error(ErrorCode.METADATA, "XDSDocumentEntry.uniqueId mangler", entry.id))
        elif entry.unique_id in seen:
            errors.append(_error(ErrorCode.DUPLICATE, "To dokumenter i anmodningen har samme uniqueId", entry.unique_id))
        seen.add(entry.unique_id)
        if not entry.patient_id:
            errors.append(_error(ErrorCode.METADATA, "XDSDocumentEntry.patientId mangler", entry.id))
        elif submission_set.patient_id and entry.patient_id != submission_set.patient_id:
            errors.append(_error(ErrorCode.PATIENT, "Sættet og dokumentet er ikke om samme patient", entry.id))
    if len({entry.id for entry in submission.entries}) < len(submission.entries):
        errors.append(_error(ErrorCode.METADATA, "To dokumenter i anmodningen har samme id"))
    return errors


def _document_errors(submission: Submission) -> list[RegistryError]:
    """Each entry has its document in the message, and each document its entry."""
    named = {entry.id for entry in submission.entries}
    return [
        *(
            _error(ErrorCode.MISSING_DOCUMENT, "Metadata har intet dokument i anmodningen", entry.id)
            for entry in submission.entries
            if entry.id not in submission.documents
        ),
        *(
            _error(ErrorCode.MISSING_METADATA, "Dokumentet har ingen metadata i anmodningen", name)
            for name in submission.documents
            if name not in named
        ),
    ]


def _keeper_errors(submission: Submission) -> list[RegistryError]:
    """Who registers a document without handing it in says where it is."""
    return [
        _error(ErrorCode.METADATA, "XDSDocumentEntry.repositoryUniqueId mangler", entry.id)
        for entry in submission.entries
        if not entry.repository_id
    ]


def _type_errors(submission: Submission, wanted: str) -> list[RegistryError]:
    """On-demand entries have a transaction of their own (ITI-61)."""
    on_demand = wanted == codes.ON_DEMAND
    reason = "Her registreres kun on-demand-dokumenter" if on_demand else "On-demand-dokumenter registreres med ITI-61"
    return [
        _error(ErrorCode.METADATA, reason, entry.id)
        for entry in submission.entries
        if (entry.object_type == codes.ON_DEMAND) is not on_demand
    ]


def _differences(entry: DocumentEntry, stored: DocumentEntry) -> list[RegistryError]:
    """Why this is not the stored document sent once more."""
    if entry.patient_id != stored.patient_id:
        return [_error(ErrorCode.PATIENT, "uniqueId er registreret til en anden patient", entry.unique_id)]
    if entry.hash != stored.hash:
        return [_error(ErrorCode.OTHER_HASH, "uniqueId er registreret med et andet indhold", entry.unique_id)]
    return []


def _has(found: Sequence[Code | None], wanted: Collection[str]) -> bool:
    return any(f"{code.code}^^{code.scheme}" in wanted for code in found if code)


def _registered(given: str, new_id: Callable[[], str]) -> str:
    """The id an object keeps: its own UUID, or a new one for a name that only counts in the message."""
    return given if given.startswith(codes.UUID) else f"{codes.UUID}{new_id()}"


def _error(code: ErrorCode, reason: str, location: str = "") -> RegistryError:
    return RegistryError(code, reason, location)
