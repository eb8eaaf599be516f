"""Pages of forms nobody has seen, for developing: random sections, wordings and arrangements, with truth.

Unlike ``bench.reading`` (the evaluation set, which nothing may be fitted to) these pages are there
to be looked at: a failure here says what to mend. Nothing is shared between the two but the fax
conditions.
"""
