"""How sure is sure: sheets of known values, read as zones, from which confidence is fitted.

Three steps, each a program, none of them part of a running Inlet: ``collect`` draws sheets, faxes
them and reads every zone; ``fit`` turns what was collected into ``extract/decode/confidence.json``;
``bench/readers.py`` measures the result on other seeds and other faces.
"""
