"""The tickets of a watched folder: beside each file, in an index, or in the file's name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import problem
from ingest.pages import CallFacts
from ingest.ticket import FORMATS, PLAIN_RULES, TicketRules, facts_of_name, parse_ticket, read_index
from ingest.ticket_formats import TicketFormError
from terms.errors import Problem


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a file's call: the facts, where from, and what is wrong with it.

    ``unclear`` when nothing could be made of a ticket: it may still be being written.
    """

    call: CallFacts | None = None
    path: Path | None = None
    problem: Problem | None = None
    unclear: bool = False


@dataclass(slots=True)
class Tickets:
    """Finds what a fax server tells of each file; ``index`` is a CSV file with a line for each."""

    rules: TicketRules = PLAIN_RULES
    index: Path | None = None
    _lines: dict[str, CallFacts] = field(default_factory=dict)
    _read: tuple[int, int] | None = None

    def refresh(self) -> Problem | None:
        """Read the index again if it has changed; give what is wrong with it."""
        if self.index is None:
            return None
        try:
            facts = self.index.stat()
            if self._read != (facts.st_mtime_ns, facts.st_size):
                self._lines = read_index(self.index, self.rules)
                self._read = (facts.st_mtime_ns, facts.st_size)
        except FileNotFoundError:
            return None  # none is written before the first fax
        except OSError as error:
            return problem("index_damaged", what=os.strerror(error.errno or 0).lower())
        except TicketFormError as error:
            return problem("index_damaged", what=str(error))
        return None

    def beside(self, path: Path, tickets: Mapping[str, Path]) -> Path | None:
        """The ticket beside a file: ``fax.json`` or ``fax.tif.json`` for ``fax.tif``, XML and CSV likewise.

        ``tickets`` holds the tickets there are, by their path in small letters.
        """
        for suffix in FORMATS:
            for candidate in (path.with_name(path.name + suffix), path.with_suffix(suffix)):
                found = tickets.get(str(candidate).lower())
                if found is not None:
                    return found
        return None

    def told(self, path: Path, ticket: Path | None) -> Told:
        """What is told of a file: by its ticket, else by its line of the index, else by its name."""
        if ticket is not None:
            return self._read_ticket(ticket)
        if path.name in self._lines:
            return Told(self._lines[path.name])
        return Told(facts_of_name(path.name, self.rules))

    def knows(self, path: Path) -> bool:
        """Say whether the index tells about a file."""
        return path.name in self._lines

    def _read_ticket(self, ticket: Path) -> Told:
        try:
            data = ticket.read_bytes()
        except OSError as error:
            what = os.strerror(error.errno or 0).lower()
            return Told(path=ticket, problem=problem("ticket_damaged", what=what), unclear=True)
        call, trouble = parse_ticket(data, ticket.suffix.lower(), self.rules)
        return Told(call, ticket, trouble, unclear=call is None and trouble is not None)
