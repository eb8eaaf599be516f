"""The admin: reference data is refused where it could not be used, and each change is a new version."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.cases.tables import current_reference, current_version
from desk.config import current_settings
from desk.lifecycle import Role
from desk.records.models import AuditEvent, GridRow, Provider
from desk.review.models import SettingChange

pytestmark = pytest.mark.django_db

GRID_ROW = {
    "code": "e1031", "code_to": "", "description": "Rollabout chair", "category": "wheelchairs",
    "service": "dme", "pa_required": "yes", "processor": "CHME", "vendor": "", "effective_from": "2026-01-01",
    "effective_to": "", "source": "sample", "basis": "SEED_CATEGORY",
}  # fmt: skip
PROVIDER = {
    "npi": "1234567893", "name": "Ima Example", "credentials": "MD", "clinic": "", "address": "",
    "phone": "(510) 555-0150", "fax": "510.555.0151", "fax_verified": "on", "fax_verified_on": "2026-02-01",
}  # fmt: skip


@pytest.fixture
def admin(signed_in: Callable[..., Client]) -> Client:
    """An administrator's browser."""
    return signed_in(Role.ADMINISTRATOR, "ada")


def test_a_saved_row_is_a_new_version_with_a_name(admin: Client) -> None:
    """Adding a grid row normalises it, names a new version, audits who did it, and decides from then on."""
    before = current_version("grid")
    answer = admin.post("/admin/records/gridrow/add/", GRID_ROW)
    assert answer.status_code == 302
    assert GridRow.objects.get(source="sample").code == "E1031"
    version = current_version("grid")
    assert version is not None
    assert version != before
    assert version.loaded_by == "ada"
    assert [event.detail["way"] for event in AuditEvent.objects.filter(action="reference.changed")] == ["edit", "adopt"]
    assert current_reference().tables["grid"] == version.version
    assert current_reference().grid.find("E0143", dt.date(2026, 3, 4)) is not None


def test_a_row_that_contradicts_another_is_not_saved(admin: Client) -> None:
    """Two owners of one code at one time: neither the row nor a version is made, and the page says why."""
    answer = admin.post("/admin/records/gridrow/add/", GRID_ROW | {"code": "E0143", "effective_from": ""}, follow=True)
    assert "overlaps row" in answer.content.decode()
    assert not GridRow.objects.filter(source="sample").exists()
    assert current_version("grid") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "nonsense"}, "Not a HCPCS or CPT code"),
        ({"code_to": "A4000"}, "ends before it begins"),
        ({"effective_to": "2025-01-01"}, "ends before it begins"),
        ({"processor": "SOMEBODY"}, "valid choice"),
    ],
)
def test_a_row_that_could_not_be_used_is_refused(change: dict[str, str], words: str, admin: Client) -> None:
    """What would route wrongly or not at all is not saved, and the form says why."""
    answer = admin.post("/admin/records/gridrow/add/", GRID_ROW | change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not GridRow.objects.exists()
    assert current_version("grid") is None


def test_provider_numbers_are_kept_in_normal_form(admin: Client) -> None:
    """Numbers typed in any usual form are stored as E.164."""
    assert admin.post("/admin/records/provider/add/", PROVIDER).status_code == 302
    provider = Provider.objects.get()
    assert (provider.phone, provider.fax) == ("+15105550150", "+15105550151")


@pytest.mark.parametrize("change", [{"npi": "1234567890"}, {"fax_verified_on": ""}, {"fax": "12"}, {"fax": ""}])
def test_a_doubtful_provider_is_refused(change: dict[str, str], admin: Client) -> None:
    """An NPI that fails its check, or a verified number without number or day, is not saved."""
    assert admin.post("/admin/records/provider/add/", PROVIDER | change).status_code == 200
    assert not Provider.objects.exists()


@pytest.mark.parametrize("model", ["processor", "gridrow", "member", "provider", "vendor", "referenceversion"])
def test_lists_can_be_searched(model: str, admin: Client) -> None:
    """Every table has a list that can be searched and filtered."""
    assert admin.get(f"/admin/records/{model}/", {"q": "x"}).status_code == 200


def test_nobody_deletes_a_row(admin: Client) -> None:
    """A decision must find the row that made it, so rows end by date."""
    admin.post("/admin/records/gridrow/add/", GRID_ROW)
    row = GridRow.objects.get(source="sample")
    assert admin.post(f"/admin/records/gridrow/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert GridRow.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_others_only_look(role: Role, signed_in: Callable[..., Client]) -> None:
    """Supervisors and auditors see reference data and change none of it."""
    client = signed_in(role)
    assert client.get("/admin/records/gridrow/").status_code == 200
    assert client.post("/admin/records/gridrow/add/", GRID_ROW).status_code == 403
    assert client.get("/admin/records/auditevent/").status_code == 200
    assert client.get("/admin/records/auditevent/add/").status_code == 403


def test_an_administrator_gives_roles_but_takes_none(admin: Client, person: Callable[..., User]) -> None:
    """People are kept here by roles; single permissions and superusers are not on the page."""
    other = person(Role.CLERK, "dana")
    page = admin.get(f"/admin/auth/user/{other.pk}/change/").content.decode()
    assert 'name="groups"' in page
    assert "is_superuser" not in page
    assert "user_permissions" not in page


def test_the_audit_trail_is_not_for_administrators(admin: Client) -> None:
    """Who keeps the tables does not read who looked at whom."""
    assert admin.get("/admin/records/auditevent/").status_code == 403


def test_settings_are_shown_and_some_are_changed(admin: Client, settings: DjangoSettings) -> None:
    """Every setting stands there with its origin; a change counts at once, is audited, and emptying takes it back."""
    page = admin.get("/admin/settings/").content.decode()
    assert "time_zone" in page
    assert "as shipped" in page
    before = settings.INLET.answer_phone
    admin.post("/admin/settings/", {"name": "answer_phone", "value": "(510) 555-0199"})
    assert settings.INLET.answer_phone == "+15105550199"
    assert "changed here" in admin.get("/admin/settings/").content.decode()
    event = AuditEvent.objects.get(action="setting.changed")
    assert (event.actor_name, event.detail["from"], event.detail["to"]) == ("ada", before, "+15105550199")
    admin.post("/admin/settings/", {"name": "answer_phone", "value": ""})
    assert settings.INLET.answer_phone == current_settings().answer_phone


@pytest.mark.parametrize(
    ("name", "value"), [("answer_phone", "12"), ("fax_resolution", "huge"), ("database_url", "x"), ("", "x")]
)
def test_settings_that_cannot_be_changed(name: str, value: str, admin: Client, settings: DjangoSettings) -> None:
    """What is no value, or is the file's alone, is refused in words and changes nothing."""
    before = settings.INLET
    answer = admin.post("/admin/settings/", {"name": name, "value": value}, follow=True)
    assert "errornote" in answer.content.decode() or 'class="error"' in answer.content.decode()
    assert settings.INLET is before
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_who_only_sees_settings_changes_none(role: Role, signed_in: Callable[..., Client]) -> None:
    """Staff who are no administrators may look; nobody sees a secret."""
    client = signed_in(role)
    page = client.get("/admin/settings/").content.decode()
    assert '<button class="button">Change</button>' not in page
    client.post("/admin/settings/", {"name": "organisation", "value": "Mine"})
    assert not SettingChange.objects.exists()
