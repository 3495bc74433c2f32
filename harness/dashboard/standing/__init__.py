"""Where every system stands, worked out from the runs' logs and reviews as they grow."""
