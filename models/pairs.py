"""What BiGAN and ALI share: D judges pairs of an example and its latents, and an encoder plays on G's side.

D descends      E ζ(−D(x, E(x))) + E ζ(D(G(z), z))         ζ(l) = log(1 + eˡ)
G, E descend    E ζ(D(x, E(x))) + E ζ(−D(G(z), z))
"""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from tfgan_zoo.common import randomness
from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN

REFERENCE_SIZE = 256


class PairsPass(ForwardPass):
    """D is shown (x, E(x)) and (G(z), z).

    Attributes:
        noise: for a stochastic encoder, drawn as the latents are.
    """

    @computed_once
    def noise(self):
        return self.gan.draw_latents(tf.shape(self.real)[0], f"encoder noise/{self.purpose}")

    @computed_once
    def shown_real(self):
        return self.real, self.gan.inferred_latents(self)

    @property
    def shown_fake(self):
        return self.fake, self.latents


class PairsGAN(GAN):
    """One optimizer moves G and E. D is called with `[x, z]`.

    E has a gradient through the real pairs alone, and G through the fake ones alone: without the first term of
    `generator_loss` the encoder would stay as it was initialized.

    For inference, the statistics of batch normalization in G and E are those of a reference batch under the current
    weights. Moving averages lag: E's activations move so fast that its answers by averages of some 10 steps differ from
    those by the batch's own statistics by two thirds of their spread (bigan, `digits`, 600 steps).

    Attributes:
        reference: float32 [256, …], real examples, drawn before the first step.
    """

    generator_networks = ("generator", "encoder")
    forward_pass = PairsPass
    losses_admitted = ("non_saturating",)  # E's term is written for it
    encodes = True
    scores_singly = False  # D judges pairs

    def __init__(self, *networks, **kwargs):
        super().__init__(*networks, **kwargs)
        self.reference = self.add_weight(
            shape=(REFERENCE_SIZE, *self.data_shape),
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
            name="reference",
        )

    def encode(self, images, training: bool = False):
        """Returns the latents of images [n, H, W, C] in [−1, 1], or points [n, 2]: float32 [n, latent_dim]."""
        raise NotImplementedError

    def inferred_latents(self, forward: PairsPass):
        """Returns the latents that D is shown beside real data: float32 [n, latent_dim]."""
        return self.encode(forward.real, training=forward.training)

    def discriminator_inputs(self, shown, labels=None):
        return list(shown)

    def generator_loss(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.real_logits)) + super().generator_loss(forward)

    def views(self, forward):
        return {"image": forward.real, "reconstruction": self.generate(self.encode(forward.real))}

    # Statistics of batch normalization.

    def initialize_from(self, source):
        examples, _ = next(iter(source.batches(REFERENCE_SIZE, seed=self.seed, purpose="statistics")))
        self.reference.assign(examples)

    def refresh(self):
        """Takes the statistics of one pass over the reference; before `initialize_from` the averages stay."""
        if not tf.reduce_any(self.reference.value != 0.0):
            return
        forward = self.forward_pass(self, self.reference.value, None, "statistics")
        for name in ("latents", "noise"):
            key = randomness.key(self.seed, 0, f"statistics/{name}")
            setattr(forward, name, self.sample_latents(REFERENCE_SIZE, key))
        with _statistics_of_one_batch(self._normalizations()):
            _ = forward.fake, forward.shown_real

    @contextlib.contextmanager
    def inference_weights(self):
        """As ever; afterwards the averages are what they were, so that looking at a model does not change it."""
        layers = self._normalizations()
        averages = [layer.non_trainable_variables for layer in layers]
        before = [[variable.numpy() for variable in variables] for variables in averages]
        try:
            with super().inference_weights():
                yield
        finally:
            for variables, values in zip(averages, before, strict=True):
                for variable, value in zip(variables, values, strict=True):
                    variable.assign(value)

    def _normalizations(self) -> list:
        layers = (layer for network in self.networks_of("generator") for layer in network._flatten_layers())
        return [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]


@contextlib.contextmanager
def _statistics_of_one_batch(layers: list) -> Iterator[None]:
    """In the block, a run in training mode leaves the batch's own statistics in the layers, not averages with them."""
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
