"""One forward pass of all networks: what G is given, what D is shown, and what it answers."""

import tensorflow as tf

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.game.slopes import recording_slopes


def logits_of(output) -> tf.Tensor:
    """Returns the logits of what a GAN's `discriminate` returned: a tensor of them, or a dict that has them."""
    return output["logits"] if isinstance(output, dict) else output


class ForwardPass:
    """The data flow of one pass. Each network runs at most once on each batch, when first asked for.

    A variant whose data flows in another way subclasses this and names the subclass in `GAN.forward_pass`. D sees real
    and fake in separate calls, always: batch statistics and minibatch discrimination depend on it.

    Args:
        gan: the `GAN` whose hooks do the work.
        real: the batch of real data: a tensor, or a structure of tensors with the same first dimension.
        labels: int32 [batch], or a structure of such, or None.
        purpose: keys all draws, so that another pass in the same step draws fresh numbers.
        training: the networks run in training mode.

    Attributes:
        paired: the real data are of two domains, and example i of the one belongs to example i of the other.
        latents: as the GAN's `sample_latents` draws them, one for each real example.
        fake: what G makes of what it is given.
        target: the real data that `fake` is to look like.
        shown_real, shown_fake: what D is shown: a tensor, or a structure of tensors.
        real_output, fake_output: what the GAN's `discriminate` returns.
        real_logits, fake_logits: the logits among that.
    """

    def __init__(self, gan, real, labels, purpose: str, training: bool = True):
        self.gan = gan
        self.real = real
        self.labels = labels
        self.purpose = purpose
        self.training = training
        self.paired = False
        self._squared_slopes = {}  # side → function of the logits

    # What G is given, and what it makes.

    @computed_once
    def latents(self):
        batch_size = tf.shape(tf.nest.flatten(self.real)[0])[0]
        return self.gan.draw_latents(batch_size, f"latents/{self.purpose}")

    @computed_once
    def fake(self):
        return self.gan.generate(self.latents, self.labels, training=self.training)

    @property
    def target(self):
        return self.real

    # What D is shown, and what it answers.

    @property
    def shown_real(self):
        return self.target

    @property
    def shown_fake(self):
        return self.fake

    @computed_once
    def real_output(self):
        return self._answer("real", self.shown_real)

    @computed_once
    def fake_output(self):
        return self._answer("fake", self.shown_fake)

    @property
    def real_logits(self):
        return logits_of(self.real_output)

    @property
    def fake_logits(self):
        return logits_of(self.fake_output)

    def discriminate(self, shown):
        """Returns D's answer to what it is shown, with the labels of this pass."""
        return self.gan.discriminate(shown, self.labels, training=self.training)

    def augmented(self, side: str, shown):
        """Returns what D is shown in training as the GAN's augmentation changes it, if there is one.

        Args:
            side: `"real"`, `"fake"`, or a name for anything else that D is shown; it keys the draw.
            shown: a tensor, or a structure of tensors.
        """
        augmentation = self.gan.augmentation
        if augmentation is None or not self.training:
            return shown
        return augmentation.transform(shown, self.random_key(f"augmentation/{self.purpose}/{side}"))

    def squared_slopes(self, side: str) -> tf.Tensor:
        """Returns ‖∇ D‖² at each example that D is shown, float32 [n].

        It is read from the pass that is there if one of D's penalties announces the side in `Penalty.slopes_read`, and
        computed by a run of its own if not.

        Args:
            side: `"real"` or `"fake"`.
        """
        output = self.real_output if side == "real" else self.fake_output
        if side in self._squared_slopes:
            return self._squared_slopes[side](logits_of(output))
        shown = self.shown_real if side == "real" else self.shown_fake
        return self.squared_slopes_at(tf.nest.map_structure(tf.stop_gradient, shown), side)

    def squared_slopes_at(self, shown, side: str = "between") -> tf.Tensor:
        """Returns ‖∇ D‖² at each of other examples, float32 [n], by a run of D of its own.

        With an augmentation it is the slope of D and the augmentation together, at the examples before it.
        """
        with recording_slopes(shown, self.gan.discriminator_player.loss_scale) as squared:
            logits = logits_of(self.discriminate(self.augmented(side, shown)))
        return squared(logits)

    # How the pass is divided.

    @property
    def games(self) -> tuple:
        """The games that are played in this pass: one for each discriminator, each with what a loss reads."""
        return (self,)

    @property
    def for_discriminator(self) -> "ForwardPass":
        """The pass that D's loss is computed from, where D is shown other fakes than G is judged by."""
        return self

    def random_key(self, purpose: str) -> tf.Tensor:
        """Returns the key of a draw in this pass: see `tfgan_zoo.common.randomness.key`."""
        return self.gan.random_key(purpose)

    def _answer(self, side: str, shown):
        if not self.training or side not in self.gan.slopes_read:
            return self.discriminate(self.augmented(side, shown))
        with recording_slopes(shown, self.gan.discriminator_player.loss_scale) as squared:
            output = self.discriminate(self.augmented(side, shown))
        self._squared_slopes[side] = squared
        return output
