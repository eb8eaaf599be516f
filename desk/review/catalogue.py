"""The desk's words and their translations: what there is to translate, and the files that hold it.

``python -m desk.review.catalogue`` adds to each language's ``django.po`` what is new, drops what is
gone, and makes the ``django.mo`` that Django reads. A third language is a folder beside ``es`` with
an empty ``django.po``, filled by that command and a translator.
"""

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from desk.review.marking import messages_of

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
_CALLS = frozenset({"_", "gettext", "gettext_lazy"})
_TELLS = frozenset({"error", "success"})
_SCRIPT = re.compile(r'\bt\("((?:[^"\\]|\\.)*)"')
_ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)
_HEAD = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: {language}\n"


def messages() -> list[str]:
    """Give every message of the desk: templates, Python, scripts and tables of words, in that order, each once."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "review" / "templates").rglob("*.html")):
        found |= dict.fromkeys(messages_of(path.read_text("utf-8")))
    for path in (
        *sorted((ROOT / "review").rglob("*.py")),
        ROOT / "api" / "v1" / "description.py",
        *ROOT.glob("*/apps.py"),
    ):
        found |= dict.fromkeys(_in_python(path.read_text("utf-8")))
    found |= dict.fromkeys(script_messages())
    found |= dict.fromkeys(_in_tables())
    return [text for text in found if text.strip()]


def script_messages() -> list[str]:
    """Give the messages of the scripts."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "review" / "static" / "review" / "js").glob("*.js")):
        found |= dict.fromkeys(text.replace('\\"', '"') for text in _SCRIPT.findall(path.read_text("utf-8")))
    return list(found)


def _in_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = isinstance(node.func, ast.Name) and node.func.id in _CALLS
        tells = isinstance(node.func, ast.Attribute) and node.func.attr in _TELLS
        words = node.args[:1] if called else node.args[1:2] if tells else []
        yield from (word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str))


def _in_tables() -> Iterator[str]:
    """The words that stand in tables and are translated where they are shown (:func:`desk.review.presenting.said`)."""
    from classify.resent import REASONS  # noqa: PLC0415  (as above)
    from desk.api.v1 import description  # noqa: PLC0415  (as above)
    from desk.cases.sending import WAIT_WORDS  # noqa: PLC0415  (as above)
    from desk.config import Settings  # noqa: PLC0415  (as above)
    from desk.lifecycle import Role  # noqa: PLC0415  (templates and scripts are read without Django)
    from desk.review import admin_words, arrivals, nights, presenting, problem_words, sheet, spoken, story, upload  # noqa: PLC0415  (as above)
    from desk.review.templatetags import mail  # noqa: PLC0415  (as above)
    from terms.names import FIELD_LABELS, PageKind  # noqa: PLC0415  (as above)

    words: Mapping[str, str]
    parts = (presenting.SHORT_LABELS, presenting.CONCEPT_WORDS, FIELD_LABELS)
    kinds = (presenting.NOTICE_WORDS, presenting.CARE_WORDS, presenting.KIND_WORDS, presenting.WAY_WORDS)
    for words in (*parts, presenting.PROCESSOR_WORDS, *kinds, presenting.LANGUAGE_WORDS):
        yield from words.values()
    yield from presenting.EXPECTED.values()
    yield from presenting.PLACEHOLDERS.values()
    yield from (word for choices in presenting.CHOICES.values() for _, word in choices)
    yield from (word for word, _ in presenting.STATE_WORDS.values())
    yield from (presenting.plain_page_words(kind.value) for kind in PageKind)
    yield from (name for _, name in arrivals.STATES)
    yield from (*presenting.SOURCE_WORDS.values(), *presenting.CHANNEL_WORDS.values())
    yield from (*problem_words.sentences(), *problem_words.fact_words())
    yield from (*mail.NOTE_WORDS.values(), *mail.APART_WORDS.values())
    yield from REASONS
    yield from WAIT_WORDS.values()
    yield from spoken.sentences()
    yield from story.WORDS.values()
    yield from nights.words()
    yield from (upload.LABEL, *(source.label for source in Settings.model_construct().all_sources))
    yield from admin_words.words()
    yield from (info.description or "" for info in Settings.model_fields.values())
    yield from description.words()
    yield from (heading for heading, _ in sheet.SECTIONS)
    yield from (role.value for role in Role)


def read_po(path: Path) -> dict[str, str]:
    """Give the translations of a ``.po`` file by message; the head has the empty message."""
    return {_unquoted(found[1]): _unquoted(found[2]) for found in _ENTRY.finditer(path.read_text("utf-8"))}


def write_po(path: Path, translations: Mapping[str, str]) -> None:
    """Write a ``.po`` file, in the order of ``translations``."""
    lines = [f"msgid {_quoted(text)}\nmsgstr {_quoted(said)}\n" for text, said in translations.items()]
    path.write_text("\n".join(lines), "utf-8")


def compiled(translations: Mapping[str, str]) -> bytes:
    """Give the ``.mo`` file of the translations (GNU gettext's format, little endian); what has none is left out."""
    pairs = sorted((text.encode(), said.encode()) for text, said in translations.items() if said)
    ids, strings = b"", b""
    places = []
    for text, said in pairs:
        places.append((len(ids), len(text), len(strings), len(said)))
        ids += text + b"\0"
        strings += said + b"\0"
    start = 28 + 16 * len(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    first = b"".join(struct.pack("<2I", length, start + at) for at, length, _, _ in places)
    second = b"".join(struct.pack("<2I", length, start + len(ids) + at) for _, _, at, length in places)
    return head + first + second + ids + strings


def languages() -> Iterable[Path]:
    """Give the folder of each language that has translations."""
    return sorted(path.parent for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def update() -> dict[str, int]:
    """Bring every language's files up to date; give how many messages each still lacks."""
    lacking = {}
    for folder in languages():
        known = read_po(folder / "django.po")
        language = folder.parent.name
        fresh = {"": _HEAD.format(language=language)} | {text: known.get(text, "") for text in messages()}
        write_po(folder / "django.po", fresh)
        (folder / "django.mo").write_bytes(compiled(fresh))
        lacking[language] = sum(not said for said in fresh.values())
    return lacking


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(lines: str) -> str:
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', lines))
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), joined)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    django.setup()
    for name, number in update().items():
        print(f"{name}: {number} messages without a translation")  # noqa: T201  (what the command says)
