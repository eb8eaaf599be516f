"""The committed samples: what each arrival is for, and what is in it.

Each entry is a function of the seed alone. Files that carry requests are described as parts on
paper and a way to send them; the odd ones (damaged, empty, protected) are made byte by byte in
:mod:`samples.odd_files`.
"""

import dataclasses
import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from samples.fax_tiff import Codec
from samples.orders import Order, OrderLine, draw_order, line
from samples.paper import Part
from samples.people import broken_npi
from samples.printed import Hand, draw_hand
from samples.truth import ExpectedGap, Outcome

TODAY = dt.date(2026, 11, 16)
LEAD = dt.timedelta(weeks=52)
"""How far ahead the services of plain orders lie: whoever tries the samples later sees none in the past."""
PROCESSED, QUARANTINED = Outcome(), Outcome("quarantined")


@dataclass(frozen=True, slots=True)
class Spec:
    """One sample: its file (below ``samples/``), purpose, papers, way of sending and outcome.

    ``how`` is one of ``fax``, ``pdf_text``, ``pdf_fillable``, ``pdf_scan``, ``jpeg``, ``mail_pdf``,
    ``mail_tiff``, ``line`` (through the simulated telephone line); ``parts`` are drawn in order and
    ``Part.request`` says which request each belongs to.
    """

    file: str
    purpose: str
    parts: tuple[Part, ...]
    how: str = "fax"
    condition: str = "light"
    resolution: str = "fine"
    codec: Codec = "g4"
    turned: frozenset[int] = frozenset()
    outcome: Outcome = PROCESSED
    urgent_outside: bool = False
    extra_gaps: tuple[ExpectedGap, ...] = ()
    options: tuple[str, ...] = ()


def _rng(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed}:{name}")


def _order(rng: random.Random, lines: tuple[OrderLine, ...], diagnoses: tuple[str, ...], **changes: object) -> Order:
    """A drawn order asking for just these lines; a routine request of a directly assigned Medi-Cal member."""
    drawn = draw_order(rng, today=TODAY)
    member = dataclasses.replace(drawn.member, medical_group="DIRECT", line_of_business="MEDI_CAL")
    plain = dataclasses.replace(
        drawn,
        member=member,
        lines=lines,
        diagnoses=diagnoses,
        types=("routine",),
        request_date=TODAY,
        start_date=drawn.start_date + LEAD,
        end_date=drawn.end_date + LEAD if drawn.end_date else None,
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]  # the names are Order's own


def _in_group(order: Order, group: str) -> Order:
    return dataclasses.replace(order, member=dataclasses.replace(order.member, medical_group=group))


def _cover(order: Order, pages: int, comments: str) -> Order:
    """The order with a cover sheet's words typed in."""
    provider = order.provider
    words = {
        "cover.to": "CHME / Alameda Alliance intake",
        "cover.to_fax": "844-583-4049",
        "cover.from": provider.clinic,
        "cover.phone": "-".join((provider.phone[:3], provider.phone[3:6], provider.phone[6:])),
        "cover.fax": "-".join((provider.fax[:3], provider.fax[3:6], provider.fax[6:])),
        "cover.pages": str(pages),
        "cover.subject": "Authorization request",
        "cover.comments": comments,
    }
    return dataclasses.replace(order, typed=(*order.typed, *words.items()))


_WALKER = ("E0143", "NU")
_HANDS = {
    "arial": Hand(font="sans", size=10.5),
    "times": Hand(font="serif", size=11, date_format="plain", phone_format="{a}-{b}-{c}"),
    "courier": Hand(font="mono", size=10, upper=True, phone_format="{a}.{b}.{c}", mark="tick", drift=1.0),
    "verdana": Hand(font="dejavu", size=9.5, date_format="%m-%d-%Y", phone_format="{a}-{b}-{c}", mark="fill"),
    "narrow": Hand(font="narrow", size=11, date_format="%m/%d/%y", icd_point=False, drift=1.0),
    "typewriter": Hand(font="dejavu_mono", size=9, phone_format="({a}){b}-{c}", drift=2.0),
}


def specs(seed: int) -> tuple[Spec, ...]:
    """Every sample that carries paper, in a fixed order; odd files are apart."""
    made = []
    for build in _BUILDERS:
        name = build.__name__.removeprefix("_spec_")
        made.append(build(_rng(seed, name)))
    return tuple(made)


def orders_of(all_specs: tuple[Spec, ...]) -> tuple[Order, ...]:
    """The orders of the plan's own members (for the roster and the directory)."""
    ours = [p.order for s in all_specs for p in s.parts if p.request is not None]
    return tuple(dict.fromkeys(ours))


def unverified_npis(all_specs: tuple[Spec, ...]) -> frozenset[str]:
    """Providers whose fax number the directory has not verified (their notices are held)."""
    held = {"faxes/letter.tif", "faxes/prescription.tif"}
    return frozenset(p.order.provider.npi for s in all_specs if s.file in held for p in s.parts)


def _spec_pa_form(rng: random.Random) -> Spec:
    order = _order(rng, (line("K0003", "RR"),), ("I69.351", "R26.89"))
    return Spec("faxes/pa_form.tif", "Complete PA form, fine", (Part("alliance_pa_short", order, _HANDS["arial"]),))


def _spec_pa_form_standard(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0260", "RR"), line("E0277", "RR")), ("L89.153", "Z74.01"))
    part = Part("alliance_pa_short", order, _HANDS["verdana"])
    return Spec("faxes/pa_form_standard.tif", "PA form at 98 lines an inch", (part,), resolution="standard")


def _spec_pa_form_five_pages(rng: random.Random) -> Spec:
    order = _order(rng, (line("E1390", "RR"), line("E0431", "RR")), ("J96.11", "J44.9"), types=("urgent",))
    part = Part("alliance_pa_2026", order, _HANDS["times"])
    return Spec("faxes/pa_form_five_pages.tif", "The five-page PA form, urgent", (part,), codec="g3_2d")


def _spec_chme_order_gaps(rng: random.Random) -> Spec:
    blank = frozenset({"member.phone", "diagnosis"})
    order = _order(rng, (line(*_WALKER), line("E0156")), ("M17.0",), blank=blank)
    part = Part("chme_order", order, _HANDS["times"])
    return Spec("faxes/chme_order_gaps.tif", "CHME order without member's phone and diagnosis", (part,))


def _spec_chme_order(rng: random.Random) -> Spec:
    order = _in_group(_order(rng, (line("E0260", "RR"), line("E0630", "RR")), ("G82.20",)), "CHCN")
    part = Part("chme_order", order, _HANDS["arial"])
    return Spec("faxes/chme_order.tif", "One-page CHME order, member of a delegated group", (part,), codec="g3")


def _spec_letter(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0470", "RR"), line("E0562")), ("E66.2", "G47.36"))
    part = Part("letter_of_need", order, _HANDS["times"])
    return Spec("faxes/letter.tif", "Physician's letter only; the fax number is not verified", (part,), codec="g3")


def _spec_letter_memo(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0465", "RR"), line("A4624", quantity=90)), ("G12.21", "Z93.0"))
    part = Part("letter_memo", order, _HANDS["verdana"])
    return Spec("faxes/letter_medium.tif", "Letter of another layout on a poor fax", (part,), condition="medium")


def _spec_prescription(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0570"), line("A7003", quantity=2)), ("J45.40",))
    part = Part("prescription", order, _HANDS["narrow"])
    return Spec("faxes/prescription.tif", "Prescription with its indication", (part,))


def _spec_breast_pump(rng: random.Random) -> Spec:
    drawn = draw_order(rng, today=TODAY, kind="breast_pumps")
    order = dataclasses.replace(drawn, lines=(line("E0603", "NU"),), diagnoses=("Z39.1",), types=("routine",))
    return Spec("faxes/breast_pump.tif", "Breast pump request form", (Part("breast_pump", order, _HANDS["arial"]),))


def _spec_cover_and_form(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0601", "RR", "KH"), line("A7034")), ("G47.33",))
    cover = _cover(order, 2, "Please process the attached order. Thank you.")
    parts = (Part("cover_sheet", cover, _HANDS["times"]), Part("chme_order", order, _HANDS["times"]))
    return Spec("faxes/cover_and_form.tif", "Cover sheet and order, two pages", parts)


def _spec_form_and_notes(rng: random.Random) -> Spec:
    order = _order(rng, (line("E1390", "RR"),), ("J84.10", "R09.02"))
    hand = _HANDS["verdana"]
    parts = tuple(Part(what, order, hand) for what in ("alliance_pa_short", "clinical_notes", "test_result"))
    return Spec("faxes/form_and_notes.tif", "PA form with chart notes and a test result", parts)


def _spec_upside_down(rng: random.Random) -> Spec:
    order = _order(rng, (line("K0001", "RR"),), ("S72.001A",))
    part = Part("alliance_pa_short", order, _HANDS["arial"])
    return Spec("faxes/upside_down.tif", "Second page went in upside down", (part,), turned=frozenset({2}))


def _spec_two_members(rng: random.Random) -> Spec:
    first = _order(rng, (line("T4523", quantity=180, unit="/mo"),), ("R32", "G30.9"))
    second = _order(rng, (line("E0244"), line("E0247")), ("Z96.641",), provider=first.provider)
    parts = (Part("chme_order", first, _HANDS["arial"], 0), Part("chme_order", second, _HANDS["arial"], 1))
    return Spec("faxes/two_members.tif", "Orders for two members in one fax", parts)


def _spec_split_lines(rng: random.Random) -> Spec:
    lines = (line(*_WALKER), line("L1970", "RT"), line("V5257", "LT"))
    order = _order(rng, lines, ("G60.0", "H90.3"))
    part = Part("alliance_pa_short", order, _HANDS["times"])
    return Spec("faxes/split_lines.tif", "Walker, ankle orthosis and hearing aid: two processors", (part,))


def _spec_npi_fails(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0105"),), ("R26.81",))
    typed = (("ordering_provider.npi", broken_npi(order.provider.npi, rng)),)
    part = Part("chme_order", dataclasses.replace(order, typed=typed), _HANDS["arial"])
    return Spec("faxes/npi_fails_check.tif", "Ordering provider's NPI with one wrong digit", (part,))


def _spec_urgent_and_routine(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0482", "RR"),), ("G12.21",), types=("routine", "urgent"))
    part = Part("alliance_pa_short", order, _HANDS["arial"])
    return Spec("faxes/urgent_and_routine.tif", "Both boxes ticked: urgent, and a person says which", (part,))


def _spec_urgent_on_cover(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0600", "RR"),), ("J96.12", "Z93.0"))
    cover = _cover(order, 2, "URGENT - hospital discharge tomorrow, please review today!")
    parts = (Part("cover_sheet", cover, _HANDS["arial"]), Part("chme_order", order, _HANDS["arial"]))
    gaps = (ExpectedGap("request.type", "conflict", "clerk"),)
    purpose = "URGENT only on the cover sheet, the form says routine"
    return Spec("faxes/urgent_on_cover.tif", purpose, parts, urgent_outside=True, extra_gaps=gaps)


def _spec_unknown_code(rng: random.Random) -> Spec:
    lines = (line("E1031", description="Rollabout chair with casters"), line(*_WALKER))
    order = _order(rng, lines, ("M16.11",))
    part = Part("alliance_pa_short", order, _HANDS["verdana"])
    return Spec("faxes/unknown_code.tif", "A real code that the grid lacks beside one it has", (part,))


def _spec_other_plan(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0143"),), ("M17.0",))
    part = Part("other_plan", order, _HANDS["arial"], None)
    return Spec("faxes/other_plan.tif", "A form of another plan: no request", (part,), outcome=QUARANTINED)


def _spec_mri_of_group(rng: random.Random) -> Spec:
    item = OrderLine("72148", "MRI lumbar spine without contrast")
    order = _in_group(_order(rng, (item,), ("M54.16",), place="Outpatient Hospital (22)"), "CFMG")
    part = Part("alliance_pa_short", order, _HANDS["times"])
    return Spec("faxes/mri_of_group.tif", "Imaging for a member of a delegated group: belongs to the group", (part,))


def _spec_junk(rng: random.Random) -> Spec:
    part = Part("junk", draw_order(rng, today=TODAY), draw_hand(rng), None)
    return Spec("faxes/junk.tif", "Advertising", (part,), outcome=QUARANTINED)


def _spec_blank(rng: random.Random) -> Spec:
    part = Part("blank", draw_order(rng, today=TODAY), draw_hand(rng), None)
    return Spec("faxes/blank.tif", "A blank page (fed in the wrong side up)", (part,), outcome=QUARANTINED)


def _spec_status_inquiry(rng: random.Random) -> Spec:
    part = Part("status_inquiry", draw_order(rng, today=TODAY), _HANDS["arial"], None)
    return Spec("faxes/status_inquiry.tif", "A question about an earlier request", (part,), outcome=QUARANTINED)


def _spec_fillable_pdf(rng: random.Random) -> Spec:
    order = _order(rng, (line("B4035", quantity=30, unit="/mo"),), ("Z93.1", "R13.12"))
    part = Part("alliance_pa_2026", order, _HANDS["arial"])
    return Spec("faxes/fillable.pdf", "Fillable PDF: values in form fields only", (part,), how="pdf_fillable")


def _spec_text_pdf(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0163"), line("E0240")), ("R29.6", "R54"))
    part = Part("alliance_pa_short", order, _HANDS["arial"])
    return Spec("faxes/text_layer.pdf", "PDF with a text layer", (part,), how="pdf_text")


def _spec_scanned_pdf(rng: random.Random) -> Spec:
    order = _order(rng, (line("A4351", quantity=120, unit="/mo"),), ("N31.9",))
    part = Part("chme_order", order, _HANDS["times"])
    return Spec("faxes/scanned.pdf", "PDF that is a picture only", (part,), how="pdf_scan", condition="clean")


def _spec_photo(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0114", quantity=1),), ("S93.401A",))
    part = Part("chme_order", order, _HANDS["arial"])
    return Spec("faxes/photo.jpg", "A form photographed with a telephone", (part,), how="jpeg")


def _spec_line_good(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0250", "RR"), line("E0910")), ("C79.51", "Z51.5"))
    part = Part("chme_order", order, _HANDS["arial"])
    return Spec("faxes/line_ecm.tif", "Sent over the simulated line with error correction", (part,), how="line")


def _spec_line_bad(rng: random.Random) -> Spec:
    order = _order(rng, (line("K0004", "RR"),), ("G82.20",))
    part = Part("chme_order", order, _HANDS["arial"])
    options = ("--ecm", "0", "--burst", "0.5,8,-8")
    return Spec("faxes/line_bad.tif", "Sent over a bad line without error correction", (part,), how="line",
                options=options)  # fmt: skip


def _spec_mail_pdf(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0148"), line("E0168")), ("E66.01", "M17.0"))
    part = Part("chme_order", order, _HANDS["arial"])
    return Spec("mails/order_with_pdf.eml", "Mail with the order attached as PDF", (part,), how="mail_pdf")


def _spec_mail_tiff(rng: random.Random) -> Spec:
    order = _order(rng, (line("E0621"), line("E0630", "RR")), ("G80.0",))
    part = Part("chme_order", order, _HANDS["times"])
    return Spec("mails/order_with_tiff.eml", "Mail of a fax service with the fax attached as TIFF", (part,),
                how="mail_tiff")  # fmt: skip


_BUILDERS: tuple[Callable[[random.Random], Spec], ...] = (
    _spec_pa_form, _spec_pa_form_standard, _spec_pa_form_five_pages, _spec_chme_order_gaps, _spec_chme_order,
    _spec_letter, _spec_letter_memo, _spec_prescription, _spec_breast_pump, _spec_cover_and_form,
    _spec_form_and_notes, _spec_upside_down, _spec_two_members, _spec_split_lines, _spec_npi_fails,
    _spec_urgent_and_routine, _spec_urgent_on_cover, _spec_unknown_code, _spec_other_plan, _spec_mri_of_group,
    _spec_junk, _spec_blank, _spec_status_inquiry, _spec_fillable_pdf, _spec_text_pdf, _spec_scanned_pdf, _spec_photo,
    _spec_line_good, _spec_line_bad, _spec_mail_pdf, _spec_mail_tiff,
)  # fmt: skip
