"""The mailboxes' part of ``inlet doctor``: each can be reached, signed in to, and opened."""

import contextlib
import dataclasses

from desk.config import Settings
from desk.doctor import Check, Health
from desk.source_settings import SourceKind, SourceSettings
from ingest.mailbox.errors import MailboxError
from ingest.mailbox.signin import sign_in

PATIENCE_SECONDS = 15.0


def check_mailboxes(settings: Settings) -> tuple[Check, ...]:
    """Look into each mailbox; takes nothing, and makes the processed and failed folders where they are missing."""
    return tuple(check_mailbox(source) for source in settings.all_sources if source.kind is SourceKind.IMAP)


def check_mailbox(source: SourceSettings) -> Check:
    """Look into one mailbox."""
    name = f"Mailbox {source.name}"
    account = dataclasses.replace(source.account(), patience_seconds=PATIENCE_SECONDS, command_seconds=PATIENCE_SECONDS)
    try:
        with contextlib.closing(sign_in(account)) as session:
            count = session.select().count
            left = session.messages_in(account.failed)
    except MailboxError as error:
        found, _, remedy = str(error).partition(". ")
        return Check(name, Health.FAULT, found, remedy)
    if left:
        remedy = f"Open them with a mail program, put in what matters, and take them out of {account.failed}."
        return Check(name, Health.WARNING, f"messages that could not be fetched: {left}", remedy)
    return Check(name, Health.OK, f"signed in; messages that wait: {count}")
