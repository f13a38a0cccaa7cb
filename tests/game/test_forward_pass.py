"""A forward pass runs each network at most once on each batch, and only when somebody looks."""

import types

import pytest
import tensorflow as tf

from tfgan_zoo.game.forward_pass import ForwardPass, logits_of


class Counting:
    """Stands for a GAN: D is the sum over an example, G doubles the latents."""

    augmentation = None
    slopes_read = frozenset()

    def __init__(self, answer=lambda logits: logits):
        self.calls = []
        self.answer = answer

    def draw_latents(self, batch_size, purpose):
        self.calls.append(f"latents of {int(batch_size)} for {purpose}")
        return tf.ones((batch_size, 2))

    def generate(self, latents, labels=None, training=False):
        self.calls.append("G" if training else "G, not in training")
        return 2.0 * latents

    def discriminate(self, data, labels=None, training=False):
        self.calls.append("D" if training else "D, not in training")
        return self.answer(tf.reduce_sum(data, axis=1, keepdims=True))


@pytest.fixture
def real():
    return tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def test_nothing_runs_before_it_is_asked_for(real):
    gan = Counting()
    ForwardPass(gan, real, None, "generator")
    assert gan.calls == []


def test_each_network_runs_once(real):
    gan = Counting()
    forward = ForwardPass(gan, real, None, "simultaneous")
    for _ in range(2):
        assert forward.fake_logits.numpy().tolist() == [[4.0]] * 3
        assert forward.real_logits.numpy().tolist() == [[3.0], [7.0], [11.0]]
        assert forward.fake.numpy().tolist() == [[2.0, 2.0]] * 3
    assert gan.calls == ["latents of 3 for latents/simultaneous", "G", "D", "D"]


def test_g_alone_does_not_run_d(real):
    gan = Counting()
    assert ForwardPass(gan, real, None, "generator").fake.shape == (3, 2)
    assert gan.calls == ["latents of 3 for latents/generator", "G"]


def test_real_logits_do_not_run_g(real):
    gan = Counting()
    assert ForwardPass(gan, real, None, "discriminator").real_logits.shape == (3, 1)
    assert gan.calls == ["D"]


def test_labels_reach_both_networks(real):
    labels, seen = tf.range(3), []
    gan = types.SimpleNamespace(
        augmentation=None,
        slopes_read=(),
        draw_latents=lambda batch_size, purpose: real,
        generate=lambda latents, labels, training: seen.append(labels) or latents,
        discriminate=lambda data, labels, training: seen.append(labels) or data,
    )
    forward = ForwardPass(gan, real, labels, "simultaneous")
    assert forward.fake_output is not None
    assert forward.real_output is not None
    assert all(found is labels for found in seen)
    assert len(seen) == 3


def test_real_data_may_be_a_structure(real):
    gan = Counting()
    forward = ForwardPass(gan, {"first": real, "second": real[:, :1]}, None, "simultaneous")
    assert forward.latents.shape == (3, 2)


def test_logits_beside_features(real):
    gan = Counting(lambda logits: {"logits": logits, "features": "anything"})
    forward = ForwardPass(gan, real, None, "simultaneous")
    assert forward.real_logits.numpy().tolist() == [[3.0], [7.0], [11.0]]
    assert forward.real_output["features"] == "anything"
    assert gan.calls == ["D"]


def test_logits_of_a_tensor_are_the_tensor(real):
    assert logits_of(real) is real
    assert logits_of({"logits": real}) is real
