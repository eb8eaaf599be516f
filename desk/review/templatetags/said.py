"""The tag for the words of a page: what is said in each language is looked up once, not at every showing."""

from collections.abc import Mapping

from django import template
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Parser,
    TextNode,
    Token,
    VariableNode,
    render_value_in_context,
    token_kwargs,
)
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()


class Said(Node):
    """Words of a page, with the values that stand in them, in whichever language it is shown."""

    def __init__(self, message: str, values: Mapping[str, FilterExpression]) -> None:
        self._message, self._values = message, values
        self._said: dict[str | None, str] = {}

    def render(self, context: template.Context) -> SafeString:
        """Give the words in the language of the moment, values escaped as anywhere in a template."""
        language = get_language()
        said = self._said.get(language)
        if said is None:
            found = gettext(self._message)
            said = self._said[language] = found if self._values else found % {}
        if not self._values:
            return mark_safe(said)  # noqa: S308  (a template's or a translation's own words)
        shown = {name: render_value_in_context(value.resolve(context), context) for name, value in self._values.items()}
        return mark_safe(said % shown)  # noqa: S308  (each value was escaped)


@register.tag
def said(parser: Parser, token: Token) -> Said:
    """``{% said v0=value %}words {{ v0 }}{% endsaid %}``, written by :mod:`desk.review.marking`."""
    values = token_kwargs(token.split_contents()[1:], parser)
    inner: NodeList = parser.parse(("endsaid",))
    parser.delete_first_token()
    return Said("".join(_part(node) for node in inner), values)


def _part(node: Node) -> str:
    """A piece of the message as it stands in the translations."""
    if isinstance(node, VariableNode):
        return f"%({node.filter_expression.token})s"
    assert isinstance(node, TextNode)
    return node.s.replace("%", "%%")
