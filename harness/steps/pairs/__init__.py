"""Two LPS in one attempt: what the run's own system sends, its partner receives."""
