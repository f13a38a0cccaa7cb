"""Pictures as arrays: any file that Pillow reads becomes a square of 8-bit pixels."""

import concurrent.futures
import contextlib
import functools
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.endings import has_end, part
from tfgan_zoo.data.formats import formats, why_unread
from tfgan_zoo.data.mending import pixels_alone
from tfgan_zoo.machine.cores import available_cores

DEFAULT_SIZE = 64  # for pictures that have no common size of their own
MAX_SIZE = 1024
IN_MEMORY_BYTES = 512 * 2**20  # of pixels; larger sets are streamed unless the user says otherwise

# Above every phone's camera, and below the 89 million at which Pillow begins to warn.
MAX_PIXELS = 80_000_000

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
TOO_LARGE = f"larger than {MAX_PIXELS // 1_000_000} megapixels"
GREY = ("1", "L", "I", "F")  # and I;16 in either byte order
GROUND = (255, 255, 255, 0)  # what padding is filled with: white, and transparent where there is an alpha channel


class Form(NamedTuple):
    """What pictures of any size and mode become: the arguments of `read`.

    Attributes:
        size: height and width of the result.
        channels: 1 for luminance, 3 for RGB over white, 4 for RGBA.
        fit: a name of `FITS`.
    """

    size: int
    channels: int = 3
    fit: str = "crop"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the result."""
        return self.size, self.size, self.channels


class ImageError(ValueError):
    """A file that cannot be used as a picture.

    Args:
        reason: one of a few phrases, so that reports can be grouped by it.
        file: path or stream.
    """

    def __init__(self, reason: str, file):
        super().__init__(f"{file if isinstance(file, (str, os.PathLike)) else 'an image of the dataset'} is {reason}")
        self.reason = reason


def check_size(image_size: int | None) -> int | None:
    """Returns `image_size` if pictures can have it; None stands for a dataset's own size.

    Raises:
        UserError: they cannot.
    """
    if image_size is not None and not 1 <= image_size <= MAX_SIZE:
        raise UserError(f"--image_size={image_size}: expected a whole number from 1 to {MAX_SIZE}.")
    return image_size


def fit_in_memory(num_images: int, shape: Sequence[int], in_memory: bool | None = None) -> bool:
    """Tells whether decoded pictures of a shape (H, W, C) are kept in memory: as `in_memory` says, or by size."""
    return num_images * math.prod(shape) <= IN_MEMORY_BYTES if in_memory is None else in_memory


class Header(NamedTuple):
    """What is known of a picture before its pixels are.

    Attributes:
        width, height: as stored.
        kind: `"grey"`, `"RGB"`, or `"RGBA"` where something is transparent.
    """

    width: int
    height: int
    kind: str


def check(path: str) -> Header:
    """Finds out what can be known without decoding: is it a picture, of a sane size, with its end in place?

    Reads the header, the checksums of a PNG and the last bytes of a JPEG. A JPEG without an end mark is decoded, since
    some programs append to their files; so are the formats that have neither.

    Raises:
        ImageError: it cannot be used.
    """
    with _reasons(path):
        if os.path.getsize(path) == 0:
            raise ImageError("empty", path)
        return _forgiving(_check, path)


def _check(file) -> Header:
    with _opened(file) as image:
        transparent, grey = image.has_transparency_data, image.mode.startswith(GREY)
        header = Header(image.width, image.height, "RGBA" if transparent else "grey" if grey else "RGB")
        if image.format == "PNG":
            image.verify()
        elif not has_end(file, image.format):
            image.load()
        return header


def read(file, size: int, channels: int = 3, fit: str = "crop") -> np.ndarray:
    """Reads one picture: upright, scaled by a Lanczos filter to a square, over white where transparent.

    A smaller picture is enlarged. Of an animation the first frame is read. 16-bit pictures are scaled from their full
    range; for 32-bit and float ones, which declare no range, see `_to_eight_bits`. Colour profiles are not applied.

    Args:
        file: path or binary stream.
        size: height and width of the result.
        channels: 3 for RGB, 1 for luminance, 4 for RGBA, in which what is transparent stays so.
        fit: what becomes of a picture that is not square: a name of `FITS`.

    Returns:
        uint8 [size, size, channels].

    Raises:
        ImageError: it is no picture, is damaged or too large.
    """
    with _reasons(file):
        return _forgiving(functools.partial(_read, form=Form(size, channels, fit)), file)


def _read(file, form: Form) -> np.ndarray:
    with _opened(file) as image:
        # JPEG can be decoded at a fraction of its size; twice the target leaves the filter enough to work with.
        image.draft(None, (2 * form.size, 2 * form.size))
        image.load()
        with contextlib.suppress(Exception):  # a damaged EXIF block says nothing about the pixels
            ImageOps.exif_transpose(image, in_place=True)
        colours = _to_rgba(image) if form.channels == 4 else _to_rgb(image)
        square = FITS[form.fit](colours, form.size)
        return np.asarray(square.convert("L") if form.channels == 1 else square).reshape(form.shape)


def _crop(image: Image.Image, side: int) -> Image.Image:
    """Keeps the centred square."""
    return ImageOps.fit(image, (side, side), method=Image.Resampling.LANCZOS)


def _pad(image: Image.Image, side: int) -> Image.Image:
    """Keeps all of the picture, and fills the square up around it."""
    width, height = (max(1, round(length * side / max(image.size))) for length in image.size)
    square = Image.new(image.mode, (side, side), GROUND[: len(image.getbands())])
    square.paste(_stretch(image, width, height), ((side - width) // 2, (side - height) // 2))
    return square


def _stretch(image: Image.Image, width: int, height: int | None = None) -> Image.Image:
    """Keeps all of the picture, whose proportions change."""
    return image.resize((width, height or width), Image.Resampling.LANCZOS)


FITS = {"crop": _crop, "pad": _pad, "stretch": _stretch}


def read_all(files: Iterable, size: int, channels: int = 3) -> np.ndarray:
    """Reads pictures as `read` does, in as many threads as there are cores.

    Returns:
        uint8 [n, size, size, channels].

    Raises:
        ImageError: one of them cannot be used.
    """
    return np.stack(list(threads().map(lambda file: read(file, size, channels), files)))


def resize(images: np.ndarray, size: int, *, method: Image.Resampling = Image.Resampling.LANCZOS) -> np.ndarray:
    """Scales the centred square of each picture to `size` × `size` pixels.

    Args:
        images: uint8 [n, H, W, C], C 1 or 3.
        size: height and width of the result.
        method: Pillow's filter; all of them are antialiased.

    Returns:
        uint8 [n, size, size, C].
    """
    count, height, width, channels = images.shape
    if (height, width) == (size, size):
        return images
    side = min(height, width)
    box = (width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2
    resized = np.empty((count, size, size, channels), np.uint8)
    for result, pixels in zip(resized, images, strict=True):
        image = Image.fromarray(pixels if channels == 3 else pixels[..., 0])
        result[:] = np.asarray(image.resize((size, size), method, box)).reshape(result.shape)
    return resized


@functools.cache
def threads() -> concurrent.futures.ThreadPoolExecutor:
    """Returns the pool that decodes pictures; Pillow lets other threads run while it does."""
    return concurrent.futures.ThreadPoolExecutor(available_cores(), thread_name_prefix="images")


def _forgiving(use: Callable, file):
    """Returns what `use` makes of a file, or else of its pixels alone: viewers show those whatever the metadata say."""
    try:
        return use(file)
    except Exception as error:
        if isinstance(error, (ImageError, *BOMBS)) or _is_of_the_system(error):
            raise
        mended = pixels_alone(file)
        if mended is None:
            raise
        return use(mended)


@contextlib.contextmanager
def _reasons(file) -> Iterator[None]:
    """Turns whatever reading a damaged file raises into an `ImageError`."""
    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError(why_unread(part(file, 0, 512)), file) from error
    except BOMBS as error:
        raise ImageError(TOO_LARGE, file) from error
    # Pillow's readers let through what their parsing runs into: SyntaxError, struct.error, IndexError, EOFError …
    except Exception as error:
        raise ImageError("unreadable" if _is_of_the_system(error) else "truncated or damaged", file) from error


def _is_of_the_system(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno is not None


@contextlib.contextmanager
def _opened(file) -> Iterator[Image.Image]:
    """Opens a picture and checks the size that its header declares, before any pixel is decoded."""
    with Image.open(file, formats=formats()) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ImageError(TOO_LARGE, file)
        yield image


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # I;16 in either byte order, I, F
        image = Image.fromarray(_to_eight_bits(np.asarray(image)))
    elif image.mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(image, *profiles, outputMode="RGB")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _to_rgba(image: Image.Image) -> Image.Image:
    """Keeps what is transparent; the colours that it hides become black."""
    if not image.has_transparency_data:
        return _to_rgb(image).convert("RGBA")
    return image.convert("RGBA").convert("RGBa").convert("RGBA")


def _to_eight_bits(values: np.ndarray) -> np.ndarray:
    """Scales pixels of more than 8 bits.

    16-bit pixels span 0 … 65535. 32-bit and float ones are taken to span the first of 0 … 1 (float only), 0 … 255 and
    0 … 65535 that holds them all, or else their own range.
    """
    tops = {"u": [65535], "i": [255, 65535], "f": [1, 255, 65535]}[values.dtype.kind]
    values = np.nan_to_num(values.astype(np.float32), nan=0, posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if low >= 0:
        low, high = 0.0, next((top for top in tops if high <= top), high)
    return np.round((values - low) * (255 / max(high - low, 1e-30))).astype(np.uint8)
