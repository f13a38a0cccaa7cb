"""The zoo: one file per paper, imported on use. `ZOO["dcgan"](image_shape=(28, 28, 1))` is a compiled GAN."""

from tfgan_zoo.common.registry import Registry

ZOO = Registry(
    "model",
    {
        "vanilla": f"{__name__}.vanilla:build",
        "dcgan": f"{__name__}.dcgan:build",
        "cdcgan": f"{__name__}.cdcgan:build",
        "feature_matching": f"{__name__}.feature_matching:build",
        "minibatch_discrimination": f"{__name__}.minibatch_discrimination:build",
        "historical_averaging": f"{__name__}.historical_averaging:build",
        "virtual_batch_norm": f"{__name__}.virtual_batch_norm:build",
        "improved_gan": f"{__name__}.improved_gan:build",
        "semi_supervised": f"{__name__}.semi_supervised:build",
        "pacgan": f"{__name__}.pacgan:build",
        "r3gan": f"{__name__}.r3gan:build",
        "r3gan_lite": f"{__name__}.r3gan_lite:build",
        "fastgan": f"{__name__}.fastgan:build",
        "lsgan": f"{__name__}.lsgan:build",
        "ebgan": f"{__name__}.ebgan:build",
        "bigan": f"{__name__}.bigan:build",
        "ali": f"{__name__}.ali:build",
        "context_encoder": f"{__name__}.context_encoder:build",
        "discogan": f"{__name__}.discogan:build",
        "cyclegan": f"{__name__}.cyclegan:build",
        "pix2pix": f"{__name__}.pix2pix:build",
        "wgan": f"{__name__}.wgan:build",
        "wgan_gp": f"{__name__}.wgan_gp:build",
        "sngan": f"{__name__}.sngan:build",
        "fgan": f"{__name__}.fgan:build",
        "acgan": f"{__name__}.acgan:build",
        "infogan": f"{__name__}.infogan:build",
        "began": f"{__name__}.began:build",
        "bgan": f"{__name__}.bgan:build",
        "softmax_gan": f"{__name__}.softmax_gan:build",
    },
)
