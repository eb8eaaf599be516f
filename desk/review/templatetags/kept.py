"""The tag for a part of a page that is the same whenever a few values are: made once for them, then given again.

``{% kept area=area staff=user.is_staff %}…{% endkept %}``: the part is made of the named values and the language
alone. Nothing else of the page can be seen in it, so that it can never show what belongs to somebody else.
"""

from collections.abc import Mapping

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

_MOST = 256
"""So many showings of one part are kept."""


class Kept(Node):
    """A part of a page, with what it was for the values so far."""

    def __init__(self, named: Mapping[str, FilterExpression], inner: NodeList) -> None:
        self._named, self._inner = named, inner
        self._known: dict[object, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Give the part for the values of the moment."""
        values = {name: expression.resolve(context) for name, expression in self._named.items()}
        key = (get_language(), context.autoescape, *((type(value), value) for value in values.values()))
        known = self._known.get(key)
        if known is None:
            alone = template.Context(values, autoescape=context.autoescape)
            alone.template = context.template  # the engine of templates taken in
            known = self._inner.render(alone)
            self._known[key] = known
            if len(self._known) > _MOST:
                self._known.pop(next(iter(self._known)), None)
        return known


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """``{% kept name=value … %}…{% endkept %}``."""
    named = token_kwargs(token.split_contents()[1:], parser)
    inner = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(named, inner)
