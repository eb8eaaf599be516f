"""Tables of settings (``[report]`` and the like): a model for each, known keys, paths, and their written form.

A group is a field of the settings whose type is a pydantic model. Its keys are checked like all
others, its paths are relative to the settings file, and ``INLET_<GROUP>`` holds it as a TOML table.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from desk.errors import SettingsError

Anchor = Callable[[object], object]


def groups_of(settings: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Give the groups of the settings by name, in their order."""
    found = {name: _model(info.annotation) for name, info in settings.model_fields.items()}
    return {
        name: model
        for name, model in found.items()
        if model is not None and get_origin(settings.model_fields[name].annotation) is not tuple
    }


def tables_of(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Give the lists of tables (``[[report.fax_logs]]``) that a model holds, by key."""
    found = {name: _model(info.annotation) for name, info in model.model_fields.items()}
    return {
        name: inner
        for name, inner in found.items()
        if inner is not None and get_origin(model.model_fields[name].annotation) is tuple
    }


def unknown_keys(model: type[BaseModel], data: object, where: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every key of a table that nothing knows: where it stands, the key, and the keys known there."""
    if not isinstance(data, Mapping):
        return
    known = tuple(model.model_fields)
    for key, value in data.items():
        if key not in known:
            yield where, str(key), known
        elif key in tables_of(model) and isinstance(value, list | tuple):
            for item in value:
                yield from unknown_keys(tables_of(model)[key], item, f"{where}.{key}")


def anchored(model: type[BaseModel], data: object, anchor: Anchor) -> object:
    """Give a group's table with its paths made absolute by ``anchor``; anything odd is left for the check."""
    if not isinstance(data, Mapping):
        return data
    made: dict[str, object] = dict(data)
    for key, value in data.items():
        info = model.model_fields.get(key)
        inner = tables_of(model).get(key)
        if inner is not None and isinstance(value, list | tuple):
            made[key] = [anchored(inner, item, anchor) for item in value]
        elif info is not None and value and _is_path(info):
            made[key] = anchor(value)
    return made


def read_table(variable: str, text: str) -> dict[str, Any]:
    """Read a variable's inline table. Raises :class:`SettingsError`."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        msg = f'{variable} is not a table such as {{ at = "06:00" }}: {error}'
        raise SettingsError(msg) from error
    if not isinstance(value, dict):
        msg = f'{variable} is not a table such as {{ at = "06:00" }}'
        raise SettingsError(msg)
    return value


def written(value: object) -> str:
    """Write strings, numbers, lists and tables as TOML on one line; JSON's strings and numbers are TOML's too."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return json.dumps(value)


def written_model(model: BaseModel) -> str:
    """Write a group as the inline table that :func:`read_table` reads."""
    return written(model.model_dump(mode="json", exclude_none=True))


def _model(annotation: object) -> type[BaseModel] | None:
    """The model that a field holds, by itself or in a tuple."""
    kinds = [annotation, *(get_args(annotation) if get_origin(annotation) is tuple else ())]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _is_path(info: FieldInfo) -> bool:
    kind = info.annotation
    return kind is Path or (get_origin(kind) in {Union, UnionType} and Path in get_args(kind))
