"""The admin: reference data and people, behind the desk's own door; each change makes a new version."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from desk.records.models import AuditEvent, GridRow, Member, Processor, Provider, ReferenceVersion, Vendor
from desk.review.admin_accounts import accounts_page
from desk.review.admin_reference import (
    GridRowAdmin,
    MemberAdmin,
    ProcessorAdmin,
    ProviderAdmin,
    VendorAdmin,
)
from desk.review.admin_settings import settings_page
from desk.review.admin_trail import AuditEventAdmin, ReferenceVersionAdmin
from desk.review.presenting import said


class DeskAdminSite(admin.AdminSite):
    """Django's admin with our sign-in page (throttled) in the place of its own."""

    site_header = gettext_lazy("Inlet reference data")
    site_title = "Inlet"
    index_title = gettext_lazy("Reference data and people")
    site_url = "/"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Send to the desk's sign-in page; who is signed in but not staff goes back to the queue."""
        del extra_context
        if request.user.is_authenticated:
            return redirect("queue")
        return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the pages of settings and of service accounts."""
        shown = self.admin_view(lambda request: settings_page(request, self))
        accounts = self.admin_view(lambda request: accounts_page(request, self))
        mine = [
            path("settings/", shown, name="inlet-settings"),
            path("service-accounts/", accounts, name="inlet-accounts"),
        ]
        return [*mine, *super().get_urls()]


class PeopleAdmin(UserAdmin):  # type: ignore[type-arg]  # Django's admins take no type argument at run time
    """People and their roles; permissions come with roles only, so none are given one by one."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Roles"), {"fields": ("is_active", "is_staff", "groups")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "is_staff", "groups")}),
    )
    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        """The names of a person's roles."""
        return ", ".join(said(group.name) for group in user.groups.all())


site = DeskAdminSite(name="admin")
site.register(User, PeopleAdmin)
site.register(Group, GroupAdmin)
site.register(Processor, ProcessorAdmin)
site.register(GridRow, GridRowAdmin)
site.register(Member, MemberAdmin)
site.register(Provider, ProviderAdmin)
site.register(Vendor, VendorAdmin)
site.register(ReferenceVersion, ReferenceVersionAdmin)
site.register(AuditEvent, AuditEventAdmin)
