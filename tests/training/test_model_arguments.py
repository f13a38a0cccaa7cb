"""What flags make of a model's keyword arguments."""

import re

import pytest

from models import ZOO
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.training.model_arguments import _literal, check_kinds, check_schedule, model_arguments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("width=32", 32),
        ("rate=2e-4", 2e-4),
        ("mapping={'generator': 0.999}", {"generator": 0.999}),
        ("flag=True", True),
        ("nothing=None", None),
        ("name=text", "text"),
        ("name='32'", "32"),
        ("empty=", ""),
        ("equation=a=b", "a=b"),
        ("sizes=[1, 2]", [1, 2]),
        ("wide=  7", 7),
    ],
)
def test_set_reads_python_literals(text, value):
    arguments = model_arguments(0, assignments=[text])
    assert arguments == {"seed": 0, text.partition("=")[0]: value}
    assert type(arguments[text.partition("=")[0]]) is type(value)


def test_what_is_given_becomes_an_argument():
    given = {"penalties": ["gradient:10", "r1:0.1,every=16"], "ema": "0.995", "assignments": ["width=8"]}
    given |= {"augmentation": "color,cutout", "flip": False}
    assert model_arguments(5, "hinge", "n_critic:3", **given) == {
        "seed": 5,
        "loss": "hinge",
        "schedule": "n_critic:3",
        "penalties": ["gradient:10", "r1:0.1,every=16"],
        "ema": 0.995,
        "augmentation": "color,cutout",
        "flip": False,
        "width": 8,
    }


def test_what_is_not_given_is_the_models():
    assert model_arguments(3) == {"seed": 3}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["none"], ["none"]),
        (["r1", "none"], ["none"]),
        (["r1", "none", "r2:3", "gradient"], ["none", "r2:3", "gradient"]),
        (["none", "r1", "none", "r1:2"], ["none", "r1:2"]),
    ],
)
def test_none_clears_the_penalties_before_it(given, kept):
    assert model_arguments(0, penalties=given)["penalties"] == kept


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["r1", "r1:2"], "--penalty=r1:2: r1 is given twice"),
        (["rr1", "none"], "unknown penalty 'rr1'. Did you mean 'r1'?"),
        (["r1:-1"], "--penalty=r1:-1: '-1' is not a weight of 0 or more"),
    ],
)
def test_penalties_that_are_none(given, message):
    with pytest.raises(UserError) as raised:
        model_arguments(0, penalties=given)
    assert message in str(raised.value)


def test_augmentations():
    assert model_arguments(0, augmentation="none") == {"seed": 0, "augmentation": "none"}
    assert model_arguments(0, augmentation="ada:500", flip=True) == {"seed": 0, "augmentation": "ada:500", "flip": True}
    with pytest.raises(UserError, match="unknown augmentation 'blur'"):
        model_arguments(0, augmentation="blur")


def test_averaging():
    assert model_arguments(0, ema="none")["ema"] == "none"
    assert model_arguments(0, ema="1e-3")["ema"] == 0.001
    for text in ("0", "1", "-0.5", "1.5", "nan", "inf", "much", "", "None"):
        with pytest.raises(UserError, match=f"^--ema={text}: expected a decay between 0 and 1, such as 0.999, or n"):
            model_arguments(0, ema=text)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("width", "--set=width: expected KEY=VALUE, such as --set=width=32."),
        ("2=3", "--set=2=3: expected KEY=VALUE"),
        ("seed=3", "--set=seed=3: there is a flag for it, such as --seed=3."),
        ("loss=hinge", "--set=loss=hinge: there is a flag for it, such as --loss=hinge."),
        ("penalties=[]", "--set=penalties=[]: there is a flag for it, such as --penalty=none."),
        ("ema={'generator': 0.9}", "--set=ema={'generator': 0.9}: there is a flag for it, such as --ema=none."),
        ("augmentation=color", "--set=augmentation=color: there is a flag for it, such as --augment=none."),
        ("flip=True", "--set=flip=True: there is a flag for it, such as --flip=True."),
        ("num_classes=3", "--set=num_classes=3: num_classes is the dataset's."),
    ],
)
def test_assignments_that_are_none(assignment, message):
    with pytest.raises(UserError) as raised:
        model_arguments(0, assignments=[assignment])
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("text", ["simultaneous", "sequential", "n_critic", "n_critic:1", "n_critic:25", "alternating"])
def test_schedules(text):
    assert check_schedule(text) == text


@pytest.mark.parametrize("text", ["n_critic:", "n_critic:0", "n_critic:1.5", "n_critic:²", "sequential:2"])
def test_schedules_that_are_none(text):
    with pytest.raises(UserError, match=f"--schedule={text}"):
        check_schedule(text)


def test_set_evaluates_literals_alone(tmp_path):
    ran = tmp_path / "ran"
    for text in (f"open({str(ran)!r}, 'w')", "__import__('os').getcwd()", "[1 for _ in ()]", "(lambda: 1)()"):
        assert _literal(text) == text
    assert not ran.exists()


@pytest.mark.parametrize(
    ("model", "assignment", "accepted"),
    [
        ("r3gan_lite", "gamma=big", "a number"),
        ("r3gan_lite", "beta_1=x", "a number"),
        ("r3gan_lite", "learning_rate=[1]", "a number"),
        ("r3gan_lite", "width=wide", "a whole number"),
        ("r3gan_lite", "width=1.5", "a whole number"),
        ("r3gan_lite", "width=None", "a whole number"),
        ("wgan_gp", "weight=True", "a number"),
        ("fgan", "divergence=3", "a name"),
    ],
)
def test_a_value_of_another_type_is_refused_by_the_models_source(model, assignment, accepted):
    with pytest.raises(UserError, match=re.escape(f"--set={assignment}: accepted is {accepted}.")):
        check_kinds(ZOO.targets[model], model_arguments(0, assignments=[assignment]))


@pytest.mark.parametrize("assignment", ["width=8", "weight=2", "beta_1=0", "latent_dim=None", "learning_rate=1e-3"])
def test_values_of_the_declared_type_pass(assignment):
    check_kinds(ZOO.targets["wgan_gp"], model_arguments(0, assignments=[assignment]))
