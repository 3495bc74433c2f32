"""Sends runs to the wall: what stands in a run's log on the disk, while it is written or later."""
