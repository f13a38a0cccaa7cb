"""Processes that take turns, and the figures that come of them."""

import types

import numpy as np
import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.work import Work
from benchmarks.turns import ContenderFailed, Process, environment, figures


def process(name, turns):
    return types.SimpleNamespace(name=name, turns=turns, peak_bytes=5, seconds_to_first_step=2.0, onednn=True)


def test_figures_are_medians_of_all_rounds_but_the_first():
    zoo = process("zoo", [(2, 100.0), (2, 0.2), (2, 0.4), (2, 2.0)])  # 100, 200 and 1,000 ms a step
    other = process("keras", [(2, 1.0), (2, 0.4), (2, 0.6), (2, 6.0)])  # 2, 1.5 and 3 times as long
    rows = figures([zoo, other], batch_size=10)
    assert rows["zoo"]["milliseconds_a_step"] == pytest.approx(200.0)
    assert rows["zoo"]["images_a_second"] == pytest.approx(50.0)
    assert rows["zoo"]["times_as_long"] == 1.0
    assert rows["keras"]["milliseconds_a_step"] == pytest.approx(300.0)
    assert rows["keras"]["times_as_long"] == pytest.approx(2.0)
    assert (rows["keras"]["peak_bytes"], rows["keras"]["seconds_to_first_step"]) == (5, 2.0)


def test_a_contender_decides_how_fast_it_is_and_not_the_caller(monkeypatch):
    threads = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    choices = ("TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS", *threads)
    for name in choices:
        monkeypatch.setenv(name, "1")
    assert not set(choices) & set(environment(None))
    assert environment(False)["TF_ENABLE_ONEDNN_OPTS"] == "0"


def test_a_contender_that_ends_is_told_with_its_reason(tmp_path):
    with pytest.raises(ContenderFailed, match=r"absent\.npy"):
        Process("tutorial", Work("vanilla", "simultaneous", 4, str(tmp_path / "absent.npy")))


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_takes_its_turns(name, tmp_path):
    if CONTENDERS[name].module == "pytorch":
        pytest.importorskip("torch", reason="needs PyTorch: the extra `torch`")
    images = tmp_path / "images.npy"
    np.save(images, np.zeros((16, 28, 28, 1), np.uint8))
    contender = Process(name, Work("vanilla", "simultaneous", 4, str(images)))
    try:
        for steps in (3, 6):  # past the end of an epoch
            contender.take_turn(steps)
    finally:
        contender.close()
    # `fit` takes the 20 steps of an execution at once.
    assert [steps for steps, _ in contender.turns] == ([20, 20] if name == "zoo_fit" else [3, 6])
    # As the zoo or the contender chooses it; what TensorFlow chooses by itself is the processor's matter.
    if CONTENDERS[name].module in ("zoo", "zoo_fit", "floor"):
        assert contender.onednn is True
    elif CONTENDERS[name].module == "pytorch":
        assert contender.onednn is None
    elif CONTENDERS[name].onednn is not None:
        assert contender.onednn is CONTENDERS[name].onednn
