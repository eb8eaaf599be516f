"""Admin pages that only show: the audit trail and the versions of reference tables."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from desk.review.roles import SEE_AUDIT


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as Django's forms, at run time
    """Shows rows; nobody adds, changes or deletes any."""

    list_per_page = 100
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False


class AuditEventAdmin(ReadOnlyAdmin):
    """Who looked and who changed what, for those who may see it."""

    list_display = ("at", "actor_name", "action", "request", "arrival")
    list_filter = ("action",)
    search_fields = ("actor_name", "request__reference")
    list_select_related = ("request", "arrival")
    date_hierarchy = "at"

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may see the audit trail."""
        del obj
        return bool(request.user.is_active and request.user.has_perm(SEE_AUDIT))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As above."""
        return self.has_view_permission(request)


class ReferenceVersionAdmin(ReadOnlyAdmin):
    """Which version of which table was in force from when."""

    list_display = ("table", "version", "rows", "loaded_at", "loaded_by")
    list_filter = ("table",)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Everybody whom the admin lets in."""
        del obj
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As above."""
        return self.has_view_permission(request)
