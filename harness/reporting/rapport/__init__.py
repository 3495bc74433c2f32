"""`rapport.html`: `mending` finds what must be mended and the line that shows it, `page` writes the verdict and all the rest."""
