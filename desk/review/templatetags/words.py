"""Filters and tags that put states, times and numbers into words."""

import datetime as dt
from collections.abc import Mapping

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from desk.cases.actor import MACHINE
from desk.review import presenting, story
from desk.review.spoken import rule_words
from desk.review.spoken import spoken as _spoken
from terms.names import FieldKind

register = template.Library()


@register.filter
def chip(state: str) -> SafeString:
    """Show a state as a chip: its words, and a look that never is the only sign."""
    words, look = presenting.state_words(state)
    return format_html('<span class="chip {}">{}</span>', look, words)


@register.filter
def state_words(state: str) -> str:
    """Give a state's words alone."""
    return presenting.state_words(state)[0]


@register.filter
def due(value: dt.datetime | None) -> SafeString:
    """Show how long is left, or how late it is, with the very date on hover."""
    words, urgency = presenting.due_words(value, timezone.now())
    if value is None:
        return format_html('<span class="due soft">{}</span>', words)
    return format_html(
        '<time class="due {}" datetime="{}" title="{}">{}</time>', urgency, value.isoformat(), moment(value), words
    )


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Give a moment in the desk's time zone: ``Nov 23, 10:42`` (with the year if it is another)."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{date_format(local, gettext('M j'))}{year}, {local:%H:%M}"


@register.filter
def ago(value: dt.datetime | None) -> str:
    """Give how long ago a moment was: ``12 min``."""
    return "" if value is None else presenting.span(timezone.now() - value)


@register.filter
def percent(value: float | None) -> str:
    """Give a probability as a whole per cent; never 100 unless it is certain."""
    if value is None:
        return ""
    return "100 %" if value >= 1 else f"{min(99, round(value * 100))} %"


@register.filter
def few_codes(codes: str) -> str:
    """Give the first two codes and how many more there are."""
    words = codes.split()
    return " ".join(words[:2]) + (f" +{len(words) - 2}" if len(words) > 2 else "")  # noqa: PLR2004  (two fit)


@register.filter
def page_kind(kind: str) -> str:
    """Give what people call a kind of page."""
    return presenting.page_words(kind)


@register.filter
def rule(name: str) -> str:
    """Give a clock's rule in words: ``routine.7_calendar_days`` is ``7 calendar days (routine)``."""
    return rule_words(name)


@register.filter
def processor(code: str) -> str:
    """Give the name people use for a processor."""
    return presenting.said(presenting.PROCESSOR_WORDS.get(code, code))


@register.filter
def target(name: str) -> str:
    """Give what people call a field, line part or diagnosis."""
    return presenting.label_of(name)


@register.filter
def concept(name: str) -> str:
    """Give what people call what a label asks for."""
    return presenting.said(presenting.CONCEPT_WORDS.get(name, name.replace("_", " ")))


@register.filter
def source_kind(kind: str) -> str:
    """Give what people call a kind of source."""
    return presenting.said(presenting.SOURCE_WORDS.get(kind, kind))


@register.filter
def channel(name: str) -> str:
    """Give what people call a way that papers come."""
    return presenting.said(presenting.CHANNEL_WORDS.get(name, name))


@register.filter
def problem(message: str) -> str:
    """Give a problem's sentence in the language of whoever looks."""
    return _spoken(message)


@register.filter
def notice(kind: str) -> str:
    """Give what people call a kind of notice."""
    return presenting.said(presenting.NOTICE_WORDS.get(kind, kind.replace("_", " ").capitalize()))


@register.filter
def care(kind: str) -> str:
    """Give what people call a kind of decision."""
    return presenting.said(presenting.CARE_WORDS.get(kind, kind))


@register.filter
def way(name: str) -> str:
    """Give what people call a way out."""
    return presenting.said(presenting.WAY_WORDS.get(name, name))


@register.filter
def form_name(name: str) -> str:
    """Give what people call a form, by its id."""
    return presenting.form_words(name)


@register.filter
def language(code: str) -> str:
    """Give the name of a language of letters."""
    return presenting.said(presenting.LANGUAGE_WORDS.get(code, code))


@register.filter
def who(name: str) -> str:
    """Give the name of whoever acted; the machine's is a word."""
    return presenting.said(name) if name == MACHINE.name else name


@register.filter
def kind(name: str) -> str:
    """Give what people call a kind of field."""
    return presenting.kind_words(name)


@register.filter
def at(table: Mapping[str, object], key: str) -> object:
    """Give what a table holds under a key, or nothing."""
    return table.get(key)


@register.filter
def action(name: str) -> str:
    """Give what an audit event's action means."""
    return story.action_words(name)


@register.filter
def phone(value: str) -> str:
    """Give a phone number as printed."""
    return presenting.shown(FieldKind.PHONE, value)


@register.filter
def said(words: object) -> str:
    """Give words that stand in the translations as a whole in the language of whoever looks."""
    return presenting.said(str(words))


@register.filter
def spoken(text: object) -> str:
    """Give a sentence that is stored in English in the language of whoever looks."""
    return _spoken(str(text))
