"""Keys of messages, folder names, answers to FETCH, and waits: the pure parts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mailbox.backoff import Backoff
from ingest.mailbox.errors import mailbox_problem, mailbox_problem_kinds, response_code
from ingest.mailbox.fetched import moment, read_fetched
from ingest.mailbox.letter import LetterKey, letter_key, mailbox_mark
from ingest.mailbox.names import quoted, wire_name

_HERE = mailbox_mark("mail.example.org", "orders", "INBOX")
_MAIL = b"Message-ID: <a@example.org>\r\nSubject: x\r\n\r\nbody"


def test_a_key_survives_its_text_form() -> None:
    """What is stored as text is read back as the same key, and says nothing of anybody."""
    key = letter_key(_HERE, 7, 42, _MAIL)
    assert LetterKey.parse(str(key)) == key
    assert str(key).startswith(key.place)
    assert len(str(LetterKey("f" * 12, 2**32 - 1, 2**32 - 1, "a" * 12, "b" * 32))) <= 90
    assert "example" not in str(key)
    assert LetterKey.parse("fax:1-2-3") is None


def test_the_same_numbers() -> None:
    """The same message when Message-ID or bytes agree; a server that uses numbers again does not hide a new one."""
    key = letter_key(_HERE, 7, 42, _MAIL)
    written_anew = letter_key(_HERE, 7, 42, _MAIL + b" ")
    assert key.same_message(written_anew)
    assert not key.same_message(letter_key(_HERE, 7, 42, _MAIL.replace(b"<a@", b"<b@")))
    without = letter_key(_HERE, 7, 42, b"Subject: x\r\n\r\nbody")
    assert without.same_message(without)
    assert not without.same_message(letter_key(_HERE, 7, 42, b"Subject: y\r\n\r\nbody"))


def test_other_numbers() -> None:
    """Under one UIDVALIDITY another UID is another message; under another one, bytes and Message-ID tell."""
    key = letter_key(_HERE, 7, 42, _MAIL)
    assert not key.same_message(letter_key(_HERE, 7, 43, _MAIL))
    assert key.same_message(letter_key(_HERE, 8, 1, _MAIL))
    assert key.same_message(letter_key(mailbox_mark("imap.example.org", "orders", "INBOX"), 7, 9, _MAIL))
    assert not key.same_message(letter_key(_HERE, 8, 42, _MAIL + b" "))


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"Message-ID: <a@x>\r\n\r\n", True),
        (b"X: y\r\nmessage-id:<a@x>\r\n\r\n", True),
        (b"Message-ID:\r\n <a@x>\r\n\r\n", True),
        (b"Message-ID: <a@x>\n\nbody", True),
        (b"Subject: x\r\n\r\nMessage-ID: <a@x>\r\n", False),
        (b"", False),
    ],
)
def test_message_ids(head: bytes, found: bool) -> None:  # noqa: FBT001  (a column of the table)
    """The Message-ID is found as mail programs write it, in the header only."""
    expected = letter_key(_HERE, 1, 1, b"Message-ID: <a@x>\r\n\r\n").message if found else ""
    assert letter_key(_HERE, 1, 1, head).message == expected


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("Inlet/Processed", '"Inlet.Processed"'),
        ("Geprüft & gut", '"Gepr&APw-ft &- gut"'),
        ("台北/日本語", '"&U,BTFw-.&ZeVnLIqe-"'),
        ('a"b\\c', r'"a\"b\\c"'),
    ],
)
def test_folder_names(name: str, wire: str) -> None:
    """Names are written in modified UTF-7 (the example of RFC 3501 among them), with the server's delimiter."""
    assert wire_name(name, ".") == wire


def test_line_ends_never_reach_the_server() -> None:
    """No setting can smuggle a command in."""
    with pytest.raises(ValueError, match="control"):
        quoted("a\r\nb LOGOUT")


def test_answers_to_fetch() -> None:
    """Values in any order, before and after a literal, lists of flags, quoted bodies, and answers nobody asked for."""
    scraps = [
        (b"1 (FLAGS (\\Seen \\Deleted) BODY[] {4}", b"a)b\r"),
        b' INTERNALDATE " 7-Jul-2026 02:44:25 -0700" UID 9 RFC822.SIZE 4)',
        b'2 (UID 10 BODY[HEADER] "say \\"hi\\"")',
        b"3 (FLAGS (\\Seen))",
        (b"4 (UID 11 BODY[] {0}", b""),
        b")",
        b"5 (UID 12 BODY[] NIL)",
        None,
    ]
    first, second, third, fourth = read_fetched(scraps)
    assert (first.uid, first.size, first.content) == (9, 4, b"a)b\r")
    assert first.received == dt.datetime(2026, 7, 7, 2, 44, 25, tzinfo=dt.timezone(-dt.timedelta(hours=7)))
    assert (second.uid, second.content) == (10, b'say "hi"')
    assert (third.uid, third.content) == (11, b"")
    assert (fourth.uid, fourth.content) == (12, None)


@given(st.lists(st.binary(max_size=80) | st.tuples(st.binary(max_size=80), st.binary(max_size=20)), max_size=6))
def test_no_answer_breaks_the_reader(scraps: list[object]) -> None:
    """Whatever a server sends, reading it ends, in values or in nothing."""
    for found in read_fetched(scraps):
        assert found.uid >= 0


@pytest.mark.parametrize("text", [b'"32-Jul-2026 02:44:25 -0700"', b'"07-Foo-2026 02:44:25 -0700"', b'""', b"NIL"])
def test_a_time_that_is_none(text: bytes) -> None:
    """What is no time is None, not an error."""
    assert moment(text) is None


def test_waits_grow_and_scatter() -> None:
    """Waits double up to the most, each cut by up to half by chance; success begins anew."""
    backoff = Backoff(1.0, 10.0, chance=lambda: 0.0)
    assert not backoff.waited
    assert [backoff.wait() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    assert backoff.waited
    backoff.reset()
    assert backoff.wait() == 1
    assert Backoff(1.0, 10.0, chance=lambda: 1.0).wait() == 0.5
    assert len({Backoff(1.0, 10.0).wait() for _ in range(5)}) > 1


def test_every_problem_has_a_sentence() -> None:
    """Each kind is of this package, ends as a sentence, and takes its facts."""
    for kind in mailbox_problem_kinds():
        found = mailbox_problem(kind.removeprefix("ingest."), what="it", limit=1, count=2, code="LIMIT")
        assert found.message.endswith(".")
        assert "{" not in found.message


def test_only_known_codes_are_repeated() -> None:
    """Of a server's words only the response codes of RFC 5530 are passed on."""
    assert response_code("[AUTHENTICATIONFAILED] no ada@example.org") == "AUTHENTICATIONFAILED"
    assert response_code(b"NO [OVERQUOTA] full") == "OVERQUOTA"
    assert response_code("[ADA-SAMPLE] no") is None
    assert response_code("no") is None
