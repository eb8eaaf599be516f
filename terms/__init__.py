"""The words of the house as value types: codes, ids, phones, fields, requests, the one-file contract.

Everything here is a frozen value. Nothing here reads a file, a clock or a database, and nothing
here imports another package of the project.
"""
