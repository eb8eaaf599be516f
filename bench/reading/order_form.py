"""The evaluation's order form: boxes with a small label in the corner and a ruled table of items."""

import itertools
import random

from bench.reading.canvas import Canvas
from bench.reading.faces import draw_family
from bench.reading.people import Case
from bench.reading.plan_form import fitted
from terms.names import RequestType

_LEFT, _RIGHT = 40.0, 572.0
_PRIORITY = ((RequestType.ROUTINE, "Routine"), (RequestType.URGENT, "Urgent"), (RequestType.RETRO, "Retro"))


class OrderForm:
    """One filled page."""

    def __init__(self, case: Case, rng: random.Random) -> None:
        self.case, self.rng = case, rng
        self.canvas = Canvas()
        self.labels, self.values = draw_family(rng), draw_family(rng)
        self.label_size = rng.uniform(6.5, 8.0)
        self.value_size = rng.uniform(9.0, 12.0)
        self.height = rng.uniform(27, 33)
        self.y = 40.0

    def draw(self) -> Canvas:
        """Print the page."""
        pick, case = self.rng.choice, self.case
        title = pick(("DME ORDER FORM", "Equipment & Supply Order", "DURABLE MEDICAL EQUIPMENT ORDER"))
        self.canvas.text(_LEFT, self.y + 14, title, self.labels, 15, bold=True)
        self.canvas.text(_LEFT + 300, self.y + 14, case.clinic, self.labels, 10)
        self.y += 26
        self._row(
            ("member.last_name", pick(("Patient last name", "Pt. last name")), 0.5),
            ("member.first_name", pick(("Patient first name", "Pt. first name")), 0.5),
        )
        self._row(
            ("member.date_of_birth", pick(("DOB", "Birth date", "Pt DOB")), 0.3),
            ("member.id", pick(("Medi-Cal / Alliance ID #", "Insurance ID", "Member ID no.")), 0.4),
            ("member.phone", pick(("Patient phone", "Pt. telephone")), 0.3),
        )
        self._row(("member.address", pick(("Patient address", "Delivery address")), 1.0))
        self._priority()
        self._diagnoses()
        self._table()
        self.y += 8
        self._row(
            ("ordering_provider.name", pick(("Ordering clinician", "Prescriber", "Physician name")), 0.6),
            ("ordering_provider.npi", pick(("NPI", "Clinician NPI", "NPI #")), 0.4),
        )
        self._row(("ordering_provider.address", pick(("Clinic address", "Prescriber address")), 1.0))
        self._row(
            ("ordering_provider.phone", pick(("Clinic phone", "Prescriber phone")), 0.35),
            ("ordering_provider.fax", pick(("Clinic fax", "Prescriber fax", "Return fax")), 0.35),
            ("request.date", pick(("Order date", "Date ordered")), 0.3),
        )
        self.y += 24
        self.canvas.text(
            _LEFT, self.y, pick(("Clinical notes enclosed.", "Chart notes and test results follow.")), self.labels, 9
        )
        return self.canvas

    def _row(self, *cells: tuple[str, str, float]) -> None:
        x = _LEFT
        for name, label, share in cells:
            right = x + (_RIGHT - _LEFT) * share
            self.canvas.box(x, self.y, right, self.y + self.height)
            self.canvas.text(x + 3, self.y + self.label_size + 1, label, self.labels, self.label_size)
            self._value(
                name,
                self.case.printed(name),
                x + self.rng.uniform(5, 14),
                right - 4,
                self.y + self.height - self.rng.uniform(4, 6),
            )
            x = right
        self.y += self.height

    def _value(self, name: str, text: str, x: float, right: float, y: float) -> None:
        self.canvas.place(name, (x, y - self.value_size, right, y + 3))
        if text:
            self.canvas.text(x, y, text, self.values, fitted(text, self.values, self.value_size, right - x), name=name)

    def _priority(self) -> None:
        self.canvas.box(_LEFT, self.y, _RIGHT, self.y + 20)
        self.canvas.text(
            _LEFT + 4, self.y + 14, self.rng.choice(("Priority:", "Request type:")), self.labels, 9, bold=True
        )
        x, mark = _LEFT + 110, self.rng.choice(("cross", "tick", "fill"))
        for kind, label in _PRIORITY:
            self.canvas.check_box(x, self.y + 14.5, 8.5, mark if kind is self.case.type else "")
            x = self.canvas.text(x + 13, self.y + 14, label, self.labels, 9.5) + 40
        self.y += 20

    def _diagnoses(self) -> None:
        self.canvas.box(_LEFT, self.y, _RIGHT, self.y + self.height)
        self.canvas.text(
            _LEFT + 3,
            self.y + self.label_size + 1,
            self.rng.choice(("Diagnosis codes (ICD-10)", "ICD-10", "Dx codes")),
            self.labels,
            self.label_size,
        )
        x, y = _LEFT + 10, self.y + self.height - 5
        for place, code in enumerate(self.case.diagnoses):
            self.canvas.text(x, y, code.printed, self.values, self.value_size, name=f"diagnosis.{place}")
            x += 90
        self.y += self.height

    def _table(self) -> None:
        columns = (
            (0.0, "code", self.rng.choice(("HCPCS", "Item code"))),
            (80.0, "description", "Description"),
            (350.0, "modifier", "Modifiers"),
            (440.0, "quantity", self.rng.choice(("Qty", "Quantity"))),
        )
        edges = (0.0, 80.0, 350.0, 440.0, _RIGHT - _LEFT)
        rows = max(3, len(self.case.lines)) + 1
        pitch = self.rng.uniform(18, 22)
        for row in range(rows):
            for left, right in itertools.pairwise(edges):
                self.canvas.box(_LEFT + left, self.y, _LEFT + right, self.y + pitch)
            base = self.y + pitch - 5.5
            line = self.case.lines[row - 1] if 0 < row <= len(self.case.lines) else None
            for offset, key, label in columns:
                if row == 0:
                    self.canvas.text(_LEFT + offset + 4, base, label, self.labels, 8.5, bold=True)
                elif line:
                    cell = {
                        "code": line.code.printed,
                        "description": line.description,
                        "modifier": ", ".join(line.modifiers),
                        "quantity": line.quantity.printed,
                    }[key]
                    size = fitted(cell, self.values, self.value_size, 260 if key == "description" else 76)
                    self.canvas.text(_LEFT + offset + 4, base, cell, self.values, size, name=f"line.{row - 1}.{key}")
            self.y += pitch
