"""What the tests share: tiny networks that train in milliseconds, and the whole state of a GAN as arrays."""

import os

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import math
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def threads_are_left_to_tensorflow(monkeypatch):
    """Undoes after each test what the training command sets for its process; 0 stands for no choice."""
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        monkeypatch.setenv(variable, "0")


@pytest.fixture(autouse=True)
def what_names_no_seed_has_one():
    """Keys what a test and its own fixtures draw without naming a seed, so that they pass or fail for good."""
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def tiny_networks():
    """Builds a generator and a discriminator with one hidden layer of four units for examples of any shape."""
    import keras
    from keras import layers

    def build(shape=(2,), *, latent_dim=3, batch_norm=False, dropout=False, dtype=None, seed=0):
        def dense(units, layer, activation=None):
            kernel = keras.initializers.GlorotUniform(seed=100 * seed + layer)
            return layers.Dense(units, activation, kernel_initializer=kernel, dtype=dtype)

        norm = [layers.BatchNormalization()] if batch_norm else []
        noise = [layers.Dropout(0.5, seed=seed)] if dropout else []
        generator = keras.Sequential(
            [
                keras.Input((latent_dim,), dtype=dtype),
                dense(4, 0, "tanh"),
                *norm,
                dense(math.prod(shape), 1, "tanh"),
                layers.Reshape(shape, dtype=dtype),
            ],
            name="generator",
        )
        norm = [layers.BatchNormalization()] if batch_norm else []
        discriminator = keras.Sequential(
            [
                keras.Input(shape, dtype=dtype),
                layers.Flatten(dtype=dtype),
                *noise,
                dense(4, 2, "tanh"),
                *norm,
                dense(1, 3),
            ],
            name="discriminator",
        )
        return generator, discriminator

    return build


@pytest.fixture(scope="session")
def tiny_gan(tiny_networks):
    """Builds a compiled GAN of tiny networks; further options are those of `GAN.compile`."""
    import keras

    from tfgan_zoo.game.gan import GAN

    def build(shape=(2,), *, model=GAN, latent_dim=3, networks=None, seed=0, learning_rate=0.01, **options):
        networks = tiny_networks(shape, latent_dim=latent_dim, seed=seed, **(networks or {}))
        gan = model(*networks, latent_dim=latent_dim, seed=seed)
        options.setdefault("generator_optimizer", keras.optimizers.Adam(learning_rate))
        options.setdefault("discriminator_optimizer", keras.optimizers.Adam(learning_rate))
        gan.compile(**options)
        return gan

    return build


@pytest.fixture(scope="session")
def real_batches():
    """Draws a list of batches of real points, float32 tensors [batch_size, 2]."""
    import tensorflow as tf

    def draw(count, batch_size=8):
        points = np.random.default_rng(1).normal(size=(count, batch_size, 2))
        return [tf.constant(batch, tf.float32) for batch in points]

    return draw


@pytest.fixture(scope="session")
def arrays_of():
    """Copies everything that the next step of a GAN depends on: a list of arrays."""

    def copy(gan):
        return [variable.numpy().copy() for variables in gan.state().values() for variable in variables]

    return copy


@pytest.fixture
def assert_same_bits():
    """Compares two lists of arrays bit for bit."""

    def check(found, expected):
        assert len(found) == len(expected)
        for index, (a, b) in enumerate(zip(found, expected, strict=True)):
            assert a.tobytes() == b.tobytes(), f"array {index} differs"

    return check


@pytest.fixture
def mnist_dir():
    """A folder with a prepared MNIST."""
    folder = os.environ.get("TFDS_DATA_DIR")
    if not folder or not pathlib.Path(folder, "mnist").is_dir():
        pytest.skip("needs a prepared MNIST; set TFDS_DATA_DIR to its folder")
    return folder


@pytest.fixture(scope="session")
def classifier_cache(tmp_path_factory):
    """A cache folder, in which classifiers are trained in 300 steps instead of 1,500: enough for small digits."""
    from tfgan_zoo.extractors import classifier

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(classifier, "STEPS", 300)
        yield


@pytest.fixture
def run_main(monkeypatch, capsys):
    """Runs a command's `main` in this process; returns its status and what it wrote to stdout and stderr."""

    def run(main, *arguments):
        monkeypatch.setattr("sys.argv", ["command", *map(str, arguments)])
        status = main()
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def run_python():
    """Runs Python in a process of its own, in the checkout unless told otherwise."""

    def run(*arguments, cwd=CHECKOUT, timeout=300, **environment):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def browse(tmp_path):
    """Opens an address in a browser; returns the page as it is when its scripts have run, and the console's lines."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is on the PATH")
    quiet = [f"--disable-{what}" for what in ("gpu", "background-networking", "component-update", "sync")]
    options = ["--headless", "--no-sandbox", *quiet, f"--user-data-dir={tmp_path / 'browser'}"]
    options += ["--virtual-time-budget=20000", "--enable-logging=stderr", "--hide-scrollbars", "--dump-dom"]

    def browse(address, width=1280):
        # A window is never narrower than 500 pixels, unless it fills a screen that is.
        screen = [f"--screen-info={{{width}x844}}", "--start-fullscreen"]
        command = [chromium, *options, *screen, address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    return browse
