"""Results as a person reads them."""

COLUMNS = ("metric", "figure", "samples", "real", "of", "measured by")
NUMBERS = (2, 3, 4)  # columns that end in line


def table(results: dict[str, dict]) -> str:
    """Returns lines of one figure each: its value, that of real test examples, how many were measured, and by what.

    Args:
        results: metric → result, as `evaluation.json` has them.
    """
    rows = [COLUMNS]
    for metric, result in results.items():
        reference = result["reference"] or {}
        for number, (figure, value) in enumerate(result["figures"].items()):
            numbers = short(value), short(reference.get(figure)), counts(result)
            rows.append(("" if number else metric, figure, *numbers, "" if number else result["extractor"]))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row):
        cells = (
            cell.rjust(width) if column in NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join(map(line, rows))


def counts(result: dict) -> str:
    """Writes how many samples were measured, and how many test examples where those are not as many."""
    samples, reference = result["samples"], result["reference_samples"]
    return f"{samples:,}" if reference in (0, samples) else f"{samples:,} (real {reference:,})"


def short(value: float | None) -> str:
    """Writes a number with four significant digits; nothing is a dash."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
