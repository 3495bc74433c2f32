"""Rules of what is handed in to document sharing, and of what describes it."""
