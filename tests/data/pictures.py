"""What the tests of folders share: pictures of one grey, and a damaged one."""

import struct
import zlib

import numpy as np
import tensorflow as tf
from PIL import Image


def save(path, grey=0, size=(8, 8)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).save(path)


def greys(source):
    pixels, labels = source.fetch(tf.range(source.num_examples, dtype=tf.int64))
    return np.round((pixels.numpy()[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist(), labels.numpy().tolist()


def damaged_png(side):
    """A PNG whose checksums are right and whose pixel data are not."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"not deflated") + chunk(b"IEND", b"")
