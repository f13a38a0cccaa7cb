"""Results as a person reads them."""

from collections.abc import Collection

COLUMNS = ("metric", "figure", "samples", "real", "of", "measured by")
NUMBERS = (2, 3, 4)  # columns that end in line
MANY_COPIES = 0.1  # of test images it is 0.01


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
    return "\n".join(_aligned(rows, NUMBERS))


def notes(results: dict[str, dict]) -> list[str]:
    """Returns what to know before the figures are read: which of them flatter, and beside what to read them.

    Args:
        results: as for `table`.
    """
    found = []
    if "precision_recall" in results:
        found.append("precision and density do not see that samples are few or alike: read recall and coverage too.")
    copies = results.get("memorisation", {}).get("figures", {}).get("copies", 0.0)
    if copies > MANY_COPIES:
        found.append(
            f"{copies:.0%} of the samples are copies of training images: small distances say little about quality."
        )
    return found


def comparison_table(measured: dict[str, dict[str, dict]]) -> str:
    """Returns a line for each figure and a column for each export; the last column is that of real test examples.

    Args:
        measured: export → metric → result, as `evaluation.json` has them.
    """
    figures = {}  # (metric, figure) → export → value; None → value of real examples
    for export, results in measured.items():
        for metric, result in results.items():
            for figure, value in result["figures"].items():
                found = figures.setdefault((metric, figure), {})
                found[export] = value
                found[None] = (result["reference"] or {}).get(figure)
    rows = [("metric", "figure", *measured, "real")]
    for (metric, figure), found in figures.items():
        rows.append((metric, figure, *(short(found.get(export)) for export in (*measured, None))))
    return "\n".join(_aligned(rows, range(2, len(rows[0]))))


def _aligned(rows: list[tuple], numbers: Collection[int]) -> list[str]:
    """Returns a line for each row; the columns `numbers` are flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row):
        cells = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return list(map(line, rows))


def counts(result: dict) -> str:
    """Writes how many samples were measured, and how many test examples where those are not as many."""
    samples, reference = result["samples"], result["reference_samples"]
    return f"{samples:,}" if reference in (0, samples) else f"{samples:,} (real {reference:,})"


def short(value: float | None) -> str:
    """Writes a number with four significant digits; nothing is a dash."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
