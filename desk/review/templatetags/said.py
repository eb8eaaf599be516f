"""The tag for words without values, which most of a page is: each language's is made once, not at every showing."""

from django import template
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.utils.translation import get_language, gettext

register = template.Library()


class Said(Node):
    """Words of a page, in whichever language it is shown."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._said: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        """Give the words in the language of the moment."""
        del context
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = gettext(self._message) % {}
        return said


@register.tag
def said(parser: Parser, token: Token) -> Said:
    """``{% said %}words{% endsaid %}``, written by :mod:`desk.review.marking`."""
    del token
    inner: NodeList = parser.parse(("endsaid",))
    parser.delete_first_token()
    (words,) = inner
    assert isinstance(words, TextNode)
    return Said(words.s.replace("%", "%%"))
