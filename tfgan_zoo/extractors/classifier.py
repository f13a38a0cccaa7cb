"""The extractor that needs no network: a small CNN that learns a dataset's labels once and is kept for later.

Its features are the 128 activations before the logits. It is trained with a fixed seed, so that on one machine its
figures can be compared from run to run; by its accuracy on the test set, which is kept with it, one can judge what they
are worth.
"""

import io
import json
import pathlib
import sys
import zlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.cache import cache_folder, writable_cache
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.common.watch import watch
from tfgan_zoo.data.source import Source

VERSION = 1  # another one wherever networks or training change: figures are of one version
SEED = 0
STEPS = 1500
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
FEATURES = 128
ROWS_AT_ONCE = 500
FINGERPRINTED = 500  # examples by which a dataset is told from another one of the same name


class Classifier:
    """A trained classifier as an extractor.

    Args:
        model: images → (features, probabilities).
        description: what it is, JSON values; `dataset` and `test_accuracy` among them.
    """

    kind = "classifier"
    knows_classes = True

    def __init__(self, model: keras.Model, description: dict):
        self.description = description
        self._run = tf.function(
            lambda images: model(images, training=False), input_signature=[tf.TensorSpec(model.input_shape, tf.float32)]
        )

    @property
    def name(self) -> str:
        accuracy = self.description["test_accuracy"]
        return f"classifier of {self.description['dataset']} (test accuracy {accuracy:.2%})"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns features float32 [n, 128] and probabilities float32 [n, K] of images [n, H, W, C] in [−1, 1]."""
        images = tf.convert_to_tensor(images, tf.float32)
        parts = [self._run(images[start : start + ROWS_AT_ONCE]) for start in range(0, len(images), ROWS_AT_ONCE)]
        features, probabilities = (np.concatenate(part) for part in zip(*parts, strict=True))
        return features, probabilities


def load_classifier(train: Source, test: Source) -> Classifier:
    """Returns the classifier of a dataset: from the user's cache, or trained now and put there.

    Args:
        train: labelled images.
        test: others, for its accuracy.

    Raises:
        UserError: the dataset has no two classes.
    """
    if train.has_points or len(train.class_names) < 2:
        raise UserError(
            f"--extractor=classifier: {train.name} has no classes to learn; accepted: a dataset of labelled images, "
            "or --extractor=inception."
        )
    path = cache_folder() / "classifiers" / f"{_file_name(train)}-v{VERSION}.npz"
    model = _network(train.element_shape, len(train.class_names))
    description = _read(path, model)
    if description is None:
        is_kept = _can_be_kept()
        _train(model, train)
        description = {
            "extractor": "classifier",
            "version": VERSION,
            "dataset": train.name,
            "image_shape": list(train.element_shape),
            "classes": len(train.class_names),
            "steps": STEPS,
            "seed": SEED,
            "test_accuracy": _accuracy(Classifier(model, {}), test),
            "test_examples": test.num_examples,
        }
        if is_kept:
            _write(path, model, description)
    return Classifier(model, description)


def _can_be_kept() -> bool:
    """Tells whether the cache can be written to, and the user before the training if it cannot."""
    try:
        writable_cache("classifiers")
        return True
    except UserError as error:
        print(f"{error} Until then the classifier is trained each time anew.", file=sys.stderr)
        return False


def _network(shape: tuple, classes: int) -> keras.Model:
    """Strided convolutions down to at most 8 × 8, at least two, then one dense layer: the features."""
    seeds = layer_seeds(SEED, "classifier")

    def weights():
        return {"kernel_initializer": keras.initializers.HeNormal(next(seeds))}

    images = keras.Input(shape)
    x, side, width = images, max(shape[:2]), 32
    while side > 8 or width < 128:
        x = layers.Conv2D(width, 5 if x is images else 3, 2, "same", use_bias=False, **weights())(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        side, width = -(-side // 2), min(2 * width, 128)
    x = layers.Dropout(0.25, seed=next(seeds))(layers.Flatten()(x))
    features = layers.Dense(FEATURES, "relu", **weights())(x)
    x = layers.Dropout(0.25, seed=next(seeds))(features)
    probabilities = layers.Dense(classes, "softmax", **weights())(x)
    return keras.Model(images, [features, probabilities])


def _train(model: keras.Model, source: Source) -> None:
    learning_rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)
    # Examples without a label, of which a dataset may have some, count nothing.
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)

    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, model(images, training=True)[1])
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)

    batches = source.batches(BATCH_SIZE, seed=SEED, purpose="classifier").take(STEPS)
    for images, labels in watch(batches, STEPS, f"training the classifier of {source.name}, step"):
        step(images, labels)


def _accuracy(classifier: Classifier, test: Source) -> float:
    right = labelled = 0
    for images, labels in test.once(ROWS_AT_ONCE):
        is_labelled = labels >= 0
        right += int(np.sum((classifier(images)[1].argmax(axis=1) == labels) & is_labelled))
        labelled += int(is_labelled.sum())
    if not labelled:
        raise UserError(f"--extractor=classifier: the test examples of {test.name} have no labels.")
    return right / labelled


def _file_name(source: Source) -> str:
    """Names a dataset by what is in it, so that two folders or two versions of one name are kept apart."""
    images, labels = next(iter(source.batches(min(FINGERPRINTED, source.num_examples), seed=0, purpose="fingerprint")))
    told = json.dumps([source.name, source.num_examples, source.class_names]).encode()
    fingerprint = zlib.crc32(told + images.numpy().tobytes() + labels.numpy().tobytes())
    name = "".join(letter if letter.isalnum() else "-" for letter in source.name).strip("-")[-60:]
    return f"{name}-{'x'.join(map(str, source.element_shape))}-{fingerprint:08x}"


def _read(path: pathlib.Path, model: keras.Model) -> dict | None:
    """Restores weights and returns their description; None where there are none, or damaged ones."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            model.set_weights([archive[f"weight_{index}"] for index in range(len(model.weights))])
            return json.loads(str(archive["description"]))
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged archive raises BadZipFile, zlib.error, KeyError, ValueError, EOFError …
        print(f"{path}: damaged ({type(error).__name__}: {error}); trained anew", file=sys.stderr)
        return None


def _write(path: pathlib.Path, model: keras.Model, description: dict) -> None:
    content = io.BytesIO()
    weights = {f"weight_{index}": weight for index, weight in enumerate(model.get_weights())}
    np.savez(content, description=json.dumps(description), **weights)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content.getvalue())
    except OSError as error:
        print(f"{path}: the classifier cannot be kept there ({error.strerror})", file=sys.stderr)
