"""How an LPS that is as honest as the reference LPS may differ from it: in what it writes, how it sends, when, and what it shows.

What each difference means, and what allows it, stands in `fixtures/variations/`.
"""
