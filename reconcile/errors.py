"""Errors of reconcile.

::

    ReconcileError                 root of the package
    └── LedgerError                a ledger cannot be read as a whole

A line of a ledger that makes no sense is no error: it is kept and reported as a difference.
"""

from terms.errors import InletError


class ReconcileError(InletError):
    """Base of the package's errors."""

    kind = "reconcile.error"


class LedgerError(ReconcileError):
    """A ledger as a whole cannot be used: no header, wrong columns, not text."""

    kind = "reconcile.ledger"
