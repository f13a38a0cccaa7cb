"""How far a run goes and how often it writes what."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Plan:
    """Counts of steps; how a run computes does not depend on them, nor on a clock.

    Attributes:
        steps: in all, those of earlier sessions of the same run included.
        log_every: a row of metrics.
        sample_every, checkpoint_every: a picture of samples, a checkpoint; None for by the clock: see
            `tfgan_zoo.training.timetable`.
        evaluate_every: the cheap metrics; a multiple of `log_every`.
        export: whether a SavedModel is written at the end.
    """

    steps: int
    log_every: int = 50
    sample_every: int | None = None
    checkpoint_every: int | None = None
    evaluate_every: int = 500
    export: bool = True
