"""The protocol's headings, in Danish and English. What stands under them is the scenarios' own Danish."""

from __future__ import annotations

from typing import Final

from harness.reporting.protocol.document import Language

COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Step", "Krav/Handlinger", "Testdata", "Forventet resultat", "Aktuelt resultat", "MedCom vurdering"),
    "en": ("Test step #", "Action", "Test data/test person", "Expected result", "Actual result", "MedCom assessment"),
}
"""MedCom's columns (testprotokol for ConditionList 1.0.2)."""

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "protocol": ("Testprotokol", "Test protocol"),
    "standard": ("Standard", "Standard"),
    "name en": ("Navn (engelsk)", "Name (ENG)"),
    "name da": ("Navn (dansk)", "Name (DK)"),
    "version": ("Version", "Version"),
    "type": ("Type", "Type"),
    "channel": ("Kanal", "Channel"),
    "versioning": ("Versionering", "Versioning"),
    "initials": ("Initialer", "Initials"),
    "date": ("Dato", "Date"),
    "description": ("Beskrivelse", "Description"),
    "vendor": ("Leverandør", "Vendor"),
    "company": ("Firma", "Company"),
    "address": ("Adresse", "Address"),
    "contact": ("Kontaktperson", "Contact person"),
    "telephone": ("Telefon", "Telephone"),
    "e-mail": ("E-mail", "E-mail"),
    "sut": ("System under test (SUT)", "System under test (SUT)"),
    "system": ("System", "System"),
    "test type": ("Testtype", "Test type"),
    "self-test": ("Egentest", "Self-test"),
    "live test": ("Livetest/certificering", "Final test/certification"),
    "result": ("Resultat", "Result"),
    "test date": ("Testdato", "Test date"),
    "test location": ("Teststed", "Test location"),
    "approved": ("Godkendt", "Approved"),
    "yes": ("Ja", "Yes"),
    "no": ("Nej", "No"),
    "remarks": ("Bemærkninger", "Remarks"),
    "carried out by": ("Udført af", "Carried out by"),
    "use cases": ("Brugstilfælde", "Use cases"),
    "id": ("Id", "Id"),
    "not relevant": ("N/R: ikke relevant", "N/R: not relevant"),
    "persons": ("Testpersoner", "Test persons"),
    "name": ("Navn", "Name"),
    "number": ("CPR-nummer", "CPR number"),
    "in scenarios": ("Kaldes i scenarierne", "Called in the scenarios"),
    "tools": ("Testværktøjer", "Test tools"),
    "link": ("Link", "Link"),
    "steps": ("Trin", "Test steps"),
    "run": ("Kørslen", "The run"),
    "proposal": ("Testharnessets forslag", "What the harness proposes"),
    "rehearsal": ("Prøvekørsel: hvad referencesystemet kom til", "Rehearsal: what the reference system came to"),
    "files": ("Filer", "Files"),
    "size": ("Størrelse", "Size"),
    "content": ("Indhold", "Content"),
    "requirement": ("Krav", "Requirement"),
}


def word(key: str, language: Language) -> str:
    """The heading `key`: `word("test date", "da") == "Testdato"`. Raises KeyError."""
    return _WORDS[key][language == "en"]
