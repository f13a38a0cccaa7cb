"""A first signal is written down, a second one acts."""

import os
import signal

import pytest

from tfgan_zoo.training.signals import catching_signals, ending_on_sigterm


@pytest.fixture(autouse=True)
def handlers_are_left_as_they_were():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_is_written_down(number):
    with catching_signals() as caught:
        assert caught == []
        os.kill(os.getpid(), number)
        assert caught == [number]
        assert caught[0].name in ("SIGINT", "SIGTERM")


def interrupt_twice(caught_outside):
    with catching_signals() as caught:
        os.kill(os.getpid(), signal.SIGINT)
        caught_outside += caught
        os.kill(os.getpid(), signal.SIGINT)


def test_the_second_acts_as_always():
    caught = []
    with pytest.raises(KeyboardInterrupt):
        interrupt_twice(caught)
    assert caught == [signal.SIGINT]


def fail_inside():
    with catching_signals():
        raise ZeroDivisionError


def test_after_a_failure_signals_act_as_before():
    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def be_preempted():
    with ending_on_sigterm():
        os.kill(os.getpid(), signal.SIGTERM)


def test_before_the_first_step_sigterm_ends_at_once_with_status_0(capfd):
    with pytest.raises(SystemExit) as raised:
        be_preempted()
    assert raised.value.code == 0
    assert capfd.readouterr().out.startswith("stopped by SIGTERM before the first step")


def test_training_catches_signals_itself():
    with ending_on_sigterm(), catching_signals() as caught:
        os.kill(os.getpid(), signal.SIGTERM)
        assert caught == [signal.SIGTERM]
