"""What a mail-to-fax gateway writes back about a fax: that it arrived, that it did not and why, or not yet. Pure.

The words are data (``gateway_words.toml``); a plan whose gateway speaks otherwise names a file of its own.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outbound.errors import NoticeTextError
from outbound.transport import Failure, Stage, Standing

WORDS = Path(__file__).parent / "gateway_words.toml"
_LISTS = ("failed", "delivered", "waiting", "pages")
_LONGEST = 20_000
"""Characters of a mail that are looked at; what a gateway has to say stands at its beginning."""

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class GatewayWords:
    """The patterns of ``gateway_words.toml``, made ready."""

    failed: Sequence[Pattern]
    delivered: Sequence[Pattern]
    waiting: Sequence[Pattern]
    pages: Sequence[Pattern]
    line: Pattern
    why: Mapping[Failure, Sequence[Pattern]]


def read_result(subject: str, text: str, words: GatewayWords) -> Standing | None:
    """What a result mail says of its fax; ``None`` where it says nothing, or two things.

    ``delivered`` with the pages that the far machine confirmed where they are told, ``failed`` with the
    reason (:attr:`Failure.OTHER` where none is told), ``sending`` where it is still under way.
    """
    text = text[:_LONGEST]
    whole = f"{subject}\n{text}"
    for place in _places(subject, text, words):
        stage = _stage(place, words)
        if stage is Stage.DELIVERED:
            return Standing(stage, pages=_pages(whole, words))
        if stage is Stage.FAILED:
            return Standing(stage, _why(place, words) or _why(whole, words) or Failure.OTHER, _pages(whole, words))
        if stage is Stage.SENDING:
            return Standing(stage)
    return None


def _places(subject: str, text: str, words: GatewayWords) -> Iterator[str]:
    yield subject
    yield "\n".join(line for line in text.splitlines() if words.line.search(line))
    yield text


def _stage(place: str, words: GatewayWords) -> Stage | None:
    left, failed = place, False
    for pattern in words.failed:
        left, times = pattern.subn(" ", left)
        failed = failed or times > 0
    delivered = _any(words.delivered, left)
    if failed or delivered:
        return None if failed and delivered else Stage.FAILED if failed else Stage.DELIVERED
    if _any(words.waiting, place):
        return Stage.SENDING
    return Stage.FAILED if _why(place, words) else None


def _why(place: str, words: GatewayWords) -> Failure | None:
    return next((failure for failure, patterns in words.why.items() if _any(patterns, place)), None)


def _pages(whole: str, words: GatewayWords) -> int | None:
    found = next((match for pattern in words.pages if (match := pattern.search(whole))), None)
    return int(found.group(1)) if found else None


def _any(patterns: Sequence[Pattern], place: str) -> bool:
    return any(pattern.search(place) for pattern in patterns)


@cache
def load_gateway_words(path: Path = WORDS) -> GatewayWords:
    """Read the patterns from a file. Raises NoticeTextError with what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        lists = {name: tuple(_pattern(row) for row in data[name]) for name in _LISTS}
        why = {Failure(name): tuple(_pattern(row) for row in rows) for name, rows in data["why"].items()}
        if not all(pattern.groups for pattern in lists["pages"]):
            raise NoticeTextError(f"{path.name}: each row of `pages` needs a group (in brackets) that is the number.")
        return GatewayWords(**lists, line=_pattern(data["line"]), why=why)
    except OSError as error:
        raise NoticeTextError(f"{path.name} cannot be read; check gateway_words under [sending].") from error
    except KeyError as error:
        raise NoticeTextError(f"{path.name}: {error.args[0]} is missing; copy it from the shipped file.") from error
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise NoticeTextError(f"{path.name}: {error}; every row is a regular expression in quotes.") from error


def _pattern(text: str) -> Pattern:
    return re.compile(text, re.IGNORECASE | re.MULTILINE)
