"""Which signatures an export has."""

from tfgan_zoo.serving.from_images import ImageSignatures
from tfgan_zoo.serving.from_seeds import SeedSignatures
from tfgan_zoo.serving.signatures import Signatures
from tfgan_zoo.serving.with_encoder import EncoderSignatures


def signatures_class(gan) -> type[Signatures]:
    """Returns the signatures that go with a model: from seeds, with an encoder besides, or from images."""
    if gan.takes == "images":
        return ImageSignatures
    return EncoderSignatures if gan.encodes else SeedSignatures
