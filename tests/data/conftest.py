import pytest

from tests.data.pictures import save


@pytest.fixture
def pets(tmp_path):
    """Two classes; the grey value of each picture tells which one it is."""
    save(tmp_path / "dogs" / "a.png", 30)
    save(tmp_path / "dogs" / "puppies" / "b.bmp", 40)
    save(tmp_path / "cats" / "b.png", 20)
    save(tmp_path / "cats" / "a.png", 10)
    return tmp_path
