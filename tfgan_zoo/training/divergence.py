"""Training that has left the numbers: losses, gradients and weights that are NaN or infinite."""

import numpy as np

ADVICE = "A smaller learning rate (--set=learning_rate=…), another --loss or a gradient penalty often helps."


class TrainingDiverged(ArithmeticError):
    """A loss, a gradient or a weight became NaN or infinite."""


def check_losses(gan) -> None:
    """Looks at what both players noted in the steps since the last look.

    Raises:
        TrainingDiverged: names the first step in which something was no number, and whose it was.
    """
    noted = [(int(player.first_bad_step.numpy()), player) for player in _players(gan)]
    first = min((step for step, _ in noted if step), default=0)
    if not first:
        return
    players = [player for step, player in noted if step == first]
    values = [
        f"{metric.name} {float(metric.result()):.4g}"
        for player in players
        for metric in (player.mean_loss, player.gradient_norm)
    ]
    whose = " and the ".join(f"{_name(player)}'s" for player in players)
    raise TrainingDiverged(
        f"step {first}: the {whose} loss or gradient is no finite number ({', '.join(values)} in the mean since the "
        f"last row). Every checkpoint is from before that. {ADVICE}"
    )


def check_weights(gan, step: int) -> None:
    """Makes sure that a checkpoint of this step is one to go on from.

    Raises:
        TrainingDiverged: names the player that has weights which are no numbers.
    """
    for player in _players(gan):
        if not all(np.isfinite(variable.numpy()).all() for variable in player.weights_trained):
            raise TrainingDiverged(
                f"step {step}: the {_name(player)}'s weights are no finite numbers. Every checkpoint is from before "
                f"that. {ADVICE}"
            )


def _players(gan) -> tuple:
    return gan.discriminator_player, gan.generator_player


def _name(player) -> str:
    return player.name.removesuffix("_player")
