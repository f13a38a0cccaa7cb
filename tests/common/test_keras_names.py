"""A `.keras` file loads in a process that has imported nothing but the package, or the zoo."""

import importlib

import pytest

from tfgan_zoo.common.keras_names import registered_classes

LOAD = """
import sys
{first}
gan = keras.models.load_model(sys.argv[1])
print(type(gan).__module__, type(gan).__name__, int(gan.step), gan.generator.get_weights()[0].sum())
"""


@pytest.mark.parametrize(
    "first",
    ["import tfgan_zoo, keras", "import keras, tfgan_zoo", "from models import ZOO; import keras"],
    ids=["package", "package after Keras", "zoo"],
)
def test_a_file_loads_in_a_fresh_process(run_python, tmp_path, first):
    from models import ZOO

    gan = ZOO["vanilla"]((4, 4, 1), width=3, seed=8, penalties="r1:0.1", ema=0.9)
    gan.step.assign(5)
    gan.save(tmp_path / "gan.keras")
    result = run_python("-c", LOAD.format(first=first), tmp_path / "gan.keras")
    module, name, step, total = result.stdout.split()
    assert (module, name, step) == ("models.vanilla", "Vanilla", "5")
    assert float(total) == pytest.approx(float(gan.generator.get_weights()[0].sum()), rel=1e-6)


def test_every_name_is_that_of_a_class_which_keras_then_knows():
    import keras

    names = registered_classes()
    assert {"GAN", "DCGAN", "FusedAdam", "R1", "VirtualBatchNormalization"} <= set(names)
    for name, module in names.items():
        found = getattr(importlib.import_module(module), name)
        assert keras.saving.get_registered_object(f"tfgan_zoo>{name}") is found
