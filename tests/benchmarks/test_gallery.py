from PIL import Image

from benchmarks import gallery, zoo_gallery
from models import ZOO


def test_pictures_stand_in_rows_under_their_names(tmp_path):
    colours = {"a": "red", "b": "lime", "c": "blue", "d": "yellow", "e": "black"}
    for name, colour in colours.items():
        Image.new("RGB", (10, 10), colour).save(tmp_path / f"{name}.png")
    gallery.draw({name: tmp_path / f"{name}.png" for name in colours}, tmp_path / "plots" / "all.png")
    with Image.open(tmp_path / "plots" / "all.png") as drawn:
        assert drawn.size == (4 * 252 + 12, 2 * 276)
        centres = [
            drawn.getpixel((12 + 252 * column + 120, 24 + 276 * row + 120)) for row in (0, 1) for column in range(4)
        ]
        head = drawn.crop((0, 0, drawn.width, 24))
    reds = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 0, 0)]
    assert centres == [*reds, *[(255, 255, 255)] * 3]
    assert all(head.crop((252 * column, 0, 252 * column + 252, 24)).getextrema()[0][0] < 128 for column in range(4))


def test_the_top_of_a_high_picture_is_drawn(tmp_path):
    picture = Image.new("RGB", (10, 30), "blue")
    picture.paste("red", (0, 0, 10, 10))
    picture.save(tmp_path / "high.png")
    gallery.draw({"high": tmp_path / "high.png"}, tmp_path / "drawn.png")
    with Image.open(tmp_path / "drawn.png") as drawn:
        assert [drawn.getpixel((12 + 120, 24 + y)) for y in (5, 120, 235)] == [(255, 0, 0)] * 3


def test_each_model_has_a_run_in_the_gallery():
    assert set(zoo_gallery.RUNS) == set(ZOO)


def test_the_last_picture_of_a_finished_run_is_taken(tmp_path):
    (tmp_path / "samples").mkdir()
    for step in (50, 100):
        (tmp_path / "samples" / f"step-{step:06}.png").touch()
    assert zoo_gallery.last_picture(tmp_path) is None  # it has no export yet
    (tmp_path / "export").mkdir()
    assert zoo_gallery.last_picture(tmp_path).name == "step-000100.png"
