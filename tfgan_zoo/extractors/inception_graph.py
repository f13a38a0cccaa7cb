"""The Inception network of the papers' FID, inception score and KID: the frozen graph of 2015-12-05.

Figures by it can be laid beside a paper's that were measured by the same graph, at equal counts, against the same real
images and with the same resizing.

Reference: Salimans et al. 2016, arXiv:1606.03498; Heusel et al. 2017, arXiv:1706.08500, whose code feeds the graph at
`ExpandDims` with pixels 0 … 255 and reads `pool_3`.
"""

import hashlib
import pathlib
import tarfile

import keras
import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError
from PIL import Image

from tfgan_zoo.common.cache import cache_folder
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.common.hosts import silent_hosts
from tfgan_zoo.extractors.colours import to_rgb
from tfgan_zoo.pictures.grids import to_pixels

FILE = "classify_image_graph_def.pb"
ARCHIVE = "inception-2015-12-05.tgz"
URL = f"http://download.tensorflow.org/models/image/imagenet/{ARCHIVE}"
SIZE = 299
FEATURES, CLASSES = 2048, 1008
INPUT, POOL, WEIGHTS = "ExpandDims", "pool_3", "softmax/weights"
ROWS_AT_ONCE = 32
RESIZES = ("tf1", "clean")


class InceptionGraph:
    """The 2,048 features of `pool_3`, and probabilities from the logits without their bias.

    Args:
        file: `classify_image_graph_def.pb`; None for the archive's, from the user's cache or the network.
        resize: `"tf1"`: the graph's own bilinear grid of TensorFlow 1, without antialiasing, as in the papers' code.
            `"clean"`: bicubic with antialiasing, by Pillow, each channel in floats, clipped to 0 … 255 (Parmar et al.
            2022, arXiv:2104.11222). Figures of one are not those of the other.

    Raises:
        UserError: the file cannot be read or downloaded, or is no such graph.
    """

    kind = "fid"
    knows_classes = False

    def __init__(self, file: str | None = None, resize: str = "tf1"):
        file = file or str(_downloaded())
        content = _read(file)
        graph = _parsed(content, file)
        weights = _weights(graph, file)
        images = tf.TensorSpec([None, None, None, 3], tf.float32)
        imported = tf.compat.v1.wrap_function(lambda pixels: _import(graph, pixels), [images])

        @tf.function(input_signature=[images])
        def run(pixels):
            features = tf.reshape(imported(pixels), [-1, FEATURES])
            return features, tf.nn.softmax(tf.matmul(features, weights))

        self._run = run
        self._resize = resize
        self.description = {
            "extractor": "fid",
            "network": "Inception, frozen graph of 2015-12-05",
            "resize": resize,
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    @property
    def name(self) -> str:
        resized = {"tf1": "TF1 bilinear", "clean": "clean bicubic"}[self._resize]
        return f"Inception of 2015-12-05 (SHA-256 {self.description['sha256'][:8]}, {resized})"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns features float32 [n, 2048] and probabilities [n, 1008] of images [n, H, W, 1, 3 or 4] in [−1, 1]."""
        pixels = to_pixels(to_rgb(images))
        parts = [self._part(pixels[start : start + ROWS_AT_ONCE]) for start in range(0, len(pixels), ROWS_AT_ONCE)]
        features, probabilities = (np.concatenate(part) for part in zip(*parts, strict=True))
        return features, probabilities

    def _part(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pixels = clean_resize(pixels) if self._resize == "clean" else pixels.astype(np.float32)
        features, probabilities = self._run(pixels)
        return features.numpy(), probabilities.numpy()


def clean_resize(pixels: np.ndarray) -> np.ndarray:
    """Returns uint8 images [n, H, W, C] at 299 × 299 pixels: float32 in 0 … 255."""

    def channel(values):
        return np.asarray(Image.fromarray(values.astype(np.float32)).resize((SIZE, SIZE), Image.Resampling.BICUBIC))

    resized = [np.stack([channel(image[..., c]) for c in range(image.shape[-1])], axis=-1) for image in pixels]
    return np.clip(np.stack(resized), 0.0, 255.0)


def _import(graph: tf.compat.v1.GraphDef, pixels: tf.Tensor) -> tf.Tensor:
    (pool,) = tf.graph_util.import_graph_def(
        graph, input_map={f"{INPUT}:0": pixels}, return_elements=[f"{POOL}:0"], name=""
    )
    return pool


def _parsed(content: bytes, file: str) -> tf.compat.v1.GraphDef:
    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(content)
    except DecodeError:
        raise _wrong(file, "it is no TensorFlow graph") from None
    names = {node.name for node in graph.node}
    missing = [name for name in (INPUT, "ResizeBilinear", "Mul", POOL, WEIGHTS) if name not in names]
    if missing:
        raise _wrong(file, f"it has no node {missing[0]}")
    for node in list(graph.node):
        node.attr.pop("_output_shapes", None)  # recorded for a batch of one image
        if node.op == "BatchNormWithGlobalNormalization":
            _renew(node, graph)
    return graph


def _renew(node, graph: tf.compat.v1.GraphDef) -> None:
    """Replaces the normalization of 2015, which today's functions do not run, by one that computes the same."""
    inputs, mean, variance, beta, gamma = node.input
    if not node.attr["scale_after_normalization"].b:
        graph.node.add(name=f"{node.name}/ones", op="OnesLike", input=[gamma]).attr["T"].CopyFrom(node.attr["T"])
        gamma = f"{node.name}/ones"
    epsilon = node.attr["variance_epsilon"].f
    node.op = "FusedBatchNormV3"
    node.input[:] = [inputs, gamma, beta, mean, variance]
    del node.attr["variance_epsilon"], node.attr["scale_after_normalization"]
    node.attr["epsilon"].f = epsilon
    node.attr["is_training"].b = False
    node.attr["U"].type = tf.float32.as_datatype_enum


def _weights(graph: tf.compat.v1.GraphDef, file: str) -> np.ndarray:
    """Returns the last layer's weights without its bias, float32 [2048, 1008]."""
    node = next(node for node in graph.node if node.name == WEIGHTS)
    weights = tf.make_ndarray(node.attr["value"].tensor) if node.op == "Const" else np.zeros(())
    if weights.shape != (FEATURES, CLASSES):
        raise _wrong(file, f"{WEIGHTS} has shape {weights.shape}, not {(FEATURES, CLASSES)}")
    return weights.astype(np.float32)


def _wrong(file: str | None, why: str) -> UserError:
    return UserError(f"--inception_graph={file}: {why}; accepted: {FILE} of {URL}.")


def _read(file: str) -> bytes:
    try:
        return pathlib.Path(file).read_bytes()
    except OSError as error:
        raise UserError(f"--inception_graph={file}: cannot be read ({error.strerror}).") from None


def _downloaded() -> pathlib.Path:
    """Returns where the graph lies in the user's cache, after a download where it does not."""
    folder = cache_folder() / "inception"
    if (folder / FILE).is_file():
        return folder / FILE
    try:
        if silent := silent_hosts([URL]):
            raise OSError(f"{silent} cannot be reached")
        archive = keras.utils.get_file(ARCHIVE, URL, cache_dir=str(cache_folder()), cache_subdir="inception")
        with tarfile.open(archive) as members:
            write_whole(folder / FILE, members.extractfile(FILE).read())
    except Exception as error:  # Keras raises plain exceptions for a failing download
        reason = " ".join(str(error).split())[:200].removesuffix(".")
        raise UserError(
            f"--extractor=fid: the graph cannot be downloaded ({reason}). Accepted: --inception_graph=FILE with {FILE} "
            f"of {URL}, or no --extractor, which needs no network."
        ) from error
    return folder / FILE
