"""Vocabulary the training lines are drawn from, read from ``words.toml`` beside this module.

The lists are ours: invented people and places, the labels of forms, phrases of notes. General English
comes from the Debian package ``wamerican`` and diagnosis titles from ``simple-icd-10-cm`` when lines
are drawn.
"""

import tomllib
from pathlib import Path

_LISTS: dict[str, str] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _read(name: str) -> tuple[str, ...]:
    return tuple(" ".join(_LISTS[name].split()).split(" | "))


FIRST_NAMES = _read("first_names")
LAST_NAMES = _read("last_names")
CREDENTIALS = _read("credentials")
STREET_NAMES = _read("street_names")
STREET_TYPES = _read("street_types")
CITIES = _read("cities")
FACILITY_HEADS = _read("facility_heads")
FACILITY_MIDDLES = _read("facility_middles")
FACILITY_TAILS = _read("facility_tails")
LABELS = _read("labels")
ITEMS = _read("items")
UNITS = _read("units")
COMMON = _read("common")
MODIFIERS = _read("modifiers")
MONTHS = _read("months")
SPECIALTIES = _read("specialties")
