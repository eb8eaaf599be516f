"""The web desk's process: waitress on a socket that the supervisor has opened.

Run as ``python -m desk.web SOCKET``.
"""

import os
import socket
import sys

import waitress

from desk.config import current_settings
from desk.logs import log, set_up_logs

_TURN_SECONDS = 0.0005
"""How long one thread computes while another has its answer from the database and waits to go on: it asks often."""


def main(handle: int) -> None:
    """Answer web requests until the supervisor ends this process."""
    settings = current_settings()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  (Django is set up by this import)

    application = get_wsgi_application()
    set_up_logs(settings.log_level, "web")
    sys.setswitchinterval(_TURN_SECONDS)
    log("desk.web").info("web.started")
    waitress.serve(
        application,
        sockets=[socket.socket(fileno=handle)],
        threads=settings.web_threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        trusted_proxy="127.0.0.1" if settings.https else None,
        trusted_proxy_headers={"x-forwarded-proto", "x-forwarded-for"} if settings.https else set(),
        channel_timeout=60,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
