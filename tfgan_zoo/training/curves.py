"""The curves of a run, drawn from its metrics."""

import io
import pathlib

from tfgan_zoo.common.files import write_whole

PANELS = {
    "loss": ("d_loss", "g_loss"),
    "D's mean answer": ("real_probability", "fake_probability", "real_logit", "fake_logit"),
    "gradient norm": ("d_gradient_norm", "g_gradient_norm"),
}


def draw_curves(rows: list[dict], path: pathlib.Path) -> None:
    """Draws losses, D's answers and gradient norms against the step.

    Args:
        rows: as `MetricsFile.read` returns them.
        path: of the PNG file.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 8), dpi=100, layout="constrained")
    for axes, (title, names) in zip(figure.subplots(len(PANELS), sharex=True), PANELS.items(), strict=True):
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            if points:
                axes.plot(*zip(*points, strict=True), label=name, linewidth=1)
        axes.set_ylabel(title)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(loc="upper right")
    axes.set_xlabel("step")
    content = io.BytesIO()
    figure.savefig(content, format="png")
    write_whole(path, content.getvalue())
