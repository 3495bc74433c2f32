"""Before a run: is everything there that it stands on? What is not is configuration or environment, never the LPS's."""
