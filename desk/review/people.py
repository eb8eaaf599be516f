"""Who is at the desk: the signed-in person as the actor that cases and audit trail know."""

from django.http import HttpRequest

from desk.cases.actor import Actor, actor_of

_KEY = "inlet_actor"


def actor(request: HttpRequest) -> Actor:
    """Give the signed-in person as an actor; looked up once for each request to the server."""
    known = getattr(request, _KEY, None)
    if not isinstance(known, Actor):
        known = actor_of(request.user)
        setattr(request, _KEY, known)
    return known
