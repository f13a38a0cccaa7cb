"""Files in, files out: a few in memory at a time, what was written stays."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.serving.translators import file_of
from tfgan_zoo.serving.served_model import ServedModel
from tfgan_zoo.serving.translating import translate_files, write_folder, write_pairs


class Inverts(ServedModel):
    """Inverts pictures; fails at the request after the last one that it may answer."""

    def __init__(self, requests=10):
        self.left = requests

    def signatures(self):
        return {"translate": (["image_bytes"], ["image_bytes"])}

    def predict(self, signature, inputs):
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the server is gone")
        pictures = [np.asarray(Image.open(io.BytesIO(content))) for content in inputs["image_bytes"]]
        return {"image_bytes": np.array([file_of(255 - picture) for picture in pictures], object)}


@pytest.fixture
def pictures(tmp_path):
    paths = [tmp_path / f"{shade:03}.png" for shade in range(20)]
    for shade, path in enumerate(paths):
        path.write_bytes(file_of(np.full((4, 4, 3), shade, np.uint8)))
    return paths


def test_each_picture_has_its_result(pictures, tmp_path):
    assert write_folder(translate_files(Inverts(), pictures), tmp_path / "out") == 20
    for shade, path in enumerate(pictures):
        assert (np.asarray(Image.open(tmp_path / "out" / path.name)) == 255 - shade).all()


def test_what_was_written_before_a_failure_stays(pictures, tmp_path):
    with pytest.raises(RuntimeError):
        write_folder(translate_files(Inverts(requests=1), pictures), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [path.name for path in pictures[:16]]


def test_inputs_stand_left_of_their_outputs(pictures, tmp_path):
    assert write_pairs(translate_files(Inverts(), pictures[:2]), tmp_path / "pairs.png") == 2
    row = np.asarray(Image.open(tmp_path / "pairs.png"))
    middles = np.linspace(0, row.shape[1], 9).astype(int)[1::2]
    assert row[row.shape[0] // 2, middles, 0].tolist() == [0, 255, 1, 254]
