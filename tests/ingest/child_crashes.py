"""A decoder that dies at once."""

import os
import signal


def main(_job: dict[str, object]) -> None:
    """Die."""
    os.kill(os.getpid(), signal.SIGSEGV)
