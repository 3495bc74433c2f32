"""Rules of MedCom's FHIR messages and documents, built in and from their profiles."""
