"""Replay: what was recorded or uploaded is judged again, with nothing else running."""
