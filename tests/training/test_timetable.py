"""What is due after so many steps, what by the clock, and how long a run will take."""

import itertools
import types

import pytest

from tfgan_zoo.training import timetable
from tfgan_zoo.training.timetable import EverySteps, Forecast, duration, for_checkpoints, for_pictures


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(timetable, "time", types.SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def times(when, clock, until, each=1.0, cost=0.0):
    """Returns the seconds since the beginning at which it is done, if it is asked for every `each` seconds."""
    began, found = clock.now, []
    while clock.now - began < until:
        clock.now += each
        if when.is_due(0):
            found.append(clock.now - began)
            with when.doing():
                clock.now += cost
    return found


def test_every_so_many_steps():
    when = EverySteps(5)
    assert [step for step in range(1, 12) if when.is_due(step)] == [5, 10]
    assert [when.steps_left(step) for step in (0, 4, 5)] == [5, 1, 5]
    assert type(for_pictures(3)) is type(for_checkpoints(3)) is EverySteps


def test_pictures_come_often_at_first_and_never_more_than_five_minutes_apart(clock):
    found = times(for_pictures(None), clock, 12 * 3600)
    assert found[:6] == [2, 4, 6, 8, 10, 12]
    gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
    assert max(gaps) == 300
    assert all(gap <= max(3, 0.15 * time) for gap, time in zip(gaps, found, strict=False))
    assert len(found) < 200


def test_checkpoints_come_at_least_every_five_minutes(clock):
    found = times(for_checkpoints(None), clock, 12 * 3600, each=7.0)
    assert found[0] == 63
    assert max(later - earlier for earlier, later in itertools.pairwise(found)) <= 300


def test_what_takes_long_is_done_more_seldom(clock):
    assert times(for_pictures(None), clock, 200, cost=5.0)[:3] == [2, 57, 112]  # a tenth of the time
    assert times(for_pictures(None), clock, 1300, cost=200.0)[:3] == [
        2,
        502,
        1002,
    ]  # 5 minutes apart, whatever it costs


@pytest.fixture
def forecast():
    said, warned = [], []
    return Forecast(1000, said.append, warned.append), said, warned


def test_a_forecast_is_made_once_when_the_pace_is_known(forecast):
    forecast, said, warned = forecast
    forecast.look(3, 2, 1.5)
    assert said == []
    forecast.look(5, 2, 1.0)
    forecast.look(6, 1, 100.0)
    # 4 steps in 2.5 s: 995 steps in 622 s.
    assert (said, warned) == (["about 10 min left for 995 steps"], [])


def test_hours_are_a_warning_that_says_what_shortens_them(forecast):
    forecast, said, warned = forecast
    forecast.look(2, 1, 43.2)
    (line,) = warned
    assert line.startswith("about 12 h left for 998 steps of 43 s. Fewer --steps, a smaller --image_size or a narrower")
    assert said == []


def test_less_than_a_minute_is_not_worth_a_line(forecast):
    forecast, said, warned = forecast
    forecast.look(60, 50, 2.5)
    assert said == warned == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (4.2, "4.2 s"),
        (89, "89 s"),
        (90, "1.5 min"),
        (720, "12 min"),
        (5400, "1.5 h"),
        (43200, "12 h"),
        (180000, "2.1 days"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
