"""Laboratory results: the laboratories' answers in the inbox, and the clinic's own."""
