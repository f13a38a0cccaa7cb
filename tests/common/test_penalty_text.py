"""A penalty as a user writes it."""

import sys

import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.penalty_text import PenaltyText, parse_penalties, parse_penalty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r1", PenaltyText("r1", None, 1)),
        ("gradient:10", PenaltyText("gradient", 10.0, 1)),
        ("r2:0", PenaltyText("r2", 0.0, 1)),
        ("r1:0.1,every=16", PenaltyText("r1", 0.1, 16)),
        ("r1,every=1", PenaltyText("r1", None, 1)),
        ("historical_averaging:1e-3", PenaltyText("historical_averaging", 1e-3, 1)),
        ("weight_clipping:0.01", PenaltyText("weight_clipping", 0.01, 1)),
    ],
)
def test_what_can_be_read(text, expected):
    assert parse_penalty(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gradeint:10", r"^unknown penalty 'gradeint'\. Did you mean 'gradient'\?"),
        ("", r"^unknown penalty ''\."),
        (":3", r"^unknown penalty ''\."),
        ("r1:", r"^--penalty=r1:: '' is not a weight of 0 or more; expected NAME\[:WEIGHT\]\[,every=K\]"),
        ("r1:ten", "'ten' is not a weight of 0 or more"),
        ("r1:-1", "'-1' is not a weight of 0 or more"),
        ("r1:nan", "'nan' is not a weight of 0 or more"),
        ("r1:inf", "'inf' is not a weight of 0 or more"),
        ("r1:1:2", "'1:2' is not a weight of 0 or more"),
        ("weight_clipping:0", "'0' is not a limit above 0"),
        ("weight_clipping,every=2", "weights are clipped after every update; leave every= out"),
        ("r1,", "'' is not every=K with a whole number K of 1 or more"),
        ("r1,16", "'16' is not every=K"),
        ("r1,every=0", "'every=0' is not every=K"),
        ("r1,every=1.5", "'every=1.5' is not every=K"),
        ("r1,every=²", "'every=²' is not every=K"),
        ("r1,every=" + "9" * 5000, "is not every=K"),
        ("r1,each=2", "'each=2' is not every=K"),
        ("r1,every=2,every=3", "'every=2,every=3' is not every=K"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot(text, message):
    with pytest.raises(UserError, match=message) as raised:
        parse_penalty(text)
    assert "\n" not in str(raised.value)


def test_each_name_once():
    assert [penalty.name for penalty in parse_penalties(["r1:1", "r2:1"])] == ["r1", "r2"]
    with pytest.raises(UserError, match=r"^--penalty=r1:2: r1 is given twice; expected each name once\.$"):
        parse_penalties(["r1:1", "r2:1", "r1:2"])


def test_it_needs_no_tensorflow(run_python):
    code = "import sys; from tfgan_zoo.common.penalty_text import parse_penalty; parse_penalty('r1:1'); "
    result = run_python("-c", code + "print({'tensorflow', 'keras'} & set(sys.modules))")
    assert result.stdout == "set()\n", sys.stderr
