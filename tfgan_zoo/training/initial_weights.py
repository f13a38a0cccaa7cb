"""Beginning with the weights of another run: which ones, and what of them fits."""

import dataclasses
import difflib
import os

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.folder import RunFolder, checkpoint_steps


@dataclasses.dataclass(frozen=True)
class InitialWeights:
    """Where a run's first weights come from, as its `config.json` holds it.

    Attributes:
        run: the other run's folder.
        step: of its checkpoint.
        optimizers: whether the optimizers' moments are taken too.
    """

    run: str
    step: int
    optimizers: bool


def read_init_from(text: str | None, optimizers: bool, folder: RunFolder, overwrite: bool) -> InitialWeights | None:
    """Returns what `--init_from` names; of a run that goes on, what it began with.

    Args:
        text: RUN or RUN:STEP, without a step its newest checkpoint; None for nothing.
        optimizers: whether `--init_optimizers` was given.
        folder: of the run that is to begin or to go on.
        overwrite: it begins in any case.

    Raises:
        UserError: there is no such run or checkpoint, or the run that goes on began with other weights.
    """
    if text is None and optimizers:
        raise UserError("--init_optimizers: goes with --init_from=RUN.")
    earlier = None if overwrite else folder.settings_to_resume()
    if earlier is not None:
        return _of_the_run_that_goes_on(earlier.get("init_from"), text, folder)
    if text is None:
        return None
    run, step = _parts(text)
    return InitialWeights(run, _existing_step(text, RunFolder(run), step), optimizers)


def _of_the_run_that_goes_on(known: dict | None, text: str | None, folder: RunFolder) -> InitialWeights | None:
    began_with = None if known is None else InitialWeights(**known)
    if text is None:
        return began_with
    run, step = _parts(text)
    if began_with is None or run != began_with.run or step not in (None, began_with.step):
        actual = "weights of its own" if began_with is None else f"--init_from={began_with.run}:{began_with.step}"
        raise UserError(
            f"--init_from={text}: the run in {folder} has begun already, with {actual}. To resume, leave the flag out; "
            "to begin, give another --workdir."
        )
    return began_with


def _parts(text: str) -> tuple[str, int | None]:
    run, colon, step = text.rpartition(":")
    if colon and step.isdecimal() and not os.path.isdir(os.path.expanduser(text)):
        return os.path.abspath(os.path.expanduser(run)), int(step)
    return os.path.abspath(os.path.expanduser(text)), None


def _existing_step(text: str, run: RunFolder, step: int | None) -> int:
    if not run.path.is_dir():
        raise UserError(f"--init_from={text}: there is no folder '{run}'; expected a run's folder, as RUN or RUN:STEP.")
    run.read_settings()
    steps = checkpoint_steps(run.checkpoints)
    if not steps or step not in (None, *steps):
        found = f"has checkpoints of steps {', '.join(map(str, steps))}" if steps else "has no checkpoint yet"
        raise UserError(f"--init_from={text}: the run {found}.")
    return steps[-1] if step is None else step


def copy_weights(given, gan, *, optimizers: bool = False) -> list[str]:
    """Copies what fits of one `GAN` into another: networks and averages, and the optimizers' moments where asked for.

    Weights of a network fit where name and shape agree in the order of both networks, so that a deeper network takes
    the layers that it shares.

    Args:
        given: the `GAN` to copy from.
        gan: the `GAN` to copy into.
        optimizers: whether moments are copied too.

    Returns:
        What was not copied, a phrase each.
    """
    left_out = []
    for name in gan.network_names():
        left_out += _copy_network(name, getattr(given, name, None), getattr(gan, name))
    for player in ("generator", "discriminator"):
        theirs, ours = getattr(given, f"{player}_player"), getattr(gan, f"{player}_player")
        left_out += _copy_average(player, theirs, ours)
        if optimizers:
            left_out += _copy_optimizer(player, theirs, ours)
        ours.restart()
    gan.refresh()
    return left_out if optimizers else [*left_out, "the optimizers (--init_optimizers)"]


def _fitting(theirs: list, ours: list) -> list[tuple[int, int]]:
    """Returns (index of theirs, index of ours) of weights that fit."""
    keys = [[(variable.name, tuple(variable.shape)) for variable in variables] for variables in (theirs, ours)]
    blocks = difflib.SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    return [(block.a + index, block.b + index) for block in blocks for index in range(block.size)]


def _copy_network(name: str, theirs, ours) -> list[str]:
    if theirs is None:
        return [f"{name} (the run has none)"]
    pairs = _fitting(theirs.weights, ours.weights)
    for source, target in pairs:
        ours.weights[target].assign(theirs.weights[source])
    left = len(ours.weights) - len(pairs)
    if not left:
        return []
    taken = {target for _, target in pairs}
    first = next(variable for index, variable in enumerate(ours.weights) if index not in taken)
    return [f"{left} of {len(ours.weights)} weights of {name}, such as {first.path} {tuple(first.shape)}"]


def _copy_average(player: str, theirs, ours) -> list[str]:
    """Copies the averages of weights that fit; the others begin at the weights as they are."""
    if ours.average is None or theirs.average is None or not theirs.average.started:
        return [f"the average of the {player}"] if theirs.average is not None or ours.average is not None else []
    averages = theirs.average.read()
    values = [variable.numpy() for variable in ours.weights_averaged]
    for source, target in _fitting(theirs.weights_averaged, ours.weights_averaged):
        values[target] = averages[source]
    ours.average.continue_from(values, int(theirs.average.updates.numpy()))
    return []


def _copy_optimizer(player: str, theirs, ours) -> list[str]:
    """Copies the moments and the count of updates, not the learning rate, if both optimizers are of one kind."""
    variables = [
        [variable for variable in optimizer.variables if variable.name != "learning_rate"]
        for optimizer in (theirs.optimizer, ours.optimizer)
    ]
    shapes = [[tuple(variable.shape) for variable in side] for side in variables]
    if type(theirs.optimizer) is not type(ours.optimizer) or shapes[0] != shapes[1]:
        return [f"the optimizer of the {player}, which is of another kind or for other weights"]
    for source, target in zip(*variables, strict=True):
        target.assign(source)
    return []
