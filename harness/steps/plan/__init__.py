"""Plans for a pakkeforløb: written, shared, followed up, seen by the patient and counted."""
