import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from tfgan_zoo import data
from tfgan_zoo.common.errors import UserError

COUNTS = {"trainA": 30, "trainB": 20, "testA": 3, "testB": 4}


@pytest.fixture(scope="module")
def facades(tmp_path_factory):
    """CycleGAN's facades as TFDS's own builder writes them, of pictures whose grey is their number."""
    folder, data_dir = tmp_path_factory.mktemp("archive"), tmp_path_factory.mktemp("tfds")
    for split, count in COUNTS.items():
        (folder / "facades" / split).mkdir(parents=True)
        for number in range(count):
            Image.new("RGB", (6, 6), (number,) * 3).save(folder / "facades" / split / f"{number}.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tfds.download.DownloadManager, "download_and_extract", lambda self, url: str(folder))
        tfds.builder("cycle_gan/facades", data_dir=str(data_dir)).download_and_prepare()
    return str(data_dir)


def greys(images):
    return np.round((np.asarray(images)[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist()


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("split", ["train", "test"])
def test_both_domains(facades, split, in_memory):
    two = data.load("tfds:cycle_gan/facades", data_dir=facades, image_size=8, split=split, in_memory=in_memory)
    counts = [COUNTS[f"{split}{letter}"] for letter in "AB"]
    assert two.name == "tfds:cycle_gan/facades"
    assert (two.in_memory, two.order) == ((True, "permuted") if in_memory else (False, "streamed"))
    assert [two.a.num_examples, two.b.num_examples] == counts
    assert two.num_examples == max(counts)
    assert two.element_shape == {"a": (8, 8, 3), "b": (8, 8, 3)}
    assert two.class_names == {"a": [], "b": []}
    for domain, count in zip((two.a, two.b), counts, strict=True):
        batches = list(domain.once(7))
        assert sorted(np.concatenate([greys(images) for images, _ in batches])) == list(range(count))
        assert set(np.concatenate([labels for _, labels in batches])) == {-1}


def test_streamed_from_any_step(facades):
    view = data.load("tfds:cycle_gan/facades", data_dir=facades, image_size=8, in_memory=False).unpaired()
    steps = [(greys(examples["a"]), greys(examples["b"])) for examples, _ in view.batches(4, seed=1).take(9)]
    later = [(greys(e["a"]), greys(e["b"])) for e, _ in view.batches(4, seed=1, start_step=6).take(3)]
    assert later == steps[6:]


def test_default_size(facades):
    assert data.load("tfds:cycle_gan/facades:3.0.0", data_dir=facades).element_shape["b"] == (64, 64, 3)


def test_tfds_loses_the_pairs(facades):
    """It shuffles each split in its own way: partners cannot be found by their places."""
    two = data.load("tfds:cycle_gan/facades", data_dir=facades, image_size=6)
    a, b = (domain.examples.numpy()[:, 0, 0, 0] for domain in (two.a, two.b))
    assert a[a < 20].tolist() != b.tolist()
    assert not two.has_pairs
    with pytest.raises(UserError, match="which examples of A and B belong together"):
        two.paired()


def test_mistakes(facades, tmp_path, monkeypatch):
    with pytest.raises(UserError, match="Did you mean 'train'"):
        data.load("tfds:cycle_gan/facades", data_dir=facades, split="trainA")
    with pytest.raises(UserError, match=r"'cycle_gan' has no configuration 'facade'\. Valid: apple2orange"):
        data.load("tfds:cycle_gan/facade", data_dir=facades)
    monkeypatch.setattr("tfgan_zoo.data.tfds.silent_hosts", lambda urls: "its host")
    with pytest.raises(UserError, match="cannot be downloaded, its host cannot be reached"):
        data.load("tfds:cycle_gan/maps", data_dir=str(tmp_path))
