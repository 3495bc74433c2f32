"""The wall: where every system stands, live, for everybody in the hall."""
