"""What is refused before TensorFlow is imported and any picture is read: sizes, batches, classes."""

from tfgan_zoo.common.arguments import arguments_of
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.model_sizes import least_batch_of, sizes_of
from tfgan_zoo.data.images import check_size
from tfgan_zoo.data.places import check_place, has_no_classes, most_examples


def check_pictures(model: str, target: str, dataset: str, image_size: int | None, batch_size: int | None) -> None:
    """Refuses pictures that are not there, of which there are too few, or which the model cannot make.

    Args:
        model: its name.
        target: of its `build`.
        dataset: its name.
        image_size, batch_size: of the flags; None for the dataset's and the model's own.

    Raises:
        UserError: they are such.
    """
    _check_size(model, target, image_size)
    check_place(dataset)
    takes_classes = any(argument.name == "num_classes" for argument in arguments_of(target))
    if takes_classes and has_no_classes(dataset):
        cure = "Put the pictures of each class into a folder of their own."
        raise UserError(f"--model={model} needs labels; {dataset} has none. {cure}")
    batch_size = batch_size or least_batch_of(target)
    most = most_examples(dataset)
    if batch_size and most is not None and batch_size > most:
        raise too_large_batch(batch_size, most, dataset)


def _check_size(model: str, target: str, image_size: int | None) -> None:
    sizes = sizes_of(target)
    if image_size is not None and sizes and image_size not in sizes:
        nearest = min(sizes, key=lambda size: abs(size - image_size))
        raise UserError(
            f"--image_size={image_size}: {model} makes images of side {', '.join(map(str, sizes))}; the nearest is "
            f"--image_size={nearest}."
        )
    check_size(image_size)


def too_large_batch(batch_size: int, num_examples: int, dataset: str) -> UserError:
    """Returns the error for a batch of more examples than there are, with the largest power of two that fits."""
    fitting = 2 ** (max(1, num_examples).bit_length() - 1)
    return UserError(
        f"--batch_size={batch_size}: more than the {num_examples} examples of {dataset}; try --batch_size={fitting}."
    )
