"""Admin pages of the reference tables.

What is saved here decides real requests, so each form refuses what the table's own reader would
refuse, and each save makes a new version of the table that later decisions name.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classify.grid import PaRule, Service
from classify.roster import LineOfBusiness, MedicalGroup
from desk.cases.table_kinds import listed
from desk.cases.tables import adopt_table, record_edit
from desk.errors import ReferenceDataError
from desk.records.models import GridRow, Member, Processor, Provider, Vendor
from desk.review.people import actor
from desk.review.presenting import sentence
from terms.codes import HcpcsCode, MemberId, Npi
from terms.contact import FaxNumber, Phone
from terms.names import Processor as ProcessorCode

Parse = Callable[[str], object | None]
Words = str | Promise
_IN_GRID = (ProcessorCode.CHME.value, ProcessorCode.ALLIANCE_UM.value, ProcessorCode.DESK.value)
_PROCESSORS = tuple(p.value for p in ProcessorCode if p is not ProcessorCode.SPLIT)


def _many(kind: type[Phone]) -> Parse:
    """Reads a list of numbers separated by semicolons."""

    def parse(text: str) -> str | None:
        found = [kind.parse(part.strip()) for part in listed(text)]
        return None if None in found else ";".join(str(number) for number in found)

    return parse


def _as_written() -> forms.Select:
    """A choice among words of the table's file, which are the same in every language."""
    return forms.Select(attrs={"translate": "no"})


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no type argument at run time
    """One row of a reference table, refused where the table's own reader would refuse it.

    ``choices`` are the words a column takes; ``parsed`` gives, for a column, what reads it and what is said
    of what cannot be read. An empty cell stays empty; what is read is kept in normal form.
    """

    choices: ClassVar[Mapping[str, Sequence[str]]] = {}
    parsed: ClassVar[Mapping[str, tuple[Parse, Words]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        super().__init__(*args, **kwargs)
        for name, words in self.choices.items():
            shown = self.fields[name].label
            self.fields[name] = forms.ChoiceField(
                choices=[(word, word) for word in words], label=shown, widget=_as_written()
            )

    def clean(self) -> dict[str, Any]:
        """Put every cell into its normal form, and refuse dates and ranges that run backwards."""
        data = super().clean() or {}
        for name, (parse, told) in self.parsed.items():
            text = (data.get(name) or "").strip()
            value = parse(text) if text else ""
            if value is None:
                self.add_error(name, str(told))
            elif name in data:
                data[name] = str(value)
        first, last = data.get("effective_from"), data.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", _("It ends before it begins."))
        if data.get("code_to") and data.get("code") and data["code_to"] < data["code"]:
            self.add_error("code_to", _("The range ends before it begins."))
        if data.get("fax_verified") and not (data.get("fax") and data.get("fax_verified_on")):
            self.add_error("fax_verified", _("Give the number and the day on which it was verified."))
        return data


_PHONE = (Phone.parse, gettext_lazy("Not a phone number; write it like 510-555-0142."))
_CODE = (HcpcsCode.parse, gettext_lazy("Not a HCPCS or CPT code."))
_NUMBERS = gettext_lazy("Not a list of numbers; write them like 510-555-0142; 510-555-0143.")


def row_form(
    of: type[models.Model],
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    parsed: Mapping[str, tuple[Parse, Words]] | None = None,
) -> type[RowForm]:
    """The form of a table's rows, every column shown: there is nothing to hide in a reference table."""
    meta = type("Meta", (), {"model": of, "fields": "__all__"})
    return type(f"{of.__name__}Form", (RowForm,), {"Meta": meta, "choices": choices or {}, "parsed": parsed or {}})


class TableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as Django's forms, at run time
    """A reference table: whoever edits it makes a new version of it, in the audit trail with their name.

    ``table`` is the table's name in :mod:`desk.cases.tables`. Rows are ended by a date, not
    deleted; an import replaces the table as a whole.
    """

    table = ""
    list_per_page = 100
    show_full_result_count = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save a row; rows that would contradict each other are not saved, and it is said which."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ReferenceDataError as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001  (Django's signature)
        """Save the row and name the table's new version; the first edit takes the rows in use as they are."""
        if not change:
            adopt_table(self.table, actor=actor(request))
        super().save_model(request, obj, form, change)
        record_edit(self.table, actor=actor(request))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes here: a decision must find the row that made it."""
        del request, obj
        return False


class GridRowAdmin(TableAdmin):
    """The grid: who decides which code."""

    table = "grid"
    form = row_form(
        GridRow,
        choices={
            "processor": _IN_GRID,
            "service": [service.value for service in Service],
            "pa_required": [rule.value for rule in PaRule],
        },
        parsed={"code": _CODE, "code_to": _CODE},
    )
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
    form = row_form(
        Member,
        choices={
            "line_of_business": [line.value for line in LineOfBusiness],
            "medical_group": [group.value for group in MedicalGroup],
        },
        parsed={
            "cin": (MemberId.parse, gettext_lazy("Not a member ID: 9, seven digits and a letter.")),
            "phone": _PHONE,
        },
    )
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
    form = row_form(
        Provider,
        parsed={
            "npi": (Npi.parse, gettext_lazy("Not an NPI: 10 digits with the right check digit.")),
            "phone": _PHONE,
            "fax": _PHONE,
        },
    )
    list_display = ("npi", "name", "credentials", "clinic", "phone", "fax", "fax_verified", "fax_verified_on")
    list_filter = ("fax_verified",)
    search_fields = ("npi", "name", "clinic", "fax", "phone")


class ProcessorAdmin(TableAdmin):
    """Who decides, and how they are reached."""

    table = "processors"
    form = row_form(
        Processor,
        choices={"code": _PROCESSORS},
        parsed={"phones": (_many(Phone), _NUMBERS), "faxes": (_many(FaxNumber), _NUMBERS)},
    )
    list_display = ("code", "name", "phones", "faxes", "handover", "handover_target")
    search_fields = ("code", "name")


class VendorAdmin(TableAdmin):
    """Suppliers."""

    table = "vendors"
    form = row_form(Vendor, parsed={"phone": _PHONE, "fax": _PHONE})
    list_display = ("vendor_id", "name", "categories", "phone", "fax", "effective_from", "effective_to")
    search_fields = ("vendor_id", "name", "categories")
