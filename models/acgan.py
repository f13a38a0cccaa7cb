"""ACGAN: G makes the class that it is asked for, and D recognizes the class as well as real and fake.

Paper: Odena, Olah & Shlens 2017, "Conditional Image Synthesis with Auxiliary Classifier GANs", arXiv:1610.09585.

Idea: G receives the label, and D has to recognize it. Both players descend the error of D's classification, D on real
data and fakes, G on fakes. So G's samples of a class look like that class.

    C: D's second output, the logits of K classes; y: the label of the real example, which G receives too
    D descends  E ζ(−D(x)) + E ζ(D(G(z, y))) + E CE(y, C(x)) + E CE(y, C(G(z, y)))        ζ(l) = log(1 + eˡ)
    G descends  E ζ(−D(G(z, y))) + w E CE(y, C(G(z, y)))                                  w = `class_weight`

CE is the cross-entropy.

Command: python train.py --model=acgan

Deviations: the networks and settings are DCGAN's, where the paper has deeper networks with dropout. The fakes of a step
have the labels of its real batch. G receives labels as in `cdcgan`.
"""

import keras
import tensorflow as tf
from keras import layers

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.randomness import layer_seeds
from tfgan_zoo.game.gan import GAN

from . import dcgan
from .baseline import Changes, build_on_baseline
from .cdcgan import code, code_length
from .recipe import check_at_least_0, completed_by


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ACGAN(GAN):
    """A GAN whose D returns `{"logits": …, "class_logits": …}`.

    Args:
        num_classes: K; labels are 0 … K − 1.
        class_weight: w.
        **kwargs: those of `GAN`.
    """

    def __init__(self, *networks, num_classes: int, class_weight: float = 1.0, **kwargs):
        super().__init__(*networks, num_classes=num_classes, **kwargs)
        self.class_weight = class_weight

    def generator_inputs(self, latents, labels=None):
        if labels is None:
            raise ValueError("ACGAN makes the class that it is asked for. Received: latents without labels")
        return tf.concat([latents, code(labels, self.num_classes)], axis=1)

    def discriminator_loss(self, forward):
        on_both = cross_entropy(forward, forward.real_output) + cross_entropy(forward, forward.fake_output)
        return super().discriminator_loss(forward) + on_both

    def generator_loss(self, forward):
        return super().generator_loss(forward) + self.class_weight * cross_entropy(forward, forward.fake_output)

    def get_config(self):
        return {**super().get_config(), "class_weight": self.class_weight}


def cross_entropy(forward, output: dict) -> tf.Tensor:
    """Returns the mean cross-entropy between the labels of a pass and D's class logits."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(forward.labels, output["class_logits"]))


def with_classes(discriminator: keras.Model, num_classes: int, seed: int) -> keras.Model:
    """Adds a second output to D: a dense layer on its features."""
    kernel = dcgan.normal(next(layer_seeds(seed, "classes")))
    classes = layers.Dense(num_classes, kernel_initializer=kernel, dtype="float32", name="class_logits")
    features = discriminator.get_layer("features").output
    answer = {"logits": discriminator.output, "class_logits": classes(features)}
    return keras.Model(discriminator.input, answer, name=discriminator.name)


@completed_by(build_on_baseline)
def build(image_shape: tuple, *, num_classes: int, class_weight: float = 1.0, seed: int = 0, **baseline) -> ACGAN:
    """Builds the compiled GAN.

    Args:
        image_shape: as for `dcgan`.
        num_classes: K.
        class_weight: w, the weight of the classification error in G's loss; 0 or more.
        seed: keys the initial weights and every random draw of the training.
        **baseline: as for `build_on_baseline`.

    Raises:
        UserError: an image shape that the networks cannot make, a single class, or a negative w.
    """
    dcgan.check_image_shape("acgan", image_shape)
    if num_classes < 2:
        raise UserError(
            f"acgan learns to tell classes apart: choose a dataset with 2 or more. Received: {num_classes}."
        )
    check_at_least_0(class_weight=class_weight)
    changes = Changes(
        generator_inputs=code_length(num_classes),
        discriminator=lambda network: with_classes(network, num_classes, seed),
    )
    arguments = {"num_classes": num_classes, "class_weight": class_weight}
    return build_on_baseline(ACGAN, image_shape, changes, arguments, seed=seed, **baseline)
