"""The letters and documents every system must send or receive."""
