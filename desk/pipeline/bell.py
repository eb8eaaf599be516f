"""A bell between threads of one worker: work may have been asked for, hand it over now."""

import threading

_bell = threading.Event()


def ring() -> None:
    """Say that a transaction may have asked for work."""
    _bell.set()


def wait(seconds: float) -> None:
    """Wait until somebody rings, for ``seconds`` at most (other processes cannot ring)."""
    _bell.wait(seconds)
    _bell.clear()
