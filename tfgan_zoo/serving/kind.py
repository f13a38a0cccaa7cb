"""Which kind of model an export holds: one that is given seeds, one that is given images, one that has an encoder."""

import dataclasses
from collections.abc import Collection

from tfgan_zoo.common.errors import UserError

DIRECTIONS = ("a_to_b", "b_to_a")


@dataclasses.dataclass(frozen=True)
class Kind:
    """What can be asked of an export.

    Attributes:
        takes: `"latents"`, to which seeds stand for latents, or `"images"`.
        encodes: images can be encoded and reconstructed.
        translations: the signatures that translate, the first one the default.
    """

    takes: str
    encodes: bool = False
    translations: tuple[str, ...] = ()

    @classmethod
    def of(cls, signatures: Collection[str]) -> "Kind | None":
        """Returns the kind that has these signatures; None if they are of no export of this package."""
        both = tuple(f"translate_{direction}" for direction in DIRECTIONS)
        for names in (("translate",), both):
            if set(names) <= set(signatures):
                return cls("images", translations=names)
        if {"generate", "interpolate"} <= set(signatures):
            return cls("latents", encodes="reconstruct" in signatures)
        return None

    @classmethod
    def described(cls, description: dict) -> "Kind":
        """Returns the kind that an export's description tells; older ones, which do not, take seeds."""
        names = tuple(description.get("translations", ()))
        return cls(description.get("takes", "latents"), description.get("encodes", False), names)

    @property
    def takes_images(self) -> bool:
        """Images can be given, to be translated or reconstructed."""
        return self.takes == "images" or self.encodes

    @property
    def main_signature(self) -> str:
        """The first translation, or `generate`."""
        return self.translations[0] if self.translations else "generate"

    def signature(self, direction: str | None, model) -> str:
        """Returns the signature that maps images to images.

        Args:
            direction: `"a_to_b"`, `"b_to_a"`, or None for the first or only one.
            model: whose kind this is, for messages.

        Raises:
            UserError: there is no such direction, or images cannot be given at all.
        """
        if not self.takes_images:
            raise UserError(f"--images: {model} has no encoder and makes images from seeds; give --seed and --num.")
        names = self.translations or ("reconstruct",)
        if direction is None:
            return names[0]
        if f"translate_{direction}" in names:
            return f"translate_{direction}"
        accepted = f"--direction={' or '.join(DIRECTIONS)}" if len(names) > 1 else "no --direction"
        raise UserError(f"--direction={direction}: {model} takes {accepted}.")
