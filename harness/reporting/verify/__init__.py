"""Whether what was handed on is what was made: `verify` takes any of it.

`zipped` lays a bundle out, `run_check` looks at a run, `chain` at a log or review, and `again` makes what follows from them.
"""
