"""When and how often something is tried again."""

import pytest

from tfgan_zoo.serving import retries
from tfgan_zoo.serving.retries import ServingError, TimedOut, Unavailable, retrying


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves; returns the pauses."""
    pauses = []
    monkeypatch.setattr(retries.time, "monotonic", lambda: sum(pauses))
    monkeypatch.setattr(retries.time, "sleep", pauses.append)
    monkeypatch.setattr(retries.random, "uniform", lambda low, high: high)
    return pauses


def failing(times, error=None):
    """Fails so often, then returns the seconds that were left."""
    left = [error or Unavailable("busy")] * times

    def attempt(seconds):
        if left:
            raise left.pop()
        return seconds

    return attempt


def test_the_first_success_counts(clock):
    assert retrying(failing(0), timeout=9.0, retries=4) == 9.0
    assert clock == []


def test_pauses_double_up_to_five_seconds(clock):
    assert retrying(failing(8), timeout=100.0, retries=8) == pytest.approx(100.0 - 16.3)
    assert clock == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])


def test_it_gives_up_after_the_last_retry(clock):
    with pytest.raises(Unavailable, match="busy"):
        retrying(failing(3), timeout=100.0, retries=2)
    assert len(clock) == 2


def test_it_does_not_wait_beyond_the_time_limit(clock):
    with pytest.raises(Unavailable):
        retrying(failing(99), timeout=1.0, retries=99)
    assert clock == pytest.approx([0.1, 0.2, 0.4])  # 0.8 more would end after 1.5 s


@pytest.mark.parametrize("error", [ServingError("no"), TimedOut("late"), ValueError("bad")])
def test_what_will_not_pass_is_not_tried_again(clock, error):
    with pytest.raises(type(error)):
        retrying(failing(1, error), timeout=9.0, retries=4)
    assert clock == []


def test_a_server_that_is_busy_and_then_slow_is_called_busy(clock):
    def attempt(seconds):
        raise TimedOut("late") if clock else Unavailable("busy")

    with pytest.raises(Unavailable, match="busy"):
        retrying(attempt, timeout=9.0, retries=4)
