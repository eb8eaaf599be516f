"""Every address of the desk. Each view says what permission it needs; tests walk this table."""

from django.urls import URLPattern, URLResolver, path, register_converter

from desk.api import arrivals as api_arrivals
from desk.review import (
    arrange,
    arrivals,
    corrections,
    day,
    files,
    look_up,
    mail_drafts,
    nights,
    pointing,
    quarantine,
    queue,
    request_page,
    second_factor,
    signin,
    sources,
    trouble,
    upload,
)
from desk.review.admin_site import site
from desk.review.day_in_address import Day

register_converter(Day, "day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("queue/rows/", queue.queue_rows, name="queue-rows"),
    path("queue/next/", queue.next_request, name="next"),
    path("requests/<str:reference>/", request_page.request_page, name="request"),
    path("requests/<str:reference>/panel/", request_page.request_panel, name="request-panel"),
    path("requests/<str:reference>/claim/", corrections.claim_request, name="claim"),
    path("requests/<str:reference>/correct/", corrections.correct_value, name="correct"),
    path("requests/<str:reference>/remove/", corrections.remove_row, name="remove"),
    path("requests/<str:reference>/release/", corrections.release_request, name="release"),
    path("requests/<str:reference>/pages/", arrange.arrange, name="arrange"),
    path("requests/<str:reference>/pages/act/", arrange.arrange_act, name="arrange-act"),
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("arrivals/rows/", arrivals.arrival_rows, name="arrival-rows"),
    path("arrivals/<int:pk>/", arrivals.arrival_page, name="arrival"),
    path("arrivals/<int:pk>/original/", files.original, name="original"),
    path("arrivals/<int:pk>/read-again/", quarantine.read_arrival_again, name="read-again"),
    path("arrivals/<int:pk>/settle/", quarantine.dismiss_arrival, name="settle"),
    path("arrivals/<int:pk>/undo-dismiss/", quarantine.undo_dismiss_arrival, name="undo-dismiss"),
    path("arrivals/<int:pk>/to-clerk/", quarantine.arrival_to_clerk, name="to-clerk"),
    path("arrivals/<int:pk>/answer.eml", mail_drafts.mail_draft_file, name="mail-draft"),
    path("arrivals/<int:pk>/answer/", mail_drafts.settle_mail_draft, name="settle-mail-draft"),
    path("arrivals/<int:pk>/replace/", quarantine.replace_arrival, name="replace"),
    path("arrivals/<int:pk>/not-the-same/", quarantine.arrival_is_its_own, name="not-the-same"),
    path("upload/", upload.upload, name="upload"),
    path("sources/", sources.sources, name="sources"),
    path("sources/rows/", sources.source_rows, name="source-rows"),
    path("api/arrivals", api_arrivals.arrivals, name="api-arrivals"),
    path("api/arrivals/<int:pk>", api_arrivals.arrival, name="api-arrival"),
    path("pages/<int:pk>/image/", files.page_image, name="page-image"),
    path("pages/<int:pk>/words/", files.page_words, name="page-words"),
    path("pages/<int:pk>/read/", pointing.read_place, name="read-place"),
    path("pages/<int:pk>/ready/", pointing.get_ready, name="get-ready"),
    path("notices/<int:pk>/pdf/", files.notice_pdf, name="notice-pdf"),
    path("notices/<int:pk>/verify/", corrections.verify_notice, name="verify-notice"),
    path("day/", day.day, name="day"),
    path("nights/", nights.nights, name="nights"),
    path("nights/prove/", nights.prove, name="prove-night"),
    path("nights/clear/", nights.clear_difference, name="clear-difference"),
    path("nights/let-stand/", nights.let_stand, name="let-stand"),
    path("nights/<day:day>/", nights.night, name="night"),
    path("nights/<day:day>/<str:form>/", nights.night_file, name="night-file"),
    path("look-up/<str:kind>/", look_up.look_up, name="look-up"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-in/", signin.sign_in, name="account_login"),  # the name under which allauth knows it
    path("sign-in/code/", second_factor.ask_code, name="mfa_authenticate"),
    path("sign-in/password-again/", second_factor.password_again, name="account_reauthenticate"),
    path("sign-in/code-again/", second_factor.code_again, name="mfa_reauthenticate"),
    path("sign-in/cancelled/", signin.cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/with/<str:provider_id>/", signin.by_provider, name="openid_connect_login"),
    path("sign-in/with/<str:provider_id>/callback/", signin.from_provider, name="openid_connect_callback"),
    path("second-factor/", second_factor.factors, name="mfa_index"),
    path("second-factor/set-up/", second_factor.activate, name="mfa_activate_totp"),
    path("second-factor/remove/", second_factor.deactivate, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", second_factor.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("still-here/", signin.still_here, name="still-here"),
    path("admin/", site.urls),
]

handler400 = trouble.bad_request
handler403 = trouble.forbidden
handler404 = trouble.not_found
handler500 = trouble.failed
