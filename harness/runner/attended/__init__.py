"""A run whose LPS testers operate."""
