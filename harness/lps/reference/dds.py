"""Asks the national document sharing (DDS) what is shared about a patient, as the reference LPS does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.domain.exchange import Headers
from harness.domain.organisations import CLINIC, OTHER_YDER
from harness.lps.reference.capability import Means
from harness.lps.reference.wire import Wire
from harness.standards.hsuid import Hsuid, hsuid_block
from harness.standards.mtom import Package
from harness.standards.soap import Version
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import Code, DocumentRequest

OTHERS_CLINIC: Final = "opslag-i-en-anden-kliniks-navn"
FAULTS: Final = (OTHERS_CLINIC,)

_ISSUER: Final = "referencesystem.test"


@dataclass(frozen=True, slots=True)
class Dds:
    """By ITI-18 and ITI-43, each with DGWS and with HSUID, which says who looks, and about whom."""

    means: Means
    wire: Wire

    def documents(self, cpr: str, *types: Code) -> list[tuple[bytes, bool]]:
        """The patient's documents of these types, each with whether it is current, in the order they were registered; without
        those that are found and cannot be fetched.
        """
        query = build.find_documents(codes.patient_id(cpr), statuses=(codes.APPROVED, codes.DEPRECATED), type_codes=types)
        entries = read.read_query_answer(*self._asked(cpr, "iti18", codes.ITI_18, query)).entries
        if not entries:
            return []
        wanted = [DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in entries]
        answer = read.read_retrieve_answer(*self._asked(cpr, "iti43", codes.ITI_43, build.retrieve(wanted)))
        contents = {document.unique_id: document.content for document in answer.documents}
        fetched = [entry for entry in entries if entry.unique_id in contents]
        return [(contents[entry.unique_id], entry.status == codes.APPROVED) for entry in fetched]

    def _asked(self, cpr: str, path: str, action: str, body: bytes) -> tuple[bytes, Headers]:
        who = Hsuid(
            _ISSUER,
            self.means.clock.now(),
            user_type="nsi:HealthcareProfessional",
            organisation=OTHER_YDER if OTHERS_CLINIC in self.means.faults else CLINIC.yder,
            organisation_format="nsi:ynumber",
            system_name=self.means.product,
            citizen_cpr=cpr,
        )
        package = Package(body, (), Version.SOAP_11, action)
        content, headers = self.wire.dressed(package, self.means.new_id(), hsuid_block(who))
        response = self.means.client.post(f"{self.means.services}/dds/{path}", content=content, headers=list(headers))
        return response.content, tuple(response.headers.items())
