"""A notice on paper: composed from the revision it belongs to, rendered, and its destination found."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.cases.notices import Intent


@dataclass(frozen=True)
class Out:
    name: str = "folder"

    def submit(self, intent):
        raise NotImplementedError


def make_paper(key, reference):
    return None


def transport():
    return Out()
