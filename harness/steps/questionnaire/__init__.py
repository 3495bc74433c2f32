"""Questionnaires and the patients' answers (PRO)."""
