import keras
import pytest

from models import ZOO


def test_the_loss_is_relativistic_and_g_is_averaged():
    config = ZOO["r3gan"]((2,)).get_compile_config()
    assert config["loss"]["registered_name"] == "tfgan_zoo>Relativistic"
    assert config["ema"] == {"generator": 0.995, "discriminator": None}
    penalties = [penalty["registered_name"] for penalty in config["penalties"]["discriminator"]]
    assert penalties == ["tfgan_zoo>R1", "tfgan_zoo>R2"]


def test_another_loss_and_another_penalty_take_their_place():
    gan = ZOO["r3gan"]((2,), loss="hinge", penalties=["r1:3,every=16"])
    assert type(gan.loss).__name__ == "Hinge"
    r2, r1 = gan.discriminator_player.penalties
    assert (type(r2).__name__, r2.weight) == ("R2", 0.2)
    assert (type(r1).__name__, r1.weight, r1.every) == ("R1", 3.0, 16)


def test_d_normalises_nothing_by_the_batch():
    layers = ZOO["r3gan"]((32, 32, 1), width=4).discriminator.layers
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers)
    assert all(layer.use_bias for layer in layers if isinstance(layer, keras.layers.Conv2D))


def test_learning_rate_and_gamma_fall():
    # Halfway: a cosine's half of the way to a hundredth of the rate, and the geometric mean of the two γ.
    options = {"learning_rate": 0.004, "generator_learning_rate": 0.01, "gamma": 0.1, "final_gamma": 0.001}
    gan = ZOO["r3gan"]((2,), **options, decay_steps=100)
    for player, halved in ((gan.generator_player, 0.00505), (gan.discriminator_player, 0.00202)):
        assert float(player.optimizer._learning_rate(50)) == pytest.approx(halved)
    r1, r2 = gan.discriminator_player.penalties
    assert float(r1.weight(50)) == float(r2.weight(50)) == pytest.approx(0.01)


def test_after_the_decay_the_last_values_stay():
    gan = ZOO["r3gan"]((2,), learning_rate=0.004, gamma=0.1, final_gamma=0.001, decay_steps=100)
    for step in (100, 1000, 10**6):
        assert float(gan.discriminator_player.optimizer._learning_rate(step)) == pytest.approx(4e-5)
        assert float(gan.discriminator_player.penalties[0].weight(step)) == pytest.approx(0.001)


def test_without_steps_nothing_falls():
    r1, r2 = ZOO["r3gan"]((2,), gamma=0.1).discriminator_player.penalties
    assert (r1.weight, r2.weight) == (0.1, 0.1)
