"""Runs on other machines: their lines come in by HTTP and are kept as mirrors of the logs they were written to."""
