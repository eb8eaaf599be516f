"""What every answer tells the browser: run nothing but our own files, keep nothing, frame nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
"""The Content-Security-Policy of pages: no inline script, no inline style, no other host."""

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
"""The policy of files that came in: even opened as a document they can do nothing."""

_DENIED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


class HeadersMiddleware:
    """Adds the security headers that an answer does not set itself; static files may be cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with policy, no-store and the rest; everything here is about patients."""
        response = self.get_response(request)
        defaults = {
            "Content-Security-Policy": PAGE_POLICY,
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
            "X-Robots-Tag": "noindex, nofollow",
        }
        for name, value in defaults.items():
            if name not in response:
                response[name] = value
        return response
