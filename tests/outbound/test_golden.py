"""Every notice looks as it did when a person last looked at it."""

import numpy as np
import pytest
from PIL import Image

from outbound.notices import Language, NoticeKind
from tests.outbound import golden, made_up


@pytest.mark.parametrize(("kind", "language"), made_up.EVERY)
def test_a_notice_looks_as_it_did(kind: NoticeKind, language: Language) -> None:
    """Rendered again it is the picture kept in docs/, but for the edges of letters."""
    made = golden.picture(kind, language)
    with Image.open(golden.path_of(kind, language)) as kept:
        assert made.size == kept.size
        difference = np.abs(np.asarray(made, dtype=int) - np.asarray(kept.convert("L"), dtype=int))
    assert difference.mean() < 1.5
    assert (difference > 96).mean() < 0.001


def test_another_word_is_noticed() -> None:
    """The comparison is fine enough to see one changed word."""
    made = golden.picture(NoticeKind.DENIAL, Language.ENGLISH)
    with Image.open(golden.path_of(NoticeKind.APPROVAL, Language.ENGLISH)) as other:
        difference = np.abs(np.asarray(made, dtype=int) - np.asarray(other.convert("L").resize(made.size), dtype=int))
    assert (difference > 96).mean() > 0.001
