"""Results as a person reads them."""

COLUMNS = ("figure", "samples", "real", "of", "measured by")


def table(results: dict[str, dict]) -> str:
    """Returns lines of one figure each: its value, that of real test examples, how many were measured, and by what.

    Args:
        results: metric → result, as `evaluation.json` has them.
    """
    rows = [COLUMNS]
    for result in results.values():
        reference = result["reference"] or {}
        for figure, value in result["figures"].items():
            rows.append(
                (figure, short(value), short(reference.get(figure)), f"{result['samples']:,}", result["extractor"])
            )
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]

    def line(row):
        figure, *numbers, extractor = row
        cells = [figure.ljust(widths[0]), *(n.rjust(w) for n, w in zip(numbers, widths[1:], strict=False)), extractor]
        return "  ".join(cells).rstrip()

    return "\n".join(map(line, rows))


def short(value: float | None) -> str:
    """Writes a number with four significant digits; nothing is a dash."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
