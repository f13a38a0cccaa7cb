"""R3GAN: a relativistic loss with zero-centred gradient penalties on both sides, and none of the usual tricks.

Paper: Huang, Gokaslan, Kuleshov & Tompkin 2024, "The GAN is dead; long live the GAN! A modern baseline GAN",
arXiv:2501.05441.

Idea: D scores each fake against a real example, so that every real example pulls fakes to itself and no mode can be
left out; penalties on D's slope at real (R1) and fake data (R2) make the game converge, even locally.

    D descends  E ζ(D(G(z)) − D(x)) + ½ γ E‖∇ D(x)‖² + ½ γ E‖∇ D(G(z))‖²       ζ(l) = log(1 + eˡ)
    G descends  E ζ(D(x) − D(G(z)))

Over `decay_steps` the learning rate falls to nothing and γ to `final_gamma`, both by a cosine; G is exported with the
average of its weights.

Command: python train.py --model=r3gan --dataset=grid25 --steps=40000

Deviations: the networks are DCGAN's, D's without batch normalization (PacGAN's on points), not the paper's residual
ones.
"""

import keras
import tensorflow as tf

from tfgan_zoo.gan import GAN
from tfgan_zoo.penalties import R1, R2

from .baseline import Changes, build_on_baseline, on_baseline


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R3GAN(GAN):
    """The relativistic GAN regularized by R1 and R2."""

    losses_admitted = ("non_saturating",)

    def discriminator_loss(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.fake_logits - forward.real_logits))

    def generator_loss(self, forward):
        return tf.reduce_mean(tf.nn.softplus(forward.real_logits - forward.fake_logits))
