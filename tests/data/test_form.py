"""Channels and fit of one's own pictures: grey pictures make a grey model, sprites keep what is transparent."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.data.pictures import save
from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data import images
from tfgan_zoo.data.folder import folder
from tfgan_zoo.evaluation.dataset_spec import DatasetSpec

RED, WHITE = (255, 0, 0), (255, 255, 255)


def write(path, mode, colour, size=(8, 8)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)


def pixels_of(source):
    examples, _ = source.fetch(tf.range(source.num_examples, dtype=tf.int64))
    return np.round((examples.numpy() + 1) * 127.5).astype(int)


@pytest.fixture
def sprites(tmp_path):
    """Two sprites whose left half is red, and whose right half is transparent, over a colour that nobody sees."""
    for name, hidden in (("a.png", (0, 255, 0, 0)), ("b.png", (0, 0, 255, 0))):
        picture = Image.new("RGBA", (8, 8), hidden)
        picture.paste((255, 0, 0, 255), (0, 0, 4, 8))
        picture.save(tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("mode", ["1", "L", "I;16"])
@pytest.mark.parametrize("in_memory", [True, False])
def test_a_folder_of_grey_pictures_makes_one_channel(tmp_path, mode, in_memory):
    for name, value in (("a.png", 0), ("b.png", 1)):
        write(tmp_path / name, mode, value)
    assert folder(str(tmp_path), image_size=8, in_memory=in_memory).element_shape == (8, 8, 1)


def test_one_coloured_picture_makes_three_channels(tmp_path):
    write(tmp_path / "a.png", "L", 7)
    write(tmp_path / "b.png", "RGB", RED)
    assert folder(str(tmp_path)).element_shape == (64, 64, 3)


def test_grey_pictures_that_are_partly_transparent_make_three_channels(tmp_path):
    write(tmp_path / "a.png", "LA", (0, 0))
    write(tmp_path / "b.png", "L", 7)
    source = folder(str(tmp_path), image_size=4)
    assert pixels_of(source)[:, 0, 0].tolist() == [list(WHITE), [7, 7, 7]]


@pytest.mark.parametrize(("channels", "expected"), [(1, [76]), (3, list(RED)), (4, [*RED, 255])])
@pytest.mark.parametrize("in_memory", [True, False])
def test_the_channels_that_are_asked_for(tmp_path, channels, expected, in_memory):
    write(tmp_path / "a.png", "RGB", RED)
    write(tmp_path / "b.png", "L", 7)
    source = folder(str(tmp_path), image_size=4, in_memory=in_memory, channels=channels)
    assert source.element_shape == (4, 4, channels)
    assert pixels_of(source)[0, 0, 0].tolist() == expected


def test_sprites_keep_what_is_transparent_and_lose_the_colours_that_nobody_sees(sprites):
    a, b = pixels_of(folder(str(sprites), image_size=8, channels=4))
    assert a[0, 0].tolist() == [255, 0, 0, 255]
    assert a[0, 7].tolist() == [0, 0, 0, 0]
    np.testing.assert_array_equal(a, b)


def test_what_is_transparent_is_white_unless_four_channels_are_asked_for(sprites):
    assert pixels_of(folder(str(sprites), image_size=8))[0, 0, [0, 7]].tolist() == [list(RED), list(WHITE)]


def test_a_test_split_has_the_channels_of_the_training_pictures(tmp_path):
    """Grey test pictures of a coloured set would else have another shape than the model."""
    for name in ("a.png", "b.png"):
        write(tmp_path / "train" / name, "RGB", RED)
        write(tmp_path / "test" / name, "L", 7)
    for split in ("train", "test"):
        assert folder(str(tmp_path), split=split).element_shape == (64, 64, 3)


def test_a_test_split_of_two_domains_has_the_channels_of_the_training_pictures(tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / "trainA" / name)
        write(tmp_path / "trainB" / name, "RGB", RED)
        for domain in ("testA", "testB"):
            save(tmp_path / domain / name)
    for split in ("train", "test"):
        assert data.load(f"domains:{tmp_path}", split=split).element_shape == {"a": (64, 64, 3), "b": (64, 64, 3)}


def test_two_domains_have_equal_channels_if_one_of_them_is_grey(tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / "trainA" / name)
        save(tmp_path / "trainB" / name)
    assert data.load(f"domains:{tmp_path}").element_shape == {"a": (64, 64, 1), "b": (64, 64, 1)}
    assert data.load(f"domains:{tmp_path}", channels=3).element_shape["b"] == (64, 64, 3)


@pytest.mark.parametrize(
    ("fit", "row", "column"),
    [
        ("crop", "rrrr", "rrrr"),
        ("pad", ".rr.", ".rr."),
        ("stretch", "krrk", "krrk"),
    ],
)
@pytest.mark.parametrize("is_wide", [True, False])
def test_what_becomes_of_pictures_that_are_not_square(tmp_path, fit, row, column, is_wide):
    """Of 16 × 8 pixels, with black ends of 4 × 8: a crop to the middle, white beside, or squeezed."""
    picture = Image.new("RGB", (16, 8), "black")
    picture.paste(RED, (4, 0, 12, 8))
    if not is_wide:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    for name in ("a.png", "b.png"):
        picture.save(tmp_path / name)
    (square, _) = pixels_of(folder(str(tmp_path), image_size=4, fit=fit))
    along, across = (square[2], square[:, 2]) if is_wide else (square[:, 2], square[2])
    letters = "".join("r" if p[0] > 128 > p[1] else "k" if p.max() < 100 else "." for p in across)
    if fit == "pad":
        assert letters == column
        assert along[0].max() < 100
    else:
        assert "".join("r" if p[0] > 128 else "k" for p in along) == row


def test_padding_of_sprites_is_transparent_and_of_grey_pictures_white(tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / name, grey=9, size=(8, 4))
    assert (
        pixels_of(folder(str(tmp_path), image_size=8, fit="pad"))[0, :, 0, 0].tolist()
        == [255] * 2 + [9] * 4 + [255] * 2
    )
    padded = pixels_of(folder(str(tmp_path), image_size=8, channels=4, fit="pad"))
    assert padded[0, [0, 3], 0, 3].tolist() == [0, 255]


@pytest.mark.parametrize("fit", images.FITS)
def test_a_picture_of_one_pixels_width_fits(tmp_path, fit):
    for name in ("a.png", "b.png"):
        save(tmp_path / name, size=(1, 500))
    assert folder(str(tmp_path), image_size=8, fit=fit).element_shape == (8, 8, 1)


def test_the_command_line_knows_the_same_fits():
    assert tuple(images.FITS) == data.FITS


@pytest.mark.parametrize("dataset", ["edges:folder", "reduced:folder"])
def test_datasets_made_of_ones_own_pictures_take_channels_and_fit(tmp_path, dataset):
    for number in range(5):
        write(tmp_path / f"{number}.png", "RGB", RED, size=(8, 4))
    two = data.load(f"{dataset}:{tmp_path}", image_size=8, channels=1, fit="stretch")
    assert two.element_shape == {"a": (8, 8, 1), "b": (8, 8, 1)}


@pytest.mark.parametrize(
    ("dataset", "options", "message"),
    [
        ("digits", {"channels": 3}, "--channels=3: goes with --dataset=folder:PATH or domains:PATH; digits has its"),
        ("mnist", {"fit": "pad"}, "--fit=pad: goes with --dataset=folder:PATH or domains:PATH; mnist has its own."),
        ("edges:mnist", {"fit": "pad"}, "--fit=pad: goes with --dataset=folder:PATH"),
        ("folder:x", {"channels": 2}, r"--channels=2: expected 1 \(grey\), 3 \(RGB\) or 4 \(RGBA\)\."),
        ("folder:x", {"fit": "croop"}, "unknown fit 'croop'. Did you mean 'crop'?"),
        ("edges:folder:x", {"channels": 4}, "--channels=4: edges:folder:x has no transparent pictures"),
    ],
)
def test_channels_and_fits_that_mean_nothing_are_refused(dataset, options, message):
    with pytest.raises(UserError, match=message):
        data.load(dataset, **options)


def test_evaluation_reads_pictures_as_training_did(tmp_path):
    for number in range(6):
        write(tmp_path / f"{number}.png", "RGB", RED, size=(8, 4))
    train, test = DatasetSpec(f"folder:{tmp_path}", 4, None, channels=4, fit="pad").open()
    assert train.element_shape == test.element_shape == (4, 4, 4)
    assert pixels_of(test)[0, 0, 0].tolist() == [255, 255, 255, 0]
