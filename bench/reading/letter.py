"""The evaluation's letter: letterhead, a Re: block or none, running text, a list of items, a signature block."""

import random

from bench.reading.canvas import Canvas
from bench.reading.faces import draw_family
from bench.reading.people import Case
from terms.names import RequestType

_LEFT, _RIGHT = 72.0, 545.0
_ARGUMENTS = (
    "The patient has had increasing difficulty at home over the past months and conservative measures have not helped.",
    "On examination there is reduced endurance, and the present equipment is worn out and no longer safe to use.",
    "We believe that this equipment is medically necessary and will prevent an avoidable admission.",
    "Recent test results and our chart notes are enclosed with this letter for your review.",
)


class Letter:
    """One page."""

    def __init__(self, case: Case, rng: random.Random) -> None:
        self.case, self.rng = case, rng
        self.canvas = Canvas()
        self.face = draw_family(rng)
        self.head = self.face if rng.random() < 0.5 else draw_family(rng)
        self.size = rng.uniform(10.0, 12.0)
        self.y = 60.0

    def draw(self) -> Canvas:
        """Print the page."""
        case, rng = self.case, self.rng
        self._letterhead()
        self._line("")
        self._value("request.date", "", case.printed("request.date"))
        self._line("")
        self._line("Alameda Alliance for Health, Utilization Management")
        if case.type is RequestType.URGENT:
            self._line(rng.choice(("URGENT REQUEST", "URGENT - please expedite")), bold=True)
        self._line("")
        self._re_block()
        self._line("")
        self._line(rng.choice(("To whom it may concern:", "Dear Reviewer,", "Dear Medical Director:")))
        self._line("")
        items = "item" if len(case.lines) == 1 else "items"
        self._wrapped(f"I am writing to request authorization for the {items} below. {rng.choice(_ARGUMENTS)}")
        self._line("")
        self._items()
        self._line("")
        self._wrapped(" ".join(rng.sample(_ARGUMENTS, 2)))
        self._line("")
        self._line("Sincerely,")
        self.y += 26
        self._value("ordering_provider.name", "", case.printed("ordering_provider.name"))
        self._value(
            "ordering_provider.npi", rng.choice(("NPI: ", "NPI # ", "NPI ")), case.printed("ordering_provider.npi")
        )
        return self.canvas

    def _letterhead(self) -> None:
        case, rng = self.case, self.rng
        self.canvas.text(_LEFT, self.y, case.clinic, self.head, 15, bold=True)
        self.y += 15
        size = self.size - 1
        self.canvas.text(
            _LEFT, self.y, case.printed("ordering_provider.address"), self.head, size, name="ordering_provider.address"
        )
        self.y += 14
        x = _LEFT
        for name, label in (
            ("ordering_provider.phone", rng.choice(("Phone: ", "Tel: ", "Ph "))),
            ("ordering_provider.fax", rng.choice(("Fax: ", "Fax "))),
        ):
            if case.printed(name):
                x = self.canvas.text(x, self.y, label, self.head, size)
                x = self.canvas.text(x, self.y, case.printed(name), self.head, size, name=name) + 20
        self.y += 6
        self.canvas.line(_LEFT, self.y, _RIGHT, self.y)
        self.y += 10

    def _re_block(self) -> None:
        case, pick = self.case, self.rng.choice
        first, last = case.printed("member.first_name"), case.printed("member.last_name")
        x = self.canvas.text(_LEFT, self.y, pick(("RE: ", "Re: ", "Patient: ")), self.face, self.size)
        if pick((True, False)):
            x = self.canvas.text(x, self.y, first, self.face, self.size, name="member.first_name")
            self.canvas.text(x + self.size * 0.3, self.y, last, self.face, self.size, name="member.last_name")
        else:
            x = self.canvas.text(x, self.y, last, self.face, self.size, name="member.last_name")
            x = self.canvas.text(x, self.y, ", ", self.face, self.size)
            self.canvas.text(x, self.y, first, self.face, self.size, name="member.first_name")
        self.y += self.size * 1.35
        self._value(
            "member.date_of_birth", pick(("DOB: ", "Date of birth: ", "D.O.B. ")), case.printed("member.date_of_birth")
        )
        self._value("member.id", pick(("Member ID: ", "Medi-Cal ID: ", "Alliance ID ")), case.printed("member.id"))
        self._value("member.address", "Address: ", case.printed("member.address"))
        self._value("member.phone", pick(("Patient phone: ", "Home phone: ")), case.printed("member.phone"))
        x = self.canvas.text(_LEFT, self.y, pick(("Diagnosis: ", "Dx: ", "ICD-10: ")), self.face, self.size)
        for place, code in enumerate(case.diagnoses):
            self.canvas.text(x, self.y, code.printed, self.face, self.size, name=f"diagnosis.{place}")
            comma = ", " if place + 1 < len(case.diagnoses) else ""
            x = self.canvas.text(x, self.y, code.printed + comma, self.face, self.size)
        self.y += self.size * 1.35

    def _items(self) -> None:
        for place, line in enumerate(self.case.lines):
            x = self.canvas.text(_LEFT + 18, self.y, line.code.printed, self.face, self.size, name=f"line.{place}.code")
            if line.modifiers:
                x = self.canvas.text(
                    x + 4, self.y, " ".join(line.modifiers), self.face, self.size, name=f"line.{place}.modifier"
                )
            x = self.canvas.text(
                x + 8, self.y, line.description, self.face, self.size, name=f"line.{place}.description"
            )
            x = self.canvas.text(x, self.y, self.rng.choice((", qty ", ", quantity ", " x ")), self.face, self.size)
            self.canvas.text(x, self.y, line.quantity.printed, self.face, self.size, name=f"line.{place}.quantity")
            self.y += self.size * 1.4

    def _value(self, name: str, label: str, text: str) -> None:
        if not text:
            return
        x = self.canvas.text(_LEFT, self.y, label, self.face, self.size) if label else _LEFT
        self.canvas.text(x, self.y, text, self.face, self.size, name=name)
        self.y += self.size * 1.35

    def _line(self, text: str, *, bold: bool = False) -> None:
        if text:
            self.canvas.text(_LEFT, self.y, text, self.face, self.size, bold=bold)
        self.y += self.size * 1.35

    def _wrapped(self, text: str) -> None:
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if float(self.face.at(self.size, 72).getlength(longer)) > _RIGHT - _LEFT:
                self._line(line)
                line = word
            else:
                line = longer
        self._line(line)
