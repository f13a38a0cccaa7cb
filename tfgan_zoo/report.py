"""`python -m tfgan_zoo.report RUN …`: one HTML page that shows runs side by side."""

import pathlib
import sys

from absl import flags

from tfgan_zoo.common.command import run_command
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import check_out, write_whole
from tfgan_zoo.training.folder import RunFolder

SUMMARY = (
    "Shows runs side by side on one page that needs no network: samples, metrics, curves, animation, settings.\n"
    "Figures and nearest training images are those that tfgan_zoo.evaluate has measured."
)


def _define(values: flags.FlagValues) -> None:
    flags.DEFINE_multi_string("export", [], "A run's folder, as RUN is; may be repeated.", flag_values=values)
    flags.DEFINE_string("out", "report.html", "The page to write.", flag_values=values)


def _report(values: flags.FlagValues) -> None:
    if not values.export:
        raise UserError("RUN is missing: give the folders of one or more runs.")
    out = pathlib.Path(values.out)
    if not out.parent.is_dir():
        raise UserError(f"--out={out}: the folder {out.parent} does not exist.")
    check_out("--out", out)
    folders = [RunFolder(run) for run in dict.fromkeys(values.export)]
    for folder in folders:
        folder.read_settings()

    from tfgan_zoo.reporting.material import gather, has_walks, names_of
    from tfgan_zoo.reporting.page import page

    if any(has_walks(folder) for folder in folders):
        from tfgan_zoo.machine.runtime import start_tensorflow

        start_tensorflow()
    content = page([gather(folder, name) for folder, name in zip(folders, names_of(folders), strict=True)])
    write_whole(out, content)
    print(f"{out}: {len(folders)} run{'s' * (len(folders) > 1)}, {len(content) / 2**20:.1f} MB")


def main() -> int:
    """Runs the command."""
    return run_command("tfgan_zoo.report", SUMMARY, _define, _report, operand="export")


if __name__ == "__main__":
    sys.exit(main())
