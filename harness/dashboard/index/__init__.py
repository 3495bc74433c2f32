"""The index: what the wall knows of each run, in a database that the logs can make anew."""
