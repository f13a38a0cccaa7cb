import numpy as np
import pytest

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.mixtures import RING8
from tfgan_zoo.data.rings import STRETCHED_RING
from tfgan_zoo.metrics.modes import count_modes


def test_the_second_ring_by_hand():
    c, s = np.cos(np.pi / 8), np.sin(np.pi / 8)
    upper = [(1.5 * c, s), (1.5 * s, c), (-1.5 * s, c), (-1.5 * c, s)]
    np.testing.assert_allclose(STRETCHED_RING.centres, upper + [(-x, -y) for x, y in upper], atol=1e-12)
    assert STRETCHED_RING.deviation == 0.01


def test_each_domain_tells_its_mixture():
    two = data.load("rings")
    assert two.a.mixture is RING8
    assert two.b.mixture is STRETCHED_RING
    assert two.mixture is None


@pytest.mark.parametrize("split", ["train", "test"])
def test_modes_of_both_domains_are_all_found(split):
    two = data.load("rings", split=split)
    assert two.has_points
    assert two.num_examples == 100_000
    for domain in (two.a, two.b):
        count = count_modes(domain.examples.numpy()[:5000], domain.mixture.centres, domain.mixture.deviation)
        assert count.modes == 8
        assert count.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.01)
        assert count.reverse_kl < 0.01
        offsets = domain.examples.numpy() - domain.mixture.centres[domain.labels.numpy()]
        np.testing.assert_allclose(offsets.std(0), 0.01, rtol=0.02)


def test_points_are_drawn_independently():
    two = data.load("rings")
    assert not two.has_pairs
    modes = np.stack([two.a.labels.numpy(), two.b.labels.numpy()])
    assert abs(np.corrcoef(modes)[0, 1]) < 0.02
    noise = [domain.examples.numpy() - domain.mixture.centres[domain.labels.numpy()] for domain in (two.a, two.b)]
    assert abs(np.corrcoef(noise[0][:, 0], noise[1][:, 0])[0, 1]) < 0.02
    with pytest.raises(UserError, match="--dataset=rings: which examples"):
        two.paired()


def test_splits_differ():
    train, test = (data.load("rings", split=split) for split in ("train", "test"))
    assert not (train.b.examples.numpy() == test.b.examples.numpy()).any()
    assert not (train.a.examples.numpy() == test.a.examples.numpy()).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image_size": 8}, "--image_size=8: rings is made of points, which have no size"),
        ({"split": "tset"}, "Did you mean 'test'"),
        ({"in_memory": False}, "--noin_memory: rings is always in memory"),
    ],
)
def test_mistakes(options, message):
    with pytest.raises(UserError, match=message):
        data.load("rings", **options)
