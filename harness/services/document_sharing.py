"""National document sharing, simulated: DROS takes in (ITI-41, -42, -57, -61), DDS finds and fetches (ITI-18, ITI-43).

A request may be SOAP 1.1 or 1.2, plain or packed (MTOM); it is answered in its own version, and packed where its transaction
carries documents (ITI-41, ITI-43), and with WS-Addressing where the request uses it (DDS and DROS do not ask for it).

Towards the LPS it can be busy, refuse, be silent or be late (order `tilgængelighed`, ITI-41 only), and it looks at the
Danish metadata as strictly as it is told (order `valideringsniveau`, per transaction: OFF, LOG, WARNING or REJECT, as DROS).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.exchange import Answer, Failure, Late, NoAnswer, Request, Response
from harness.services.danish_metadata import metadata_problems
from harness.services.plan_facts import plan_facts
from harness.services.registry import Registry
from harness.services.service import LATE_SECONDS, Availability, Context, Delivery, Order
from harness.services.stored_query import answer_query
from harness.standards.cda.read import read_cpd
from harness.standards.mtom import Package, build_package, is_package, read_message, version_said
from harness.standards.soap import EITHER, Envelope, Version, answer_headers, content_type, fault_response, rewrapped
from harness.standards.xds import codes
from harness.standards.xds.build import packed_retrieve_response, registry_response, retrieve_response
from harness.standards.xds.codes import ErrorCode, Severity
from harness.standards.xds.metadata import DocumentEntry, DocumentRequest, RegistryError, Submission
from harness.standards.xds.read import read_provide_and_register, read_query, read_register, read_retrieve, read_update
from harness.standards.xml import parse

REPOSITORY_ID: Final = "2.25.295436178044518327210498431652786430912"
"""The simulated repository's own OID, under 2.25: no real repository can have it."""

_REFUSALS: Final = {
    # ITI-41 speaks to the repository, so it is the repository that is busy …
    Availability.BUSY: RegistryError(ErrorCode.BUSY, "Modtageren har travlt. Send igen senere"),
    # … and its general error says that the receiver failed, whatever the message is like.
    Availability.REFUSING: RegistryError(ErrorCode.REPOSITORY, "Modtageren kan ikke tage imod dokumenter"),
}

_RENEWED: Final = RegistryError(ErrorCode.REGISTRY, "Modtageren er kommet i en ny version", severity=Severity.WARNING)

_PACKED: Final = frozenset({codes.ITI_41, codes.ITI_43})
"""The transactions that carry documents: there a packed request has a packed answer."""

_ANSWERS: Final = {
    # usnistgov/iheos-toolkit2, TransactionType; ITI-41 and ITI-43 also DDS, XDS.b_DocumentRepository.wsdl, wsaw:Action
    codes.ITI_41: f"{codes.ITI_41}Response",
    codes.ITI_42: f"{codes.ITI_42}Response",
    codes.ITI_18: f"{codes.ITI_18}Response",
    codes.ITI_43: f"{codes.ITI_43}Response",
    codes.ITI_57: f"{codes.ITI_57}Response",
    codes.ITI_61: "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse",
}
"""The action of each transaction's answer."""

_Transaction = Callable[[Envelope, Context, bool], bytes | Package]
"""Carries a request out; it is told whether the request came packed. Bytes are an answer in SOAP 1.1."""

Choice = TypeVar("Choice", bound=StrEnum)


class ValidationLevel(StrEnum):
    """What is done about metadata that are not as the Danish profile has them (NSP, DROS, validationlevel)."""

    OFF = "OFF"
    LOG = "LOG"
    WARNING = "WARNING"
    REJECT = "REJECT"


@dataclass(slots=True)
class DocumentSharing:
    """The service `dokumentdeling`, with one registry behind both entrances.

    >>> DocumentSharing().handle(Request("POST", "/dros/iti41", body=provide_and_register(submission)), context)
    Response(status=200, …)
    """

    name: str = "dokumentdeling"
    entrances: tuple[str, ...] = ("dros", "dds")
    registry: Registry = field(default_factory=lambda: Registry(REPOSITORY_ID))
    availability: Availability = Availability.NORMAL
    levels: dict[str, ValidationLevel] = field(
        default_factory=lambda: dict.fromkeys(("iti41", "iti42", "iti57", "iti61"), ValidationLevel.LOG)
    )

    def handle(self, request: Request, context: Context) -> Answer:
        """Answer one request: HTTP 200 with the transaction's answer, a SOAP fault, or 404 in plain text."""
        doors: Mapping[str, tuple[str, _Transaction]] = {
            "/dros/iti41": (codes.ITI_41, self._provide_and_register),
            "/dros/iti42": (codes.ITI_42, self._register),
            "/dros/iti42noDgws": (codes.ITI_42, self._register),
            "/dros/iti57": (codes.ITI_57, self._update),
            "/dros/iti61": (codes.ITI_61, self._register_on_demand),
            "/dds/iti18": (codes.ITI_18, self._find),
            "/dds/iti43": (codes.ITI_43, self._retrieve),
        }
        if request.path not in doors:
            text = f"Her er ingen service. Dokumentdelingen har {', '.join(doors)}.\n"
            return Response(404, text.encode(), (("content-type", "text/plain; charset=utf-8"),))
        if request.path == "/dros/iti41" and self.availability is Availability.SILENT:
            return NoAnswer()
        action, transaction = doors[request.path]
        response = self._through(request, context, action, transaction)
        if request.path == "/dros/iti41" and self.availability is Availability.LATE:
            return Late(response, LATE_SECONDS)
        return response

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """`tilgængelighed` {"værdi": Availability} or `valideringsniveau` {"iti41": ValidationLevel}; answers what now holds.

        Raises KeyError for another order, ConfigurationError for another value.
        """
        if order.name == "tilgængelighed":
            self.availability = _chosen(Availability, order.arguments.get("værdi"))
            return {"værdi": str(self.availability)}
        if order.name == "valideringsniveau":
            if not order.arguments.keys() <= self.levels.keys():
                raise ConfigurationError(f"valideringsniveau findes kun for {', '.join(self.levels)}")
            self.levels |= {each: _chosen(ValidationLevel, level) for each, level in order.arguments.items()}
            return {each: str(level) for each, level in self.levels.items()}
        raise KeyError(order.name)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """Document sharing delivers nothing, so nothing is ever settled."""
        raise AssertionError("dokumentdeling has no deliveries")

    def _through(self, request: Request, context: Context, action: str, transaction: _Transaction) -> Response:
        """The way in: only POST, only SOAP, and only the action that belongs at this address."""
        version = version_said(request.headers)
        if request.method != "POST":
            refused = fault_response(f"Brug POST. {request.method} forstås ikke her", status=405, version=version)
            return replace(refused, headers=(*refused.headers, ("allow", "POST")))
        try:
            envelope = read_message(request.body, request.headers, speaks=EITHER)
            version = envelope.version
            if not envelope.action:
                context.observe(f"Beskeden til {request.path} har ingen SOAPAction")
            elif envelope.action != action:
                reason = f"SOAPAction {envelope.action} hører ikke til her. {request.path} har {action}"
                return fault_response(reason, version=version)
            packed = action in _PACKED and is_package(request.headers)
            return _response(transaction(envelope, context, packed), envelope, _ANSWERS[action], packed=packed)
        except BadInput as problem:
            place = f" (linje {problem.line}, kolonne {problem.column})" if problem.line else ""
            return fault_response(f"{problem.reason}{place}", version=version)

    def _provide_and_register(self, envelope: Envelope, context: Context, _packed: bool) -> bytes:
        submission = read_provide_and_register(envelope)
        _note_submission("ITI-41", submission, context)
        if self.availability in _REFUSALS:
            return registry_response([_REFUSALS[self.availability]])
        return self._decide("iti41", submission, self.registry.submit, context)

    def _register(self, envelope: Envelope, context: Context, _packed: bool) -> bytes:
        submission = read_register(envelope)
        _note_submission("ITI-42", submission, context)
        return self._decide("iti42", submission, self.registry.register, context)

    def _register_on_demand(self, envelope: Envelope, context: Context, _packed: bool) -> bytes:
        submission = read_register(envelope)
        _note_submission("ITI-61", submission, context)
        return self._decide("iti61", submission, self.registry.register_on_demand, context)

    def _update(self, envelope: Envelope, context: Context, _packed: bool) -> bytes:
        submission = read_update(envelope)
        context.note(transaction="ITI-57")
        for entry in self.registry.select(uuids=[each.target for each in submission.associations])[:1]:
            _note_document(entry, self.registry.documents.get(entry.unique_id, b""), context)
        return self._decide("iti57", submission, self.registry.update, context)

    def _decide(
        self,
        transaction: str,
        submission: Submission,
        carry_out: Callable[[Submission, Callable[[], str]], list[RegistryError]],
        context: Context,
    ) -> bytes:
        """Look at the Danish metadata as strictly as ordered, and carry the submission out unless that forbids it."""
        level = self.levels[transaction]
        problems = metadata_problems(submission) if level is not ValidationLevel.OFF else []
        if problems and level is ValidationLevel.REJECT:
            return registry_response(problems)
        stored = len(self.registry.sets)
        errors = carry_out(submission, context.new_id)
        if not errors and self.availability is Availability.RENEWED and context.from_lps:
            problems = [*problems, _RENEWED]
        if not errors:
            self._note_taken(submission, context)
        if not errors and len(self.registry.sets) == stored:
            context.observe("Dokumentet var registreret i forvejen med samme indhold. Intet er ændret")
        if level is ValidationLevel.LOG:
            for problem in problems:
                context.observe(f"Metadata i {context.facts['transaction']}: {problem.context}")
        else:
            errors = [*errors, *(replace(problem, severity=Severity.WARNING) for problem in problems)]
        return registry_response(errors)

    def _note_taken(self, submission: Submission, context: Context) -> None:
        """That it was taken in, and under which entryUUID its first document stands."""
        names = [entry.unique_id for entry in submission.entries[:1]]
        registered = self.registry.select(unique_ids=names) if names else []
        context.note(taken="ja", entry=registered[0].id if registered else "")

    def _find(self, envelope: Envelope, context: Context, _packed: bool) -> bytes:
        query = read_query(envelope)
        patient = next(iter(query.values("$XDSDocumentEntryPatientId")), "")
        context.note(transaction="ITI-18", patient=patient.partition("^")[0])
        return answer_query(query, self.registry)

    def _retrieve(self, envelope: Envelope, context: Context, packed: bool) -> bytes | Package:
        context.note(transaction="ITI-43")
        found: list[tuple[DocumentRequest, str, bytes]] = []
        errors: list[RegistryError] = []
        for wanted in read_retrieve(envelope):
            result = self.registry.fetch(wanted)
            if isinstance(result, RegistryError):
                errors.append(result)
                continue
            entry, document = result
            found.append((wanted, entry.mime_type, document))
            if len(found) == 1:
                _note_document(entry, document, context)
        return packed_retrieve_response(found, errors, envelope.version) if packed else retrieve_response(found, errors)


def _response(answer: bytes | Package, request: Envelope, action: str, *, packed: bool) -> Response:
    """The answer in the request's form; `action` is its own."""
    package = Package(answer, (), request.version, action) if isinstance(answer, bytes) else answer
    headers = answer_headers(request, action)
    if headers or request.version is not Version.SOAP_11:
        package = replace(package, envelope=rewrapped(package.envelope, request.version, headers))
    if not packed:
        return Response(200, package.envelope, (("content-type", content_type(request.version)),))
    body, kind = build_package(package)
    return Response(200, body, (("content-type", kind),))


def _note_submission(transaction: str, submission: Submission, context: Context) -> None:
    """The facts of the first document in a submission; what it says of itself is a fact also when it is refused."""
    context.note(transaction=transaction)
    for entry in submission.entries[:1]:
        _note_document(entry, submission.documents.get(entry.id, b""), context)


def _note_document(entry: DocumentEntry, document: bytes, context: Context) -> None:
    """What the plan says of itself, and over that what its metadata say: they are what the registry goes by."""
    if document and entry.type_code and entry.type_code.code == codes.CARE_PLAN:
        try:
            context.note(**plan_facts(read_cpd(parse(document, "dokument"))))
        except BadInput as problem:
            context.observe(f"Dokumentet kan ikke læses: {problem.reason}")
    context.note(
        patient=entry.cpr,
        document="CPD-DK" if entry.type_code and entry.type_code.code == codes.CARE_PLAN else "",
        unique_id=entry.unique_id,
        document_id=entry.unique_id.rpartition("^")[2],
        format_code=entry.format_code.code if entry.format_code else "",
    )


def _chosen(choices: type[Choice], value: Any) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise ConfigurationError(f"Skal være en af: {', '.join(choices)}. Fundet: {value}") from None
