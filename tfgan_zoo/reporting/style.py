"""The look of a report: one column on a phone, runs side by side where there is room."""

CSS = """
:root { color-scheme: light; --ink: #1b1f24; --quiet: #5b6570; --line: #d9dee3; --paper: #fff; --tint: #f4f6f8; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1rem; background: var(--paper); color: var(--ink);
       font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 0.95rem; margin: 0 0 0.5rem; }
p { margin: 0.25rem 0 0.75rem; max-width: 46rem; }
.quiet, figcaption, td small, th small { color: var(--quiet); font-size: 0.85rem; font-weight: normal; }
.runs { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.curves { display: grid; gap: 0.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.run { background: var(--tint); border-radius: 8px; padding: 0.75rem; min-width: 0; }
figure { margin: 0; }
.run img { display: block; width: 100%; max-width: 40rem; height: auto; image-rendering: pixelated; }
.run.points img { image-rendering: auto; }
.curves img { display: block; width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line);
         overflow-wrap: normal; }
td small { display: block; }
th, td.setting { overflow-wrap: anywhere; min-width: 6rem; }
tr.group td { padding-top: 1rem; font-weight: 600; }
tr.differs td { background: #fff7dc; }
code { font: 0.85em ui-monospace, monospace; }
"""
