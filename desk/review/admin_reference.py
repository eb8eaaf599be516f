"""Admin pages of the reference tables.

What is saved here decides real requests, so each form refuses what the table's own reader would
refuse, and each save makes a new version of the table that later decisions name.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from classify.grid import PaRule, Service
from classify.roster import LineOfBusiness, MedicalGroup
from desk.cases.tables import record_edit
from desk.records.models import GridRow, Member, Processor, Provider, Vendor
from desk.review.people import actor
from terms.codes import HcpcsCode, MemberId, Npi
from terms.contact import FaxNumber, Phone
from terms.names import Processor as ProcessorCode


def _choices(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _dates_in_order(data: dict[str, Any]) -> None:
    first, last = data.get("effective_from"), data.get("effective_to")
    if first and last and last < first:
        raise ValidationError({"effective_to": "It ends before it begins."})


def _phone(text: str) -> str:
    """Give a typed number in normal form; an empty one stays empty."""
    if not text.strip():
        return ""
    phone = Phone.parse(text)
    if phone is None:
        raise ValidationError("Not a phone number; write it like 510-555-0142.")
    return phone.value


def _numbers(text: str, kind: type[Phone]) -> str:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        number = kind.parse(part)
        if number is None:
            raise ValidationError("Not a list of numbers; write them like 510-555-0142; 510-555-0143.")
        found.append(number.value)
    return ";".join(found)


class GridRowForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One row of the grid: codes, who decides, from when to when."""

    processor = forms.ChoiceField(choices=_choices([p.value for p in ProcessorCode if p is not ProcessorCode.SPLIT]))
    service = forms.ChoiceField(choices=_choices([s.value for s in Service]))
    pa_required = forms.ChoiceField(choices=_choices([r.value for r in PaRule]), label="PA required")

    class Meta:
        """Every column."""

        model = GridRow
        fields = "__all__"  # noqa: DJ007  (the admin shows the whole row; there is nothing to hide in it)

    def clean_code(self) -> str:
        """Take a HCPCS or CPT code only."""
        return _code(self.cleaned_data["code"])

    def clean_code_to(self) -> str:
        """Take a HCPCS or CPT code, or nothing."""
        text = self.cleaned_data["code_to"]
        return _code(text) if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        """Refuse ranges and dates that run backwards."""
        data = super().clean() or {}
        if data.get("code_to") and data.get("code") and data["code_to"] < data["code"]:
            raise ValidationError({"code_to": "The range ends before it begins."})
        _dates_in_order(data)
        return data


def _code(text: str) -> str:
    code = HcpcsCode.parse(text)
    if code is None:
        raise ValidationError("Not a HCPCS or CPT code.")
    return code.value


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One span of a member's coverage."""

    line_of_business = forms.ChoiceField(choices=_choices([v.value for v in LineOfBusiness]))
    medical_group = forms.ChoiceField(choices=_choices([v.value for v in MedicalGroup]))

    class Meta:
        """Every column."""

        model = Member
        fields = "__all__"  # noqa: DJ007  (the admin shows the whole row; there is nothing to hide in it)

    def clean_cin(self) -> str:
        """Take a CIN only, in normal form."""
        found = MemberId.parse(self.cleaned_data["cin"])
        if found is None:
            raise ValidationError("Not a member ID: 9, seven digits and a letter.")
        return found.value

    def clean_phone(self) -> str:
        """Keep the number in normal form."""
        return _phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Refuse dates that run backwards."""
        data = super().clean() or {}
        _dates_in_order(data)
        return data


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One provider; a fax number counts as verified only together with the day somebody did so."""

    class Meta:
        """Every column."""

        model = Provider
        fields = "__all__"  # noqa: DJ007  (the admin shows the whole row; there is nothing to hide in it)

    def clean_npi(self) -> str:
        """Take an NPI with the right check digit only."""
        found = Npi.parse(self.cleaned_data["npi"])
        if found is None:
            raise ValidationError("Not an NPI: 10 digits with the right check digit.")
        return found.value

    def clean_phone(self) -> str:
        """Keep the number in normal form."""
        return _phone(self.cleaned_data["phone"])

    def clean_fax(self) -> str:
        """Keep the number in normal form."""
        return _phone(self.cleaned_data["fax"])

    def clean(self) -> dict[str, Any]:
        """Refuse a verified fax number without a number or without a day."""
        data = super().clean() or {}
        if data.get("fax_verified") and not (data.get("fax") and data.get("fax_verified_on")):
            raise ValidationError({"fax_verified": "Give the number and the day on which it was verified."})
        return data


class ProcessorForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One processor and how it is reached."""

    code = forms.ChoiceField(choices=_choices([p.value for p in ProcessorCode if p is not ProcessorCode.SPLIT]))

    class Meta:
        """Every column."""

        model = Processor
        fields = "__all__"  # noqa: DJ007  (the admin shows the whole row; there is nothing to hide in it)

    def clean_phones(self) -> str:
        """Keep the numbers in normal form."""
        return _numbers(self.cleaned_data["phones"], Phone)

    def clean_faxes(self) -> str:
        """Keep the numbers in normal form."""
        return _numbers(self.cleaned_data["faxes"], FaxNumber)


class VendorForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One vendor."""

    class Meta:
        """Every column."""

        model = Vendor
        fields = "__all__"  # noqa: DJ007  (the admin shows the whole row; there is nothing to hide in it)

    def clean_phone(self) -> str:
        """Keep the number in normal form."""
        return _phone(self.cleaned_data["phone"])

    def clean_fax(self) -> str:
        """Keep the number in normal form."""
        return _phone(self.cleaned_data["fax"])

    def clean(self) -> dict[str, Any]:
        """Refuse dates that run backwards."""
        data = super().clean() or {}
        _dates_in_order(data)
        return data


class TableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as Django's forms, at run time
    """A reference table: whoever edits it makes a new version of it, in the audit trail with their name.

    ``table`` is the table's name in :mod:`desk.cases.tables`. Rows are ended by a date, not
    deleted; an import replaces the table as a whole.
    """

    table = ""
    list_per_page = 100
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001  (Django's signature)
        """Save the row and name the table's new version."""
        super().save_model(request, obj, form, change)
        record_edit(self.table, actor=actor(request))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes here: a decision must find the row that made it."""
        del request, obj
        return False


class GridRowAdmin(TableAdmin):
    """The grid: who decides which code."""

    table = "grid"
    form = GridRowForm
    list_display = (
        "code",
        "code_to",
        "description",
        "category",
        "pa_required",
        "processor",
        "effective_from",
        "effective_to",
    )
    list_filter = ("processor", "pa_required", "service", "category")
    search_fields = ("code", "code_to", "description", "category")


class MemberAdmin(TableAdmin):
    """The roster."""

    table = "roster"
    form = MemberForm
    list_display = (
        "cin",
        "last_name",
        "first_name",
        "date_of_birth",
        "line_of_business",
        "medical_group",
        "effective_from",
        "effective_to",
    )
    list_filter = ("line_of_business", "medical_group")
    search_fields = ("cin", "last_name", "first_name")


class ProviderAdmin(TableAdmin):
    """The provider directory."""

    table = "providers"
    form = ProviderForm
    list_display = ("npi", "name", "credentials", "clinic", "phone", "fax", "fax_verified", "fax_verified_on")
    list_filter = ("fax_verified",)
    search_fields = ("npi", "name", "clinic", "fax", "phone")


class ProcessorAdmin(TableAdmin):
    """Who decides, and how they are reached."""

    table = "processors"
    form = ProcessorForm
    list_display = ("code", "name", "phones", "faxes", "handover", "handover_target")
    search_fields = ("code", "name")


class VendorAdmin(TableAdmin):
    """Suppliers."""

    table = "vendors"
    form = VendorForm
    list_display = ("vendor_id", "name", "categories", "phone", "fax", "effective_from", "effective_to")
    search_fields = ("vendor_id", "name", "categories")
