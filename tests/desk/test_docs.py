"""The documentation says what the code does."""

import json
import re
from pathlib import Path

from desk.settings_page import PAGE, settings_page
from terms.names import FIELD_KINDS, RequestType

DOCS = Path(__file__).parents[2] / "docs"


def test_settings_page_is_the_settings() -> None:
    """docs/settings.md lists every setting with its default and meaning; `make docs` writes it."""
    assert PAGE.read_text("utf-8") == settings_page()


def test_json_page_names_every_key_of_the_schema() -> None:
    """No property, enumeration of fields or request type is left undescribed."""
    page = (DOCS / "json.md").read_text("utf-8")
    schema = json.loads((DOCS / "read.schema.json").read_text("utf-8"))
    parts = [schema, *schema["$defs"].values()]
    words = set(re.findall(r"`([a-z_0-9.]+)`", page))
    keys = {key for part in parts for key in part.get("properties", {})}
    assert keys - words == set()
    assert {t.value for t in RequestType} <= words
    assert set(FIELD_KINDS) <= words
