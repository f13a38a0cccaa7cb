import signal

import pytest

from tfgan_zoo.training.signals import ENDING


@pytest.fixture(autouse=True)
def handlers_are_as_at_a_start_in_the_foreground():
    """The suite may run in a shell's background, where SIGINT is ignored."""
    before = {number: signal.getsignal(number) for number in ENDING}
    start = dict.fromkeys(ENDING, signal.SIG_DFL) | {signal.SIGINT: signal.default_int_handler}
    for number, handler in start.items():
        signal.signal(number, handler)
    yield
    left = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in before.items():
        signal.signal(number, handler)
    assert left == start
