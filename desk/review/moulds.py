"""Parts of a page that stand on it many times with other values: their template is made once for each shape.

A request's page shows some thirty rows of one value each. Put together by the template engine they were a third of
the work of showing it. A mould is the template made once with stand-ins where values go; a row is the mould filled.
"""

import re
from collections.abc import Sequence
from html import escape
from types import SimpleNamespace

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_MOST = 1024
"""So many shapes of one mould are kept."""
_STAND_IN = re.compile("\ue000(\\d+)\ue001")


class Mould:
    """A template over ``view``: what it shows depends on the attributes ``shape``; those ``filled`` only stand in it.

    Of a filled attribute the template may ask whether there is any, and show it, escaped, as it is.
    """

    def __init__(self, template: str, *, shape: Sequence[str], filled: Sequence[str]) -> None:
        self._template, self._shape, self._filled = template, tuple(shape), tuple(filled)
        self._cast: dict[object, tuple[str, tuple[tuple[int, str], ...]]] = {}

    def cast(self, view: object, **others: str | bool) -> SafeString:
        """Give the template's markup for ``view``, in the language of the moment; ``others`` belong to the shape."""
        values = [getattr(view, name) or "" for name in self._filled]
        shape = [getattr(view, name) for name in self._shape]
        key = (get_language(), *shape, *others.values(), *map(bool, values))
        cast = self._cast.get(key)
        if cast is None:
            cast = self._made(dict(zip(self._shape, shape, strict=True)), values, others)
            if len(self._cast) < _MOST:
                self._cast[key] = cast
        head, places = cast
        filled = [head]
        for number, text in places:
            filled.append(escape(str(values[number])))
            filled.append(text)
        return mark_safe("".join(filled))  # noqa: S308  (the template's own markup, and each value escaped)

    def _made(
        self, shape: dict[str, object], values: Sequence[object], others: dict[str, str | bool]
    ) -> tuple[str, tuple[tuple[int, str], ...]]:
        """Make the template with stand-ins, and take it apart where they are."""
        stand_ins = {
            name: f"\ue000{number}\ue001" if value else ""
            for number, (name, value) in enumerate(zip(self._filled, values, strict=True))
        }
        view = SimpleNamespace(**shape, **stand_ins)
        head, *others_found = _STAND_IN.split(get_template(self._template).render({"view": view, **others}).strip())
        return head, tuple(
            (int(number), text) for number, text in zip(others_found[::2], others_found[1::2], strict=True)
        )
