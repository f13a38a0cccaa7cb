"""A first signal is written down, a second one acts; what was ignored stays ignored."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from tfgan_zoo.training.signals import ENDING, catching_signals, ending_before_first_step

NAMED = [signal.Signals(number).name for number in ENDING]
each_signal = pytest.mark.parametrize("number", ENDING, ids=NAMED)


def test_what_schedulers_send_is_among_them():
    assert {"SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU", "SIGQUIT"} <= set(NAMED)


@each_signal
def test_the_first_of_each_kind_does_not_kill_without_a_save(number):
    with catching_signals() as caught:
        assert caught == []
        os.kill(os.getpid(), number)
        assert caught == [number]
        assert caught[0].name in NAMED


def test_a_warning_and_then_the_end_do_not_kill_while_saving():
    """As Slurm sends them."""
    with catching_signals() as caught:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert caught == [signal.SIGUSR1, signal.SIGTERM]


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


@each_signal
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number):
    """As SIGINT is in a shell's background, and SIGHUP by nohup."""
    signal.signal(number, signal.SIG_IGN)
    try:
        with ending_before_first_step(), catching_signals() as caught:
            os.kill(os.getpid(), number)
            assert caught == []
    finally:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def test_in_another_thread_nothing_is_caught_and_nothing_fails():
    caught = []

    def run():
        with ending_before_first_step(), catching_signals() as signals:
            caught.append(list(signals))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert caught == [[]]


def fail_inside():
    with catching_signals():
        raise ZeroDivisionError


def test_after_a_failure_signals_act_as_before():
    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def be_stopped(number):
    with ending_before_first_step():
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [number for number in ENDING if number != signal.SIGINT])
def test_before_the_first_step_a_signal_ends_at_once_with_status_0(capfd, number):
    with pytest.raises(SystemExit) as raised:
        be_stopped(number)
    assert raised.value.code == 0
    assert capfd.readouterr().out.startswith(f"stopped by {signal.Signals(number).name} before the first step")


def test_before_the_first_step_ctrl_c_is_a_keyboard_interrupt():
    with pytest.raises(KeyboardInterrupt):
        be_stopped(signal.SIGINT)


def test_training_catches_signals_itself():
    with ending_before_first_step(), catching_signals() as caught:
        os.kill(os.getpid(), signal.SIGTERM)
        assert caught == [signal.SIGTERM]


SAVES = """
    import os, signal, sys, time
    from tfgan_zoo.training.signals import catching_signals, ending_before_first_step
    with ending_before_first_step(), catching_signals() as caught:
        print("ready", flush=True)
        while not caught:
            time.sleep(0.01)
        {while_saving}
        print("saved", flush=True)
        open(sys.argv[1], "w").write(caught[0].name)
"""


def start(tmp_path, while_saving="pass", **options):
    program = textwrap.dedent(SAVES).format(while_saving=while_saving)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    return subprocess.Popen([sys.executable, "-c", program, tmp_path / "saved"], env=environment, **options)


def test_a_second_sigterm_while_saving_ends_the_process_and_claims_nothing(tmp_path):
    while_saving = "os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)"
    process = start(tmp_path, while_saving, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.wait(60) == -signal.SIGTERM
    assert process.stdout.read() == ""
    assert not (tmp_path / "saved").exists()
