"""The layer in its place: before the logit, and scaled to the data before the first step."""

import keras
import numpy as np
import pytest

from models import ZOO
from tfgan_zoo import data
from tfgan_zoo.layers import WeightNormalizedMinibatchDiscrimination

KERNELS = 7


@pytest.fixture(scope="module", params=["grid25", "digits"])
def prepared(request):
    """A GAN after its preparation, and the batch that prepared it."""
    source = data.load(request.param)
    options = {"width": 4} if request.param == "digits" else {}
    gan = ZOO["minibatch_discrimination"](source.element_shape, num_kernels=KERNELS, **options)
    gan.prepare(source)
    batch, _ = next(iter(source.batches(gan.batch_size, seed=gan.seed, purpose="initialization")))
    return gan, batch


def inside(gan, batch):
    """Returns what enters D's layer and what leaves it, in training mode, as it was initialized."""
    (layer,) = (x for x in gan.discriminator.layers if isinstance(x, WeightNormalizedMinibatchDiscrimination))
    parts = keras.Model(gan.discriminator.inputs, [layer.input, layer.output])
    return [np.asarray(part) for part in parts(batch, training=True)]


def test_the_closeness_starts_at_mean_zero(prepared):
    features, output = inside(*prepared)
    np.testing.assert_allclose(output[:, -KERNELS:].mean(axis=0), np.zeros(KERNELS), atol=2e-3)
    np.testing.assert_array_equal(output[:, :-KERNELS], features)


def test_the_closeness_varies_over_the_batch(prepared):
    _, output = inside(*prepared)
    assert (output[:, -KERNELS:].std(axis=0) > 0.05).all()


def test_the_logit_sees_features_and_closeness(prepared):
    gan, batch = prepared
    features, _ = inside(gan, batch)
    assert gan.discriminator.get_layer("logits").kernel.shape == (features.shape[1] + KERNELS, 1)
