"""Any file: what it is by its content, and which rules then speak of it."""
