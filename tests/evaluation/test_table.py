from tfgan_zoo.evaluation.table import counts, notes, short, table


def test_a_line_for_each_figure():
    results = {
        "kernel_distance": {
            "figures": {"kernel_distance": 0.0123456, "deviation": 2.0},
            "reference": {"kernel_distance": -1e-5, "deviation": 0.5},
            "extractor": "classifier of digits",
            "samples": 1234,
            "reference_samples": 1234,
        },
        "test_error": {
            "figures": {"errors": 12345},
            "reference": None,
            "extractor": "itself",
            "samples": 7,
            "reference_samples": 0,
        },
    }
    assert table(results).splitlines() == [
        "metric           figure           samples    real     of  measured by",
        "kernel_distance  kernel_distance  0.01235  -1e-05  1,234  classifier of digits",
        "                 deviation              2     0.5  1,234",
        "test_error       errors            12,345       –      7  itself",
    ]


def test_numbers_are_short():
    assert [short(value) for value in (0.98765432, 12345.678, 3, None)] == ["0.9877", "1.235e+04", "3", "–"]


def test_a_reference_of_another_count_is_told():
    assert counts({"samples": 50_000, "reference_samples": 10_000}) == "50,000 (real 10,000)"


def test_figures_that_flatter_come_with_a_note():
    def result(**figures):
        return {"figures": figures, "reference": None, "extractor": "x", "samples": 9, "reference_samples": 0}

    assert notes({"frechet_distance": result(frechet_distance=1.0)}) == []
    (line,) = notes({"precision_recall": result(precision=1.0)})
    assert line.startswith("precision and density do not see that samples are few or alike")
    assert notes({"memorisation": result(copies=0.02)}) == []
    assert notes({"memorisation": result(copies=0.314)}) == [
        "31% of the samples are copies of training images: small distances say little about quality."
    ]
