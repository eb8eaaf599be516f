"""How the engine keeps arguments, results and failures: as JSON, without anything read from a page."""

import datetime as dt
import json
from typing import Any

import dbos
from dbos import Serializer
from django.db import InterfaceError, OperationalError
from sqlalchemy import exc

from desk.errors import DeskError
from terms.errors import InletError, Problem

_LOST = (OperationalError, InterfaceError, exc.OperationalError, exc.InterfaceError)
_FAILED = "__failed__"
_MOMENT = "__moment__"


class StepFailedError(DeskError):
    """A step failed; the message names the kind of error and its place, never the error's own words."""

    kind = "desk.step_failed"


class RecordsLostError(StepFailedError):
    """The records could be neither read nor written for as long as a step tried: no room, locked, or away."""

    kind = "desk.records_lost"
    retry = True


def is_lost(error: BaseException) -> bool:
    """Say whether a failure of the database, ours or the engine's, passes by itself.

    A question that the database does not understand never does.
    """
    senseless = str(getattr(error, "orig", None) or error).startswith(("no such ", "near "))
    return isinstance(error, _LOST) and not senseless


def records_lost(error: BaseException) -> RecordsLostError:
    """Give a failure of the database as one that is waited out."""
    return RecordsLostError(f"The records could not be reached ({type(error).__name__}); it is tried again by itself.")


class Json(Serializer):
    """JSON for the engine's tables; a failure is kept as kind, sentence and whether to try again."""

    def name(self) -> str:
        """The name under which the engine stores what is written with it."""
        return "inlet_json"

    def serialize(self, data: Any) -> str:  # noqa: ANN401  (the engine's own signature)
        """Write ids, small dicts and failures."""
        return json.dumps(data, separators=(",", ":"), default=_plain)

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401  (as above)
        """Read what :meth:`serialize` wrote."""
        return None if serialized_data is None else json.loads(serialized_data, object_hook=_revive)


def problem_of(error: BaseException) -> Problem:
    """Give a failure as a value: ours with its sentence, anybody else's by type only."""
    if isinstance(error, dbos.error.DBOSMaxStepRetriesExceeded) and error.errors:
        return problem_of(error.errors[-1])
    if isinstance(error, InletError):
        return error.as_problem()
    if is_lost(error):  # the engine could not write down how a step ended
        return records_lost(error).as_problem()
    sentence = f"An internal error ({type(error).__name__}) stopped it; the log says where."
    return Problem("desk.step_failed", sentence, retry=True)


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return {_FAILED: problem_of(value).to_json()}
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    msg = f"{type(value).__name__} is not kept by the engine; hand over ids"
    raise TypeError(msg)


def _revive(data: dict[str, Any]) -> object:
    if _FAILED in data:
        problem = Problem.from_json(data[_FAILED])
        return StepFailedError(problem.message, kind=problem.kind, retry=problem.retry)
    if _MOMENT in data:
        return dt.datetime.fromisoformat(data[_MOMENT])
    return data
