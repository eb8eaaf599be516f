"""The records: what Inlet knows, as Django models. :mod:`desk.cases` is what changes them."""
