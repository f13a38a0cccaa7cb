"""The papers' Inception, on a graph with the same node names and old operations, and small random weights."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from tensorflow.core.framework import graph_pb2

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.extractors import inception_graph
from tfgan_zoo.extractors.inception_graph import CLASSES, FEATURES, InceptionGraph, clean_resize

STRIDE, KERNEL = 37, 8  # 299 pixels → 8 × 8


class Graph:
    """A frozen graph: nodes by name, of GraphDef version 8, as of 2015."""

    def __init__(self, *, without=(), classes=CLASSES, scales=True):
        rng = np.random.default_rng(0)
        self.kernel = rng.normal(0, 0.1, (KERNEL, KERNEL, 3, FEATURES)).astype(np.float32)
        self.mean, self.beta, self.gamma = rng.normal(0, 0.5, (3, FEATURES)).astype(np.float32)
        self.variance = rng.uniform(0.5, 2.0, FEATURES).astype(np.float32)
        self.weights = rng.normal(0, 0.05, (FEATURES, classes)).astype(np.float32)
        self.definition = graph_pb2.GraphDef()
        self.definition.versions.producer = 8
        self.node("ExpandDims", "Placeholder", dtype=tf.float32)
        self.constant("ResizeBilinear/size", np.array([299, 299], np.int32))
        self.node("ResizeBilinear", "ResizeBilinear", "ExpandDims", "ResizeBilinear/size", T=tf.float32)
        self.constant("Sub/y", np.float32(128.0))
        self.node("Sub", "Sub", "ResizeBilinear", "Sub/y", T=tf.float32)
        self.constant("Mul/y", np.float32(0.0078125))
        self.node("Mul", "Mul", "Sub", "Mul/y", T=tf.float32)
        self.constant("conv/conv2d_params", self.kernel)
        convolution = self.node("conv/Conv2D", "Conv2D", "Mul", "conv/conv2d_params", T=tf.float32)
        convolution.attr["strides"].list.i.extend([1, STRIDE, STRIDE, 1])
        convolution.attr["padding"].s = b"VALID"
        parts = {"moving_mean": self.mean, "moving_variance": self.variance, "beta": self.beta, "gamma": self.gamma}
        for name, value in parts.items():
            self.constant(f"conv/batchnorm/{name}", value)
        batchnorm = self.node(
            "conv/batchnorm",
            "BatchNormWithGlobalNormalization",
            "conv/Conv2D",
            *(f"conv/batchnorm/{name}" for name in parts),
            T=tf.float32,
        )
        batchnorm.attr["variance_epsilon"].f = 0.001
        batchnorm.attr["scale_after_normalization"].b = scales
        if not scales:
            self.gamma = np.ones(FEATURES, np.float32)
        # As the archive's nodes say: of one image.
        batchnorm.attr["_output_shapes"].list.shape.add().CopyFrom(tf.TensorShape([1, 8, 8, FEATURES]).as_proto())
        self.node("conv", "Relu", "conv/batchnorm", T=tf.float32)
        pool = self.node("pool_3", "AvgPool", "conv", T=tf.float32)
        pool.attr["ksize"].list.i.extend([1, 8, 8, 1])
        pool.attr["strides"].list.i.extend([1, 1, 1, 1])
        pool.attr["padding"].s = b"VALID"
        self.constant("softmax/weights", self.weights)
        self.constant("softmax/biases", np.full(classes, 3.0, np.float32))
        for name in without:
            self.definition.node.remove(next(node for node in self.definition.node if node.name == name))

    def node(self, name, op, *inputs, **types):
        node = self.definition.node.add(name=name, op=op, input=inputs)
        for attribute, value in types.items():
            node.attr[attribute].type = value.as_datatype_enum
        return node

    def constant(self, name, value):
        self.node(name, "Const", dtype=tf.as_dtype(value.dtype)).attr["value"].tensor.CopyFrom(
            tf.make_tensor_proto(value)
        )

    def save(self, path):
        path.write_bytes(self.definition.SerializeToString())
        return str(path)

    def by_hand(self, resized):
        """Returns features and probabilities of images [n, 299, 299, 3] in 0 … 255."""
        scaled = (resized.astype(np.float64) - 128.0) * 0.0078125
        windows = np.lib.stride_tricks.sliding_window_view(scaled, (KERNEL, KERNEL), axis=(1, 2))[:, ::STRIDE, ::STRIDE]
        convolved = np.einsum("nijcab,abcf->nijf", windows, self.kernel.astype(np.float64), optimize=True)
        normalized = (convolved - self.mean) / np.sqrt(self.variance + 0.001) * self.gamma + self.beta
        features = np.maximum(normalized, 0.0).mean(axis=(1, 2))
        logits = np.exp(features @ self.weights)
        return features, logits / logits.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def graph():
    return Graph()


@pytest.fixture(scope="module")
def file(graph, tmp_path_factory):
    return graph.save(tmp_path_factory.mktemp("graph") / "graph.pb")


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3), np.uint8)


def in_model_range(images):
    return images / 127.5 - 1.0


def test_features_and_probabilities_are_those_by_hand(graph, file, images):
    features, probabilities = InceptionGraph(file)(in_model_range(images))
    resized = tf.compat.v1.image.resize_bilinear(images.astype(np.float32), (299, 299)).numpy()
    expected = graph.by_hand(resized)
    np.testing.assert_allclose(features, expected[0], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(probabilities, expected[1], rtol=1e-4, atol=1e-7)  # the biases are left out


def test_a_normalization_without_scale_has_none(tmp_path, images):
    graph = Graph(scales=False)
    features, _ = InceptionGraph(graph.save(tmp_path / "graph.pb"))(in_model_range(images[:1]))
    resized = tf.compat.v1.image.resize_bilinear(images[:1].astype(np.float32), (299, 299)).numpy()
    np.testing.assert_allclose(features, graph.by_hand(resized)[0], rtol=1e-4, atol=1e-4)


def test_the_resizing_is_tensorflow_1s_bit_for_bit(graph, images):
    imported = tf.compat.v1.wrap_function(
        lambda pixels: tf.graph_util.import_graph_def(
            graph.definition, {"ExpandDims:0": pixels}, ["ResizeBilinear:0"], name=""
        )[0],
        [tf.TensorSpec([None, None, None, 3], tf.float32)],
    )
    pixels = tf.constant(images, tf.float32)
    expected = tf.compat.v1.image.resize_bilinear(pixels, (299, 299))
    assert imported(pixels).numpy().tobytes() == expected.numpy().tobytes()


def test_the_clean_resizing_is_pillows(graph, file, images):
    extract = InceptionGraph(file, "clean")
    resized = clean_resize(images)
    channel = Image.fromarray(images[1, :, :, 2].astype(np.float32))
    expected = np.asarray(channel.resize((299, 299), Image.Resampling.BICUBIC)).clip(0, 255)
    np.testing.assert_array_equal(resized[1, :, :, 2], expected)
    np.testing.assert_allclose(extract(in_model_range(images))[0], graph.by_hand(resized)[0], rtol=1e-4, atol=1e-4)
    assert "clean bicubic" in extract.name
    assert "TF1 bilinear" in InceptionGraph(file).name


def test_gray_images_have_three_equal_channels(file, images):
    extract = InceptionGraph(file)
    gray = in_model_range(images[..., :1])
    np.testing.assert_array_equal(extract(gray)[0], extract(np.repeat(gray, 3, axis=-1))[0])


def test_the_file_is_named_by_its_sum(file):
    import hashlib
    import pathlib

    description = InceptionGraph(file).description
    assert description["sha256"] == hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()
    assert description["extractor"] == "fid"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not a graph", "it is no TensorFlow graph"),
        (Graph(without=["pool_3"]), "it has no node pool_3"),
        (Graph(classes=1000), r"softmax/weights has shape \(2048, 1000\), not \(2048, 1008\)"),
        (None, "cannot be read"),
    ],
    ids=["text", "another network", "other classes", "missing"],
)
def test_another_file_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "graph.pb"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        content.save(path)
    with pytest.raises(UserError, match=message) as raised:
        InceptionGraph(str(path))
    assert str(raised.value).startswith(f"--inception_graph={path}: ")
    assert "\n" not in str(raised.value)


def test_offline_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(inception_graph, "silent_hosts", lambda urls: "download.tensorflow.org")
    with pytest.raises(
        UserError, match=r"download\.tensorflow\.org cannot be reached\)\. Accepted: --inception_graph="
    ):
        InceptionGraph()
