"""Rules of the Danish CDA documents."""
