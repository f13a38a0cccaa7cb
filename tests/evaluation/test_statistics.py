"""Reference statistics in a file, and figures against them."""

import types

import numpy as np
import pytest
from scipy import linalg

from tfgan_zoo import evaluate
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.evaluation.by_statistics import check_makes_samples, measure_by_statistics, statistics_of
from tfgan_zoo.evaluation.statistics import Statistics, read_statistics


class FirstPixels:
    """An extractor of four pixels."""

    name = "four pixels"
    description = types.MappingProxyType({"extractor": name})

    def __call__(self, images):
        brightness = (images.mean(axis=(1, 2, 3)) > 0).astype(np.float32)
        return images.reshape(len(images), -1)[:, :4], np.stack([1.0 - brightness, brightness], axis=1)


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 1), np.uint8)


@pytest.fixture
def export():
    images = pictures(700, seed=1)
    return types.SimpleNamespace(generate=lambda seeds: images[seeds], num_classes=0)


def by_scipy(a, b):
    (mean_a, cov_a), (mean_b, cov_b) = ((x.mean(axis=0), np.cov(x, rowvar=False)) for x in (a, b))
    root = linalg.sqrtm(cov_a @ cov_b).real
    return np.sum((mean_a - mean_b) ** 2) + np.trace(cov_a + cov_b - 2 * root)


def test_the_statistics_of_a_dataset_are_numpys_and_come_back_from_a_file(tmp_path):
    images = pictures(600)
    source = ArraySource("noise", images, np.full(600, -1), [])
    statistics_of(source, FirstPixels(), count=None, seed=0).save(tmp_path / "noise.npz")
    found = read_statistics(tmp_path / "noise.npz")
    features = images.reshape(600, -1)[:, :4] / 127.5 - 1.0
    np.testing.assert_allclose(found.mean, features.mean(axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.covariance, np.cov(features, rowvar=False), rtol=1e-4, atol=1e-6)
    assert found.extractor == "four pixels"


def test_figures_against_statistics_are_scipys(export):
    real = pictures(600).reshape(600, -1)[:, :4] / 127.5 - 1.0
    statistics = Statistics(real.mean(axis=0), np.cov(real, rowvar=False))
    names = ["frechet_distance", "fid_infinity", "inception_score"]
    found = measure_by_statistics(export, statistics, FirstPixels(), metrics=names, count=700, seed=0)
    fake = pictures(700, seed=1).reshape(700, -1)[:, :4] / 127.5 - 1.0
    assert found["frechet_distance"].figures["frechet_distance"] == pytest.approx(by_scipy(fake, real), abs=1e-5)
    assert found["fid_infinity"].figures["distance"] < found["frechet_distance"].figures["frechet_distance"] + 0.01
    assert 1.0 <= found["inception_score"].figures["inception_score"] <= 2.0
    own = Statistics(fake.mean(axis=0), np.cov(fake, rowvar=False))
    zero = measure_by_statistics(export, own, FirstPixels(), metrics=names[:1], count=700, seed=0)
    assert zero["frechet_distance"].figures["frechet_distance"] == pytest.approx(0.0, abs=1e-6)


def test_statistics_of_another_extractor_or_width_are_refused(export):
    wanted = {"metrics": ["frechet_distance"], "count": 20, "seed": 0}
    with pytest.raises(UserError, match="has features of a classifier, not of four pixels"):
        measure_by_statistics(export, Statistics(np.zeros(4), np.eye(4), "a classifier"), FirstPixels(), **wanted)
    with pytest.raises(UserError, match="features of one width are needed"):
        measure_by_statistics(export, Statistics(np.zeros(3), np.eye(3)), FirstPixels(), **wanted)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"mu": np.zeros(3)}, "is no .npz file with mu and sigma"),
        ({"mu": np.zeros(3), "sigma": np.eye(2)}, r"it has \(3,\) and \(2, 2\)"),
        ({"mu": np.full(2, np.nan), "sigma": np.eye(2)}, "of finite values"),
        (b"text", "is no .npz file|cannot be read"),
        (None, "cannot be read"),
    ],
    ids=["no sigma", "other shapes", "NaN", "text", "missing"],
)
def test_another_file_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "reference.npz"
    if isinstance(content, dict):
        np.savez(path, **content)
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=message) as raised:
        read_statistics(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--reference=x.npz", "--export=y"], "--reference: a classifier's features are of its own dataset"),
        (["--reference=x.npz", "--save_reference=z", "--extractor=fid"], "--save_reference=z writes one; give one"),
        (["--reference=x.npz", "--export=y", "--extractor=fid", "--dataset=mnist"], "takes the place of --dataset"),
        (["--reference=x.npz", "--export=y", "--extractor=fid", "--image_size=8"], "--image_size=8: is of a dataset"),
        (["--save_reference=x.npz", "--extractor=fid", "--export=y"], "is of a dataset alone; leave --export out"),
        (["--save_reference=x.npz", "--extractor=fid"], "--dataset is missing"),
        (["--reference=x", "--extractor=fid", "--export=y", "--export=z", "--ensemble"], "leave --reference=x out"),
        (["--export=y", "--inception_graph=g"], "--inception_graph=g: is for --extractor=fid alone"),
        (["--export=y", "--inception_graph=g", "--extractor=fid"], "--inception_graph=g: there is no such file"),
        (["--export=y", "--resize=clean"], "--resize=clean: is for --extractor=fid alone"),
    ],
)
def test_mistakes_get_one_line(run_main, flags, message):
    status, out, error = run_main(evaluate.main, *flags)
    assert (status, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("points", "takes", "what"), [(True, "latents", "makes points"), (False, "images", "takes im")]
)
def test_reference_statistics_need_images_of_seeds(points, takes, what):
    export = types.SimpleNamespace(makes_points=points, kind=types.SimpleNamespace(takes=takes), path="RUN")
    with pytest.raises(UserError, match=f"--reference: needs a model that makes images from seeds; RUN {what}"):
        check_makes_samples(export)
