"""Two runs beside each other: `diff` says what is new, mended or worse, `text` writes it for people."""
