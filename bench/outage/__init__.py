"""The parts of bench/outages.py."""
