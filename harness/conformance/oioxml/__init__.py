"""Rules of MedCom's letters in OIOXML."""
