"""The evaluation's plan form: sections of underlined blanks with the label left of, or below, the line."""

import random

from bench.reading.canvas import Canvas
from bench.reading.faces import Family, draw_family
from bench.reading.people import Case
from terms.names import RequestType

_TYPE_LABELS: dict[RequestType, tuple[str, ...]] = {
    RequestType.ROUTINE: ("Routine", "Routine request"),
    RequestType.URGENT: ("Urgent", "Urgent / expedited"),
    RequestType.RETRO: ("Retro", "Retrospective"),
    RequestType.STANDING_REFERRAL: ("Standing Referral", "Standing referral"),
    RequestType.PAD_ROUTINE: ("Medication (PAD) - Routine", "PAD Routine"),
    RequestType.PAD_URGENT: ("Medication (PAD) - Urgent", "PAD Urgent"),
}
_LEFT, _RIGHT = 44.0, 568.0
Row = tuple[tuple[str, str, float], ...]
"""Cells of one row: canonical name, label, share of the row's width."""


class PlanForm:
    """One filled page; the wording, order and look are drawn once for the page."""

    def __init__(self, case: Case, rng: random.Random) -> None:
        self.case, self.rng = case, rng
        self.canvas = Canvas()
        self.labels, self.values = draw_family(rng), draw_family(rng)
        self.label_size = rng.uniform(8.0, 9.5)
        self.value_size = rng.uniform(9.0, 12.0)
        self.below = rng.random() < 0.25
        self.y = rng.uniform(44, 56)
        self.pitch = rng.uniform(20.5, 23.5) + (4 if self.below else 0)

    def draw(self) -> Canvas:
        """Print the page."""
        rng = self.rng
        title = rng.choice(
            ("PRIOR AUTHORIZATION REQUEST", "Prior Authorization Request Form", "Request for Prior Authorization")
        )
        self.canvas.text(rng.uniform(120, 180), self.y, title, self.labels, 15, bold=True)
        self.y += 14
        note = rng.choice(
            (
                "Alameda Alliance for Health - fax completed form with clinical notes",
                "Type all entries. Fields with * are required.",
            )
        )
        self.canvas.text(_LEFT, self.y, note, self.labels, 8)
        sections = [self._provider, self._member]
        if rng.random() < 0.5:
            sections.reverse()
        for section in (*sections[:1], self._type, *sections[1:], self._services):
            section()
        self.y += self.pitch
        self.canvas.text(_LEFT, self.y, "Clinical notes attached:", self.labels, self.label_size)
        self.canvas.check_box(_LEFT + 130, self.y, 8, "cross")
        return self.canvas

    def _heading(self, text: str) -> None:
        self.y += 30 if self.below else 20
        if self.rng.random() < 0.5:
            self.canvas.line(_LEFT, self.y - 12, _RIGHT, self.y - 12, weight=1.0)
        self.canvas.text(_LEFT, self.y, text, self.labels, 10.5, bold=True)

    def _row(self, row: Row) -> None:
        self.y += self.pitch
        x = _LEFT
        for name, label, share in row:
            width = (_RIGHT - _LEFT) * share - 10
            self._cell(x, width, name, label)
            x += width + 10

    def _cell(self, x: float, width: float, name: str, label: str) -> None:
        start = x
        if not self.below:
            start = (
                self.canvas.text(x, self.y, label + self.rng.choice((":", ":", "")), self.labels, self.label_size) + 4
            )
        else:
            self.canvas.text(x, self.y + self.label_size, label, self.labels, self.label_size - 1.5)
        self.canvas.line(start, self.y + 2.2, x + width, self.y + 2.2)
        if name:
            self._value(start + self.rng.uniform(2, 8), x + width, name, self.case.printed(name))

    def _value(self, x: float, right: float, name: str, text: str) -> None:
        self.canvas.place(name, (x, self.y - self.value_size, right, self.y + 3))
        if text:
            size = fitted(text, self.values, self.value_size, right - x)
            self.canvas.text(x, self.y, text, self.values, size, name=name)

    def _provider(self) -> None:
        pick = self.rng.choice
        self._heading(pick(("Requesting Provider", "A. Ordering Provider", "ORDERING PRACTITIONER INFORMATION")))
        self._row((("", pick(("Facility", "Practice name")), 1.0),))
        self.canvas.text(_LEFT + 90, self.y, self.case.clinic, self.values, self.value_size)
        self._row(
            (
                ("ordering_provider.name", pick(("Provider name", "Ordering provider")), 0.6),
                ("ordering_provider.npi", pick(("*NPI", "NPI number", "Provider NPI")), 0.4),
            )
        )
        self._row((("ordering_provider.address", pick(("Office address", "*Address")), 1.0),))
        self._row(
            (
                ("ordering_provider.phone", pick(("*Phone", "Office phone", "Telephone")), 0.5),
                ("ordering_provider.fax", pick(("*Fax", "Office fax", "Fax number")), 0.5),
            )
        )

    def _member(self) -> None:
        pick = self.rng.choice
        self._heading(pick(("Member Information", "B. Member", "PATIENT / MEMBER")))
        self._row(
            (
                ("member.last_name", pick(("*Last name", "Member last name")), 0.5),
                ("member.first_name", pick(("*First name", "Member first name")), 0.5),
            )
        )
        self._row(
            (
                ("member.date_of_birth", pick(("*Date of birth", "DOB", "Birth date")), 0.5),
                ("member.id", pick(("*Member ID", "Alliance ID / CIN", "Medi-Cal ID (CIN)")), 0.5),
            )
        )
        self._row((("member.address", pick(("Home address", "*Member address")), 1.0),))
        self._row(
            (
                ("member.phone", pick(("*Member phone", "Home phone")), 0.5),
                ("request.date", pick(("Date of request", "Request date")), 0.5),
            )
        )

    def _type(self) -> None:
        self._heading(self.rng.choice(("Type of Request (select one)", "C. Request type")))
        self.y += self.pitch * 0.8
        mark = self.rng.choice(("cross", "cross", "tick", "fill"))
        x, column = _LEFT + 4, 0
        for kind, labels in _TYPE_LABELS.items():
            self.canvas.check_box(x, self.y, 8.5, mark if kind is self.case.type else "")
            self.canvas.text(x + 13, self.y, self.rng.choice(labels), self.labels, self.label_size)
            x += 178
            column += 1
            if column == 3:
                x, column, self.y = _LEFT + 4, 0, self.y + 15
        if column == 0:
            self.y -= 15

    def _services(self) -> None:
        pick = self.rng.choice
        self._heading(pick(("Services Requested", "D. Diagnosis and Services", "SERVICE INFORMATION")))
        self._row((("diagnoses", pick(("Diagnosis (ICD-10)", "ICD-10 code(s)", "Dx codes")), 1.0),))
        x = _LEFT + 130
        for place, code in enumerate(self.case.diagnoses):
            comma = "," if place + 1 < len(self.case.diagnoses) else ""
            self.canvas.text(x, self.y, code.printed, self.values, self.value_size, name=f"diagnosis.{place}")
            x = self.canvas.text(x, self.y, code.printed + comma, self.values, self.value_size) + 6
        columns = (
            ("code", pick(("HCPCS / CPT", "Code", "Procedure code")), 0.0),
            ("modifier", "Mod", 92.0),
            ("description", pick(("Description", "Item")), 140.0),
            ("quantity", pick(("Qty", "Quantity", "Units")), 440.0),
        )
        self.y += self.pitch
        for _, label, offset in columns:
            self.canvas.text(_LEFT + offset, self.y, label, self.labels, self.label_size, bold=True)
        for place in range(max(3, len(self.case.lines))):
            self.y += self.pitch * 0.9
            for left, right in ((0, 84), (92, 132), (140, 432), (440, 524)):
                self.canvas.line(_LEFT + left, self.y + 2.2, _LEFT + right, self.y + 2.2)
            if place < len(self.case.lines):
                line = self.case.lines[place]
                cells = {
                    "code": line.code.printed,
                    "modifier": " ".join(line.modifiers),
                    "description": line.description,
                    "quantity": line.quantity.printed,
                }
                for key, _, offset in columns:
                    size = fitted(cells[key], self.values, self.value_size, 40 if key == "modifier" else 290)
                    self.canvas.text(
                        _LEFT + offset + 2, self.y, cells[key], self.values, size, name=f"line.{place}.{key}"
                    )


def fitted(text: str, family: Family, size: float, width: float) -> float:
    """Give the largest size up to ``size`` (and at least 7 points) at which ``text`` fits ``width`` points."""
    while size > 7 and float(family.at(size, 72).getlength(text)) > width:
        size -= 0.5
    return size
