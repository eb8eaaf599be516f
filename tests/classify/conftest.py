"""Invented members, pages and requests for the tests of classify."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from classify.grid import GRID_COLUMNS, read_grid
from classify.reference import Reference, load_reference
from classify.roster import LineOfBusiness, MedicalGroup, Member, Roster, build_roster
from classify.sheet import TableInfo, open_csv
from extract.reading import PageReading
from terms.document import Word
from terms.geometry import Box
from terms.names import FIELD_KINDS, TextSource
from terms.requests import Line, RequestValues
from terms.values import FieldStatus, FieldValue, Source

HERE = Path(__file__).parent
RECEIVED = dt.datetime(2026, 11, 16, 18, 0, tzinfo=dt.UTC)  # a Monday, 10:00 in Oakland
COMPLETE = {
    "member.last_name": "Samplewright",
    "member.first_name": "Iris",
    "member.date_of_birth": "1958-03-07",
    "member.id": "91234567A",
    "member.address": "12 Invented Way, Oakland, CA 94601",
    "member.phone": "+15105550142",
    "ordering_provider.name": "Ada Mockingham, MD",
    "ordering_provider.npi": "1234567893",
    "ordering_provider.address": "1 Practice Row, Oakland, CA 94601",
    "ordering_provider.phone": "+15105550100",
    "ordering_provider.fax": "+15105550101",
    "request.type": "routine",
    "clinical.attached": "yes",
}
CINS = {
    MedicalGroup.DIRECT: "91234567A",
    MedicalGroup.CFMG: "92345678C",
    MedicalGroup.CHCN: "93456789D",
    MedicalGroup.KAISER: "94567890E",
}


@dataclass(frozen=True)
class Maker:
    """Makes values, pages and requests; everything not named is complete and accepted."""

    received_at: dt.datetime = RECEIVED

    def value(self, text: str | None, *, page: int = 1, confidence: float = 0.99) -> FieldValue:
        """An accepted value."""
        return FieldValue(text, text, confidence, FieldStatus.ACCEPTED, page, None, Source.OCR)

    def doubtful(self, text: str | None, *, page: int = 1) -> FieldValue:
        """A value that a person must look at."""
        return FieldValue(text, text or "smudge", 0.6, FieldStatus.REVIEW, page, None, Source.OCR)

    def invalid(self, raw: str, *, page: int = 1) -> FieldValue:
        """Read with certainty, and it cannot be right."""
        return FieldValue(None, raw, 0.99, FieldStatus.INVALID, page, None, Source.OCR)

    def blank(self, *, page: int = 1, label: str | None = None) -> FieldValue:
        """A labelled place that was left empty."""
        return FieldValue.missing(page=page, box=Box(0.1, 0.1, 0.4, 0.12), label=label)

    def line(self, code: str | None, *modifiers: str, description: str | None = None, page: int = 1) -> Line:
        """A service line."""
        return Line(
            code=self.value(code, page=page) if code else FieldValue.missing(page=page),
            description=self.value(description, page=page) if description else FieldValue.missing(),
            modifiers=tuple(self.value(m, page=page) for m in modifiers),
        )

    def request(
        self,
        *codes: str | None,
        fields: dict[str, FieldValue | str | None] | None = None,
        lines: tuple[Line, ...] | None = None,
        diagnoses: tuple[FieldValue, ...] | None = None,
        facts: dict[str, str] | None = None,
    ) -> RequestValues:
        """A complete request for ``codes`` with some fields replaced (``None``: left empty)."""
        merged: dict[str, FieldValue] = {name: FieldValue.missing() for name in FIELD_KINDS}
        for name, given in (dict(COMPLETE) | (fields or {})).items():
            if given is None:
                merged[name] = self.blank()
            else:
                merged[name] = given if isinstance(given, FieldValue) else self.value(given)
        return RequestValues(
            pages=(1,),
            fields=merged,
            lines=lines if lines is not None else tuple(self.line(c) for c in codes or ("E0143",)),
            diagnoses=diagnoses if diagnoses is not None else (self.value("M17.11"),),
            facts={"kinds": "1:pa_form", "legibility": "0.900"} | (facts or {}),
        )

    def page(
        self,
        number: int,
        text: str = "",
        *,
        title: str = "",
        fields: dict[str, FieldValue | str] | None = None,
        codes: tuple[str, ...] = (),
        diagnoses: tuple[str, ...] = (),
        facts: dict[str, str] | None = None,
        source: TextSource = TextSource.OCR,
        legibility: float | None = 0.9,
    ) -> PageReading:
        """A page with its words spread from top to bottom."""
        words = f"{title} {text}".split()
        step = 0.9 / max(1, len(words))
        placed = tuple(
            Word(word, Box(0.1, 0.04 + i * step, 0.3, 0.05 + i * step), 0.95) for i, word in enumerate(words)
        )
        return PageReading(
            number=number,
            rotation=0,
            form=None,
            text_source=source,
            legibility=legibility,
            words=placed,
            fields={
                name: replace(v if isinstance(v, FieldValue) else self.value(v), page=number, label=f"Label of {name}")
                for name, v in (fields or {}).items()
            },
            lines=tuple(self.line(code, page=number) for code in codes),
            diagnoses=tuple(self.value(d, page=number) for d in diagnoses),
            facts=({"page.title": title} if title else {}) | (facts or {}),
        )


@pytest.fixture(scope="session")
def make() -> Maker:
    """Makes invented values, pages and requests."""
    return Maker()


def _member(cin: str, group: MedicalGroup, **changes: object) -> Member:
    member = Member(
        cin=cin,
        last_name="Samplewright",
        first_name="Iris",
        date_of_birth=dt.date(1958, 3, 7),
        line_of_business=LineOfBusiness.MEDI_CAL,
        medical_group=group,
        effective_from=dt.date(2019, 1, 1),
    )
    return replace(member, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def roster() -> Roster:
    """One member of each group under the same name, one whose enrolment ended, and another person."""
    members = [_member(cin, group) for group, cin in CINS.items()]
    members.append(_member("95678901F", MedicalGroup.DIRECT, effective_to=dt.date(2026, 1, 31)))
    members.append(
        _member(
            "96789012G", MedicalGroup.DIRECT, last_name="Otherby", first_name="Olaf", date_of_birth=dt.date(1990, 1, 2)
        )
    )
    return build_roster(members, TableInfo("roster", "test", "invented"))


@pytest.fixture(scope="session")
def shipped() -> Reference:
    """The shipped tables: no roster, no directory."""
    return load_reference()


@pytest.fixture(scope="session")
def reference(shipped: Reference, roster: Roster) -> Reference:
    """The shipped tables with the invented roster."""
    return replace(shipped, roster=roster)


@pytest.fixture(scope="session")
def dated(reference: Reference) -> Reference:
    """The roster with a small grid of dated rows, ranges and rows without authorization."""
    sheet = open_csv(HERE / "grid_dated.csv", GRID_COLUMNS)
    return reference.with_grid(read_grid(sheet, TableInfo("grid", "dated", "invented")))
