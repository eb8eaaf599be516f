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


def test_open_requests_are_decided_again_by_a_supervisor(
    grid: None, signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    """After an import the page lists what would come out otherwise; who may have it decided again does so there."""
    del grid
    request = came(tmp_path, "a", values(), tables=current_reference())
    admin = signed_in(Role.ADMINISTRATOR)
    shown = admin.post("/tables/draft/", {"table": "grid", "file": draft(NEW), "compare": "1"})
    answer = admin.post("/tables/import/", {"table": "grid", "draft": shown.context["draft"]})
    assert answer["Location"] == "/tables/open/"
    page = admin.get("/tables/open/").content.decode()
    assert request.reference in page
    assert "Decide the chosen ones again" not in page
    assert "may not" in admin.post("/tables/open/", {"request": request.reference}, follow=True).content.decode()
    supervisor = signed_in(Role.SUPERVISOR)
    assert "Choose at least one" in supervisor.post("/tables/open/", follow=True).content.decode()
    told = supervisor.post("/tables/open/", {"request": [request.reference, "nonsense"]}, follow=True).content.decode()
    assert "Decided again: 1." in told
    assert "nonsense was left as it is: there is no such request" in told
    assert "No open request would come out otherwise." in told
    request.refresh_from_db()
    assert (request.processor, request.revision) == ("ALLIANCE_UM", 2)
    assert signed_in(Role.CLERK).get("/tables/open/").status_code == 403


def test_what_a_code_list_does_not_say_of_itself_goes_with_it(
    inlet: Settings, signed_in: Callable[..., Client]
) -> None:
    """Complete, from and until are shown with the draft and kept with the version."""
    del inlet
    admin = signed_in(Role.ADMINISTRATOR)
    said = {"table": "codes", "complete": "yes", "from": "2026-01-01", "until": "2026-12-31"}
    shown = admin.post("/tables/draft/", said | {"file": draft("code,description\nE0143,walker\n"), "compare": "1"})
    page = shown.content.decode()
    assert "the list is complete; from 2026-01-01; until 2026-12-31;" in page
    assert '<input type="hidden" name="until" value="2026-12-31">' in page
    admin.post("/tables/import/", said | {"draft": shown.context["draft"]})
    now = current_version("codes")
    assert now is not None
    assert now.facts == {"complete": True, "effective_from": "2026-01-01", "effective_to": "2026-12-31"}
    again = admin.post("/tables/draft/", {"table": "codes", "file": draft("code,description\nE0143,walker\n")})
    assert "Put this draft in force" in again.content.decode()  # the same rows, believed otherwise


_834 = (
    "ISA*00*          *00*          *ZZ*SAMPLEPLAN     *ZZ*INLET          *261101*0800*^*00501*000000001*0*T*:~"
    "GS*BE*SAMPLEPLAN*INLET*20261101*0800*1*X*005010X220A1~ST*834*0001*005010X220A1~BGN*00*1*20261101*0800****2~"
    "INS*Y*18*021*28*A***FT~REF*0F*91234567A~REF*17*ODD~NM1*IL*1*SAMPLEROE*RITA~DMG*D8*19580307*F~"
    "HD*021**HMO*MCAL~DTP*348*D8*20260101~SE*10*0001~GE*1*1~IEA*1*000000001~"
)


def test_an_834_file_is_taken_with_the_mapping_that_comes_with_it(
    inlet: Settings, signed_in: Callable[..., Client]
) -> None:
    """The mapping names the groups; it goes on from the draft to the import."""
    del inlet
    admin = signed_in(Role.ADMINISTRATOR)
    mapping = SimpleUploadedFile("map.toml", b'[groups]\n"ODD" = "CFMG"\n[lines]\n"MCAL" = "MEDI_CAL"\n')
    file = SimpleUploadedFile("members.834", _834.encode())
    shown = admin.post("/tables/draft/", {"table": "roster", "file": file, "mapping_file": mapping, "compare": "1"})
    assert shown.status_code == 200, shown.content.decode()
    fields = shown.context["fields"]
    admin.post("/tables/import/", {"table": "roster", "draft": shown.context["draft"], **fields})
    roster = current_reference().roster
    assert roster is not None
    assert [span.medical_group.value for span in roster.by_id("91234567A")] == ["CFMG"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"table": "grid", "complete": "yes"}, "that a list is complete is not of a file of grid"),
        ({"table": "grid", "states": "CA"}, "a choice of states is not of a file of grid"),
        ({"table": "codes", "from": "tomorrow"}, "the first day of a list is no day"),
        ({"table": "codes", "from": "2026-02-01", "until": "2026-01-01"}, "the list ends before it begins"),
        ({"table": "roster", "mapping": "../../etc/passwd"}, "the mapping is here no more"),
        ({"table": "roster", "mapping": "ab/" + "0" * 64 + ".draft.toml"}, "the mapping is here no more"),
    ],
)
def test_odd_words_about_a_file_are_refused(
    said: dict[str, str], words: str, inlet: Settings, signed_in: Callable[..., Client]
) -> None:
    """What belongs to another table, is no day, or names a file that is not here changes nothing and says so."""
    del inlet
    answer = signed_in(Role.ADMINISTRATOR).post("/tables/draft/", said | {"file": draft(OLD), "compare": "1"})
    assert answer.status_code == 422
    assert words[1:] in answer.content.decode()  # a sentence begins with a capital


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
