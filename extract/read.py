"""Read one page: from its source to everything that stands on it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from extract.barcode import read_reference
from extract.combs import find_combs
from extract.errors import ExtractError
from extract.fields.page import SheetReading, read_sheet
from extract.fields.values import Picture, Sight, Text
from extract.forms.known import prepare_known
from extract.forms.reading import read_known
from extract.illegible import illegible_fields
from extract.labels.broken import mended
from extract.labels.second_wording import reworded
from extract.layout import lay_out
from extract.page.agree import text_agrees
from extract.page.upright import Rules, UprightPage, upright_png
from extract.page.words import read_words
from extract.reading import PageReading
from extract.source import form_words, mail_words
from ingest.pages import PageSource
from terms.document import Word
from terms.names import TextSource
from terms.values import FieldValue, Source

_WIDE, _HIGH = 1734, 2244
"""Size of a page without a picture, in pixels: US letter at 204 dpi."""
_READABLE = 0.25
_STREAK = 0.82
"""Share of a page's height from which an upright line is no form's own."""


def read_page(source: PageSource, *, received_on: dt.date, upright_to: Path | None = None) -> PageReading:
    """Read a page: words, fields, service lines, diagnoses and facts.

    ``received_on`` bounds two-digit years (a birth date does not lie after it). The upright display
    picture is written to ``upright_to`` if the page has a picture. A page that cannot be read comes
    back with its ``problem``; nothing is raised for what stands on a page.
    """
    if source.text_source is TextSource.MAIL_TEXT or (source.image is None and source.text):
        return _read_mail(source, received_on)
    try:
        page, known = prepare_known(source)
    except ExtractError as error:
        problem = source.problem or error.as_problem()
        return PageReading(source.number, 0, None, TextSource.NONE, None, problem=problem)
    if upright_to is not None:
        upright_png(page, upright_to)
    has_text = _has_text(source, page)
    is_trusted = has_text and text_agrees(page, source.words, source.form_values)
    if known is not None and not is_trusted:
        form = read_known(known, page, received_on, _form_rules(page))
        return _disputed(_reading(source, page, form.sheet, form.words, TextSource.OCR), has_text=has_text)
    words, text_source = _words(source, page, is_trusted=is_trusted)
    rules, combs = _form_rules(page), find_combs(page.ink)
    if text_source is TextSource.OCR:
        words = reworded(words, page, rules, combs)
    sheet = mended(lay_out(words, page.width, page.height, rules, combs))
    sight: Sight
    if text_source is TextSource.OCR:
        sight = Picture(sheet, page, received_on)
    else:
        kind = Source.FORM_VALUES if text_source is TextSource.FORM_VALUES else Source.TEXT_LAYER
        sight = Text(sheet, source.number, kind, received_on)
    reading = _reading(source, page, read_sheet(sight, page, source), words, text_source)
    return _disputed(reading, has_text=has_text and not is_trusted)


def _disputed(reading: PageReading, *, has_text: bool) -> PageReading:
    """Note on the reading of a picture that the page's own text says something else."""
    return replace(reading, facts={**reading.facts, "text.disputed": "yes"}) if has_text else reading


def _reading(
    source: PageSource, page: UprightPage, read: SheetReading, words: tuple[Word, ...], text_source: TextSource
) -> PageReading:
    facts = dict(read.facts) | _header_facts(page)
    reference = read_reference(page.image)
    if reference is not None:
        facts["reference"] = reference
    if page.is_blank and not words:
        facts["blank"] = "yes"
    elif not words or page.legibility < _READABLE:
        facts["unreadable"] = "yes"
    if text_source is TextSource.OCR and (lost := illegible_fields(page, read.fields, read.lines, read.diagnoses)):
        facts["illegible"] = ",".join(lost)
    return PageReading(
        number=source.number,
        rotation=page.rotation,
        form=read.form,
        text_source=text_source,
        legibility=page.legibility,
        words=words,
        fields={name: _placed(value, source.number) for name, value in read.fields.items()},
        lines=read.lines,
        diagnoses=tuple(_placed(value, source.number) for value in read.diagnoses),
        facts=facts,
        problem=source.problem,
    )


def _placed(value: FieldValue, number: int) -> FieldValue:
    return value if value.page == number else replace(value, page=number)


def _words(source: PageSource, page: UprightPage, *, is_trusted: bool) -> tuple[tuple[Word, ...], TextSource]:
    """The page's words: its text layer and form values where they are what a person sees, else OCR."""
    if is_trusted:
        typed = form_words(source.form_values)
        if typed:
            return (*source.words, *typed), TextSource.FORM_VALUES
        return source.words, TextSource.TEXT_LAYER
    return read_words(page), TextSource.OCR


def _has_text(source: PageSource, page: UprightPage) -> bool:
    """Say whether a page brings text of its own that stands upright."""
    has_text = source.text_source in {TextSource.TEXT_LAYER, TextSource.FORM_VALUES} and page.rotation == 0
    return has_text and bool(source.words or source.form_values)


def _form_rules(page: UprightPage) -> Rules:
    """The ruling lines that a form printed: streaks of a scanner run the page's whole height and part nothing."""
    kept = tuple(
        rule
        for rule in page.rules.vertical
        if rule.length < _STREAK * page.height
        and not (
            rule.length > 0.5 * _STREAK * page.height
            and any(min(rule.x0, rule.x1) - 9 <= x <= max(rule.x0, rule.x1) + 9 for x in page.faults.streaks)
        )
    )
    return Rules(page.rules.horizontal, kept)


def _read_mail(source: PageSource, received_on: dt.date) -> PageReading:
    words: Sequence[Word] = mail_words(source.text or "", _WIDE, _HIGH)
    sheet = lay_out(words, _WIDE, _HIGH)
    sight = Text(sheet, source.number, Source.MAIL_TEXT, received_on)
    read = read_sheet(sight, None, source)
    return PageReading(
        number=source.number,
        rotation=0,
        form=read.form,
        text_source=TextSource.MAIL_TEXT,
        legibility=None,
        words=tuple(words),
        fields={name: _unplaced(value, source.number) for name, value in read.fields.items()},
        lines=tuple(line.changed(lambda value: _unplaced(value, source.number)) for line in read.lines),
        diagnoses=tuple(_unplaced(value, source.number) for value in read.diagnoses),
        facts=read.facts,
        problem=source.problem,
    )


def _unplaced(value: FieldValue, number: int) -> FieldValue:
    """A value of a mail, whose words have places only while it is read."""
    return replace(value, page=number, box=None)


def _header_facts(page: UprightPage) -> dict[str, str]:
    header = page.header
    if header is None:
        return {}
    facts = {"header.line": header.text}
    if header.sender:
        facts["header.sender"] = header.sender
    if header.stamp:
        facts["header.date"] = header.stamp
    if header.page is not None:
        facts["header.page"] = str(header.page)
    if header.pages is not None:
        facts["header.pages"] = str(header.pages)
    return facts
