"""The flags of the training command."""

from absl import flags

from tfgan_zoo import data
from tfgan_zoo.common.randomness import SEEDS
from tfgan_zoo.common.registries import DATASET_FORMS, DATASETS, LOSSES, PENALTIES, SCHEDULES
from tfgan_zoo.common.registry import Registry
from tfgan_zoo.machine import cluster, fast_path

MODEL = "dcgan"
DATASET = "digits"  # of models that name none


def define(values: flags.FlagValues, zoo: Registry) -> None:
    """Defines all flags."""
    schedules = ", ".join(SCHEDULES) + "; n_critic:K sets how many turns D has"
    datasets = ", ".join([*DATASETS, *DATASET_FORMS])
    penalties = f"NAME[:WEIGHT][,every=K] with a NAME of {', '.join(PENALTIES)}, or none; may be repeated"
    flags.DEFINE_string("model", MODEL, f"One of {', '.join(zoo)}.", flag_values=values)
    text = f"One of {datasets}; unset: the model's own, such as {DATASET}."
    flags.DEFINE_string("dataset", None, text, flag_values=values)
    flags.DEFINE_string("data_dir", None, "Where TensorFlow Datasets keeps its files.", flag_values=values)
    flags.DEFINE_integer("image_size", None, "Side in pixels; unset: the dataset's.", 1, flag_values=values)
    text = "1, 3 or 4 (with transparency), for your own pictures; unset: 1 if all of them are grey, else 3."
    flags.DEFINE_integer("channels", None, text, flag_values=values)
    text = f"{', '.join(data.FITS)}: how your own pictures become squares; unset: crop."
    flags.DEFINE_string("fit", None, text, flag_values=values)
    flags.DEFINE_integer("steps", 1500, "Steps in all, a batch of real data each.", 1, flag_values=values)
    flags.DEFINE_integer("batch_size", None, "Real examples per step; unset: the paper's.", 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "Keys everything random.", 0, SEEDS - 1, flag_values=values)
    flags.DEFINE_string("workdir", None, "The run's folder; unset: runs/MODEL-DATASET.", flag_values=values)
    flags.DEFINE_string("loss", None, f"One of {', '.join(LOSSES)}; unset: the paper's.", flag_values=values)
    flags.DEFINE_multi_string("penalty", [], f"{penalties}; unset: the paper's.", flag_values=values)
    flags.DEFINE_string("schedule", None, f"One of {schedules}; unset: the paper's.", flag_values=values)
    text = "Decay of the averaged weights, such as 0.999, or none; unset: the paper's."
    flags.DEFINE_string("ema", None, text, flag_values=values)
    text = (
        "Changes all images that D sees: some of color,translation,cutout; ada[:IMAGES]; or none; unset: the paper's."
    )
    flags.DEFINE_string("augment", None, text, flag_values=values)
    text = "Mirrors training images left to right; unset: the paper's."
    flags.DEFINE_boolean("flip", None, text, flag_values=values)
    flags.DEFINE_multi_string("set", [], "KEY=VALUE: an argument of the model; may be repeated.", flag_values=values)
    flags.DEFINE_integer("log_every", 50, "Steps between rows of metrics.csv.", 1, flag_values=values)
    text = "Steps between sample pictures; unset: by the clock, often at first, at least every 5 minutes."
    flags.DEFINE_integer("sample_every", None, text, 1, flag_values=values)
    text = "Steps between checkpoints; unset: by the clock, every minute at first, at least every 5 minutes."
    flags.DEFINE_integer("checkpoint_every", None, text, 1, flag_values=values)
    flags.DEFINE_integer(
        "evaluate_every", None, "Steps between metrics; unset: 10 rows, none of images.", 1, flag_values=values
    )
    define_choices(values)
    text = "Steps to profile, after a few to warm up: see docs/fast-path.md."
    flags.DEFINE_integer("profile", 0, text, 0, flag_values=values)
    flags.DEFINE_string("distribute", "auto", f"Over devices: {', '.join(cluster.WAYS)}.", flag_values=values)
    text = "RUN or RUN:STEP: starts a new run from another run's weights; settings may differ."
    flags.DEFINE_string("init_from", None, text, flag_values=values)
    text = "With --init_from: also copies the state of the optimizers."
    flags.DEFINE_boolean("init_optimizers", False, text, flag_values=values)
    flags.DEFINE_boolean("overwrite", False, "Removes an earlier run in the folder first.", flag_values=values)
    flags.DEFINE_boolean("export", True, "Writes a SavedModel at the end.", flag_values=values)


def define_choices(values: flags.FlagValues) -> None:
    """Defines the flags that `fast_path.Choices` is read from."""
    define_start_choices(values)
    text = "Compiles the step by XLA; unset: off, since it is slower on a CPU and not yet measured on a GPU."
    flags.DEFINE_boolean("xla", None, text, flag_values=values)
    text = "Keeps the dataset's pixels in memory, or streams them; unset: up to 512 MiB of them."
    flags.DEFINE_boolean("in_memory", None, text, flag_values=values)
    text = "Steps per call of the graph, between two checks of signals and clock; unset: half a second of steps."
    flags.DEFINE_integer("steps_per_execution", None, text, 1, flag_values=values)
    text = f"One of {', '.join(fast_path.PRECISIONS)}; auto: float32; mixed_float16 needs a GPU."
    flags.DEFINE_string("mixed_precision", "auto", text, flag_values=values)


def define_start_choices(values: flags.FlagValues) -> None:
    """Defines the flags that `fast_path.StartChoices` is read from."""
    flags.DEFINE_boolean("onednn", None, "oneDNN's kernels on the CPU; unset: on.", flag_values=values)
    text = "Threads of TensorFlow's; unset: as many as this process has cores."
    flags.DEFINE_integer("threads", None, text, 1, flag_values=values)
    text = "Threads per operation; unset: half of all for points, all for images."
    flags.DEFINE_integer("intra_op_threads", None, text, 1, flag_values=values)
