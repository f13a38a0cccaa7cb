"""One forward pass of both networks, computed on demand and shared by whoever looks at it."""

from functools import cached_property

import tensorflow as tf


def logits_of(output) -> tf.Tensor:
    """Returns the logits of what a GAN's `discriminate` returned: a tensor of them, or a dict that has them."""
    return output["logits"] if isinstance(output, dict) else output


class ForwardPass:
    """What a player's loss may look at. Each network runs at most once on each batch, when first asked for.

    D sees real and fake in separate calls, always: batch statistics and minibatch discrimination depend on it.

    Args:
        gan: the `GAN` whose hooks do the work.
        real: the batch of real data: a tensor, or a structure of tensors with the same first dimension.
        labels: int32 [batch], or None.
        purpose: keys the latents, so that another pass in the same step draws fresh ones.

    Attributes:
        latents: as the GAN's `sample_latents` draws them, one for each real example.
        fake: G's output for them.
        real_output, fake_output: what the GAN's `discriminate` returns.
        real_logits, fake_logits: the logits among that.
    """

    def __init__(self, gan, real, labels, purpose: str):
        self.gan = gan
        self.real = real
        self.labels = labels
        self.purpose = purpose

    @cached_property
    def latents(self):
        batch_size = tf.shape(tf.nest.flatten(self.real)[0])[0]
        return self.gan.draw_latents(batch_size, f"latents/{self.purpose}")

    @cached_property
    def fake(self):
        return self.gan.generate(self.latents, self.labels, training=True)

    @cached_property
    def real_output(self):
        return self.gan.discriminate(self.real, self.labels, training=True)

    @cached_property
    def fake_output(self):
        return self.gan.discriminate(self.fake, self.labels, training=True)

    @property
    def real_logits(self):
        return logits_of(self.real_output)

    @property
    def fake_logits(self):
        return logits_of(self.fake_output)
