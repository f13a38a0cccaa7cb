"""The extractor that a model of the zoo is: an export that classifies, such as semi_supervised's."""

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.exported import ExportedModel


class ExportedClassifier:
    """Class probabilities, which serve as its features as well.

    Args:
        folder: of an export that classifies.
        class_names: of the dataset.

    Raises:
        UserError: the folder holds no such export, or the export tells other classes apart.
    """

    kind = "classifier"
    knows_classes = True

    def __init__(self, folder: str, class_names: list[str]):
        export = ExportedModel(folder, flag="--classifier")
        export.check_classifies()
        known = export.description.get("class_names", [])
        if known != list(class_names):
            raise UserError(
                f"--classifier={export.path}: tells apart the classes {_short(known)}, the dataset has "
                f"{_short(class_names)}; accepted: an export that was trained on the same classes."
            )
        self._export = export
        self.name = f"class probabilities of {export.path}"
        self.description = {"extractor": "class probabilities of an export", "export": str(export.path)}

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns probabilities float32 [n, K], twice, of images [n, H, W, C] in [−1, 1]."""
        probabilities = self._export.classify(np.asarray(images, np.float32))
        return probabilities, probabilities


def _short(names: list[str]) -> str:
    return (", ".join(names[:3]) + " …" * (len(names) > 3)) if names else "of no names"
