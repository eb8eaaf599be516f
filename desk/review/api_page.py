"""The interface's reference as a page of ours: made from its description, with nothing from elsewhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk.api.v1.description import describe
from desk.review.access import public


@public
def api_page(request: HttpRequest) -> HttpResponse:
    """Every operation with its scope, parameters, body and answers; open to all, as openapi.json is."""
    return render(request, "review/api.html", {"told": describe()})
