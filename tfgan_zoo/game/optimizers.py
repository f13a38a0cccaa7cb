"""What Keras does not have: Adam in one pass over the weights, an Adam that a paper uses, decays that end."""

import math

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FusedAdam(keras.optimizers.Adam):
    """Keras's Adam by TensorFlow's own kernel for it: the same slots, and the same numbers to 2e-5 of an update.

    Keras composes the update of a dozen operations, each of which goes over all weights again.

    Args:
        learning_rate, **kwargs: as in `keras.optimizers.Adam`, but that `beta_2` may be a schedule as the rate may.

    Raises:
        ValueError: `amsgrad` is asked for; the kernel does not have it.
    """

    def __init__(self, learning_rate=0.001, **kwargs):
        super().__init__(learning_rate, **kwargs)
        if self.amsgrad:
            raise ValueError("FusedAdam has no AMSGrad: use keras.optimizers.Adam. Received: amsgrad=True")
        if isinstance(self.beta_2, dict):
            self.beta_2 = keras.saving.deserialize_keras_object(self.beta_2)

    def update_step(self, gradient, variable, learning_rate):
        index, dtype = self._get_variable_index(variable), variable.dtype
        iterations = keras.ops.convert_to_tensor(self.iterations)
        step = tf.cast(iterations + 1, dtype)
        beta_2 = tf.cast(self.beta_2(iterations) if callable(self.beta_2) else self.beta_2, dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, dtype), step),
            beta2_power=tf.pow(beta_2, step),
            lr=tf.cast(learning_rate, dtype),
            beta1=tf.cast(self.beta_1, dtype),
            beta2=beta_2,
            epsilon=tf.cast(self.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )

    def get_config(self):
        return {**super().get_config(), "beta_2": keras.saving.serialize_keras_object(self.beta_2)}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InnerEpsilonAdam(keras.optimizers.Adam):
    """Adam with ε inside the root: θ ← θ − α m̂ / √(v̂ + ε), where Keras has α m̂ / (√v̂ + ε̂).

    ε = 1e-8 keeps the denominator above 1e-4, which weighs for weights whose gradients are as small as that.

    Args:
        learning_rate, beta_1, beta_2: as in `keras.optimizers.Adam`.
        epsilon: ε, added to the bias-corrected mean square.
        **kwargs: those of `keras.optimizers.Adam`, `amsgrad` apart.

    Reference: the code of Salimans et al. 2016, github.com/openai/improved-gan.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, **kwargs):
        super().__init__(learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, **kwargs)

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index], self._velocities[index]
        step = tf.cast(keras.ops.convert_to_tensor(self.iterations) + 1, gradient.dtype)
        momentum.assign_add((1.0 - self.beta_1) * (gradient - momentum))
        velocity.assign_add((1.0 - self.beta_2) * (tf.square(gradient) - velocity))
        corrected_velocity = velocity / (1.0 - tf.pow(self.beta_2, step))
        alpha = learning_rate / (1.0 - tf.pow(self.beta_1, step))
        variable.assign_sub(alpha * momentum * tf.math.rsqrt(corrected_velocity + self.epsilon))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GeometricDecay(keras.optimizers.schedules.LearningRateSchedule):
    """start · (end / start)^(t / steps) for t up to `steps`, and `end` after that.

    Args:
        start, end: positive.
        steps: over which the value goes from the one to the other.
    """

    def __init__(self, start: float, end: float, steps: int):
        self.start = start
        self.end = end
        self.steps = steps

    def __call__(self, step):
        progress = tf.minimum(tf.cast(step, tf.float32) / self.steps, 1.0)
        return self.start * tf.pow(self.end / self.start, progress)

    def get_config(self):
        return {"start": self.start, "end": self.end, "steps": self.steps}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """`start` for the first half of `steps`, then linearly towards 0, which it never reaches.

    At a rate of 0 a run that goes on would look as if it trained: so `floor` · start is the least, also after `steps`.

    Args:
        start: positive.
        steps: after which the line would be at 0.
        floor: share of `start`, in (0, 1].
    """

    def __init__(self, start: float, steps: int, floor: float = 0.01):
        self.start = start
        self.steps = steps
        self.floor = floor

    def __call__(self, step):
        left = 2.0 * (1.0 - tf.cast(step, tf.float32) / self.steps)
        return self.start * tf.clip_by_value(left, self.floor, 1.0)

    def get_config(self):
        return {"start": self.start, "steps": self.steps, "floor": self.floor}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class HalfCosine(keras.optimizers.schedules.LearningRateSchedule):
    """end + ½ (start − end) (1 + cos(π t / steps)) for t up to `steps`, and `end` after that.

    Args:
        start, end: of any sign.
        steps: over which the value goes from the one to the other.

    Reference: Huang et al. 2024, arXiv:2501.05441, appendix D.
    """

    def __init__(self, start: float, end: float, steps: int):
        self.start = start
        self.end = end
        self.steps = steps

    def __call__(self, step):
        progress = tf.minimum(tf.cast(step, tf.float32) / self.steps, 1.0)
        return self.end + 0.5 * (self.start - self.end) * (1.0 + tf.cos(math.pi * progress))

    def get_config(self):
        return {"start": self.start, "end": self.end, "steps": self.steps}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GrowingHalfLife(keras.optimizers.schedules.LearningRateSchedule):
    """The decay of an average whose half-life grows from 0 by a half cosine: 2^(−1 / h(t)), 0 at t = 0.

    Args:
        half_life: in updates, after `steps`.
        steps: over which it grows.

    Reference: Huang et al. 2024, arXiv:2501.05441, appendix D.
    """

    def __init__(self, half_life: float, steps: int):
        self.half_life = half_life
        self.steps = steps

    def __call__(self, step):
        return tf.pow(2.0, -1.0 / HalfCosine(0.0, self.half_life, self.steps)(step))

    def get_config(self):
        return {"half_life": self.half_life, "steps": self.steps}
