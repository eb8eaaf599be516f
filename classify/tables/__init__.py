"""The shipped tables; what each is stands in ``tables.toml``."""

from pathlib import Path

TABLES = Path(__file__).parent
