import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError

SHAPE = (8, 8, 1)


@pytest.fixture(scope="module")
def gan():
    return ZOO["bigan"](SHAPE, width=16, latent_dim=5)


@pytest.fixture(scope="module")
def real():
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (6, *SHAPE)), tf.float32)


def forward_of(gan, real, training=False):
    return gan.forward_pass(gan, real, None, "test", training=training)


def softplus(logits):
    return np.log1p(np.exp(np.asarray(logits, np.float64)))


# The game.


def test_d_judges_pairs(gan, real):
    forward = forward_of(gan, real)
    by_hand = gan.discriminator([real, gan.encoder(real, training=False)], training=False)
    np.testing.assert_allclose(forward.real_logits, by_hand, atol=1e-6)
    z = forward.latents
    by_hand = gan.discriminator([gan.generator(z, training=False), z], training=False)
    np.testing.assert_allclose(forward.fake_logits, by_hand, atol=1e-6)


def test_each_player_descends_both_terms(gan, real):
    forward = forward_of(gan, real)
    d, g = gan.discriminator_loss(forward), gan.generator_loss(forward)
    real_logits, fake_logits = forward.real_logits, forward.fake_logits
    assert float(d) == pytest.approx(np.mean(softplus(-real_logits)) + np.mean(softplus(fake_logits)), rel=1e-5)
    assert float(g) == pytest.approx(np.mean(softplus(real_logits)) + np.mean(softplus(-fake_logits)), rel=1e-5)


def test_the_encoder_learns_by_the_real_pairs_and_the_generator_by_the_fake_ones(gan, real):
    of_encoder, of_generator = gan.encoder.trainable_variables, gan.generator.trainable_variables
    with gan.generator_player.tape() as tape:
        loss = gan.generator_loss(forward_of(gan, real, training=True))
    gradients = tape.gradient(loss, [v.value for v in of_encoder + of_generator])
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)
    with gan.generator_player.tape() as tape:
        loss = tf.reduce_mean(tf.nn.softplus(forward_of(gan, real, training=True).real_logits))
    alone = tape.gradient(loss, [v.value for v in of_encoder + of_generator])
    for gradient, expected in zip(alone[: len(of_encoder)], gradients, strict=False):
        np.testing.assert_allclose(gradient, expected, atol=1e-7)
    assert all(gradient is None for gradient in alone[len(of_encoder) :])


def test_the_players_own_the_networks_of_the_paper(gan):
    assert gan.networks_of("generator") == [gan.generator, gan.encoder]
    assert gan.networks_of("discriminator") == [gan.discriminator]


def test_one_step_moves_the_encoder(real):
    gan = ZOO["bigan"](SHAPE, width=16, latent_dim=5)
    before = gan.encoder.get_weights()
    gan.train_step((real, None))
    moved = [np.abs(a - b).max() for a, b in zip(gan.encoder.get_weights(), before, strict=True)]
    assert min(moved) > 0


@pytest.mark.parametrize("loss", ["hinge", "least_squares", "wasserstein"])
def test_a_loss_without_a_term_for_the_encoder_is_refused(loss):
    with pytest.raises(UserError, match=r"BiGAN does not admit the loss .* Valid: non_saturating"):
        ZOO["bigan"](SHAPE, width=16, loss=loss)


def test_what_it_shows_is_an_image_and_its_reconstruction(gan, real):
    views = gan.views(forward_of(gan, real))
    assert list(views) == ["image", "reconstruction"]
    np.testing.assert_array_equal(views["image"], real)
    np.testing.assert_allclose(views["reconstruction"], gan.generate(gan.encode(real)), atol=1e-6)


# The authors' networks.


def kernels(network):
    return [weight.shape for weight in network.trainable_variables]


def test_the_networks_are_the_authors():
    """Two hidden layers of 1,024 in each; z goes into the second of G and of D; nowhere a bias or a gain."""
    gan = ZOO["bigan"]((28, 28, 1))
    assert kernels(gan.generator) == [(50, 1024), (1024 + 50, 1024), (1024, 784)]
    assert kernels(gan.encoder) == [(784, 1024), (1024, 1024), (1024, 50)]
    assert kernels(gan.discriminator) == [(784, 1024), (1024 + 50, 1024), (1024, 1)]
    norms = [
        sum(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers) for network in gan.networks
    ]
    assert norms == [2, 1, 1]
    for network in gan.networks:
        for kernel in network.trainable_variables:
            assert kernel.numpy().std() == pytest.approx(0.02, rel=4 / np.sqrt(2 * kernel.shape.num_elements()))


def test_it_trains_as_the_authors_do():
    gan = ZOO["bigan"](SHAPE, width=16)
    assert (gan.batch_size, gan.latent_distribution, gan.latent_dim) == (128, "uniform", 50)
    for player in (gan.generator_player, gan.discriminator_player):
        assert float(player.optimizer.learning_rate) == pytest.approx(2e-4)
        assert player.optimizer.beta_1 == 0.5


def test_the_weight_decay_is_the_authors_beside_their_halved_losses(gan):
    """Theirs adds 2.5e-5 w to the gradient of half the loss: 5e-5 w to ours, the gradient of 2.5e-5 ‖w‖²."""
    for network in gan.networks:
        squares = sum(np.sum(np.square(kernel.numpy(), dtype=np.float64)) for kernel in network.trainable_variables)
        assert float(tf.add_n(network.losses)) == pytest.approx(2.5e-5 * squares, rel=1e-4)


def test_the_encoders_answer_lies_where_latents_do(real):
    gan = ZOO["bigan"](SHAPE, width=16, latent_dim=5)
    gan.encoder.trainable_variables[-1].assign(tf.ones((16, 5)) * 1e3)
    latents = gan.encode(real).numpy()
    assert latents.shape == (6, 5)
    assert np.abs(latents).max() <= 1.0
    assert np.abs(latents).max() > 0.9
    gan.encoder.trainable_variables[-1].assign(tf.zeros((16, 5)))
    np.testing.assert_array_equal(gan.encode(real), np.zeros((6, 5)))


def test_points_are_refused():
    with pytest.raises(UserError, match="bigan makes images, not points"):
        ZOO["bigan"]((2,))
