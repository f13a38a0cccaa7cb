"""Two domains at once: a generator in each direction, and a discriminator in each domain."""

import tensorflow as tf

from tfgan_zoo.common.computed_once import computed_once
from tfgan_zoo.data.source import Source
from tfgan_zoo.game.forward_pass import ForwardPass
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.translation import Translation
from tfgan_zoo.machine.precision import at_least_float32

DOMAINS = ("a", "b")
OTHER = {"a": "b", "b": "a"}


class DomainGame(ForwardPass):
    """The game in one domain: its own examples against those that come from the other domain.

    Args:
        whole: the pass of both domains.
        domain: `"a"` or `"b"`.
    """

    def __init__(self, whole: "TwoDomainPass", domain: str):
        labels = whole.labels and whole.labels[domain]
        super().__init__(whole.gan, whole.real[domain], labels, f"{whole.purpose}/{domain}", whole.training)
        self.whole = whole
        self.domain = domain

    @property
    def fake(self):
        return self.whole.fake[self.domain]

    def discriminate(self, shown):
        return self.gan.discriminate_in(self.domain, shown, training=self.training)

    def random_key(self, purpose):
        return super().random_key(f"{purpose}/{self.domain}")


class TwoDomainPass(ForwardPass):
    """Real data, labels and fakes are `{"a": …, "b": …}`.

    Attributes:
        fake: a: B's examples taken to A; b: A's examples taken to B.
        cycled: a: A's examples taken to B and back; b likewise.
    """

    @computed_once
    def fake(self):
        return self.gan.generate(self.real, training=self.training)

    @computed_once
    def cycled(self):
        return self.gan.generate(self.fake, training=self.training)

    @computed_once
    def games(self):
        return tuple(DomainGame(self, domain) for domain in DOMAINS)

    def with_fakes(self, fake: dict) -> "TwoDomainPass":
        """Returns a pass of the same real data and other fakes."""
        other = type(self)(self.gan, self.real, self.labels, self.purpose, self.training)
        other.fake = fake
        return other


class TwoDomainGAN(GAN):
    """Learns to take examples from A to B and back, without pairs.

    A variant adds what ties the two directions together to `generator_loss`.

    Args:
        *networks: `a_to_b`, `b_to_a`: examples → examples of the other domain; `discriminator_a`, `discriminator_b`:
            examples → logits, [n, 1] or one for each patch.
        **kwargs: those of `GAN`.
    """

    generator_networks = ("a_to_b", "b_to_a")
    discriminator_networks = ("discriminator_a", "discriminator_b")
    forward_pass = TwoDomainPass
    takes = "images"
    scores_singly = False

    def generate(self, examples: dict, labels=None, training: bool = False) -> dict:
        """Returns `{"a": B's examples as of A, "b": A's examples as of B}`."""
        return {domain: self.translate(examples[OTHER[domain]], domain, training) for domain in DOMAINS}

    def translate(self, examples: tf.Tensor, to: str, training: bool = False) -> tf.Tensor:
        """Returns examples of the other domain as examples of the domain `to`."""
        network = self.a_to_b if to == "b" else self.b_to_a
        return at_least_float32(network(examples, training=training))

    def discriminate_in(self, domain: str, shown: tf.Tensor, training: bool = False):
        """Returns the answer of a domain's discriminator."""
        network = self.discriminator_a if domain == "a" else self.discriminator_b
        return at_least_float32(network(shown, training=training))

    def translations(self):
        shapes = self.data_shape
        return [
            Translation(
                f"translate_{OTHER[domain]}_to_{domain}",
                lambda examples, domain=domain: self.translate(examples, domain),
                shapes[OTHER[domain]],
                shapes[domain],
            )
            for domain in ("b", "a")
        ]

    def views(self, forward):
        views = {}
        for domain in DOMAINS:
            here, other = domain.upper(), OTHER[domain]
            there = other.upper()
            views |= {here: forward.real[domain], f"in {there}": forward.fake[other]}
            views |= {f"true {there}": forward.real[other]} if forward.paired else {}
            views |= {f"back {here}": forward.cycled[domain]}
        return views

    def admit(self, source: Source) -> Source:
        return source.unpaired()

    @property
    def data_shape(self) -> dict:
        """Shape of one example of each domain."""
        return {"a": tuple(self.b_to_a.output_shape[1:]), "b": tuple(self.a_to_b.output_shape[1:])}

    def call(self, examples, training: bool = False):
        """Returns examples of A as of B, so that `gan.predict` and `gan(...)` translate."""
        return self.translate(examples, "b", training)
