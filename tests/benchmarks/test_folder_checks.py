from benchmarks.folder_checks import make_folder
from tfgan_zoo import data


def test_the_folder_is_one_of_jpegs_in_ten_classes(tmp_path):
    make_folder(tmp_path, 520, 16)
    source = data.load(f"folder:{tmp_path}", image_size=8, in_memory=False)
    assert (source.num_examples, len(source.class_names)) == (520, 10)
    assert len({path.stat().st_ino for path in tmp_path.rglob("*.jpg")}) == 500
