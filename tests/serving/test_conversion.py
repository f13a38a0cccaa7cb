"""What docs/serving.md says of TFLite and ONNX: each signature is converted alone."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.serving.export import export


@pytest.fixture(scope="module")
def exported(tiny_gan, tmp_path_factory):
    return export(tiny_gan((8, 8, 1)), tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def images(exported):
    """Latents of three images, and the images."""
    latents = np.random.default_rng(0).normal(size=(3, 3)).astype(np.float32)
    signature = tf.saved_model.load(str(exported)).signatures["serving_default"]
    return latents, signature(latents=tf.constant(latents))["images"].numpy()


def test_tflite_takes_the_default_signature_alone(exported, images):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(exported), signature_keys=["serving_default"])
    runner = tf.lite.Interpreter(model_content=converter.convert()).get_signature_runner("serving_default")
    latents, expected = images
    np.testing.assert_allclose(runner(latents=latents)["images"], expected, atol=1e-6)


def test_tflite_refuses_signatures_that_make_pngs_unless_tensorflows_ops_are_allowed(exported):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(exported), signature_keys=["generate"])
    with pytest.raises(Exception, match="EncodePng"):
        converter.convert()
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    assert len(converter.convert()) > 1000


def test_onnx_takes_the_default_signature_alone(exported, images, tmp_path, run_python):
    onnxruntime = pytest.importorskip("onnxruntime", reason="pip install tf2onnx onnxruntime")
    pytest.importorskip("tf2onnx", reason="pip install tf2onnx onnxruntime")
    out = tmp_path / "generator.onnx"
    command = ["-m", "tf2onnx.convert", "--saved-model", exported, "--tag", "serve"]
    result = run_python(*command, "--signature_def", "serving_default", "--output", out)
    assert result.returncode == 0, result.stderr
    latents, expected = images
    (found,) = onnxruntime.InferenceSession(str(out)).run(["images"], {"latents": latents})
    np.testing.assert_allclose(found, expected, atol=1e-6)
