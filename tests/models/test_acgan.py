"""ACGAN: the classes in both players' losses, and the sign that G has to have."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError


@pytest.fixture
def gan():
    return ZOO["acgan"]((16, 16, 1), num_classes=3, width=4)


def forward_of(gan):
    images = np.random.default_rng(0).uniform(-1, 1, (6, 16, 16, 1)).astype(np.float32)
    return gan.forward_pass(gan, tf.constant(images), tf.constant([0, 1, 2, 0, 1, 2]), "test")


def by_hand(logits, labels):
    exponentials = np.exp(logits)
    return -np.log((exponentials / exponentials.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]).mean()


def test_both_players_descend_the_cross_entropy_of_the_classes(gan):
    forward, labels = forward_of(gan), [0, 1, 2, 0, 1, 2]
    real, fake = (
        by_hand(output["class_logits"].numpy(), labels) for output in (forward.real_output, forward.fake_output)
    )
    plain = float(gan.loss.discriminator(forward)), float(gan.loss.generator(forward))
    assert float(gan.discriminator_loss(forward)) == pytest.approx(plain[0] + real + fake, rel=1e-5)
    assert float(gan.generator_loss(forward)) == pytest.approx(plain[1] + fake, rel=1e-5)
    gan.class_weight = 0.1
    assert float(gan.generator_loss(forward)) == pytest.approx(plain[1] + 0.1 * fake, rel=1e-5)


def test_the_class_logits_are_no_probabilities_yet(gan):
    """A softmax in D before the cross-entropy, which has one, hides the classes from G."""
    gan.discriminator.get_layer("class_logits").bias.assign([5.0, 0.0, 0.0])
    logits = forward_of(gan).real_output["class_logits"].numpy()
    assert logits[:, 0].min() > 3.0


def test_g_alone_is_given_the_label(gan):
    assert gan.generator.input_shape == (None, 100 + 3)
    assert gan.discriminator.input_shape == (None, 16, 16, 1)
    with pytest.raises(ValueError, match="latents without labels"):
        gan.generate(tf.zeros((1, 100)))


def test_one_class_is_refused():
    with pytest.raises(UserError, match=r"2 or more\. Received: 1"):
        ZOO["acgan"]((16, 16, 1), num_classes=1)
