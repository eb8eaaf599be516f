"""docs/settings.md, written from the settings themselves (``make docs``); a test holds the two together."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from desk.config import PREFIX, Settings, setting_names
from desk.settings_groups import groups_of, tables_of, written
from desk.source_settings import SourceSettings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"

_HEAD = """# Settings

Inlet reads one file, `inlet.toml`, and the environment; without either it runs on the defaults below.
The file is the one given by `inlet --config FILE`, else `$INLET_CONFIG`, else `./inlet.toml`. The environment
outranks the file: `data_dir` is `INLET_DATA_DIR`. Relative paths are relative to the file's folder. An unknown
key is an error that names the nearest known one. `inlet doctor` checks what the settings point to.

```toml
data_dir = "/var/lib/inlet"
reference_dir = "/etc/inlet/reference"

[[sources]]
name = "chme-orders"
path = "/srv/fax/chme"
label = "650-555-0150"

[[sources]]
name = "orders-mail"
channel = "mail"
path = "/srv/mail/orders"
label = "orders@example.org"

[[sources]]
name = "chme-orders"
kind = "imap"
label = "chme@example.org"
host = "mail.example.org"
user = "chme@example.org"
password_file = "/etc/inlet/chme-orders.password"
```

Folders, tickets and providers that hand over by HTTP are explained in [sources.md](sources.md), mailboxes in
[mailboxes.md](mailboxes.md).

This page is made by `make docs`; do not edit it by hand.
"""


def settings_page() -> str:
    """Give the whole page as Markdown."""
    rows = ["| setting | environment | default | meaning |", "|---|---|---|---|"]
    for name in setting_names():
        info = Settings.model_fields[name]
        rows.append(f"| `{name}` | `{PREFIX}{name.upper()}` | {_default(info)} | {_meaning(info)} |")
    parts = [_HEAD, "## All settings", "", *rows, "", "## A source (`[[sources]]`)", "", *_keys(SourceSettings), ""]
    for name, model in groups_of(Settings).items():
        parts += [f"## `[{name}]`", "", *_keys(model), ""]
        for key, inner in tables_of(model).items():
            parts += [f"### `[[{name}.{key}]]`", "", *_keys(inner), ""]
    return "\n".join(parts)


def _keys(model: type[BaseModel]) -> list[str]:
    rows = ["| key | default | meaning |", "|---|---|---|"]
    return rows + [f"| `{name}` | {_default(info)} | {_meaning(info)} |" for name, info in model.model_fields.items()]


def _default(info: FieldInfo) -> str:  # noqa: PLR0911  (a way of writing for each kind of value)
    if info.is_required():
        return "required"
    value: Any = info.default
    if isinstance(value, BaseModel):
        return "below"
    if value is None or value in ("", (), {}):
        return "empty"
    if isinstance(value, dict):
        return f"`{written(value)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{v}"' for v in value) + "]`"
    return f"`{value}`"


def _meaning(info: FieldInfo) -> str:
    assert info.description, "every setting says what it means"
    return info.description.replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(settings_page(), "utf-8")


if __name__ == "__main__":
    main()
