"""Mails taken apart, whatever carries them: MIME, Outlook's .msg, winmail.dat.

Each reader gives one :class:`ingest.message.content.Content`; :mod:`ingest.message.apart` makes the
reports of it. All of it runs in the decoder's process.
"""
