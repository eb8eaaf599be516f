"""Golden pairs: each mail of ``tests/ingest/mails`` is taken apart into exactly what stands beside it."""

import json
from pathlib import Path

import pytest

from tests.ingest import golden

_MAILS = sorted(path for path in (Path(__file__).parent / "mails").iterdir() if path.suffix in {".eml", ".msg"})


def test_there_are_enough_pairs() -> None:
    """At least sixty, and none without its expectation."""
    assert len(_MAILS) >= 60
    assert [path.name for path in _MAILS if not golden.expectation_of(path).exists()] == []


@pytest.mark.parametrize("mail", _MAILS, ids=lambda path: path.name)
def test_a_mail_gives_what_stands_beside_it(mail: Path, tmp_path: Path) -> None:
    """Facts, texts, what was set apart, attachments and problems."""
    expected = json.loads(golden.expectation_of(mail).read_text("utf-8"))
    assert golden.taken_apart(mail, tmp_path) == expected


def test_names_are_harmless() -> None:
    """No expectation holds a name with a path, a control or a mark that turns it round."""
    for mail in _MAILS:
        for part in json.loads(golden.expectation_of(mail).read_text("utf-8"))["parts"]:
            name = part.get("name", "")
            assert not set(name) & set("/\\\0\n\x1b\u202e")
            assert len(name) <= 120
