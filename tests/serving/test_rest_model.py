"""What can go wrong with an answer over HTTP."""

import numpy as np
import pytest

from tests.serving.test_remote_model import model_at
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.retries import ServingError, TimedOut, Unavailable


@pytest.mark.parametrize("with_length", [True, False])
def test_an_answer_that_breaks_off_is_asked_for_again(rest, served, with_length):
    model = model_at(rest)
    served.faults.append(("truncate", with_length))
    assert model.generate([1]).shape == (1, 8, 8, 1)
    served.faults.extend([("truncate", with_length)] * 2)
    with pytest.raises(Unavailable, match="broke off"):
        model_at(rest, retries=1).generate([1])


def test_a_status_that_cannot_be_had_does_not_mean_that_there_is_no_model(rest, served):
    served.models["bright"] = {3: "LOADING"}
    served.faults.extend([(None, None), ("status", 503)])
    with pytest.raises(Unavailable, match="answers 503"):
        model_at(rest, retries=0).generate([1])


def test_drops_do_not_outlast_the_time_limit(rest, served):
    model = model_at(rest, timeout=0.5)
    served.faults.append(("drip", 0.02))
    with pytest.raises(TimedOut):
        model.generate([1])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass(rest, served, status):
    served.faults.append(("status", status))
    assert model_at(rest).generate([1]).shape == (1, 8, 8, 1)


@pytest.mark.parametrize("status", [301, 418, 500])
def test_what_will_not(rest, served, status):
    served.faults.append(("status", status))
    with pytest.raises(ServingError, match=f"answers {status}"):
        model_at(rest).generate([1])
    assert len(served.requests) == 1


def test_the_address_may_have_a_path_and_names_are_quoted(rest, served):
    with pytest.raises(UserError):
        model_at(rest, "a/b c").generate([1])
    assert served.requests[0] == ("GET", "/v1/models/a%2Fb%20c/metadata")


def test_seeds_beyond_a_doubles_precision_arrive_whole(rest, in_process):
    seeds = np.array([2**53 + 1, -(2**63)])
    np.testing.assert_array_equal(model_at(rest).generate(seeds), in_process.generate(seeds))
