"""What can go wrong at the desk, as one tree.

::

    terms.errors.InletError
    └── DeskError                 desk.error            the base; an operator's sentence with its remedy
        ├── SettingsError         desk.settings         inlet.toml or the environment cannot be used
        ├── StorageError          desk.storage          originals or derived files cannot be written or read
        │   └── StorageFullError  desk.storage_full     the disk is full; tried again by itself
        ├── AlreadyRunningError   desk.already_running  a second service or worker on the same data folder
        ├── MoveRefusedError      desk.move_refused     the lifecycle does not allow this move, or not to this person
        ├── RevisionChangedError  desk.revision_changed somebody else changed the request meanwhile
        ├── NotReleasableError    desk.not_releasable   a clerk gap is open, so nothing may go out
        ├── UnknownTargetError    desk.unknown_target   a correction names no field, line or diagnosis of the request
        ├── ValueRefusedError     desk.value_refused    a correction is no valid value and no reason was given
        ├── ReferenceDataError    desk.reference_data   an import of grid, roster, directory or processors was refused
        └── ReaderError           desk.reader           a page could not be read by a resident reader
            ├── ReaderCrashedError  desk.reader_crashed the reader process ended under the page
            └── ReaderTimeoutError  desk.reader_timeout the page took longer than the limit

Messages carry ids only, never text read from a page.
"""

from classify.errors import RowFault, TableError
from terms.errors import InletError


class DeskError(InletError):
    """Base of every error raised by the desk."""

    kind = "desk.error"


class SettingsError(DeskError):
    """The settings cannot be used; the message names the setting and the remedy."""

    kind = "desk.settings"


class StorageError(DeskError):
    """Stored files cannot be written or read."""

    kind = "desk.storage"
    retry = True


class StorageFullError(StorageError):
    """No space is left where files are stored."""

    kind = "desk.storage_full"


class AlreadyRunningError(DeskError):
    """Another service or worker holds the data folder."""

    kind = "desk.already_running"
    retry = True


class MoveRefusedError(DeskError):
    """The lifecycle has no such move, or this actor may not make it."""

    kind = "desk.move_refused"


class RevisionChangedError(DeskError):
    """The request is no longer at the revision that the caller saw.

    ``current`` is the revision it is at; load the page again to see who changed what.
    """

    kind = "desk.revision_changed"
    retry = True

    def __init__(self, message: str, *, current: int) -> None:
        """Keep the revision that the request is at now."""
        super().__init__(message)
        self.current = current


class NotReleasableError(DeskError):
    """Something must be settled by a clerk before the request may go on."""

    kind = "desk.not_releasable"


class UnknownTargetError(DeskError):
    """A correction names nothing that the request has."""

    kind = "desk.unknown_target"


class ValueRefusedError(DeskError):
    """A typed value is not valid for its field, and nobody said why it should be kept."""

    kind = "desk.value_refused"


class ReferenceDataError(DeskError):
    """Reference data was refused as a whole; ``faults`` says why, row by row of ``table``."""

    kind = "desk.reference_data"

    def __init__(self, message: str, *, table: str = "", faults: tuple[RowFault, ...] = ()) -> None:
        """Keep the reasons, one for each refused row."""
        super().__init__(message)
        self.table, self.faults = table, faults

    @classmethod
    def of(cls, error: TableError) -> "ReferenceDataError":
        """Make it of a table that cannot be used."""
        return cls(str(error), table=error.table, faults=error.faults)

    @property
    def rows(self) -> tuple[str, ...]:
        """The reasons as lines of text."""
        return tuple(map(str, self.faults))


class ReaderError(DeskError):
    """A page could not be read by a resident reader."""

    kind = "desk.reader"
    retry = True


class ReaderCrashedError(ReaderError):
    """The reader process ended while it held the page."""

    kind = "desk.reader_crashed"


class ReaderTimeoutError(ReaderError):
    """The page took longer than the limit of a reader."""

    kind = "desk.reader_timeout"
