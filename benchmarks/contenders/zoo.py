"""This project: what `train.py` does between two of its duties."""

from benchmarks.contenders.start import start_as_train_does
from benchmarks.contenders.work import Work


def run(work: Work, turns) -> None:
    """Trains by the graph loop of a run, as far at once as a run goes by default."""
    start_as_train_does()
    import tensorflow as tf

    from tfgan_zoo.data.source import UNLABELLED, ArraySource
    from tfgan_zoo.machine.distribution import make_train_steps
    from tfgan_zoo.training.divergence import check_losses
    from tfgan_zoo.training.run import Plan

    images = work.load()
    gan = work.build()
    source = ArraySource("images", images, [UNLABELLED] * len(images))
    gan.prepare(source)
    batches = iter(gan.batches(source, work.batch_size))
    train_steps = make_train_steps(gan)
    while True:
        count = min(turns.left, Plan.log_every)
        train_steps(batches, tf.constant(count))
        check_losses(gan)
        turns.finished(count)
