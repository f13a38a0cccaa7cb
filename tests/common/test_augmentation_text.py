"""An augmentation as a user writes it."""

import sys

import pytest

from tfgan_zoo.common.augmentation_text import AugmentationText, parse_augmentation
from tfgan_zoo.common.errors import UserError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("color", AugmentationText(("color",))),
        ("color,translation,cutout", AugmentationText(("color", "translation", "cutout"))),
        ("cutout, color", AugmentationText(("cutout", "color"))),
        ("ada", AugmentationText(("ada",))),
        ("ada:20000", AugmentationText(("ada",), 20000)),
    ],
)
def test_what_can_be_read(text, expected):
    assert parse_augmentation(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "colour",
            r"^unknown augmentation 'colour'\. Did you mean 'color'\? Valid: color, translation, cutout, ada",
        ),
        ("", "^unknown augmentation ''"),
        ("color,", "^unknown augmentation ''"),
        ("flip", "^unknown augmentation 'flip'"),
        ("color,color", "^--augment=color,color: color is given twice; expected some of color,translation,cutout"),
        ("ada,cutout", "^--augment=ada,cutout: ada brings its own operations and stands alone"),
        ("color:3", "^--augment=color:3: color takes no number"),
        ("ada:", "'' is not a whole number of 1 or more"),
        ("ada:0", "'0' is not a whole number of 1 or more"),
        ("ada:1e5", "'1e5' is not a whole number of 1 or more"),
        ("ada:-5", "'-5' is not a whole number of 1 or more"),
        ("ada:" + "9" * 5000, "is not a whole number of 1 or more"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot(text, message):
    with pytest.raises(UserError, match=message) as raised:
        parse_augmentation(text)
    assert "\n" not in str(raised.value)


def test_it_needs_no_tensorflow(run_python):
    code = "import sys; from tfgan_zoo.common.augmentation_text import parse_augmentation; parse_augmentation('ada'); "
    result = run_python("-c", code + "print({'tensorflow', 'keras'} & set(sys.modules))")
    assert result.stdout == "set()\n", sys.stderr
