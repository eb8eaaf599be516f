"""A line recogniser's ONNX file without the characters that no fax form holds, for pictures of any height.

PP-OCRv6 knows 18,709 characters, 15,908 of them Chinese, and gives the probability of each at each
step: an eighth of its time and most of what it hands over. The rows of its last layer that belong to
characters nobody asks for are left out when it is loaded; the file in its wheel stays as it is. Its
layers work at other heights than the one that the file names, so that is taken out as well.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from extract.errors import ReaderMissingError

_Field = descriptor_pb2.FieldDescriptorProto
_FIELDS: dict[str, tuple[tuple[str, int, str, bool], ...]] = {
    "Model": (("graph", 7, "Graph", False), ("metadata_props", 14, "Entry", True)),
    "Entry": (("key", 1, "string", False), ("value", 2, "string", False)),
    "Graph": (
        ("initializer", 5, "Tensor", True),
        ("input", 11, "Value", True),
        ("output", 12, "Value", True),
        ("value_info", 13, "Value", True),
    ),
    "Tensor": (("dims", 1, "int64", True), ("data_type", 2, "int32", False), ("raw_data", 9, "bytes", False)),
    "Value": (("type", 2, "Type", False),),
    "Type": (("tensor_type", 1, "TensorType", False),),
    "TensorType": (("shape", 2, "Shape", False),),
    "Shape": (("dim", 1, "Dimension", True),),
    "Dimension": (("dim_value", 1, "int64", False), ("dim_param", 2, "string", False)),
}
"""The part of ONNX's onnx.proto that is looked at: message, and name, number, type, repeated of its fields.

What is not named here is kept as it is: protobuf carries unknown fields along.
"""
_PLAIN = {
    "int64": _Field.TYPE_INT64,
    "int32": _Field.TYPE_INT32,
    "bytes": _Field.TYPE_BYTES,
    "string": _Field.TYPE_STRING,
}
_HEIGHT = 2
"""Which dimension of a picture is its height."""
_FLOAT = 1
"""onnx.TensorProto.FLOAT."""


class RecogniserFile:
    """A recogniser's ONNX file: its characters, and the model with only some of them."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises :class:`ReaderMissingError` if it is no ONNX model that names its characters."""
        self._name = path.name
        self._onnx = _model_class()()
        try:
            self._onnx.ParseFromString(path.read_bytes())
        except DecodeError as error:
            raise self._useless("is no ONNX model") from error
        named = [entry.value for entry in self._onnx.metadata_props if entry.key == "character"]
        if not named:
            raise self._useless("does not name its characters")
        self.characters: tuple[str, ...] = ("\x00", *named[0].splitlines(), " ")
        """What each output class stands for; the first is the blank of CTC."""

    def only(self, kept: Sequence[int]) -> bytes:
        """Give the model with only the ``kept`` output classes, in that order, for any height; once only.

        Raises :class:`ReaderMissingError` if it has no last layer of that many classes.
        """
        classes, graph = len(self.characters), self._onnx.graph
        last = [tensor for tensor in graph.initializer if tensor.dims and tensor.dims[-1] == classes]
        if not last or any(tensor.data_type != _FLOAT or not tensor.raw_data for tensor in last):
            raise self._useless(f"does not give {classes} classes")
        columns = np.asarray(kept, dtype=np.int64)
        for tensor in last:
            weights = np.frombuffer(tensor.raw_data, dtype="<f4").reshape(tuple(tensor.dims))
            tensor.raw_data = np.ascontiguousarray(weights[..., columns]).tobytes()
            tensor.dims[-1] = len(columns)
        del graph.value_info[:]  # shapes between the layers, which onnxruntime finds by itself
        for value in graph.output:
            for dim in value.type.tensor_type.shape.dim:
                if dim.dim_value == classes:
                    dim.dim_value = len(columns)
        for value in graph.input:
            for dim in value.type.tensor_type.shape.dim[_HEIGHT : _HEIGHT + 1]:
                dim.ClearField("dim_value")
                dim.dim_param = "height"
        return bytes(self._onnx.SerializeToString())

    def _useless(self, why: str) -> ReaderMissingError:
        return ReaderMissingError(f"{self._name} {why}; install the locked packages again.")


def _model_class() -> Any:  # noqa: ANN401  (a class that is made here; its fields are known at run time only)
    """The class of a model, made from :data:`_FIELDS`."""
    file = descriptor_pb2.FileDescriptorProto(name="inlet/onnx_part.proto", package="inlet.onnx", syntax="proto2")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            message.field.add(
                name=field,
                number=number,
                label=_Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL,
                type=_PLAIN.get(kind, _Field.TYPE_MESSAGE),
                type_name=None if kind in _PLAIN else f".inlet.onnx.{kind}",
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("inlet.onnx.Model"))
