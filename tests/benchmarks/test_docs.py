"""The tables in docs/ are those that the kept results make."""

import json

import pytest

from benchmarks import duties, input_pipeline, launch, peers_page, scaling, tables


def kept(name):
    return json.loads((tables.RESULTS / f"{name}.json").read_text())


TABLES = {
    **{name: (tables.PAGE, lambda name=name: tables.render(name, tables.TABLES[name])) for name in tables.TABLES},
    **{
        name: (peers_page.PAGE, lambda name=name: peers_page.table(peers_page.read(name))) for name in peers_page.MODELS
    },
    **{name: (scaling.PAGE, lambda name=name: scaling.render(name, scaling.read(name))) for name in scaling.SWEEPS},
    "input_pipeline": (input_pipeline.PAGE, lambda: input_pipeline.render(input_pipeline.read())),
    "duties": (duties.PAGE, lambda: duties.render(kept("duties"))),
    "launch": (launch.PAGE, lambda: launch.render(kept("launch"))),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_page_shows_what_was_measured(name):
    page, render = TABLES[name]
    text = page.read_text()
    assert f"<!-- table: {name} -->\n{render()}\n" in text
    assert f"\n<!-- end: {name} -->\n" in text


def test_the_chart_has_its_place():
    assert (
        f"<!-- table: chart -->\n![Images a second of every contender]({peers_page.CHART.name})\n<!-- end: chart -->"
        in (peers_page.PAGE.read_text())
    )


@pytest.mark.parametrize("page", dict.fromkeys(page for page, _ in TABLES.values()))
def test_every_table_of_a_page_is_known(page):
    lines = [line for line in page.read_text().splitlines() if line.startswith("<!-- table: ")]
    assert {line.split()[2] for line in lines} <= {*TABLES, "chart"}
