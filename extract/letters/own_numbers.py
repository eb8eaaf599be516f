"""The plan's own telephone numbers, which forms and letters print as where to send things."""

import functools
import tomllib
from importlib import resources

from terms.contact import Phone


@functools.cache
def own_numbers() -> frozenset[str]:
    """The numbers in E.164, without extensions."""
    data = tomllib.loads(resources.files(__package__).joinpath("own_numbers.toml").read_text(encoding="utf-8"))
    return frozenset(phone.number for text in data["numbers"] if (phone := Phone.parse(text)))


def is_own(value: str | None) -> bool:
    """Say whether a number in normal form is one of the plan's."""
    return value is not None and value.partition(";")[0] in own_numbers()
