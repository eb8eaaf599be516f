"""The pages of the second factor: the door that asks for a code, and setting one up.

Codes, recovery codes and their checks are django-allauth's; the pages bear the desk's permissions.
"""

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import IndexView as FactorsView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView

from desk.review.access import needs, public
from desk.review.roles import VIEW

ask_code = public(AuthenticateView.as_view())
factors = needs(VIEW)(FactorsView.as_view())
activate = needs(VIEW)(ActivateTOTPView.as_view())
deactivate = needs(VIEW)(DeactivateTOTPView.as_view())
recovery_codes = needs(VIEW)(ViewRecoveryCodesView.as_view())
new_recovery_codes = needs(VIEW)(GenerateRecoveryCodesView.as_view())
password_again = needs(VIEW)(ReauthenticateView.as_view())
code_again = needs(VIEW)(CodeAgainView.as_view())
