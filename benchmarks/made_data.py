"""Data sets of any size for measurements, made of scikit-learn's digits: in memory, as record files, as JPEGs."""

import io
import pathlib
import sys
from types import SimpleNamespace

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tfgan_zoo.common.files import whole_folder
from tfgan_zoo.data import images

IN_A_FILE = 50_000
SIDES = (64, 257)  # of the JPEGs, the upper end excluded
CLASSES = [str(digit) for digit in range(10)]
FORM = "example-{:07d}.tfrecord"


def some_digits(image_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the training digits, uint8 [1437, image_size, image_size, 1], and their labels."""
    from tfgan_zoo.data.digits import digits

    source = digits(image_size=image_size)
    return source.examples.numpy(), source.labels.numpy()


def in_memory(count: int, image_size: int):
    """Returns an `ArraySource` of `count` digits, which repeat."""
    from tfgan_zoo.data.source import ArraySource

    pixels, labels = some_digits(image_size)
    which = np.arange(count) % len(pixels)
    return ArraySource("digits", pixels[which], labels[which], CLASSES)


def write_records(folder: pathlib.Path, count: int, image_size: int) -> None:
    """Writes `count` digits as PNGs into record files, as TensorFlow Datasets does; keeps what is there."""
    import tensorflow as tf

    if folder.exists():
        return
    pixels, labels = some_digits(image_size)
    records = [_example(tf, image, int(label)) for image, label in zip(pixels, labels, strict=True)]
    with whole_folder(folder) as partial:
        for start in range(0, count, IN_A_FILE):
            with tf.io.TFRecordWriter(str(partial / FORM.format(start))) as writer:
                for index in range(start, min(start + IN_A_FILE, count)):
                    writer.write(records[index % len(records)])


def _example(tf, image: np.ndarray, label: int) -> bytes:
    feature = {
        "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[tf.io.encode_png(image).numpy()])),
        "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[label])),
    }
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def from_records(folder: pathlib.Path, count: int, image_size: int):
    """Returns a `RecordSource` of the first `count` digits of record files."""
    import tensorflow_datasets as tfds

    from tfgan_zoo.data.records import Records, RecordSource
    from tfgan_zoo.data.tfds import record_decoder

    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(image_size, image_size, 1)),
            "label": tfds.features.ClassLabel(names=CLASSES),
        }
    )
    decode, shape, classes = record_decoder(features, "digits", None)
    return RecordSource("digits", Records(instructions(folder, count)), decode, shape, classes)


def instructions(folder: pathlib.Path, count: int) -> list:
    """Returns which records of which files are the first `count`, as TensorFlow Datasets tells it."""
    return [
        SimpleNamespace(
            filename=folder / FORM.format(start),
            skip=0,
            take=min(IN_A_FILE, count - start),
            examples_in_shard=IN_A_FILE,
        )
        for start in range(0, count, IN_A_FILE)
    ]


def write_jpegs(folder: pathlib.Path, count: int) -> None:
    """Writes `count` digits as JPEGs of 64 to 256 pixels a side, with noise, classes as folders; keeps what is there.

    Picture i is a pure function of i.
    """
    if folder.exists():
        return
    pixels, labels = some_digits(16)
    noise = np.random.default_rng(0).integers(-40, 41, (512, 512, 3), np.int16)
    with whole_folder(folder) as partial:
        for name in CLASSES:
            (partial / name).mkdir()

        def write(index: int) -> None:
            which = index % len(pixels)
            path = partial / CLASSES[labels[which]] / f"{index:06d}.jpg"
            path.write_bytes(_jpeg(pixels[which, :, :, 0], noise, np.random.default_rng(index)))

        list(images.threads().map(write, range(count)))


def _jpeg(pixels: np.ndarray, noise: np.ndarray, random: np.random.Generator) -> bytes:
    side = int(random.integers(*SIDES))
    top, left = random.integers(512 - side + 1, size=2)
    large = np.asarray(Image.fromarray(pixels).resize((side, side)), np.int16)[..., None]
    noisy = np.clip(large + noise[top : top + side, left : left + side], 0, 255).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(noisy).save(content, "JPEG", quality=90)
    return content.getvalue()
