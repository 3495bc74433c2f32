"""Certificates: what a run gives, as signed JSON and PDF, and how each is checked.

`issue` says which and why not, `content` what stands in one, `pdf` how it looks, `files` where they lie, `verify` what is wrong.
"""
