"""What may be done to the records, as plain functions in short transactions.

Pipeline steps and pages alike call these, and nothing else writes records. Each function either
does all of it or raises and has done nothing; those that the pipeline calls can be run twice and
change nothing the second time.
"""
