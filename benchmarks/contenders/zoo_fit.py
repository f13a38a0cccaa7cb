"""This project in Python: `GAN.fit`, with the steps an execution that the recipe has."""

from benchmarks.contenders.start import start_as_train_does
from benchmarks.contenders.work import Work

EPOCHS = 1_000_000


def run(work: Work, turns) -> None:
    """Trains by `fit` with its defaults, TensorFlow started as `train.py` starts it."""
    start_as_train_does()
    gan = work.build()
    gan.make_train_function()
    train_function = gan.train_function

    def in_turn(iterator):
        logs = train_function(iterator)
        turns.finished(gan.steps_per_execution)
        return logs

    gan.train_function = in_turn
    gan.fit(work.load(), batch_size=work.batch_size, epochs=EPOCHS)
