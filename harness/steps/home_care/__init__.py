"""The municipality's results, and letters to its acute team."""
