"""Results do not change with speed: the fast path and a plain loop give the same weights."""

import pathlib

import numpy as np
import pytest

SCRIPT = pathlib.Path(__file__).with_name("fast_and_plain.py")


@pytest.fixture
def trained(run_python, tmp_path):
    """Trains 20 steps in a process of its own; returns the weights before and after."""

    def train(way, *, onednn):
        out = tmp_path / f"{way}-{onednn}.npz"
        process = run_python(SCRIPT, out, way, TF_ENABLE_ONEDNN_OPTS=str(onednn))
        assert process.returncode == 0, process.stderr
        with np.load(out) as arrays:
            return arrays["before"], arrays["after"]

    return train


def test_the_fast_path_with_onednn_equals_the_plain_path_without_to_a_thousandth(trained):
    before, fast = trained("fast", onednn=1)
    also_before, plain = trained("eager", onednn=0)
    assert np.array_equal(before, also_before)
    assert np.abs(plain - before).max() > 0.01, "the weights have to move, or their equality says nothing"
    np.testing.assert_allclose(fast, plain, rtol=0, atol=1e-3)


@pytest.mark.parametrize("onednn", [0, 1])
def test_with_the_same_kernels_both_paths_give_the_same_bits(trained, onednn):
    # Traced, because TensorFlow replaces operations of a graph by others: eagerly the last bits differ.
    _, fast = trained("fast", onednn=onednn)
    _, plain = trained("traced", onednn=onednn)
    assert fast.tobytes() == plain.tobytes()
