"""Words: every text of a template is a message, and every message has its Spanish."""

import gettext
import io
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.template import engines
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from desk.lifecycle import Role
from desk.records.models import Request
from desk.review import catalogue
from desk.review.marking import mark, messages_of
from desk.review.models import Preference
from desk.review.template_loader import FOLDER

pytestmark = pytest.mark.django_db

_VALUES = re.compile(r"%\(\w+\)s|%%")


def test_text_and_spoken_attributes_are_marked() -> None:
    """Text between tags and what is read aloud become messages, values in them by place; the rest stays."""
    source = '<p class="soft" title="Say {{ who }}">Hello {{ who|upper }}, 3 pages <kbd>Esc</kbd> {{ other }}</p>'
    assert messages_of(source) == ["Say %(v0)s", "Hello %(v0)s, 3 pages"]
    marked = mark(source)
    assert "{% said v0=who|upper %}Hello {{ v0 }}, 3 pages{% endsaid %}" in marked
    assert "<kbd>Esc</kbd> {{ other }}" in marked
    assert messages_of('{{ name|default:"nobody" }}') == ["nobody"]
    assert '|default:_("nobody")' in mark('<b>{{ name|default:"nobody" }}</b>')


def test_words_without_values_are_said_in_the_language_of_the_moment() -> None:
    """One template, shown in turn in two languages: each in its own words, a percent sign as it was written."""
    source = "<p>Sign out</p><p>over 50 % of it</p>"
    assert "{% said %}Sign out{% endsaid %}" in mark(source)
    page = engines["django"].from_string(mark(source))
    for language, words in (("en", "Sign out"), ("es", "Salir"), ("en", "Sign out")):
        with translation.override(language):
            assert page.render() == f"<p>{words}</p><p>over 50 % of it</p>"


def test_what_is_marked_already_stays() -> None:
    """Text that somebody marked by hand is the message that it says."""
    source = (
        '{% load i18n %}<p>{% translate "Good" %} {% blocktranslate with n=x %}{{ n }} %{% endblocktranslate %}</p>'
    )
    assert messages_of(source) == ["Good", "%(n)s %%"]
    assert mark(source) == source


@given(st.text(alphabet="aB {}%<>/=\"'&;.é", max_size=60))
def test_marking_never_breaks(text: str) -> None:
    """Whatever stands in a file, marking ends and keeps everything that is no words."""
    assert mark(f"<p>{text}</p>").count("<p>") >= 1


def test_every_template_still_loads() -> None:
    """Each of our templates, marked, is one that Django understands."""
    for path in FOLDER.rglob("*.html"):
        assert engines["django"].from_string(mark(path.read_text("utf-8"))) is not None, path.name


@pytest.mark.parametrize("folder", list(catalogue.languages()), ids=lambda folder: folder.parent.name)
def test_no_string_is_left_untranslated(folder) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  (a path)
    """Every message of templates, code, scripts and tables stands translated, with its values, in each language.

    After a change of words: ``python -m desk.review.catalogue``, then translate what it says is lacking.
    """
    translations = catalogue.read_po(folder / "django.po")
    lacking = [text for text in catalogue.messages() if not translations.get(text)]
    assert lacking == []
    for text, said in translations.items():
        if text:
            assert sorted(_VALUES.findall(text)) == sorted(_VALUES.findall(said)), text
    assert (folder / "django.mo").read_bytes() == catalogue.compiled(translations)


def test_the_compiled_file_is_gettexts_own() -> None:
    """What Python's gettext reads from the compiled file is what was written, values and signs included."""
    translations = {"": "Content-Type: text/plain; charset=UTF-8\n", "A": "Á", "b %(v0)s": "%(v0)s é", "none": ""}
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(translations)))
    assert [read.gettext(text) for text in ("A", "b %(v0)s", "none")] == ["Á", "%(v0)s é", "none"]


def test_each_person_has_a_language(person: Callable[..., User], waiting: Request) -> None:
    """A clerk chooses Spanish: pages speak it now and after the next sign-in; a colleague's stay English."""
    user = person(Role.CLERK, "ana")
    client = Client()
    client.force_login(user)
    assert "Needs a person" in client.get("/").content.decode()
    answer = client.post("/language/", {"language": "es", "next": "/arrivals/"})
    assert answer["Location"] == "/arrivals/"
    page = client.get(f"/requests/{waiting.reference}/").content.decode()
    assert '<html lang="es">' in page
    for words in ("Por comprobar", "Identificación del afiliado", "Por revisar", "Liberar", "Qué resulta"):
        assert words in page
    assert Preference.objects.get(user=user).language == "es"
    again = Client()
    again.force_login(user)
    assert "Para una persona" in again.get("/").content.decode()
    other = Client()
    other.force_login(person(Role.CLERK, "ben"))
    assert "Needs a person" in other.get("/").content.decode()


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"language": "es", "next": "https://elsewhere.example/"}, {}])
def test_only_known_languages_and_our_own_pages(sent: dict[str, str], signed_in: Callable[..., Client]) -> None:
    """An unknown language changes nothing, and nobody is sent to another site."""
    client = signed_in(Role.CLERK)
    assert client.post("/language/", sent)["Location"] == "/"


def test_the_door_speaks_what_the_browser_asks_for() -> None:
    """Before anybody is signed in the browser's language counts."""
    page = Client().get("/sign-in/", headers={"Accept-Language": "es-MX,es;q=0.9"}).content.decode()
    assert "Contraseña" in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_scripts_speak_it_too(desk: Page, waiting: Request) -> None:
    """What the scripts write is in the clerk's language, and the request is worked in it as in English."""
    root = desk.url
    desk.locator("details.who summary").click()
    desk.get_by_role("button", name="Español").click()
    expect(desk.locator("html")).to_have_attribute("lang", "es")
    desk.goto(root + f"requests/{waiting.reference}/")
    expect(desk.locator(".viewer .where")).to_contain_text("Página 3 de")
    expect(desk.locator("form.check").first).to_be_focused()
    desk.keyboard.press("2")
    expect(desk.locator("form.check [data-accept]").first).to_have_text("Guardar ↵")
    desk.keyboard.press("Enter")
    expect(desk.locator("#panel-state")).to_have_attribute("data-revision", "2")
