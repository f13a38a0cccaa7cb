"""Pictures from strangers are refused by their header, outside of the graph too."""

import numpy as np
import pytest

from tests.serving import hostile
from tests.serving.translators import file_of
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.bounds import check_picture

REFUSED = {name: (content, message) for name, (content, _, message) in hostile.PICTURES.items() if message}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_gets_one_line(name):
    content, message = REFUSED[name]
    with pytest.raises(UserError, match=f"^the picture: .*({message})") as raised:
        check_picture(content, "the picture")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [hostile.PNG, hostile.JPEG, hostile.JPEG + bytes(5000)], ids=["png", "jpeg", "more"]
)
def test_pictures_are_accepted(content):
    check_picture(content, "the picture")


def test_up_to_sixteen_megapixels():
    check_picture(file_of(np.zeros((4096, 4096, 1), np.uint8)), "the picture")
    with pytest.raises(UserError, match="claims 4096 × 4097 pixels; accepted: up to 16 megapixels"):
        check_picture(file_of(np.zeros((4097, 4096, 1), np.uint8)), "the picture")
