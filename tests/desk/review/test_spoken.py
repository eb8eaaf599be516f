"""What is stored in English is said in the language of whoever looks."""

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.decide import decide
from classify.reference import Reference, load_reference
from classify.roster import LineOfBusiness, MedicalGroup, Member, build_roster
from classify.sheet import TableInfo
from classify.why import Background, explain, moment
from desk.cases.release import why_not_releasable
from desk.errors import DeskError
from desk.lifecycle import RequestState, Role
from desk.records.models import Request
from desk.review import spoken as module
from desk.review.presenting import sentence
from desk.review.recognising import Pattern, Patterns
from desk.review.rows import rows_of, shown
from desk.review.spoken import rule_words, sentences, spoken
from desk.review.written import SOURCES, Source, messages_in, written
from terms.names import FIELD_KINDS, RequestType
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue
from tests.desk.made_up import RECEIVED, accepted, doubtful, values

ROOT = Path(__file__).resolve().parents[3]
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|of|and|which|with|for|not|by|to|that|this|has|have|look|asked|page|pages|line|code|member"
    r"|provider|request|clerk|would|says|until|from|in|it)\b",
    re.IGNORECASE,
)
"""Words that no Spanish sentence has."""
NAMES = (
    "Children First Medical Group", "Community Health Center Network", "Alliance UM",
    "California Home Medical Equipment", "Medi-Cal", "inlet tables versions", "inlet quality tables",
)  # fmt: skip
"""Proper names and commands, which stay."""
SENTENCES = tuple(dict.fromkeys(sentences()))
_IDS = re.compile(r"\b[\w\[\]]+\.[\w.]+|`\w+`")
"""Ids of rules and fields, which stay too."""
_SLOT = re.compile(r"%\((v\d+)\)s")


def in_spanish(text: str) -> str:
    """The sentence as a Spanish page says it."""
    with translation.override("es"):
        return spoken(text)


def english_in(text: str) -> list[str]:
    """English words that are left in a text."""
    for name in NAMES:
        text = text.replace(name, "")
    return ENGLISH.findall(_IDS.sub("", text))


def _stored(message: str) -> tuple[str, dict[str, str]]:
    """A sentence as it would be stored, with values that are no words."""
    facts = {name: f"Zq{number}x" for number, name in enumerate(_SLOT.findall(message), start=41)}
    return message % facts if facts else message, facts


def test_every_sentence_is_said_in_spanish_with_its_values() -> None:
    """Whatever the values are, each sentence is recognised as stored and nothing English is left but them."""
    wrong = {}
    for message in SENTENCES:
        stored, facts = _stored(message)
        with translation.override("es"):
            expected = gettext(message) % facts if facts else gettext(message)
        said = in_spanish(stored)
        if said != expected or english_in(said) or not all(fact in said for fact in facts.values()):
            wrong[stored] = said
    assert wrong == {}


def test_english_stays_as_it_is() -> None:
    """English pages show what is stored."""
    with translation.override("en-us"):
        assert [stored for stored, _ in map(_stored, SENTENCES) if spoken(stored) != stored] == []


def test_english_pages_look_at_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read, searched or kept for somebody who reads English."""
    monkeypatch.setattr(module, "_spoken", lambda *_: pytest.fail("a pattern was looked at"))
    for language in ("en", "en-us", "en-gb"):
        with translation.override(language):
            assert spoken("The member is assigned to Kaiser; a clerk decides.").startswith("The member")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Put into quarantine by anna: a test",
        "something that a later version writes; look at it.",
        "Vendor <b>of</b> things, and more; and more",
        "<script>alert(1)</script>",
        "%(v0)s is {unsure} %s %",
        "x" * 100_000,
    ],
)
def test_an_unknown_sentence_stays_as_it_is(text: str) -> None:
    """What nobody knows is shown as it is stored, whole."""
    assert in_spanish(text) == text


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_value_is_never_taken_for_anything_else(value: str) -> None:
    """Any value comes out as it went in, or as its translation; nothing breaks, nothing is read as a pattern."""
    said = in_spanish(f"The grid has no row for {value}; a clerk says who looks after it.")
    head, tail = "La tabla de códigos no tiene fila para ", "; un empleado dice quién se ocupa de él."
    assert said.startswith(head)
    assert said.endswith(tail)
    middle = said[len(head) : -len(tail)]
    assert middle in {value, in_spanish(value)} or "," in value or "_" in value or ";" in value


def test_hostile_values_are_escaped() -> None:
    """A value with markup in it stays text on a Spanish page, in the text and in attributes."""
    stored = '"><script>alert(1)</script>" was not found; look for it on the pages before the provider is asked.'
    page = engines["django"].from_string('{% load words %}<p title="{{ text|spoken }}">{{ text|spoken }}</p>')
    with translation.override("es"):
        shown = page.render({"text": stored})
    assert "no se encontró" in shown
    assert "<script>" not in shown
    assert shown.count('"') == 2


def test_labels_kinds_lists_and_sentences_in_a_sentence_are_said_too() -> None:
    """What stands in a sentence and is words is translated, however deep it stands."""
    assert in_spanish("Member ID of line 2 is not certain; compare it with the page.") == (
        "Identificación del afiliado de la línea 2: la lectura no es segura; compárela con la página."
    )
    assert in_spanish("Line 2: HCPCS/CPT code was not found; look for it on the pages before the provider is asked.")[
        :29
    ] == ("Línea 2: Código HCPCS/CPT: no")
    assert "andadores" in in_spanish("CHME looks after walkers for all members in all medical groups.")
    assert in_spanish("Walkers: not managed by CHME; Alliance UM decides (preferred vendor: Ask & Co).") == (
        "Andadores: no lo gestiona CHME; decide Alliance UM (proveedor preferente: Ask & Co)."
    )
    assert "ordinaria, retroactiva" in in_spanish(
        "More than one type of request is marked (routine, retro). Taken by the faster one; say which is meant."
    )
    trace = "identity not_found: the member ID is not in the roster; no birth date to search the roster by"
    assert in_spanish(trace) == (
        "identidad: no encontrada; la identificación del afiliado no está en el padrón; "
        "ninguna fecha de nacimiento con que buscar en el padrón"
    )


def test_moments_and_clock_rules_are_said_in_spanish() -> None:
    """Dates in words are those of the language; a rule has its length and its kind."""
    when = dt.datetime(2026, 11, 24, 0, 58, tzinfo=dt.UTC)
    assert in_spanish(moment(when)) == "lunes 23 de noviembre de 2026, 16:58 (hora del Pacífico)"
    with translation.override("es"):
        assert rule_words("routine.5_business_days") == "5 días hábiles (ordinaria)"
        assert rule_words("pad_routine.medi_cal.24_hours") == "24 horas (medicación (PAD), ordinaria, Medi-Cal)"
        assert rule_words("whatever") == "whatever"
    with translation.override("en-us"):
        assert rule_words("routine.5_business_days") == "5 business days (routine)"
        assert rule_words("pad_routine.medi_cal.24_hours") == "24 hours (pad routine, medi cal)"


def test_an_error_is_a_sentence_whose_names_keep_their_capitals() -> None:
    """Only the first letter is changed for the page, and the sentence is found again with it."""
    error = DeskError("request 2HY3-K7TC was changed by Dana meanwhile (revision 3); load it again")
    text = sentence(error)
    assert text.startswith("Request 2HY3-K7TC was changed by Dana")
    with translation.override("es"):
        assert sentence(error).startswith("Dana cambió entretanto la solicitud 2HY3-K7TC")
    assert in_spanish(text) == "Dana cambió entretanto la solicitud 2HY3-K7TC (revisión 3); cárguela de nuevo"


def test_every_reason_of_a_candidate_can_be_said() -> None:
    """Whatever a reader writes beside a value that it offers stands among the sentences."""
    known = set(SENTENCES)
    lacking = [
        (path.name, reason.value)
        for package in ("extract", "classify", "desk/cases")
        for path in (ROOT / package).rglob("*.py")
        for reason in _reasons_of_candidates(ast.parse(path.read_text("utf-8")))
        if reason.value not in known
    ]
    assert lacking == []


def _reasons_of_candidates(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 2:
            named = node.func.id in {"Candidate", "_candidates"}
            if named and isinstance(node.args[2], ast.Constant):
                yield node.args[2]


def test_sentences_are_read_from_the_code_as_it_writes_them() -> None:
    """Values by place, side by side as one; one message for each wording; no docstrings, tables of signs or tests."""
    code = (
        '"""A docstring of words."""\n'
        '_SIGNS = ("never shown to", "any person")\n'
        "def say(x, n):\n"
        '    """Another docstring."""\n'
        '    if x == "some other value": raise ValueError("for programmers only")\n'
        "    return f\"{x}{n} thing{'s' if n > 1 else ''} at 5 % {x or 'nobody here'}\"\n"
    )
    assert list(messages_in(code, Source("m", frozenset({"_SIGNS"})))) == [
        "%(v0)s things at 5 %% %(v1)s",
        "%(v0)s thing at 5 %% %(v1)s",
        "nobody here",
    ]


def test_a_pattern_gives_its_values_back() -> None:
    """The first values are as short as can be, empty ones included, and the most telling pattern is taken."""
    pattern = Pattern.of("%(v0)s of %(v1)s: 5 %% %(v2)s")
    assert pattern.values("a of b of c: 5 % ") == {"v0": "a", "v1": "b of c", "v2": ""}
    assert pattern.values("a of b: 5 %") is None
    found = Patterns(["%(v0)s is %(v1)s", "%(v0)s is not %(v1)s", "{who} went"]).find("it is not so")
    assert found is not None
    assert found[0].message == "%(v0)s is not %(v1)s"
    assert Pattern.of("{who} went").values("Ana went") == {"who": "Ana"}


@st.composite
def requests(draw: st.DrawFn) -> RequestValues:
    """Requests with anything missing, doubtful, invalid or contradictory."""
    whole = values(
        codes=tuple(draw(st.lists(st.sampled_from(["E0143", "72148", "E1399", "Q9Z9Z", "99213"]), max_size=3)))
    )
    fields = dict(whole.fields)
    states = st.sampled_from(["missing", "doubtful", "empty", "invalid"])
    for name in draw(st.lists(st.sampled_from(sorted(FIELD_KINDS)), max_size=5)):
        fields[name] = {
            "missing": FieldValue.missing(),
            "doubtful": doubtful("smudge", "91234567C"),
            "empty": FieldValue.missing(page=1),
            "invalid": FieldValue(None, "smudge", 0.99, FieldStatus.INVALID, 1),
        }[draw(states)]
    if draw(st.booleans()):
        fields["request.type"] = accepted(draw(st.sampled_from([kind.value for kind in RequestType])))
    dates = st.sampled_from(["2025-01-02", "2026-02-01", "2026-05-01"])
    fields["service.start_date"], fields["service.end_date"] = accepted(draw(dates)), accepted(draw(dates))
    possible = {
        "type.boxes": st.sampled_from(["", "routine", "routine,retro", "urgent"]),
        "type.doubtful": st.just("urgent"),
        "cover.urgent": st.just("yes"),
        "text.retro": st.just("yes"),
        "records_only": st.just("yes"),
        "join.candidates": st.just("2HY3-K7TC"),
        "codes.dropped": st.just("E0143"),
        "codes.extra": st.just("E0156"),
        "unclaimed": st.sampled_from(["line", "diagnosis", "member.phone"]),
        "pages.unread": st.just("2"),
        "pages.short": st.just("2/5"),
        "pages.missing": st.just("3/5"),
        "call.cut": st.just("yes"),
        "other_plan": st.just("yes"),
        "legibility": st.just("0.200"),
        "kinds": st.sampled_from(["1:pa_form", "1:cover_sheet,2:clinical_notes,3:unknown"]),
        "why": st.just("1: opens a request | 2: names nobody; the nearest request's"),
        "borne_out": st.just("member.address:roster"),
        "confirmed.request.type": st.just("yes"),
    }
    names = draw(st.lists(st.sampled_from(sorted(possible)), max_size=6, unique=True))
    facts = dict(whole.facts) | {name: draw(possible[name]) for name in names}
    if draw(st.booleans()):
        facts.pop("text.clinical", None)
        fields["clinical.summary"] = fields["clinical.attached"] = FieldValue.missing()
    diagnoses = draw(st.lists(st.sampled_from(["R26.81", "M17", "Z99.999"]), max_size=2))
    return replace(whole, fields=fields, diagnoses=tuple(map(accepted, diagnoses)), facts=facts)


def _tables() -> tuple[Reference, Reference]:
    shipped = load_reference(None)
    members = [
        Member(cin, last, "Quilla", dt.date(1958, 3, 7), LineOfBusiness.MEDI_CAL, group, dt.date(2019, 1, 1))
        for cin, last, group in (
            ("91234567A", "Sampleton", MedicalGroup.CFMG),
            ("91234567C", "Otherby", MedicalGroup.DIRECT),
        )
    ]
    return shipped, replace(shipped, roster=build_roster(members, TableInfo("roster", "test", "invented")))


TABLES = _tables()


@given(requests(), st.sampled_from([0, 1]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_decided_is_said_in_spanish(said: RequestValues, which: int) -> None:
    """Gaps, reasons, traces and the whole explanation of any request leave no English word on a Spanish page."""
    tables = TABLES[which]
    decision = decide(said, tables, received_at=RECEIVED)
    background = Background(tables, RECEIVED, {1: ("title says XYZ", "has a type-of-request group")})
    told = [gap.message for gap in decision.gaps] + [gap.label for gap in decision.gaps if gap.label]
    for route in (decision.route, *decision.line_routes):
        told += [route.reason, *route.trace]
    for section in explain(said, decision, background)[:-1]:
        told += [section.question, *section.answers]
    left = {text: in_spanish(text) for text in told}
    assert {text: said for text, said in left.items() if english_in(said)} == {}


@pytest.mark.django_db
def test_the_pages_of_a_request_speak_spanish(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Its panel, its row in the queue and the page of reasons; the API and the record stay English."""
    client = signed_in(Role.CLERK)
    english = client.get(f"/requests/{waiting.reference}/").content.decode()
    assert "3 things must be settled by a clerk first." in english
    assert "CHME looks after oxygen and respiratory equipment" in english
    client.post("/language/", {"language": "es"})
    page = client.get(f"/requests/{waiting.reference}/").content.decode()
    assert "Un empleado debe aclarar antes 3 puntos." in page
    assert "Identificación del afiliado: la lectura no es segura; compárela con la página." in page
    assert "CHME se ocupa de oxígeno y equipo respiratorio para todos los afiliados" in page
    assert "5 días hábiles (ordinaria)" in page
    why = client.get(f"/requests/{waiting.reference}/why/").content.decode()
    assert "Debe decidirse a más tardar el" in why
    told = re.findall(r"<(?:p|h2)>([^<]+)</(?:p|h2)>", why)
    assert "¿Para cuándo?" in told
    assert {text: english_in(text) for text in told if english_in(text)} == {}
    (row,) = rows_of([waiting.pk])
    with translation.override("es"):
        assert "CHME se ocupa de" in next(shown([row], waiting.received_at))
    with translation.override("en-us"):
        assert "CHME looks after" in next(shown([row], waiting.received_at))
    stored = Request.objects.get(pk=waiting.pk)
    assert stored.route_reason.startswith("CHME looks after")
    assert stored.gaps.first().message.endswith("compare it with the page.")


@pytest.mark.django_db
def test_a_refusal_is_said_in_spanish(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """What may not be done says why in the clerk's language."""
    client = signed_in(Role.CLERK)
    client.post("/language/", {"language": "es"})
    answer = client.post(f"/requests/{waiting.reference}/release/", {"revision": waiting.revision})
    assert answer.status_code == 409
    assert "Un empleado debe aclarar antes 3 puntos" in answer.content.decode()
    assert why_not_releasable(waiting) == "3 things must be settled by a clerk first"
    waiting.state = RequestState.HANDED_OVER
    assert in_spanish(why_not_releasable(waiting)) == "la solicitud ya está entregada"


def test_what_is_written_comes_from_every_source() -> None:
    """No source is empty: a module that is renamed or rewritten is noticed."""
    for source in SOURCES:
        code = (ROOT / (source.module.replace(".", "/") + ".py")).read_text("utf-8")
        assert list(messages_in(code, source)), source.module
        for name in source.skip:
            assert re.search(rf"\b{name}\b", code), (source.module, name)
    assert len(written()) > 300
