"""The report as files that people keep."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable

import pdfplumber
import pytest
from openpyxl import load_workbook

from reconcile.report.charts import Level, Span, bars, charts_of, intervals, levels
from reconcile.report.files import to_csv, to_json, to_pdf, to_xlsx
from reconcile.report.values import NightReport

Make = Callable[..., NightReport]
SOME = ("lose_fax", "overdue", "deliver_unverified", "no_ack")


@pytest.fixture(scope="module")
def report(report_of: Make) -> NightReport:
    """A night with four differences open."""
    return report_of(*SOME)


def test_first_page_says_what_a_supervisor_needs(report: NightReport) -> None:
    """Whether it is proven, the sum, the worst items with who clears them: all on page one, nothing cut off."""
    with pdfplumber.open(io.BytesIO(to_pdf(report, organisation="Alameda Alliance for Health"))) as pdf:
        text = pdf.pages[0].extract_text()
    assert "Not proven." in text
    assert report.headline in text
    assert "In = processed + duplicates + quarantined + in progress" in text
    for words in ("received not ingested", "overdue", "delivered unverified", "privacy officer", "supervisor"):
        assert words in text
    assert text.count("Arrivals a day") <= 1


def test_same_report_gives_the_same_pdf(report: NightReport) -> None:
    """A night printed twice is the same file, so a kept one can be compared."""
    assert to_pdf(report, organisation="Plan") == to_pdf(report, organisation="Plan")


def test_quiet_night_says_so(report_of: Make) -> None:
    """Without differences the report is proven and says that nothing is open."""
    quiet = report_of()
    assert quiet.is_proven
    assert "nothing is open" in quiet.headline
    with pdfplumber.open(io.BytesIO(to_pdf(quiet, organisation="Plan"))) as pdf:
        assert "Proven." in pdf.pages[0].extract_text()


def test_missing_ledger_is_never_proven(report_of: Make) -> None:
    """When a log could not be read nothing is proven, however quiet the rest is."""
    blind = report_of(missing=("the log of line chme-orders is not there",))
    assert not blind.is_proven
    assert "1 ledger could not be read" in blind.headline


def test_workbook_has_real_dates_and_numbers(report: NightReport) -> None:
    """Dates are dates, counts are numbers, shares are shares; an analyst need convert nothing."""
    book = load_workbook(io.BytesIO(to_xlsx(report)))
    assert book.sheetnames[:3] == ["Sums", "Open items", "Cleared"]
    items = book["Open items"]
    heading = [cell.value for cell in items[1]]
    first = dict(zip(heading, items[2], strict=True))
    assert isinstance(first["Since"].value, dt.datetime)
    assert isinstance(first["First night"].value, dt.datetime)
    assert first["First night"].number_format == "yyyy-mm-dd"
    assert isinstance(first["Age (hours)"].value, int | float)
    turnaround = book["Turnaround"]
    heading = [cell.value for cell in turnaround[1]]
    row = dict(zip(heading, turnaround[2], strict=True))
    assert row["Approved share"].number_format == "0.0%"
    assert 0 <= row["Approved share"].value <= 1
    assert items.freeze_panes == "A2"


def test_words_that_look_like_formulas_stay_words(report: NightReport) -> None:
    """What somebody typed as a reason is never run by a spreadsheet."""
    cell = next(row[3] for row in load_workbook(io.BytesIO(to_xlsx(report)))["Cleared"].iter_rows(min_row=2))
    assert cell.value == "=HYPERLINK(called)"
    assert cell.data_type == "s"


def test_csv_lists_every_open_item(report: NightReport) -> None:
    """One line for each open difference, with the heading of the workbook."""
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    assert {row["What"] for row in rows} == {
        "received not ingested",
        "overdue",
        "delivered unverified",
        "handed over unacknowledged",
    }
    assert len(rows) == len(report.night.open)


def test_json_holds_the_whole_report(report: NightReport) -> None:
    """A program finds the sums, each open item and the measures."""
    data = json.loads(to_json(report))
    assert data["proven"] is False
    assert len(data["night"]["open"]) == len(SOME)
    assert data["measures"]["by_urgency"][0]["median_hours"] > 0


def test_charts_hold_their_figures_in_words(report: NightReport) -> None:
    """Each chart can be read without seeing it, and has neither style nor script."""
    charts = charts_of(report)
    assert set(charts) == {"volume", "age", "automation", "delivery"}
    for svg in charts.values():
        assert "<desc>" in svg
        assert "style" not in svg
        assert "<script" not in svg


def test_chart_of_nothing_is_drawn() -> None:
    """A chart without a single count has an axis and no bars."""
    svg = bars("Nothing", ["1", "2"], {"open": [0, 0]})
    assert "<rect" not in svg
    assert "<line" in svg


def test_lying_bars_say_their_figures_and_escape_names() -> None:
    """Each row's length is its share of the longest; names and figures are words; a stranger's name is no markup."""
    rows = [Level("<b>Kim</b>", {"released": 3, "corrected": 1}, "3 + 1"), Level("Lou", {"released": 2}, "2")]
    svg = levels("Done today", rows, words={"released": "liberadas"})
    assert "<b>" not in svg
    assert "<desc>&lt;b&gt;Kim&lt;/b&gt;: 3 + 1; Lou: 2</desc>" in svg
    assert ">liberadas</text>" in svg
    assert svg.count('height="14"') == 3
    widths = [float(found) for found in re.findall(r'width="([0-9.]+)" height="14"', svg)]
    assert widths[0] == pytest.approx(3 * widths[1], abs=0.2)
    assert widths[2] == pytest.approx(2 * widths[1], abs=0.2)
    assert "<rect" not in levels("Nobody", [])


def test_intervals_stand_against_the_target() -> None:
    """A dot inside its line; what reaches too far ends at the edge; the target's stroke lies at its share."""
    rows = [
        Span("Names", 0.02, 0.01, 0.04, "missed", "2.0%"),
        Span("Dates", 0.0, 0.0, 0.5, "more samples needed", "0.0%"),
    ]
    svg = intervals("Wrong", rows, 0.005, "target")
    drawn = re.findall(r'<line x1="([0-9.]+)" y1="\d+" x2="([0-9.]+)" y2="\d+" st', svg)
    lines = [tuple(map(float, found)) for found in drawn]
    dots = [float(found) for found in re.findall(r'cx="([0-9.]+)"', svg)]
    target = float(re.findall(r'<line x1="([0-9.]+)"[^>]*dasharray', svg)[0])
    assert lines[0][0] < dots[0] < lines[0][1] <= lines[1][1]
    assert lines[1][1] - lines[1][0] == pytest.approx(10 * (target - lines[1][0]), abs=0.5)
    assert dots[1] < target < dots[0]


def test_the_usual_is_a_stroke_over_each_bar() -> None:
    """Where more usually comes than came, the scale still holds it."""
    svg = bars("Arrivals", ["1", "2"], {"open": [1, 0]}, usual=("usual", [4.0, 0.0]))
    assert svg.count('stroke-width="2"') == 2
    assert ">usual</text>" in svg
    assert ">4</text>" in svg
