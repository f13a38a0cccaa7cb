"""Reference statistics: the mean and covariance of real images' features in a file, in place of the images."""

import dataclasses
import io
import pathlib
import zipfile

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole


@dataclasses.dataclass(frozen=True)
class Statistics:
    """What a `.npz` file of reference statistics holds. `frechet_distance` takes it in the place of `Moments`.

    Attributes:
        mean: float64 [d].
        covariance: float64 [d, d].
        extractor: the name of what made the features; None in files of other programs, which do not say it.
    """

    mean: np.ndarray
    covariance: np.ndarray
    extractor: str | None = None

    def save(self, path: pathlib.Path) -> None:
        """Writes `mu` and `sigma`, as other programs for FIDs read them, and the extractor's name."""
        content = io.BytesIO()
        np.savez(content, mu=self.mean, sigma=self.covariance, extractor=np.array(self.extractor or ""))
        write_whole(path, content.getvalue())


def read_statistics(path: pathlib.Path) -> Statistics:
    """Reads a `.npz` file with `mu` [d] and `sigma` [d, d].

    Raises:
        UserError: it cannot be read, or holds something else.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            mean, covariance = (np.asarray(archive[name], np.float64) for name in ("mu", "sigma"))
            extractor = str(archive["extractor"]) if "extractor" in archive else None
    except OSError as error:
        raise UserError(f"--reference={path}: cannot be read ({error.strerror or error}).") from None
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise UserError(f"--reference={path}: is no .npz file with mu and sigma ({error}).") from None
    if mean.ndim != 1 or covariance.shape != mean.shape * 2 or not np.isfinite(covariance.sum() + mean.sum()):
        shapes = f"{mean.shape} and {covariance.shape}"
        raise UserError(f"--reference={path}: mu [d] and sigma [d, d] are needed, of finite values; it has {shapes}.")
    return Statistics(mean, covariance, extractor or None)
