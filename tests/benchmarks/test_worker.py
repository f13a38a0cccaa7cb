"""The contender's side of the taking of turns."""

import io
import json

import pytest

from benchmarks.contenders.worker import Over, Turns


def test_a_turn_is_answered_when_its_steps_are_done():
    answers = io.StringIO()
    turns = Turns(io.StringIO("3\n2\n"), answers)
    turns.finished()  # the first step needs no order
    assert len(answers.getvalue().splitlines()) == 1
    assert turns.left == 3
    turns.finished(2)
    assert turns.left == 1
    assert len(answers.getvalue().splitlines()) == 1
    turns.finished()
    assert turns.left == 2
    first, second = map(json.loads, answers.getvalue().splitlines())
    assert (first["steps"], second["steps"]) == (1, 3)
    assert first["at"] <= second["at"]
    assert second["seconds"] >= 0
    assert second["peak_bytes"] > 2**20


def test_more_steps_than_were_ordered_are_counted():
    answers = io.StringIO()
    turns = Turns(io.StringIO("3\n3\n"), answers)
    turns.finished(20)
    turns.finished(20)
    assert [json.loads(line)["steps"] for line in answers.getvalue().splitlines()] == [20, 20]
    assert turns.left == 3


def test_the_end_of_the_orders_is_the_end_of_the_work():
    turns = Turns(io.StringIO(""), io.StringIO())
    with pytest.raises(Over):
        turns.finished()
