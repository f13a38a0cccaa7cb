"""The warm-up requests parse by the official messages, cover every signature and size, and all succeed."""

import collections

import pytest
import tensorflow as tf

from tests.serving.conftest import need_serving_api
from tfgan_zoo.serving.warm_up import FILE, prediction_log


def records(version):
    need_serving_api()
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    path = version / "assets.extra" / FILE
    return [PredictionLog.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(path))]


def test_every_signature_at_every_size(bright_export):
    sizes = collections.defaultdict(list)
    for record in records(bright_export / "1"):
        request = record.predict_log.request
        assert request.model_spec.name == "Bright"
        (rows,) = {tensor.tensor_shape.dim[0].size for tensor in request.inputs.values()}
        sizes[request.model_spec.signature_name].append(rows)
    expected = ["serving_default", "generate", "interpolate", "score", "class_names"]
    assert sizes == {signature: [1, 2, 4, 8, 16, 32, 64, 128] for signature in expected}


@pytest.mark.parametrize("version", [1, 2])
def test_every_record_replayed_succeeds(bright_export, loaded, version):
    for record in records(bright_export / str(version)):
        request = record.predict_log.request
        inputs = {name: tf.make_ndarray(tensor) for name, tensor in request.inputs.items()}
        outputs = loaded[version].predict(request.model_spec.signature_name, inputs)
        rows = len(next(iter(inputs.values())))
        assert rows <= 4 or version == 1
        assert all(len(value) == rows for value in outputs.values())


@pytest.mark.parametrize("name", ["mask", "points", "encoder"])
def test_records_of_a_model_that_takes_pictures_succeed(translator_exports, loaded_translators, name):
    replayed = collections.Counter()
    for record in records(translator_exports[name]):
        request = record.predict_log.request
        # As a server reads them: a value that is there once stands for all rows.
        inputs = {
            key: tf.io.parse_tensor(tensor.SerializeToString(), tf.dtypes.as_dtype(tensor.dtype)).numpy()
            for key, tensor in request.inputs.items()
        }
        rows = len(next(iter(inputs.values())))
        if rows in (1, 128):  # the smallest and the largest
            outputs = loaded_translators[name].predict(request.model_spec.signature_name, inputs)
            assert all(len(value) == rows for value in outputs.values())
            replayed[request.model_spec.signature_name] += 1
    assert replayed == dict.fromkeys(loaded_translators[name].signatures, 2)


def test_the_file_is_small(bright_export):
    """40 records, those of 128 images as well; as full tensors those alone would be 32 kB."""
    assert (bright_export / "1" / "assets.extra" / FILE).stat().st_size < 6000


def test_long_fields():
    need_serving_api()
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    proto = tf.make_tensor_proto(list(range(1000)))
    found = PredictionLog.FromString(prediction_log("m" * 300, "generate", {"seed": proto})).predict_log.request
    assert found.model_spec.name == "m" * 300
    assert found.inputs["seed"] == proto
