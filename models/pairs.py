"""What BiGAN and ALI share: D judges pairs of an example and its latents, and an encoder plays on G's side.

D descends      E ζ(−D(x, E(x))) + E ζ(D(G(z), z))         ζ(l) = log(1 + eˡ)
G, E descend    E ζ(D(x, E(x))) + E ζ(−D(G(z), z))
"""

import tensorflow as tf

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN


class PairsPass(ForwardPass):
    """D is shown (x, E(x)) and (G(z), z)."""

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
    """

    generator_networks = ("generator", "encoder")
    forward_pass = PairsPass
    losses_admitted = ("non_saturating",)  # E's term is written for it
    encodes = True
    scores_singly = False  # D judges pairs

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
