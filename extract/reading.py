"""What one page says: the value that extract hands to classify and that the desk stores.

Facts
-----
``PageReading.facts`` holds, as strings, what a page says beside its fields. A fact that does not
apply is absent; nobody relies on an order.

====================  =============================================================================
``page.title``        the page's title as printed (largest heading near the top), one line
``page.of``           the form's own page mark, ``"2/5"`` (page 2 of 5)
``form.footer``       form id or edition line at the foot of the page, as printed
``header.line``       the sending machine's line at the top edge, as read
``header.sender``     the sender's number in that line, E.164
``header.date``       the date in that line, ISO 8601
``header.page``       the page number in that line
``header.pages``      the number of pages in that line
``type.boxes``        every ticked box of the type-of-request group, ``"routine,urgent"``; ``""``
                      when the group is on the page and nothing in it is ticked
``type.doubtful``     boxes of that group whose mark is not clear, same form
``boxes.ticked``      labels of the other ticked check boxes, joined by ``" | "``
``text.urgent``       ``"yes"``: urgent, expedited, STAT, ASAP … stands outside the type group
``text.retro``        ``"yes"``: RETRO or "retrospective" stands outside the type group
``text.emergency``    ``"yes"``: an emergency is spoken of (needed by the retro rule)
``text.clinical``     ``"yes"``: running text argues the need (history, diagnosis, assessment)
``plan.name``         another health plan's name found in the title or header, as printed
``handwriting``       ``"yes"``: some field's ink looks written by hand
``signature``         ``"yes"`` or ``"no"``: a signature line is on the page and has ink or not
``text.disputed``     ``"yes"``: the file's own text is not what the picture shows; the picture was read
``blank``             ``"yes"``: no words and no ink to speak of
``unreadable``        ``"yes"``: ink, but nothing that reads as words
``illegible``         fields whose ink is so far gone that only a new fax can mend them, comma
                      separated: ``"member.id,line[0].code,diagnosis[1]"``
``unsettled``         fields without a value that may stand on the page all the same (something on it is
                      explained by nothing), comma separated: ``"member.phone,request.type"``
``cover.to``          cover sheet: whom it is addressed to
``cover.from``        cover sheet: who sent it
``cover.pages``       cover sheet: number of pages announced
``cover.subject``     cover sheet: the "Re:" line
``mail.subject``      subject of the mail whose body this is
``contact.name``      office contact person
``facility.name``     requesting facility
``coverage.other``    other coverage named (Medicare, Commercial …)
``provider.tax_id``   requesting provider's tax id, digits only
``reference``         an Inlet reference printed on the page (a reply to one of our notices)
====================  =============================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from terms.document import Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import TextSource
from terms.requests import Line
from terms.values import FieldValue


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything read on one page of an arrival.

    ``number`` is the 1-based page of the arrival; ``rotation`` the clockwise degrees (0, 90, 180,
    270) that made it upright; ``form`` a known form's ``id@edition`` or ``None``; ``legibility``
    0 to 1, ``None`` where nothing was looked at as a picture. ``fields`` holds the canonical
    fields whose value or label stands on this page: a label with nothing beside it is a missing
    value with page, box and label; a field that the page does not have is not in the mapping.
    All boxes are fractions of the upright page. ``facts`` is described at the top of this module.
    """

    number: int
    rotation: int
    form: str | None
    text_source: TextSource
    legibility: float | None
    words: tuple[Word, ...] = ()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    diagnoses: tuple[FieldValue, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def text(self) -> str:
        """The page's words in reading order, joined by spaces."""
        return " ".join(word.text for word in self.words)

    def value(self, name: str) -> str | None:
        """The value of a field in normal form, or ``None``."""
        found = self.fields.get(name)
        return found.value if found else None

    def to_record(self) -> dict[str, object]:
        """Give the storable form: plain JSON values, nothing lost but the fifth decimal of boxes."""
        return {
            "number": self.number,
            "rotation": self.rotation,
            "form": self.form,
            "text_source": self.text_source.value,
            "legibility": self.legibility,
            "words": [[w.text, w.box.to_json(), round(w.confidence, 3)] for w in self.words],
            "fields": {name: value.to_record() for name, value in self.fields.items()},
            "lines": [line.to_record() for line in self.lines],
            "diagnoses": [value.to_record() for value in self.diagnoses],
            "facts": dict(self.facts),
            "problem": self.problem.to_json() if self.problem else None,
        }

    @classmethod
    def from_record(cls, data: Mapping[str, object]) -> "PageReading":
        """Rebuild a reading from :meth:`to_record`'s form."""
        words, fields, lines = data["words"], data["fields"], data["lines"]
        diagnoses, facts, problem = data["diagnoses"], data["facts"], data["problem"]
        form, legibility = data["form"], data["legibility"]
        assert isinstance(words, list)
        assert isinstance(fields, dict)
        assert isinstance(lines, list)
        assert isinstance(diagnoses, list)
        assert isinstance(facts, dict)
        assert problem is None or isinstance(problem, dict)
        return cls(
            number=int(str(data["number"])),
            rotation=int(str(data["rotation"])),
            form=None if form is None else str(form),
            text_source=TextSource(str(data["text_source"])),
            legibility=None if legibility is None else float(str(legibility)),
            words=tuple(Word(text, Box.from_json(box), confidence) for text, box, confidence in words),
            fields={str(name): FieldValue.from_json(value) for name, value in fields.items()},
            lines=tuple(Line.from_record(line) for line in lines),
            diagnoses=tuple(FieldValue.from_json(value) for value in diagnoses),
            facts={str(key): str(value) for key, value in facts.items()},
            problem=Problem.from_json(problem) if problem else None,
        )
