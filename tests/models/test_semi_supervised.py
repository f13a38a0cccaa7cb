"""The objective of Salimans et al. 2016, §5, against a transcription in NumPy, with the network's noise taken out."""

import numpy as np
import pytest
import tensorflow as tf

from models import ZOO, semi_supervised
from tfgan_zoo.data.digits import digits
from tfgan_zoo.layers import WeightNormalization

SHAPE = (8, 8, 1)


@pytest.fixture
def gan(monkeypatch):
    """Without its noise the network says the same in training as in inference, so that NumPy can follow."""
    gan = ZOO["semi_supervised"](SHAPE, num_classes=4)
    for layer in gan.discriminator.layers:
        if hasattr(layer, "stddev"):
            monkeypatch.setattr(layer, "stddev", 0.0)
    return gan


@pytest.fixture
def batch():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 6, *SHAPE)).astype(np.float32)
    real = {name: tf.constant(part) for name, part in zip(("unlabelled", "labelled", "matching"), images, strict=True)}
    return real, tf.constant([0, 1, 2, 3, 0, 1])


def softplus(x):
    return np.log1p(np.exp(x))


def test_discriminator_loss(gan, batch):
    real, labels = batch
    forward = gan.forward_pass(gan, real, labels, "test")
    logits = {
        "labelled": gan.discriminator(real["labelled"])["class_logits"].numpy(),
        "unlabelled": gan.discriminator(real["unlabelled"])["class_logits"].numpy(),
        "fake": gan.discriminator(forward.fake)["class_logits"].numpy(),
    }
    sums = {name: np.log(np.exp(value).sum(axis=1)) for name, value in logits.items()}
    right = logits["labelled"][np.arange(6), labels.numpy()]
    labelled = -right.mean() + sums["labelled"].mean()
    of_real = -sums["unlabelled"].mean() + softplus(sums["unlabelled"]).mean()
    unlabelled = 0.5 * of_real + 0.5 * softplus(sums["fake"]).mean()
    assert float(gan.discriminator_loss(forward)) == pytest.approx(labelled + unlabelled, rel=1e-5)
    assert float(gan.labelled_loss.result()) == pytest.approx(labelled, rel=1e-5)
    assert float(gan.unlabelled_loss.result()) == pytest.approx(unlabelled, rel=1e-5)
    wrong = logits["labelled"].argmax(axis=1) != labels.numpy()
    assert float(gan.train_error.result()) == pytest.approx(wrong.mean())


def test_generator_matches_the_means_of_another_real_batch(gan, batch):
    real, labels = batch
    forward = gan.forward_pass(gan, real, labels, "test")
    of_real = gan.discriminator(real["matching"])["features"].numpy().mean(axis=0)
    of_fake = gan.discriminator(forward.fake)["features"].numpy().mean(axis=0)
    assert float(gan.generator_loss(forward)) == pytest.approx(np.mean((of_real - of_fake) ** 2), rel=1e-5)


def test_classify_is_the_softmax_over_the_classes(gan, batch):
    logits = gan.discriminator(batch[0]["matching"])["class_logits"].numpy()
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(gan.classify(batch[0]["matching"]), expected, rtol=1e-5)


def test_hidden_scales_are_frozen_and_the_last_is_trained(gan):
    scales = [layer.scale.trainable for layer in gan.discriminator.layers if isinstance(layer, WeightNormalization)]
    assert scales == [False] * 5 + [True]


def test_preparation_standardizes_what_the_last_layer_says_of_real_images():
    """The noise of the second look at them differs from that of the first: hence the tolerance."""
    source = digits(image_size=16)
    gan = ZOO["semi_supervised"](source.element_shape, num_classes=10)
    gan.prepare(source)
    images, _ = next(iter(source.batches(500, seed=0, purpose="initialization")))
    logits = gan.discriminator(images, training=True)["class_logits"].numpy()
    np.testing.assert_allclose(logits.mean(axis=0), 0.0, atol=0.2)
    np.testing.assert_allclose(logits.std(axis=0), 1.0, atol=0.2)


def test_batches_hold_the_labelled_few_and_two_unlabelled_batches():
    source = digits(image_size=16)
    gan = ZOO["semi_supervised"](source.element_shape, num_classes=10, labels_per_class=2)
    real, labels = next(iter(gan.batches(source, 20)))
    assert sorted(labels.numpy()) == sorted([*range(10)] * 2)
    assert {name: part.shape for name, part in real.items()} == dict.fromkeys(real, (20, 16, 16, 1))
    assert not np.array_equal(real["unlabelled"], real["matching"])


def test_the_paper_has_no_minibatch_discrimination_here():
    names = {type(layer).__name__ for layer in semi_supervised.make_discriminator(SHAPE, 10).layers}
    assert not any("Minibatch" in name for name in names)


def test_fit_takes_images_and_labels():
    source = digits(image_size=16)
    gan = ZOO["semi_supervised"](source.element_shape, num_classes=10)
    history = gan.fit(source.examples.numpy()[:600], source.labels.numpy()[:600], epochs=1, verbose=0)
    assert int(gan.step.numpy()) == 6
    assert np.isfinite(history.history["labelled_loss"]).all()
