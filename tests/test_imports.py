"""What may be imported before anything heavy is."""

import json

import pytest

HEAVY = {"tensorflow", "keras", "tensorflow_datasets", "tensorboard", "matplotlib", "scipy", "sklearn"}
COMMANDS = ("cli", "client", "evaluate", "explorer", "export", "report", "sample")
PARTS = ("cluster", "command", "data", "errors", "fast_path", "randomness", "registries", "runtime", "training.folder")
LIGHT = ("tfgan_zoo", *(f"tfgan_zoo.{name}" for name in COMMANDS + PARTS), "models", "train")


@pytest.mark.parametrize("module", LIGHT)
def test_it_waits_with_what_is_heavy(run_python, module):
    code = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    modules = json.loads(run_python("-c", code).stdout)
    assert module in modules
    assert HEAVY & set(modules) == set()


def test_an_attribute_of_the_package_is_fetched_when_it_is_asked_for(run_python):
    code = "import sys, tfgan_zoo; assert 'tensorflow' not in sys.modules; tfgan_zoo.GAN; print('keras' in sys.modules)"
    assert run_python("-c", code).stdout == "True\n"
