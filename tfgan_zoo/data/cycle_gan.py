"""CycleGAN's datasets by TFDS, whose splits are trainA, trainB, testA and testB.

`facades` and `maps` were made of pairs. TFDS has shuffled A and B each in its own way and keeps no file names, so that
partners cannot be found again: for pairs, unpack CycleGAN's archive and open it as `domains:PATH`.

Reference: J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, Unpaired image-to-image translation using cycle-consistent
adversarial networks, arXiv:1703.10593.
"""

from tfgan_zoo.common.registry import unknown
from tfgan_zoo.data import tfds
from tfgan_zoo.data.two_domains import TwoDomains

SPLITS = ("train", "test")


def cycle_gan(
    tfds_name: str,
    *,
    split: str = "train",
    image_size: int | None = None,
    data_dir: str | None = None,
    in_memory: bool | None = None,
) -> TwoDomains:
    """Opens both domains of a dataset of CycleGAN's: see `tfgan_zoo.data.tfds.any_tfds` for the arguments.

    Returns:
        Two domains of images of shape (image_size, image_size, 3) without pairs and without classes.

    Raises:
        UserError: the split is neither `"train"` nor `"test"`, or as for `any_tfds`.
    """
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    name = f"tfds:{tfds_name}"
    domains = []
    for letter in "AB":
        domain = tfds.open_split(tfds_name, name, f"{split}{letter}", image_size, data_dir, in_memory, labelled=False)
        domain.name = f"{name}, {letter}"
        domains.append(domain)
    return TwoDomains(name, *domains)
