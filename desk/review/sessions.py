"""Sessions in the database, as Django keeps them, found by a prepared query (every answer asks for one)."""

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from desk.records.prepared import Prepared

_IN_FORCE = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, dt.datetime)


class SessionStore(db.SessionStore):
    """One session."""

    def _get_session_from_db(self) -> Session | None:
        found = _IN_FORCE.models(self.session_key, timezone.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None
