"""Diagnosekort: the clinic's own, and what other clinics share."""
