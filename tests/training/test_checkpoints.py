"""Checkpoints: the last three are kept, the newest intact one is restored, to the bit."""

import itertools
import shutil

import numpy as np
import pytest

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import DamagedError, check_checksums
from tfgan_zoo.game.penalties import HistoricalAveraging
from tfgan_zoo.training.checkpoints import Checkpoints


@pytest.fixture
def gan(tiny_gan):
    return full_gan(tiny_gan)


def full_gan(tiny_gan):
    """A GAN with all kinds of state: moving averages, seeds of a noise layer, weight averages, penalties."""
    return tiny_gan(
        schedule="alternating",
        ema={"generator": 0.9, "discriminator": 0.9},
        penalties={"generator": [HistoricalAveraging()]},
        networks={"batch_norm": True, "dropout": True},
    )


def train_and_save(gan, checkpoints, batches, arrays_of):
    """Saves after each batch; returns step → state."""
    states = {}
    for step, batch in enumerate(batches, start=1):
        gan.train_step(batch)
        checkpoints.save(step)
        states[step] = arrays_of(gan)
    return states


@pytest.fixture(scope="module")
def three(tiny_gan, real_batches, arrays_of, tmp_path_factory):
    """A GAN, the folder of its three checkpoints, and the state of each."""
    gan, folder = full_gan(tiny_gan), tmp_path_factory.mktemp("three")
    return gan, folder, train_and_save(gan, Checkpoints(folder, gan), real_batches(3), arrays_of)


@pytest.fixture
def saved(three, tmp_path):
    """A copy of the three checkpoints, to be damaged, and the state of each."""
    gan, folder, states = three
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return Checkpoints(tmp_path, gan), states


def test_the_last_three_are_kept(gan, real_batches, arrays_of, tmp_path):
    checkpoints = Checkpoints(tmp_path, gan)
    train_and_save(gan, checkpoints, real_batches(5), arrays_of)
    assert checkpoints.steps() == [3, 4, 5]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000003", "step-000004", "step-000005"]


def test_an_old_checkpoint_that_another_program_reads_on_a_share_ends_no_run(saved, monkeypatch):
    checkpoints, _ = saved

    def not_empty(*arguments, **options):
        raise OSError(39, "Directory not empty")

    with monkeypatch.context() as patch:
        patch.setattr("os.rmdir", not_empty)
        checkpoints.save(4)
    assert checkpoints.steps() == [1, 2, 3, 4]
    checkpoints.save(5)
    assert checkpoints.steps() == [3, 4, 5]


def test_a_checkpoint_in_a_folder_with_brackets_is_restored(gan, tmp_path, arrays_of, assert_same_bits, real_batches):
    checkpoints = Checkpoints(tmp_path / "a[1]*?", gan)
    states = train_and_save(gan, checkpoints, real_batches(2), arrays_of)
    assert checkpoints.restore_newest() == 2
    checkpoints.restore(1)
    assert_same_bits(arrays_of(gan), states[1])


def test_steps_of_more_than_six_digits_are_in_order(gan, tmp_path):
    checkpoints = Checkpoints(tmp_path, gan)
    for step in (999_999, 1_000_000, 2_000_000, 10_000_000):
        checkpoints.save(step)
    assert checkpoints.steps() == [1_000_000, 2_000_000, 10_000_000]


def test_a_step_may_be_saved_again(saved, arrays_of, assert_same_bits):
    # As when a run is stopped right after a checkpoint.
    checkpoints, states = saved
    checkpoints.save(3)
    assert checkpoints.restore_newest() == 3
    assert_same_bits(arrays_of(checkpoints.gan), states[3])


def test_restored_to_the_bit_in_another_process_object(saved, tiny_gan, real_batches, arrays_of, assert_same_bits):
    checkpoints, states = saved
    other = full_gan(tiny_gan)
    for batch in real_batches(5):
        other.train_step(batch)
    assert Checkpoints(checkpoints.folder, other).restore_newest() == 3
    assert_same_bits(arrays_of(other), states[3])
    assert int(other.step) == 3
    for gan in (checkpoints.gan, other):
        gan.train_step(real_batches(1)[0])
    assert_same_bits(arrays_of(other), arrays_of(checkpoints.gan))


def test_without_checkpoints_nothing_is_restored(gan, tmp_path, arrays_of, assert_same_bits):
    before = arrays_of(gan)
    assert Checkpoints(tmp_path, gan).restore_newest() == 0
    assert Checkpoints(tmp_path / "missing", gan).restore_newest() == 0
    assert_same_bits(arrays_of(gan), before)


def files_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 3  # the checksums, the data and the index
    return files


def truncate(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file):
    file.write_bytes(b"")


def flip(position):
    """Returns a function that turns over all bits of the byte at a relative position of a file."""

    def flip_byte(file):
        content = bytearray(file.read_bytes())
        content[int(position * (len(content) - 1))] ^= 0xFF
        file.write_bytes(content)

    flip_byte.__name__ = f"flip_at_{position}"
    return flip_byte


DAMAGES = [truncate, empty, lambda file: file.unlink(), *(flip(p) for p in (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0))]


@pytest.mark.parametrize("file_index", [0, 1, 2], ids=["checksums", "data", "index"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_newest_gives_way_to_the_one_before(saved, arrays_of, assert_same_bits, capsys, damage, file_index):
    checkpoints, states = saved
    damage(files_of(checkpoints.folder / "step-000003")[file_index])
    assert checkpoints.restore_newest() == 2
    assert_same_bits(arrays_of(checkpoints.gan), states[2])
    assert checkpoints.steps() == [1, 2]
    (line,) = capsys.readouterr().err.splitlines()
    assert "step-000003: damaged, the one before it is used" in line


def test_a_byte_flipped_anywhere_is_noticed(saved):
    """One in a hundred bytes of the data, one in ten of what says which tensor is whose and of the checksums."""
    checkpoints, _ = saved
    rng = np.random.default_rng(0)
    for file, one_in in zip(files_of(checkpoints.folder / "step-000003"), (10, 100, 10), strict=True):
        content = file.read_bytes()
        for position in rng.integers(len(content), size=len(content) // one_in):
            flipped = bytearray(content)
            flipped[position] ^= 1 << rng.integers(8)
            file.write_bytes(flipped)
            with pytest.raises(DamagedError):
                check_checksums(file.parent)
        file.write_bytes(content)
    assert checkpoints.restore_newest() == 3


def test_a_file_too_many_is_damage(saved):
    checkpoints, _ = saved
    (checkpoints.folder / "step-000003" / "state.data-00001-of-00002").write_bytes(b"x")
    assert checkpoints.restore_newest() == 2


def test_with_two_damaged_the_oldest_is_used(saved, arrays_of, assert_same_bits):
    checkpoints, states = saved
    for step in (2, 3):
        truncate(files_of(checkpoints.folder / f"step-{step:06d}")[1])
    assert checkpoints.restore_newest() == 1
    assert_same_bits(arrays_of(checkpoints.gan), states[1])


def test_with_all_damaged_nothing_is_lost_silently(saved):
    checkpoints, _ = saved
    for step in (1, 2, 3):
        truncate(files_of(checkpoints.folder / f"step-{step:06d}")[1])
    with pytest.raises(UserError, match="every checkpoint is damaged; --overwrite"):
        checkpoints.restore_newest()
    assert checkpoints.steps() == [1, 2, 3]


def test_a_checkpoint_of_other_networks_is_not_restored(saved, tiny_gan):
    checkpoints, _ = saved
    other = Checkpoints(checkpoints.folder, tiny_gan(latent_dim=5))
    with pytest.raises(UserError, match="step-000003: intact, but of another model than this one"):
        other.restore_newest()
    assert checkpoints.steps() == [1, 2, 3]


def test_a_save_that_fails_leaves_the_earlier_ones(saved, monkeypatch, arrays_of, assert_same_bits):
    checkpoints, states = saved

    def full_disk(prefix):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints._checkpoint, "write", full_disk)
        with pytest.raises(OSError, match="No space"):
            checkpoints.save(4)
    assert sorted(p.name for p in checkpoints.folder.iterdir()) == [f"step-00000{step}" for step in (1, 2, 3)]
    assert checkpoints.restore_newest() == 3
    assert_same_bits(arrays_of(checkpoints.gan), states[3])


def test_what_a_killed_save_left_is_no_checkpoint(saved):
    checkpoints, _ = saved
    (checkpoints.folder / ".step-000004.partial").mkdir()
    assert checkpoints.steps() == [1, 2, 3]
    assert checkpoints.restore_newest() == 3
    checkpoints.save(4)
    assert checkpoints.steps() == [2, 3, 4]


def test_every_variable_of_the_gan_is_in_its_state(gan):
    state = list(itertools.chain(*gan.state().values()))
    players = (gan.generator_player, gan.discriminator_player)
    wanted = [*gan.variables, *(v for player in players for v in [*player.variables, *player.optimizer.variables])]
    assert {id(v.value) for v in wanted} <= {id(v) for v in state}
    seeds = [v for v in gan.variables if "seed_generator" in v.path]
    assert len(seeds) == 1
