"""The door: sign in with name and password, sign out."""

import math
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django import forms
from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from desk.django_settings import PROVIDER
from desk.review import throttle
from desk.review.access import needs, public
from desk.review.roles import VIEW


class SignInForm(AuthenticationForm):
    """Name and password; refuses before looking at the password once there were too many tries."""

    error_messages = {  # noqa: RUF012  (Django's own way of naming a form's messages)
        "invalid_login": gettext_lazy("Name or password is not right."),
        "inactive": gettext_lazy("Name or password is not right."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (handed on to Django's form)
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["username"].label = _("Name")

    def clean(self) -> dict[str, Any]:
        """Check the password, counting failures by name and address."""
        name = str(self.cleaned_data.get("username", ""))
        address = _address(self.request)
        wait = throttle.wait_for(name, address)
        if wait is not None:
            minutes = max(1, math.ceil(wait.total_seconds() / 60))
            words = _("Too many tries. Wait %(minutes)s min, or ask an administrator.") % {"minutes": minutes}
            raise ValidationError(words, code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.record_failure(name, address)
            raise
        throttle.forget(name, address)
        return dict(cleaned)


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


class SignInView(views.LoginView):
    """Shows the form; on success asks for the second factor where there is one, else starts a new session."""

    form_class = SignInForm
    template_name = "review/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  (handed on to Django's view)
        """Add the provider of identities, if there is one."""
        sign_in = settings.INLET.sign_in
        name = sign_in.oidc_name if sign_in.oidc_server else ""
        return super().get_context_data(**kwargs) | {"provider_name": name, "provider": PROVIDER}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let allauth take the person through its stages, of which the second factor is one."""
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {"username": user.get_username()}, login)
        return answer


sign_in = public(SignInView.as_view())
by_provider = public(openid_connect.login)
from_provider = public(openid_connect.callback)
cancelled = public(TemplateView.as_view(template_name="socialaccount/login_cancelled.html"))
sign_out = public(views.LogoutView.as_view(next_page="/sign-in/"))


@needs(VIEW)
def still_here(request: HttpRequest) -> HttpResponse:
    """Keep the session alive: the clerk said that they are still at work."""
    request.session.modified = True
    return HttpResponse(status=204)
