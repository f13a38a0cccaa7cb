import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics.ms_ssim import POWERS, ms_ssim_by_class, scales_of


def noise(count, size, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 1), np.uint8)


def test_against_tensorflow_on_the_papers_size():
    """Two images make but one pair: TensorFlow's own five scales, at a size that has room for them."""
    images = (noise(2, 176) // 4 + 96).astype(np.uint8)
    expected = float(tf.image.ssim_multiscale(images[:1], images[1:], 255)[0])
    assert ms_ssim_by_class(images, np.zeros(2), pairs=3) == {0: pytest.approx(expected, rel=1e-5)}
    assert scales_of((1, 176, 176, 1)) == pytest.approx(POWERS)


def test_one_scale_is_structural_similarity():
    images = noise(2, 16)
    expected = float(tf.image.ssim(images[:1], images[1:], 255)[0])
    assert ms_ssim_by_class(images, np.zeros(2), pairs=1)[0] == pytest.approx(max(expected, 0), abs=1e-6)


@pytest.mark.parametrize(("size", "count"), [(11, 1), (21, 1), (22, 2), (28, 2), (44, 3), (64, 3), (175, 4), (176, 5)])
def test_as_many_scales_as_the_filter_has_room_for(size, count):
    assert len(scales_of((1, size, size, 3))) == count
    assert sum(scales_of((1, size, size, 3))) == pytest.approx(sum(POWERS))


def test_repeated_images_are_alike_and_noise_is_not():
    images = np.concatenate([np.repeat(noise(1, 28), 5, axis=0), noise(5, 28, seed=1)])
    similarity = ms_ssim_by_class(images, np.repeat([3, 7], 5), pairs=20)
    assert similarity[3] == pytest.approx(1.0)
    assert similarity[7] < 0.2


def test_pairs_are_of_two_different_samples_of_one_class():
    """A class of one black and one white image: a pair of the same one would add a similarity of 1."""
    images = np.zeros((4, 11, 11, 1), np.uint8)
    images[1::2] = 255
    assert ms_ssim_by_class(images, np.array([0, 0, 1, 2]), pairs=50) == {0: pytest.approx(0.0, abs=1e-3)}


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [(noise(2, 8), [0, 0], "at least 11 × 11"), (noise(2, 16), [0, 1], "no class has two")],
)
def test_what_cannot_be_scored_is_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        ms_ssim_by_class(images, np.array(labels))
