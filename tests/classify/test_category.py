"""Categories are named in words that people use."""

from classify.category import category_words
from classify.reference import load_reference


def test_every_category_of_the_shipped_grid_has_words() -> None:
    """No reason shows a clerk the table's own key; an unknown category is at least readable."""
    for category in {row.category for row in load_reference().grid.rows}:
        words = category_words(category)
        assert words
        assert "_" not in words
    assert category_words("wheelchairs_manual") == "manual wheelchairs"
    assert category_words("brand_new") == "brand new"
