"""Pages about decisions: why, tables with drafts and the way back, and the unmatched list."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.cases.actor import MACHINE
from desk.cases.tables import current_reference, current_version, import_table
from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import AuditEvent, Request
from tests.desk.made_up import values
from tests.desk.test_joining import HOUR, came, records

pytestmark = pytest.mark.django_db
HEAD = "code,category,processor\n"
OLD, NEW = HEAD + "E0143,walkers,CHME\n", HEAD + "E0143,walkers,ALLIANCE_UM\n"


@pytest.fixture
def grid(inlet: Settings, tmp_path: Path) -> None:
    """A grid of one row in force."""
    del inlet
    path = tmp_path / "grid.csv"
    path.write_text(OLD)
    import_table("grid", path, actor=MACHINE)


def draft(text: str) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile("draft.csv", text.encode())


def test_the_why_page_tells_every_reason(signed_in: Callable[..., Client], tmp_path: Path) -> None:
    """Questions and answers, each revision, and that it was looked at stands in the trail."""
    client = signed_in(Role.CLERK)
    request = came(tmp_path, "a", values())
    page = client.get(f"/requests/{request.reference}/why/").content.decode()
    assert "Who decides line 1?" in page
    assert "California Home Medical Equipment" in page
    assert AuditEvent.objects.filter(action="request.viewed", request=request).exists()
    assert client.get(f"/requests/{request.reference}/why/", {"revision": "77"}).status_code == 200


def test_a_draft_is_tried_then_put_in_force_then_taken_back(
    grid: None, signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    """What changes and what would move is shown first; an administrator puts it in force; the old one comes back."""
    del grid
    admin = signed_in(Role.ADMINISTRATOR)
    first = current_version("grid")
    request = came(tmp_path, "a", values(), tables=current_reference())
    shown = admin.post("/tables/draft/", {"table": "grid", "file": draft(NEW), "try": "1"})
    page = shown.content.decode()
    assert request.reference in page
    assert "1 line CHME → Alliance UM" in page
    assert current_version("grid") == first
    assert admin.post("/tables/import/", {"table": "grid", "draft": shown.context["draft"]}).status_code == 302
    assert current_version("grid") != first
    assert first is not None
    assert "ALLIANCE_UM → CHME" in admin.get(f"/tables/grid/back/{first.pk}/").content.decode()
    admin.post(f"/tables/grid/back/{first.pk}/")
    now = current_version("grid")
    assert now is not None
    assert (now.version, now.way) == (first.version, "back")
    assert "taken up again" in admin.get("/tables/").content.decode()
    assert admin.get("/tables/grid/file/").content.decode().splitlines()[1].startswith("E0143")


def test_a_faulty_draft_is_refused_row_by_row(grid: None, signed_in: Callable[..., Client]) -> None:
    """Every row to mend is named, and nothing has changed."""
    del grid
    before = current_version("grid")
    answer = signed_in(Role.ADMINISTRATOR).post(
        "/tables/draft/", {"table": "grid", "file": draft(HEAD + "E0143,walkers,NOBODY\n"), "compare": "1"}
    )
    assert answer.status_code == 422
    assert "row 2, processor" in answer.content.decode()
    assert current_version("grid") == before


@pytest.mark.parametrize("stored", ["", "../etc/passwd", "ab/abcdef.png", "ab/" + "0" * 64 + ".draft.csv"])
def test_only_a_draft_that_is_here_is_imported(stored: str, grid: None, signed_in: Callable[..., Client]) -> None:
    """A made-up name opens no file and changes nothing."""
    del grid
    before = current_version("grid")
    assert signed_in(Role.ADMINISTRATOR).post("/tables/import/", {"table": "grid", "draft": stored}).status_code == 422
    assert current_version("grid") == before


def test_supervisors_try_drafts_and_change_nothing(grid: None, signed_in: Callable[..., Client]) -> None:
    """What if is theirs, the import is not; clerks see neither."""
    del grid
    client, before = signed_in(Role.SUPERVISOR), current_version("grid")
    assert before is not None
    shown = client.post("/tables/draft/", {"table": "grid", "file": draft(NEW), "try": "1"})
    assert b"Put this draft in force" not in shown.content
    assert client.post("/tables/import/", {"table": "grid", "draft": shown.context["draft"]}).status_code == 403
    client.post(f"/tables/grid/back/{before.pk}/")
    assert current_version("grid") == before
    assert signed_in(Role.CLERK).get("/tables/").status_code == 403


def test_a_clerk_joins_unmatched_records_by_hand(signed_in: Callable[..., Client], tmp_path: Path) -> None:
    """Records of nobody we know wait in the list; joined by reference they are gone from it."""
    client = signed_in(Role.CLERK)
    paper = came(tmp_path, "notes", records(), after=HOUR)
    first = came(tmp_path, "first", values())
    assert paper.reference in client.get("/unmatched/").content.decode()
    wrong = client.post(
        f"/requests/{paper.reference}/join/", {"revision": paper.revision, "into": "nonsense"}, follow=True
    )
    assert "no reference of ours" in wrong.content.decode()
    answer = client.post(
        f"/requests/{paper.reference}/join/", {"revision": paper.revision, "into": first.reference.lower()}
    )
    assert answer["Location"] == f"/requests/{first.reference}/"
    assert Request.objects.get(pk=paper.pk).merged_into == first
    assert paper.reference not in client.get("/unmatched/").content.decode()


def test_what_looks_alike_names_its_candidates_and_may_stand_alone(
    signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    """One button joins to the request that was found; another lets it stand."""
    client = signed_in(Role.CLERK)
    first = came(tmp_path, "first", values())
    other = came(tmp_path, "other", values(codes=("E0149",)), after=HOUR)
    assert f"Join to {first.reference}" in client.get("/unmatched/").content.decode()
    client.post(f"/requests/{other.reference}/stand-alone/", {"revision": other.revision})
    assert other.reference not in client.get("/unmatched/").content.decode()


def test_auditors_look_at_the_list_and_join_nothing(signed_in: Callable[..., Client], tmp_path: Path) -> None:
    """No button, and a post is refused."""
    client = signed_in(Role.AUDITOR)
    paper = came(tmp_path, "notes", records())
    assert b"<button>Join" not in client.get("/unmatched/").content
    assert client.post(f"/requests/{paper.reference}/join/", {"into": paper.reference}).status_code == 403


def test_a_clerk_sets_the_receipt_back_with_the_reason(signed_in: Callable[..., Client], tmp_path: Path) -> None:
    """What CHCN had stamped the day before runs from then; a later or unreadable time is refused in words."""
    client = signed_in(Role.CLERK)
    request = came(tmp_path, "a", values())
    told = client.post(f"/requests/{request.reference}/received/", {"at": "soon", "reason": "x"}, follow=True)
    assert "day and the time" in told.content.decode()
    client.post(f"/requests/{request.reference}/received/", {"at": "2026-03-03T08:15", "reason": "stamped by CHCN"})
    request.refresh_from_db()
    assert request.received_at.isoformat() == "2026-03-03T16:15:00+00:00"
    assert "stamped by CHCN" in client.get(f"/requests/{request.reference}/").content.decode()


def test_what_a_later_paper_says_otherwise_is_shown_side_by_side(
    signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    """The code that was and the code that the re-fax has, with the way to its arrival."""
    client = signed_in(Role.CLERK)
    first = came(tmp_path, "a", values(codes=("E0143", "E0156")))
    paper = came(tmp_path, "b", values(codes=("E0149", "E0156")), after=HOUR)
    page = client.get(f"/requests/{first.reference}/why/").content.decode()
    assert "Code of line 1" in page
    assert "E0143</td>" in page
    assert "<strong>E0149</strong>" in page
    assert f"/arrivals/{paper.arrival_id}/" in page
