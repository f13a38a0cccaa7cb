"""The curves of one or several runs: one small panel for each quantity, all runs in it."""

import io
import math

from tfgan_zoo.training.curves import PANELS

LEFT_OUT = {"step", "images_per_second"}
STYLES = ("-", "--", "-.", ":")
LINES_IN_A_LEGEND = 8
WIDTH, HEIGHT, LEGEND_LINE = 4.4, 2.8, 0.15  # inches


def draw_panels(runs: dict[str, list[dict]]) -> dict[str, bytes]:
    """Draws every quantity that some run has logged.

    Args:
        runs: name → rows, as `MetricsFile.read` returns them.

    Returns:
        Title → SVG.
    """
    logged = dict.fromkeys(name for rows in runs.values() for row in rows for name in row)
    known = {name for names in PANELS.values() for name in names} | LEFT_OUT
    panels = {**PANELS, **{name: (name,) for name in logged if name not in known}}
    panels = {title: [name for name in names if name in logged] for title, names in panels.items()}
    return {title: _draw(title, names, runs) for title, names in panels.items() if names}


def _draw(title: str, names: list[str], runs: dict[str, list[dict]]) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.add_subplot()
    for number, (run, rows) in enumerate(runs.items()):
        for style, name in zip(STYLES, names, strict=False):
            points = [(row["step"], row[name]) for row in rows if math.isfinite(row.get(name, math.nan))]
            label = ", ".join([run] * (len(runs) > 1) + [name] * (len(names) > 1))
            marker = "." if len(points) < 30 else ""
            if points:
                axes.plot(*zip(*points, strict=True), style, color=f"C{number}", marker=marker, lw=1, label=label)
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("step", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)
    if (len(runs) > 1 or len(names) > 1) and 0 < len(axes.lines) <= LINES_IN_A_LEGEND:
        # Below the panel, where names of any length hide no curve.
        figure.legend(loc="outside lower left", fontsize=7, frameon=False)
        figure.set_figheight(HEIGHT + LEGEND_LINE * len(axes.lines))
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": title}):
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()
