"""The testprotokol: MedCom's own document with its blocks and columns, empty for a vendor, or filled from a run."""
