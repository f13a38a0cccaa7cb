import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.game.optimizers import FusedAdam, GrowingHalfLife, HalfCosine, InnerEpsilonAdam, LinearDecay


def by_numpy(weight, gradients, rate, beta_1, beta_2, epsilon):
    """The authors' recursion, written out."""
    momentum = velocity = 0.0
    for step, gradient in enumerate(gradients, start=1):
        momentum = beta_1 * momentum + (1 - beta_1) * gradient
        velocity = beta_2 * velocity + (1 - beta_2) * gradient**2
        corrected_momentum, corrected_velocity = momentum / (1 - beta_1**step), velocity / (1 - beta_2**step)
        weight = weight - rate * corrected_momentum / np.sqrt(corrected_velocity + epsilon)
    return weight


def test_against_numpy_with_gradients_around_the_floor():
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(5, 3)) * [1.0, 1e-4, 1e-6]
    weight = keras.Variable(np.ones(3), dtype="float32")
    optimizer = InnerEpsilonAdam(0.01, beta_1=0.5)
    optimizer.build([weight])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weight]))
    for gradient in gradients:
        step(tf.constant(gradient, tf.float32))
    expected = by_numpy(np.ones(3), gradients, 0.01, 0.5, 0.999, 1e-8)
    np.testing.assert_allclose(weight.numpy(), expected, rtol=1e-5)


def test_a_tiny_gradient_moves_a_weight_by_less_than_keras_does():
    """At g = 1e-6 the first step is α · 1e-6 / √(1e-12 + 1e-8), about α / 100."""
    weight = keras.Variable(0.0, dtype="float32")
    optimizer = InnerEpsilonAdam(0.01)
    optimizer.build([weight])
    optimizer.apply([tf.constant(1e-6)], [weight])
    np.testing.assert_allclose(weight.numpy(), -0.01 * 1e-6 / np.sqrt(1e-12 + 1e-8), rtol=1e-4)


@pytest.mark.parametrize("options", [{}, {"beta_1": 0.5, "beta_2": 0.99}, {"clipnorm": 0.5, "weight_decay": 0.01}])
def test_the_fused_kernel_makes_the_weights_and_slots_of_keras(options):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(4, 3)), rng.normal(size=(20, 4, 3)) * [1.0, 1e-4, 1e-8]
    outcomes = []
    for optimizer in (FusedAdam(0.01, **options), keras.optimizers.Adam(0.01, **options)):
        weight = keras.Variable(start, dtype="float32")
        optimizer.build([weight])
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient, tf.float32)], [weight])
        outcomes.append((weight.numpy(), *(variable.numpy() for variable in optimizer.variables)))
        assert np.abs(weight.numpy() - start).min() > 1e-5, "every weight has to move"
    for fused, composed in zip(*outcomes, strict=True):
        # 1 − β₂ is 0.001 to Keras and 1.3e-5 less in the kernel, which subtracts in float32.
        np.testing.assert_allclose(fused, composed, rtol=2e-5, atol=1e-12)


def test_the_fused_kernel_follows_a_schedule_of_the_learning_rate():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.1, 0.001])
    weight = keras.Variable(0.0, dtype="float32")
    optimizer = FusedAdam(schedule)
    optimizer.build([weight])
    for expected in (-0.1, -0.2, -0.201):  # a constant gradient of 1 moves by the rate
        optimizer.apply([tf.constant(1.0)], [weight])
        np.testing.assert_allclose(weight.numpy(), expected, rtol=1e-4)


def test_the_fused_kernel_refuses_amsgrad():
    with pytest.raises(ValueError, match="amsgrad=True"):
        FusedAdam(amsgrad=True)


def test_the_fused_kernel_under_replicas(run_python):
    """Two replicas of one device each move their copies alike, by the global gradient."""
    program = """
import keras, numpy as np, tensorflow as tf
from tfgan_zoo.game.optimizers import FusedAdam
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    weight, optimizer = keras.Variable([1.0, 2.0]), FusedAdam(0.1)
    optimizer.build([weight])
step = tf.function(lambda: strategy.run(lambda: optimizer.apply([tf.constant([1.0, -2.0])], [weight])))
step(), step()
for copy in strategy.experimental_local_results(weight.value):
    np.testing.assert_allclose(copy.numpy(), [0.8, 2.2], rtol=1e-4)
for copy in strategy.experimental_local_results(optimizer._momentums[0].value):
    assert copy.numpy().all()
"""
    process = run_python("-c", program)
    assert process.returncode == 0, process.stderr


def test_serialization():
    config = keras.saving.serialize_keras_object(InnerEpsilonAdam(0.003, beta_1=0.5))
    again = keras.saving.deserialize_keras_object(config)
    assert isinstance(again, InnerEpsilonAdam)
    assert (float(again.learning_rate), again.beta_1, again.epsilon) == (np.float32(0.003), 0.5, 1e-8)


def test_a_linear_decay_begins_half_way_and_stops_at_its_floor():
    decay = LinearDecay(0.8, steps=100, floor=0.1)
    steps = [0, 50, 60, 75, 95, 100, 10_000]
    expected = [0.8, 0.8, 0.64, 0.4, 0.08, 0.08, 0.08]
    np.testing.assert_allclose([float(decay(step)) for step in steps], expected, rtol=1e-6)
    assert vars(LinearDecay.from_config(decay.get_config())) == vars(decay)


def test_the_fused_kernel_follows_a_schedule_of_beta_2():
    """β₂ ½ and then ¼: v = ½ g₁², then ¼ v + ¾ g₂²; the correction is by the present β₂."""
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.5, 0.25])
    weight = keras.Variable(0.0, dtype="float32")
    optimizer = FusedAdam(0.1, beta_1=0.0, beta_2=schedule, epsilon=1e-12)
    optimizer = FusedAdam.from_config(optimizer.get_config())
    optimizer.build([weight])
    for gradient in (2.0, 1.0):
        optimizer.apply([tf.constant(gradient)], [weight])
    second = (0.25 * 2.0 + 0.75 * 1.0) / (1 - 0.25**2)
    np.testing.assert_allclose(weight.numpy(), -0.1 - 0.1 / np.sqrt(second), rtol=1e-5)


def test_a_half_cosine_by_hand():
    # cos 0 = 1, cos 60° = ½, cos 90° = 0, cos 180° = −1; after the end it stays.
    schedule = HalfCosine.from_config(HalfCosine(1.0, 0.2, 120).get_config())
    found = [float(schedule(step)) for step in (0, 40, 60, 120, 500)]
    np.testing.assert_allclose(found, [1.0, 0.8, 0.6, 0.2, 0.2], rtol=1e-6)


def test_a_growing_half_life_by_hand():
    schedule = GrowingHalfLife.from_config(GrowingHalfLife(4.0, 100).get_config())
    found = [float(schedule(step)) for step in (0, 50, 100, 200)]
    np.testing.assert_allclose(found, [0.0, 2**-0.5, 2**-0.25, 2**-0.25], rtol=1e-6)
