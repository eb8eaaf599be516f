"""The type of request from boxes that stand behind their words, are printed thick or were torn on the way."""

import datetime as dt

import cv2
import numpy as np

from extract.boxes.choices import Choices, read_choices
from extract.fields.values import Text
from extract.layout import lay_out
from extract.page.prepare import prepare_image
from extract.page.upright import Grey
from ingest.pages import PageSource
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.values import FieldStatus, Source

_WIDE, _HIGH = 1728, 2200
_SIDE = 26
Place = tuple[int, int, str]


def _read(words: list[Place], boxes: list[tuple[int, int]], crossed: int, *, torn: int | None = None) -> Choices:
    """The choices of a page with words (left, baseline, text) and boxes (left, top), one of them crossed."""
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    for i, (x, y) in enumerate(boxes):
        cv2.rectangle(paper, (x, y), (x + _SIDE, y + _SIDE), 0, 3)
        if i == torn:
            paper[y - 2 : y + _SIDE + 3, x - 2 : x + _SIDE + 3] = 255  # all four edges are lost
        if i == crossed:
            cv2.line(paper, (x + 5, y + 5), (x + _SIDE - 5, y + _SIDE - 5), 0, 4)
            cv2.line(paper, (x + _SIDE - 5, y + 5), (x + 5, y + _SIDE - 5), 0, 4)
    return _choices(paper, words)


def _choices(
    paper: Grey, words: list[Place], drawn: list[Place] | None = None, *, down_to: dict[str, int] | None = None
) -> Choices:
    """The choices of a page with boxes drawn, on which ``drawn`` is written and read as ``words``.

    ``down_to`` gives words whose place was found to reach further down than their letters.
    """
    for left, base, text in drawn or words:
        cv2.putText(paper, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    page = prepare_image(paper, 204, 204)
    found: list[Word] = []
    for left, base, text in words:
        x = float(left)
        for word in text.split():
            (wide, high), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 2)
            low = (down_to or {}).get(word, base)
            found.append(Word(word, Box(x / _WIDE, (base - high) / _HIGH, (x + wide) / _WIDE, low / _HIGH), 0.99))
            x += wide + 16
    sight = Text(lay_out(found, page.width, page.height), 1, Source.TEXT_LAYER, dt.date(2026, 11, 16))
    return read_choices(sight, page, PageSource(1, "page 1", None, 204, 204, text_source=TextSource.OCR))


def test_boxes_behind_words_that_are_explained() -> None:
    """A box behind "Standard (decision within 7 days)" is that option's, not the next one's."""
    words = [
        (100, 300, "Urgent"),
        (330, 300, "Standard (decision within 7 days)"),
        (1000, 300, "Retro"),
    ]
    choices = _read(words, [(212, 276), (856, 276), (1096, 276)], crossed=1)
    value = choices.fields["request.type"]
    assert (value.value, value.status) == ("routine", FieldStatus.ACCEPTED)


def test_a_torn_box_in_a_column_of_boxes_is_for_a_person_if_it_holds_ink() -> None:
    """Where nothing is ticked and one box was torn by the line, that one may be the ticked one."""
    words = [(150, 300, "Routine Request"), (150, 370, "Urgent Request"), (150, 440, "Retro Request")]
    boxes = [(100, 276), (100, 346), (100, 416)]
    value = _read(words, boxes, crossed=0, torn=0).fields["request.type"]
    assert (value.value, value.status) == ("routine", FieldStatus.REVIEW)


def test_a_group_without_a_mark_is_missing() -> None:
    """Boxes that are seen and empty say that nobody chose."""
    words = [(150, 300, "Routine Request"), (150, 370, "Urgent Request"), (150, 440, "Retro Request")]
    boxes = [(100, 276), (100, 346), (100, 416)]
    assert _read(words, boxes, crossed=9).fields["request.type"].status is FieldStatus.MISSING


def test_a_torn_box_beside_a_crossed_one_is_seen_as_empty() -> None:
    """Boxes of which an edge was lost are known by where the whole one stands, so that the cross counts."""
    words = [(150, 300, "Routine Request"), (150, 370, "Urgent Request"), (150, 440, "Retro Request")]
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    cv2.rectangle(paper, (100, 276), (100 + _SIDE, 276 + _SIDE), 0, 2)
    cv2.line(paper, (105, 281), (95 + _SIDE, 271 + _SIDE), 0, 4)
    for top in (346, 416):
        cv2.line(paper, (100, top), (100, top + _SIDE), 0, 2)
        cv2.line(paper, (100, top + _SIDE), (100 + _SIDE, top + _SIDE), 0, 2)
        cv2.line(paper, (100 + _SIDE, top), (100 + _SIDE, top + 14), 0, 2)
    value = _choices(paper, words).fields["request.type"]
    assert (value.value, value.status) == ("routine", FieldStatus.ACCEPTED)


def test_a_button_read_as_the_first_letter_of_its_option() -> None:
    """A button and a word that were read as one, "OUrgent": the button stands before the word."""
    words = [(180, 300, "Routine Request"), (480, 300, "OUrgent Request")]
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    for x in (155, 490):
        cv2.circle(paper, (x, 290), 11, 0, 2)
    cv2.circle(paper, (490, 290), 6, 0, -1)
    value = _choices(paper, words, drawn=[(180, 300, "Routine Request"), (506, 300, "Urgent Request")]).fields[
        "request.type"
    ]
    assert value.value == "urgent"


def test_empty_boxes_with_thick_edges_beside_a_crossed_one() -> None:
    """Edges that came out thick hold ink, but none of it in the middle: those boxes are empty."""
    words = [(150, 300, "Routine Request"), (150, 370, "Urgent Request"), (150, 440, "Retro Request")]
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    for top in (276, 346, 416):
        cv2.rectangle(paper, (100, top), (100 + _SIDE, top + _SIDE), 0, 9)
    cv2.line(paper, (105, 281), (95 + _SIDE, 271 + _SIDE), 0, 4)
    cv2.line(paper, (95 + _SIDE, 281), (105, 271 + _SIDE), 0, 4)
    value = _choices(paper, words).fields["request.type"]
    assert (value.value, value.status) == ("routine", FieldStatus.ACCEPTED)


def test_boxes_in_a_row_belong_to_the_words_they_stand_nearer_to() -> None:
    """With a box between every two options the white on either side says whose it is."""
    words = [(140, 300, "Routine"), (440, 300, "Urgent"), (740, 300, "Retro")]
    choices = _read(words, [(100, 276), (400, 276), (700, 276)], crossed=1)
    assert choices.fields["request.type"].value == "urgent"


def test_an_emergency_contact_is_no_type_of_request() -> None:
    """Two wordings for the same are one option, and a person to call is none."""
    words = [(150, 300, "Elective / Routine"), (150, 370, "Urgent"), (150, 440, "Emergency Contact")]
    choices = _read(words, [(100, 276), (100, 346)], crossed=0)
    assert choices.fields["request.type"].value == "routine"
    assert choices.facts["type.boxes"] == "routine"


def test_a_marked_box_before_a_misread_word_is_for_a_person() -> None:
    """Where no known option is marked and a box before other words of the row is, one of the options was misread."""
    words = [(150, 300, "Routine"), (450, 300, "urent"), (750, 300, "Retro")]
    choices = _read(words, [(100, 276), (400, 276), (700, 276)], crossed=1)
    value = choices.fields["request.type"]
    assert (value.value, value.status) == ("urgent", FieldStatus.REVIEW)
    assert choices.facts["type.doubtful"] == "urgent"


def test_an_empty_box_before_other_words_says_nothing() -> None:
    """A box of something else in the row leaves an empty group empty, and so does a marked one before the group."""
    words = [(150, 300, "Callback"), (450, 300, "Routine"), (750, 300, "Retro"), (1050, 300, "Interpreter")]
    boxes = [(100, 276), (400, 276), (700, 276), (1000, 276)]
    assert _read(words, boxes, crossed=9).fields["request.type"].status is FieldStatus.MISSING
    assert _read(words, boxes, crossed=0).fields["request.type"].status is FieldStatus.MISSING


def test_the_medication_box_may_say_how_fast_in_its_own_words() -> None:
    """One box "Medication (PAD) - Urgent" is a type of its own beside "PAD Routine"."""
    words = [
        (150, 300, "Routine"), (550, 300, "Urgent"), (950, 300, "Retro"),
        (150, 360, "Standing referral"), (550, 360, "PAD Routine"), (950, 360, "Medication (PAD) - Urgent"),
    ]  # fmt: skip
    boxes = [(x, y) for y in (276, 336) for x in (100, 500, 900)]
    value = _read(words, boxes, crossed=5).fields["request.type"]
    assert (value.value, value.status) == ("pad_urgent", FieldStatus.ACCEPTED)
    value = _read(words, boxes, crossed=4).fields["request.type"]
    assert (value.value, value.status) == ("pad_routine", FieldStatus.ACCEPTED)


def test_an_option_that_the_fax_joined_to_the_line_below_is_for_a_person() -> None:
    """The box of the line below lies before the middle of both lines: nobody may take it for the upper option's."""
    words = [(150, 300, "Routine"), (550, 300, "Urgent"), (150, 340, "Retro"), (550, 340, "Home visit")]
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    for x, y in ((100, 276), (100, 316), (500, 316)):
        cv2.rectangle(paper, (x, y), (x + _SIDE, y + _SIDE), 0, 3)
    for one, other in (((505, 321), (521, 337)), ((521, 321), (505, 337))):
        cv2.line(paper, one, other, 0, 4)
    joined = _choices(paper.copy(), words[:3], words, down_to={"Urgent": 345})
    value = joined.fields["request.type"]
    assert (value.value, value.status) == ("urgent", FieldStatus.REVIEW)
    assert joined.facts["type.boxes"] == ""


def test_a_letter_before_a_word_is_no_box() -> None:
    """Something far smaller than the option's letters, or the part of a word before it, is no marked box of it."""
    paper = np.full((_HIGH, _WIDE), 255, np.uint8)
    cv2.rectangle(paper, (120, 282), (134, 296), 0, 2)
    cv2.rectangle(paper, (125, 287), (129, 291), 0, -1)
    cv2.rectangle(paper, (100, 476), (100 + _SIDE, 476 + _SIDE), 0, 3)
    options = [(150, 300, "Standard"), (150, 500, "Urgent")]
    box = _choices(paper.copy(), options).fields["request.type"]
    assert (box.value, box.status) == ("routine", FieldStatus.ACCEPTED)
    large = _choices(paper.copy(), options, down_to={"Standard": 320}).fields["request.type"]
    assert large.status is FieldStatus.REVIEW
    word = _choices(paper.copy(), [(96, 300, "KHR"), *options], options)
    assert "request.type" not in word.fields or word.fields["request.type"].status is not FieldStatus.ACCEPTED
