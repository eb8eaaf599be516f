"""Logs: one JSON object a line, events with ids only.

Nothing read from a page may reach a log. What our own code logs are event names and ids; what
libraries log is kept, but an exception is reduced to its type and the places it came through: its
message may quote a page. The message of an :class:`terms.errors.InletError` is ours and stays.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from terms.errors import InletError

_ROOT = str(Path(__file__).resolve().parent.parent)
_SHOWN_FRAMES = 12
_QUIET = ("watchdog", "PIL", "fontTools", "pdfminer", "sqlalchemy", "django.request", "waitress.queue")

Event = MutableMapping[str, Any]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def describe_error(error: BaseException) -> dict[str, object]:
    """Give an exception's type, its sentence if it is ours, and the places it came through; never its message else."""
    frames = traceback.extract_tb(error.__traceback__)[-_SHOWN_FRAMES:]
    found: dict[str, object] = {
        "type": type(error).__name__,
        "at": [f"{frame.filename.removeprefix(_ROOT).lstrip('/')}:{frame.lineno}:{frame.name}" for frame in frames],
    }
    if isinstance(error, InletError):
        found["kind"], found["sentence"] = error.kind, str(error)
    cause = error.__cause__
    if cause is not None:
        found["cause"] = type(cause).__name__
    return found


def _safe_errors(_logger: object, _method: str, event: Event) -> Event:
    """Put the safe description of an exception in the place of a traceback with messages."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = describe_error(error)
    event.pop("stack_info", None)
    return event


class _BareArguments(logging.Filter):
    """Keeps exceptions that a library passes as arguments of its message from being spelt out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_bare(part) for part in record.args)
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
        return True


def _bare(part: object) -> object:
    if isinstance(part, InletError):
        return f"{part.kind}: {part}"
    return type(part).__name__ if isinstance(part, BaseException) else part


def set_up_logs(level: str, process: str, stream: TextIO | None = None) -> None:
    """Send the logs of this process (``web``, ``worker`` …) to ``stream`` (standard error) as JSON lines.

    Replaces every handler that libraries have set up so far; call again after starting one that
    brings its own.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _process_name(process),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _safe_errors,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_BareArguments())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # when a line cannot be written, Python would print the raw exception instead


def _process_name(process: str) -> structlog.typing.Processor:
    """Name the process in every line, whichever thread writes it."""

    def add(_logger: object, _method: str, event: Event) -> Event:
        event.setdefault("process", process)
        return event

    return add


def log(name: str) -> structlog.stdlib.BoundLogger:
    """Give the logger of a module: ``log(__name__).info("arrival.registered", arrival=7)``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
