import types

import pytest
import tensorflow as tf

from models import ZOO
from tfgan_zoo.common.errors import UserError


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


def test_the_networks_are_the_papers():
    """At 64 pixels, blocks 2: of maps C = 64, 64, 64, 64, 32 from 4×4 on, each 1×1 to 2C, 3×3 in groups of 16, 1×1."""
    gan = ZOO["r3gan"]((64, 64, 3))
    blocks_of_64 = [(1, 1, 64, 128), (3, 3, 16, 128), (1, 1, 128, 64)]
    blocks_of_32 = [(1, 1, 32, 64), (3, 3, 16, 64), (1, 1, 64, 32)]
    assert kernels(gan.generator) == [
        *((64, 64), *(blocks_of_64 * 8), (1, 1, 64, 32)),
        *(*(blocks_of_32 * 2), (1, 1, 32, 3)),
    ]
    assert kernels(gan.discriminator) == [
        *((1, 1, 3, 32), *(blocks_of_32 * 2), (1, 1, 32, 64)),
        *(*(blocks_of_64 * 8), (4, 4, 64, 1), (64, 1)),
    ]


def kernels(network):
    return [weight.shape for weight in network.get_weights() if weight.ndim in (2, 4)]


@pytest.mark.parametrize(("width", "groups"), [(64, 8), (12, 3), (4, 1), (5, 5)])
def test_groups_have_16_channels_or_as_many_as_divide(width, groups):
    layers = ZOO["r3gan"]((8, 8, 1), width=width, blocks=1).generator.layers
    assert {layer.groups for layer in layers if type(layer).__name__ == "GroupedConvolution"} == {groups}


def test_on_points_the_networks_are_pacgans():
    assert kernels(ZOO["r3gan"]((2,)).generator) == [(2, 400), (400, 400), (400, 400), (400, 400), (400, 2)]
    with pytest.raises(UserError, match="blocks=2: the networks on points have none"):
        ZOO["r3gan"]((2,), blocks=2)


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


def test_on_images_everything_goes_by_a_half_cosine():
    # A third of the way: end + ½ (start − end) (1 + cos 60°) = start/4·3 + end/4; 0.75 and 0.25 of the way.
    gan = ZOO["r3gan"]((8, 8, 1), width=4, learning_rate=0.004, gamma=2.0, decay_steps=120)
    d = gan.discriminator_player
    expected = {0: (0.004, 2.0, 0.9), 40: (0.00325, 1.55, 0.9225), 60: (0.0025, 1.1, 0.945)}
    for step, figures in {**expected, 120: (0.001, 0.2, 0.99), 10**6: (0.001, 0.2, 0.99)}.items():
        found = d.optimizer._learning_rate(step), d.penalties[0].weight(step), d.optimizer.beta_2(step)
        assert [float(figure) for figure in found] == pytest.approx(figures)
    # The half-life grows to 30 updates: 0, 15 halfway, where a decay is 2^(−1/15).
    decay = gan.generator_player.average.decay
    assert [float(decay(step)) for step in (0, 60, 120, 10**6)] == pytest.approx(
        [0, 2 ** (-1 / 15), *[2 ** (-1 / 30)] * 2]
    )


def test_an_augmentation_follows_its_schedule():
    """A third, half and all of the way to 0.8: 0.2, 0.4 and 0.8, which stays."""
    built = ZOO["r3gan"]((8, 8, 1), width=2, blocks=1, final_augmentation=0.8, decay_steps=6).augmentation
    augmentation = type(built).from_config(built.get_config())
    assert not augmentation.needs_signs
    for step, p in [(2, 0.2), (3, 0.4), (6, 0.8), (100, 0.8)]:
        step = types.SimpleNamespace(value=tf.constant(step, tf.int64))
        augmentation.observe(types.SimpleNamespace(gan=types.SimpleNamespace(step=step)))
        assert float(augmentation.p) == pytest.approx(p)


@pytest.mark.parametrize(("shape", "options"), [((8, 8, 1), {}), ((2,), {"decay_steps": 3})])
def test_an_augmentation_that_could_not_grow_is_refused(shape, options):
    with pytest.raises(UserError, match=r"final_augmentation=0\.5: it is for images, and grows over decay_steps"):
        ZOO["r3gan"](shape, final_augmentation=0.5, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"final_augmentation": 1.5, "decay_steps": 3}, "final_augmentation=1.5: give a probability from 0 to 1"),
        ({"final_gamma": 0.1}, "final_gamma=0.1: γ reaches it after decay_steps"),
        ({"gamma": -1.0}, "gamma=-1.0: give a number of 0 or more"),
    ],
)
def test_what_is_out_of_range_or_has_no_effect_is_refused(options, message):
    with pytest.raises(UserError, match=message):
        ZOO["r3gan"]((8, 8, 1), width=2, blocks=1, **options)


@pytest.mark.parametrize("name", ["width", "blocks", "decay_steps"])
def test_what_counts_something_is_at_least_1(name):
    with pytest.raises(UserError, match=f"{name}=0: give a whole number from 1 on"):
        ZOO["r3gan"]((8, 8, 1), **{name: 0})


def test_what_is_given_goes_before_the_decays():
    gan = ZOO["r3gan"]((8, 8, 1), width=4, decay_steps=10, beta_2=0.5, ema="none", penalties=["r1:3"])
    assert gan.discriminator_player.optimizer.beta_2 == 0.5
    assert gan.generator_player.average is None
    assert gan.discriminator_player.penalties[1].weight == 3.0
