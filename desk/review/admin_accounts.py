"""Accounts of other systems in the admin: made with a token that is shown once, ended, told of changes."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from desk.cases.accounts import Scope, end_account, make_account
from desk.cases.webhooks import EVENTS, subscribe, unsubscribe
from desk.errors import DeskError
from desk.records.models import ServiceAccount, Subscription
from desk.review.admin_settings import MAY_CHANGE
from desk.review.people import actor
from desk.review.presenting import sentence


def accounts_page(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """List the accounts; an administrator makes, renews and ends them here, as ``inlet token`` does."""
    may_change = request.user.has_perm(MAY_CHANGE)
    shown: dict[str, object] = {}
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        try:
            shown = _act(request)
        except DeskError as error:
            messages.error(request, sentence(error))
        if not shown:
            return redirect("admin:inlet-accounts")
    context = site.each_context(request) | {
        "title": _("Service accounts"),
        "accounts": ServiceAccount.objects.prefetch_related("subscriptions"),
        "scopes": [scope.value for scope in Scope],
        "events": EVENTS,
        "may_change": may_change,
    }
    return render(request, "admin/inlet_accounts.html", context | shown)


def _act(request: HttpRequest) -> dict[str, object]:
    """Do what a form asks for; give what is shown once and never again."""
    deed, name = request.POST.get("deed", ""), request.POST.get("name", "").strip()[:60]
    if deed == "make":
        if request.POST.get("new") and ServiceAccount.objects.filter(name=name, ended_at=None).exists():
            raise DeskError("there is an account of this name; give it a new token in its own row")
        _account, token = make_account(name, request.POST.getlist("scope"), actor=actor(request))
        return {"fresh": name, "secret": token}
    if deed == "end":
        end_account(name, actor=actor(request))
        messages.success(request, _("It is let in no more."))
    elif deed == "tell":
        made = subscribe(name, request.POST.get("url", "")[:500], request.POST.getlist("event"), actor=actor(request))
        return {"fresh": made.url, "secret": made.secret}
    elif deed == "untell":
        number = request.POST.get("subscription", "")
        known = Subscription.objects.filter(pk=int(number) if number.isascii() and number.isdigit() else 0).first()
        unsubscribe(known.pk if known else 0, actor=actor(request))
        messages.success(request, _("It is told no more."))
    else:
        raise DeskError("say what is to be done")
    return {}
