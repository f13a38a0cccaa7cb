"""Every model of the zoo keeps the same promises; the first two besides have exactly the networks of their papers."""

import contextlib
import inspect
import os
import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ZOO, dcgan, vanilla
from tfgan_zoo.common.arguments import dataset_of, takes_two_domains
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.data import has_two_domains
from tfgan_zoo.data.source import ArraySource
from tfgan_zoo.data.two_domains import Pairs, TwoDomains
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.game.losses import NonSaturating, Relativistic
from tfgan_zoo.game.optimizers import FusedAdam
from tfgan_zoo.game.schedules import Sequential, Simultaneous
from tfgan_zoo.machine.distribution import make_train_steps
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel
from tfgan_zoo.training.checkpoints import Checkpoints

CLASSES = ["circle", "square", "triangle"]
BATCH = 8

# Fully connected networks with small weights make images that differ only where they are wide enough.
WIDTHS = {"bigan": 64, "infogan": 32}


def build(name, shape, **options):
    """Builds a model as small as its arguments allow."""
    small = {"width": WIDTHS.get(name, 4), "num_classes": len(CLASSES), "reference_size": 4, "num_kernels": 3}
    small |= {
        "blocks": 1,
        "bottleneck": 8,
        "normalization": "instance",
    }  # at 4 maps, moving averages leave nothing over
    accepted = inspect.signature(ZOO[name]).parameters
    options = {key: value for key, value in small.items() if key in accepted} | options
    if len(shape) == 1:
        options = {key: value for key, value in options.items() if key not in ("width", "blocks")}
    return ZOO[name](shape, **options)


def shape_of(name, shape=(16, 16, 1)):
    """The shape that a model is built for: of one domain, or of both."""
    return {"a": shape, "b": shape} if takes_two_domains(ZOO.targets[name]) else shape


def source_of(shape, count=600):
    """Noise; of two domains with partners, so that a model may have it paired or not."""
    if isinstance(shape, dict):
        a, b = (source_of(shape[domain], count) for domain in ("a", "b"))
        return TwoDomains("noise", a, b, pairs=Pairs("noise", a, b))
    rng = np.random.default_rng(0)
    examples = rng.integers(0, 256, (count, *shape), np.uint8) if len(shape) == 3 else rng.normal(size=(count, *shape))
    examples = examples if len(shape) == 3 else examples.astype(np.float32)
    return ArraySource("noise", examples, np.arange(count) % len(CLASSES), CLASSES)


def train(gan, source, steps):
    """Trains as a run does."""
    source = gan.admit(source)
    gan.prepare(source)
    make_train_steps(gan)(iter(gan.batches(source, BATCH)), tf.constant(steps))


def assert_finite(gan):
    assert all(np.isfinite(float(metric.result())) for metric in gan.metrics)
    assert all(np.isfinite(weight).all() for weight in gan.get_weights())


def given_to(gan, count=5):
    """What an export's `serving_default` is given: latents, with labels where the model takes some, or images."""
    if gan.takes == "latents":
        labels = {"labels": np.arange(count, dtype=np.int32) % len(CLASSES)} if gan.num_classes else {}
        return {"latents": gan.draw_latents(count, "test").numpy()} | labels
    translation, rng = gan.translations()[0], np.random.default_rng(1)
    height, width, _ = shape = translation.input_shape
    masks = {"mask": rng.integers(0, 2, (count, height, width, 1)).astype(np.float32)} if translation.mask else {}
    return {"images": rng.uniform(size=(count, *shape)).astype(np.float32)} | masks


def made_by(gan, given):
    """Returns what the model itself makes of that: images in [−1, 1]."""
    if gan.takes == "latents":
        return gan.generate(given["latents"], given.get("labels"), training=False).numpy()
    images, *masks = given.values()
    return gan.translations()[0].function(2.0 * images - 1.0, *masks).numpy()


def requests_to(gan, count=20):
    """Yields each signature that answers PNGs, and what it is given: a seed or a picture for each."""
    if gan.takes == "latents":
        yield "generate", {"seed": np.array([5, 0, 2**40, *range(100, 97 + count)])}
    pictures = [png(pixels) for pixels in np.random.default_rng(1).integers(0, 256, (2, count, 16, 16), np.uint8)]
    for translation in gan.translations():
        masks = {"mask_bytes": pictures[1]} if translation.mask else {}
        yield translation.name, {"image_bytes": pictures[0]} | masks


def png(images):
    """Returns gray images as PNGs, an array of objects."""
    encoded = [tf.io.encode_png(image[..., None]).numpy() for image in images]
    return np.array(encoded, object)


@pytest.fixture(scope="module", params=list(ZOO))
def trained(request):
    """A model after two steps on images of 16 × 16 pixels."""
    shape = shape_of(request.param)
    gan, source = build(request.param, shape), source_of(shape)
    before = [network.get_weights() for network in gan.networks]
    train(gan, source, 2)
    return types.SimpleNamespace(name=request.param, gan=gan, source=gan.admit(source), before=before)


def test_two_steps_are_finite_and_move_every_network(trained):
    assert isinstance(trained.gan, GAN)
    assert int(trained.gan.step) == 2
    assert_finite(trained.gan)
    for network, before in zip(trained.gan.networks, trained.before, strict=True):
        assert any((a != b).any() for a, b in zip(network.get_weights(), before, strict=True)), network.name


def test_it_makes_images_in_the_range_of_the_data(trained):
    gan = trained.gan
    gan.refresh()
    images = made_by(gan, given_to(gan))
    assert gan.data_shape == shape_of(trained.name)
    assert images.shape == (5, 16, 16, 1)
    assert images.min() >= -1.0
    assert images.max() <= 1.0
    assert np.ptp(images, axis=0).max() > 1e-4  # other inputs make other images


def test_a_keras_file_is_the_model_and_goes_on_to_the_bit(trained, tmp_path, arrays_of, assert_same_bits):
    trained.gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert type(loaded) is type(trained.gan)
    assert loaded.get_compile_config() == trained.gan.get_compile_config()
    names = ("batch_size", "num_classes", "scores_singly", "classifies", "latent_dim", "seed", "data_shape")
    assert {name: getattr(loaded, name) for name in names} == {name: getattr(trained.gan, name) for name in names}
    assert_goes_on_alike(loaded, trained, arrays_of, assert_same_bits)


def test_a_checkpoint_is_the_model_and_goes_on_to_the_bit(trained, tmp_path, arrays_of, assert_same_bits):
    Checkpoints(tmp_path, trained.gan).save(2)
    other = build(trained.name, shape_of(trained.name))
    Checkpoints(tmp_path, other).restore(2)
    assert_goes_on_alike(other, trained, arrays_of, assert_same_bits)


def assert_goes_on_alike(other, trained, arrays_of, assert_same_bits):
    """Trains both models one step further; the first one is left as it was."""
    batch = next(iter(other.batches(trained.source, BATCH, start_step=2)))
    with as_it_was(trained.gan, arrays_of):
        for gan in (other, trained.gan):
            gan.train_step(batch)
            assert_finite(gan)
            gan.reset_metrics()  # a metric's running mean is no part of a model
        assert_same_bits(arrays_of(other), arrays_of(trained.gan))


@contextlib.contextmanager
def as_it_was(gan, arrays_of):
    """Puts everything back that a step has changed."""
    before = arrays_of(gan)
    yield
    variables = [variable for group in gan.state().values() for variable in group]
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


def test_its_export_is_the_model_and_makes_one_image_of_one_input(trained, tmp_path):
    gan = trained.gan
    model, again = (ExportedModel(export(gan, tmp_path, CLASSES)) for _ in range(2))
    given = given_to(gan)
    with gan.inference_weights():
        expected = (made_by(gan, given) + 1.0) / 2.0
    np.testing.assert_allclose(model.predict("serving_default", given)["images"], expected, atol=1e-5)

    for signature, inputs in requests_to(gan):

        def ask(rows, signature=signature, inputs=inputs, model=model):
            return model.ask(signature, {name: values[rows] for name, values in inputs.items()}).tolist()

        pngs = ask(slice(None))
        assert len(set(pngs)) == len(pngs)
        assert [ask([index])[0] for index in (0, 2, 17)] == [pngs[index] for index in (0, 2, 17)]
        assert ask(slice(None, None, -1)) == pngs[::-1]
        assert ask(slice(3, 9)) == pngs[3:9]
        assert ask(slice(None), model=again) == pngs


def test_two_replicas_equal_one(run_python, tmp_path):
    for way in ("none", "mirrored"):
        result = run_python("tests/replicas_of_models.py", tmp_path / f"{way}.npz", way)
        assert result.returncode == 0, result.stderr[-2000:]
    one, two = (dict(np.load(tmp_path / f"{way}.npz")) for way in ("none", "mirrored"))
    assert set(one) == set(two)
    assert {key.partition("/")[0] for key in one} >= {name for name in ZOO if takes_two_domains(ZOO.targets[name])}
    for key, change in one.items():
        np.testing.assert_allclose(two[key], change, atol=5e-3 * np.abs(change).max() + 1e-9, err_msg=key)


@pytest.mark.slow
def test_its_export_keeps_that_promise_without_onednn_too(run_python):
    """The kernels are chosen when TensorFlow starts: in this process, by conftest.py, they are oneDNN's."""
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == "1"
    test = "test_its_export_is_the_model_and_makes_one_image_of_one_input"
    command = ["-m", "pytest", "-q", "tests/test_models.py", "-k", test]
    result = run_python(*command, timeout=1200, TF_ENABLE_ONEDNN_OPTS="0")
    assert result.returncode == 0, result.stdout
    assert f"{len(ZOO)} passed" in result.stdout


@pytest.mark.parametrize("name", list(ZOO))
def test_a_misspelt_keyword_names_the_valid_ones(name):
    with pytest.raises(UserError, match=r"build 'latent_dims'\. Did you mean 'latent_dim'\? Valid: "):
        ZOO[name](shape_of(name), latent_dims=3)


@pytest.mark.parametrize("name", list(ZOO))
def test_on_points_a_model_trains_or_refuses_in_one_line(name):
    try:
        gan = build(name, shape_of(name, (2,)))
    except UserError as error:
        refusal = str(error)
    else:
        train_on_points(name, gan)
        return
    assert "points" in refusal
    assert "\n" not in refusal


def train_on_points(name, gan):
    assert gan.data_shape == shape_of(name, (2,))
    source = gan.admit(source_of(gan.data_shape))
    gan.prepare(source)
    gan.train_step(next(iter(gan.batches(source, BATCH))))
    assert_finite(gan)


def loss_of_single_examples(name):
    """Returns the option for a loss that watches D's answer to real data alone, where the model's own does not."""
    return {"loss": "non_saturating"} if isinstance(build(name, shape_of(name)).loss, Relativistic) else {}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(ZOO))
def test_its_step_compiles_by_xla(name):
    """Where it is one GPU that trains, it does. Other latents are drawn then; what D says of real data is the same."""
    shape, found = shape_of(name), []
    for jit_compile in (False, True):
        gan, source = build(name, shape, **loss_of_single_examples(name)), source_of(shape)
        if not all(layer.supports_jit for network in gan.networks for layer in network.layers):
            pytest.skip("has a layer that says that it does not compile")
        gan.jit_compile = jit_compile
        assert gan.jit_compile == jit_compile
        train(gan, source, 1)
        assert_finite(gan)
        found.append(float(gan.discriminator_player.watched[0].result()))
    if name not in ("semi_supervised", "ali", "r3gan_lite", "fastgan"):  # whose D sees something random besides
        assert found[1] == pytest.approx(found[0], rel=1e-4)


@pytest.mark.parametrize("name", list(ZOO))
def test_one_seed_makes_one_model(name):
    weights = [build(name, shape_of(name), seed=seed).get_weights() for seed in (1, 1, 2)]
    for a, b in zip(*weights[:2], strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != c).any() for a, c in zip(weights[0], weights[2], strict=True))


@pytest.mark.parametrize("name", list(ZOO))
def test_its_own_dataset_has_as_many_domains_as_it_takes(name):
    target = ZOO.targets[name]
    assert has_two_domains(dataset_of(target) or "digits") == takes_two_domains(target)


@pytest.mark.parametrize("name", list(ZOO))
def test_the_other_number_of_domains_is_refused_by_its_data(name):
    shape = shape_of(name)
    other = (16, 16, 1) if isinstance(shape, dict) else {"a": (16, 16, 1), "b": (16, 16, 1)}
    with pytest.raises(UserError, match="domain"):
        build(name, shape).admit(source_of(other, 10))


@pytest.mark.parametrize("name", list(ZOO))
def test_its_file_is_its_card(name):
    module = inspect.getmodule(inspect.unwrap(ZOO[name]))
    for part in ("Paper", "Idea:", "Command:", "Deviations:", "arXiv:"):
        assert part in module.__doc__
    assert f"--model={name}" in module.__doc__


def test_colour_images_of_32_pixels():
    gan = build("dcgan", (32, 32, 3))
    train(gan, source_of((32, 32, 3)), 2)
    assert_finite(gan)


def test_fit_as_the_readme_has_it():
    gan = ZOO["dcgan"](image_shape=(28, 28, 1), width=4)
    gan.fit(np.zeros((16, 28, 28, 1), np.uint8), batch_size=8, verbose=0)
    assert int(gan.step) == 2


# Vanilla, exactly.


def shapes(network):
    return [weight.shape for weight in network.get_weights()]


def assert_adam(gan, learning_rate, beta_1):
    for player in (gan.generator_player, gan.discriminator_player):
        assert type(player.optimizer) is FusedAdam
        assert float(player.optimizer.learning_rate) == pytest.approx(learning_rate)
        assert player.optimizer.beta_1 == beta_1


@pytest.fixture(scope="module")
def tutorial():
    return ZOO["vanilla"](image_shape=(28, 28, 1))


def test_vanilla_has_the_tutorials_networks(tutorial):
    assert shapes(tutorial.generator) == [(100, 128), (128,), (128, 784), (784,)]
    assert shapes(tutorial.discriminator) == [(784, 128), (128,), (128, 1), (1,)]


def test_vanilla_begins_as_the_tutorial_does(tutorial):
    for network in (tutorial.generator, tutorial.discriminator):
        for weight in network.get_weights():
            if weight.ndim == 1:
                assert (weight == 0).all()
                continue
            expected = 1 / np.sqrt(weight.shape[0] / 2)
            # Four standard errors of a deviation of n draws: 4/√(2n).
            assert weight.std() == pytest.approx(expected, rel=4 / np.sqrt(2 * weight.size))
            assert abs(weight.mean()) < 4 * expected / np.sqrt(weight.size)


def test_vanilla_computes_what_the_tutorial_does(tutorial):
    rng = np.random.default_rng(0)
    latents, images = rng.uniform(-1, 1, (3, 100)), rng.uniform(-1, 1, (3, 28, 28, 1))
    w1, b1, w2, b2 = tutorial.generator.get_weights()
    unit = 1 / (1 + np.exp(-(np.maximum(latents @ w1 + b1, 0) @ w2 + b2)))
    np.testing.assert_allclose(tutorial.generate(latents).numpy().reshape(3, 784), 2 * unit - 1, atol=1e-4)
    w1, b1, w2, b2 = tutorial.discriminator.get_weights()
    logits = np.maximum((images.reshape(3, 784) + 1) / 2 @ w1 + b1, 0) @ w2 + b2
    np.testing.assert_allclose(tutorial.discriminate(images), logits, rtol=1e-3, atol=1e-3)


def test_vanilla_trains_as_the_tutorial_does(tutorial):
    assert_adam(tutorial, 1e-3, 0.9)
    assert (tutorial.batch_size, tutorial.latent_distribution, tutorial.latent_dim) == (128, "uniform", 100)
    assert type(tutorial.loss) is NonSaturating
    assert tutorial.loss.real_target == 1.0
    assert type(tutorial.schedule) is Sequential


def test_vanilla_on_points_is_pacgans():
    gan = ZOO["vanilla"]((2,))
    kernels = [weight.shape for weight in gan.generator.get_weights() if weight.ndim == 2]
    assert kernels == [(2, 400), (400, 400), (400, 400), (400, 400), (400, 2)]
    assert [type(layer).__name__ for layer in gan.generator.layers].count("BatchNormalization") == 4
    maxouts = [layer for layer in gan.discriminator.layers if type(layer).__name__ == "Maxout"]
    assert [(layer.units, layer.pieces) for layer in maxouts] == [(200, 5)] * 3
    assert shapes(gan.discriminator)[-2:] == [(200, 1), (1,)]
    assert_adam(gan, 1e-4, 0.8)
    assert (gan.batch_size, gan.latent_distribution, gan.latent_dim) == (100, "normal", 2)


def test_vanilla_takes_images_of_any_shape():
    assert ZOO["vanilla"]((5, 7, 2), width=3).data_shape == (5, 7, 2)


# DCGAN, exactly.


@pytest.fixture(scope="module")
def paper():
    """Generator and discriminator for the paper's images, at the paper's width."""
    return dcgan.make_generator((64, 64, 3), width=128), dcgan.make_discriminator((64, 64, 3), width=128)


def kernels(network):
    return [weight for weight in network.get_weights() if weight.ndim in (2, 4)]


def kinds(network):
    return [type(layer).__name__ for layer in network.layers if type(layer).__name__ != "InputLayer"]


def test_dcgans_generator_is_the_papers(paper):
    """Figure 1: 100 → 4·4·1024 → 8·8·512 → 16·16·256 → 32·32·128 → 64·64·3. Transposed kernels are (…, out, in)."""
    generator, _ = paper
    assert [kernel.shape for kernel in kernels(generator)] == [
        (100, 4 * 4 * 1024),
        (5, 5, 512, 1024),
        (5, 5, 256, 512),
        (5, 5, 128, 256),
        (5, 5, 3, 128),
    ]
    stages = [layer.output.shape[1:] for layer in generator.layers if type(layer).__name__ == "Conv2DTranspose"]
    assert stages == [(8, 8, 512), (16, 16, 256), (32, 32, 128), (64, 64, 3)]
    normed = ["BatchNormalization", "ReLU"]
    assert kinds(generator) == ["Dense", "Reshape", *normed, *(["Conv2DTranspose", *normed] * 3), "Conv2DTranspose"]
    assert generator.layers[-1].activation is keras.activations.tanh


def test_dcgans_discriminator_is_the_papers(paper):
    """Strided convolutions, batch normalization but in the first, LeakyReLU 0.2, no hidden dense layer."""
    _, discriminator = paper
    assert [kernel.shape for kernel in kernels(discriminator)] == [
        (5, 5, 3, 128),
        (5, 5, 128, 256),
        (5, 5, 256, 512),
        (5, 5, 512, 1024),
        (4 * 4 * 1024, 1),
    ]
    convolutions = [layer for layer in discriminator.layers if type(layer).__name__ == "Conv2D"]
    assert {layer.strides for layer in convolutions} == {(2, 2)}
    normed = ["Conv2D", "BatchNormalization", "LeakyReLU"]
    assert kinds(discriminator) == ["Conv2D", "LeakyReLU", *(normed * 3), "Flatten", "Dense"]
    slopes = {layer.negative_slope for layer in discriminator.layers if type(layer).__name__ == "LeakyReLU"}
    assert [float(slope) for slope in slopes] == pytest.approx([0.2])


def test_dcgans_weights_begin_as_the_papers_do(paper):
    for network in paper:
        for kernel in kernels(network):
            assert kernel.std() == pytest.approx(0.02, rel=4 / np.sqrt(2 * kernel.size))
            assert abs(kernel.mean()) < 4 * 0.02 / np.sqrt(kernel.size)


def test_dcgan_trains_as_the_paper_does():
    gan = ZOO["dcgan"]((16, 16, 1))
    assert_adam(gan, 2e-4, 0.5)
    assert (gan.batch_size, gan.latent_distribution, gan.latent_dim) == (128, "uniform", 100)
    assert type(gan.loss) is NonSaturating
    assert type(gan.schedule) is Simultaneous
    assert kernels(gan.discriminator)[0].shape == (5, 5, 1, 64)


@pytest.mark.parametrize(
    ("side", "start", "levels"),
    [
        (16, 4, 2),
        (20, 5, 2),
        (24, 6, 2),
        (28, 7, 2),
        (32, 4, 3),
        (40, 5, 3),
        (48, 6, 3),
        (56, 7, 3),
        (64, 4, 4),
        (80, 5, 4),
        (96, 6, 4),
        (112, 7, 4),
        (128, 4, 5),
    ],
)
def test_sides_of_dcgan(side, start, levels):
    generator = dcgan.make_generator((side, side, 1), width=2, latent_dim=3)
    discriminator = dcgan.make_discriminator((side, side, 1), width=2)
    assert generator.output_shape == (None, side, side, 1)
    assert discriminator.output_shape == (None, 1)
    assert kernels(generator)[0].shape == (3, start * start * 2 * 2 ** (levels - 1))
    assert len(kernels(generator)) == len(kernels(discriminator)) == levels + 1
    assert discriminator.get_layer("features").output.shape[1:] == (start * start * 2 * 2 ** (levels - 1),)


@pytest.mark.parametrize("shape", [(2,), (8, 8, 1), (30, 30, 1), (36, 36, 3), (256, 256, 3), (16, 32, 1), (16, 16, 2)])
def test_shapes_that_dcgan_refuses(shape):
    with pytest.raises(UserError, match="points" if len(shape) == 1 else "16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96"):
        ZOO["dcgan"](shape)


def test_the_zoo_is_in_both_places_under_one_name():
    assert set(ZOO.targets.values()) == {f"models.{name}:build" for name in ZOO}
    assert vanilla.Vanilla is ZOO["vanilla"]((4, 4, 1), width=2).__class__
