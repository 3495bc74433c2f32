"""Whom a pakkeforløb includes, the way into it, and the lists of patients."""
