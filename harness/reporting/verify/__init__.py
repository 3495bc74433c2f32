"""Whether what was handed on is what was made: `verify` takes any of it, `run_check` a run, `chain` a log or review."""
