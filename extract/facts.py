"""What a page says beside its fields: title, page marks, urgent and retro words, other plans."""

import re
from collections.abc import Iterable

from extract.labels.label import Labels
from extract.layout import Sheet, TextLine, join
from terms.reference import CaseReference

_PAGE_OF = re.compile(
    r"\bpage\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b|(?<![\d/.-])(\d{1,2})\s*/\s*(\d{1,2})(?![\d/.-])", re.IGNORECASE
)
_URGENT = re.compile(r"\b(?:urgent(?:ly)?|expedite[d]?|stat|asap|rush|emergent)\b", re.IGNORECASE)
_NOT_URGENT = re.compile(r"\b(?:non|not|if)[\s-]*urgent|urgent care|emergency room|is it urgent", re.IGNORECASE)
_RETRO = re.compile(r"\bretro(?:spective|active)?(?:ly)?\b", re.IGNORECASE)
_EMERGENCY = re.compile(r"\bemergen(?:cy|t)\b", re.IGNORECASE)
_CLINICAL = re.compile(
    r"\b(?:history of|diagnosed with|presents with|assessment|physical exam\w*|chief complaint|subjective|objective|medical(?:ly)? necess\w+|unable to|prognosis|complains of|vital signs|impression|medications?:|h\s*&\s*p|progress note|plan of care|ambulat\w+|spo2|saturation|gait|pain|falls?|symptoms?|functional|decline|difficulty|transfers?|chronic|cannot|requires?|required for|stable on|limits?|worsen\w+|weakness|mobility|severe|moderate|surgery|injury|hospital(?:ized|ization)?|discharged?)\b",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)  # fmt: skip
_PLANS = re.compile(
    r"\b(?:anthem|blue (?:cross|shield)|kaiser(?: permanente)?|health ?net|molina|la care|l\.a\. care|inland empire health|partnership health(?:plan)?|santa clara family|aetna|cigna|united ?health(?:care)?|humana|centene|calviva|caloptima|contra costa health plan|san francisco health plan|central california alliance|scan health)\b",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)  # fmt: skip
_REFERENCE = re.compile(r"\b([0-9A-Z]{4})\s?[-\u2010-\u2015]\s?([0-9A-Z]{4})\b", re.IGNORECASE)
"""What a reference of ours may look like; its check sign tells it from other people's numbers."""
_INSTRUCTION = re.compile(
    r"\b(?:please|must|this form|completed? form|incomplete|supporting|decisions? on|approval is not|payment|timeframe|fields? marked|fax)\b",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)
_PRINTED_RULE = re.compile(
    r"\b(?:timeframe|jeopardi\w+|within|hours? of|(?:calendar|business|working) days|routine|standard|definition|requests (?:are|is)|select|check (?:one|box)|policy|only if)\b",  # noqa: E501  (a pattern, read as one line)
    re.IGNORECASE,
)
"""What a form says of urgent or retro requests in general, which asks for nothing."""
_PLAN_NAME = re.compile(
    r"\b(?!Alameda|The )((?:[A-Z][\w&'-]+ ){1,4}(?:Health ?Plan|Insurance Company|Health Insurance|Managed Care))\b"
)
_TITLE_TOP = 0.3


def page_facts(sheet: Sheet, found: Labels, option_words: frozenset[int]) -> dict[str, str]:
    """Give the facts of a page (see :mod:`extract.reading`); ``option_words`` belong to check boxes."""
    facts: dict[str, str] = {}
    texts = [(line, join([t for t in line.tokens if t.word not in option_words])) for line in sheet.lines]
    whole = "\n".join(text for _, text in texts)
    title = _title(sheet, found)
    if title:
        facts["page.title"] = title
    mark = _page_mark(texts, sheet)
    if mark:
        facts["page.of"] = mark
    if any(_says(_URGENT, text) and not _PRINTED_RULE.search(text) for _, text in texts):
        facts["text.urgent"] = "yes"
    if any(_RETRO.search(text) and not _PRINTED_RULE.search(text) for _, text in texts):
        facts["text.retro"] = "yes"
    if _EMERGENCY.search(re.sub(r"emergency (?:contact|room|dept|department)", "", whole, flags=re.IGNORECASE)):
        facts["text.emergency"] = "yes"
    running = " ".join(text for line, text in texts if _is_running(line, text))
    if len({m.group().lower() for m in _CLINICAL.finditer(running)}) >= 2:  # noqa: PLR2004  (one word may be chance)
        facts["text.clinical"] = "yes"
    top = "\n".join(text for line, text in texts if line.area.bottom < _TITLE_TOP * sheet.height)
    plan = _PLANS.search(top) or _PLAN_NAME.search(top)
    if plan:
        facts["plan.name"] = plan.group()
    parsed = (CaseReference.parse("".join(match.groups())) for match in _REFERENCE.finditer(whole))
    references = {str(reference) for reference in parsed if reference}
    if len(references) == 1:
        facts["reference"] = references.pop()
    foot = [text for line, text in texts if line.area.top > 0.94 * sheet.height]
    if foot:
        facts["form.footer"] = " ".join(foot)[:200]
    return facts


def _is_running(line: TextLine, text: str) -> bool:
    """A line of a sentence about somebody, not an instruction printed on a form."""
    return len(line.tokens) >= 7 and not _INSTRUCTION.search(text)  # noqa: PLR2004  (a label with its value is shorter)


def _says(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(_NOT_URGENT.sub(" ", text)))


def _title(sheet: Sheet, found: Labels) -> str | None:
    """The largest line near the top that is no label; capitals count as larger."""
    labelled = {label.line for label in found.labels}
    best, most = None, 0.0
    for number, line in enumerate(sheet.lines):
        if line.area.top > _TITLE_TOP * sheet.height:
            break
        text = join(line.tokens)
        letters = [c for c in text if c.isalpha()]
        if number in labelled or len(letters) < 4 or len(line.tokens) > 12:  # noqa: PLR2004  (a title's length)
            continue
        weight = line.area.height * (1.2 if text.isupper() else 1.0) - 0.01 * line.area.top
        if weight > most:
            best, most = text, weight
    return best


def _page_mark(texts: Iterable[tuple[TextLine, str]], sheet: Sheet) -> str | None:
    for line, text in texts:
        edge = line.area.top > 0.9 * sheet.height or line.area.bottom < 0.1 * sheet.height
        for match in _PAGE_OF.finditer(text):
            page, pages = (int(g) for g in match.groups() if g is not None)
            spelled = match.group(1) is not None
            if 1 <= page <= pages <= 60 and (spelled or (edge and len(text) < 140)):  # noqa: PLR2004  (a fax's length)
                return f"{page}/{pages}"
    return None
