"""Half precision: what computes in it, what does not, and that two optimizers train through it."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO
from tests.test_models import BATCH, assert_finite, build, shape_of, source_of
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.losses import NonSaturating
from tfgan_zoo.machine.precision import at_least_float32, building_in, computes_in_float16, in_float32

LAST = re.compile("logits|reconstructions|images")  # the outputs that losses read
MIXED = ("mixed_float16", "mixed_bfloat16")


def test_the_policy_is_of_the_block():
    with building_in("mixed_float16"):
        inside = keras.layers.Dense(1)
    assert inside.compute_dtype == "float16"
    assert keras.layers.Dense(1).compute_dtype == keras.config.dtype_policy().name == "float32"


def test_the_policy_ends_with_an_error():
    with pytest.raises(KeyError), building_in("mixed_float16"):
        raise KeyError
    assert keras.config.dtype_policy().name == "float32"


def test_narrow_outputs_are_widened_and_others_stay():
    dtypes = {"half": tf.float16, "brain": tf.bfloat16, "single": tf.float32, "double": tf.float64, "whole": tf.int32}
    found = at_least_float32({name: tf.zeros((2,), dtype) for name, dtype in dtypes.items()})
    wide = {name: tensor.dtype for name, tensor in found.items()}
    assert wide == dtypes | {"half": tf.float32, "brain": tf.float32}


def test_float16_is_found_within_networks(tiny_networks):
    assert not computes_in_float16(tiny_networks())
    with building_in("mixed_bfloat16"):
        assert not computes_in_float16(tiny_networks())
    with building_in("mixed_float16"):
        inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    nested = keras.Sequential([keras.Input((2,)), inner], name="outer")
    assert computes_in_float16([nested])


def test_networks_compute_in_float32_for_a_block():
    with building_in("mixed_float16"):
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    third = tf.constant([[1 / 3]])
    assert network(third).dtype == tf.float16
    with in_float32([network]):
        assert network(third).dtype == tf.float32
        assert float(network(third)[0, 0]) == float(third[0, 0])
    assert network(third).dtype == tf.float16


# Training.


@pytest.mark.parametrize("policy", MIXED)
@pytest.mark.parametrize("name", list(ZOO))
def test_every_model_trains_and_answers_in_float32(name, policy):
    shape = shape_of(name)
    with building_in(policy):
        gan = build(name, shape)
    hidden = [layer for network in gan.networks for layer in network.layers if layer.weights]
    assert {layer.compute_dtype for layer in hidden} >= {policy.removeprefix("mixed_"), "float32"}
    # The last layers themselves, not casts of what they say in half precision; inner features may be narrow.
    for network in gan.networks:
        output = network.compute_output_spec(network.inputs[0] if len(network.inputs) == 1 else network.inputs)
        named = output.items() if isinstance(output, dict) else [("logits", output)]
        last = tf.nest.flatten([tensors for name, tensors in named if LAST.search(name)])
        assert {tensor.dtype for tensor in last} == {"float32"}
    source = gan.admit(source_of(shape))
    before = [network.get_weights() for network in gan.networks]
    gan.prepare(source)
    for _, batch in zip(range(4), gan.batches(source, BATCH), strict=False):
        gan.train_step(batch)
    assert_finite(gan)
    for network, weights in zip(gan.networks, before, strict=True):
        assert {weight.dtype for weight in network.get_weights()} == {np.dtype("float32")}
        assert any((a != b).any() for a, b in zip(network.get_weights(), weights, strict=True))
    for player in (gan.generator_player, gan.discriminator_player):
        assert int(player.first_bad_step) == 0
        scaled = isinstance(player.optimizer, keras.optimizers.LossScaleOptimizer)
        assert scaled == (policy == "mixed_float16")


def gradients_of(gan, real):
    """Returns what each player's tape says of its whole loss, unscaled, as one array, and the losses."""
    found, losses = [], []
    for player, total in [
        (gan.discriminator_player, gan._total_discriminator_loss),
        (gan.generator_player, gan._total_generator_loss),
    ]:
        with player.tape() as tape:
            loss = total(ForwardPass(gan, real, None, "simultaneous"))
        scale = player.loss_scale
        variables = [variable.value for variable in player.weights_trained]
        gradients = tape.gradient(loss, variables, output_gradients=scale)
        flat = np.concatenate([gradient.numpy().ravel() for gradient in gradients])
        found.append(flat if scale is None else flat / scale.numpy())
        losses.append(float(loss))
        assert loss.dtype == tf.float32
    return found, losses


@pytest.mark.parametrize(("policy", "bits"), [("mixed_float16", 10), ("mixed_bfloat16", 7)])
@pytest.mark.parametrize("size", [1.0, 1e-5])
def test_gradients_are_those_of_float32_to_the_policys_precision(tiny_gan, real_batches, policy, bits, size):
    """A loss of 1e-5 sends gradients below float16's smallest number, 6e-8, back: the scale keeps them."""

    class Small(NonSaturating):
        def discriminator(self, forward):
            return size * super().discriminator(forward)

        def generator(self, forward):
            return size * super().generator(forward)

    real = real_batches(1, batch_size=64)[0]
    expected, expected_losses = gradients_of(tiny_gan(loss=Small()), real)
    with building_in(policy):
        gan = tiny_gan(loss=Small())
    found, losses = gradients_of(gan, real)
    # Each rounding is by half a unit in the last place at most; they add up over the layers and a batch of 64.
    few = 16 * 2.0 ** -(bits + 1)
    np.testing.assert_allclose(losses, expected_losses, rtol=few)
    for a, b in zip(found, expected, strict=True):
        assert 0 < np.linalg.norm(a - b) < few * np.linalg.norm(b)


def test_without_a_scale_such_gradients_are_lost(tiny_networks):
    """The test above can fail."""
    with building_in("mixed_float16"):
        _, discriminator = tiny_networks()
    kernel = discriminator.layers[-2].kernel
    with tf.GradientTape() as tape:
        loss = 1e-9 * tf.reduce_sum(tf.cast(discriminator(tf.ones((1, 2))), tf.float32))
    assert np.count_nonzero(tape.gradient(loss, kernel.value)) == 0
