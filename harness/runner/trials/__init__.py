"""Trials: a scenario tried with one difference from the honest LPS, thousands of them in a few pytest sessions (ADR 34)."""
