"""`python -m tfgan_zoo.export RUN`: a SavedModel of one of a run's checkpoints."""

import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.export import check_version, export
from tfgan_zoo.training.folder import RunFolder, checkpoint_steps
from tfgan_zoo.training.rebuild import rebuild

SUMMARY = "Writes RUN/export/VERSION, a SavedModel of a checkpoint: averaged weights where there are some."


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_string("export", None, "A run's folder, as RUN is.", flag_values=values)
    flags.DEFINE_integer("version", None, "Of the export; unset: the next free one.", 1, flag_values=values)
    flags.DEFINE_integer("checkpoint", None, "Step of the checkpoint; unset: the last one.", 0, flag_values=values)
    text = "Images that one request may ask for; unset: 1024, fewer of images above 32×32×3."
    flags.DEFINE_integer("max_batch", None, text, 1, flag_values=values)


def _export(values: flags.FlagValues) -> None:
    if values.export is None:
        raise UserError("RUN is missing: give a run's folder.")
    folder = RunFolder(values.export)
    settings = folder.read_settings()
    steps = checkpoint_steps(folder.checkpoints)
    if not steps:
        raise UserError(f"{folder}: has no checkpoint yet.")
    step = steps[-1] if values.checkpoint is None else values.checkpoint
    if step not in steps:
        raise UserError(f"--checkpoint={step}: expected one of {', '.join(map(str, steps))}.")
    if values.version is not None:
        check_version(folder.exports, values.version)

    from tfgan_zoo.machine.runtime import start_tensorflow

    start_tensorflow()
    gan = rebuild(folder, step)
    options = {"version": values.version, "max_batch": values.max_batch}
    print(f"step {step}: {export(gan, folder.exports, settings['class_names'], **options)}")


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.export", SUMMARY, _define, _export, operand="export")


if __name__ == "__main__":
    sys.exit(main())
