"""How sure is sure: sheets of known values, read as zones, from which confidence is fitted.

Programs, none of them part of a running Inlet: ``collect`` draws sheets, faxes them, cuts every zone
and keeps what the dear readers saw; ``weigh`` lets our own reader read the kept cuts and weighs all
views; ``fit`` turns that into ``extract/decode/confidence.json``; ``bench/readers.py`` measures the
result on other seeds and other faces.
"""
