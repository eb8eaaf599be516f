"""What a page is, where the rules of ``classify.pages`` are not sure: a small text classifier trained here.

``draw`` makes pages of each kind from the tables of wordings, ``train`` fits the network on them and
writes ``page_kinds.bin`` with its card ``page_kinds.json`` (version, seed, scores), ``opinion`` is what
the rules ask. Nothing here was published elsewhere or is fetched.
"""
