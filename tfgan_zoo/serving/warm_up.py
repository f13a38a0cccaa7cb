"""Warm-up requests: TensorFlow Serving replays them before it answers anyone, so that no user waits for the first run.

The records are `PredictionLog` messages of TensorFlow Serving. They are put together here field by field, since the
package that has the message's class is an extra, and every export has a warm-up.
"""

import pathlib
from collections.abc import Iterator

import tensorflow as tf
from tensorflow.core.framework import tensor_pb2

FILE = "tf_serving_warmup_requests"
# The numbers of the fields: prediction_log.proto, predict.proto, model.proto. A map's entry has a key and a value.
PREDICT_LOG, REQUEST, MODEL_SPEC, INPUTS = 6, 1, 1, 2
NAME, SIGNATURE_NAME = 1, 3
KEY, VALUE = 1, 2


def write_warm_up(folder: pathlib.Path, specs: dict, batch_sizes: list[int], model_name: str) -> None:
    """Writes a record for every signature at every batch size.

    Args:
        folder: `assets.extra/` of the export.
        specs: name of a signature → its inputs, name → `tf.TensorSpec`.
        batch_sizes: rows.
        model_name: the record's; a server replays it under whatever name it serves the model.
    """
    with tf.io.TFRecordWriter(str(folder / FILE)) as writer:
        for signature, inputs in specs.items():
            for size in batch_sizes:
                writer.write(prediction_log(model_name, signature, dict(_inputs(inputs, size))))


def prediction_log(model_name: str, signature: str, inputs: dict) -> bytes:
    """Returns a `PredictionLog` with one `PredictRequest`.

    Args:
        model_name: of the model spec.
        signature: its signature.
        inputs: name → `TensorProto`.
    """
    spec = _field(NAME, model_name.encode()) + _field(SIGNATURE_NAME, signature.encode())
    entries = (_field(KEY, name.encode()) + _field(VALUE, t.SerializeToString()) for name, t in inputs.items())
    request = _field(MODEL_SPEC, spec) + b"".join(_field(INPUTS, entry) for entry in entries)
    return _field(PREDICT_LOG, _field(REQUEST, request))


def _inputs(specs: dict, rows: int) -> Iterator[tuple]:
    """Yields zeros or black pictures of each input's type and shape, as tensors of one value: TensorFlow repeats it."""
    for name, spec in specs.items():
        shape = tf.TensorShape([rows, *spec.shape[1:]])
        proto = tensor_pb2.TensorProto(dtype=spec.dtype.as_datatype_enum, tensor_shape=shape.as_proto())
        if spec.dtype == tf.string:
            proto.string_val.append(tf.io.encode_png(tf.zeros([1, 1, 1], tf.uint8)).numpy())
        else:
            {tf.float32: proto.float_val, tf.int32: proto.int_val, tf.int64: proto.int64_val}[spec.dtype].append(0)
        yield name, proto


def _field(number: int, content: bytes) -> bytes:
    """Encodes a length-delimited field, as strings and messages are."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
