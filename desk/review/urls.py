"""Every address of the desk. Each view says what permission it needs; tests walk this table."""

from django.urls import URLPattern, URLResolver, path

from desk.api import arrivals as api_arrivals
from desk.review import (
    arrange,
    arrivals,
    corrections,
    day,
    files,
    look_up,
    mail_drafts,
    pointing,
    quarantine,
    queue,
    request_page,
    signin,
    sources,
    trouble,
    upload,
)
from desk.review.admin_site import site

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
    path("look-up/<str:kind>/", look_up.look_up, name="look-up"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("still-here/", signin.still_here, name="still-here"),
    path("admin/", site.urls),
]

handler400 = trouble.bad_request
handler403 = trouble.forbidden
handler404 = trouble.not_found
handler500 = trouble.failed
