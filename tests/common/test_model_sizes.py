"""What a model's source says of its sizes, without TensorFlow."""

import pytest

from models import ZOO
from tfgan_zoo.common.model_sizes import least_batch_of, sizes_of


@pytest.mark.parametrize("model", ["dcgan", "cdcgan", "pacgan", "ebgan", "context_encoder", "discogan"])
def test_the_sizes_of_dcgans_networks_are_known_before_tensorflow_is_imported(model):
    from models.dcgan import IMAGE_SIZES

    assert sizes_of(ZOO.targets[model]) == list(IMAGE_SIZES)


@pytest.mark.parametrize("model", ["vanilla", "bigan", "cyclegan", "pix2pix"])
def test_a_model_of_any_size_lists_none(model):
    assert sizes_of(ZOO.targets[model]) is None


@pytest.mark.parametrize("model", ["dcgan", "pacgan", "ali", "pix2pix", "semi_supervised", "wgan"])
def test_the_batch_of_a_recipe_is_known_before_tensorflow_is_imported(model):
    shape = {"a": (16, 16, 1), "b": (16, 16, 1)} if model == "pix2pix" else (16, 16, 1)
    classes = {"num_classes": 3} if model == "semi_supervised" else {}
    narrow = {} if model == "semi_supervised" else {"width": 2}
    assert 2 <= least_batch_of(ZOO.targets[model]) <= ZOO[model](shape, **classes, **narrow).batch_size
