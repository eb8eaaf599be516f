"""Turns the catalogue into files: draws each sample, sends it its way, and writes the truth beside it."""

import datetime as dt
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader

from samples import mail, phone_line
from samples.catalogue import Spec, orders_of, specs, unverified_npis
from samples.conditions import CONDITIONS, Resolution
from samples.fax_tiff import fax_tiff
from samples.mail_orders import mail_orders
from samples.make_fax import RECEIVED_AT, fax_paper, pages_json
from samples.odd_files import odd_files
from samples.paper import Paper, compose, render
from samples.printed import phone_text
from samples.reference_tables import grid_csv, processors_csv, providers_csv, roster_csv, vendors_csv
from samples.sheet import HEIGHT, WIDTH, Sheet
from samples.truth import Outcome, RequestTruth, request_json

_SCAN_DPI = 200
_PHOTO_DPI = 190
_MAIL_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished sample: its path below ``samples/``, purpose, bytes and expected result."""

    file: str
    purpose: str
    data: bytes
    expected: dict[str, object]


def all_samples(seed: int, line_cache: Path | None = None) -> Iterator[Made]:
    """Make every committed sample in a fixed order.

    Those through the simulated line are left out when ``line_cache`` (where its program is
    compiled) is None.
    """
    fax_of_two = b""
    for number, spec in enumerate(specs(seed)):
        if spec.how == "line" and line_cache is None:
            continue
        data, expected = build(spec, seed, number, line_cache)
        if spec.file == "faxes/pa_form.tif":
            fax_of_two = data
            yield Made(
                "faxes/pa_form_again.tif", "The very same fax a second time", data,
                expected_json("faxes/pa_form_again.tif", Outcome("duplicate", duplicate_of=spec.file), None, []),
            )  # fmt: skip
        yield Made(spec.file, spec.purpose, data, expected)
    for odd in odd_files(seed, fax_of_two):
        requests: list[dict[str, object]] | None = [] if odd.outcome.name == "quarantined" else None
        pages = None if odd.pages is None else list(odd.pages)
        yield Made(odd.file, odd.purpose, odd.data, expected_json(odd.file, odd.outcome, pages, requests))
    for order_mail in mail_orders(seed):
        expected = expected_json(order_mail.file, order_mail.outcome, order_mail.pages, order_mail.requests)
        yield Made(order_mail.file, order_mail.purpose, order_mail.data, expected)


def reference_files(seed: int) -> dict[str, str]:
    """The tables of ``samples/reference/`` by file name."""
    catalogue = specs(seed)
    orders = [*orders_of(catalogue), *(o for m in mail_orders(seed) for o in m.orders)]
    return {
        "grid.csv": grid_csv(),
        "roster.csv": roster_csv(orders, seed),
        "providers.csv": providers_csv(orders, seed, unverified_npis(catalogue)),
        "processors.csv": processors_csv(),
        "vendors.csv": vendors_csv(),
    }


def build(spec: Spec, seed: int, number: int, line_cache: Path | None) -> tuple[bytes, dict[str, object]]:
    """Draw one sample and send it; gives its bytes and its expected result."""
    rng = random.Random(f"{seed}:{spec.file}:paper")
    noise = np.random.default_rng([seed, number])
    paper = compose(spec.parts, rng, fillable=spec.how == "pdf_fillable")
    data = _send(spec, paper, noise, number, line_cache)
    shift = 1 if spec.how.startswith("mail") else 0
    pages = pages_json(paper, spec.turned, shift=shift)
    if shift:
        pages.insert(0, {"number": 1, "kind": "mail_body", "rotation": 0})
    requests = [request_json(t, received_on=RECEIVED_AT.date(), shift=shift) for t in _truths(spec, paper)]
    return data, expected_json(spec.file, spec.outcome, pages, requests, spec)


def expected_json(
    file: str, outcome: Outcome, pages: list[dict[str, object]] | None, requests: list[dict[str, object]] | None,
    spec: Spec | None = None,
) -> dict[str, object]:  # fmt: skip
    """Give the whole expected result of an arrival."""
    return {
        "file": Path(file).name,
        "condition": spec.condition if spec and spec.how == "fax" else None,
        "resolution": spec.resolution if spec and spec.how == "fax" else None,
        "received_at": RECEIVED_AT.isoformat(),
        "outcome": outcome.name,
        "duplicate_of": Path(outcome.duplicate_of).name if outcome.duplicate_of else None,
        "problem": outcome.problem,
        "pages": pages,
        "requests": requests,
    }


def _truths(spec: Spec, paper: Paper) -> list[RequestTruth]:
    result = []
    for index in sorted({p.request for p in spec.parts if p.request is not None}):
        parts = tuple(p for p in paper.parts if p.part.request == index and p.kind != "cover_sheet")
        order = next(p.part.order for p in parts)
        result.append(RequestTruth(order, parts, spec.extra_gaps, spec.urgent_outside))
    return result


def _send(spec: Spec, paper: Paper, noise: np.random.Generator, number: int, line_cache: Path | None) -> bytes:
    if spec.how in {"pdf_text", "pdf_fillable"}:
        return paper.pdf
    if spec.how == "mail_pdf":
        return _mail(spec, number, mail.Attachment("order.pdf", "application/pdf", paper.pdf))
    if spec.how in {"pdf_scan", "jpeg"}:
        return _scanned(paper, noise) if spec.how == "pdf_scan" else _photo(paper, noise)
    fax = _fax(spec, paper, noise, header=spec.how != "line")
    if spec.how == "mail_tiff":
        return _mail(spec, number, mail.Attachment("fax0001.tif", "image/tiff", fax))
    if spec.how == "line":
        assert line_cache is not None
        return _call(fax, spec, line_cache)
    return fax


def _fax(spec: Spec, paper: Paper, noise: np.random.Generator, *, header: bool) -> bytes:
    first = spec.parts[0]
    caller = phone_text(first.order.provider.fax, first.hand)
    condition, resolution = CONDITIONS[spec.condition], Resolution(spec.resolution)
    pages = fax_paper(paper, condition, resolution, noise, caller=caller, turned=spec.turned, header=header)
    return fax_tiff(pages, codec=spec.codec, caller=caller)


def _call(fax: bytes, spec: Spec, line_cache: Path) -> bytes:
    program = phone_line.line_program(line_cache)
    with TemporaryDirectory() as folder:
        source = Path(folder) / "sent.tif"
        source.write_bytes(fax)
        options = ("--res", "fine" if spec.resolution == "fine" else "std", *spec.options)
        return phone_line.call(source, Path(folder), program, options=options).tiff


def _mail(spec: Spec, number: int, attachment: mail.Attachment) -> bytes:
    provider = spec.parts[0].order.provider
    return mail.mail_bytes(
        sender=f"Front desk <orders{number}@clinic.example>",
        to="aaorders@inlet.example",
        subject="New order attached",
        body=f"Hello,\n\nplease find a new equipment order attached.\n\nThank you,\n{provider.clinic}\n",
        sent_at=RECEIVED_AT - _MAIL_HOUR,
        number=number,
        attachments=(attachment,),
    )


def _scanned(paper: Paper, noise: np.random.Generator) -> bytes:
    """A PDF of pictures only, as an office scanner makes it: grey JPEG at 200 dpi."""
    sheet = Sheet.new("Scan")
    for number, grey in enumerate(render(paper.pdf, dpi=_SCAN_DPI)):
        if number:
            sheet.next_page()
        grain = noise.normal(0, 5, grey.shape)
        picture = np.clip(grey.astype(np.float64) * 0.88 + 22 + grain, 0, 255).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(cv2.GaussianBlur(picture, (3, 3), 0).astype(np.uint8)).save(buffer, "JPEG", quality=60)
        sheet.canvas.drawImage(ImageReader(io.BytesIO(buffer.getvalue())), 0, 0, WIDTH, HEIGHT)
    return sheet.pdf()


def _photo(paper: Paper, noise: np.random.Generator) -> bytes:
    """A photograph of a sheet on a desk: perspective, uneven light, grain."""
    grey = render(paper.pdf, dpi=_PHOTO_DPI)[0]
    high, wide = grey.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = corners * 0.94 + noise.uniform(0.008, 0.03, (4, 2)).astype(np.float32) * (wide, high)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    sheet = cv2.warpPerspective(grey, matrix, (wide, high), borderValue=(96, 96, 96, 96))
    light = np.linspace(0.72, 1.0, wide)[None, :] * np.linspace(1.0, 0.86, high)[:, None]
    grain = noise.normal(0, 4, (high, wide))
    lit = np.clip(sheet * light + grain, 0, 255).astype(np.uint8)
    tinted = np.stack([np.clip(lit * factor, 0, 255) for factor in (1.0, 0.97, 0.9)], axis=2).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(tinted).save(buffer, "JPEG", quality=72, dpi=(72, 72))
    return buffer.getvalue()
