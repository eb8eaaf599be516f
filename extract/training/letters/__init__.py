"""The entity recogniser of letters: text drawn from wordings, misread as faxes are, and its training.

``draw`` makes marked texts from the tables of wordings; ``train`` fits ``extract.letters.network``
on them and writes the weights and their card beside it. Nothing here was published elsewhere or is
fetched.
"""
