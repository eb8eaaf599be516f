"""The sentences that the program writes and stores in English, read from where they are written.

What ``classify`` says of a request, why an act is refused, and what became of a notice are facts of the
record: they are stored once, in English. Here the source of those modules is read for the sentences that
they can write, each as the message of a translation with its values as ``%(v0)s``, ``%(v1)s`` …, so that
a new sentence is found by :mod:`desk.review.catalogue` as soon as it stands in the code.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """A module that writes sentences.

    ``skip`` are its functions and constants whose strings nobody reads. With ``spoken_only`` just what it
    raises or returns as text counts, not every string with a space in it; with ``calls`` just what it gives
    to functions of these names.
    """

    module: str
    skip: frozenset[str] = field(default_factory=frozenset)
    spoken_only: bool = False
    calls: frozenset[str] = field(default_factory=frozenset)


def _all_of(module: str, *skip: str) -> Source:
    return Source(module, frozenset(skip))


def _spoken_of(module: str, *skip: str) -> Source:
    return Source(module, frozenset(skip), spoken_only=True)


_FAULTS = frozenset({"RowFault", "fault", "parsed"})
"""What takes the fault of a row of a table."""

SOURCES: tuple[Source, ...] = (
    _all_of("classify.complete"),
    _all_of("classify.provider"),
    _all_of("classify.retro"),
    _all_of("classify.priority"),
    _all_of("classify.identity"),
    _all_of("classify.route", "_POST_ACUTE"),
    _all_of("classify.why", "_KIND_WORDS", "_a", "moment"),
    _all_of("classify.otherwise"),
    _all_of("classify.join"),
    _all_of("classify.grouping"),
    _all_of("classify.pages", "_FORM_WORDS", "_ORDER_FORM_WORDS", "_PLAN_OF_OURS"),
    _all_of("classify.contested"),
    _all_of("classify.merge", "_diagnoses"),
    _all_of("classify.assemble"),
    _all_of("classify.kinds.opinion"),
    _spoken_of("outbound.care"),
    _spoken_of("outbound.compose_care"),
    _all_of("outbound.numbers"),
    _all_of("outbound.retry"),
    _all_of("desk.explaining"),
    *(
        _spoken_of(f"desk.cases.{name}")
        for name in (
            "acknowledging", "actor", "approving", "arrivals", "assigning", "care", "care_entry", "closing",
            "corrections", "endings", "holding", "joining", "lessons", "mail_drafts", "moves", "notices",
            "number_book", "open_again", "pages", "pausing", "privacy", "quality", "quarantine", "receipts", "refit",
            "release", "sending", "tables", "undo",
        )
    ),
    _spoken_of("desk.lifecycle"),
    # refusals of reference tables
    *(
        _all_of(f"classify.{name}")
        for name in (
            "sheet", "clock", "codesets", "grid", "minimum", "reference", "roster", "imports.workbook",
            "imports.x834",
        )
    ),
    *(Source(f"classify.imports.{name}", calls=_FAULTS) for name in ("nppes", "releases")),
    _spoken_of("desk.cases.table_files"),
    # known forms, settings, accounts
    *(_spoken_of(f"extract.forms.{name}") for name in ("blank", "learn")),
    Source("extract.forms.definition", calls=frozenset({"FormError", "ValueError"})),
    *(_spoken_of(f"desk.cases.{name}") for name in ("accounts", "webhooks")),
    *(
        _spoken_of(f"desk.review.{name}")
        for name in ("admin_accounts", "chosen", "deciding", "draft_facts", "forms")
    ),
    # what hinders ways in and out
    _all_of("desk.spool"),
    _spoken_of("desk.storage"),
    *(_all_of(f"desk.pipeline.{name}") for name in ("door_watch", "mail_watch", "watch")),
    _all_of("desk.pipeline.serial", "is_lost", "_plain"),
    _all_of("desk.pipeline.steps"),
    _spoken_of("desk.pipeline.transports"),
    *(_spoken_of(f"outbound.{name}") for name in ("faxtiff", "readback", "render")),
    _all_of("outbound.folder"),
    _all_of("outbound.handover"),
    _all_of("outbound.texts"),
    _all_of("outbound.lines.ledger"),
    *(_spoken_of(f"outbound.lines.{name}") for name in ("hylafax", "mail", "provider", "results", "safe", "sftp")),
    # the nights
    _all_of("reconcile.difference"),
    _all_of("reconcile.report.build"),
    _all_of("reconcile.report.values", "age_words"),
    _all_of("reconcile.xferfaxlog", "_moment"),
    _all_of("reconcile.csvlog", "CsvMapping"),
    _all_of("desk.nightly.logs"),
    _spoken_of("desk.nightly.nights"),
    _spoken_of("desk.nightly.deliver"),
)  # fmt: skip
"""Whatever writes a sentence that a page shows of a request, a notice or an act that was refused."""

_PROGRAMMING = frozenset({"ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError"})
"""What is raised for programmers and never shown."""
_LETTERS = re.compile(r"[A-Za-z]")
_FEWEST = 3
"""So many letters a message has outside its values; with fewer it would fit anything."""
_SLOT = re.compile(r"{\w*}")


@cache
def written() -> tuple[str, ...]:
    """Give every sentence and part of one that the sources can write, as messages, each once."""
    found: dict[str, None] = {}
    for source in SOURCES:
        spec = find_spec(source.module)
        assert spec is not None  # a module of ours
        assert spec.origin is not None  # of a file
        found |= dict.fromkeys(messages_in(Path(spec.origin).read_text("utf-8"), source))
    return tuple(found)


def messages_in(code: str, source: Source) -> Iterator[str]:
    """Give the messages of one module's code."""
    for node in _speaking(ast.parse(code), source):
        yield from (text for text in _variants(node) if _says_something(text))


def _says_something(text: str) -> bool:
    bare = re.sub(r"%\(v\d+\)s", "", text)
    return len(_LETTERS.findall(bare)) >= _FEWEST and " " in text.strip()


def _speaking(tree: ast.AST, source: Source) -> Iterator[ast.AST]:
    """The strings of a module that may be read by a person."""
    if source.calls:
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in source.calls)
        yield from (text for call in calls for given in call.args for text in _strings(given, source.skip))
        return
    if not source.spoken_only:
        yield from _strings(tree, source.skip)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            yield from _strings(node, source.skip)
        elif isinstance(node, ast.Assign | ast.Return) and node.value is not None and _is_refusal(node):
            yield from _strings(node.value, source.skip)
        elif isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "str":
            returned = (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)
            yield from (text for value in returned for text in _strings(value, source.skip))


def _strings(node: ast.AST, skip: frozenset[str]) -> Iterator[ast.AST]:
    """Every string under a node but docstrings, what is compared or looked up, and what is skipped by name."""
    if isinstance(node, ast.JoinedStr):
        yield node
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _choices(part.value)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    elif not _is_mute(node, skip):
        for child in _children(node):
            yield from _strings(child, skip)


def _is_mute(node: ast.AST, skip: frozenset[str]) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name in skip
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in skip for target in node.targets)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
        return node.exc.func.id in _PROGRAMMING
    if isinstance(node, ast.Assert):
        return True
    is_pattern = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _owner(node.func) == "re"
    return is_pattern or isinstance(node, ast.Compare | ast.Subscript)


def _is_refusal(node: ast.Assign | ast.Return) -> bool:
    """Whether the sentence of an error is kept in ``msg``, or an error is given back to be raised."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "msg" for target in node.targets)
    return isinstance(node.value, ast.Call) and _called(node.value).endswith("Error")


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _owner(attribute: ast.Attribute) -> str:
    return attribute.value.id if isinstance(attribute.value, ast.Name) else ""


def _children(node: ast.AST) -> Iterable[ast.AST]:
    if isinstance(node, ast.Dict):
        return node.values
    if isinstance(node, ast.FunctionDef):
        return (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body)
    return ast.iter_child_nodes(node)


def _choices(value: ast.expr) -> Iterator[ast.AST]:
    """Words that stand inside a value of a sentence: ``group.value if group else 'not known'``."""
    options: list[ast.expr] = []
    if isinstance(value, ast.IfExp):
        options = [value.body, value.orelse]
    elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        options = value.values
    yield from (each for each in options if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _variants(node: ast.AST) -> Iterator[str]:
    """The messages of a string: values by place, and one for each choice between two wordings."""
    if isinstance(node, ast.Constant):
        text = str(node.value)
        yield _numbered(_SLOT.sub("\0", text)) if _SLOT.search(text) else text
        return
    assert isinstance(node, ast.JoinedStr)
    yield from (_numbered("".join(parts)) for parts in product(*(_wordings(part) for part in node.values)))


def _wordings(part: ast.expr) -> list[str]:
    """What may stand in one place of a sentence; a value is a null character."""
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    if isinstance(part, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_wordings(each) for each in part.values))]
    value = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(value, ast.IfExp):
        both = (value.body, value.orelse)
        if all(isinstance(each, ast.Constant | ast.JoinedStr) for each in both):
            return [text for each in both for text in _wordings(each)]
    return ["\0"]


def _numbered(text: str) -> str:
    """A text with its values, side by side as one, named by place."""
    pieces = re.split("\0+", text.replace("%", "%%") if "\0" in text else text)
    return pieces[0] + "".join(f"%(v{number})s{piece}" for number, piece in enumerate(pieces[1:]))
