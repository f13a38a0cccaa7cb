from PIL import Image

from benchmarks import gallery


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
