"""The one form of every answer: JSON, and for trouble always ``{"error": {"kind", "message", "retry"}}``."""

from collections.abc import Mapping

from django.http import JsonResponse

from terms.errors import Problem


def answer(data: Mapping[str, object], *, status: int = 200) -> JsonResponse:
    """Give plain values."""
    return JsonResponse(dict(data), status=status)


def trouble(status: int, problem: Problem, **headers: str) -> JsonResponse:
    """Give a problem: its stable kind, a sentence with the remedy, and whether the same again can help."""
    response = JsonResponse({"error": problem.to_json()}, status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response
