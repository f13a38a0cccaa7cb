"""The page that `python -m tfgan_zoo.report` makes of runs."""
