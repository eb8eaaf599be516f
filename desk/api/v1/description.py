"""The interface's description as a page shows it: operations by what they are about, with scopes and shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from desk.api.v1.service import api

_REF = "#/components/schemas/"
_GOOD = 300
_DEEP = 3
_HUGE = 10**12
_KINDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
    "anything": "anything",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter or a property: its name, its type in words, whether it must be there, what it means."""

    name: str
    type: str
    required: bool
    meaning: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by its status, with the name of its shape, empty for a file."""

    status: int
    phrase: str
    shape: str

    @property
    def is_shape(self) -> bool:
        """Whether the shape is described on the same page."""
        return self.shape.isidentifier() and self.shape[:1].isupper()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    key: str
    method: str
    path: str
    words: str
    scope: str
    parameters: tuple[Part, ...]
    body: tuple[Part, ...]
    body_type: str
    answers: tuple[Answer, ...]
    refusals: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of answers or bodies, or the words that a value may have."""

    name: str
    words: str
    parts: tuple[Part, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """The whole interface."""

    version: str
    groups: Mapping[str, tuple[Operation, ...]]
    shapes: tuple[Shape, ...]


def describe() -> Description:
    """Read the schema that ``openapi.json`` gives."""
    schema: dict[str, Any] = api.get_openapi_schema()
    shapes = schema["components"]["schemas"]
    groups: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        about = path.removeprefix("/api/v1/").partition("/")[0]
        for method, operation in operations.items():
            groups.setdefault(about, []).append(_operation(method, path, operation, shapes))
    told = tuple(_shape(name, shape) for name, shape in sorted(shapes.items()))
    return Description(schema["info"]["version"], {name: tuple(found) for name, found in groups.items()}, told)


def _operation(method: str, path: str, data: Mapping[str, Any], shapes: Mapping[str, Any]) -> Operation:
    content = data.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    body: Mapping[str, Any] = content.get(media, {})
    answers = sorted((int(status), answer) for status, answer in data["responses"].items())
    return Operation(
        key=data["operationId"],
        method=method.upper(),
        path=path,
        words=data.get("description", data["summary"]),
        scope=data.get("x-scope", ""),
        parameters=tuple(
            Part(
                each["name"], _type(each["schema"]), bool(each.get("required")), each.get("description", ""), each["in"]
            )
            for each in data.get("parameters", ())
        ),
        body=tuple(_parts(_resolved(body.get("schema", {}), shapes))),
        body_type=media,
        answers=tuple(
            Answer(status, HTTPStatus(status).phrase, _shape_of(answer)) for status, answer in answers if status < _GOOD
        ),
        refusals=", ".join(str(status) for status, _ in answers if status >= _GOOD),
    )


def _shape(name: str, data: Mapping[str, Any]) -> Shape:
    values = tuple(str(value) for value in data.get("enum", ()))
    return Shape(name, data.get("description", ""), tuple(_parts(data)), values)


def _resolved(data: Mapping[str, Any], shapes: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = shapes.get(str(data.get("$ref", "")).removeprefix(_REF), data)
    return found


def _parts(data: Mapping[str, Any]) -> Iterator[Part]:
    required = set(data.get("required", ()))
    for name, value in data.get("properties", {}).items():
        yield Part(name, _type(value), name in required, value.get("description", ""))


def _shape_of(answer: Mapping[str, Any]) -> str:
    for media, content in answer.get("content", {}).items():
        return _type(content["schema"]) if media == "application/json" else media
    return ""


def _type(data: Mapping[str, Any], depth: int = 0) -> str:
    """A value's type in words: ``list of LineIn``, ``text (date-time), or null``."""
    if "$ref" in data:
        return str(data["$ref"]).removeprefix(_REF)
    if "anyOf" in data:
        return ", ".join(_type(each, depth + 1) for each in data["anyOf"] if each.get("type") != "null") + (
            _(", or null") if any(each.get("type") == "null" for each in data["anyOf"]) else ""
        )
    kind = str(data.get("type", "anything"))
    if kind == "array":
        inner = _type(data.get("items", {}), depth + 1) if depth < _DEEP else _("values")
        return _("list of %(what)s") % {"what": inner}
    if kind == "string":
        return _text(data)
    if kind == "integer" and data.get("maximum", _HUGE) < _HUGE:
        bounds = {"least": data.get("minimum", 0), "most": data["maximum"]}
        return _("whole number, %(least)s to %(most)s") % bounds
    return gettext(_KINDS.get(kind, kind))


def _text(data: Mapping[str, Any]) -> str:
    if "format" in data:
        return _("text (%(format)s)") % {"format": data["format"]}
    return _("text, at most %(most)s") % {"most": data["maxLength"]} if "maxLength" in data else _("text")


def words() -> Iterator[str]:
    """Give every word of the description, as messages of the translations."""
    told = describe()
    for operation in (each for group in told.groups.values() for each in group):
        yield operation.words
        yield from (answer.phrase for answer in operation.answers)
        for part in (*operation.parameters, *operation.body):
            yield from (part.meaning, part.where)
    for shape in told.shapes:
        yield shape.words
        yield from (part.meaning for part in shape.parts)
    yield from _KINDS.values()
