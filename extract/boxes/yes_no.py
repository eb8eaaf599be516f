"""Whether a request is urgent where a form asks it as a question: "Urgent?  Yes [ ]  No [ ]"."""

from dataclasses import dataclass, replace

from extract.boxes.choices import mark_before, mark_behind
from extract.boxes.squares import Mark
from extract.fields.values import Sight
from extract.layout import Area, TextLine, Token, around, join
from extract.page.upright import UprightPage
from ingest.pages import PageSource
from terms.names import FieldKind
from terms.values import Candidate, FieldStatus, FieldValue, Source

_URGENT = frozenset({"urgent", "expedited", "expedite", "stat", "rush", "emergent", "expediting"})
_YES, _NO = frozenset({"yes", "y"}), frozenset({"no", "n"})
_LONGEST = 9
"""Most words of the question."""


@dataclass(frozen=True, slots=True)
class _Question:
    line: TextLine
    asked: tuple[Token, ...]
    answers: dict[str, Token]

    @property
    def area(self) -> Area:
        """The whole of it."""
        return around(t.area for t in (*self.asked, *self.answers.values()))


def urgent_answer(sight: Sight, page: UprightPage | None, source: PageSource) -> FieldValue | None:
    """The type of request that the answer to "is it urgent?" gives, None where no page asks it.

    A marked yes is ``urgent``; a marked no is shown as ``routine`` to a person, for it may as well
    be retro. No mark at all is an empty field, two marks or a doubtful one go to a person.
    """
    question = next((q for line in sight.sheet.lines if (q := _question(line))), None)
    if question is None:
        return None
    if len(question.answers) == 1:
        return _written(sight, question, page)
    marks = _marks(sight, question, page, source)
    label = join(question.asked)
    box = sight.sheet.box(question.area)
    origin = Source.MAIL_TEXT if page is None else Source.OCR
    ticked = [answer for answer, mark in marks.items() if mark is not None and mark.ticked]
    clear = [answer for answer, mark in marks.items() if mark is not None and mark.ticked is False]
    if ticked == ["yes"] and clear == ["no"]:
        sure = min(mark.sure for mark in marks.values() if mark is not None)
        return FieldValue("urgent", "Yes", sure, FieldStatus.ACCEPTED, None, box, origin, (), label)
    if ticked == ["no"] and clear == ["yes"]:
        return FieldValue("routine", "No", 0.5, FieldStatus.REVIEW, None, box, origin, (), label)
    if len(clear) == len(marks):
        return FieldValue.missing(box=box, label=label)
    candidates = (Candidate("urgent", 0.5, "the mark is not clear"), Candidate("routine", 0.5, "the mark is not clear"))
    return FieldValue(None, None, 0.0, FieldStatus.REVIEW, None, box, origin, candidates, label)


def _question(line: TextLine) -> _Question | None:
    """The question on a line with the words that answer it, if there is one."""
    texts = ["".join(c for c in t.text.lower() if c.isalpha()) for t in line.tokens]
    for place, text in enumerate(texts):
        if text not in _URGENT:
            continue
        start = max(0, place - _LONGEST)
        first = next((i for i in range(place, start - 1, -1) if i in line.cuts), start)
        answers: dict[str, Token] = {}
        for i in range(place + 1, min(len(texts), place + _LONGEST + 4)):
            said = "yes" if texts[i] in _YES else "no" if texts[i] in _NO else None
            if said and said not in answers:
                answers[said] = line.tokens[i]
        asked = tuple(t for t in line.tokens[first : place + 1] if t.text)
        closed = any(t.colon or "?" in t.text for t in line.tokens[place : place + 6])
        both = len(answers) == 2  # noqa: PLR2004  (yes and no)
        last = both or (len(answers) == 1 and texts[-1] in _YES | _NO and len(texts) - place <= 4)  # noqa: PLR2004
        if answers and last and (closed or both):
            return _Question(line, asked, answers)
    return None


def _marks(sight: Sight, question: _Question, page: UprightPage | None, source: PageSource) -> dict[str, Mark | None]:
    """Each answer's mark, all from the side on which more of them stand."""
    sheet, line = sight.sheet, question.line
    before = {
        said: mark_before(line, [token], token.area, sheet, page, source) for said, token in question.answers.items()
    }
    if page is None or all(before.values()):
        return before
    behind = {said: mark_behind(line, [token], sheet, page) for said, token in question.answers.items()}
    return (
        behind if sum(m is not None for m in behind.values()) > sum(m is not None for m in before.values()) else before
    )


def _written(sight: Sight, question: _Question, page: UprightPage | None) -> FieldValue:
    """A yes or no that is written out behind the question."""
    said, token = next(iter(question.answers.items()))
    read = sight.read(token.area, FieldKind.TEXT, token.text)
    sure = read.status is FieldStatus.ACCEPTED or page is None
    status = FieldStatus.ACCEPTED if sure and said == "yes" else FieldStatus.REVIEW
    value = "urgent" if said == "yes" else "routine"
    return replace(read, value=value, raw=token.text, status=status, candidates=(), label=join(question.asked))
