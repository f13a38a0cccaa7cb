"""The zoo: one file per paper, imported on use. `ZOO["dcgan"](image_shape=(28, 28, 1))` is a compiled GAN."""

from tfgan_zoo.registry import Registry

ZOO = Registry(
    "model",
    {
        "vanilla": f"{__name__}.vanilla:build",
        "dcgan": f"{__name__}.dcgan:build",
        "semi_supervised": f"{__name__}.semi_supervised:build",
    },
)
