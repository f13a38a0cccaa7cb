"""Two domains, two networks for each player, and a pool of earlier fakes for D. As in CycleGAN."""

from functools import cached_property

import keras
import tensorflow as tf

from tfgan_zoo.game.two_domains import DOMAINS, TwoDomainGAN, TwoDomainPass
from tfgan_zoo.layers import HistoryPool


class CyclesPass(TwoDomainPass):
    @cached_property
    def exchanges(self):
        pools = {"a": self.gan.pool_a, "b": self.gan.pool_b}
        return {d: pools[d].exchange(self.fake[d], self.random_key(f"pool/{self.purpose}/{d}")) for d in DOMAINS}

    @cached_property
    def for_discriminator(self):
        return self.with_fakes({domain: exchange.shown for domain, exchange in self.exchanges.items()})


@keras.saving.register_keras_serializable(package="toys")
class Cycles(TwoDomainGAN):
    forward_pass = CyclesPass

    def __init__(self, *networks, **kwargs):
        super().__init__(*networks, **kwargs)
        self.pool_a, self.pool_b = HistoryPool(12, (2,)), HistoryPool(12, (2,))

    def generator_loss(self, forward):
        cycles = [tf.reduce_mean(tf.abs(forward.cycled[d] - forward.real[d])) for d in DOMAINS]
        return super().generator_loss(forward) + 10.0 * tf.add_n(cycles)

    def after_update(self, forward):
        self.pool_a.keep(forward.exchanges["a"])
        self.pool_b.keep(forward.exchanges["b"])
