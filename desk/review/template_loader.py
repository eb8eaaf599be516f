"""Loads the desk's own templates with every word marked for translation (:mod:`desk.review.marking`)."""

from pathlib import Path

from django.template import Origin
from django.template.loaders.filesystem import Loader as FilesystemLoader

from desk.review.marking import mark

FOLDER = Path(__file__).resolve().parent / "templates"


class Loader(FilesystemLoader):
    """Knows our folder only; everything else is left to the loaders after it."""

    def get_dirs(self) -> list[str | Path]:
        """Give our folder."""
        return [FOLDER]

    def get_contents(self, origin: Origin) -> str:
        """Give a template's source, marked."""
        return mark(super().get_contents(origin))
