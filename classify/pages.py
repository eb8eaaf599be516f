"""What a page is: its own title and words first, the shape of what was read next, and ``unknown`` as an answer.

The weights are data (``tables/page_kinds.toml``). Where they leave a page unknown or have little to say,
the trained classifier of ``classify.kinds`` is asked; what neither is sure of stays unknown. Nothing here
reads the names or numbers of people.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from classify.kinds.opinion import opinion
from classify.phrases import holds, plain, region
from classify.tables import TABLES
from extract.reading import PageReading
from terms.names import PageKind, TextSource

_TABLE = TABLES / "page_kinds.toml"
_TITLE, _TOP = 2.0, 1.5
_TOP_THIRD = 0.34
_HEADER_LINE = 0.02
_FEW_WORDS = 3
_FORM_FIELDS = 6
_ORDER_KINDS = frozenset({
    PageKind.PA_FORM, PageKind.CHME_ORDER, PageKind.BREAST_PUMP_FORM, PageKind.GROUP_FORM, PageKind.OTHER_PLAN_FORM,
})  # fmt: skip
_FORM_KINDS = {
    "alliance": PageKind.PA_FORM,
    "chme": PageKind.CHME_ORDER,
    "breast-pump": PageKind.BREAST_PUMP_FORM,
    "breast_pump": PageKind.BREAST_PUMP_FORM,
    "cfmg": PageKind.GROUP_FORM,
    "chcn": PageKind.GROUP_FORM,
    "cover": PageKind.COVER_SHEET,
}
_PROSE_KINDS = (PageKind.CLINICAL_NOTES, PageKind.TEST_RESULT, PageKind.LETTER, PageKind.PRESCRIPTION)
_FORM_WORDS = ("request form", "order form", "authorization form", "referral form")
_ORDER_FORM_WORDS = (
    "order form", "order sheet", "dme order", "equipment order", "supply order", "supplies order", "written order",
    "certificate of medical necessity", "home medical equipment", "chme",
)  # fmt: skip
"""What heads a supplier's order and no prescription pad: "physician order", or a code with its item, stands on both."""
_PLAN_OF_OURS = ("alameda alliance", "alliance for health", "california home medical equipment", "chme")
_PLAIN_TO_SEE = frozenset({PageKind.BLANK, PageKind.UNREADABLE, PageKind.MAIL_BODY})
_SET_ASIDE = frozenset({PageKind.JUNK, PageKind.AUTO_REPLY})
_CLOSINGS = frozenset({"sincerely", "regards", "respectfully", "truly", "cordially", "thank", "thanks"})
_PLAN_NAME = re.compile(
    r"(?:[A-Z][\w&'\-]+\s+){1,4}(?:Health ?[Pp]lan|HEALTH ?PLAN)\b|\b[A-Z]\w+ (?:members only|MEMBERS ONLY)"
)


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """A page's kind with what spoke for it: phrases and shapes, most telling first.

    ``leaning`` is what the rules lean to, likeliest first and two at most, where they leave a page unknown.
    """

    kind: PageKind
    score: float
    because: tuple[str, ...]
    leaning: tuple[PageKind, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weights:
    enough: float
    lead: float
    sure: float
    phrases: Mapping[PageKind, Mapping[str, float]]


@cache
def _weights() -> _Weights:
    data = tomllib.loads(_TABLE.read_text("utf-8"))
    phrases = {PageKind(name): rows for name, rows in data.items() if isinstance(rows, dict)}
    return _Weights(float(data["enough"]), float(data["lead"]), float(data["sure"]), phrases)


def page_kind(reading: PageReading, *, automatic: bool = False) -> PageKind:
    """What a page is; :attr:`PageKind.UNKNOWN` where nothing speaks clearly.

    ``automatic`` is what the mail's headers say of themselves (:attr:`ingest.pages.MailFacts.auto_submitted`):
    its body is then an automatic reply whatever it says.
    """
    if automatic and reading.text_source is TextSource.MAIL_TEXT:
        return PageKind.AUTO_REPLY
    return judge_page(reading).kind


def page_kinds(readings: Sequence[PageReading], *, automatic: bool = False) -> list[PageKind]:
    """What each page of an arrival is, in the order given: every page by itself, a doubtful first page by its place.

    A first page (by number) that nothing clearly names, that says nothing of a member or a service and that
    looks more like a cover sheet than anything else is one: that is what lies on top of a fax.
    """
    kinds = [page_kind(reading, automatic=automatic) for reading in readings]
    if len(readings) > 1:
        first = min(range(len(readings)), key=lambda place: readings[place].number)
        if kinds[first] is PageKind.UNKNOWN and _tops_a_fax(readings[first]):
            kinds[first] = PageKind.COVER_SHEET
    return kinds


def _tops_a_fax(reading: PageReading) -> bool:
    if reading.lines or any(name.startswith("member.") for name in reading.fields) or not reading.words:
        return False
    leaning = judge_by_rules(reading).leaning
    return PageKind.COVER_SHEET in {*leaning[:1], opinion(reading, leaning=leaning).kind}


def judge_page(reading: PageReading) -> KindVerdict:
    """What a page is and why: by the rules, and by the trained classifier where they are not sure.

    Never raises for anything a page can say.
    """
    verdict = judge_by_rules(reading)
    if not is_weak(verdict) or reading.text_source is TextSource.MAIL_TEXT:
        return verdict
    view = opinion(reading, rules=verdict.kind, leaning=verdict.leaning)
    if view.kind is verdict.kind:
        return verdict
    if view.sure and may_overrule(verdict.kind, view.kind) and _may_be(view.kind, reading):
        return KindVerdict(view.kind, view.probability, (str(view), *verdict.because))
    if verdict.kind is not PageKind.UNKNOWN:
        return verdict
    return KindVerdict(PageKind.UNKNOWN, verdict.score, (*verdict.because, f"{view}, which is not enough"))


def is_weak(verdict: KindVerdict) -> bool:
    """Say whether the rules' verdict is worth a second opinion: unknown, or few signs for it."""
    return verdict.kind not in _PLAIN_TO_SEE and verdict.score < _weights().sure


def may_overrule(rules: PageKind, kind: PageKind) -> bool:
    """Say whether the classifier may name a page so that the rules call otherwise.

    Another plan's printed name outranks the look of the form; between kinds that are set aside nothing is won.
    """
    if rules is PageKind.OTHER_PLAN_FORM:
        return kind not in _ORDER_KINDS
    return not (rules in _SET_ASIDE and kind in _SET_ASIDE)


def _may_be(kind: PageKind, reading: PageReading) -> bool:
    """Say whether the classifier alone may call the page this.

    It sets nothing aside on which a patient, a provider or a service was read, nor gives a page that
    names our plan to another.
    """
    if kind in _SET_ASIDE:
        return not reading.fields and not reading.lines and not reading.diagnoses
    if kind is PageKind.OTHER_PLAN_FORM:
        whole = region(reading.words, 0.0, 1.01)
        return not any(holds(whole, name) for name in _PLAN_OF_OURS)
    return True


def judge_by_rules(reading: PageReading) -> KindVerdict:
    """What a page is and why by the weighted rules alone."""
    facts = reading.facts
    if facts.get("blank") == "yes":
        return KindVerdict(PageKind.BLANK, 1.0, ("no words and no ink",))
    if facts.get("unreadable") == "yes" or (reading.problem is not None and not reading.words):
        return KindVerdict(PageKind.UNREADABLE, 1.0, ("nothing on the page could be read",))
    if not reading.words and not reading.fields and not reading.lines:
        if reading.text_source is TextSource.NONE or reading.legibility == 0:
            return KindVerdict(PageKind.UNREADABLE, 1.0, ("nothing on the page could be read",))
        return KindVerdict(PageKind.BLANK, 1.0, ("no words were found",))
    known = _known_form(reading.form)
    if known is not None:
        return KindVerdict(known, 10.0, (f"known form {reading.form}",))
    return _scored(reading)


def _known_form(form: str | None) -> PageKind | None:
    if form is None:
        return None
    return next((kind for start, kind in _FORM_KINDS.items() if form.startswith(start)), None)


def _scored(reading: PageReading) -> KindVerdict:
    weights = _weights()
    found: dict[PageKind, list[tuple[float, str]]] = {}
    title, top, whole = _texts(reading)
    foot = plain(reading.facts.get("form.footer", ""))
    for kind, phrases in weights.phrases.items():
        said: list[str] = []
        for phrase in sorted(phrases, key=len, reverse=True):
            if any(phrase in longer for longer in said):
                continue
            weight = phrases[phrase]
            if title and holds(title, phrase):
                found.setdefault(kind, []).append((weight * _TITLE, f"title says {phrase!r}"))
            elif foot and kind in _ORDER_KINDS and holds(foot, phrase):
                found.setdefault(kind, []).append((weight * _TITLE, f"foot says {phrase!r}"))
            elif top and holds(top, phrase):
                found.setdefault(kind, []).append((weight * _TOP, f"top says {phrase!r}"))
            elif holds(whole, phrase, fuzzy=False):
                found.setdefault(kind, []).append((weight, f"page says {phrase!r}"))
            else:
                continue
            said.append(phrase)
    _add_shapes(reading, whole, found)
    scores = {kind: sum(weight for weight, _ in parts) for kind, parts in found.items()}
    _settle_rivals(reading, title, top, scores)
    verdict = _best(scores, found, weights)
    if reading.text_source is TextSource.MAIL_TEXT and verdict.kind not in {
        PageKind.AUTO_REPLY, PageKind.STATUS_INQUIRY, PageKind.JUNK,
    }:  # fmt: skip
        return KindVerdict(PageKind.MAIL_BODY, verdict.score, ("the text of a mail", *verdict.because))
    return verdict


def _texts(reading: PageReading) -> tuple[str, str, str]:
    title = plain(" ".join(reading.facts.get(name, "") for name in ("page.title", "mail.subject")))
    if reading.text_source is TextSource.MAIL_TEXT:
        return title, "", plain(reading.text)
    return title, region(reading.words, _HEADER_LINE, _TOP_THIRD), region(reading.words, _HEADER_LINE, 1.01)


def _names_a_plan(reading: PageReading) -> bool:
    """Say whether the top of the page carries some health plan's own name, not just the words."""
    top = " ".join(w.text for w in reading.words if w.box.centre[1] < _TOP_THIRD)
    return _PLAN_NAME.search(f"{reading.facts.get('page.title', '')} | {top}") is not None


def _add_shapes(reading: PageReading, whole: str, found: dict[PageKind, list[tuple[float, str]]]) -> None:
    """What the reading's shape says beside its words."""
    facts = reading.facts
    own_fields = [name for name in reading.fields if not name.startswith("clinical")]
    if "type.boxes" in facts:
        found.setdefault(PageKind.PA_FORM, []).append((2.0, "has a type-of-request group"))
    if "cover.pages" in facts or ("cover.to" in facts and "cover.from" in facts):
        found.setdefault(PageKind.COVER_SHEET, []).append((2.0, "says to, from and how many pages"))
    if "plan.name" in facts and not any(holds(whole, ours, fuzzy=False) for ours in _PLAN_OF_OURS):
        found.setdefault(PageKind.OTHER_PLAN_FORM, []).append((3.0, "another plan's name stands at the top"))
    elif _names_a_plan(reading) and not any(holds(whole, ours) for ours in _PLAN_OF_OURS):
        found.setdefault(PageKind.OTHER_PLAN_FORM, []).append((3.0, "some other health plan stands at the top"))
    words = set(whole.split())
    if {"to", "from", "fax"} <= words and words & {"pages", "page", "pgs"} and not own_fields and not reading.lines:
        found.setdefault(PageKind.COVER_SHEET, []).append((2.5, "names to, from, fax and pages and no patient"))
    if "dear" in words and words & _CLOSINGS:
        found.setdefault(PageKind.LETTER, []).append((3.0, "begins and ends as a letter does"))
    if facts.get("text.clinical") == "yes":
        found.setdefault(PageKind.CLINICAL_NOTES, []).append((1.0, "running text argues the need"))
    if len(own_fields) >= _FORM_FIELDS and reading.lines:
        for kind in (PageKind.PA_FORM, PageKind.CHME_ORDER):
            found.setdefault(kind, []).append((1.0, "has a form's fields and service lines"))


def _settle_rivals(reading: PageReading, title: str, top: str, scores: dict[PageKind, float]) -> None:
    """Where two kinds share words, the stronger sign counts and the weaker is dropped."""
    head = f"{title} {top}"
    foot = plain(reading.facts.get("form.footer", ""))
    if "type.boxes" in reading.facts or any(holds(foot, word) for word in _FORM_WORDS):
        for kind in _PROSE_KINDS:  # a form asks for clinicals and letters in its own words
            scores.pop(kind, None)
    ours = any(holds(head, name) for name in _PLAN_OF_OURS)
    if ours and not reading.facts.get("plan.name"):
        scores.pop(PageKind.OTHER_PLAN_FORM, None)
    forms = {kind: scores[kind] for kind in _ORDER_KINDS if kind in scores}
    if PageKind.OTHER_PLAN_FORM in forms and PageKind.PA_FORM in forms and not ours:
        scores[PageKind.OTHER_PLAN_FORM] += scores.pop(PageKind.PA_FORM)
    elif PageKind.GROUP_FORM in forms and PageKind.PA_FORM in forms and not ours:
        scores[PageKind.GROUP_FORM] += scores.pop(PageKind.PA_FORM)
    fieldless = not reading.fields and not reading.lines
    if PageKind.OTHER_PLAN_FORM in scores and PageKind.PA_FORM not in forms and fieldless:
        scores.pop(PageKind.OTHER_PLAN_FORM)
    if (reading.lines or reading.fields) and PageKind.JUNK in scores:
        scores[PageKind.JUNK] -= 2.0
    _settle_orders(reading, head, scores)


def _settle_orders(reading: PageReading, head: str, scores: dict[PageKind, float]) -> None:
    """A prescription pad that orders equipment is no supplier's form, and whoever orders keeps no record by it."""
    is_rx = scores.get(PageKind.PRESCRIPTION, 0.0) >= _weights().enough
    if is_rx and not any(holds(head, word, fuzzy=False) for word in _ORDER_FORM_WORDS):
        scores.pop(PageKind.CHME_ORDER, None)
    if _orders(reading):
        for kind in (PageKind.CLINICAL_NOTES, PageKind.TEST_RESULT):
            scores.pop(kind, None)


def _orders(reading: PageReading) -> bool:
    """Say whether the page asks for coded services for a member over a provider's number: no record does that."""
    member = reading.value("member.id") or reading.value("member.date_of_birth")
    return bool(member and reading.value("ordering_provider.npi") and any(line.code.value for line in reading.lines))


def _best(
    scores: Mapping[PageKind, float], found: Mapping[PageKind, list[tuple[float, str]]], weights: _Weights
) -> KindVerdict:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0].value))
    leaning = tuple(kind for kind, score in ranked[:2] if score > 0)
    if not ranked or ranked[0][1] < weights.enough:
        return KindVerdict(PageKind.UNKNOWN, ranked[0][1] if ranked else 0.0, ("nothing speaks clearly",), leaning)
    kind, score = ranked[0]
    if len(ranked) > 1 and score - ranked[1][1] < weights.lead:
        rivals = f"could be {kind.value} or {ranked[1][0].value}"
        return KindVerdict(PageKind.UNKNOWN, score, (rivals,), leaning)
    parts = sorted(found.get(kind, ()), key=lambda part: (-part[0], part[1]))
    return KindVerdict(kind, score, tuple(why for _, why in parts[:_FEW_WORDS]))
