"""Names as text for one line of any terminal."""

import os

import pytest

from tfgan_zoo.common.text import listed, shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"cats", "cats"),
        ("Kätzchen 猫 👩‍🚀".encode(), "Kätzchen 猫 👩‍🚀"),
        (b"caf\xe9", "caf\\xe9"),
        (b"a\nb\tc", "a\\nb\\tc"),
        (b"\x1b[31m", "\\x1b[31m"),
        ("a\u2028b".encode(), "a\\u2028b"),
    ],
)
def test_a_name_is_shown(name, expected):
    text = shown(os.fsdecode(name))
    assert text == expected
    text.encode()


def test_other_halves_of_characters():
    assert shown("\ud800") == "\\ud800"


@pytest.mark.parametrize(
    ("count", "expected"), [(0, ""), (1, "0"), (4, "0, 1, 2, 3"), (5, "0, 1 and 3 more"), (2002, "0, 1 and 2,000 more")]
)
def test_a_list_is_shortened(count, expected):
    assert listed([str(number) for number in range(count)], at_most=4) == expected
