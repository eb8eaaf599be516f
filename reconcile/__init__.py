"""Ledgers to differences to the nightly report."""
