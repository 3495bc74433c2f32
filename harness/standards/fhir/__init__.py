"""FHIR R4: messages and documents as trees, MedCom's packages, and builders of what the harness itself sends."""
