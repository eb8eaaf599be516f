"""What people call the grid's categories, for reasons that clerks and providers read."""

import tomllib
from functools import cache

from classify.tables import TABLES


@cache
def categories() -> dict[str, str]:
    """Give the names of the table in words."""
    return {name: str(words) for name, words in tomllib.loads((TABLES / "categories.toml").read_text("utf-8")).items()}


def category_words(category: str) -> str:
    """Give a category's name in words; one that the table lacks comes with its underscores as spaces."""
    return categories().get(category) or category.replace("_", " ")
