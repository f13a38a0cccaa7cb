"""What does not depend on where an export runs: parts of requests, pictures turned upright."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.serving import hostile
from tests.serving.translators import smooth
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving import served_model
from tfgan_zoo.serving.bounds import MOST_PIXELS, MOST_PIXELS_TOGETHER
from tfgan_zoo.serving.served_model import PICTURES_AT_ONCE, ServedModel, upright


class Echo(ServedModel):
    """Answers each picture with itself; keeps the sizes of its requests."""

    rows_at_once = 4

    def __init__(self):
        self.requests = []

    def __str__(self):
        return "echo"

    def signatures(self):
        return {"translate": (["image_bytes"], ["image_bytes"])}

    def predict(self, signature, inputs):
        self.requests.append(len(inputs["image_bytes"]))
        return inputs


def ask(model, pictures):
    return model.ask("translate", model.inputs_of(pictures)).tolist()


def test_many_pictures_are_sent_in_parts():
    model, pictures = Echo(), [b"picture %d\0" % number for number in range(10)]
    assert ask(model, pictures) == pictures  # with the zeros at their ends
    assert model.requests == [4, 4, 2]


def test_large_pictures_are_sent_in_smaller_parts(monkeypatch):
    monkeypatch.setattr(served_model, "MOST_BYTES", 100)
    model, pictures = Echo(), [bytes(60), bytes(40), bytes(1), bytes(99), bytes(99), bytes(130)]
    assert ask(model, pictures) == pictures
    assert model.requests == [2, 2, 1, 1]


def test_no_part_has_more_pictures_than_a_request_may_have_of_the_largest(monkeypatch):
    monkeypatch.setattr(Echo, "rows_at_once", 256)
    model = Echo()
    ask(model, [b"picture"] * 40)
    assert model.requests == [16, 16, 8]
    assert PICTURES_AT_ONCE * MOST_PIXELS == MOST_PIXELS_TOGETHER


def test_masks_and_encoders_that_are_not_there():
    with pytest.raises(UserError, match="echo: takes no masks"):
        Echo().translate([b""], masks=[b""])
    with pytest.raises(UserError, match="echo: has no encoder"):
        Echo().encode(np.zeros((1, 8, 8, 1)))


def test_a_photograph_is_turned_upright():
    picture = Image.fromarray(smooth(20, 30, 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=95, subsampling=0, exif=exif)
    with Image.open(io.BytesIO(upright(stream.getvalue()))) as turned:
        assert turned.size == (20, 30)
        expected = np.asarray(picture.transpose(Image.Transpose.ROTATE_270)).astype(int)
        assert np.abs(np.asarray(turned) - expected).mean() < 4  # another turn differs by some 60


@pytest.mark.parametrize("name", hostile.PICTURES)
def test_others_stay_as_they_are(name):
    assert upright(hostile.PICTURES[name][0]) == hostile.PICTURES[name][0]


def test_a_picture_that_is_upright_stays_as_it_is():
    assert upright(hostile.JPEG) is hostile.JPEG
