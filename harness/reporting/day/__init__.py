"""The results of a connectathon day, collated from its runs: `export` reads, makes and writes them."""
