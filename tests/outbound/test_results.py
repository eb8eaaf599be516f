"""What gateways write back about faxes: golden mails in the styles of several of them, and words of one's own."""

from pathlib import Path

import pytest

from outbound.errors import NoticeTextError
from outbound.lines.results import WORDS, load_gateway_words, read_result
from outbound.transport import Failure, Stage, Standing

_DELIVERED = Stage.DELIVERED
_FAILED = Stage.FAILED


@pytest.mark.parametrize(
    ("subject", "text", "standing"),
    [
        ("Fax to +15105550142 was sent", "Pages sent: 3\nDuration: 0:01:12", Standing(_DELIVERED, pages=3)),
        ("Successful transmission to 15105550142", "Your fax was delivered.", Standing(_DELIVERED)),
        ("Fax Delivery Confirmation", "Status: OK\nAttempts: 2 (busy, ok)", Standing(_DELIVERED)),
        ("Re: Prior authorization 4F7K-2M9X", "Status: Delivered\n2 of 3 pages", Standing(_DELIVERED, pages=2)),
        ("Fax report", "Result: Success\nFaxes that failed before: none", Standing(_DELIVERED)),
        ("Your fax has been delivered", "3 pages were successfully transmitted.", Standing(_DELIVERED, pages=3)),
        ("Fax to +15105550142 failed", "The line was busy.", Standing(_FAILED, Failure.BUSY)),
        ("Fax NOT delivered", "Reason: no answer", Standing(_FAILED, Failure.NO_ANSWER)),
        ("Unsuccessful transmission", "Error: a human answered", Standing(_FAILED, Failure.NO_FAX)),
        ("Fax Status", "Status: Failed\nReason: invalid number", Standing(_FAILED, Failure.REFUSED)),
        ("Fax Status", "Your fax could not be sent. The call was disconnected.", Standing(_FAILED, Failure.CUT_OFF)),
        ("Fax Status", "We were unable to deliver your fax.", Standing(_FAILED, Failure.OTHER)),
        ("Fax result: busy", "", Standing(_FAILED, Failure.BUSY)),
        ("Fax failed", "Pages sent: 1\nconnection lost", Standing(_FAILED, Failure.CUT_OFF, 1)),
        ("Fax failed", "Maximum number of attempts reached", Standing(_FAILED, Failure.EXPIRED)),
        ("Your fax is queued", "It will be sent soon.", Standing(Stage.SENDING)),
        ("Message received", "Your message has been received and is being sent.", Standing(Stage.SENDING)),
        ("Fax report", "The first page was delivered, the second failed.", None),
        ("Hello", "Please call me about this.", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_a_result_mail_is_read(subject: str, text: str, standing: Standing | None) -> None:
    """The subject decides, else a line that names the result, else the text; two answers are none."""
    assert read_result(subject, text, load_gateway_words()) == standing


def test_a_very_long_mail_is_read_at_once() -> None:
    """Patterns do not run away on what somebody else wrote."""
    assert read_result("x" * 5000, "not " * 100_000, load_gateway_words()) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("failed = [", "failed = ['(', "), "regular expression"),
        (("[why]", "[why]\nlunch = ['x']"), "lunch"),
        (("waiting = [", "wating = ["), "waiting is missing"),
        (("'\\bpages? (?:sent|transmitted|delivered|confirmed)\\W{1,3}(\\d{1,4})\\b'", "'pages'"), "group"),
        (("failed = [", "failed = 3\nx = ["), "regular expression"),
    ],
)
def test_words_of_ones_own_are_checked(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    """What is wrong with a file is said, with the file's name."""
    path = tmp_path / "gateway.toml"
    text = WORDS.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(NoticeTextError, match=fault) as raised:
        load_gateway_words(path)
    assert "gateway.toml" in str(raised.value)


def test_words_of_ones_own_that_are_not_there(tmp_path: Path) -> None:
    """A missing file names the setting."""
    with pytest.raises(NoticeTextError, match="gateway_words"):
        load_gateway_words(tmp_path / "none.toml")
