"""The report's HTML: self-contained, without scripts, so that it opens from disk and can be mailed."""

import base64
import datetime
from collections.abc import Callable, Sequence
from html import escape

from tfgan_zoo.evaluation.table import counts, short
from tfgan_zoo.reporting.curves import draw_panels
from tfgan_zoo.reporting.material import STEPS_OF_A_WALK, Material
from tfgan_zoo.reporting.style import CSS

LONGEST_SETTING = 80


def page(runs: Sequence[Material]) -> str:
    """Returns the report of one or several runs as HTML."""
    title = ("Run " if len(runs) == 1 else "Runs ") + ", ".join(run.name for run in runs)
    sections = [
        _section("Samples", _side_by_side(runs, _samples)),
        _section("Metrics", _metrics(runs)),
        _section("Curves", _curves(runs)),
        _section("Animation", _side_by_side(runs, _animation)),
        _section("Between samples", _side_by_side(runs, _walks)),
        _section("Nearest training images", _side_by_side(runs, _neighbours)),
        _section("Settings", _settings(runs)),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f'<p class="quiet">{datetime.date.today().isoformat()}</p>\n{"".join(sections)}</body>\n</html>\n'
    )


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}\n</section>\n"


def _side_by_side(runs: Sequence[Material], show: Callable[[Material], str]) -> str:
    cards = "\n".join(_card(run, show(run)) for run in runs)
    return f'<div class="runs">\n{cards}\n</div>'


def _card(run: Material, content: str) -> str:
    kind = "run points" if run.has_points else "run"
    return f'<div class="{kind}">\n<h3>{escape(run.name)}</h3>\n{content}\n</div>'


def _figure(content: bytes | None, kind: str, alt: str, caption: str, absent: str) -> str:
    if content is None:
        return f'<p class="quiet">{absent}</p>'
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return f'<figure><img src="{source}" alt="{escape(alt)}"><figcaption>{escape(caption)}</figcaption></figure>'


def _samples(run: Material) -> str:
    return _figure(run.samples, "png", f"samples of {run.name}", f"step {run.step}", "No picture was drawn yet.")


def _animation(run: Material) -> str:
    caption = f"the same {run.takes} throughout"
    return _figure(run.animation, "webp", f"training of {run.name}", caption, "The run has not ended yet.")


def _walks(run: Material) -> str:
    caption = f"each row walks in {STEPS_OF_A_WALK} steps from one seed to the next"
    absent = "Points have none." if run.has_points else "There is no export."
    if run.takes == "images":
        absent = "The model is given images: its samples above show inputs beside outputs."
    return _figure(run.walks, "png", f"interpolations of {run.name}", caption, absent)


def _neighbours(run: Material) -> str:
    caption = "left: samples; right: the training images nearest to each, by pixels"
    absent = "Points have none." if run.has_points else _how_to_measure(run)
    return _figure(run.neighbours, "png", f"nearest training images of {run.name}", caption, absent)


def _how_to_measure(run: Material) -> str:
    return f"Not measured: <code>python -m tfgan_zoo.evaluate --export={escape(run.path)}</code>"


def _metrics(runs: Sequence[Material]) -> str:
    """A group of rows for each metric, extractor, dataset and size: what cannot be compared is never in one row."""
    groups: dict[tuple[str, str, str], dict[str, dict[str, str]]] = {}
    for run in runs:
        for metric, result in (run.evaluation or {"metrics": {}})["metrics"].items():
            group = groups.setdefault((metric, result["extractor"], _measured_on(run)), {})
            for figure, value in result["figures"].items():
                reference = (result["reference"] or {}).get(figure)
                cell = f"{short(value)}<small>real&nbsp;{short(reference)}; of&nbsp;{counts(result)}</small>"
                group.setdefault(figure, {})[run.name] = cell
    missing = "".join(f"<p>{escape(run.name)}: {_how_to_measure(run)}</p>" for run in runs if not run.evaluation)
    if not groups:
        return missing
    body = "".join(_group(runs, *key, figures) for key, figures in groups.items())
    note = "Below each figure: that of real test examples in the samples’ place, and how many samples were measured."
    return f'{missing}<p class="quiet">{note}</p>{_table(runs, "figure", body)}'


def _measured_on(run: Material) -> str:
    shapes = " and ".join(" × ".join(map(str, shape)) for shape in run.shapes)
    return f"{run.evaluation.get('dataset', run.settings.get('dataset'))}, {shapes}"


def _group(runs: Sequence[Material], metric: str, extractor: str, data: str, figures: dict[str, dict[str, str]]) -> str:
    title = f"{escape(metric)} <small>{escape(extractor)}</small> <small>{escape(data)}</small>"
    lines = [f'<tr class="group"><td colspan="{1 + len(runs)}">{title}</td></tr>']
    for figure, cells in figures.items():
        numbers = "".join(f"<td>{cells.get(run.name, '–')}</td>" for run in runs)
        lines.append(f"<tr><td>{escape(figure)}</td>{numbers}</tr>")
    return "\n".join([*lines, ""])


def _curves(runs: Sequence[Material]) -> str:
    panels = draw_panels({run.name: run.rows for run in runs})
    if not panels:
        return '<p class="quiet">Nothing was logged yet.</p>'
    images = (_figure(svg, "svg+xml", f"{title} against the step", "", "") for title, svg in panels.items())
    return '<div class="curves">\n' + "\n".join(images) + "\n</div>"


def _settings(runs: Sequence[Material]) -> str:
    names = dict.fromkeys(name for run in runs for name in run.settings)
    body = "".join(_setting(name, [run.settings.get(name) for run in runs]) for name in names)
    packages = dict.fromkeys(name for run in runs for name in run.versions)
    body += "".join(_setting(f"{name} (version)", [run.versions.get(name) for run in runs]) for name in packages)
    return _table(runs, "setting", body)


def _setting(name: str, values: list) -> str:
    differs = ' class="differs"' if any(value != values[0] for value in values) else ""
    cells = "".join(f'<td class="setting">{escape(_shortened(value))}</td>' for value in values)
    return f"<tr{differs}><td>{escape(name)}</td>{cells}</tr>\n"


def _shortened(value) -> str:
    if value is None:
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_SETTING else f"{text[:LONGEST_SETTING]} …"


def _table(runs: Sequence[Material], first: str, body: str) -> str:
    heads = "".join(f"<th>{escape(run.name)}</th>" for run in runs)
    return f'<div class="scroll"><table>\n<tr><th>{first}</th>{heads}</tr>\n{body}</table></div>'
