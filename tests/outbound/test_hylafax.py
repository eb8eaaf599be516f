"""HylaFAX's client protocol, spoken to the real hfaxd on a private spool (no modem needed)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbound.errors import LineDownError, LineRefusedError, TransportError, UnsafeTextError
from outbound.faximage import tiff_of_pdf
from outbound.lines.hylafax import HylaFaxServer, HylaFaxTransport, failure_of
from outbound.notices import NoticeKind
from outbound.render import render_pdf
from outbound.transport import Failure, Stage, Submission
from tests.faxline.cutting import CuttingProxy
from tests.faxline.hylafax import HylaFax, free_port, hylafax, missing
from tests.outbound import made_up

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing() or "-"), pytest.mark.xdist_group("hylafax")]
_NOW = dt.datetime(2026, 11, 2, 17, 0, tzinfo=dt.UTC)
_STEPS = 40
"""More than the commands that one submission takes."""


@pytest.fixture(scope="module")
def server() -> Iterator[HylaFax]:
    """One server for the module; each test sends under keys of its own."""
    with hylafax() as running:
        yield running


@pytest.fixture(scope="module")
def fax() -> Submission:
    """A real notice, ready to go."""
    pdf = render_pdf(made_up.notice(NoticeKind.RECEIPT))
    return Submission(
        "2HY3-K7TC:1:receipt:1", "+15105558235", verified=True, reason="", reference=made_up.REFERENCE, kind="receipt",
        pages=2, urgent=False, pdf=pdf, tiff=tiff_of_pdf(pdf, "fine"),
    )  # fmt: skip


def _to(port: int, **more: object) -> HylaFaxTransport:
    return HylaFaxTransport(HylaFaxServer(port=port, seconds=5.0, **more))  # type: ignore[arg-type]  # its own keywords


def _job(server: HylaFax, key: str) -> dict[str, str]:
    """The one queued job of a key, as the server wrote it down."""
    jobs = [dict(line.partition(":")[::2] for line in (server.spool / "sendq" / name).read_text().splitlines())
            for name in server.queued()]  # fmt: skip
    found = [job for job in jobs if job["jobtag"] == key]
    assert len(found) == 1, f"{len(found)} jobs for one key"
    return found[0]


def test_a_job_is_queued_under_our_key_with_everything_that_it_needs(server: HylaFax, fax: Submission) -> None:
    """Number, one dial and one try, fine resolution, our station id, urgent before routine."""
    urgent = replace(fax, key="urgent:1", urgent=True)
    out = _to(server.port, station_id="+1 510 555 0100")
    receipt = out.submit(urgent, now=_NOW)
    assert out.status(receipt).stage is Stage.WAITING
    job = _job(server, "urgent:1")
    expected = {
        "number": "15105558235", "maxdials": "1", "maxtries": "1", "resolution": "196", "tsi": "+1 510 555 0100",
        "notify": "none", "pagechop": "none", "schedpri": "63", "jobid": receipt.job,
    }  # fmt: skip
    assert {name: job[name] for name in expected} == expected
    out.submit(replace(fax, key="routine:1"), now=_NOW)
    assert _job(server, "routine:1")["schedpri"] == "127"


def test_the_same_key_is_queued_once(server: HylaFax, fax: Submission) -> None:
    """Submitting again gives the first receipt."""
    once = replace(fax, key="once:1")
    first = _to(server.port).submit(once, now=_NOW)
    assert _to(server.port).submit(once, now=_NOW) == first
    assert _to(server.port).find("once:1") == first
    assert _to(server.port).find("never:1") is None


def test_a_job_can_be_taken_back(server: HylaFax, fax: Submission) -> None:
    """A waiting job is killed once; afterwards it stands as cancelled."""
    out = _to(server.port)
    receipt = out.submit(replace(fax, key="back:1"), now=_NOW)
    assert out.cancel("back:1")
    standing = out.status(receipt)
    assert (standing.stage, standing.failure) == (Stage.FAILED, Failure.CANCELLED)
    assert not out.cancel("back:1")


@pytest.mark.parametrize("before", [True, False])
def test_a_lost_connection_at_any_step_never_makes_a_second_job(
    server: HylaFax, fax: Submission, *, before: bool
) -> None:
    """Cut at each command in turn, then tried again: one job stands under the key, whatever was lost."""
    cut = 0
    for step in range(0, _STEPS, 1 if not before else 3):
        one = replace(fax, key=f"cut:{before}:{step}", tiff=fax.tiff)
        with CuttingProxy(server.port, cut_at=step, before=before) as proxy:
            try:
                _to(proxy.port).submit(one, now=_NOW)
            except LineDownError:
                cut += 1
        _to(server.port).submit(one, now=_NOW)
        assert _job(server, one.key)["number"] == "15105558235"
    assert cut > (_STEPS // (3 if before else 1)) // 2


@pytest.mark.parametrize("evil", ["x\r\nJKILL 1", "x\nQUIT", "x\x00y", "x\x1b[2J", "x\u2028y"])
def test_a_value_cannot_become_a_command(server: HylaFax, fax: Submission, evil: str) -> None:
    """Line ends and control characters are refused before anything is said."""
    with pytest.raises(UnsafeTextError):
        _to(server.port).submit(replace(fax, key=evil), now=_NOW)
    with pytest.raises(UnsafeTextError):
        _to(server.port, station_id=evil).submit(replace(fax, key="evil:1"), now=_NOW)
    with pytest.raises(UnsafeTextError):
        _to(server.port, user=evil).probe()
    with pytest.raises(TransportError):
        _to(server.port).submit(replace(fax, key="evil:2", number=f"+1510{evil}"), now=_NOW)


@pytest.mark.parametrize("odd", ['say "hi"', "back\\slash", "{brace}", "percent%j", 'quote\\"mix', "Ünïcode"])
def test_quotes_and_backslashes_arrive_as_they_are(server: HylaFax, fax: Submission, odd: str) -> None:
    """A key of odd characters is found again under the very same key."""
    out = _to(server.port)
    receipt = out.submit(replace(fax, key=odd), now=_NOW)
    assert out.find(odd) == receipt
    assert _job(server, odd)["jobtag"] == odd


@given(words=st.text(max_size=30), pages=st.integers(0, 3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_of_a_server_mean_some_failure(words: str, pages: int) -> None:
    """Whatever a failed job's status says, it is one of our reasons, and partial when pages were confirmed."""
    failure = failure_of(words, pages)
    assert failure in Failure
    assert (failure is Failure.PARTIAL) == bool(pages)


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("Busy signal detected", Failure.BUSY),
        ("No answer from remote", Failure.NO_ANSWER),
        ("Ringback detected, no answer without CED", Failure.NO_ANSWER),
        ("No carrier detected", Failure.NO_FAX),
        ("No local dialtone", Failure.NO_LINE),
        ("Kill time expired", Failure.EXPIRED),
        ("REJECT: Job is refused", Failure.REFUSED),
        ("COMREC error in phase D", Failure.CUT_OFF),
        ("", Failure.OTHER),
    ],
)
def test_what_the_server_says_is_understood(words: str, failure: Failure) -> None:
    """The words of HylaFAX that decide about another try."""
    assert failure_of(words) is failure


def test_nobody_there_and_a_refused_account_are_told_apart(fax: Submission) -> None:
    """No server is worth another try; a server that refuses us is not."""
    with pytest.raises(LineDownError) as down:
        _to(free_port()).submit(fax, now=_NOW)
    assert down.value.retry
    with hylafax(hosts="^nobody@127\\.0\\.0\\.1$:21::\n") as closed:
        with pytest.raises(LineRefusedError) as refused:
            _to(closed.port).probe()
        assert not refused.value.retry
    with hylafax(hosts="inlet@127\\.0\\.0\\.1:21:wrong:\n") as closed, pytest.raises(LineRefusedError):
        _to(closed.port, password="not it").probe()


def test_the_queue_outlives_a_restart_and_job_numbers_that_begin_again(fax: Submission) -> None:
    """After a restart the key is still known; job numbers past the last one begin again without a mix-up."""
    with hylafax(first_job=999999997) as server:
        out = _to(server.port)
        receipts = [out.submit(replace(fax, key=f"wrap:{number}"), now=_NOW) for number in range(4)]
        numbers = [int(receipt.job) for receipt in receipts]
        assert numbers[0] == 999999997
        assert min(numbers[1:]) < 10
        server.stop()
        with pytest.raises(LineDownError):
            out.find("wrap:0")
        server.start()
        assert [out.find(f"wrap:{number}") for number in range(4)] == receipts
        assert out.submit(replace(fax, key="wrap:0"), now=_NOW) == receipts[0]
        assert len(server.queued()) == 4
