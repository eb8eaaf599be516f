"""Logs are JSON lines with ids; an exception never brings the words of a page along."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from desk.errors import StorageFullError
from desk.logs import describe_error, log, set_up_logs

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Set logging up and give a function that reads the lines written so far."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level, logging.raiseExceptions
    set_up_logs("info", "worker", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], level, logging.raiseExceptions = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_an_event_is_one_line_of_json(lines: Lines) -> None:
    """Event name, ids, level, time, process."""
    log("desk.test").info("page.read", arrival=7, page=2)
    (line,) = lines()
    assert {k: line[k] for k in ("event", "arrival", "page", "level", "process")} == {
        "event": "page.read", "arrival": 7, "page": 2, "level": "info", "process": "worker",
    }  # fmt: skip


def test_no_exception_message_reaches_the_log(lines: Lines) -> None:
    """Whoever logs it, however: type and places stay, the words do not."""
    try:
        int("Quilla Sampleton 91234567A")
    except ValueError as error:
        log("desk.test").exception("step.failed", step="x")
        logging.getLogger("some.library").exception("it failed")
        logging.getLogger("some.library").error("it failed: %s", error)  # noqa: TRY400  (as libraries do)
        logging.getLogger("some.library").error(error)  # noqa: TRY400  (as above)
    text = json.dumps(found := lines())
    assert "Sampleton" not in text
    assert len(found) == 4
    assert '"type": "ValueError", "at": ["tests/desk/test_logs.py' in text


def test_our_own_sentences_stay() -> None:
    """An InletError's message is written for operators and holds ids only, so it is shown."""
    told = describe_error(StorageFullError("no space is left; make room"))
    assert (told["kind"], told["sentence"]) == ("desk.storage_full", "no space is left; make room")
