"""The tables of scaling and of the input pipeline, and the data that they are measured on."""

import numpy as np
import pytest

from benchmarks import input_pipeline, made_data, scaling
from tfgan_zoo.common.errors import UserError

FACTS = {"machine": "a machine", "date": "2026-11-24"}


def point(step_ms, steps):
    return {"step_ms": step_ms, "steps": steps, "images_per_second": 32e3 / step_ms, "peak_mb": 1500.4, **FACTS}


def test_a_sweep_is_a_row_for_each_finished_point():
    text = scaling.render("image_size", {"in memory": {28: point(16.0, 30), 128: point(3200.0, 30)}})
    assert text.splitlines() == [
        "| image side | ms a step | images/s | peak memory, MiB |",
        "|---|---|---|---|",
        "| 28 | 16 | 2,000 | 1,500 |",
        "| 128 | 3,200 | 10 | 1,500 |",
        "",
        "*`python benchmarks/scaling.py --sweep=image_size`: medians of 30 steps, `--batch_size=32`; a machine; "
        "2026-11-24.*",
    ]


def test_a_point_that_is_streamed_reads_records():
    flags = scaling.flags_of("examples", "streamed", 1000, "folder")
    assert flags == ["--examples=1000", "--records=folder"]
    assert scaling.flags_of("image_size", "in memory", 64, "folder") == ["--image_size=64", "--batch_size=32"]


def test_a_source_is_a_row():
    result = {
        **{"source": "ArraySource", "shape": [28, 28, 1], "examples": 60_000, "open_seconds": 0.26},
        **{"images_per_second": 1e6, "eats_images_per_second": 800.0, "waiting": 0.004, "slower": -0.01},
        **{"pipeline_peak_mb": 700.4, "peak_mb": 900.2, **FACTS},
    }
    row = input_pipeline.render({"digits": result}).splitlines()[2]
    assert row == "| digits (ArraySource) | 60,000 | 28×28×1 | 0.3 | 1,000,000 | 800 | 0.40% | -1.0% | 700 | 900 |"
    with pytest.raises(UserError, match="has no finished result yet"):
        input_pipeline.render({})


def test_records_hold_the_digits_that_memory_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(made_data, "IN_A_FILE", 40)  # more files than one
    made_data.write_records(tmp_path / "records", 100, 8)
    held, streamed = made_data.in_memory(100, 8), made_data.from_records(tmp_path / "records", 100, 8)
    assert (streamed.num_examples, streamed.element_shape) == (100, (8, 8, 1))
    pairs = [np.concatenate([images for images, _ in source.once(50)]) for source in (held, streamed)]
    sorted_rows = [images[np.lexsort(images.reshape(100, -1).T)] for images in pairs]
    np.testing.assert_array_equal(*sorted_rows)


def test_jpegs_are_functions_of_their_number(tmp_path):
    for name, count in (("few", 3), ("more", 5)):
        made_data.write_jpegs(tmp_path / name, count)
    few, more = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.jpg")} for name in ("few", "more"))
    assert len(few) == 3
    assert few.items() <= more.items()
