"""Rules of the envelopes messages travel in, and of how they are sent again."""
