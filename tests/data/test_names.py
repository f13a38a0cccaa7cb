import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.registries import DATASET_FORMS, DATASET_SCHEMES, DATASETS, DERIVED
from tfgan_zoo.data.names import check_in_memory, check_name, has_two_domains

NAMES = [
    *DATASETS,
    "tfds:beans",
    "folder:x",
    "domains:x/y",
    "edges:digits",
    "edges:stacked_mnist",
    "reduced:cifar10",
    "edges:folder:a:b",
    "reduced:tfds:emnist/letters:3.1.0",
    "tfds:cycle_gan/maps",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name):
    assert check_name(name) == name


def test_every_scheme_is_described():
    assert [form.partition(":")[0] for form in DATASET_FORMS] == list(DATASET_SCHEMES)
    assert set(DERIVED) < set(DATASET_SCHEMES)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnsit", r"^unknown dataset 'mnsit'\. Did you mean 'mnist'\?"),
        ("ring", r"Did you mean 'rings'\?"),
        (
            "egdes:mnist",
            r"^unknown dataset 'egdes:mnist'\. Did you mean 'edges:mnist'\? Accepted with a colon: tfds:NAME",
        ),
        ("nothing:x", r"^unknown dataset 'nothing:x'\. Accepted with a colon: .*, reduced:NAME\.$"),
        ("edges:", r"^unknown dataset 'edges:'\. Accepted with a colon"),
        ("edges:mnsit", r"^unknown dataset 'edges:mnsit'\. Did you mean 'edges:mnist'\? Valid: edges:digits, "),
        ("reduced:digit", r"Did you mean 'reduced:digits'\?"),
        ("edges:tdfs:beans", r"^unknown dataset 'tdfs:beans'\. Did you mean 'tfds:beans'\?"),
        ("edges:folder:", r"^unknown dataset 'folder:'"),
        (
            "edges:ring8",
            r"^--dataset=edges:ring8: ring8 is made of points; expected images of one domain, such as ed",
        ),
        ("reduced:rings", r"rings is made of points"),
        ("edges:edges:digits", r"^--dataset=edges:edges:digits: edges:digits has two domains already; expected"),
        ("edges:domains:x", r"domains:x has two domains already"),
        ("edges:tfds:cycle_gan/maps", r"tfds:cycle_gan/maps has two domains already"),
    ],
)
def test_names_that_are_none(name, message):
    with pytest.raises(UserError, match=message):
        check_name(name)


@pytest.mark.parametrize("name", NAMES)
def test_which_have_two_domains(name):
    expected = name == "rings" or name.startswith(("domains:", "edges:", "reduced:", "tfds:cycle_gan"))
    assert has_two_domains(name) == expected


@pytest.mark.parametrize("name", ["mnist", "edges:mnist", "reduced:folder:x", "edges:tfds:beans", "domains:x"])
def test_what_lies_in_files_leaves_a_choice(name):
    check_in_memory(name, True)
    check_in_memory(name, False)


@pytest.mark.parametrize("name", ["digits", "rings", "edges:digits", "stacked_mnist", "edges:stacked_mnist"])
def test_what_is_made_in_memory_leaves_none(name):
    check_in_memory(name, None)
    with pytest.raises(UserError, match=f"--noin_memory: {name} is always in memory; accepted with --dataset=mnist"):
        check_in_memory(name, False)


def test_no_tensorflow_is_needed(run_python):
    code = (
        "import sys; from tfgan_zoo import data; data.check_name('edges:mnist'); sys.exit('tensorflow' in sys.modules)"
    )
    assert run_python("-c", code).returncode == 0


@pytest.mark.parametrize("path", ["{}", "{}/"])
def test_the_path_of_a_folder_is_answered_with_its_form(tmp_path, path):
    path = path.format(tmp_path)
    with pytest.raises(UserError, match=f"--dataset={path}: is a folder; give --dataset=folder:{path}."):
        check_name(path)


def test_the_path_of_two_domains_is_answered_with_its_form(tmp_path):
    (tmp_path / "trainA").mkdir()
    with pytest.raises(UserError, match=f"give --dataset=domains:{tmp_path}."):
        check_name(str(tmp_path))


def test_a_folder_beside_is_answered_with_its_form(tmp_path, monkeypatch):
    (tmp_path / "pets").mkdir()
    (tmp_path / "C:pets").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("pets", "./pets", "C:pets"):
        with pytest.raises(UserError, match=f"--dataset={name}: is a folder; give --dataset=folder:{name}."):
            check_name(name)


def test_a_folder_that_is_called_like_a_dataset_does_not_hide_it(tmp_path, monkeypatch):
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check_name("digits") == "digits"


def test_an_archive_is_to_be_unpacked(tmp_path):
    (tmp_path / "pets.zip").touch()
    with pytest.raises(UserError, match=r"pets\.zip: is a file\. Unpack it if it is an archive, and give"):
        check_name(str(tmp_path / "pets.zip"))


def test_a_path_that_is_not_there_is_no_misspelt_name():
    with pytest.raises(UserError, match="--dataset=/no/where: does not exist; expected folder:PATH"):
        check_name("/no/where")
